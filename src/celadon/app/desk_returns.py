"""What the checks on returns say of each enterprise, and what they cannot tell.

A rule of the severity *error* proposes a finding; any other asks. What the norms say is told by the
verdicts, and not here again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celadon.app.desk_records import Cells
from celadon.app.national.nation import NationRun
from celadon.app.screening import run_findings, screen_run
from celadon.assess.checks import Screening, check_rules
from celadon.assess.checks.beyond import Beyond, beyond
from celadon.assess.checks.national import FAULTS_OF_RETURNS
from celadon.assess.checks.rules import PACKAGE, pattern_text
from celadon.assess.checks.slips import Slip
from celadon.assess.names import asks, quantity_name, standard_label, subject_name
from celadon.chain import sha256_text
from celadon.languages import Language, Phrases
from celadon.records.finding import Finding
from celadon.records.finding import rule as rule_of
from celadon.records.site import Site
from celadon.reference import Registry

_BY_VERDICTS = ("norm_exceeded", "norm_exceeded_by_numbers", "norm_not_told")
_BY_ACCOUNT = "account_finding"
_OF_DECLARATIONS = ("code_shared",)
_DECLARATION = "site.toml"
_PLACES = 3


@dataclass(frozen=True, slots=True)
class ReturnFinding:
    """A fault of a return: ``finding`` is the same whenever it is found again.

    ``shown`` is what of the returns shows it.
    """

    finding: str
    article: str
    facts: str
    shown: Cells


@dataclass(slots=True)
class OfReturns:
    """What the returns of one site come to."""

    findings: list[ReturnFinding] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    beyond: tuple[Beyond, ...] = ()
    slips: list[Slip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Words:
    """The names of a site's quantities in a language; ``codes`` say who else uses a code."""

    language: Language
    registry: Registry
    site: Site | None
    codes: Mapping[str, Sequence[str]]

    def quantity(self, quantity: str) -> str:
        names = {} if self.site is None else {
            each.id: each.name(self.language) for each in (*self.site.products, *self.site.streams)
        }  # fmt: skip
        return quantity_name(quantity, self.language, self.registry, names)

    def subject(self, subject: str) -> str:
        """A stream, product or unit by its name."""
        if self.site is None:
            return subject
        stream = next((each for each in self.site.streams if each.id == subject), None)
        if stream is not None:
            return self.quantity(subject)
        return subject_name(self.site, subject, self.language, self.registry)

    def named(self, gap: Beyond) -> Beyond:
        """What cannot be told, with the names of its quantities."""
        listed = gap.numbers.get("quantities")
        if listed is None:
            return gap
        *first, last = listed.split(", ")
        end = " …" if last.endswith(" …") else ""
        told = ", ".join(map(self.quantity, (*first, last.removesuffix(" …"))))
        return Beyond(gap.reason, {**gap.numbers, "quantities": f"{told}{end}"})

    def others(self, listed: str, year: int) -> str:
        """What a hit names beside itself: quantities, verdicts, or a month of its year."""
        return ", ".join(self._other(each, year) for each in listed.split(", "))

    def _other(self, told: str, year: int) -> str:
        first, _, last = told.rpartition(" ")
        if first == "month":
            return f"{year}-{int(last):02}"
        own = () if self.site is None else (*self.site.units, *self.site.products)
        if first and last in {each.id for each in own} and self.quantity(told) == told:
            standard = standard_label(first, self.language, self.registry)
            return f"{self.subject(last)} {standard}"
        return self.quantity(told)


def looked_through(
    run: NationRun, language: Language, registry: Registry, sites: Mapping[str, Site]
) -> Mapping[str, OfReturns]:
    """The returns of the sites of a national run, each looked through, faulty or not."""
    found: dict[str, OfReturns] = defaultdict(OfReturns)
    if not run.parts:
        return found
    if len(list(run.period.months())) != 12 or run.period.from_day.month != 1:
        for site in run.sites:  # the checks compare the months of a whole year
            found[site].beyond = (Beyond("not_a_year"),)
        return found
    done = screen_run(run)
    for site, gaps in beyond(done.population).items():
        words = _Words(language, registry, sites.get(site), {})
        found[site].beyond = tuple(words.named(each) for each in gaps)
    returned = done.population.returned
    names = dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))
    for slip in done.slips:
        found[names[slip.who]].slips.append(slip)
    codes = _codes(done)
    for site, hits in _by_site(done).items():
        words = _Words(language, registry, sites.get(site), codes)
        _told(found[site], site, hits, str(run.period), words)
    for row in run_findings(run):
        if row["rule"] in FAULTS_OF_RETURNS and row["site"] in found:
            words = _Words(language, registry, sites.get(row["site"]), codes)
            found[row["site"]].findings.append(_of_account(row, words))
    return found


def cannot_tell(gaps: Iterable[Beyond], language: Language) -> str:
    """The one line of what cannot be told of a case."""
    words = Phrases.load(PACKAGE, "patterns.toml")
    told = words.text("beyond.join", language).join(each.text(language) for each in gaps)
    return words.text("beyond.cannot_tell", language, gaps=told)


def _by_site(done: Screening) -> dict[str, list[dict[str, Any]]]:
    returned = done.population.returned
    names = dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for hit in done.hits.to_pylist():
        if hit["who"] and hit["rule"] not in (*_BY_VERDICTS, _BY_ACCOUNT):
            found[names[hit["who"]]].append(hit)
    return found


def _told(
    into: OfReturns, site: str, hits: Sequence[Mapping[str, Any]], period: str, words: _Words
) -> None:
    """One finding or question for all places of one rule, quantity and pattern."""
    alike: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for hit in hits:
        alike[hit["rule"], hit["quantity"], hit["pattern"]].append(hit)
    for key, places in sorted(alike.items()):
        rule = check_rules()[key[0]]
        facts = " · ".join(part for part in _parts(key, places, words) if part)
        if rule.severity == "error":
            finding = _finding_id(site, period, *key)
            shown = _shown(key, places, site, words)
            into.findings.append(ReturnFinding(finding, rule.title[words.language], facts, shown))
        else:
            about = f"{rule.title[words.language]} · {facts}"
            into.questions.append(asks(about, rule.remedy[words.language], words.language))


def _parts(
    key: tuple[str, str, str], places: Sequence[Mapping[str, Any]], words: _Words
) -> Iterator[str]:
    """What is off, when, in which way, beside what, and who else uses a code."""
    _, quantity, pattern = key
    yield words.quantity(quantity)
    when = dict.fromkeys(
        f"{hit['year']}-{hit['month']:02}" if hit["month"] else str(hit["year"]) for hit in places
    )
    yield _short(when)
    yield pattern_text(pattern, words.language) if pattern else ""
    yield _short(
        dict.fromkeys(words.others(hit["other"], hit["year"]) for hit in places if hit["other"])
    )
    users = (name for hit in places for name in words.codes.get(hit["other"], ()))
    own = "" if words.site is None else words.site.id
    yield _short(name for name in dict.fromkeys(users) if name != own)


def _shown(
    key: tuple[str, str, str], places: Sequence[Mapping[str, Any]], site: str, words: _Words
) -> Cells:
    """The cells or declarations that show a finding."""
    if key[0] in _OF_DECLARATIONS:
        twins = [name for hit in places for name in words.codes.get(hit["other"], ())]
        return Cells(declarations=tuple(dict.fromkeys((site, *twins))))
    return Cells(tuple((key[1], hit["month"]) for hit in places)) if key[1] else Cells()


def _of_account(row: dict[str, Any], words: _Words) -> ReturnFinding:
    found, place = Finding.from_row(row), row["place"]
    is_declared = place.partition(" › ")[0] == _DECLARATION
    shown = Cells(declarations=(row["site"],)) if is_declared else Cells(places=(place,))
    return ReturnFinding(
        f"r-{row['finding'].removeprefix('F-')}", rule_of(found.rule).title[words.language],
        f"{found.text(words.language, words.subject(found.subject))} ({place})", shown,
    )  # fmt: skip


def _codes(done: Screening) -> Mapping[str, Sequence[str]]:
    """The codes of the population, each with the sites that use it."""
    returned = done.population.returned
    found: dict[str, dict[str, None]] = defaultdict(dict)
    pairs = zip(returned["code"].to_pylist(), returned["reporter"].to_pylist(), strict=True)
    for code, site in pairs:
        if code:
            found[code].setdefault(site)
    return {code: list(sites) for code, sites in found.items()}


def _finding_id(*parts: str) -> str:
    return f"r-{sha256_text('|'.join(parts))[:10]}"


def _short(texts: Iterable[str]) -> str:
    listed = list(texts)
    return ", ".join(listed[:_PLACES]) + (" …" if len(listed) > _PLACES else "")
