"""Checks of benchmarks by family: goods that share one figure share those beside it.

The benchmarks of a good are a figure of column A and one of column B for each route. They come in
families: whoever has one figure of a family has all. So each figure of a good says what the others
should be, and a figure that most of those beside it speak against is a slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import permutations

from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.rows import Book, Row, grouped

_OUTNUMBERED = 5
"""How many goods must have another figure for each good that has this one; the shipped families
that share a figure and part elsewhere are nearer in number."""

Place = tuple[str, ...]
"""Sector, column and route, and the figure there where it counts."""


def benchmarks_keep_to_their_family(book: Book) -> Iterator[LintFinding]:
    """Goods with the same figure in one column and route have the same in every other."""
    rows = [r for r in book.rows("cbam_benchmarks") if r.value is not None]
    goods = grouped(rows, lambda row: row.text("cn_code"))
    pairs = Counter(
        (_figure(one), _place(other), other.text("value"))
        for same in goods.values()
        for one, other in permutations(same, 2)
    )
    usual: dict[tuple[Place, Place], tuple[int, str]] = {}
    for (beside, place, value), number in pairs.items():
        if number > usual.get((beside, place), (0, ""))[0]:
            usual[beside, place] = number, value
    for same in goods.values():
        for row in same:
            yield from _spoken_against(row, same, pairs, usual)


def _spoken_against(
    row: Row,
    same: list[Row],
    pairs: Mapping[tuple[Place, Place, str], int],
    usual: Mapping[tuple[Place, Place], tuple[int, str]],
) -> Iterator[LintFinding]:
    """The finding where more of the figures beside a row speak against it than for it."""
    against: list[tuple[Row, str]] = []
    support = 0
    for beside in same:
        if beside is row:
            continue
        own = pairs[_figure(beside), _place(row), row.text("value")]
        number, value = usual[_figure(beside), _place(row)]
        if value != row.text("value") and number >= _OUTNUMBERED * own:
            against.append((beside, value))
        elif own > 1:
            support += 1
    if len(against) > support:
        expected = Counter(value for _, value in against).most_common(1)[0][0]
        related = tuple(beside.id for beside, _ in against)
        yield LintFinding("benchmark_of_no_family", row, "value", {"expected": expected}, related)


def _place(row: Row) -> Place:
    return row.text("column"), row.text("route_indicator")


def _figure(row: Row) -> Place:
    return row.text("sector"), *_place(row), row.text("value")
