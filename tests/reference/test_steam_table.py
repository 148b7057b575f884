"""The printed steam tables: cells as printed, straight lines between them, refusals elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.errors import LookupRefused
from celadon.numerics.steam import enthalpy, vapour_enthalpy
from celadon.reference import load_registry
from celadon.reference.steam_table import SteamTable

F = Fraction
TABLE = SteamTable(load_registry().rows("steam_enthalpy"))


def test_a_printed_cell_is_itself() -> None:
    """Table C.4, 0.001 MPa: 2513.8 kJ/kg; table C.5, 3 MPa and 400 degC, by IAPWS-IF97 3231.6."""
    assert TABLE.saturated(F("0.001")).enthalpy == F("2513.8")
    found = TABLE.superheated(F(3), F(400))
    assert len(found.cells) == 1
    assert abs(float(found.enthalpy) - enthalpy(3.0, 400.0)) < 1.5


def test_between_cells_it_is_a_straight_line() -> None:
    low, high = TABLE.saturated(F("0.5")).enthalpy, TABLE.saturated(F("0.6")).enthalpy
    assert TABLE.saturated(F("0.575")).enthalpy == low + (high - low) * F(3, 4)


def test_between_four_cells_it_is_straight_both_ways() -> None:
    corners = [[TABLE.superheated(F(p), F(t)).enthalpy for t in (350, 400)] for p in (1, 3)]
    row = [a + (b - a) * F(1, 5) for a, b in corners]
    assert TABLE.superheated(F(2), F(360)).enthalpy == (row[0] + row[1]) / 2


@given(st.fractions(F("0.01"), F("15")))
def test_saturated_steam_is_near_physics(pressure: Fraction) -> None:
    """The table's steps are wide: straight lines are off by no more than 0.4 %."""
    found = float(TABLE.saturated(pressure).enthalpy)
    assert abs(found / vapour_enthalpy(float(pressure)) - 1) < 0.004


@pytest.mark.parametrize(
    ("pressure", "temperature", "words"),
    [
        ("0.0001", None, "the table holds"), ("23", None, "the table holds"),
        ("31", "400", "the table holds"), ("1", "700", "the table holds"),
        ("1", "170", "either side of boiling"), ("0.8", "175", "either side of boiling"),
    ],
)  # fmt: skip
def test_outside_the_tables_there_is_no_answer(
    pressure: str, temperature: str | None, words: str
) -> None:
    state = (F(pressure), *([F(temperature)] if temperature else []))
    asked = TABLE.superheated if temperature else TABLE.saturated
    with pytest.raises(LookupRefused, match=words):
        asked(*state)


def test_a_cell_that_is_known_to_be_doubtful_says_so() -> None:
    (doubt,) = TABLE.superheated(F("0.5"), F(400)).doubts
    assert "3272.3" in doubt
