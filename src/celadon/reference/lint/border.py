"""Checks of the border mechanism's tables: totals, mark-ups, and what goods of one kind carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from statistics import median

from celadon.reference.lint.cells import ratio
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped

_CENT = Fraction("0.011")
"""Where two parts are printed, they and their total are rounded to two decimals each."""

_MARKUPS = ("markup_2026", "markup_2027", "markup_2028")


def totals_are_sums(book: Book) -> Iterator[LintFinding]:
    """Total = direct + indirect; where only one part is given it is the total, digit for digit."""
    for row in book.rows("cbam_defaults"):
        total, direct = row.number("total"), row.number("direct")
        indirect = row.number("indirect")
        if total is None or (direct is None and indirect is None):
            continue
        expected = (direct or Fraction(0)) + (indirect or Fraction(0))
        rounding = Fraction(0) if direct is None or indirect is None else _CENT
        if abs(total - expected) > rounding:
            parts = {"direct": row.text("direct") or "-", "indirect": row.text("indirect") or "-",
                     "expected": shown(expected)}  # fmt: skip
            yield LintFinding("total_is_not_the_sum", row, "total", parts)


def markups_are_of_the_sector(book: Book) -> Iterator[LintFinding]:
    """Mark-ups of a row are those of nearly every row of its sector."""
    sectors = grouped(book.rows("cbam_defaults"), lambda r: r.text("sector"))
    usual = {
        name: Counter(_markups(row) for row in same).most_common(1)[0][0]
        for name, same in sectors.items()
    }
    for name, same in sectors.items():
        for row in same:
            own = _markups(row)
            if own == usual[name]:
                continue
            column = next(c for c, a, b in zip(_MARKUPS, own, usual[name], strict=True) if a != b)
            said = "/".join("-" if u is None else shown(u) for u in usual[name])
            pattern = "sector" if own in usual.values() else "none"
            numbers = {"usual": said, "pattern": pattern}
            yield LintFinding("markup_of_another_sector", row, column, numbers)


def _markups(row: Row) -> tuple[Fraction | None, ...]:
    return tuple(row.number(column) for column in _MARKUPS)


def goods_are_near_their_kind(book: Book) -> Iterator[LintFinding]:
    """A default lies near those of the same good in other countries."""
    rows = [r for r in book.rows("cbam_defaults") if r.number("total")]
    for same in grouped(
        rows, lambda r: (r.text("cn_code"), r.text("variant"), r.text("route_indicator"))
    ).values():
        if len(same) < 5:
            continue
        middle = Fraction(median(r.number("total") or Fraction(0) for r in same))
        for row in same:
            apart = ratio(row.number("total") or Fraction(0), middle)
            if apart > 12:
                numbers = {"middle": shown(middle), "apart": f"{apart:.0f}"}
                yield LintFinding("good_far_from_others", row, "total", numbers)


_MANY = 40
"""Goods of a sector from which on a figure that no other good has stands out."""


_GREATEST = 8
"""tCO2e/t; hydrogen has the greatest benchmark, 5.1."""


def benchmarks_are_shared(book: Book) -> Iterator[LintFinding]:
    """A benchmark is that of other goods too, or adds what others add for their precursors.

    Goods of one sector are benchmarked in families: one figure of column A for many codes, and one
    difference between column B and column A for each route. A figure of its own is a slip.
    """
    rows = [r for r in book.rows("cbam_benchmarks") if r.value is not None]
    for row in rows:
        if (row.value or 0) > _GREATEST:
            yield LintFinding("benchmark_far", row, "value", {"high": str(_GREATEST)})
    own = grouped((r for r in rows if r.text("column") == "A"), lambda r: r.text("cn_code"))
    for same in grouped(rows, lambda r: r.text("sector")).values():
        if len({r.text("cn_code") for r in same}) >= _MANY:
            yield from _alone(same, own)


def _alone(same: list[Row], own: Mapping[str, list[Row]]) -> Iterator[LintFinding]:
    values = Counter((r.text("column"), r.text("route_indicator"), r.value) for r in same)
    added = Counter(_added(r, own) for r in same)
    routes = grouped(same, lambda r: (r.text("column"), r.text("route_indicator")))
    for row in same:
        place = row.text("column"), row.text("route_indicator")
        extra = _added(row, own)
        if values[(*place, row.value)] > 1 and (extra is None or added[extra] > 1 or not extra[2]):
            continue
        if extra is not None and (added[extra] > 2 or extra[2] == 0):
            continue
        value = row.value or Fraction(0)
        others = [r for r in routes[place] if r.value != row.value]
        near = min(others, key=lambda r: abs((r.value or Fraction(0)) - value), default=row)
        yield LintFinding(
            "benchmark_alone", row, "value", {"nearest": near.text("value")}, (near.id,)
        )


def _added(row: Row, own: Mapping[str, list[Row]]) -> tuple[str, str, Fraction] | None:
    """Heading, route, and what column B adds to column A for its precursors."""
    beside = own.get(row.text("cn_code"), [])
    if row.text("column") != "B" or row.value is None:
        return None
    route = row.text("route_indicator")
    chosen = [r for r in beside if r.text("route_indicator") in (route, route[:1])] or beside
    if len(chosen) != 1 or chosen[0].value is None:
        return None
    return row.text("cn_code")[:2], route, row.value - chosen[0].value
