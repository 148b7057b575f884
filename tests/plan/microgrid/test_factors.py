"""Factors asked of the tables: those of the accounts, and never a silent neighbour."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from celadon.errors import DeclarationError
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid import Plan, plan_design
from celadon.plan.microgrid.assembling import assemble, oddities
from celadon.plan.microgrid.declaration import design_from_plain
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.factors import Basis, factor_of
from celadon.plan.replay.replay import replay
from celadon.reference import load_registry

POWER = {"programme": "enterprise_gbt32150", "area": "CN-HE"}
PLAIN: dict[str, Any] = {
    "design": {"id": "d", "year": 2025},
    "demand": [{"id": "heat", "bus": "heat", "series": "2 MW"},
               {"id": "works", "series": "3 MW"}],
    "grid": [{"id": "grid", "price": "0.6 CNY/kWh", "electricity_factor": POWER}],
    "boiler": [{"id": "gas", "efficiency": "90 %", "cost": {"annual": "40 CNY/kW"},
                "fuel": {"price": "0.3 CNY/kWh", "carrier": "natural_gas"}}],
}  # fmt: skip


def assembled(**changed: Any) -> Design:
    plain = copy.deepcopy(PLAIN)
    plain["design"]["year"] = changed.pop("year", 2025)
    plain["grid"][0]["electricity_factor"] = {**POWER, **changed.pop("power", {})}
    plain["boiler"][0]["fuel"] |= changed
    return assemble(design_from_plain(plain, "d.toml"), {}, load_registry())


def fault(**changed: Any) -> Any:
    with pytest.raises(DeclarationError, match="factor") as caught:
        assembled(**changed)
    (found,) = caught.value.faults
    return found


def test_factors_are_those_of_the_tables() -> None:
    design = assembled()
    (grid,) = (c for c in design.components if isinstance(c, Grid))
    (boiler,) = (c for c in design.components if isinstance(c, Boiler))
    record = load_registry().electricity(
        "enterprise_gbt32150", 2025, level="province", area="CN-HE"
    ).record  # fmt: skip
    assert grid.emission_factor == float(record.value_text)  # kg/kWh is t/MWh
    # 15.30 tC/TJ, 99 % oxidised, 3.6 GJ/MWh: the set of the guidelines of 2015
    assert boiler.fuel is not None
    by_hand = Fraction("15.30") / 1000 * Fraction("0.99") * Fraction(44, 12) * Fraction("3.6")
    assert boiler.fuel.emission_factor == float(by_hand)


def test_carbon_of_a_plan_is_that_of_the_accounts() -> None:
    design = assembled()
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    registry, hours = load_registry(), 8760
    power = factor_of(
        "electricity", registry, Basis("enterprise_gbt32150", "province", "CN-HE"), 2025
    )
    gas = factor_of("natural_gas", registry, Basis(), 2025)
    accounted = 3 * hours * power.value + 2 * hours / Fraction("0.9") * gas.value
    assert plan.total("emitted") == pytest.approx(float(accounted), rel=1e-9)
    again = replay(design, plan.sizes, plan.flows)
    assert again.sums["emitted"] == pytest.approx(float(accounted), rel=1e-9)


def test_what_was_taken_is_told_with_its_letter() -> None:
    design = assembled()
    found = [f for f in oddities(design_from_plain(PLAIN, "d.toml"), design)
             if f.rule == "factor_taken"]  # fmt: skip
    assert [f.subject for f in found] == ["grid", "gas"]
    assert "electricity/2023/average/CN-HE/co2_factor, letter C" in found[0].text("en")
    assert "NDRC-2013-2015/natural_gas" in found[1].text("zh")


def test_a_year_that_is_not_announced_is_refused_with_the_nearest() -> None:
    found = fault(year=2026)
    assert found.where == ("d.toml", "grid.electricity_factor")
    assert "2026" in found.found
    assert "held are 2023, 2024, 2025" in found.remedy
    assert "the nearest is 2025" in found.remedy
    assert "write year = 2025" in found.remedy
    design = assembled(year=2026, power={"year": 2025})
    assert design.factors["grid"].value == assembled().factors["grid"].value


@pytest.mark.parametrize(
    ("power", "remedy"),
    [({"programme": "none_such"}, "programmes: "), ({"area": "CN-XZ"}, "no year is held of CN-XZ")],
)
def test_a_programme_or_area_without_factors_is_refused(power: Any, remedy: str) -> None:
    assert remedy in fault(power=power).remedy


@pytest.mark.parametrize("carrier", ["none_such", "electricity"])
def test_a_carrier_that_is_no_fuel_is_refused(carrier: str) -> None:
    found = fault(carrier=carrier)
    assert found.where == ("d.toml", "gas.fuel.carrier")
    assert "celadon reference search carriers" in found.remedy


@pytest.mark.parametrize(
    ("place", "more", "told"),
    [("grid", {"emission_factor": "0.5 tCO2/MWh"}, "either emission_factor or electricity_factor"),
     ("fuel", {"emission_factor": "0.2 tCO2/MWh"}, "either emission_factor or carrier"),
     ("fuel", {"gas": "coke-gas", "price": "0 CNY/kWh"}, "leave carrier out")],
)  # fmt: skip
def test_a_factor_is_given_in_one_way(place: str, more: dict[str, str], told: str) -> None:
    plain = copy.deepcopy(PLAIN)
    target = plain["grid"][0] if place == "grid" else plain["boiler"][0]["fuel"]
    target |= more
    with pytest.raises(DeclarationError) as caught:
        design_from_plain(plain, "d.toml")
    assert told in str(caught.value)


def test_a_site_without_tables_keeps_its_own_numbers() -> None:
    plain = copy.deepcopy(PLAIN)
    del plain["grid"][0]["electricity_factor"]
    plain["boiler"][0]["fuel"] = {"price": "0.3 CNY/kWh"}
    design = assemble(design_from_plain(plain, "d.toml"), {"x": np.zeros(1)}, load_registry())
    assert design.factors == {}
