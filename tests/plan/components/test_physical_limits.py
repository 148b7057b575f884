"""Machines that would make energy are refused, with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from celadon.errors import DeclarationError
from celadon.plan.components.physical_limits import GROSS_PER_NET, HYDROGEN_GROSS, HYDROGEN_NET
from celadon.plan.microgrid.declaration import design_from_plain

COST = {"annual": "0 CNY/kW"}
FUEL = {"price": "0.3 CNY/kWh"}


def refused(**tables: Any) -> str:
    """What a design of one machine is told, all in one line."""
    plain = {"design": {"id": "odd", "year": 2025}} | {key: [each] for key, each in tables.items()}
    try:
        design_from_plain(plain, "design.toml")
    except DeclarationError as error:
        return " | ".join(f"{f.place}: {f.rule}" for f in error.faults)
    return ""


def test_the_heats_of_hydrogen_are_those_of_the_tables() -> None:
    """141.8 and 120.0 MJ/kg, as handbooks round them."""
    assert pytest.approx(141.8, abs=0.05) == HYDROGEN_GROSS * 3.6
    assert pytest.approx(120.0, abs=0.05) == HYDROGEN_NET * 3.6
    assert pytest.approx(1.182, abs=5e-4) == GROSS_PER_NET


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("boiler", {"efficiency": "190 %", "fuel": FUEL, "cost": COST},
         "efficiency 190 %: no more than 118.2 % of its net calorific value"),
        ("boiler", {"efficiency": "101 %", "cost": COST}, "power makes no more heat than itself"),
        ("combined_heat_and_power", {"electric_efficiency": "80 %", "heat_efficiency": "42 %",
                                     "fuel": FUEL, "cost": COST}, "122 % together: no more than"),
        ("electrolyser", {"consumption": "20 kWh/kg", "cost": COST},
         "a kg of hydrogen holds 33.32 kWh"),
        ("electrolyser", {"consumption": "40 kWh/kg", "heat_share": "30 %", "cost": COST},
         "hydrogen and heat_share are 113.3 % of the power: at 40 kWh/kg at most 16.7 %"),
        ("daily_delivery", {"tonnes": "-3 t"}, "0 t or more"),
        ("daily_delivery", {"tonnes": 0.2}, "without its unit: write it as in '0.2 t'"),
        ("heat_level", {"temperature": "5000 degC"}, "steel itself melts there"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: str, given: dict[str, Any], words: str) -> None:
    assert words in refused(**{kind: {"id": "machine", **given}})


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("boiler", {"efficiency": "108 %", "fuel": FUEL, "cost": COST}),
        ("boiler", {"efficiency": "100 %", "cost": COST}),
        ("combined_heat_and_power", {"electric_efficiency": "44 %", "heat_efficiency": "60 %",
                                     "fuel": FUEL, "cost": COST}),
        ("electrolyser", {"consumption": "52 kWh/kg", "heat_share": "20 %", "cost": COST}),
        ("daily_delivery", {"tonnes": "200 kg"}),
    ],
)  # fmt: skip
def test_what_can_be_is_not(kind: str, given: dict[str, Any]) -> None:
    assert not refused(**{kind: {"id": "machine", **given}})
