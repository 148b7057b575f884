"""The summary of a programme: how many were checked, with which result, by province or trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from celadon.cases.fold import CaseState, State


@dataclass(slots=True)
class Counts:
    """The numbers of a row of the summary, as the ministry publishes them."""

    selected: int = 0
    withdrawn: int = 0
    checked: int = 0
    compliant: int = 0
    violation: int = 0
    cannot_tell: int = 0
    findings: int = 0
    corrected: int = 0
    notices: int = 0
    overdue: int = 0
    transferred: int = 0
    closed: int = 0

    def plain(self) -> dict[str, int]:
        """By name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def summarise(
    state: State, on: str, by: Callable[[CaseState], str], ends: Iterable[str] = ("closed",)
) -> Mapping[str, Counts]:
    """The counts of a programme by province, trade or whatever ``by`` gives of a case.

    Parameters
    ----------
    on : ISO day on which deadlines are looked at.
    ends : the stages with which a case ends.
    """
    ended = frozenset(ends)
    found: dict[str, Counts] = defaultdict(Counts)
    for case in state.cases.values():
        _add(found[by(case)], case, on, ended)
    return dict(sorted(found.items()))


def _add(row: Counts, case: CaseState, on: str, ends: frozenset[str]) -> None:
    row.selected += 1
    row.withdrawn += bool(case.withdrawn)
    row.checked += bool(case.checked)
    row.compliant += case.result in ("compliant", "met")
    row.violation += case.result in ("violation", "not_met")
    row.cannot_tell += case.result == "cannot_tell"
    row.findings += sum(each.state != "given_up" for each in case.findings.values())
    row.corrected += sum(each.state == "corrected" for each in case.findings.values())
    row.notices += sum(each.kind == "correction" for each in case.notices.values())
    row.overdue += len(case.overdue(on))
    row.transferred += bool(case.transferred)
    row.closed += case.stage in ends
