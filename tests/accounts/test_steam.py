"""Purchased steam by mass: its enthalpy as measured, by the printed tables, or by physics."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.accounts.tiny import Made, account, make_site, sample, stream, used

from celadon.numerics.steam import enthalpy
from celadon.reference import load_registry

F = Fraction
BOUGHT = stream("steam", "steam_high_pressure", "outside", "mill", carbon="heat")
ROWS = [used("steam", 1_000_000)]
FACTOR, FEED = F("0.11"), F("83.74")
"""tCO2/GJ and kJ/kg, of the guidelines of 2013 to 2015."""


def made(*samples: Any, **accounting: str) -> Made:
    method = {"carbon_method": "general-industry-2015"} | accounting
    return account(make_site([BOUGHT], accounting=method), rows=ROWS, samples=samples)


def grams(per_kg: Fraction) -> int:
    """1,000 t of an enthalpy in kJ/kg, above the feed water's."""
    return round(1000 * (per_kg - FEED) * FACTOR * 1000)


PRESSURE = sample("steam", "steam_pressure", "1.0", "MPa")
HOT = sample("steam", "steam_temperature", "300", "degC")


def carbon_lacks(result: Made) -> list[Any]:
    return [f for f in result.found("no_parameter") if "carbon/co2" in f.numbers["figures"]]


def printed(pressure: str, temperature: str) -> Fraction:
    rows = load_registry().rows("steam_enthalpy")
    return next(
        F(row["value"]) for row in rows
        if F(row["pressure_MPa"]) == F(pressure) and F(row["temperature_C"]) == F(temperature)
    )  # fmt: skip


def test_by_the_printed_table() -> None:
    result = made(PRESSURE, HOT)
    assert result.total(account="carbon") == grams(printed("1.0", "300"))
    (used_one,) = result.parameters(name="specific_enthalpy")
    assert used_one["rung"] == "derived"
    assert "table C.5" in used_one["factor"]
    assert used_one["confidence"] == "A"


def test_by_physics_where_the_site_says_so() -> None:
    result = made(PRESSURE, HOT, steam="physics")
    assert result.total(account="carbon") == grams(F(round(enthalpy(1.0, 300.0) * 100), 100))
    (used_one,) = result.parameters(name="specific_enthalpy")
    assert used_one["factor"].startswith("IAPWS-IF97")


def test_what_was_measured_comes_first() -> None:
    result = made(PRESSURE, HOT, sample("steam", "specific_enthalpy", "3050", "kJ/kg"))
    assert result.total(account="carbon") == grams(F(3050))


def test_saturated_steam_needs_its_pressure_alone() -> None:
    assert made(PRESSURE).total(account="carbon") == grams(printed("1.0", "179.88"))


def test_a_misprinted_cell_is_used_as_printed_and_the_gap_is_told() -> None:
    """0.5 MPa and 400 degC is printed as 3217.8; physics gives 3272.3."""
    low = sample("steam", "steam_pressure", "500", "kPa")
    result = made(low, sample("steam", "steam_temperature", "400", "degC"))
    assert result.total(account="carbon") == grams(F("3217.8"))
    (found,) = result.found("steam_gap")
    assert found.numbers["table"] == "3217.80"
    assert str(found.numbers["physics"]).startswith("3272.2")
    assert "1.67 %" in str(found.numbers["doubts"])


def test_outside_the_table_the_figure_stays_empty_and_says_how_to_get_it() -> None:
    result = made(PRESSURE, sample("steam", "steam_temperature", "900", "degC"))
    assert not result.of(account="carbon")
    (found,) = carbon_lacks(result)
    assert "the table holds" in str(found.numbers["why"])


def test_without_any_state_it_says_what_to_give() -> None:
    (found,) = carbon_lacks(made())
    assert "absolute pressure" in str(found.numbers["why"])
