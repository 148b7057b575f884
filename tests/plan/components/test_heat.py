"""Heat by levels: what falls, what is lifted, what never climbs; each site solved by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.components.heat_sites import FREE, GAS, levelled, site, two_levels

from celadon.numerics.steam import saturation_temperature
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.components.heat_pump import HeatPump, carnot_performance
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.microgrid import Design, NoPlan, Plan, plan_design
from celadon.plan.operation import Rolling, dispatch, standing_of
from celadon.plan.replay.replay import replay
from celadon.report.microgrid.energies import energies_of


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    again = replay(design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-7, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-9)
    return plan


def without(components: list[Component], name: str) -> list[Component]:
    return [each for each in components if each.id != name]


def test_two_levels_by_hand() -> None:
    """10 MW of heat at 0.30 / 0.8 CNY/kWh; the 4 MW of water fall from the steam."""
    plan = planned(site(two_levels()))
    assert plan.objective == pytest.approx(10 * 0.3 / 0.8)
    assert plan.flows["steam.let down"] == pytest.approx([4.0])
    # heat is worth the same on both levels, for the one boiler makes both
    assert plan.solution.price("steam balance") == pytest.approx([0.375])
    assert plan.solution.price("water balance") == pytest.approx([0.375])


def test_a_cheaper_boiler_below_serves_only_below() -> None:
    """Water at 0.20 from its own boiler; steam stays at 0.375: 6 * 0.375 + 4 * 0.2."""
    cheap = Boiler(id="rod", level="water", efficiency=0.8, fuel=Fuel(price=0.16), cost=FREE)
    plan = planned(site([*two_levels(), cheap]))
    assert plan.objective == pytest.approx(6 * 0.375 + 4 * 0.2)
    assert plan.flows["steam.let down"] == pytest.approx([0.0], abs=1e-9)
    assert plan.solution.price("water balance") == pytest.approx([0.2])


def test_nothing_climbs() -> None:
    """A boiler at the water cannot make steam: the level that lacks heat is named."""
    below = Boiler(id="boiler", level="water", efficiency=0.8, fuel=GAS, cost=FREE)
    found = plan_design(site([*without(two_levels(), "boiler"), below]))
    assert isinstance(found, NoPlan)
    (lacking,) = found.concessions
    assert lacking.demand == "steam (180 °C) balance"
    assert (lacking.asked, lacking.enough) == (pytest.approx(6.0), pytest.approx(0.0))


def test_a_let_down_that_is_too_small_is_named() -> None:
    found = plan_design(site(two_levels(let_down_at_most=3.0)))
    assert isinstance(found, NoPlan)
    (lacking,) = found.concessions
    assert lacking.demand == "steam.let-down limit"
    assert (lacking.asked, lacking.enough) == (pytest.approx(3.0), pytest.approx(4.0))


def test_a_let_down_is_bought_where_it_costs() -> None:
    plan = planned(site(two_levels(let_down_cost=PowerCost(annual=0.05))))
    assert plan.value("steam.let_down") == pytest.approx(4.0)
    assert plan.costs["steam.let_down"] == pytest.approx(0.2)


def test_surplus_falls_and_is_lost_only_at_the_bottom() -> None:
    """An engine is paid for its power: its heat falls through both levels and is let go below."""
    engine = CombinedHeatAndPower(id="engine", level="steam", electric_efficiency=0.4,
                                  heat_efficiency=0.5, fuel=GAS, cost=FREE, most=8.0)  # fmt: skip
    parts = [each for each in two_levels() if each.id != "grid"]
    plan = planned(site([*parts, engine, Grid(id="grid", price=2.0, export_price=1.9)]))
    assert plan.flows["engine.fuel"] == pytest.approx([20.0])
    assert plan.flows["steam.let down"] == pytest.approx([10.0 - 6.0])
    assert plan.solution.activity("steam balance") == pytest.approx([6.0])  # nothing over
    more = CombinedHeatAndPower(**{**engine.model_dump(exclude={"fuel", "cost"}), "most": 16.0,
                                   "fuel": GAS, "cost": FREE})  # fmt: skip
    plan = planned(site([*parts, more, Grid(id="grid", price=2.0, export_price=1.9)]))
    assert plan.flows["steam.let down"] == pytest.approx([20.0 - 6.0])


def test_led_by_heat_an_engine_makes_no_more_than_is_asked_for() -> None:
    """Power pays, yet 10 MW of heat are asked for in all: 20 MW of fuel and no more."""
    engine = CombinedHeatAndPower(
        id="engine", level="steam", electric_efficiency=0.4, most=16.0, heat_efficiency=0.5,
        fuel=GAS, cost=FREE, heat_led=True,
    )  # fmt: skip
    parts = [each for each in two_levels() if each.id != "grid"]
    grid = Grid(id="grid", price=2.0, export_price=1.9)
    plan = planned(site([*parts, engine, grid]))
    assert plan.flows["engine.fuel"] == pytest.approx([20.0])
    # at the water it sees 4 MW, and a store that is filled and emptied moves them in time
    below = engine.model_copy(update={"level": "water"})
    plan = planned(site([*parts, below, grid]))
    assert plan.flows["engine.fuel"] == pytest.approx([8.0])
    tank = ThermalStore(id="tank", level="water", cost=EnergyCost(annual=0.0), most=50.0)
    prices = np.array([0.1, 2.0])
    moved = Grid(id="grid", price=2.1, export_price="paid")
    plan = planned(site([*parts, below, tank, moved], 2, paid=prices))
    assert plan.flows["engine.fuel"].sum() == pytest.approx(16.0)
    assert plan.flows["engine.fuel"][1] == pytest.approx(16.0)


def test_a_pump_lifts_to_its_level() -> None:
    """From 40 to 90 degrees at half of Carnot: COP 0.5 x 363.15 / 50 = 3.6315."""
    floor: list[Component] = [
        *without(two_levels(), "boiler"), HeatLevel(id="floor", temperature=40.0),
        Boiler(id="boiler", level="steam", efficiency=0.8, fuel=GAS, cost=FREE),
        Boiler(id="sun", level="floor", efficiency=1.0, fuel=Fuel(price=0.006), cost=FREE),
        HeatPump(id="pump", level="water", source="floor", quality=0.5, cost=FREE),
    ]  # fmt: skip
    plan = planned(site(floor))
    power = 4 / 3.6315
    assert plan.flows["pump.power"] == pytest.approx([power])
    assert plan.flows["sun.heat"] == pytest.approx([4 - power])  # what the pump takes from below
    by_hand = 6 * 0.375 + 0.6 * power + 0.006 * (4 - power)
    assert plan.objective == pytest.approx(by_hand)


def test_the_energy_of_every_level_is_accounted_for() -> None:
    """What comes in is used, stored or lost; all of it together is fuel, power and surroundings."""
    design = levelled()
    plan = planned(design)
    energies = energies_of(design, plan.sizes, plan.flows)
    for level in ("high", "steam", "hot-water", "floor", "flue"):
        net = sum(energies.of_bus(level).values())
        assert np.min(net) > -1e-9, level
    assert np.max(np.abs(sum(energies.of_bus("high").values()))) < 1e-9  # passes all on
    asked = sum(plan.design.series[name].sum() for name in ("steam", "hot", "floor"))
    taken = sum(plan.flows[f"flue.to {level}"].sum() for level in ("steam", "hot-water", "floor"))
    let_go = sum(sum(energies.of_bus(b).values()).sum() for b in ("steam", "hot-water", "floor"))
    tank = -energies.moved["tank", "hot-water"].sum()  # what it loses
    turned = 0.0
    for name, ratio in (("turbine", None), ("tail", 0.3)):
        moved = {bus: flow.sum() for (who, bus), flow in energies.moved.items() if who == name}
        turned += -moved["high"] - sum(
            v for bus, v in moved.items() if bus not in ("high", "power")
        )
        if ratio is None:  # of what is taken in all but the generator's loss is power or heat
            assert -moved["high"] == pytest.approx(moved["steam"] + moved["power"] / 0.96)
    lifted = sum(plan.flows[f"{p}.power"].sum() for p in ("pump", "lift")) + energies.moved[
        "air", "floor"].sum() + energies.moved["pump", "hot-water"].sum() - plan.flows[
        "pump.power"].sum()  # fmt: skip
    made = plan.flows["boiler.heat"].sum() + 0.45 * plan.flows["engine.fuel"].sum()
    made += plan.flows["extraction.heat"].sum() + 0.15 * plan.flows["stack.power"].sum()
    assert made + taken + lifted == pytest.approx(asked + let_go + tank + turned, rel=1e-9)


@pytest.mark.parametrize(
    ("block", "breaks"),
    [
        ("high.let down", "high balance"), ("flue.to steam", "flue above steam"),
        ("turbine.heat", "turbine power"), ("tail.intake", "tail power"),
        ("extraction.heat", "extraction cone"), ("orc.power", "orc power"),
        ("pump.power", "pump heat"), ("engine.fuel", "engine"), ("steam.let down", "steam let"),
        ("lift.power", "lift heat"), ("boiler.heat", "boiler heat"),
    ],
)  # fmt: skip
def test_a_flow_that_is_changed_is_found(block: str, breaks: str) -> None:
    plan = planned(levelled())
    changed = plan.flows[block].copy()
    changed[7] += 9.0
    again = replay(plan.design, plan.sizes, {**plan.flows, block: changed})
    told = {what for what, by in again.breaches.items() if by > 0.01}
    assert any(what.startswith(breaks) for what in told), told


def test_a_site_without_levels_has_one_bus_of_heat_as_before() -> None:
    plain: list[Component] = [
        Demand(id="rooms", bus="heat", series=4.0), Grid(id="grid", price=0.6),
        Boiler(id="boiler", efficiency=0.8, fuel=GAS, cost=FREE),
        HeatPump(id="pump", performance=3.0, cost=FREE),
    ]  # fmt: skip
    plan = planned(site(plain))
    assert plan.objective == pytest.approx(4 * 0.2)
    assert set(plan.built.program.rows) >= {"heat balance", "power balance"}


def test_the_temperature_of_steam_is_that_at_which_it_condenses() -> None:
    """IAPWS R7-97(2012), table 36: 1 MPa boils at 453.035632 K."""
    assert HeatLevel(id="steam", pressure=1.0).supply == pytest.approx(453.035632 - 273.15)


LEVELS = st.lists(st.floats(30.0, 300.0).map(round), min_size=2, max_size=4, unique=True)
PRICES = st.floats(0.05, 2.0)


@st.composite
def sites(draw: st.DrawFn) -> list[Component]:
    """Levels with demands and boilers at random, some pumps between neighbours."""
    found: list[Component] = [Grid(id="grid", price=draw(PRICES))]
    temperatures = sorted(draw(LEVELS), reverse=True)
    for n, temperature in enumerate(temperatures):
        name = f"level-{n}"
        found.append(HeatLevel(id=name, temperature=temperature))
        found.append(Demand(id=f"demand-{n}", bus="heat", level=name, series=draw(PRICES)))
        most = round(draw(st.floats(0.0, 6.0)), 3)
        found.append(Boiler(id=f"boiler-{n}", level=name, efficiency=draw(st.floats(0.3, 1.0)),
                            cost=FREE, most=most))  # fmt: skip
        if n and draw(st.booleans()):
            found.append(HeatPump(id=f"pump-{n}", level=f"level-{n - 1}", source=name, quality=0.5,
                                  cost=PowerCost(annual=draw(PRICES))))  # fmt: skip
    return found


@settings(max_examples=40, deadline=None)
@given(sites())
def test_heat_never_flows_uphill(parts: list[Component]) -> None:
    """Above any temperature no more is used than is made there or lifted there by a pump."""
    plan = plan_design(site(parts), alternatives=False)
    if isinstance(plan, NoPlan):
        return
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-6, again.worst
    levels: list[Any] = [each for each in parts if each.kind == "heat_level"]
    for cut in levels:
        hot = {each.id for each in levels if each.supply >= cut.supply}
        used, made = 0.0, 0.0
        for each in parts:
            if each.kind == "demand" and each.level in hot:
                used += each.series
            if each.kind == "boiler" and each.level in hot:
                made += float(plan.flows[f"{each.id}.heat"][0])
            if each.kind == "heat_pump" and each.level in hot:
                source = next(x.supply for x in levels if x.id == each.source)
                sink = next(x.supply for x in levels if x.id == each.level)
                power = float(plan.flows[f"{each.id}.power"][0])
                lift = float(carnot_performance(np.array([source]), np.array([sink]), 0.5)[0])
                made += power if each.source in hot else lift * power
        assert used <= made + 1e-6


@settings(max_examples=40, deadline=None)
@given(sites(), st.data())
def test_a_let_down_never_raises_the_cost(parts: list[Component], data: st.DataObject) -> None:
    """A way down is a choice more: shut, narrow, open, the cost never rises."""
    levels = [each.id for each in parts if isinstance(each, HeatLevel)]
    chosen = data.draw(st.sampled_from(levels))
    costs = []
    for most in (0.0, data.draw(st.floats(0.01, 3.0)), None):
        changed = [
            each.model_copy(update={"let_down_at_most": most}) if each.id == chosen else each
            for each in parts
        ]
        plan = plan_design(site(changed), alternatives=False)
        costs.append(plan.objective if isinstance(plan, Plan) else np.inf)
    assert costs[1] <= costs[0] + 1e-6
    assert costs[2] <= costs[1] + 1e-6


def test_water_of_a_level_and_steam_are_ordered_by_temperature() -> None:
    """Steam of 1 bar condenses at 99.6 degrees, below water of 130 degrees."""
    assert saturation_temperature(0.1) == pytest.approx(372.755919 - 273.15)  # R7-97, table 36
    design = site([
        HeatLevel(id="steam", pressure=0.1), HeatLevel(id="water", temperature=130.0),
        Demand(id="process", bus="heat", level="steam", series=1.0), Grid(id="grid", price=0.6),
        Boiler(id="boiler", level="water", efficiency=1.0, cost=FREE),
    ])  # fmt: skip
    assert planned(design).flows["water.let down"] == pytest.approx([1.0])


@pytest.mark.parametrize("hours", [48, 24])
def test_a_site_with_levels_runs_window_by_window(hours: int) -> None:
    """With a perfect forecast over all steps the run is the plan; in windows it costs no less."""
    plan = planned(levelled())
    standing, opening = standing_of(plan)
    done = dispatch(standing, Rolling(hours, min(hours, 24), "perfect"), opening)
    running = sum(part for name, part in plan.costs.items() if name not in plan.sizes)
    assert done.check.largest_breach < 1e-6, done.check.worst
    if hours == len(plan.design.series["load"]):
        assert done.bound == pytest.approx(running, rel=1e-7)
    assert done.cost >= running * (1 - 1e-7)
