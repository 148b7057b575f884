"""Checks of coal equivalents: heat over 29,307.6 kJ, and the heat that other tables print."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from celadon.reference.lint.carbon import conversion_or_none
from celadon.reference.lint.cells import ratio
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped
from celadon.units import parse_unit

KILOJOULES = Fraction("29307.6")
"""kJ in a kilogram of coal equivalent: 7,000 kcal of 4.1868 kJ (GB/T 2589)."""

_TOLERANCE = 1.0021
"""Printed pairs rest on 4.1816 kJ/kcal in places (0.12 %), and are rounded."""


def coal_equivalents_are_heat(book: Book) -> Iterator[LintFinding]:
    """kgce = kJ / 29307.6, for values and for both ends of ranges."""
    rows = book.rows("coal_equivalents")
    for same in grouped(rows, lambda r: (r.text("set"), r.text("subject"))).values():
        named = {row.text("parameter"): row for row in same}
        equivalent, heat = named.get("coal_equivalent"), named.get("net_calorific_value")
        if equivalent is None or heat is None:
            continue
        per = heat.text("unit").partition("/")[0]
        size = conversion_or_none(per, "kJ")
        below = equivalent.text("unit").partition("/")[2], heat.text("unit").partition("/")[2]
        held = conversion_or_none(*below)
        if size is None or held is None:
            continue
        for column in ("value", "value_low", "value_high"):
            yield from _pair(equivalent, heat, column, size * held)


def _pair(equivalent: Row, heat: Row, column: str, size: Fraction) -> Iterator[LintFinding]:
    kgce, joules = equivalent.number(column), heat.number(column)
    if kgce is None or joules is None:
        return
    digits = len(equivalent.text(column).partition(".")[2])
    expected = joules * size / KILOJOULES
    if ratio(kgce, expected) <= _TOLERANCE or abs(kgce - expected) <= Fraction(
        6, 10 ** (digits + 1)
    ):
        return
    yield LintFinding("not_kgce", equivalent, column, {"expected": shown(expected)}, (heat.id,))
    back = {"expected": shown(kgce * KILOJOULES / size)}
    yield LintFinding("not_kgce", heat, column, back, (equivalent.id,))


def electricity_is_heat(book: Book) -> Iterator[LintFinding]:
    """The calorific value of electricity and heat is a matter of units: 3600 kJ are 1 kWh."""
    for row in book.rows("coal_equivalents"):
        if row.text("basis") != "calorific" or row.value is None:
            continue
        top, _, bottom = row.text("unit").partition("/")
        joules = conversion_or_none(bottom, "kJ")
        if joules is None or not row.text("subject").startswith(("electricity", "heat")):
            continue
        mass = row.text("parameter") == "coal_equivalent"
        if mass and parse_unit(top).dimension == "coal_equivalent":
            expected = joules / KILOJOULES / (conversion_or_none(top, "kgce") or 1)
        elif not mass:
            expected = joules / (conversion_or_none(top, "kJ") or 1)
        else:
            continue
        if ratio(row.value, expected) > _TOLERANCE:
            yield LintFinding("not_kgce", row, "value", {"expected": shown(expected)})
