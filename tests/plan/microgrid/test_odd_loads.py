"""Loads that are none, parts above the whole, and figures that no fuel and no meter has: told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from celadon.errors import DeclarationError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.cost import LONGEST_LIFE, SHORTEST_LIFE, annuity
from celadon.plan.microgrid.assembling import assemble, oddities
from celadon.plan.microgrid.declaration import design_from_plain
from celadon.plan.profiles.odd_cells import cell_findings
from celadon.records.finding import Finding
from celadon.reference import load_registry

WORKS = {"id": "works", "series": "5 MW"}


def told(step_minutes: int = 60, **tables: Any) -> dict[str, Finding]:
    """The findings of a design, by rule."""
    head = {"id": "odd", "year": 2025, "step_minutes": step_minutes}
    declared = design_from_plain({"design": head} | tables, "design.toml")
    series: dict[str, Floats] = {}
    return {e.rule: e for e in oddities(declared, assemble(declared, series, load_registry()))}


def test_a_critical_load_above_the_load_is_told() -> None:
    """It is a part of the load: batteries would be bought for what nobody draws."""
    critical = {"id": "furnaces", "series": "8 MW", "hours": 4}
    found = told(demand=[WORKS], critical_load=[critical])["critical_above_load"]
    assert found.numbers == {"steps": 8760, "asked": "8", "load": "5", "when": "2025-01-01 00:00"}
    for more in (
        {"demand": [WORKS, {"id": "more", "series": "3 MW"}]},
        {"shiftable_load": [{"id": "mill", "series": "1 MW", "at_most": "3 MW"}]},
        {"batch_load": [{"id": "kiln", "power": "3 MW", "hours": 2}]},
    ):
        assert "critical_above_load" not in told(
            **{"demand": [WORKS], "critical_load": [critical], **more}
        )
    heat = {"id": "heat", "bus": "heat", "series": "9 MW"}
    assert "critical_above_load" in told(demand=[WORKS, heat], critical_load=[critical])


def test_a_design_that_nobody_draws_from_is_told() -> None:
    grid = {"id": "grid", "price": "0.6 CNY/kWh"}
    assert "no_demand" in told(grid=[grid])
    assert "no_demand" not in told(grid=[grid], daily_delivery=[{"id": "h", "tonnes": "0.2 t"}])
    found = told(grid=[grid], demand=[{**WORKS, "series": "0 MW"}])
    assert "no_demand" not in found
    assert found["load_of_nothing"].subject == "works"


@pytest.mark.parametrize(
    ("factor", "is_odd"),
    [("550 tCO2/MWh", True), ("0.55 kgCO2/MWh", True), ("0.55 tCO2/MWh", False),
     ("550 kgCO2/MWh", False), ("0 tCO2/MWh", False), ("0.94 tCO2/MWh", False)],
)  # fmt: skip
def test_a_factor_of_another_unit_is_told(factor: str, *, is_odd: bool) -> None:
    grid = {"id": "grid", "price": "0.6 CNY/kWh", "emission_factor": factor}
    boiler = {"id": "boiler", "efficiency": "90 %", "cost": {"annual": "1 CNY/kW"},
              "fuel": {"price": "0.3 CNY/kWh", "emission_factor": factor}}  # fmt: skip
    assert ("factor_level" in told(demand=[WORKS], grid=[grid])) == is_odd
    assert ("factor_level" in told(demand=[WORKS], boiler=[boiler])) == is_odd


def test_a_peak_ratio_is_no_more_than_quarters_in_a_step() -> None:
    """All the energy of an hour in one of its quarters is four times its mean."""
    grid = {"id": "grid", "price": "0.6 CNY/kWh", "peak_ratio": "3"}
    assert "peak_ratio_above" not in told(demand=[WORKS], grid=[grid])
    assert told(30, demand=[WORKS], grid=[grid])["peak_ratio_above"].numbers["most"] == "2"
    assert told(15, demand=[WORKS], grid=[grid])["peak_ratio_above"].numbers["most"] == "1"
    with pytest.raises(DeclarationError, match="4"):
        told(demand=[WORKS], grid=[{**grid, "peak_ratio": "20"}])


@pytest.mark.parametrize(("key", "wrong"), [("lifetime_years", 1e308), ("lifetime_years", 1e-300),
                                            ("fixed_share", "250 %")])  # fmt: skip
def test_lives_and_upkeep_have_bounds(key: str, wrong: object) -> None:
    cost = {"investment": "3000 CNY/kW", "lifetime_years": 20, "fixed_share": "2 %", key: wrong}
    with pytest.raises(DeclarationError, match=f"cost.{key}"):
        told(demand=[WORKS], photovoltaics=[{"id": "roof", "yields": "20 %", "cost": cost}])


def test_an_annuity_holds_at_every_rate() -> None:
    """So small a rate is lost in 1 + rate; what is paid is then the investment by its years."""
    assert annuity(1e-17, 20) == pytest.approx(1 / 20)
    assert annuity(0.07, LONGEST_LIFE) == pytest.approx(0.07, rel=2e-3)
    assert annuity(0.07, SHORTEST_LIFE) == pytest.approx(10.38, rel=1e-3)


def test_a_cell_far_above_all_others_is_told_by_its_row() -> None:
    load = 5000 + 2000 * np.sin(np.arange(8760.0))
    assert not cell_findings(load, "load", "site.csv › load_kW", "d")
    load[99] = 1e9
    (found,) = cell_findings(load, "load", "site.csv › load_kW", "d")
    assert (found.numbers["row"], found.numbers["cells"]) == (101, 1)
    assert "first in row 101: 1e+09" in found.text("en")
    load[99] = 25000.0  # a peak, not a slip
    load[7000] = np.nan
    assert not cell_findings(load, "load", "site.csv › load_kW", "d")
