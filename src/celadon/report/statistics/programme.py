"""The findings of a programme and its summary: forms 7 and 8 of a supervision campaign."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from celadon.cases import CaseState, Programme, State
from celadon.cases.summary import Counts, summarise
from celadon.languages import Language
from celadon.report.statistics.balance import column
from celadon.report.statistics.content import WORDS
from celadon.report.statistics.form import Cell, Form, Row, Table

PROGRAMME = "programme"
"""The form as it is called."""

_FINDINGS = (
    "case", "enterprise", "province", "finding_id", "article", "facts", "evidence", "notice_of",
    "deadline", "state",
)  # fmt: skip
_WIDE = ("facts", "evidence", "enterprise")


def programme_form(programme: Programme, state: State, on: str, language: Language) -> Form:
    """Findings and summary as they stand.

    Parameters
    ----------
    on : ISO day on which deadlines are looked at.
    """
    facts = (
        (WORDS.text("programme.name", language), programme.name(language)),
        (WORDS.text("programme.authority", language), programme.authority),
        (WORDS.text("programme.day", language), on),
        (WORDS.text("programme.events", language), str(state.length)),
    )
    notices = (WORDS.text("programme.simulated", language),) if programme.simulated else ()
    tables = (_findings(state, on, language), _summary(programme, state, on, language))
    return Form(PROGRAMME, WORDS["title.programme"], facts, notices, tables, language, "working")


def _findings(state: State, on: str, language: Language) -> Table:
    rows = [row for case in state.cases.values() for row in _rows(case, on, language)]
    columns = tuple(column(name, wide=name in _WIDE) for name in _FINDINGS)
    return Table("7", WORDS["table.programme_findings"], columns, tuple(rows))


def _rows(case: CaseState, on: str, language: Language) -> Iterator[Row]:
    overdue = set(case.overdue(on))
    for name, finding in case.findings.items():
        notices = [(n, x) for n, x in case.notices.items() if name in x.findings]
        late = finding.state in ("open", "not_corrected") and any(n in overdue for n, _ in notices)
        told = WORDS.text(f"finding_state.{finding.state}", language)
        if late:
            told += " · " + WORDS.text("programme.overdue", language)
        texts = (
            case.case, case.name, case.region, name, finding.article, finding.facts,
            "; ".join(finding.evidence), "; ".join(n for n, _ in notices),
            "; ".join(x.deadline for _, x in notices), told,
        )  # fmt: skip
        yield Row(tuple(map(Cell, texts)), "error" if late else "")


def _summary(programme: Programme, state: State, on: str, language: Language) -> Table:
    """Counts by province, and their total."""
    ends = [stage.id for stage in programme.stages if stage.ends]
    groups = summarise(state, on, lambda case: case.region, ends)
    names = list(Counts().plain())
    rows = [
        Row((Cell(group or "–"), *(_number(counts.plain()[name]) for name in names)))
        for group, counts in groups.items()
    ]
    sums = [sum(counts.plain()[name] for counts in groups.values()) for name in names]
    total = Cell(WORDS.text("total", language))
    rows.append(Row((total, *map(_number, sums)), "total"))
    columns = (column("group"), *(column(name) for name in names))
    return Table("8", WORDS["table.programme_summary"], columns, tuple(rows))


def _number(count: int) -> Cell:
    return Cell(value=Fraction(count), exact=Fraction(count), decimals=0)
