"""Rolling dispatch: against the full optimum, against dynamic programming, and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.plan.microgrid.sites import everything, reference

from celadon.errors import InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.microgrid import Design, Plan, plan_design
from celadon.plan.microgrid.rules import Rule
from celadon.plan.operation import Dispatched, Rolling, Standing, dispatch, standing_of
from celadon.plan.operation.holding import Planned, held_back

FREE = PowerCost(annual=0.0)


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    return plan


def running(plan: Plan) -> float:
    return sum(part for name, part in plan.costs.items() if name not in plan.sizes)


def steps(count: int) -> Horizon:
    return Horizon(1.0, np.zeros(count, np.int64), ("one",))


def shop(load: list[float], price: list[float], **grid: object) -> Design:
    """A load, a connection and a battery of 1 MW and 2 MWh without losses."""
    series = {"load": np.array(load), "price": np.array(price)}
    battery = Battery(id="battery", charge_efficiency=1.0, discharge_efficiency=1.0,
                      power_cost=FREE, energy_cost=EnergyCost(annual=0.0))  # fmt: skip
    connection = Grid.model_validate({"id": "grid", "price": "price", **grid})
    return Design(steps(len(load)), series, [Demand(id="load", series="load"), connection, battery])


def shop_runs(design: Design, rolling: Rolling, content: float = 0.0) -> Dispatched:
    sizes = {"battery.power": 1.0, "battery.energy": 2.0}
    keep = {"battery.content": 0.0}
    standing = Standing(design, sizes, keep, {}, design.horizon.count)
    return dispatch(standing, rolling, {"battery.content": content})


@pytest.mark.parametrize("design", [everything(), reference(336)], ids=["everything", "reference"])
def test_a_window_over_all_with_a_perfect_forecast_is_the_full_optimum(design: Design) -> None:
    plan = planned(design)
    standing, opening = standing_of(plan)
    hours = design.horizon.count
    done = dispatch(standing, Rolling(hours, hours, "perfect"), opening)
    assert done.cost == pytest.approx(running(plan), rel=1e-7)
    assert done.bound == pytest.approx(running(plan), rel=1e-7)
    assert done.check.largest_breach < 1e-6
    assert not done.priced


@pytest.mark.parametrize("forecast", ["perfect", "yesterday"])
@pytest.mark.parametrize("every", [24, 48])
def test_no_dispatch_costs_less_than_the_bound_and_all_of_it_holds(
    forecast: str, every: int
) -> None:
    design = everything()
    standing, opening = standing_of(planned(design))
    done = dispatch(standing, Rolling(48, every, forecast), opening)  # type: ignore[arg-type]
    assert done.regret >= -1e-6 * abs(done.bound)
    assert done.check.largest_breach < 1e-6
    assert done.hindsight.status == "optimal"


def test_two_hours_by_hand() -> None:
    """1 MWh bought at 0.2 serves the hour that costs 1: 2 x 0.2 is paid for both loads of 1 MW."""
    done = shop_runs(shop([1.0, 1.0], [0.2, 1.0]), Rolling(2, 2, "perfect"))
    assert done.cost == pytest.approx(0.4)
    assert done.flows["grid.import"] == pytest.approx([2.0, 0.0])
    assert done.flows["battery.content"] == pytest.approx([1.0, 0.0])


def test_arbitrage_costs_what_dynamic_programming_finds() -> None:
    """Loads, prices and limits are whole, so that an optimum moves whole MWh."""
    noise = np.random.default_rng(3)
    load = noise.integers(1, 4, 24).astype(float)
    price = noise.integers(1, 9, 24) / 10
    done = shop_runs(shop(load.tolist(), price.tolist()), Rolling(24, 24, "perfect"))
    best = {0: 0.0}
    for asked, paid in zip(load, price, strict=True):
        after: dict[int, float] = {}
        for content, move in product(best, (-1, 0, 1)):
            if 0 <= content + move <= 2 and asked + move >= 0:
                cost = best[content] + paid * (asked + move)
                after[content + move] = min(after.get(content + move, np.inf), cost)
        best = after
    assert done.cost == pytest.approx(min(best.values()))


def test_a_short_window_regrets_what_it_does_not_see() -> None:
    """Two cheap hours could serve two dear ones, which a window of two hours does not see."""
    design = shop([1.0] * 4, [0.2, 0.2, 2.0, 2.0])
    seen = shop_runs(design, Rolling(4, 2, "perfect"))
    short = shop_runs(design, Rolling(2, 2, "perfect"))
    assert seen.regret == pytest.approx(0.0, abs=1e-9)
    assert short.regret == pytest.approx(short.cost - seen.cost)
    assert (seen.cost, short.cost) == pytest.approx((0.8, 4.4))


def test_the_real_load_is_met_and_the_grid_absorbs_the_error() -> None:
    """A day of 1 MW, then one of 3 MW that yesterday's forecast does not see."""
    design = shop([1.0] * 24 + [3.0] * 24, [0.5] * 48)
    done = shop_runs(design, Rolling(24, 24, "yesterday"))
    served = done.flows["grid.import"] + done.flows["battery.discharge"]
    drawn = design.series["load"] + done.flows["battery.charge"]
    assert served == pytest.approx(drawn)
    assert not done.unserved


def test_what_the_connection_cannot_bring_is_told_with_when_and_how_much() -> None:
    design = shop([1.0, 4.0, 1.0], [0.5] * 3, import_at_most=2.0)
    done = shop_runs(design, Rolling(3, 3, "perfect"))
    assert done.left["power"] == pytest.approx([0.0, 1.0, 0.0])  # 2 bought, 1 from the battery
    assert done.unserved == pytest.approx({"power": 1.0})
    assert done.check.largest_breach < 1e-9


def test_a_peak_that_is_metered_is_spent() -> None:
    """After 3 MW in the first window, charging up to 3 MW costs no more demand."""
    design = shop([3.0, 1.0, 1.0, 1.0], [0.5, 0.1, 0.5, 0.5], demand_price=10.0)
    done = shop_runs(design, Rolling(2, 2, "perfect"))
    assert done.costs["demand"] == pytest.approx(30.0)
    known = shop([3.0, 1.0, 1.0, 1.0], [0.5, 0.1, 0.5, 0.5], demand_price=10.0, peak_so_far=(3.0,))
    assert shop_runs(known, Rolling(2, 2, "perfect")).costs["demand"] == pytest.approx(0.0)


def test_sums_so_far_are_spent_from_the_budget_of_a_rule() -> None:
    """Exports of sun at most 20 % of what is there: kept over the windows together."""
    sun = np.array([1.0, 1.0, 1.0, 1.0])
    load: Floats = np.array([1.0, 0.5, 1.0, 0.5])
    design = Design(
        steps(4), {"load": load, "sun": sun},
        [Demand(id="load", series="load"),
         Grid(id="grid", price=0.5, export_price=0.3),
         Photovoltaics(id="roof", yields="sun", cost=FREE)],
        [Rule("export", "export_share", 0.2, "available")],
    )  # fmt: skip
    standing = Standing(design, {"roof.capacity": 1.0}, {}, {"export": 0.3}, 4)
    done = dispatch(standing, Rolling(2, 2, "perfect"), {})
    assert done.check.sums["exported"] == pytest.approx(0.8)
    assert done.lost["export"] == pytest.approx(0.0, abs=1e-9)


def test_every_fault_of_a_beginning_is_told_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        shop_runs(shop([1.0] * 4, [0.5] * 4), Rolling(6, 0.5, "perfect"), content=2.5)
    told = [fault.found for fault in refusal.value.faults]
    assert told == ["0.5 h", "6 h", "2.5"]


def test_a_load_owed_by_the_day_needs_windows_of_days() -> None:
    standing, opening = standing_of(planned(everything()))
    with pytest.raises(InputError) as refusal:
        dispatch(standing, Rolling(36, 12, "perfect"), opening)
    places = [str(fault.place) for fault in refusal.value.faults]
    assert sorted(each.rpartition("›")[2].strip(" ')") for each in places) == ["mill", "trailer"]


def test_quarter_hours_run_as_hours_do() -> None:
    hourly = shop([1.0, 2.0] * 12, [0.2, 0.9] * 12)
    finer = {name: np.repeat(series, 4) for name, series in hourly.series.items()}
    design = replace(hourly, horizon=Horizon(0.25, np.zeros(96, np.int64), ("one",)), series=finer)
    one = shop_runs(hourly, Rolling(24, 24, "perfect"))
    other = shop_runs(design, Rolling(24, 24, "perfect"))
    assert other.cost == pytest.approx(one.cost)


def with_peak(load: list[float], every: float, **given: object) -> Dispatched:
    """Two days as :func:`shop`; the second is not what the first lets expect."""
    design = shop(load, [0.1] * 6 + [0.9] * 18 + [0.1] * 6 + [0.9] * 18, demand_price=30.0, **given)
    return shop_runs(design, Rolling(24, every, "yesterday"))


def test_a_battery_charges_less_where_a_new_peak_would_come_of_it() -> None:
    """The second night asks 2 MW, not 1: charged as planned, 1 MW more, 3 MW would be drawn."""
    load = ([1.0] * 6 + [2.0] * 18) + ([2.0] * 6 + [2.0] * 18)
    done = with_peak(load, 24)
    assert done.stood_back == 1
    assert float(done.flows["grid.import"].max()) == pytest.approx(2.0)
    assert done.costs["demand"] == pytest.approx(60.0)
    assert done.check.largest_breach < 1e-9


def test_a_battery_discharges_where_charging_less_is_not_enough() -> None:
    plan = Planned(
        np.array([1.0, 0.0, 0.0]), np.zeros(3), np.array([1.9, 1.9, 1.9]), 1.0, 2.0, 1.0, (0.9, 0.5)
    )
    path = held_back({"b": plan}, {"b": 1.0}, np.array([-1.25, -3.0, 5.0]), 1.0)["b"]
    # 0.25 MW is given out at 50 %: 0.5 MWh; then only what is left in it; nothing is made up, for
    # the plan charges no more
    assert path == pytest.approx([0.5, 0.0, 0.0])


def test_what_was_not_charged_is_made_up_where_the_plan_charges_too() -> None:
    plan = Planned(
        np.array([1.0, 0.5, 0.0]), np.zeros(3), np.array([1.0, 1.5, 1.5]), 2.0, 9.0, 1.0, (1, 1)
    )
    path = held_back({"b": plan}, {"b": 0.0}, np.array([-1.0, 0.7, 9.0]), 1.0)["b"]
    assert path == pytest.approx([0.0, 1.2, 1.2])


def test_a_peak_that_the_plan_means_costs_a_window_nothing_more_and_the_bound_all() -> None:
    design = shop([1.0, 1.0, 1.0, 1.0], [0.1, 0.5, 0.1, 0.5], demand_price=10.0)
    sizes, keep = {"battery.power": 1.0, "battery.energy": 2.0}, {"battery.content": 0.0}
    free = Standing(design, sizes, keep, {}, 4, peaks_meant={"grid": np.array([2.0])})
    done = dispatch(free, Rolling(2, 2, "perfect"), {"battery.content": 0.0})
    assert done.costs["demand"] == pytest.approx(20.0)
    assert done.bound == pytest.approx(10.0 + 1.2)


def test_every_window_is_told_as_it_is_done() -> None:
    design = shop([1.0] * 6, [0.5] * 6)
    standing = Standing(
        design, {"battery.power": 1.0, "battery.energy": 2.0}, {"battery.content": 0.0}, {}, 6
    )
    heard: list[tuple[int, int]] = []
    dispatch(standing, Rolling(2, 2, "perfect"), {"battery.content": 0.0},
             lambda done, steps: heard.append((done, steps)))  # fmt: skip
    assert heard == [(2, 6), (4, 6), (6, 6)]


def test_stores_answer_the_step_that_is_measured_where_each_is_planned_anew() -> None:
    """Yesterday's wind strays: who plans every hour regrets no more than who plans every six."""
    hour = np.arange(120)
    wind = np.clip(1.5 + np.cumsum(np.random.default_rng(3).normal(0, 0.5, 120)), 0, 4)
    price = np.where((hour % 24 >= 8) & (hour % 24 < 22), 1.1, 0.3)
    design = shop(list(5 - wind), list(price), demand_price=5.0)
    hourly = shop_runs(design, Rolling(24, 1, "yesterday"))
    six = shop_runs(design, Rolling(24, 6, "yesterday"))
    assert hourly.regret < six.regret
    assert hourly.check.largest_breach < 1e-6


def test_stores_that_leave_their_plan_need_not_be_back_at_once() -> None:
    """2 MW come where 0.5 were thought of: 1 MWh is given, and taken in over the hours after.

    To be full again after one more hour would draw 1.25 MW in both.
    """
    load = [0.5] * 36
    load[28] = 2.0
    design = shop(load, [1.0] * 36, demand_price=5.0, import_at_most=1.8)
    sizes, full = {"battery.power": 1.0, "battery.energy": 2.0}, {"battery.content": 2.0}
    standing = Standing(design, sizes, full, {}, design.horizon.count)
    done = dispatch(standing, Rolling(4, 2, "yesterday"), full)
    assert done.strayed == 1
    assert not done.unserved
    assert done.flows["grid.import"].max() == pytest.approx(1.0)
