"""Checks of the steam table against IAPWS-IF97."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from celadon.errors import ModelError
from celadon.numerics import steam
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped

ERROR_KILOJOULES = 3.0
ERROR_SHARE = 0.002
"""A cell is wrong where it is off by more than 3 kJ/kg and more than 0.2 %: then it shows in the
heat of an account. Below that the older formulation (IFC-67) accounts for most of it."""


def steam_follows_the_formulation(book: Book) -> Iterator[LintFinding]:
    """Cells are the enthalpy of their state; saturated rows have their boiling temperature."""
    for row in book.rows("steam_enthalpy"):
        pressure, temperature = row.number("pressure_MPa"), row.number("temperature_C")
        if row.value is None or pressure is None or temperature is None:
            continue
        try:
            yield from _state(row, float(row.value), float(pressure), float(temperature))
        except ModelError:
            numbers = {"pressure": shown(pressure), "temperature": shown(temperature)}
            yield LintFinding("no_such_state", row, "value", numbers)
    yield from _columns_rise(book)


def _state(row: Row, value: float, pressure: float, temperature: float) -> Iterator[LintFinding]:
    saturated = row.text("state") == "saturated"
    if saturated:
        boiling = steam.saturation_temperature(pressure)
        if abs(boiling - temperature) > 0.1:
            numbers = {"expected": f"{boiling:.2f}"}
            yield LintFinding("not_the_boiling_point", row, "temperature_C", numbers)
        expected = steam.vapour_enthalpy(pressure)
    else:
        expected = steam.enthalpy(pressure, temperature)
    apart = abs(value - expected)
    numbers = {"expected": f"{expected:.1f}", "apart": f"{apart:.1f}",
               "share": f"{100 * apart / expected:.2f}" if expected else ""}  # fmt: skip
    if apart > ERROR_KILOJOULES and apart > ERROR_SHARE * abs(expected):
        yield LintFinding("steam_cell", row, "value", numbers)
    elif apart > _older_formulation(pressure, temperature, saturated=saturated):
        yield LintFinding("steam_cell_doubt", row, "value", numbers)


def _older_formulation(pressure: float, temperature: float, *, saturated: bool) -> float:
    """kJ/kg by which a printed cell may differ from IF97; the spread of the clean cells, by place.

    Near the critical point the older formulation of the printed table is furthest from IF97, and
    cells between two pressures were interpolated.
    """
    if pressure <= 2.5:
        return 1.2
    if pressure <= 10:
        return 1.9
    near_critical = pressure >= 14 and 345 <= temperature <= 490
    return 5.0 if near_critical or (saturated and pressure >= 16) else 2.8


def _columns_rise(book: Book) -> Iterator[LintFinding]:
    """At one pressure, hotter is richer."""
    rows = [r for r in book.rows("steam_enthalpy") if r.text("state") == "superheated" and r.value]
    for same in grouped(rows, lambda r: r.text("pressure_MPa")).values():
        column = sorted(same, key=lambda r: r.number("temperature_C") or Fraction(0))
        for cooler, hotter in itertools.pairwise(column):
            if (cooler.value or 0) > (hotter.value or 0):
                for row, other in ((cooler, hotter), (hotter, cooler)):
                    numbers = {"other": other.text("value"), "at": other.text("temperature_C")}
                    yield LintFinding("column_falls", row, "value", numbers, (other.id,))
