"""The summary of a programme: how many were checked, with which result, by province or trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from celadon.cases.fold import CaseState, State
from celadon.cases.programme import Kind
from celadon.exact import parse_decimal


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
    met: int = 0
    not_met: int = 0
    listed: int = 0
    removed: int = 0
    diagnosed: int = 0
    measures: int = 0
    implemented: int = 0

    def plain(self) -> dict[str, int]:
        """By name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


_OF_ALL = ("selected", "withdrawn", "checked")
SHOWN: Mapping[Kind, tuple[str, ...]] = {
    "supervision": (*_OF_ALL, "compliant", "violation", "cannot_tell", "findings", "corrected",
                    "notices", "overdue", "transferred", "closed"),
    "diagnosis": (*_OF_ALL, "diagnosed", "cannot_tell", "measures", "implemented", "closed"),
    "pilot": ("selected", "withdrawn", "met", "not_met", "cannot_tell", "closed"),
    "list": ("selected", "withdrawn", "met", "not_met", "cannot_tell", "listed", "removed",
             "closed"),
}  # fmt: skip
"""The numbers that say something of each kind of programme, in their order."""


@dataclass(slots=True)
class Savings:
    """What diagnoses found and what was done of it, in tce a year; money in 10^4 CNY.

    ``identified`` is the saving of all measures, ``carried_out`` what was proposed of those that
    are carried out, ``realised`` what was measured of them afterwards, of ``measured`` measures.
    """

    identified: Fraction = Fraction(0)
    carried_out: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)
    measured: int = 0
    investment: Fraction = Fraction(0)


def savings(state: State, by: Callable[[CaseState], str]) -> Mapping[str, Savings]:
    """The savings of the measures of a programme by whatever ``by`` gives of a case."""
    found: dict[str, Savings] = defaultdict(Savings)
    for case in state.cases.values():
        row = found[by(case)]
        for each in case.measures.values():
            row.identified += parse_decimal(each.saving)
            row.investment += parse_decimal(each.investment or "0")
            row.carried_out += parse_decimal(each.saving) if each.done else 0
            row.realised += parse_decimal(each.realised or "0")
            row.measured += bool(each.realised)
    return dict(sorted(found.items()))


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
    row.compliant += case.result == "compliant"
    row.violation += case.result == "violation"
    row.cannot_tell += case.result == "cannot_tell"
    row.met += case.result == "met"
    row.not_met += case.result == "not_met"
    row.diagnosed += case.result == "done"
    row.listed += case.on_list
    row.removed += bool(case.removed)
    row.measures += len(case.measures)
    row.implemented += sum(bool(each.done) for each in case.measures.values())
    row.findings += sum(each.state != "given_up" for each in case.findings.values())
    row.corrected += sum(each.state == "corrected" for each in case.findings.values())
    row.notices += sum(each.kind == "correction" for each in case.notices.values())
    row.overdue += len(case.overdue(on))
    row.transferred += bool(case.transferred)
    row.closed += case.stage in ends
