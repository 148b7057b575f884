"""Checks of allocation benchmarks: tighter from period to period, laxer for smaller units."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.rows import Book, Row, grouped

_BENCHMARKS = ("electricity_benchmark", "heat_benchmark")
_BY_SIZE = ("power/coal_ge300", "power/coal_le300", "power/coal_unconventional")
"""Classes of coal units, each no more efficient than the one before."""


def benchmarks_tighten(book: Book) -> Iterator[LintFinding]:
    """A later period's benchmark is not above an earlier one; a smaller unit's is not below."""
    rows = [
        r for r in book.rows("ets_benchmarks")
        if r.text("parameter") in _BENCHMARKS and r.value is not None and r.text("valid_from")
    ]  # fmt: skip
    for same in grouped(rows, lambda r: (_kind(r), r.text("subject"), r.text("unit"))).values():
        yield from _falling("benchmark_rises", sorted(same, key=lambda r: r.text("valid_from")))
    coal = [r for r in rows if r.text("subject") in _BY_SIZE]
    for same in grouped(coal, lambda r: (_kind(r), r.text("valid_from"), r.text("unit"))).values():
        ladder = sorted(same, key=lambda r: -_BY_SIZE.index(r.text("subject")))
        yield from _falling("benchmark_of_smaller_below", ladder)


def _kind(row: Row) -> tuple[str, str]:
    return row.text("parameter"), row.text("basis")


def _falling(rule: str, rows: Iterable[Row]) -> Iterator[LintFinding]:
    """Findings for both rows where one is greater than the row before it."""
    for before, after in itertools.pairwise(rows):
        if (after.value or 0) > (before.value or 0):
            for row, other in ((before, after), (after, before)):
                numbers = {"other": other.text("value"), "at": other.id}
                yield LintFinding(rule, row, "value", numbers, (other.id,))
