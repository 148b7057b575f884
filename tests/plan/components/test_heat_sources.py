"""Waste heat by its temperature, turbines by the drop of their steam, extraction by its cone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.plan.components.heat_sites import FREE, GAS, site
from tests.plan.components.test_heat import planned

from celadon.errors import DeclarationError
from celadon.numerics import steam
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.levels import Level
from celadon.plan.components.steam_turbine import SteamTurbine, steam_drop
from celadon.plan.components.waste_heat import WasteHeat, WasteHeatPower
from celadon.plan.microgrid import plan_design


def flue(**changed: Any) -> WasteHeat:
    given: dict[str, Any] = {
        "available": 6.0, "temperature": 200.0, "cooled_to": 50.0, "approach": 10.0, "cost": FREE,
        **changed,
    }  # fmt: skip
    return WasteHeat(id="flue", **given)


def warm(*more: Component, hot: float = 0.0, water: float = 10.0) -> list[Component]:
    """Oil of 120 and water of 90 degrees, each with an electric boiler at 0.6 CNY/kWh."""
    return [
        HeatLevel(id="oil", temperature=120.0), HeatLevel(id="water", temperature=90.0),
        Demand(id="drying", bus="heat", level="oil", series=hot),
        Demand(id="washing", bus="heat", level="water", series=water),
        Boiler(id="rod", level="oil", efficiency=1.0, cost=FREE), Grid(id="grid", price=0.6), *more,
    ]  # fmt: skip


def test_a_level_takes_what_lies_above_it() -> None:
    """(200 - 90 - 10) / (200 - 50) = 2/3 of 6 MW: 4 MW of water, and 6 MW are bought."""
    plan = planned(site(warm(flue())))
    assert plan.flows["flue.to water"] + plan.flows["flue.to oil"] == pytest.approx([4.0])
    assert plan.objective == pytest.approx(6 * 0.6)
    assert flue().share_above(90.0) == pytest.approx(2 / 3)
    assert (flue().share_above(195.0), flue().share_above(30.0)) == (0.0, 1.0)


def test_two_levels_share_the_stream() -> None:
    """Oil of 120 takes no more than 70/150 of 6 = 2.8 MW, both together no more than 4 MW."""
    plan = planned(site(warm(flue(), hot=5.0)))
    assert plan.flows["flue.to oil"][0] <= 2.8 + 1e-9
    both = plan.flows["flue.to oil"] + plan.flows["flue.to water"]
    assert both == pytest.approx([4.0])
    only = planned(site(warm(flue(to=("oil",)), hot=5.0)))
    assert only.flows["flue.to oil"] == pytest.approx([2.8])
    assert "flue.to water" not in only.flows


def test_the_exchanger_costs_and_recovered_heat_is_worth_what_it_replaces() -> None:
    """At 0.5 a MW for one hour, 4 MW are recovered (0.6 is saved); at 0.7 none."""
    plan = planned(site(warm(flue(cost=PowerCost(annual=0.5)))))
    assert plan.value("flue.capacity") == pytest.approx(4.0)
    assert plan.objective == pytest.approx(6 * 0.6 + 4 * 0.5)
    dear = planned(site(warm(flue(cost=PowerCost(annual=0.7)))))
    assert dear.value("flue.capacity") == pytest.approx(0.0, abs=1e-9)


def test_what_arises_follows_production() -> None:
    running = np.array([1.0, 0.5, 0.0])
    plan = planned(site(warm(flue(schedule="running")), 3, running=running))
    taken = plan.flows["flue.to water"] + plan.flows["flue.to oil"]
    assert taken == pytest.approx([4.0, 2.0, 0.0])


def test_a_pump_lifts_what_is_left() -> None:
    """Of 6 MW 4 serve the water, 2 are lifted from 50 to 90 at half of Carnot, COP 4.539."""
    little = PowerCost(annual=0.001)  # or lifting what serves directly would cost as much
    pump = HeatPump(id="pump", level="water", source="flue", quality=0.5, cost=little)
    plan = planned(site(warm(flue(), pump)))
    lift = 0.5 * 363.15 / 40
    power = 2 / (lift - 1)
    assert plan.flows["pump.power"] == pytest.approx([power])
    # the pump's heat is its power and the 2 MW: 10 - 4 - 2 MW are bought in all
    assert plan.objective == pytest.approx(0.6 * 4 + 0.001 * (2 + power))
    assert plan.value("flue.capacity") >= 6.0 - 1e-6  # the pump's heat goes through it too


def test_power_takes_a_part_of_the_stream_whole() -> None:
    """0.3 MW of power at 15 % take 2 of the 6 MW; the rest serves as before: 2/3 of 4 MW."""
    orc = WasteHeatPower(id="orc", source="flue", efficiency=0.15, cost=FREE, least=0.3, most=0.3)
    load = Demand(id="load", series=5.0)
    plan = planned(site(warm(flue(), orc, load, water=2.5)))
    assert plan.flows["orc.power"] == pytest.approx([0.3])
    taken = plan.flows["flue.to water"] + plan.flows["flue.to oil"]
    assert taken == pytest.approx([2.5])  # of 2/3 of the 4 MW that are left, 2.67
    # by 1 MW for power 0.15 are gained and 2/3 lost: where water takes all, none is turned
    full = planned(site(warm(flue(), orc, load)))
    assert full.flows["orc.power"] == pytest.approx([0.0], abs=1e-9)
    assert full.flows["flue.to water"] + full.flows["flue.to oil"] == pytest.approx([4.0])


def test_waste_heat_too_cold_for_any_level_still_feeds_a_pump() -> None:
    pump = HeatPump(id="pump", level="water", source="flue", quality=0.5, cost=FREE)
    cold = flue(temperature=35.0, cooled_to=25.0, approach=5.0)
    plan = planned(site(warm(cold, pump)))
    lift = 0.5 * 363.15 / 65
    assert plan.flows["pump.power"] == pytest.approx([min(10 / lift, 6 / (lift - 1))])


def test_the_drop_of_steam_by_hand() -> None:
    """4 MPa, 400 °C to 0.5 MPa at 75 %, by the saturated states at 0.5 MPa (IAPWS-IF97).

    h1 3214.37, s1 6.77119; s' 1.86060, s'' 6.82058, h' 640.185, h'' 2748.11 kJ/kg: the ideal end is
    wet, x = (6.77119 - 1.86060) / 4.95998 = 0.99004, h2s = 640.185 + 0.99004 x 2107.92 = 2727.1.
    """
    drop = steam_drop(Level(250.4, 4.0, 400.0), Level(151.8, 0.5), 0.75)
    assert drop.inlet == pytest.approx(3214.37, abs=0.01)
    assert drop.exhaust == pytest.approx(3214.37 - 0.75 * (3214.37 - 2727.1), abs=0.1)
    assert drop.power_to_heat == pytest.approx(365.4 / (2848.9 - 640.2), abs=1e-4)
    colder = steam_drop(Level(250.4, 4.0, 400.0), Level(151.8, 0.5), 0.75, 104.0)
    assert colder.returned == pytest.approx(steam.enthalpy(0.5, 104.0))
    dry = steam_drop(Level(250.4, 4.0), Level(151.8, 0.5), 0.75)
    assert dry.inlet == pytest.approx(2800.8, abs=0.1)  # h'' at 4 MPa


def back_pressure(price: float, **changed: Any) -> list[Component]:
    given: dict[str, Any] = {"isentropic_efficiency": 0.75, "cost": FREE, **changed}
    return [
        HeatLevel(id="high", pressure=4.0, steam_temperature=400.0),
        HeatLevel(id="low", pressure=0.5), Grid(id="grid", price=price),
        Demand(id="process", bus="heat", level="low", series=10.0),
        Demand(id="load", series=5.0),
        Boiler(id="boiler", level="high", efficiency=0.9, fuel=GAS, cost=FREE),
        SteamTurbine(id="turbine", inlet="high", exhaust="low", **given),
    ]  # fmt: skip


def test_a_back_pressure_turbine_in_place_of_the_valve() -> None:
    """c_b 0.16545: 10 MW of heat give 1.6545 MW; the boiler makes 11.6545 MW at 0.3 / 0.9."""
    plan = planned(site(back_pressure(0.6)))
    ratio = 365.4465 / 2208.74
    assert plan.flows["turbine.heat"] == pytest.approx([10.0])
    assert plan.flows["boiler.heat"] == pytest.approx([10 * (1 + ratio)], rel=1e-4)
    by_hand = 10 * (1 + ratio) / 3 + (5 - 10 * ratio) * 0.6
    assert plan.objective == pytest.approx(by_hand, rel=1e-4)
    cheap = planned(site(back_pressure(0.2)))  # power is cheaper than the fuel for it
    assert cheap.flows["turbine.heat"] == pytest.approx([0.0], abs=1e-9)
    assert cheap.flows["high.let down"] == pytest.approx([10.0])


def test_losses_of_the_generator_are_lost() -> None:
    plan = planned(site(back_pressure(0.9, mechanical_efficiency=0.9)))
    ratio = 365.4465 / 2208.74
    assert plan.flows["boiler.heat"] == pytest.approx([10 * (1 + ratio)], rel=1e-4)
    bought = 5 - 0.9 * 10 * ratio
    assert plan.flows["grid.import"] == pytest.approx([bought], rel=1e-4)


def test_extraction_from_a_level_of_steam() -> None:
    """c_b 0.3, c_v 0.12, 30 % condensing, steam at 0.333; 10 MW of heat are asked for.

    In back-pressure 10 MW of heat and 3 MW of power take 0.42 x 10 / 0.3 = 14 MW of steam: power at
    4 / 3 x 0.333 = 0.444. Condensing alone costs 0.333 / 0.3 = 1.11.
    """
    given = {"isentropic_efficiency": None, "c_b": 0.3, "c_v": 0.12, "condensing_efficiency": 0.3,
             "most": 4.2}  # fmt: skip
    idle = planned(site(back_pressure(0.4, **given)))
    assert idle.flows["turbine.intake"] == pytest.approx([0.0], abs=1e-9)
    plan = planned(site(back_pressure(0.6, **given)))
    assert plan.flows["turbine.intake"] == pytest.approx([14.0])
    assert plan.flows["grid.import"] == pytest.approx([5 - 3.0])
    # at its limit a MW of heat less gives 0.12 MW more: worth it above 0.333 / 0.12 = 2.78
    for price, heat in ((2.5, 10.0), (3.0, 0.0)):
        full = planned(site(back_pressure(price, **given)))
        assert full.flows["turbine.heat"] == pytest.approx([heat], abs=1e-7)
        assert full.flows["grid.import"] == pytest.approx([5 - (4.2 - 0.12 * heat)])


def test_a_turbine_is_bought_whole() -> None:
    """Of 1.65 MW that 10 MW of heat give, one machine of 1 MW is run in full."""
    machine = PowerCost(annual=0.1)
    plan = planned(site(back_pressure(0.6, machine=1.0, cost=machine)))
    assert plan.value("turbine.capacity") in (pytest.approx(1.0), pytest.approx(2.0))
    ratio = 365.4465 / 2208.74
    one, two = (min(n, 10 * ratio) * (0.6 - 1 / 3) - 0.1 * n for n in (1, 2))
    assert plan.value("turbine.capacity") == pytest.approx(1.0 if one > two else 2.0)


def extraction(power_price: float, heat_price: float, **changed: Any) -> list[Component]:
    """Demands of 3 MW power and 6 MW heat that can be bought, and a unit of at most 4 MW."""
    given: dict[str, Any] = {"electric_efficiency": 0.4, "c_b": 0.6, "c_v": 0.15, "most": 4.0,
                             "fuel": GAS, "cost": FREE, **changed}  # fmt: skip
    return [
        Demand(id="load", series=30.0), Demand(id="rooms", bus="heat", series=60.0),
        Grid(id="grid", price=power_price),
        Boiler(id="other", efficiency=1.0, fuel=Fuel(price=heat_price), cost=FREE),
        CombinedHeatAndPower(id="unit", **given),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("power_price", "heat_price", "power", "heat"),
    [
        (0.9, 0.05, 4.0, 0.0),  # condensing: all power
        (0.6, 0.4, 3.2, 4 / 0.75),  # back-pressure: p = 0.6 q, p + 0.15 q = 4
        (0.5, 0.01, 0.0, 0.0),  # fuel at 0.3 / 0.4 = 0.75 pays for neither
    ],
)
def test_the_corners_of_the_cone(
    power_price: float, heat_price: float, power: float, heat: float
) -> None:
    plan = planned(site(extraction(power_price, heat_price)))
    fuel = plan.flows["unit.fuel"][0]
    assert plan.flows["unit.heat"] == pytest.approx([heat], abs=1e-7)
    assert 0.4 * fuel - 0.15 * heat == pytest.approx(power, abs=1e-7)
    by_hand = 30 * power_price + 60 * heat_price
    by_hand += 0.3 * fuel - power * power_price - heat * heat_price
    assert plan.objective == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"c_v": None}, "extraction needs both"), ({"heat_efficiency": 0.5}, "either heat_eff"),
        ({"electric_efficiency": 0.5, "c_v": 0.1}, "more power and heat would come out"),
        ({"c_b": None, "c_v": None}, "either heat_eff"),
    ],
)  # fmt: skip
def test_an_engine_says_its_heat_in_one_way(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        extraction(0.6, 0.4, **changed)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (flue(available=-1.0), "-1 in step 1"), (flue(schedule=1.2), "1.2 in step 1"),
        (flue(to=("steam",)), "'steam'"), (flue(to=("oil",), temperature=125.0), "oil (120.00 °C)"),
    ],
)  # fmt: skip
def test_waste_heat_that_cannot_be_is_refused(wrong: WasteHeat, told: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        plan_design(site(warm(wrong)))
    assert told in str(refused.value.faults[0].found)


def test_no_machine_makes_more_power_than_the_second_law_allows() -> None:
    orc = WasteHeatPower(id="orc", source="flue", efficiency=0.4, cost=FREE)
    with pytest.raises(DeclarationError) as refused:
        plan_design(site(warm(flue(), orc)))
    (fault,) = refused.value.faults
    # 1 - 273.15 ln(473.15 / 323.15) / 150 = 30.6 %
    assert "30.6 %" in fault.rule
    assert fault.where == ("orc", "efficiency")


@settings(max_examples=30, deadline=None)
@given(
    st.floats(100.0, 400.0), st.floats(0.0, 60.0), st.floats(0.0, 12.0), st.floats(0.0, 12.0),
    st.booleans(),
)  # fmt: skip
def test_a_wider_approach_never_pays(
    temperature: float, approach: float, hot: float, water: float, lifts: bool
) -> None:
    """More K between stream and level serve less; and no more is taken than there is."""
    pump = HeatPump(id="pump", level="water", source="flue", quality=0.5, cost=FREE)
    more = [pump] if lifts else []
    costs = []
    for wide in (approach, approach + 20.0):
        stream = flue(temperature=temperature, approach=wide)
        plan = planned(site(warm(stream, *more, hot=round(hot, 3), water=round(water, 3))))
        taken = sum(f[0] for name, f in plan.flows.items() if name.startswith("flue.to"))
        assert taken <= 6.0 * stream.share_above(90.0) + 1e-7
        costs.append(plan.objective)
    assert costs[0] <= costs[1] + 1e-7
