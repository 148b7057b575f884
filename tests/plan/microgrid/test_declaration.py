"""A design file: units demanded, all faults at once, rules from the reference tables."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from celadon.errors import DeclarationError, InputError
from celadon.plan.components.battery import Battery
from celadon.plan.microgrid import build
from celadon.plan.microgrid.assembling import assemble, oddities
from celadon.plan.microgrid.declaration import DesignFile, design_from_plain
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.odd_series import export_findings
from celadon.reference import load_registry

HEAD = {"id": "d", "year": 2025}
GRID = {"id": "grid", "price": "0.6 CNY/kWh"}
BATTERY = {
    "id": "b", "charge_efficiency": "95 %", "discharge_efficiency": "95 %",
    "power_cost": {"annual": "60 CNY/kW"}, "energy_cost": {"annual": "0.11 CNY/Wh"},
    "power_at_most": "500 kW",
}  # fmt: skip


def declared(**tables: Any) -> DesignFile:
    return design_from_plain({"design": HEAD, "grid": [GRID], **tables}, "d.toml")


def faults(**tables: Any) -> list[tuple[str, str]]:
    with pytest.raises(DeclarationError) as caught:
        declared(**tables)
    return [(fault.where[-1], fault.rule) for fault in caught.value.faults]


def design(**tables: Any) -> Design:
    series = {"sun": np.zeros(8760), "price": np.full(8760, -0.1)}
    return assemble(declared(**tables), series, load_registry())


def test_numbers_are_read_with_their_units() -> None:
    (grid, battery) = declared(battery=[BATTERY]).components
    assert grid.kind == "grid"
    assert isinstance(battery, Battery)
    assert battery.power_at_most == 0.5
    assert battery.charge_efficiency == 0.95
    assert (battery.power_cost.annual, battery.energy_cost.annual) == (60.0, 110.0)


def test_every_fault_is_told_at_once() -> None:
    wrong = {**BATTERY, "power_at_most": 500, "loss": "2 kWh", "charge_efficiency": "120 %",
             "colour": "red"}  # fmt: skip
    found = dict(faults(battery=[wrong], turbine=[{}], rule=[{"kind": "local"}]))
    assert set(found) == {
        "battery[1].power_at_most", "battery[1].loss", "battery[1].charge_efficiency",
        "battery[1].colour", "turbine", "rule[1].kind",
    }  # fmt: skip
    assert "a number without its unit" in found["battery[1].power_at_most"]
    assert "ratio is expected" in found["battery[1].loss"]
    assert "battery" in found["turbine"]
    assert "charge_efficiency" in found["battery[1].colour"]


def test_a_unit_of_another_dimension_is_refused() -> None:
    cost = {"annual": "60 CNY/kWh"}
    assert faults(battery=[{**BATTERY, "power_cost": cost}])[0][0].endswith("power_cost.annual")
    both = {"annual": "60 CNY/kW", "investment": "900 CNY/kW"}
    assert "not both" in faults(battery=[{**BATTERY, "power_cost": both}])[0][1]


def test_a_rule_takes_its_figure_its_clause_and_its_letter_from_the_table() -> None:
    rules = [{"kind": "local_use", "set": "MIIT-2025-77"},
             {"kind": "local_use", "set": "NDRC-2025-650", "name": "direct"},
             {"kind": "green_share", "set": "NDRC-2025-1192"},
             {"kind": "export_share", "set": "NDRC-2025-650"}]  # fmt: skip
    found = {rule.name: rule for rule in design(rule=rules).rules}
    local = found["local use"]
    assert (local.limit, local.denominator, local.confidence) == (0.6, "generated", "B")
    assert "工信厅联节〔2025〕77号" in local.clause
    assert found["direct"].denominator == "available"
    assert found["green share"].limit == 0.3
    assert (found["export share"].limit, found["export share"].source) == (0.2, "ndrc-2025-650")


@pytest.mark.parametrize(
    "own", [{"kind": "local_use", "limit": "50 %"}, {"kind": "carbon_cap", "at_most": "50 tCO2"}]
)
def test_no_figure_of_ones_own_stands_under_the_clause_of_a_document(own: dict[str, str]) -> None:
    ((where, told),) = faults(rule=[{**own, "set": "MIIT-2025-77"}])
    assert "rule[1]" in where
    assert "a rule of its own, without set" in told


def test_the_green_share_of_new_projects_grows_in_2030() -> None:
    rules = [{"kind": "green_share", "set": "NDRC-2025-650"}]
    later = declared(design={**HEAD, "year": 2030}, rule=rules)
    assert assemble(later, {}, load_registry()).rules[0].limit == 0.35


def test_the_year_of_the_project_decides_not_that_of_its_series() -> None:
    rules = [{"kind": "green_share", "set": "NDRC-2025-1192"}]
    for project, share in ((2025, 0.3), (2029, 0.3), (2030, 0.35), (2034, 0.35)):
        given = declared(design={**HEAD, "project_year": project}, rule=rules)
        assert assemble(given, {}, load_registry()).rules[0].limit == share
    early = declared(design={**HEAD, "project_year": 2024}, rule=rules)
    with pytest.raises(DeclarationError, match="not in force") as caught:
        assemble(early, {}, load_registry())
    (fault,) = caught.value.faults
    assert fault.where == ("d.toml", "rule[1]", "set")
    assert "NDRC-2025-1192, in force from 2025-10-01, for a project of 2024" in fault.found
    assert "project_year" in fault.remedy


@pytest.mark.parametrize(
    ("rule", "told"),
    [({"kind": "green_share", "set": "MIIT-2025-77"}, "not held"),
     ({"kind": "local_use"}, "1 fault"), ({"kind": "carbon_cap"}, "1 fault"),
     ({"kind": "green_share", "limit": "3 %", "of": "available"}, "1 fault")],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused(rule: dict[str, str], told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        design(rule=[rule])


def test_what_is_odd_is_told() -> None:
    plant = {"id": "roof", "yields": "sun", "cost": {"annual": "300 CNY/kW"}}
    grid = {**GRID, "price": "price", "demand_price": "38 CNY/kW"}
    given = declared(photovoltaics=[plant], grid=[grid])
    series = {"sun": np.zeros(8760), "price": np.full(8760, -0.1)}
    found = oddities(given, assemble(given, series, load_registry()))
    assert {f.rule for f in found} == {
        "no_demand", "no_resource", "price_below_zero", "hourly_peaks",
    }  # fmt: skip
    for finding in found:
        assert finding.text("en") != finding.text("zh")
    strong = assemble(given, {**series, "sun": np.full(8760, 5.0)}, load_registry())
    assert "yield_above_one" in {f.rule for f in oddities(given, strong)}


def test_two_components_of_one_id_are_refused() -> None:
    with pytest.raises(DeclarationError, match="same id"):
        build(design(battery=[BATTERY, BATTERY]))


def test_a_gas_that_does_not_arise_is_not_burnt() -> None:
    boiler = {"id": "b", "efficiency": "90 %", "fuel": {"gas": "coke-gas"},
              "cost": {"annual": "9 CNY/kW"}}  # fmt: skip
    with pytest.raises(DeclarationError, match="does not arise") as caught:
        build(design(boiler=[boiler]))
    assert caught.value.faults[0].where == ("b", "fuel.gas")
    gas = {"id": "coke-gas", "arising": "2 MW"}
    assert "coke-gas balance" in build(design(boiler=[boiler], byproduct_gas=[gas])).program.rows
    assert "bus of its own" in faults(byproduct_gas=[{**gas, "id": "heat"}])[0][1]


def test_a_rule_has_no_name_of_a_row() -> None:
    for name in ("power balance", "grid.demand"):
        rule = {"kind": "local_use", "limit": "60 %", "name": name}
        assert faults(rule=[rule])[0][0] == "rule[1].name"


ODD = [5, -1, "", "x", [], {}, None, True, "nan", "1e400 MW", "5 furlong", [1], {"a": 1}, "60 %",
       float("nan"), float("inf"), 10**30]  # fmt: skip
WHOLE: dict[str, Any] = {
    "design": {**HEAD, "discount_rate": "7 %"}, "profiles": {"file": "p.csv"},
    "series": {"sun": {"column": "sun"}}, "grid": [GRID], "battery": [BATTERY],
    "heat_pump": [{"id": "hp", "source_temperature": 5, "sink_temperature": 60, "quality": "50 %",
                   "cost": {"investment": "900 CNY/kW", "lifetime_years": 20}}],
    "boiler": [{"id": "gas", "efficiency": "92 %", "fuel": {"price": "0.3 CNY/kWh"},
                "cost": {"annual": "40 CNY/kW"}}],
    "rule": [{"kind": "local_use", "limit": "60 %"}],
}  # fmt: skip


def spots(tree: Any) -> list[tuple[Any, ...]]:
    """The places of a tree, from the outside in."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    found: list[tuple[Any, ...]] = []
    for key in keys if isinstance(tree, dict | list) else ():
        found.append((key,))
        if isinstance(tree[key], dict | list):
            found += [(key, *rest) for rest in spots(tree[key])]
    return found


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_no_content_of_a_file_is_more_than_a_fault(odd: Any) -> None:
    design_from_plain(WHOLE, "d.toml")
    for spot in spots(WHOLE):
        plain = copy.deepcopy(WHOLE)
        inner = plain
        for key in spot[:-1]:
            inner = inner[key]
        inner[spot[-1]] = odd
        try:
            told: object = design_from_plain(plain, "d.toml").components
        except DeclarationError as error:
            told = error.faults
        assert told


def test_a_load_that_never_draws_is_refused() -> None:
    loads = [{"id": "works", "series": "load"}, {"id": "feeder", "series": "fed"}]
    file = declared(
        demand=loads, series={each: {"column": each, "unit": "kW"} for each in ("load", "fed")}
    )
    fed = np.where(np.arange(8760) % 2, -3.0, 0.0)
    given = {"load": fed + 2.0, "sun": np.zeros(8760), "price": np.full(8760, 0.5)}
    with pytest.raises(InputError, match="never draws") as caught:
        assemble(file, {**given, "fed": fed}, load_registry())
    (fault,) = caught.value.faults
    assert fault.where == ("d.toml", "feeder", "fed")
    assert "from -3 to 0" in fault.found


def test_export_that_earns_nothing_is_told() -> None:
    def told(**grid: Any) -> list[str]:
        site = design(grid=[{"id": "grid", "price": "0.5 CNY/kWh", **grid}])
        return [finding.rule for finding in export_findings(site, {"grid": 11.6}, "d")]

    assert told() == ["export_unpaid"]
    assert told(export_price="0 CNY/kWh") == []
    assert export_findings(design(), {"grid": 0.0}, "d") == []


@pytest.mark.parametrize(
    ("key", "written", "rule"),
    [
        ("carbon_price", "-80 CNY/tCO2", "0 CNY/tCO2 or more"),
        ("discount_rate", "700 %", "less than 100 %"),
        ("year", 1800, "1990 or more"),
    ],
)
def test_a_number_outside_its_range_is_told_as_it_was_written(
    key: str, written: object, rule: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        design_from_plain({"design": {"id": "d", "year": 2025, key: written}}, "design.toml")
    fault = caught.value.faults[0]
    assert (fault.found, fault.rule) == (repr(written), rule)
    assert "correct the value" not in fault.remedy


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(DeclarationError, match="not a time zone"):
        design_from_plain({"design": {"id": "d", "year": 2025, "zone": "Shanghai"}}, "design.toml")
