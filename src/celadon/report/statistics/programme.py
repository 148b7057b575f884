"""The findings of a programme and its summary: forms 7 and 8 of a supervision campaign."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from celadon.assess.names import standard_label
from celadon.cases import CaseState, Event, Programme, State
from celadon.cases.grounds import CATALOGUE
from celadon.cases.summary import SHOWN, summarise
from celadon.languages import Language
from celadon.reference import load_registry
from celadon.report.statistics.balance import column
from celadon.report.statistics.content import WORDS
from celadon.report.statistics.form import Cell, Form, Row, Table

PROGRAMME = "programme"
"""The form as it is called."""

_FINDINGS = (
    "case", "enterprise", "province", "finding_id", "article", "facts", "rests_on", "evidence",
    "measure", "notice_of", "deadline", "state", "followed", "closure",
)  # fmt: skip
_WIDE = ("facts", "rests_on", "evidence", "enterprise", "closure")
_DIGITS = 12
"""How much of a hash tells a file from another for a reader."""
_NORMS = "norms/"
"""How records of the table of norms are named: a finding that rests on one is above a limit."""


def programme_form(
    programme: Programme,
    state: State,
    on: str,
    language: Language,
    events: Iterable[Event] = (),
) -> Form:
    """Findings and summary as they stand.

    Parameters
    ----------
    events : of the programme; from those up to ``on`` comes when a finding was looked at again.
    on : ISO day on which deadlines are looked at.
    """
    facts = (
        (WORDS.text("programme.name", language), programme.name(language)),
        (WORDS.text("programme.authority", language), programme.authority),
        (WORDS.text("programme.day", language), on),
        (WORDS.text("programme.events", language), str(state.length)),
    )
    notices = (WORDS.text("programme.simulated", language),) if programme.simulated else ()
    looked_at = [each for each in events if each.on <= on]
    tables = (_findings(state, looked_at, on, language), _summary(programme, state, on, language))
    return Form(PROGRAMME, WORDS["title.programme"], facts, notices, tables, language, "working")


def _findings(state: State, events: Iterable[Event], on: str, language: Language) -> Table:
    again: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for each in events:
        if each.kind == "followed":
            again[each.case, each.data["finding"]].append(each)
    rows = [row for case in state.cases.values() for row in _rows(case, again, on, language)]
    columns = tuple(column(name, wide=name in _WIDE) for name in _FINDINGS)
    return Table("7", WORDS["table.programme_findings"], columns, tuple(rows))


def _rows(
    case: CaseState, again: Mapping[tuple[str, str], list[Event]], on: str, language: Language
) -> Iterator[Row]:
    overdue = set(case.overdue(on))
    for name, finding in case.findings.items():
        notices = [(n, x) for n, x in case.notices.items() if name in x.findings]
        late = finding.state in ("open", "not_corrected") and any(n in overdue for n, _ in notices)
        told = WORDS.text(f"finding_state.{finding.state}", language)
        if late:
            told += " · " + WORDS.text("programme.overdue", language)
        texts = (
            case.case, case.name, _region(case.region, language), name,
            standard_label(finding.article, language, load_registry()), finding.facts,
            "; ".join((*finding.rests_on, *map(_short, finding.records))),
            "; ".join(finding.evidence),
            "; ".join(WORDS.text(f"notice_kind.{x.kind}", language) for _, x in notices),
            "; ".join(n for n, _ in notices), "; ".join(x.deadline for _, x in notices), told,
        )  # fmt: skip
        looks = again.get((case.case, name), [])
        ends = [digest for look in looks for digest in look.data.get("evidence", ())]
        kept = not ends and finding.state == "corrected"
        note = WORDS.text("programme.no_closure", language) if kept else ""
        closing = (Cell("; ".join(look.on for look in looks)), Cell("; ".join(ends), note=note))
        yield Row((*map(Cell, texts), *closing), "error" if late else "")


def _short(record: str) -> str:
    """A row of the enterprise with the beginning of its hash; the event has all of it.

    Examples
    --------
    >>> _short("leaf/e1/gas/2025-03@" + "ab" * 32)
    'leaf/e1/gas/2025-03@abababababab'
    """
    place, _, digest = record.rpartition("@")
    return f"{place}@{digest[:_DIGITS]}" if place else record


def _summary(programme: Programme, state: State, on: str, language: Language) -> Table:
    """Counts by province, and their total."""
    ends = [stage.id for stage in programme.stages if stage.ends]
    groups = summarise(state, on, lambda case: case.region, ends)
    names = list(SHOWN[programme.kind])
    above = Counter(case.region for case in state.cases.values() if _is_above(case))
    gone = Counter(case.region for case in state.cases.values() if _is_eliminated(case))
    note = WORDS.text("programme.eliminated", language)
    rows = [
        Row((Cell(_region(group, language)), *(_number(counts.plain()[name]) for name in names),
             _number(above[group]), _counted(gone[group], note)))
        for group, counts in groups.items()
    ]  # fmt: skip
    sums = [sum(counts.plain()[name] for counts in groups.values()) for name in names]
    total = Cell(WORDS.text("total", language))
    rows.append(
        Row(
            (total, *map(_number, sums), _number(above.total()), _counted(gone.total(), note)),
            "total",
        )
    )
    columns = (
        column("group"), *(column(name) for name in (*names, "above_limit", "eliminated_found"))
    )  # fmt: skip
    notes = (WORDS.text("programme.above", language), note)
    return Table("8", WORDS["table.programme_summary"], columns, tuple(rows), notes)


def _region(region: str, language: Language) -> str:
    """A province by its name; what is none stands for itself."""
    known = load_registry().regions.get(region)
    if known is None:
        return region or "–"
    return known.name_zh if language == "zh" else known.name_en


def _is_eliminated(case: CaseState) -> bool:
    """Whether a finding that stands rests on a catalogue of what must go."""
    return _rests_on(case, CATALOGUE)


def _counted(number: int, note: str) -> Cell:
    """Enterprises with a machine that must go, where any is told: none found is not none there."""
    if not number:
        return Cell(note=note)
    return Cell(value=Fraction(number), exact=Fraction(number), decimals=0, note=note)


def _is_above(case: CaseState) -> bool:
    """Whether a finding that stands rests on a row of the norms."""
    return _rests_on(case, _NORMS)


def _rests_on(case: CaseState, table: str) -> bool:
    return any(
        row.startswith(table)
        for finding in case.findings.values()
        if finding.state != "given_up"
        for row in finding.rests_on
    )


def _number(count: int) -> Cell:
    return Cell(value=Fraction(count), exact=Fraction(count), decimals=0)
