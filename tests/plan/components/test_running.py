"""Least loads, ramps, starts and standing by: against all ways written out, and by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from pydantic import ValidationError
from tests.plan.components.running_sites import NOTHING, engine, horizon, switched, works

from celadon.errors import InputError
from celadon.plan.cash_flow.standing import standing_design
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.cost import MassCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.running import RunningMachine
from celadon.plan.components.security import Reserve
from celadon.plan.microgrid import Design, NoPlan, Plan, plan_design
from celadon.plan.microgrid.assembling import shortcomings
from celadon.plan.microgrid.declaration import DesignFile, DesignHead
from celadon.plan.microgrid.whole_steps import leave_out_needless_starts
from celadon.plan.operation.refusing import refuse
from celadon.plan.operation.standing import standing_of
from celadon.plan.replay.replay import replay

PRICE = [0.3, 0.9, 0.45, 0.9, 0.2, 0.2, 1.2, 0.4]


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan), plan
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-6, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-8)
    assert plan.gap <= 1e-6
    return plan


def by_hand(load: float, start_cost: float) -> float:
    """The least cost over all ways to switch one machine of 4 MW for eight hours, on a circle.

    While it runs, power costs 0.2 / 0.4 = 0.5 a MWh, between 2 and 4 MW; the grid sells nothing
    back, so that the machine gives no more than the load.
    """
    best = np.inf
    for ways in product((0, 1), repeat=len(PRICE)):
        cost = 0.0
        for hour, on in enumerate(ways):
            given = 0.0 if not on else min(load, 4.0) if PRICE[hour] > 0.5 else 2.0
            if on and load < 2.0:
                cost = np.inf
            cost += 0.5 * given + PRICE[hour] * (load - given)
            cost += 4 * start_cost if on > ways[hour - 1] else 0.0
        best = min(best, cost)
    return best


@pytest.mark.parametrize(("load", "start_cost"), [(4.0, 0.3), (3.0, 0.05), (2.5, 0.0), (4.0, 2.0)])
def test_a_machine_is_switched_as_the_best_of_all_ways(load: float, start_cost: float) -> None:
    machine = engine(on_off="machine", machine=4.0, start_cost=start_cost)
    plan = planned(works(machine, PRICE, load))
    assert plan.objective == pytest.approx(by_hand(load, start_cost), rel=1e-9)
    on = plan.flows["engine.machines on"]
    starts = np.maximum(on - np.roll(on, 1), 0).sum()
    assert plan.costs.get("starts", 0.0) == pytest.approx(4 * start_cost * starts, abs=1e-9)


def test_units_are_no_dearer_than_a_machine_and_exact_for_many() -> None:
    """Two half units are never dearer than one; units of any size bound them all."""
    costs = [
        planned(works(engine(on_off="machine", machine=size), PRICE, 2.7)).objective
        for size in (4.0, 2.0, 0.1)
    ]
    units = planned(works(engine(), PRICE, 2.7)).objective
    assert units <= costs[2] * (1 + 1e-9)
    assert costs[2] <= costs[1] <= costs[0]
    assert costs[2] == pytest.approx(units, rel=0.01)
    assert costs[0] > units * 1.001


def test_without_switching_the_least_load_holds_always() -> None:
    plan = planned(works(engine(on_off="", start_cost=0.0), PRICE))
    made = 0.4 * plan.flows["engine.fuel"]
    assert made.min() == pytest.approx(2.0)
    assert made.max() == pytest.approx(4.0)


def test_a_ramp_holds_the_change_of_load() -> None:
    free = planned(works(engine(on_off="", start_cost=0.0, least_load=0.0), PRICE))
    held = planned(works(engine(on_off="", start_cost=0.0, least_load=0.0, ramp=0.25), PRICE))
    change = np.abs(
        np.diff(0.4 * np.append(held.flows["engine.fuel"], held.flows["engine.fuel"][0]))
    )
    assert change.max() == pytest.approx(1.0)
    assert held.objective > free.objective
    quick = planned(works(engine(on_off="", start_cost=0.0, least_load=0.0, ramp=1.0), PRICE))
    assert quick.objective == pytest.approx(free.objective)
    assert "engine.ramp up" not in quick.built.program.rows


def test_a_ramp_is_by_the_hour_also_in_quarter_hours() -> None:
    design = works(engine(on_off="", start_cost=0.0, least_load=0.0, ramp=0.25), PRICE)
    quarters = Design(
        horizon(8, 0.25), {"price": np.repeat(design.series["price"], 4)}, design.components
    )
    made = 0.4 * planned(quarters).flows["engine.fuel"]
    assert np.abs(made - np.roll(made, 1)).max() == pytest.approx(0.25)


def test_a_machine_starts_and_stops_from_its_least_load_whatever_its_ramp() -> None:
    machine = engine(on_off="machine", machine=4.0, ramp=0.125, start_cost=0.01)
    plan = planned(works(machine, [0.01, 0.01, 1.2, 1.2, 1.2, 0.01, 0.01]))
    made = 0.4 * plan.flows["engine.fuel"]
    assert made.tolist() == pytest.approx([0, 0, 2.0, 2.5, 2.0, 0, 0], abs=1e-9)


def electrolyser(**changed: object) -> Design:
    """Hydrogen by the hour from a tank; power is dear in two hours of the middle."""
    price = [0.2, 0.2, 0.2, 2.0, 2.0, 0.2, 0.2, 0.2]
    machine = Electrolyser(
        id="stack", consumption=50.0, cost=NOTHING, most=5.0, least=5.0, least_load=0.2,
        on_off="units", **changed,
    )  # fmt: skip
    parts = [
        Demand(id="h2", bus="hydrogen", series=0.02), Grid(id="grid", price="price"), machine,
        HydrogenStore(id="tank", cost=MassCost(annual=0.0), most=10.0),
    ]  # fmt: skip
    return Design(horizon(len(price)), {"price": np.array(price)}, parts)


def test_standing_by_is_chosen_where_it_is_cheaper_than_a_start() -> None:
    """Two hours of standing by at 2 % and 2 CNY/kWh are 0.08 CNY/kW."""
    dear = planned(electrolyser(start_cost=0.2, stand_by=0.02))
    assert dear.flows["stack.running"][3:5] == pytest.approx(0.0, abs=1e-9)
    standing = dear.flows["stack.warm"][3:5]
    assert standing.min() > 1.0
    assert dear.costs.get("starts", 0.0) == pytest.approx(0.0, abs=1e-9)
    assert dear.flows["grid.import"][3:5] == pytest.approx(0.02 * standing)
    cheap = planned(electrolyser(start_cost=0.02, stand_by=0.02))
    assert cheap.flows["stack.warm"] == pytest.approx(0.0, abs=1e-9)
    assert cheap.costs["starts"] > 0.01


def test_energy_of_a_start_is_drawn_as_it_starts() -> None:
    plan = planned(electrolyser(start_energy=0.5))
    more = plan.flows["grid.import"] - plan.flows["stack.power"]
    on = plan.flows["stack.running"]
    assert more == pytest.approx(0.5 * np.maximum(on - np.roll(on, 1), 0.0), abs=1e-7)
    assert more.sum() > 0.1


def test_what_is_off_gives_no_reserve() -> None:
    parts = works(engine(start_cost=0.0), [0.1] * 4)
    reserve = Reserve(id="spinning", load=1.0, share=1.0)
    plan = planned(
        Design(parts.horizon, parts.series, [*parts.components, reserve]),
    )
    assert plan.flows["engine.running"] == pytest.approx(2.0)  # 1 MW at least load, 1 MW above


@cache
def all_of_it() -> Plan:
    return planned(switched())


def test_a_site_with_everything_is_run_again_by_plain_arithmetic() -> None:
    plan = all_of_it()
    again = replay(plan.design, plan.sizes, plan.flows)
    for part, cost in plan.costs.items():
        assert again.costs[part] == pytest.approx(cost, abs=1e-7), part
    assert plan.flows["boiler.machines on"].max() >= 1


@pytest.mark.parametrize(
    ("block", "by", "breaks"),
    [
        ("boiler.machines on", 1.0, "boiler"), ("boiler.heat", 0.4, "boiler"),
        ("engine.running", -1.0, "engine"), ("engine.running", 9.0, "engine capacity on"),
        ("engine.started", -0.5, "engine starts"), ("rod.heat", 1.0, "rod"),
        ("stack.warm", 5.0, "stack"), ("stack.power", 1.0, "stack"),
        ("kiln.jobs", 1.0, "kiln"), ("kiln.jobs", 0.5, "kiln whole jobs"),
        ("kiln.drawn", 0.5, "kiln drawn"), ("mill.put off", 0.3, "mill"),
        ("fans.calls made", 1.0, "fans"), ("fans.given up", 0.5, "fans"),
        ("battery.band 1 discharge", 0.5, "battery band"),
    ],
)  # fmt: skip
def test_what_is_changed_is_found(block: str, by: float, breaks: str) -> None:
    plan = all_of_it()
    changed = plan.flows[block].copy()
    at = int(changed.argmax()) if by < 0 else 7
    changed[at] += by
    again = replay(plan.design, plan.sizes, {**plan.flows, block: changed})
    told = {what for what, amount in again.breaches.items() if amount > 0.01}
    assert any(what.startswith(breaks) for what in told), told


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"least_load": 1.2}, "less than or equal to 1"),
        ({"ramp": 0.0}, "greater than 0"),
        ({"on_off": "", "start_cost": 0.1}, "needs on_off"),
        ({"on_off": "machine"}, "give the size of one as machine"),
        ({"least_load": 0.0, "start_cost": 0.0}, "on_off changes nothing"),
        ({"on_off": "sometimes"}, "'units' or 'machine'"),
    ],
)
def test_what_does_not_hang_together_is_refused(changed: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        engine(**changed)


def test_standing_by_for_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="start from cold costs nothing"):
        electrolyser(stand_by=0.02)


def test_a_ramp_that_leaves_no_way_out_is_named() -> None:
    heat = np.array([1.0, 4.0, 1.0, 4.0])
    boiler = Boiler(id="boiler", efficiency=0.9, fuel=Fuel(price=0.3), cost=NOTHING, most=4.0,
                    least_load=0.5, ramp=0.1)  # fmt: skip
    parts = [Demand(id="heat", bus="heat", series="heat"), boiler]
    none = plan_design(Design(horizon(4), {"heat": heat}, parts))
    assert isinstance(none, Plan)  # heat may be let go: it stays high
    plain = [Demand(id="h2", bus="hydrogen", series="heat"), Grid(id="grid", price=0.5),
             Electrolyser(id="stack", consumption=50.0, cost=NOTHING, most=4.0,
                          ramp=0.1)]  # fmt: skip
    refused = plan_design(Design(horizon(4), {"heat": heat / 50}, plain))
    assert isinstance(refused, NoPlan)
    assert {c.demand for c in refused.concessions} & {"stack.ramp up", "stack.ramp down"} or any(
        core & {"stack.ramp up", "stack.ramp down"} for core in refused.conflicts
    )


def test_machines_that_cannot_all_fit_leave_no_plan() -> None:
    """Hydrogen by the hour and no tank: one machine gives 2 MW at most, two give 3.8 at least."""
    machine = Electrolyser(id="stack", consumption=50.0, cost=NOTHING, most=6.0, machine=2.0,
                           on_off="machine", least_load=0.95)  # fmt: skip
    parts = [Demand(id="h2", bus="hydrogen", series=0.05), Grid(id="grid", price=0.5), machine]
    none = plan_design(Design(horizon(6), {}, parts))
    assert isinstance(none, NoPlan)
    assert none.status == "infeasible"
    assert any("stack.machines on" in core for core in none.conflicts)


def test_of_machines_that_stand_today_no_number_is_known() -> None:
    design = works(engine(on_off="machine", machine=2.0), PRICE)
    (today,) = (c for c in standing_design(design).components if c.id == "engine")
    assert isinstance(today, RunningMachine)
    assert (today.on_off, today.machine) == ("units", None)
    assert isinstance(plan_design(standing_design(design)), Plan)


@pytest.mark.parametrize("who", ["engine", "boiler", "rod", "stack", "kiln", "fans", "battery"])
def test_a_dispatch_refuses_what_hangs_on_the_window_before(who: str) -> None:
    standing, opening = standing_of(all_of_it())
    with pytest.raises(InputError, match="cannot begin") as caught:
        refuse(standing, 24, 24, opening)
    told = {fault.place: fault for fault in caught.value.faults}
    assert {"engine": "ramp", "kiln": "batch_load", "fans": "call_hours",
            "battery": "wear_bands"}.get(who, "") in told[who].found  # fmt: skip
    assert f"out of {who}" in told[who].remedy


def test_whole_numbers_and_their_gap_are_told() -> None:
    plan = all_of_it()
    declared = DesignFile("design.toml", DesignHead(id="site", year=2025), None, {}, (), ())
    found = {each.rule: each for each in shortcomings(declared, plan)}
    assert "whole_steps" in found
    assert "not_proved" not in found
    loose = replace(plan, bound=plan.bound - 0.001 * plan.objective)
    told = [each for each in shortcomings(declared, loose) if each.rule == "not_proved"]
    assert float(told[0].numbers["percent"]) == pytest.approx(0.1, rel=0.01)


def test_starts_are_counted_not_taken_from_the_plan() -> None:
    """A start that the plan pays though nothing comes on is left out of it, and else a breach."""
    design = works(engine(on_off="machine", machine=2.0, ramp=0.6, start_cost=0.01), PRICE)
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    again = replay(design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-7
    on, starting = plan.flows["engine.machines on"], plan.flows["engine.machines starting"]
    rises = np.maximum(on - np.roll(on, 1), 0.0)
    assert starting == pytest.approx(rises, abs=1e-9)
    assert rises.sum() > 0
    needless = starting.copy()
    at = int(np.flatnonzero((on >= 1) & (rises == 0))[0])
    needless[at] = 1.0
    paid = replay(design, plan.sizes, {**plan.flows, "engine.machines starting": needless})
    assert paid.worst == "engine starts paid of what does not start"
    assert paid.costs["starts"] == again.costs["starts"]
    program = plan.solution.program
    values = plan.solution.values.copy()
    values[program.columns["engine.machines starting"]] = needless
    leave_out_needless_starts(program.with_(lower=0 * program.lower), values)
    assert values[program.columns["engine.machines starting"]] == pytest.approx(rises)
