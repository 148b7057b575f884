"""The desk check: what the verdicts on enterprises and their returns say, as findings to record."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from celadon.app.desk_records import OwnRows
from celadon.app.desk_returns import cannot_tell, looked_through
from celadon.app.equipment import site_equipment
from celadon.app.national.nation import run_nation
from celadon.app.twins import twin_findings
from celadon.app.workspace import Workspace
from celadon.assess.checks.beyond import Beyond
from celadon.assess.checks.rules import PACKAGE
from celadon.assess.checks.slips import Slip, explaining
from celadon.assess.citing import ground_rows
from celadon.assess.machines import BELOW_GRADES, INDICATOR, Form, Piece, form_row, pieces_of
from celadon.assess.names import asks, outcome_name, quantity_name, standard_label, subject_name
from celadon.assess.norms import unjudged, without_norm
from celadon.assess.reasons import encoded, read_reasons, reason
from celadon.assess.tables import VERDICT
from celadon.assess.telling import obstacles_text, reason_text
from celadon.assess.verdicts import Place
from celadon.cases import Event, Register
from celadon.cases.events import Ground, event
from celadon.cases.grounds import CATALOGUE
from celadon.chain import sha256_text
from celadon.exact import parse_decimal
from celadon.languages import Language, Phrases
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.reference import Registry
from celadon.tables import read_parquet

BROKEN = ("over_limit", "below_baseline")
"""Outcomes that are found: over a mandatory limit, or below the baseline of existing capacity.

The baseline is no standard: its finding is ground for an advice, and no correction is served on it.
"""

QUESTIONED = ("cannot_tell", BELOW_GRADES)
"""Outcomes that ask a question of the enterprise.

A standard of efficiency bars that a machine is made or sold; that it is used breaks it only by a
catalogue of eliminated equipment, and none is held.
"""

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """A finding that the figures propose.

    Parameters
    ----------
    finding : its id, the same whenever the same verdict is proposed.
    rests_on : the record of the limit that is broken with the corrections that moved it, or the
        catalogue that names it.
    records : the rows of the enterprise that show it.
    ground : ``mandatory``, or ``advice`` where no clause obliges to keep the level.
    """

    case: str
    finding: str
    article: str
    facts: str
    rests_on: tuple[str, ...]
    ground: Ground = "mandatory"
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a desk check came to.

    Parameters
    ----------
    proposed : findings; questions : per case, what is to be asked of it, or could not be judged.
    untold : per case, what its returns cannot tell however they are asked, in one line.
    clean : cases of which nothing is proposed and nothing asked.
    unknown : cases that are no sites of the workspace, or could not be run.
    """

    proposed: tuple[Proposed, ...]
    questions: Mapping[str, tuple[str, ...]]
    untold: Mapping[str, str]
    clean: tuple[str, ...]
    unknown: tuple[str, ...]


def desk_check(
    workspace: Workspace,
    register: Register,
    cases: Sequence[str],
    period: Period,
    language: Language,
) -> Checked:
    """Judge the sites of cases, look through their returns, and propose what is found.

    Parameters
    ----------
    cases : of the programme; empty for all that have neither ended nor been withdrawn.
    """
    state = register.state()
    asked = list(cases) or [
        name for name, case in state.cases.items() if not case.withdrawn and not case.result
    ]
    here = set(workspace.site_ids())
    sites = [name for name in asked if name in here]
    registry = workspace.registry()
    run = run_nation(workspace, sites, period)
    failed = {each.site for each in run.failed}
    verdicts = _verdicts(run.folder, [part.name for part in run.parts], set(sites) - failed)
    returns = looked_through(
        run, language, registry, {name: workspace.site(name) for name in sites}
    )
    asked_of = _Asked(registry, period, language)
    twins = twin_findings(workspace, sites, period, language)
    of_returns = {
        name: [*returns[name].findings, *twins.get(name, ())]
        for name in sites
        if name not in failed
    }
    own = OwnRows(workspace, run, {name: [each.shown for each in found]
                                   for name, found in of_returns.items()})  # fmt: skip
    proposed: list[Proposed] = []
    questions: dict[str, tuple[str, ...]] = {}
    untold: dict[str, str] = {}
    clean = []
    for name in sites:
        if name in failed:
            continue
        rows, site = verdicts.get(name, []), workspace.site(name)
        slips = returns[name].slips
        found = [
            *_proposed(site, [row for row in rows if _slip_of(site, row, slips) is None],
                       registry, language, own),
            *(Proposed(name, each.finding, each.article, each.facts, (),
                       records=own.of(name, each.shown)) for each in of_returns[name]),
        ]  # fmt: skip
        pieces = pieces_of(site, site_equipment(workspace, name))
        found += _eliminated(name, pieces, period, language, own)
        known = state.cases[name].findings if name in state.cases else {}
        proposed += [each for each in found if each.finding not in known]
        lacking = without_norm(rows)
        asks = (
            *(
                _question(site, row, registry, language)
                for row in rows
                if row["outcome"] in QUESTIONED and not _of_tables(row)
            ),
            *_slip_questions(site, rows, slips, registry, language),
            *_machine_questions(pieces, asked_of),
            *returns[name].questions,
        )
        untold[name] = cannot_tell(
            (*returns[name].beyond, _of_machines(pieces), *_of_norms(site, lacking, language)),
            language,
        )
        if asks:
            questions[name] = asks
        if not found and not asks:
            clean.append(name)
    unknown = [name for name in asked if name not in here or name in failed]
    return Checked(tuple(proposed), questions, untold, tuple(clean), tuple(unknown))


def finding_events(by: str, proposed: Sequence[Proposed], on: dt.date | None = None) -> list[Event]:
    """The events that record proposed findings, as acts of a day."""
    return [
        event(
            by, "found", each.case, on=on, finding=each.finding, article=each.article,
            facts=each.facts, rests_on=each.rests_on, records=each.records, ground=each.ground,
        )
        for each in proposed
    ]  # fmt: skip


def _verdicts(folder: Any, parts: Sequence[str], sites: set[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in parts:
        table: pa.Table = read_parquet(folder / VERDICT.name / f"part-{name}.parquet")
        for row in table.to_pylist():
            if row["site"] in sites:
                found.setdefault(row["site"], []).append(row)
    return found


def _proposed(
    site: Site, rows: Sequence[Any], registry: Registry, language: Language, own: OwnRows
) -> Iterator[Proposed]:
    for row in rows:
        if row["outcome"] not in BROKEN:
            continue
        name = subject_name(site, row["subject"], language, registry)
        outcome = f"{name} · {outcome_name(row['outcome'], language)}"
        told = f"{reason_text(row['because'], language)} ({row['unit']})"
        facts = asks(outcome, told, language)
        rests_on = ground_rows(row, site, registry)
        key = "|".join(
            str(row[name]) for name in ("site", "subject", "indicator", "standard", "to_day")
        )
        ground: Ground = "advice" if row["outcome"] == "below_baseline" else "mandatory"
        finding = f"v-{sha256_text(key)[:10]}"
        yield Proposed(site.id, finding, row["standard"], facts, rests_on, ground, own.verdict(row))


def _slip_of(site: Site, row: Any, slips: Sequence[Slip]) -> Slip | None:
    """The mistaken cell that a broken limit follows from; no other product's output does."""
    limits = [parse_decimal(text) for name, text in json.loads(row["limits"]).items()
              if name != "corrections"]  # fmt: skip
    if row["outcome"] not in BROKEN or not limits:
        return None
    subject = row["subject"]
    if any(product.id == subject for product in site.products):
        slips = [slip for slip in slips if slip.product in ("", subject)]
    return explaining(row, max(limits), slips)


def _slip_questions(
    site: Site, rows: Sequence[Any], slips: Sequence[Slip], registry: Registry, language: Language
) -> Iterator[str]:
    """One question for each mistaken cell, with the verdicts that wait for its answer."""
    waiting: dict[Slip, list[str]] = {}
    for row in rows:
        slip = _slip_of(site, row, slips)
        if slip is not None:
            waiting.setdefault(slip, []).append(
                f"{subject_name(site, row['subject'], language, registry)} "
                f"{standard_label(row['standard'], language, registry)}"
            )
    for slip, verdicts in waiting.items():
        yield Phrases.load(PACKAGE, "patterns.toml").text(
            "slip.asked", language, factor=slip.factor,
            quantity=quantity_name(slip.quantity, language, registry),
            month=f"{slip.year}-{slip.month:02}", verdicts=", ".join(verdicts),
        )  # fmt: skip


def _eliminated(
    site: str, pieces: Sequence[Piece], period: Period, language: Language, own: OwnRows
) -> Iterator[Proposed]:
    """Machines in use of which the site itself says that a catalogue eliminates them."""
    for piece in pieces:
        if piece.listed == "eliminated" and piece.form.in_use:
            told = reason("price_listed", machine=piece.number, listed=piece.listed,
                          document=piece.document)  # fmt: skip
            key = f"{site}|{piece.number}|{piece.document}|{period.to_day}"
            yield Proposed(
                site, f"m-{sha256_text(key)[:10]}", piece.document,
                reason_text(encoded((told,)), language), (f"{CATALOGUE}{piece.document}",),
                records=own.machine(site, piece.number),
            )  # fmt: skip


def _question(site: Site, row: Any, registry: Registry, language: Language) -> str:
    name = subject_name(site, row["subject"], language, registry)
    standard = standard_label(row["standard"], language, registry)
    return asks(f"{name} · {standard}", obstacles_text(row["because"], language), language)


def _of_tables(row: Any) -> bool:
    """Whether the tables of norms lack what it takes: nothing that an enterprise could answer."""
    return any(one.key == "no_norm_held" for one in read_reasons(row["because"]))


def _of_norms(site: Site, lacking: Sequence[str], language: Language) -> Iterator[Beyond]:
    """The processes and products that no norm judges, if there are any."""
    known = (*site.units, *site.products)
    subjects = list(dict.fromkeys((*lacking, *unjudged(site))))
    names = (next((one.name(language) for one in known if one.id == each), each)
             for each in subjects)  # fmt: skip
    if subjects:
        yield Beyond("no_norm", {"subjects": ", ".join(names)})


def _of_machines(pieces: Sequence[Piece]) -> Beyond:
    """Why nobody can tell whether a machine is of those that must go: no catalogue is held."""
    number = sum(piece.pieces for piece in pieces if not piece.listed)
    return Beyond("machines", {"number": str(number)}) if pieces else Beyond("no_machines")


class _Asked:
    """What is asked of machines of a form: those of thousands of sites are of few forms."""

    def __init__(self, registry: Registry, period: Period, language: Language) -> None:
        self._registry, self.language = registry, language
        self._place = Place("", "", INDICATOR, period.from_day, period.to_day)
        self._known: dict[Form, tuple[str, str] | None] = {}

    def of(self, form: Form) -> tuple[str, str] | None:
        """Standard and question; None where nothing is asked."""
        if form not in self._known:
            row = form_row(form, self._registry, self._place)
            why = obstacles_text(row["because"], self.language)
            asked = row["outcome"] in QUESTIONED
            self._known[form] = (row["standard"], why) if asked else None
        return self._known[form]


def _machine_questions(pieces: Sequence[Piece], asked_of: _Asked) -> Iterator[str]:
    """What is asked of the machines of a site: those that are alike in one question."""
    alike: dict[tuple[str, str], list[str]] = {}
    for piece in pieces:
        asked = asked_of.of(piece.form)
        if asked is not None:
            alike.setdefault(asked, []).append(piece.number)
    for (standard, why), subjects in alike.items():
        shown = ", ".join(subjects[:_NAMED]) + (" …" if len(subjects) > _NAMED else "")
        about = " · ".join(filter(None, (f"{shown} ({len(subjects)})", standard)))
        yield asks(about, why, asked_of.language)
