"""A screening against the exact optimum: bounds that hold, and days that stand for the year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.plan.screening.random_sites import DAYS, random_site

from celadon.errors import DeclarationError
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.components.security import CriticalLoad
from celadon.plan.microgrid import Design, Horizon, Plan, Rule, plan_design
from celadon.plan.replay.replay import replay
from celadon.plan.screening import NoScreening, Screening, screen_design, split_findings

NEAR = 1e-5
"""Relative: proofs are kept to 1e-6."""


def screened(design: Design, days: int = 4, **asked: bool) -> Screening:
    found = screen_design(design, days, **asked)
    assert isinstance(found, Screening), found
    return found


def exact(design: Design) -> float:
    plan = plan_design(design, keep_apart=False)
    assert isinstance(plan, Plan), plan
    return plan.objective


@pytest.mark.parametrize("number", range(14))
def test_the_optimum_lies_within_the_interval(number: int) -> None:
    design = random_site(number)
    found, best = screened(design), exact(design)
    assert found.floor is not None
    assert found.cost is not None
    assert found.floor <= best * (1 + NEAR)
    assert best <= found.cost * (1 + NEAR)
    quick = screened(design, price=False)
    assert quick.floor is not None
    assert quick.floor <= found.floor * (1 + NEAR)  # the priced year only adds to what is proved
    assert quick.cost is None
    assert quick.estimate == found.estimate


@pytest.mark.parametrize("number", range(0, 14, 3))
def test_a_class_for_every_day_is_the_year_itself(number: int) -> None:
    design = random_site(number)
    found = screened(design, DAYS)
    best = exact(design)
    assert found.estimate == pytest.approx(best, rel=NEAR)
    assert found.cost == pytest.approx(best, rel=NEAR)


def test_days_that_are_the_same_lose_nothing() -> None:
    sun = np.tile(np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, None), 8)
    design = Design(
        Horizon(hours=1.0, month=np.zeros(192, int), months=("one",)),
        {"sun": sun, "load": np.tile(np.linspace(1, 2, 24), 8)},
        [
            Demand(id="works", series="load"),
            Grid(id="grid", price=0.7, demand_price=38.0),
            Photovoltaics(id="roof", yields="sun", most=9.0, cost=PowerCost(annual=2.0)),
            Battery(id="battery", charge_efficiency=0.95, discharge_efficiency=0.95,
                    power_cost=PowerCost(annual=1.0), energy_cost=EnergyCost(annual=2.0)),
        ],
        [Rule("local use", "local_use", 0.9, "available")],
    )  # fmt: skip
    found = screened(design, 1)
    best = exact(design)
    assert found.classes.weights.tolist() == [8]
    for figure in (found.estimate, found.cost):
        assert figure == pytest.approx(best, rel=NEAR)


def test_weights_are_the_year_and_nothing_is_drawn_by_lot() -> None:
    one, two = (screened(random_site(3), price=False) for _ in range(2))
    assert one.classes.weights.sum() == DAYS
    assert one.classes.of_day.tolist() == two.classes.of_day.tolist()
    assert one.estimate == two.estimate
    typical = one.classes.typical
    assert one.classes.of_day[typical].tolist() == list(range(one.classes.count))


def test_the_day_of_the_highest_demand_stands_alone() -> None:
    design = random_site(2)
    load = np.asarray(design.series["load"]).copy()
    load[5 * 24 + 12] = 4.5
    found = screened(replace(design, series={**design.series, "load": load}), price=False)
    assert found.classes.weights[found.classes.of_day[5]] == 1


def cold_day() -> Design:
    """Ten days, of which one has twice the heat that only a boiler can give."""
    heat = np.ones(240)
    heat[100] = 2.0
    return Design(
        Horizon(hours=1.0, month=np.zeros(240, int), months=("one",)),
        {"heat": heat, "load": np.tile(np.linspace(1, 2, 24), 10)},
        [
            Demand(id="works", series="load"),
            Demand(id="heating", bus="heat", series="heat"),
            Grid(id="grid", price=0.7),
            Boiler(id="boiler", efficiency=0.9, fuel=Fuel(price=0.3), cost=PowerCost(annual=5.0)),
        ],
    )


def test_capacities_too_small_for_the_year_grow_as_far_as_needed() -> None:
    found = screened(cold_day(), 1)
    assert found.sizes["boiler.capacity"] == pytest.approx(1.1, rel=1e-5)  # (9 x 1 + 2) / 10
    assert found.priced is not None
    ((was, now),) = found.priced.changed.values()
    assert (was, now) == pytest.approx((1.1, 2.0), rel=1e-5)
    assert found.cost == pytest.approx(exact(cold_day()), rel=NEAR)
    assert screened(cold_day(), 3).priced.changed == {}  # type: ignore[union-attr]  # it was asked for


def test_whole_machines_stay_whole() -> None:
    design = random_site(4)
    whole = [
        each.model_copy(update={"machine": 0.7}) if isinstance(each, Photovoltaics) else each
        for each in design.components
    ]
    design = replace(design, components=whole)
    found, best = screened(design), exact(design)
    count = found.sizes["sun.capacity"] / 0.7
    assert count == pytest.approx(round(count), abs=1e-4)
    assert found.floor is not None
    assert found.cost is not None
    assert found.floor <= best * (1 + NEAR)
    assert best <= found.cost * (1 + NEAR)


def test_machines_that_switch_and_outages_keep_within_the_interval() -> None:
    design = random_site(2, 6)
    switched = {"machine": 0.5, "on_off": "machine", "least_load": 0.6, "start_cost": 20.0}
    components = [
        each.model_copy(update=switched) if isinstance(each, Boiler) else each
        for each in design.components
    ]
    components.append(CriticalLoad(id="furnaces", series=0.3, hours=5))
    design = replace(design, components=components)
    found, plan = screened(design, 3), plan_design(design, keep_apart=False)
    assert isinstance(plan, Plan)
    assert found.floor is not None
    assert found.cost is not None
    assert found.floor <= plan.objective * (1 + NEAR)
    assert plan.bound <= found.cost * (1 + NEAR)
    assert found.plan is not None
    on = found.plan.flows["boiler.machines on"]
    assert on == pytest.approx(np.round(on), abs=1e-4)


def test_the_priced_year_runs_again_by_plain_arithmetic() -> None:
    design = random_site(1)
    plan = screened(design).plan
    assert plan is not None
    check = replay(design, plan.sizes, plan.flows)
    assert check.largest_breach < 1e-5
    assert check.cost == pytest.approx(plan.objective, rel=1e-6)


def test_what_cannot_be_kept_is_told_and_proved() -> None:
    rule = Rule("green share", "green_share", 0.99, "consumed")
    none = screen_design(replace(random_site(2), rules=[rule]), 4)
    assert isinstance(none, NoScreening)
    assert (none.why.status, none.is_proved) == ("infeasible", True)
    assert none.why.concessions[0].demand == "green share"


def test_a_gain_without_end_is_told() -> None:
    components = [
        each.model_copy(update={"export_price": 9.0, "import_at_most": None})
        if isinstance(each, Grid) else each
        for each in random_site(2).components
    ]  # fmt: skip
    none = screen_design(replace(random_site(2), components=components, rules=[]), 4)
    assert isinstance(none, NoScreening)
    assert none.why.status == "unbounded"
    assert "grid.export" in none.why.endless


def test_steps_that_make_no_days_are_refused() -> None:
    horizon = Horizon(hours=1.0, month=np.zeros(30, int), months=("one",))
    design = Design(horizon, {}, [Demand(id="works", series=1.0), Grid(id="grid", price=0.5)])
    with pytest.raises(DeclarationError, match="no typical days") as told:
        screen_design(design)
    assert told.value.faults[0].found == "30 steps of 1 h"


def test_what_is_saved_is_against_the_plant_as_it_stands() -> None:
    found = screened(random_site(6))
    assert found.today is not None
    assert found.saving == pytest.approx(found.today - found.cost)  # type: ignore[operator]  # priced
    bare = [each for each in random_site(6).components if not isinstance(each, Boiler)]
    alone = screen_design(replace(random_site(6), components=bare), 4)
    if isinstance(alone, Screening):  # something else gives heat, which does not stand today
        assert alone.today is None


def test_what_a_screening_splits_is_told() -> None:
    design = random_site(0)
    assert split_findings(screened(design, price=False), "works") == []
    job = BatchLoad(id="kiln", power=0.1, hours=2, jobs=1, window_hours=24)
    whole = replace(design, components=[*design.components, job])
    (told,) = split_findings(screened(whole, price=False), "works")
    assert (told.rule, told.subject) == ("screened_split", "kiln")
