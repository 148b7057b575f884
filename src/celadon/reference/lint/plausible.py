"""Checks of kind and size: the unit's dimension, the physical bounds, the other editions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.reference.lint.cells import ratio
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped
from celadon.units import conversion, parse_unit

_CARBON = 44 / 12
_NEAR = 1.04
"""A ratio within 4 % of a thousand or of 44/12 is told as such."""


def units_are_of_the_kind(book: Book) -> Iterator[LintFinding]:
    """The unit measures what the parameter is."""
    for row in (*book.figures(), *book.rows("tariffs")):
        unit = row.text("unit")
        allowed = _kinds().get(row.text("parameter") or row.text("kind"))
        if allowed and unit and dimension(unit) not in allowed:
            numbers = {"parameter": row.text("parameter"), "kinds": ", ".join(allowed)}
            yield LintFinding("unit_of_another_kind", row, "unit", numbers)
    for table, units in _printed_units().items():
        for row in book.rows(table):
            if row.text("unit") and row.text("unit") not in units:
                numbers = {"parameter": table, "kinds": ", ".join(units)}
                yield LintFinding("unit_of_another_kind", row, "unit", numbers)
    yield from _one_kind_for_one_thing(book)


def _one_kind_for_one_thing(book: Book) -> Iterator[LintFinding]:
    def thing(row: Row) -> tuple[str, ...]:
        return row.table, row.text("set"), row.text("subject"), row.text("basis")

    limits = book.rows("norms", "levels_2023", "water_norms", "equipment_grades")
    for same in grouped(limits, thing).values():
        units = [row.text("unit") for row in same if row.text("unit")]
        for row in same:
            unit = row.text("unit")
            if unit and units.count(unit) * 2 < len(units):
                others = next(other for other in units if other != unit)
                numbers = {"parameter": row.text("subject"), "kinds": others}
                yield LintFinding("unit_of_another_kind", row, "unit", numbers)
    for table in ("tariffs", "steam_enthalpy", "cbam_defaults", "cbam_benchmarks"):
        kinds = grouped(book.rows(table), lambda row: (row.text("kind"), row.text("cn_code")[:2]))
        for same in kinds.values():
            units = [row.text("unit") for row in same]
            usual = max(set(units), key=units.count)
            for row in same:
                if row.text("unit") != usual and units.count(usual) > 1:
                    numbers = {"parameter": table, "kinds": usual}
                    yield LintFinding("unit_of_another_kind", row, "unit", numbers)


@cache
def dimension(unit: str) -> str:
    """The dimension of a unit, or the top of one that celadon shows but does not convert."""
    for text in (unit, unit.partition(" ")[0]):
        try:
            return parse_unit(text).dimension
        except UnitError:
            continue
    return unit.partition("/")[0]


@cache
def _kinds() -> Mapping[str, list[str]]:
    return _kinds_file()["parameters"]


@cache
def _printed_units() -> Mapping[str, list[str]]:
    return _kinds_file()["tables"]


@cache
def _kinds_file() -> Mapping[str, Mapping[str, list[str]]]:
    text = (files("celadon.reference.lint") / "kinds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a figure can lie, in ``unit``, and why."""

    subject: str
    unit: str
    low: Fraction
    high: Fraction
    rests_on: str
    why: Mapping[str, str]


@cache
def _bounds() -> Mapping[tuple[str, str], list[Bounds]]:
    text = (files("celadon.reference.lint") / "ranges.toml").read_text(encoding="utf-8")
    found: dict[tuple[str, str], list[Bounds]] = {}
    for entry in tomllib.loads(text)["range"]:
        bounds = Bounds(
            entry.get("subject", ""), entry["unit"], parse_decimal(entry["low"]),
            parse_decimal(entry["high"]), entry["from"], entry["why"],
        )  # fmt: skip
        for table in entry["table"]:
            found.setdefault((table, entry["parameter"]), []).append(bounds)
    return found


def figures_are_possible(book: Book) -> Iterator[LintFinding]:
    """A figure lies where physics, or the spread of the editions, lets it."""
    for row in book.figures():
        for column in ("value", "value_low", "value_high"):
            number = row.number(column)
            if number is not None and row.text("unit"):
                yield from _within(row, column, number)


def _within(row: Row, column: str, number: Fraction) -> Iterator[LintFinding]:
    table, unit = row.table, row.text("unit")
    candidates = [
        *_bounds().get((table, row.text("parameter")), ()),
        *_bounds().get((table, "*"), ()),
    ]
    for bounds in candidates:
        size = _size(unit, bounds.unit)
        if size is None or not re.search(bounds.subject, row.text("subject")):
            continue
        converted = number * size
        if bounds.low <= converted <= bounds.high:
            return
        numbers = {
            "low": shown(bounds.low), "high": shown(bounds.high), "in": bounds.unit,
            "got": shown(converted), "why": bounds.why["en"], "why_zh": bounds.why["zh"],
            "rests": bounds.rests_on, "rests_zh": _RESTS[bounds.rests_on],
        }  # fmt: skip
        thousand = any(
            bounds.low <= converted * k <= bounds.high for k in (1000, Fraction(1, 1000))
        )
        yield LintFinding("thousandfold" if thousand else "impossible", row, column, numbers)
        return


_RESTS = {"physics": "物理规律", "spread": "各版印刷值的范围"}
"""What bounds rest on, in Chinese."""


@cache
def _size(unit: str, target: str) -> Fraction | None:
    if unit == target:
        return Fraction(1)
    try:
        return conversion(unit, target)
    except UnitError:
        return None


_SPREADS: Mapping[tuple[str, str], float] = {
    ("fuels", "net_calorific_value"): 1.55,
    ("fuels", "carbon_content_per_heat"): 1.135,
    ("fuels", "oxidation_rate"): 1.1,
    ("electricity", "co2_factor"): 1.22,
    ("electricity", "footprint_factor"): 1.32,
    ("gwp", "gwp"): 1.3,
    ("ets_benchmarks", "electricity_benchmark"): 1.25,
    ("ets_benchmarks", "heat_benchmark"): 1.16,
    ("ets_benchmarks", "electricity_balance_value"): 1.25,
    ("heat", "co2_factor"): 1.2,
    ("heat", "footprint_factor"): 1.15,
}
"""How many times the nearest other edition, year or area a figure may be: the widest step that is
printed in the shipped editions, widened by some hundredths. It rests on that spread, not on
physics.
"""


def editions_agree(book: Book) -> Iterator[LintFinding]:
    """A figure lies near what other editions, years or areas say of the same thing."""
    for (table, parameter), widest in _SPREADS.items():
        rows = [r for r in book.rows(table) if r.text("parameter") == parameter and r.value]
        for same in grouped(rows, _thing).values():
            yield from _compared(same, widest)


def _thing(row: Row) -> tuple[str, ...]:
    area = row.text("area") if row.table == "electricity" else ""
    kind = dimension(row.text("unit"))
    if row.table == "gwp":
        return row.text("subject"), row.text("parameter"), kind, row.text("basis")
    return row.text("subject"), row.text("parameter"), kind, row.text("basis"), area


def _compared(same: list[Row], widest: float) -> Iterator[LintFinding]:
    if len(same) < 2:
        return
    values = [_common(row) for row in same]
    for index, row in enumerate(same):
        others = values[:index] + values[index + 1 :]
        middle = Fraction(median(others))
        apart = ratio(values[index], middle)
        if all(ratio(values[index], other) > widest for other in others):
            related = tuple(other.id for other in same if other is not row)
            yield LintFinding(_named(apart), row, "value", _told(row, middle, widest), related)


def _common(row: Row) -> Fraction:
    value = row.value
    assert value is not None, row.id  # noqa: S101  the caller chose rows with values
    try:
        return value * parse_unit(row.text("unit").partition(" ")[0]).size
    except UnitError:
        return value


def _told(row: Row, middle: Fraction, widest: float) -> dict[str, Any]:
    value = row.value or Fraction(1)
    in_unit = middle * value / _common(row) if _common(row) else middle
    return {"middle": shown(in_unit), "widest": f"{widest:g}"}


def _named(apart: float) -> str:
    """The rule that a ratio to the other editions points to."""
    for power in (1000.0, 1e6):
        if power / _NEAR < apart < power * _NEAR * 1.3:
            return "thousandfold_of_others"
    for power in (_CARBON, _CARBON**2):
        if power / 1.2 < apart < power * 1.2:
            return "carbon_ratio_of_others"
    return "far_from_others"
