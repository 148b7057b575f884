"""Dispatch under a tariff of the bill: what is metered is spent, and the bill is the bill's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.components.test_tariff import WAYS, months, planned, site, tariff

from celadon.accounts.bill import Tariff
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.tariff_terms import tariff_terms
from celadon.plan.microgrid.billing import plan_bills
from celadon.plan.microgrid.design import Design
from celadon.plan.operation import Dispatched, Rolling, Standing, dispatch, standing_of
from celadon.plan.operation.underway import Meant, Metered, peaks_in_sight, underway

FREE = Battery(id="battery", charge_efficiency=1.0, discharge_efficiency=1.0,
               power_cost=PowerCost(annual=0.0), energy_cost=EnergyCost(annual=0.0))  # fmt: skip


def two_bands(**basic: Any) -> Tariff:
    """0.90 CNY/kWh from 8 to 12, else 0.60."""
    return Tariff.model_validate({
        "id": "two", "valid_from": "2025-01-01", "source": "simulated", "confidence": "D",
        "simulated": True, "rates": [{"id": "energy", "price": "0.6", "varies": True}],
        "ratios": {"high": "1.5", "flat": "1"},
        "hours": [{"band": "high", "start": "08:00", "end": "12:00"}, {"band": "flat"}],
        "basic": {"measured_price": "33", **basic},
    })  # fmt: skip


def shop(load: Floats, one: Tariff, days: int, **grid: Any) -> Design:
    """A load, its tariff, and a battery of 1 MW and 2 MWh without losses."""
    base = site({"basis": "measured", **grid}, one, horizon=months(days), load=load, stores=False)
    return replace(base, components=[*base.components, FREE])


def run(design: Design, rolling: Rolling, meant: dict[str, Meant] | None = None) -> Dispatched:
    sizes = {"battery.power": 1.0, "battery.energy": 2.0}
    standing = Standing(design, sizes, {"battery.content": 0.0}, {}, design.horizon.count,
                        meant or {})  # fmt: skip
    return dispatch(standing, rolling, {"battery.content": 0.0})


def grid_of(done: Dispatched) -> Grid:
    (grid,) = (each for each in done.standing.design.components if isinstance(each, Grid))
    return grid


def test_a_peak_earlier_in_the_month_is_free_to_repeat() -> None:
    """3 MW in the first hour, which nothing can help; 1 MW ever after.

    Then 2 MWh a day are charged at night, up to 3 MW in all, and serve the dear hours: demand is
    33 x 3,000, energy (31 x 24 + 2) MWh at 0.60, 4 less 2 MWh a day dearer by 0.30.
    """
    load = np.ones(31 * 24)
    load[0] = 3.0
    done = run(shop(load, two_bands(), 31), Rolling(24, 24, "perfect"))
    by_hand = 33 * 3000 + (31 * 24 + 2) * 600 + 31 * (4 - 2) * 300
    assert done.cost * 1000 == pytest.approx(by_hand, abs=0.01)
    assert done.regret == pytest.approx(0.0, abs=1e-6)
    (bill,) = plan_bills(done.standing.design, grid_of(done), done.standing.sizes,
                         done.flows)  # fmt: skip
    assert bill.bill.total == by_hand * 100


def test_a_peak_that_is_not_there_yet_is_paid_for() -> None:
    """1 MW from the first hour: a kW of charging would cost 33 CNY and save less."""
    done = run(shop(np.ones(31 * 24), two_bands(), 31), Rolling(24, 24, "perfect"))
    by_hand = 33 * 1000 + 31 * 24 * 600 + 31 * 4 * 300
    assert done.cost * 1000 == pytest.approx(by_hand, abs=0.01)


def test_coincident_hours_are_free_to_repeat() -> None:
    """The hour from 2 to 3 is charged 1,000 CNY/kW; 3 MW stood there on the first night."""
    rule = {"price": "1000", "months": [1], "start": "02:00", "end": "03:00"}
    load = np.ones(3 * 24)
    load[2] = 3.0
    most = {"import_at_most": "most"}
    given = shop(load, two_bands(measured_price="0", coincident=rule), 3, **most)
    # at most 1 MW at all other hours: the battery can only be charged in the dear hour of the grid
    open_ = np.where(np.arange(72) % 24 == 2, 3.0, 1.0)
    given = replace(given, series={**given.series, "most": open_})
    done = run(given, Rolling(24, 24, "perfect"))
    assert done.flows["grid.import"][24 + 2] == pytest.approx(2.0)
    # a MWh is charged in two nights, and serves an hour that is dearer by 0.30
    by_hand = 1000 * 3000 + (72 + 2) * 600 + (12 - 2) * 300
    assert done.cost * 1000 == pytest.approx(by_hand, abs=0.01)


def test_a_ratchet_lets_the_next_month_draw_as_much() -> None:
    """3 MW in January are billed at 90 % in February: up to 2.7 MW drawing is free there."""
    load = np.ones(59 * 24)
    load[0] = 3.0
    one = two_bands(ratchet_share="0.9", ratchet_months="1")
    meant = {"grid": Meant(np.array([3.0, 2.7]), np.array([746.0, 672.0]))}
    done = run(shop(load, one, 59), Rolling(24, 24, "perfect"), meant)
    by_hand = 33 * 3000 + 33 * 2700 + (59 * 24 + 2) * 600 + 59 * 2 * 300
    assert done.cost * 1000 == pytest.approx(by_hand, abs=0.01)


@pytest.mark.parametrize("way", WAYS, ids=repr)
def test_with_all_in_sight_it_costs_what_the_plan_runs_for(way: dict[str, Any]) -> None:
    plan = planned(site(way, horizon=months(59)))
    standing, opening = standing_of(plan)
    hours = plan.design.horizon.count
    done = dispatch(standing, Rolling(hours, hours, "perfect"), opening)
    runs = sum(cost for name, cost in plan.costs.items() if name not in plan.sizes)
    assert done.cost == pytest.approx(runs, rel=1e-7)
    if "export_price" in way:  # above the deep valley's price: the plan keeps the two apart
        assert done.bound <= runs
    else:
        assert done.bound == pytest.approx(runs, rel=1e-7)
    assert done.check.largest_breach < 1e-6


@pytest.mark.parametrize("way", [WAYS[0], WAYS[2], WAYS[8]], ids=repr)
def test_rolling_never_costs_less_and_its_cost_is_its_bill(way: dict[str, Any]) -> None:
    ratcheted = tariff(basic={
        "measured_price": "33", "contract_price": "30", "contract_floor": "0.4",
        "overrun_from": "1.05", "ratchet_share": "0.9", "ratchet_months": 1,
    })  # fmt: skip
    plan = planned(site(way, ratcheted, horizon=months(59)))
    standing, opening = standing_of(plan)
    done = dispatch(standing, Rolling(48, 24, "yesterday"), opening)
    assert done.regret >= -1e-6 * abs(done.bound)
    assert done.check.largest_breach < 1e-6
    assert not done.priced
    bills = plan_bills(standing.design, grid_of(done), standing.sizes, done.flows,
                       linear=True)  # fmt: skip
    paid = sum(done.costs.get(part, 0.0) for part in ("power bought", "tiers", "demand"))
    sold = done.costs.get("power sold", 0.0)
    assert float(sum(each.exact for each in bills)) / 1000 == pytest.approx(paid + sold, rel=1e-9)


def test_no_load_is_given_up_to_spare_the_peak_of_a_quarter_hour() -> None:
    """60 CNY/kW for a month is more than 100 CNY/kWh for a quarter of an hour."""
    load = np.where(np.arange(96) == 40, 2.0, 1.0)
    horizon = Horizon(0.25, np.zeros(96, np.int64), ("one",))
    parts = [Demand(id="works", series="load"), Grid(id="grid", price=0.5, demand_price=60.0)]
    given = Design(horizon, {"load": load}, parts)
    done = dispatch(Standing(given, {}, {}, {}, 96), Rolling(24, 24, "perfect"), {})
    assert done.unserved == {}
    assert done.cost == pytest.approx(0.5 * load.sum() * 0.25 + 60 * 2)


def test_a_tier_begins_where_the_month_stands() -> None:
    plan = planned(site({"basis": "measured"}, horizon=months(59), stores=False))
    horizon = plan.design.horizon
    whole = tariff_terms([tariff()], horizon, "measured", "grid")
    metered = Metered(np.array([100.0, 0.0]), np.array([0.0, 0.0]))
    meant = Meant(np.array([1.0, 2.0]), np.array([620.0, 280.0]))
    terms = underway(whole, horizon, (240, 480), metered, meant)
    # eleven of January's 31 days come after the steps in sight, and all of February
    levels = {0: 100.0 + 620 * 11 / 31, 1: 280.0}
    assert len(whole.tiers) > 0
    for tier, before in zip(terms.tiers, whole.tiers, strict=True):
        assert tier.above == pytest.approx(before.above - levels[tier.month])
    assert len(terms.price) == 240
    assert (terms.coincident >= 0).all()


def test_only_months_to_come_are_taken_as_meant_and_only_under_a_ratchet() -> None:
    horizon = months(59)
    plain = tariff_terms([two_bands()], horizon, "measured", "grid")
    held = tariff_terms([two_bands(ratchet_share="0.9", ratchet_months="1")], horizon, "measured",
                        "grid")  # fmt: skip
    meant = Meant(np.array([3.0, 2.0]), np.zeros(2))
    drawn = np.array([1.0, 0.0])
    assert peaks_in_sight(plain, drawn, 0, meant).tolist() == [1.0, 0.0]
    assert peaks_in_sight(held, drawn, 0, meant).tolist() == [1.0, 2.0]
    assert peaks_in_sight(held, drawn, 1, meant).tolist() == [1.0, 0.0]
