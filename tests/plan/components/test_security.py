"""Reserves and outages: sizes by hand, and every beginning lived through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.microgrid.sites import PARAMETERS, reference

from celadon.errors import DeclarationError
from celadon.plan.components.battery import Battery
from celadon.plan.components.byproduct_gas import ByproductGas
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.components.security import CriticalLoad, Reserve, steps_of
from celadon.plan.microgrid import Design, Horizon, Plan, build, plan_design
from celadon.plan.microgrid.service_prices import service_prices
from celadon.plan.replay.replay import replay


def battery(name: str = "battery", **changed: Any) -> Battery:
    given: dict[str, Any] = {
        "charge_efficiency": 1.0, "discharge_efficiency": 0.8, "power_cost": PowerCost(annual=1.0),
        "energy_cost": EnergyCost(annual=2.0), **changed,
    }  # fmt: skip
    return Battery(id=name, **given)


def day(*machines: Component, hours: float = 1.0) -> Design:
    """A flat load of 2 MW for a day at one price, so that stores are built for safety alone."""
    count = round(24 / hours)
    horizon = Horizon(hours, np.zeros(count, np.int64), ("one",))
    sun = np.where(np.arange(count) * hours >= 12, 0.5, 0.0)
    base: list[Component] = [Demand(id="works", series=2.0), Grid(id="grid", price=0.5)]
    return Design(horizon, {"sun": sun}, [*base, *machines])


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    again = replay(design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-7, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-9)
    return plan


@pytest.mark.parametrize("hours", [1.0, 0.25])
def test_an_outage_by_hand(hours: float) -> None:
    """1.2 MW for 3 h out of a store that gives 80 %: 1.2 MW, 3.6 / 0.8 = 4.5 MWh."""
    plan = planned(day(battery(), CriticalLoad(id="safe", series=1.2, hours=3), hours=hours))
    assert plan.value("battery.power") == pytest.approx(1.2)
    assert plan.value("battery.energy") == pytest.approx(4.5)
    # one per cent more of the load asks for one per cent more of the store
    assert service_prices(plan) == {"safe": pytest.approx((1.2 + 2 * 4.5) / 100)}


def test_what_is_lost_in_waiting_is_held_too() -> None:
    """After 2 h at 10 % an hour 0.81 of it is left, on the safe side."""
    lossy = day(battery(loss=0.1), CriticalLoad(id="safe", series=1.0, hours=2))
    assert plan_of(lossy).value("battery.energy") == pytest.approx(2.0 / 0.8 / 0.81)


def plan_of(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    return plan


def test_the_sun_and_an_engine_help() -> None:
    """A roof of 4 MW gives 2 MW after noon; an engine of 0.4 MW at all times."""
    roof = Photovoltaics(id="roof", yields="sun", cost=PowerCost(annual=0.0), least=4.0, most=4.0)
    engine = CombinedHeatAndPower(
        id="chp", electric_efficiency=0.4, heat_efficiency=0.0, fuel=Fuel(price=9.0),
        cost=PowerCost(annual=0.0), least=0.4, most=0.4,
    )  # fmt: skip
    safe = CriticalLoad(id="safe", series=1.2, hours=2)
    plan = planned(day(roof, engine, battery(), safe))
    assert plan.value("battery.power") == pytest.approx(0.8)
    assert plan.value("battery.energy") == pytest.approx(1.6 / 0.8)
    on_gas = engine.model_copy(update={"fuel": Fuel(gas="coke-gas")})
    gas = ByproductGas(id="coke-gas", arising=9.0)
    without = planned(day(roof, on_gas, gas, battery(), safe))
    assert without.value("battery.power") == pytest.approx(1.2)


def test_a_reserve_by_hand() -> None:
    """30 % of 2 MW for half an hour: 0.6 MW, 0.3 MWh out of 0.375."""
    plan = planned(day(battery(), Reserve(id="spinning", load=2.0, share=0.3, minutes=30)))
    assert plan.value("battery.power") == pytest.approx(0.6)
    assert plan.value("battery.energy") == pytest.approx(0.375)
    assert service_prices(plan) == {"spinning": pytest.approx((0.6 + 2 * 0.375) / 30)}


def test_an_engine_that_runs_offers_what_it_does_not_give() -> None:
    """Cheap fuel runs the engine at 2 MW; a reserve of 0.6 MW makes it 2.6 MW or a battery."""
    engine = CombinedHeatAndPower(
        id="chp", electric_efficiency=0.4, heat_efficiency=0.0, fuel=Fuel(price=0.01),
        cost=PowerCost(annual=0.5),
    )  # fmt: skip
    plan = planned(day(engine, Reserve(id="spinning", load=2.0, share=0.3)))
    assert plan.value("chp.capacity") == pytest.approx(2.6)


def test_stores_share_an_outage() -> None:
    small, large = battery("small", power_at_most=0.5), battery("large", energy_at_most=4.0)
    plan = planned(day(small, large, CriticalLoad(id="safe", series=1.2, hours=4)))
    assert plan.value("small.energy") + plan.value("large.energy") == pytest.approx(6.0)
    assert plan.value("small.power") <= 0.5 + 1e-9


def test_a_store_that_runs_out_is_found() -> None:
    plan = planned(day(battery(), CriticalLoad(id="safe", series=1.2, hours=3)))
    less = {**plan.flows, "battery.content": plan.flows["battery.content"] * 0.9}
    assert replay(plan.design, plan.sizes, less).breaches["safe energy"] > 0.1
    given = {**plan.flows, "safe.from battery": plan.flows["safe.from battery"] * 0.9}
    assert replay(plan.design, plan.sizes, given).breaches["safe served"] > 0.1
    reserve = planned(day(battery(), Reserve(id="spinning", load=2.0, share=0.3)))
    flows = {**reserve.flows, "spinning.from battery": reserve.flows["spinning.from battery"] / 2}
    assert replay(reserve.design, reserve.sizes, flows).breaches["spinning reserve"] > 0.1


def test_a_year_like_site_survives_longer_at_a_growing_price() -> None:
    ann = {**PARAMETERS["ann"], "pv": 90.0}
    costs = []
    for hours in (1, 2, 4):
        base = reference(168, ann=ann)
        safe = CriticalLoad(id="safe", series=4.0, hours=hours)
        costs.append(planned(replace(base, components=[*base.components, safe])).objective)
    assert costs == sorted(costs)
    assert costs[2] > costs[0]


@pytest.mark.parametrize("hours", [0.4, 25.0, 1.5])
def test_an_outage_of_no_whole_steps_is_refused(hours: float) -> None:
    with pytest.raises(DeclarationError, match="no whole number of steps"):
        build(day(battery(), CriticalLoad(id="safe", series=1.0, hours=hours)))
    assert steps_of(1.5, 0.25, 96, "safe") == 6


@pytest.mark.parametrize(
    "service", [CriticalLoad(id="safe", series=1.0, hours=1), Reserve(id="r", load=2.0, share=0.1)]
)
def test_a_service_that_nothing_gives_is_refused(service: Component) -> None:
    with pytest.raises(DeclarationError, match="nothing to rest on"):
        build(day(service))


def test_nobody_is_asked_for_what_is_not_declared() -> None:
    names = build(day(battery())).program.columns
    assert not [name for name in names if "from" in name]
