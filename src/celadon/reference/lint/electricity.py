"""Checks of electricity: footprint against average, order of the kinds, regions and provinces."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from celadon.reference.lint.cells import ratio
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped

_ORDER = ("average", "average_excluding_market_traded_nonfossil", "fossil_power")
"""Kinds of one year and area, each at least the one before: what is taken out is carbon-free."""


def footprints_are_apart(book: Book) -> Iterator[LintFinding]:
    """An average factor is no life-cycle footprint, in unit or in value."""
    rows = book.rows("electricity")
    footprints = {
        row.value: row for row in rows
        if row.text("subject").startswith("lifecycle") and row.value is not None
    }  # fmt: skip
    for row in rows:
        if row.text("subject").startswith("lifecycle"):
            if row.text("unit") and "CO2e" not in row.text("unit"):
                yield LintFinding("footprint_unit", row, "unit", {})
            continue
        if "CO2e" in row.text("unit"):
            yield LintFinding("footprint_for_average", row, "unit", {"footprint": "CO2e"})
        elif row.value in footprints:
            other = footprints[row.value]
            numbers = {"footprint": other.id}
            yield LintFinding("footprint_for_average", row, "value", numbers, (other.id,))


def kinds_are_in_order(book: Book) -> Iterator[LintFinding]:
    """Average <= without traded non-fossil <= fossil, for one year and area."""
    rows = [r for r in book.rows("electricity") if r.text("subject") in _ORDER and r.value]
    for same in grouped(rows, lambda r: (r.text("data_year"), r.text("area"))).values():
        ordered = sorted(same, key=lambda row: _ORDER.index(row.text("subject")))
        for lower, upper in itertools.pairwise(ordered):
            if (lower.value or 0) > (upper.value or 0):
                for row, other in ((lower, upper), (upper, lower)):
                    numbers = {"other": other.id, "value": other.text("value")}
                    yield LintFinding("kinds_out_of_order", row, "value", numbers, (other.id,))


def a_region_lies_among_its_parts(book: Book) -> Iterator[LintFinding]:
    """The average of a grid lies between the least and the greatest of its provinces."""
    grids = {row.text("iso"): row.text("grid").lower() for row in book.rows("regions")}
    rows = [r for r in book.rows("electricity") if r.text("subject") == "average" and r.value]
    for same in grouped(rows, lambda r: (r.text("set"), r.text("data_year"))).values():
        regions = [r for r in same if r.text("basis") == "region"]
        provinces = [r for r in same if r.text("basis") == "province"]
        for region in regions:
            name = region.text("area").rpartition("-")[2]
            yield from _among(region, [p for p in provinces if grids.get(p.text("area")) == name])
        for nation in (r for r in same if r.text("basis") == "national"):
            yield from _among(nation, regions)
            yield from _near_the_mean(nation, provinces)


def _among(whole: Row, parts: list[Row]) -> Iterator[LintFinding]:
    values = [row.value for row in parts if row.value is not None]
    if len(values) < 2 or whole.value is None:
        return
    # grids trade with their neighbours: a tenth of leeway
    low, high = min(values) * Fraction(9, 10), max(values) * Fraction(11, 10)
    if not low <= whole.value <= high:
        numbers = {"low": shown(min(values)), "high": shown(max(values))}
        yield LintFinding("outside_its_parts", whole, "value", numbers, tuple(p.id for p in parts))


def _near_the_mean(nation: Row, provinces: list[Row]) -> Iterator[LintFinding]:
    values = [row.value for row in provinces if row.value is not None]
    if len(values) < 20 or nation.value is None:
        return
    mean = sum(values, Fraction(0)) / len(values)
    if ratio(nation.value, mean) > 1.15:
        numbers = {
            "low": shown(mean / Fraction(115, 100)),
            "high": shown(mean * Fraction(115, 100)),
        }
        yield LintFinding("outside_its_parts", nation, "value", numbers)
