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
_LEVEL = re.compile(r"levels?[ _-]?2023|baseline|benchmark|基准水平|标杆水平", re.IGNORECASE)
"""An article that names a level instead of a clause."""


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
        if finding is not None and not finding.rests_on and not finding.evidence:
            yield Fault(
                (case.case, "noticed", name),
                f"{finding.article}: {finding.facts}; it names nothing that it rests on",
                "a correction rests on rows of the tables or on a document",
                "record the finding under a new id, with rests_on=ROW[,ROW] or --evidence FILE",
            )  # fmt: skip


def weak_ground(act: Act, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that rest on figures no official paper may rest on."""
    for name in names:
        finding = act.case.findings.get(name)
        for row in act.weak(finding.rests_on) if finding is not None else ():
            yield Fault(
                (act.case.case, "noticed", name), f"it rests on {row}, which nobody has confirmed",
                "a notice rests on official text, or on rows that a named user compared with print",
                f"compare it with print: celadon reference confirm '{row}' --by NAME --page PAGE",
            )  # fmt: skip
