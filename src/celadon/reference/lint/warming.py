"""Checks of global warming potentials: one report's figures in one set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.rows import Book, Row, grouped

REPORTS = ("SAR", "TAR", "AR4", "AR5", "AR5-with-feedbacks", "AR6")
"""Sets that are assessment reports; every other set takes its figures from one of them."""

_COINCIDENCES: Mapping[str, frozenset[str]] = {
    "HFC134a": frozenset({"SAR", "TAR", "AR5"}),
    "N2O": frozenset({"AR4", "AR5-with-feedbacks"}),
}
"""Gases of which several reports print the same figure; carbon dioxide is 1 in all."""


def sets_are_not_mixed(book: Book) -> Iterator[LintFinding]:
    """A figure of one report does not stand in another; a programme takes all of one report."""
    rows = [r for r in book.rows("gwp") if r.value is not None and r.text("subject") != "CO2"]
    by_gas = grouped(rows, lambda r: (r.text("subject"), r.text("basis")))
    for (gas, _), same in by_gas.items():
        reports = [r for r in same if r.text("set") in REPORTS]
        for row in reports:
            twins = {
                r.text("set") for r in reports if r is not row and r.value == row.value
            } - _COINCIDENCES.get(gas, frozenset())
            known = _COINCIDENCES.get(gas, frozenset())
            if row.text("set") in known and not twins:
                continue
            if twins or any(
                r.value == row.value and r.text("set") in known for r in reports if r is not row
            ):
                others = sorted(r.id for r in reports if r is not row and r.value == row.value)
                numbers = {"other": ", ".join(others)}
                yield LintFinding("gwp_of_another_set", row, "value", numbers, tuple(others))
    yield from _programmes(rows)


def _programmes(rows: list[Row]) -> Iterator[LintFinding]:
    reports: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        if row.text("set") in REPORTS:
            gas = reports.setdefault((row.text("subject"), str(row.value)), {})
            gas[row.text("set")] = row.id
    own = [row for row in rows if row.text("set") not in REPORTS]
    for name, same in grouped(own, lambda r: r.text("set")).items():
        matches = {
            row.id: set(reports.get((row.text("subject"), str(row.value)), {})) for row in same
        }
        fitting = [m for m in matches.values() if m]
        shared = set.intersection(*fitting) if fitting else set()
        for row in same:
            if not matches[row.id]:
                yield LintFinding("gwp_of_no_report", row, "value", {"set": name})
            elif not shared:
                sets = ", ".join(sorted(set.union(*fitting)))
                related = tuple(other.id for other in same if other is not row)
                yield LintFinding(
                    "gwp_sets_mixed", row, "value", {"set": name, "sets": sets}, related
                )
