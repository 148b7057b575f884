"""What a notice may rest on: rows that are known and confirmed, or a document; no mere level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from celadon.cases.act import Act
from celadon.cases.fold import CaseState, Finding
from celadon.errors import Fault

ADVICE_RULE = (
    "a correction notice orders what a limit or a mandatory clause asks (Measures for Industrial "
    "Energy-Conservation Supervision, draft article 5 (1)); benchmark, baseline and advanced "
    "levels oblige nobody"
)
"""What a correction on a level alone breaks."""
_ADVISORY = ("levels_2023/",)
_ADVANCED = "/grade_1"
_LAST = ("grade_3", "grade_2", "grade_1", "baseline", "benchmark")
"""Limits of one figure, the one that is broken before those that only grade it."""
_LEVEL = re.compile(r"levels?[ _-]?2023|baseline|benchmark|基准水平|标杆水平", re.IGNORECASE)
"""An article that names a level instead of a clause."""

CATALOGUE = "catalogue/"
"""How a finding names the list that a machine must go by; none is held in the tables."""

STANDARD = re.compile(r"([A-Z]+)\d{0,2}(?:/[A-Z]+)? ?\d+(?:\.\d+)?(?:[-\u2013\u2014]\d{4})?")
"""The number of a standard in an article, such as GB 21344-2023 or GB/T 18916.2."""
_CLAUSE = re.compile(r"\d|第.+条|附录|annex", re.IGNORECASE)


def is_advice(finding: Finding) -> bool:
    """Whether a finding rests on levels alone that no clause obliges to keep, or names one.

    Examples
    --------
    >>> is_advice(Finding("levels 2023", "below", (), ("levels_2023/coking/baseline",)))
    True
    >>> is_advice(Finding("GB 21342", "over", (), ("norms/coking/grade_1", "norms/coking/grade_3")))
    False
    >>> is_advice(Finding("levels-2023", "低于基准水平", (), ()))
    True
    """
    rows = finding.rests_on
    levels = [row.startswith(_ADVISORY) or row.endswith(_ADVANCED) for row in rows]
    named = bool(_LEVEL.search(finding.article))
    return finding.ground == "advice" or named or (bool(rows) and all(levels))


def advice_only(case: CaseState, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that no correction can be ordered of."""
    for name in names:
        finding = case.findings.get(name)
        if finding is not None and is_advice(finding):
            yield Fault(
                (case.case, "noticed", name), f"{finding.article}: {finding.facts}", ADVICE_RULE,
                f"serve an advice on it: --kind advice --finding {name}",
            )  # fmt: skip


def groundless(case: CaseState, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that name neither a row nor a document, so that nobody can look it up."""
    for name in names:
        finding = case.findings.get(name)
        if finding is not None and not (finding.rests_on or finding.evidence or finding.records):
            yield Fault(
                (case.case, "noticed", name),
                f"{finding.article}: {finding.facts}; it names nothing that it rests on",
                "a correction rests on rows of the tables or on a document",
                "record the finding under a new id, with rests_on=ROW[,ROW] or --evidence FILE",
            )  # fmt: skip


def unknown_rows(act: Act, where: tuple[str, ...], rows: Sequence[str]) -> Iterator[Fault]:
    """Rows that a finding is said to rest on and that no table has."""
    for row in act.tables.unknown([each for each in rows if not each.startswith(CATALOGUE)]):
        yield Fault(
            where, f"rests_on={row}, which no table has",
            "a finding rests on rows that can be looked up",
            "correct it: celadon reference show lists the rows; what the enterprise handed in is "
            "records=ROW, a paper is --evidence FILE",
        )  # fmt: skip


def not_in_force(
    act: Act, where: tuple[str, ...], article: str, rows: Sequence[str], day: str
) -> Iterator[Fault]:
    """An edition or a row that binds nobody yet on the day of a finding."""
    for name, since in act.tables.coming(article, rows, day).items():
        yield Fault(
            where, f"{name} is in force from {since}, the finding is of {day}",
            "a finding is made by what is in force on its day",
            "name the edition in force on that day",
        )  # fmt: skip


def early_ground(act: Act, names: Sequence[str]) -> Iterator[Fault]:
    """Findings on record by an edition that was not in force when they were made."""
    for name in names:
        finding = act.case.findings.get(name)
        if finding is not None:
            where = (act.case.case, "noticed", name)
            yield from not_in_force(act, where, finding.article, finding.rests_on, finding.on)


def weak_ground(act: Act, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that rest on figures no official paper may rest on."""
    for name in names:
        finding = act.case.findings.get(name)
        if finding is None:
            continue
        for row in act.tables.weak(broken_rows(finding.rests_on)):
            if not (row.startswith(CATALOGUE) and finding.evidence):  # its page is attached
                yield _unconfirmed((act.case.case, "noticed", name), row)


def broken_rows(rows: Sequence[str]) -> tuple[str, ...]:
    """Of the rows of a finding those that it breaks: of the grades of one limit the last alone.

    A finding of an earlier edition names every grade that the verdict stands beside; only the last
    is a limit, and the others change nothing about whether it is kept.

    Examples
    --------
    >>> broken_rows(["norms/x/energy/grade_1", "norms/x/energy/grade_3", "norms/y/energy/grade_1"])
    ('norms/x/energy/grade_3', 'norms/y/energy/grade_1')
    >>> broken_rows(["levels_2023/x/benchmark", "levels_2023/x/baseline", "catalogue/7"])
    ('levels_2023/x/baseline', 'catalogue/7')
    """
    known: dict[str, set[str]] = {}
    for row in rows:
        limit, _, name = row.rpartition("/")
        known.setdefault(limit, set()).add(name)
    last = {limit: next((each for each in _LAST if each in names), "")
            for limit, names in known.items()}  # fmt: skip
    return tuple(
        row
        for row in rows
        if row.rpartition("/")[2] not in _LAST or row.endswith(f"/{last[row.rpartition('/')[0]]}")
    )


def bare_limits(act: Act, names: Sequence[str]) -> Iterator[Fault]:
    """Findings on a standard whose limits the tables hold unconfirmed, by a document alone."""
    for name in names:
        finding = act.case.findings.get(name)
        if finding is None or finding.rests_on or names_clause(finding.article):
            continue
        rows = act.tables.limits(finding.article)
        if rows:
            yield Fault(
                (act.case.case, "noticed", name),
                f"{finding.article} by a document alone; {len(rows)} rows of its limits are held, "
                f"such as {rows[0]}, which nobody has confirmed",
                "a notice rests on official text, or on rows that a named user compared with print",
                "record the finding under a new id with rests_on=ROW[,ROW] of the limit, once they "
                "are confirmed; of another clause of the standard, name the clause in its article",
            )  # fmt: skip


def names_clause(article: str) -> bool:
    """Whether an article names a clause behind its standard.

    Examples
    --------
    >>> names_clause("GB 21344-2023"), names_clause("GB 21344-2023 6.2"), names_clause("GB 17167")
    (False, True, False)
    >>> names_clause("GB 21344-2023 第6条"), names_clause("GB/T 18916.2-2022")
    (True, False)
    """
    return bool(_CLAUSE.search(STANDARD.sub(" ", article)))


def _unconfirmed(where: tuple[str, ...], row: str) -> Fault:
    if row.startswith(CATALOGUE):
        return Fault(
            where, f"it rests on {row}, of which no text is held",
            "a notice rests on official text, or on rows that a named user compared with print",
            f"attach the page that lists it: celadon supervise record PROGRAMME {where[0]} "
            f"evidenced finding={where[-1]} --evidence FILE",
        )  # fmt: skip
    return Fault(
        where, f"it rests on {row}, which nobody has confirmed",
        "a notice rests on official text, or on rows that a named user compared with print",
        f"compare it with print: celadon reference confirm '{row}' --by NAME --page PAGE",
    )  # fmt: skip
