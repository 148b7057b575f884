"""Green and other power in one store: accounts solved by hand, held by rules, run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.microgrid.sites import everything, reference

from celadon.errors import DeclarationError
from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.microgrid import Design, NoPlan, Plan, Rule, plan_design
from celadon.plan.microgrid.odd_origin import origin_findings
from celadon.plan.microgrid.recording import plan_tables
from celadon.plan.operation import Rolling, dispatch, standing_of
from celadon.plan.replay.replay import Replay, replay

NOTHING = PowerCost(annual=0.0)


def site(
    load: Sequence[float], sun: Sequence[float], price: Sequence[float], sold: Sequence[float],
    **battery: Any,
) -> Design:  # fmt: skip
    """Some hours with a plant of 1 MW that stands, and a battery of half its losses each way."""
    series = {
        "load": np.array(load), "sun": np.array(sun), "price": np.array(price),
        "sold": np.array(sold),
    }  # fmt: skip
    store = {"charge_efficiency": 0.5, "discharge_efficiency": 1.0, **battery}
    machines: list[Component] = [
        Demand(id="works", series="load"),
        Grid(id="grid", price="price", export_price="sold"),
        Photovoltaics(id="roof", yields="sun", cost=NOTHING, least=1.0, most=1.0),
        Battery(id="store", power_cost=NOTHING, energy_cost=EnergyCost(annual=0.0),
                power_at_most=4.0, energy_at_most=4.0, **store),
    ]  # fmt: skip
    return Design(Horizon(1.0, np.zeros(len(load), int), ("one",)), series, machines)


def planned(design: Design) -> tuple[Plan, Replay]:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    again = replay(design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-8, again.worst
    assert again.cost == pytest.approx(plan.objective, abs=1e-8)
    return plan, again


HOURS = ([0.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.01, 1.5, 9.0], [0.0, 0.0, 2.0])


def test_three_hours_solved_by_hand() -> None:
    """Half of what is charged is lost; 4 MW can be charged.

    Hour 1: no load, power nearly free: 2 MW of the sun and 2 of the grid are charged, and 1 MWh
    of each is held. Hour 2: the load of 2 MW takes 1 of the sun at once and 1 of the store, which
    saves 1.5 CNY/kWh. Hour 3: what is left is sold at 2 CNY/kWh, and only green power may be.
    """
    plan, again = planned(site(*HOURS, origin="separate"))
    assert plan.flows["store.charge"] == pytest.approx([4, 0, 0], abs=1e-9)
    assert plan.flows["store.green.charge"] == pytest.approx([2, 0, 0], abs=1e-9)
    assert plan.flows["store.green.content"] == pytest.approx([1, 1, 0], abs=1e-9)
    assert plan.flows["store.content"] == pytest.approx([2, 1, 0], abs=1e-9)
    assert plan.flows["grid.export"] == pytest.approx([0, 0, 1], abs=1e-9)
    assert plan.objective == pytest.approx(2 * 0.01 - 1 * 2.0)
    energy = {part: amount for part, amount in plan.origin.energy.items() if amount > 1e-9}
    assert energy == pytest.approx(
        {"green_made": 3, "green_used_at_once": 1, "green_stored": 2, "green_lost_in_store": 1,
         "green_exported_from_store": 1, "drawn": 2, "other_stored": 2, "other_from_store": 1,
         "other_lost_in_store": 1}
    )  # fmt: skip
    # used of the sun: 3 made, 1 sold, 1 lost; all use: the load of 2, and nothing that is lost
    for sums in (again.sums, {name: plan.total(name) for name in ("self-used", "consumed")}):
        assert sums["self-used"] == pytest.approx(1)
        assert sums["consumed"] == pytest.approx(2)
    assert plan.shares["local_use_of_available"] == pytest.approx(1 / 3)


def test_losses_count_as_use_only_where_so_declared() -> None:
    plan, again = planned(site(*HOURS, origin="separate", losses_are_use=True))
    for sums in (again.sums, {name: plan.total(name) for name in ("self-used", "consumed")}):
        assert sums["self-used"] == pytest.approx(2)
        assert sums["consumed"] == pytest.approx(2 + 2)
    assert plan.origin.counts_losses


def test_power_that_was_bought_is_not_sold_as_green() -> None:
    """Bought at 0.1 and sold at 2 CNY: without an account the store would trade, and does."""
    given = ([0.0, 0.0], [0.0, 0.0], [0.1, 9.0], [0.0, 2.0])
    sold = {
        origin: planned(site(*given, origin=origin))[0].total("exported")
        for origin in ("none", "separate", "green only", "no export")
    }
    assert sold == pytest.approx({"none": 2, "separate": 0, "green only": 0, "no export": 0})


def test_a_store_that_takes_green_power_only() -> None:
    given = ([1.0, 1.0], [3.0, 0.0], [1.0, 9.0], [0.0, 0.5])
    plan, again = planned(site(*given, origin="green only"))
    assert plan.flows["store.charge"] == pytest.approx([2, 0], abs=1e-9)
    assert again.sums["self-used"] == pytest.approx(plan.total("self-used"))
    assert plan.total("self-used") == pytest.approx(2)  # 1 at once, 1 of 2 that were stored


def test_what_a_store_holds_is_not_exported_where_that_is_forbidden() -> None:
    given = ([0.0, 0.0], [3.0, 0.0], [9.0, 9.0], [0.5, 2.0])
    free, _ = planned(site(*given, origin="none"))
    held, _ = planned(site(*given, origin="no export"))
    assert free.flows["grid.export"] == pytest.approx([0, 1.5], abs=1e-9)
    assert held.flows["grid.export"] == pytest.approx([3, 0], abs=1e-9)


def test_wasting_green_power_is_no_way_to_keep_a_rule() -> None:
    """Three quarters of the sun are needed by nobody; only what a store loses could use them."""
    given = ([1.0, 0.0], [4.0, 0.0], [0.5, 0.5], [0.0, 0.0])
    rules = [Rule("green", "local_use", 0.6, "available")]
    wasted = plan_design(replace(site(*given), rules=rules))
    assert isinstance(wasted, Plan)
    assert (wasted.shares["local_use_of_available"] or 0) >= 0.6 - 1e-9
    none = plan_design(replace(site(*given, origin="separate"), rules=rules))
    assert isinstance(none, NoPlan)
    assert none.concessions[0].enough == pytest.approx(0.25, abs=1e-4)


@pytest.mark.parametrize("origin", ["separate", "green only", "no export"])
@pytest.mark.parametrize("make", [everything, lambda: reference(168, p_exp=0.9)])
def test_programme_and_arithmetic_agree_on_every_account(origin: str, make: Any) -> None:
    plan, again = planned(told(make(), origin))
    for name in ("self-used", "consumed", "exported"):
        if name in again.sums:
            assert again.sums[name] == pytest.approx(plan.total(name), abs=1e-7), name
    energy = plan.origin.energy
    if energy:
        parts = ("green_used_at_once", "green_stored", "green_exported")
        assert sum(energy[p] for p in parts) == pytest.approx(energy["green_made"])
        out = ("green_used_from_store", "green_lost_in_store", "green_exported_from_store")
        assert sum(energy[p] for p in out) == pytest.approx(energy["green_stored"], abs=1e-7)
        used = energy["green_used_at_once"] + energy["green_used_from_store"]
        assert plan.total("self-used") == pytest.approx(used, abs=1e-7)
    (table,) = [t for s, t in plan_tables("d", plan) if s.name == "microgrid_origin"]
    assert len(table) == len(energy)


@pytest.mark.parametrize("flow", ["green.charge", "green.discharge", "green.content"])
def test_a_false_entry_is_found(flow: str) -> None:
    plan, _ = planned(told(everything(), "separate"))
    changed = plan.flows[f"battery.{flow}"].copy()
    changed[7] += 9.0
    again = replay(plan.design, plan.sizes, {**plan.flows, f"battery.{flow}": changed})
    broken = [what for what, by in again.breaches.items() if by > 0.01]
    assert any("green" in what for what in broken), broken


def test_two_ways_to_tell_in_one_site_are_refused() -> None:
    design = everything()
    second = next(c for c in design.components if c.id == "battery").model_copy(
        update={"id": "second", "origin": "separate"}
    )
    with pytest.raises(DeclarationError, match="different ways") as caught:
        plan_design(replace(design, components=[*design.components, second]))
    assert [fault.where for fault in caught.value.faults] == [
        ("battery", "origin"), ("second", "origin")
    ]  # fmt: skip


def test_losses_of_an_unknown_origin_cannot_be_left_out() -> None:
    given = {"id": "b", "charge_efficiency": 0.9, "discharge_efficiency": 0.9,
             "power_cost": NOTHING, "energy_cost": EnergyCost(annual=1.0)}  # fmt: skip
    with pytest.raises(ValueError, match="nobody knows whose they are"):
        Battery(**given, losses_are_use=False)


@pytest.mark.parametrize("origin", ["separate", "green only"])
@pytest.mark.parametrize("forecast", ["perfect", "yesterday"])
def test_a_dispatch_keeps_the_books(origin: str, forecast: Any) -> None:
    plan, _ = planned(told(reference(96, p_exp=0.9), origin))
    standing, opening = standing_of(plan)
    done = dispatch(standing, Rolling(24, 24, forecast), opening)
    assert done.check.largest_breach < 1e-6, done.check.worst


def told(design: Design, origin: str) -> Design:
    machines = [
        c.model_copy(update={"origin": origin}) if c.kind == "battery" else c
        for c in design.components
    ]
    return replace(design, components=machines)


def test_the_price_of_a_rule_counts_by_the_account() -> None:
    cheap = {"pv": 6.0, "wind": 30.0, "bate": 20.0, "batp": 0.5, "chp": 700.0, "hp": 300.0,
             "boil": 60.0, "tes": 12.0}  # fmt: skip

    def costs(limit: float) -> Plan:
        design = told(reference(168, ann=cheap, p_exp=0.6, exp_frac=0.9), "separate")
        rules = [Rule("rule", "green_share", limit, "consumed")]
        return planned(replace(design, rules=rules))[0]

    plan = costs(0.95)
    (kept,) = plan.rules
    assert kept.share == pytest.approx(0.95, rel=1e-6)
    growth = (costs(0.9501).objective - costs(0.9499).objective) / 0.02
    assert kept.point == pytest.approx(growth, rel=0.02)


def test_both_accounts_together_are_what_loads_use() -> None:
    """As the rules say: green used and other used; stores lose of both, loads use none of that."""
    plan, again = planned(told(reference(168, p_exp=0.9), "separate"))
    energy = plan.origin.energy
    green = energy["green_used_at_once"] + energy["green_used_from_store"]
    other = energy["drawn"] - energy["other_stored"] + energy["other_from_store"]
    assert energy["other_lost_in_store"] > 1.0
    assert again.sums["consumed"] == pytest.approx(green + other, abs=1e-6)
    assert plan.shares["green_share_of_consumed"] == pytest.approx(green / (green + other))


def test_what_the_owner_gains_by_not_telling_the_origin_is_told() -> None:
    """Of 6 MWh of sun 1 is used at once and 5 are stored, half of them lost: 3.5 of 6 are used."""
    series = {"sun": np.array([1.0, 1.0, 0.0, 0.0]), "load": np.array([0.5, 0.5, 1.0, 1.5])}
    battery = Battery(
        id="battery", charge_efficiency=0.5, discharge_efficiency=1.0,
        power_cost=PowerCost(annual=0), energy_cost=EnergyCost(annual=0),
    )  # fmt: skip
    machines = [
        Demand(id="load", series="load"),
        Grid(id="grid", price=5.0, export_at_most=0.0),
        Photovoltaics(id="sun", yields="sun", cost=PowerCost(annual=0), least=3.0, most=3.0),
        battery,
    ]
    horizon = Horizon(hours=1.0, month=np.zeros(4, int), months=("one",))
    rules = [Rule("green", "green_share", 0.9, "consumed"),
             Rule("local", "local_use", 0.5, "available")]  # fmt: skip
    plan = plan_design(Design(horizon, series, machines, rules))
    assert isinstance(plan, Plan)
    told = {each.subject: each for each in origin_findings(plan, "works")}
    assert {name: each.rule for name, each in told.items()} == {
        "green": "origin_in_favour", "local": "origin_in_favour",
    }  # fmt: skip
    assert told["green"].numbers["lost"] == told["green"].numbers["green"] == "2.5"
    assert told["local"].numbers["share"] == "100.00"
    assert told["local"].numbers["otherwise"] == "58.33"
    strict = Rule("local", "local_use", 0.6, "available")
    plan = plan_design(Design(horizon, series, machines, [strict]))
    assert isinstance(plan, Plan)
    assert [each.rule for each in origin_findings(plan, "works")] == ["origin_decides"]
    followed = [*machines[:-1], battery.model_copy(update={"origin": "separate"})]
    plan = plan_design(Design(horizon, series, followed, []))
    assert isinstance(plan, Plan)
    assert origin_findings(plan, "works") == []
