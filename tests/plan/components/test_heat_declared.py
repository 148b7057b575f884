"""Heat levels as a file declares them: wrong levels, units and temperatures, each told clearly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from celadon.errors import DeclarationError
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.microgrid import build
from celadon.plan.microgrid.assembling import assemble, oddities
from celadon.plan.microgrid.declaration import DesignFile, design_from_plain
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding
from celadon.reference import load_registry

STEAM = {"id": "steam", "pressure": "10 bar"}
WATER = {"id": "water", "temperature": "90 degC"}
FREE = {"annual": "0 CNY/kW"}
BOILER = {"id": "boiler", "level": "steam", "efficiency": "90 %", "cost": FREE}
FLUE = {
    "id": "flue", "available": "3 MW", "temperature": "200 °C", "cooled_to": "60 °C",
    "approach": "10 K", "cost": FREE,
}  # fmt: skip
PUMP = {"id": "pump", "level": "water", "source": "flue", "quality": "50 %", "cost": FREE}
TURBINE = {
    "id": "turbine", "inlet": "steam", "exhaust": "water", "isentropic_efficiency": "75 %",
    "cost": FREE,
}  # fmt: skip
HEAD = {"id": "d", "year": 2025}


def declared(**tables: Any) -> DesignFile:
    whole = {
        "design": HEAD, "grid": [{"id": "grid", "price": "0.6 CNY/kWh"}],
        "heat_level": [STEAM, WATER],
        "demand": [{"id": "wash", "bus": "heat", "level": "water", "series": "2 MW"}],
        "boiler": [BOILER], **tables,
    }  # fmt: skip
    return design_from_plain(whole, "d.toml")


def built(**tables: Any) -> None:
    series = {"low": np.full(8760, -1.0), "air": np.full(8760, 20.0)}
    build(assemble(declared(**tables), series, load_registry()))


def refused(**tables: Any) -> list[tuple[str, str, str]]:
    """Where, what was found and the rule, of every fault: in the file, or as it is put together."""
    with pytest.raises(DeclarationError) as caught:
        built(**tables)
    faults = caught.value.faults
    assert all(fault.remedy for fault in faults)
    return [(".".join(fault.where), fault.found, fault.rule) for fault in faults]


def found(**tables: Any) -> list[Finding]:
    file = declared(**tables)
    design: Design = assemble(file, {}, load_registry())
    build(design)
    return oddities(file, design)


def test_pressures_and_temperatures_are_read_with_their_units() -> None:
    steam, water = (each for each in declared().components if isinstance(each, HeatLevel))
    assert steam.pressure == pytest.approx(1.0)
    assert water.supply == 90.0
    superheated = {**STEAM, "pressure": "4 MPa", "steam_temperature": "400 ℃"}
    (level,) = (c for c in declared(heat_level=[superheated]).components if c.id == "steam")
    assert isinstance(level, HeatLevel)
    assert level.level.steam_temperature == 400.0


@pytest.mark.parametrize(
    ("level", "rule"),
    [
        ({"id": "steam", "pressure": "30 MPa"}, "30 MPa: steam condenses at a temperature of its"),
        ({"id": "steam", "pressure": "10"}, "the number has no unit"),
        ({"id": "steam", "pressure": 1.0}, "a number without its unit"),
        ({"id": "steam", "pressure": "10 bar(g)"}, "add the pressure of the air, about 0.1 MPa"),
        ({"id": "steam", "pressure": "180 degC"}, "a pressure is expected here"),
        ({"id": "steam", "temperature": "453 K"}, "take 273.15 off and write °C"),
        ({"id": "steam", "temperature": 180}, "a number without its unit"),
        ({"id": "steam", "temperature": "-300 degC"}, "more than -273.15"),
        ({"id": "steam"}, "either temperature (of water or oil) or pressure"),
        ({"id": "steam", "temperature": "180 degC", "pressure": "1 MPa"}, "either temperature"),
        ({**STEAM, "steam_temperature": "120 degC"}, "steam_temperature is of superheated steam"),
        ({**STEAM, "let_down_at_most": "-1 MW"}, "0 MW or more"),
        ({**STEAM, "id": "heat"}, "heat is a bus of its own"),
    ],
)
def test_a_level_that_cannot_be_is_refused(level: dict[str, Any], rule: str) -> None:
    (fault,) = refused(heat_level=[level, WATER])
    assert fault[0].startswith("d.toml.heat_level[1]")
    assert rule in f"{fault[1]} {fault[2]}"


def test_every_machine_that_names_a_wrong_level_is_told_at_once() -> None:
    faults = refused(
        boiler=[{**BOILER, "level": "stem"}],
        demand=[{"id": "wash", "bus": "heat", "series": "2 MW"}],
        thermal_store=[{"id": "tank", "level": "wtaer", "cost": {"annual": "1 CNY/kWh"}}],
        heat_pump=[{**PUMP, "source": "flu"}],
    )  # fmt: skip
    told = {where: (what, rule) for where, what, rule in faults}
    assert set(told) == {"boiler.level", "wash.level", "tank.level", "pump.source"}
    assert told["boiler.level"] == (
        "'stem'", "the id of a heat level: steam (179.89 °C), water (90.00 °C)"
    )  # fmt: skip
    assert told["wash.level"][0] == "no level"


def test_a_level_of_a_site_without_levels_is_unknown() -> None:
    (fault,) = refused(heat_level=[], demand=[])
    assert fault[1:] == ("'steam'", "the id of a heat level: none is declared")


def test_two_levels_of_one_temperature_are_refused() -> None:
    (fault,) = refused(heat_level=[STEAM, WATER, {"id": "hot", "temperature": "90 degC"}])
    assert fault[0] in ("hot.temperature", "water.temperature")
    assert "a temperature of its own" in fault[2]


def test_a_level_that_cannot_give_the_superheat_below_is_refused() -> None:
    """Steam of 10 bar, 180 °C, falls to 5 bar, but makes no steam of 300 °C there."""
    low = {"id": "low", "pressure": "5 bar", "steam_temperature": "300 degC"}
    (fault,) = refused(heat_level=[STEAM, low, WATER])
    assert fault[0] == "steam.let_down_at_most"
    assert "cannot give low its steam of 300 °C" in fault[2]
    built(heat_level=[{**STEAM, "let_down_at_most": "0 MW"}, low, WATER])


def test_superheated_steam_is_fed_by_what_is_as_hot_as_it() -> None:
    """A gas of 350 °C boils water at 40 bar, 250 °C, but heats no steam to 400 °C."""
    hot = {"id": "steam", "pressure": "40 bar", "steam_temperature": "400 degC"}
    gas = {**FLUE, "temperature": "350 °C", "to": ["steam"]}
    (fault,) = refused(heat_level=[hot, WATER], waste_heat=[gas])
    assert fault[0] == "flue.to"
    built(heat_level=[{**hot, "steam_temperature": "300 degC"}, WATER], waste_heat=[gas])
    pump = {**PUMP, "level": "steam", "source": "water", "sink_at_most": "300 degC"}
    faults = refused(heat_level=[hot, WATER], heat_pump=[pump])
    assert [fault[0] for fault in faults] == ["pump.sink_at_most"]


def test_a_level_of_power_is_refused() -> None:
    (fault,) = refused(demand=[{"id": "wash", "level": "water", "series": "2 MW"}])
    assert "only heat has a level" in f"{fault[1]} {fault[2]}"


@pytest.mark.parametrize(
    ("pump", "where", "rule"),
    [
        ({"level": "steam", "sink_at_most": "120 degC"}, "pump.sink_at_most", "reaches 120 °C"),
        ({"sink_temperature": 60}, "pump.sink_temperature", "is as hot"),
        ({"source": "steam"}, "pump.source", "what is colder"),
        ({"source": "water"}, "pump.source", "what is colder"),
    ],
)  # fmt: skip
def test_a_pump_that_cannot_lift_so_far_is_refused(
    pump: dict[str, Any], where: str, rule: str
) -> None:
    (fault,) = refused(waste_heat=[FLUE], heat_pump=[{**PUMP, **pump}])
    assert fault[0] == where
    assert rule in fault[2]


def test_a_pump_without_levels_keeps_its_highest_sink() -> None:
    pump = {"id": "pump", "source_temperature": "air", "sink_temperature": 90, "quality": "50 %",
            "sink_at_most": "80 degC", "cost": FREE}  # fmt: skip
    (fault,) = refused(heat_level=[], boiler=[], demand=[], heat_pump=[pump])
    assert fault[0] == "pump.sink_at_most"


@pytest.mark.parametrize(
    ("waste", "rule"),
    [
        ({"available": "-3 MW"}, "not below zero"), ({"available": "low"}, "not below zero"),
        ({"schedule": "120 %"}, "a share of full production"),
        ({"cooled_to": "200 degC"}, "cooled_to is below temperature"),
        ({"temperature": "473 K"}, "a temperature is expected here"),
        ({"temperature": "200"}, "the number has no unit"), ({"approach": "10 kW"}, "temperature"),
        ({"approach": "-5 K"}, "0 K or more"), ({"to": ["oil"]}, "heat level"),
        ({"to": ["steam"], "temperature": "185 °C"}, "heats what is 10 K colder"),
        ({"id": "power"}, "power is a bus of its own"),
    ],
)  # fmt: skip
def test_waste_heat_that_cannot_be_is_refused(waste: dict[str, Any], rule: str) -> None:
    (fault,) = refused(waste_heat=[{**FLUE, **waste}])
    assert rule in f"{fault[1]} {fault[2]}"


@pytest.mark.parametrize(
    ("turbine", "rule"),
    [
        ({}, "two levels of steam"),  # water has no pressure
        ({"inlet": "water", "exhaust": "steam"}, "from a hotter level to a colder"),
        ({"inlet": "stem"}, "the id of a heat level"),
        ({"isentropic_efficiency": None, "c_b": 0.3, "c_v": 0.1}, "extraction needs both"),
        ({"c_b": 0.3}, "either isentropic_efficiency or c_b"),
        ({"isentropic_efficiency": None, "c_b": 0.2, "c_v": 0.1, "condensing_efficiency": "30 %"},
         "at most 25.0 %"),
    ],
)  # fmt: skip
def test_a_turbine_that_cannot_be_is_refused(turbine: dict[str, Any], rule: str) -> None:
    whole = {k: v for k, v in {**TURBINE, **turbine}.items() if v is not None}
    (fault,) = refused(steam_turbine=[whole])
    assert rule in f"{fault[1]} {fault[2]}"


@pytest.mark.parametrize("performance", [0.9, 5.0])
def test_a_performance_beyond_the_second_law_is_refused(performance: float) -> None:
    """From 200 to 60 °C, 140 K / ln(473.15 / 333.15) = 399.07 K, to 180 °C: 453.03 / 53.97 = 8.39.

    To water of 90 °C the stream is hot enough, and any performance above one is possible.
    """
    pump = {"id": "pump", "level": "steam", "source": "flue", "performance": performance,
            "cost": FREE}  # fmt: skip
    if performance > 1:
        built(waste_heat=[FLUE], heat_pump=[pump])
        pump["performance"] = 8.6
    (fault,) = refused(waste_heat=[FLUE], heat_pump=[pump])
    assert fault[0] == "pump.performance"
    assert "between 1 and 8.39" in fault[2]


def test_a_ratio_of_a_turbine_beyond_the_second_law_is_refused() -> None:
    """From 180 to 90 °C: (453.03 - 363.15) / 363.15 = 0.248."""
    turbine = {"id": "turbine", "inlet": "steam", "exhaust": "water", "cost": FREE}
    built(steam_turbine=[{**turbine, "c_b": 0.24}])
    (fault,) = refused(steam_turbine=[{**turbine, "c_b": 0.25}])
    assert "at most c_b = 0.248" in fault[2]


def test_power_from_waste_heat_names_its_source() -> None:
    orc = {"id": "orc", "source": "flu", "efficiency": "12 %", "cost": FREE}
    (fault,) = refused(waste_heat=[FLUE], waste_heat_power=[orc])
    assert fault == ("orc.source", "'flu'", "the id of a waste heat: flue")


def test_a_level_that_nobody_uses_is_told() -> None:
    levels = [STEAM, WATER, {"id": "floor", "temperature": "40 degC"}]
    (told,) = found(heat_level=levels)
    assert (told.rule, told.subject) == ("level_unused", "floor")
    assert "40.0 °C" in told.text("en")
    assert "40.0 °C" in told.text("zh")


def test_waste_heat_of_no_use_is_told_with_its_reason() -> None:
    cold = {**FLUE, "temperature": "95 °C"}
    (told,) = found(waste_heat=[cold])
    assert told.rule == "waste_heat_of_no_use"
    assert "less an approach of 10 K it is no hotter than the coldest level, water (90.0 °C)" in (
        told.text("en")
    )
    assert not found(waste_heat=[cold], heat_pump=[PUMP])  # a pump has a use for it
    assert not found(waste_heat=[FLUE])


def test_waste_heat_without_levels_is_told() -> None:
    told = {each.rule for each in found(waste_heat=[FLUE], heat_level=[], boiler=[], demand=[])}
    assert told == {"no_demand", "waste_heat_without_levels"}
