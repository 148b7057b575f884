"""Flows that no machine has at once: the bound holds, and the plan is near the best there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.plan.microgrid.sites import burning, reference

from celadon.numerics.lp import solve
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.microgrid import Design, Plan, Rule, build, plan_design
from celadon.plan.microgrid.apart import held_apart
from celadon.plan.microgrid.fixed import dispatch_fixed
from celadon.plan.replay.replay import replay

CHARGE, DISCHARGE = "battery.charge", "battery.discharge"


def best_by_trying(design: Design) -> float:
    """The least cost over every way to let the battery charge or discharge in each step."""
    built = build(design)
    program, costs = built.program, []
    for ways in product((True, False), repeat=design.horizon.count):
        upper = program.upper.copy()
        upper[program.columns[CHARGE]][~np.array(ways)] = 0.0
        upper[program.columns[DISCHARGE]][np.array(ways)] = 0.0
        costs.append(solve(program.with_(upper=upper), "simplex").objective)
    return min(costs)


@pytest.mark.parametrize(
    "price", [[-1.0] * 6, [-1.0, -2.0, -0.5, -1.0, 0.6, 0.2], [0.5, -3.0, -3.0, -3.0, 0.9, 0.4]]
)
def test_the_best_plan_lies_between_bound_and_plan(price: list[float]) -> None:
    design = burning(price)
    plan, split = plan_design(design), plan_design(design, keep_apart=False)
    assert isinstance(plan, Plan)
    assert isinstance(split, Plan)
    best = best_by_trying(design)
    assert plan.bound <= best + 1e-6
    assert plan.objective == pytest.approx(best, abs=1e-6)
    assert plan.together == {}
    assert plan.held_apart[CHARGE, DISCHARGE] > 0
    assert plan.bound > split.bound + 1e-3  # closer than the linear programme's own


def test_the_rows_of_the_hull_hold_for_every_plan_that_is_apart() -> None:
    design = reference(96)
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    assert plan.held_apart == {}
    requirements = plan.built.hulls[CHARGE, DISCHARGE]
    assert len(requirements) == 3
    for row in requirements:
        activity = np.zeros(row.expression.size)
        for part in row.expression.parts:
            np.add.at(activity, part.rows, part.values * plan.solution.values[part.columns])
        assert (activity <= row.upper + 1e-7).all()


def test_days_of_prices_below_zero_is_proved_within_a_thousandth() -> None:
    """A battery that only wastes charges and discharges in turn: the naive way is far from it."""
    site = reference(96)
    below = site.series["p_imp"] - 1.5
    limited = [
        c.model_copy(update={"import_at_most": 20.0}) if c.id == "grid" else c
        for c in site.components
    ]
    design = replace(
        site, components=limited, series={**site.series, "p_imp": below, "p_exp": below - 0.2}
    )
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    assert plan.together == {}
    assert plan.gap < 1e-3
    assert replay(design, plan.sizes, plan.flows).largest_breach < 1e-6
    built = build(design)
    naive, _ = held_apart(built.program, solve(built.program), built.exclusives, "simplex")
    assert plan.objective <= naive.objective
    ran = dispatch_fixed(built, plan.sizes, horizon=design.horizon)
    assert ran.objective <= plan.objective + 1e-3 * abs(plan.objective)
    assert ran.bound <= ran.objective + 1e-9


def test_buying_to_sell_is_decided_with_what_the_year_allows() -> None:
    """A limit on exports makes some hours worth selling in, others worth buying in."""
    sun = np.clip(np.sin(np.arange(48) / 24 * 2 * np.pi - np.pi / 2), 0, 1)
    price = np.where(sun > 0.5, -0.1, 0.6)
    machines = [
        Demand(id="load", series=3.0),
        Grid(id="grid", price="price", export_price=0.28, import_at_most=5.0),
        Photovoltaics(id="sun", yields="sun", cost=PowerCost(annual=0.0), least=9.0, most=9.0),
    ]
    rule = Rule("export", "export_share", 0.2, "available")
    horizon = Horizon(1.0, np.zeros(48, np.int64), ("one",))
    plan = plan_design(Design(horizon, {"price": price, "sun": sun}, machines, [rule]))
    assert isinstance(plan, Plan)
    assert plan.held_apart["grid.import", "grid.export"] > 0
    assert plan.together == {}
    built = plan.built
    naive, _ = held_apart(built.program, solve(built.program), built.exclusives, "simplex")
    assert plan.bound <= plan.objective <= naive.objective + 1e-6
