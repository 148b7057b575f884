"""What the checks on returns say of each enterprise, and what they cannot tell.

A rule of the severity *error* proposes a finding; any other asks. What the norms say is told by the
verdicts, and not here again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celadon.app.national.nation import NationRun
from celadon.app.screening import run_findings, screen_run
from celadon.assess.checks import Screening, check_rules
from celadon.assess.checks.beyond import Beyond, beyond
from celadon.assess.checks.national import FAULTS_OF_RETURNS
from celadon.assess.checks.rules import PACKAGE, pattern_text
from celadon.assess.checks.slips import Slip
from celadon.assess.names import quantity_name
from celadon.chain import sha256_text
from celadon.languages import Language, Phrases
from celadon.records.finding import Finding
from celadon.records.finding import rule as rule_of
from celadon.records.site import Site
from celadon.reference import Registry

_BY_VERDICTS = ("norm_exceeded", "norm_exceeded_by_numbers", "norm_not_told")
_BY_ACCOUNT = "account_finding"
_PLACES = 3


@dataclass(frozen=True, slots=True)
class ReturnFinding:
    """A fault of a return: ``finding`` is the same whenever it is found again."""

    finding: str
    article: str
    facts: str


@dataclass(slots=True)
class OfReturns:
    """What the returns of one site come to."""

    findings: list[ReturnFinding] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    beyond: tuple[Beyond, ...] = ()
    slips: list[Slip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Words:
    """The names of a site's quantities in a language."""

    language: Language
    registry: Registry
    site: Site | None

    def quantity(self, quantity: str) -> str:
        names = {} if self.site is None else {
            each.id: each.name(self.language) for each in (*self.site.products, *self.site.streams)
        }  # fmt: skip
        return quantity_name(quantity, self.language, self.registry, names)

    def others(self, listed: str) -> str:
        return ", ".join(map(self.quantity, listed.split(", ")))


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
        found[site].beyond = gaps
    returned = done.population.returned
    names = dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))
    for slip in done.slips:
        found[names[slip.who]].slips.append(slip)
    for site, hits in _by_site(done).items():
        _told(found[site], site, hits, str(run.period), _Words(language, registry, sites.get(site)))
    for row in run_findings(run):
        if row["rule"] in FAULTS_OF_RETURNS and row["site"] in found:
            found[row["site"]].findings.append(_of_account(row, language))
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
            into.findings.append(ReturnFinding(finding, rule.title[words.language], facts))
        else:
            into.questions.append(
                f"{rule.title[words.language]} · {facts}: {rule.remedy[words.language]}"
            )


def _parts(
    key: tuple[str, str, str], places: Sequence[Mapping[str, Any]], words: _Words
) -> Iterator[str]:
    """What is off, when, in which way, and beside what."""
    _, quantity, pattern = key
    yield words.quantity(quantity)
    when = dict.fromkeys(
        f"{hit['year']}-{hit['month']:02}" if hit["month"] else str(hit["year"]) for hit in places
    )
    yield _short(when)
    yield pattern_text(pattern, words.language) if pattern else ""
    yield _short(dict.fromkeys(words.others(hit["other"]) for hit in places if hit["other"]))


def _of_account(row: dict[str, Any], language: Language) -> ReturnFinding:
    found = Finding.from_row(row)
    return ReturnFinding(
        f"r-{row['finding'].removeprefix('F-')}", rule_of(found.rule).title[language],
        f"{found.text(language)} ({row['place']})",
    )  # fmt: skip


def _finding_id(*parts: str) -> str:
    return f"r-{sha256_text('|'.join(parts))[:10]}"


def _short(texts: Iterable[str]) -> str:
    listed = list(texts)
    return ", ".join(listed[:_PLACES]) + (" …" if len(listed) > _PLACES else "")
