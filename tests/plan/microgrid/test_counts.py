"""Whole machines: the best of all counts, against trying every one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from tests.plan.microgrid.sites import PARAMETERS, reference

from celadon.plan.microgrid import Design, NoPlan, Plan, plan_design
from celadon.plan.replay.replay import replay

CHEAP = {**PARAMETERS["ann"], "pv": 9.0, "wind": 16.0, "bate": 20.0, "boil": 2.0}
MACHINES = {"wind": 2.5, "boiler": 3.0}


def of_machines(limits: dict[str, tuple[float, float]] | None = None, **changed: float) -> Design:
    """The reference case with whole turbines and boilers; limits fix their capacity instead."""
    design = reference(96, ann=CHEAP, **{"wind_max": 10.0, "pv_max": 4.0, **changed})
    parts = []
    for part in design.components:
        if part.id in MACHINES and limits is None:
            parts.append(part.model_copy(update={"machine": MACHINES[part.id]}))
        elif part.id in MACHINES and limits is not None:
            least, most = limits[part.id]
            parts.append(part.model_copy(update={"least": least, "most": most}))
        else:
            parts.append(part)
    return replace(design, components=parts)


@pytest.mark.parametrize("changed", [{}, {"self_frac": 0.99, "exp_frac": 0.0}, {"p_exp": 0.5}])
def test_the_best_counts_are_found(changed: dict[str, float]) -> None:
    plan = plan_design(of_machines(**changed))
    assert isinstance(plan, Plan)
    costs = {}
    for turbines, boilers in product(range(5), range(5)):
        sizes = {"wind": (turbines * 2.5,) * 2, "boiler": (boilers * 3.0,) * 2}
        each = plan_design(of_machines(sizes, **changed))
        if isinstance(each, Plan):
            costs[turbines, boilers] = each.objective
    best = min(costs, key=costs.__getitem__)
    assert (plan.value("wind.capacity"), plan.value("boiler.capacity")) == pytest.approx(
        (best[0] * 2.5, best[1] * 3.0)
    )
    assert plan.objective == pytest.approx(costs[best], rel=1e-9)
    assert plan.bound <= plan.objective * (1 + 1e-9)
    assert plan.gap <= 1e-6
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-8
    split = {**plan.sizes, "wind.capacity": plan.sizes["wind.capacity"] + 1.0}
    assert replay(plan.design, split, plan.flows).breaches["wind machines"] > 0.1


def test_machines_too_large_for_their_place_leave_no_plan() -> None:
    design = of_machines()
    parts = [p.model_copy(update={"most": 2.0}) if p.id == "boiler" else p
             for p in design.components if p.id not in ("hp", "chp")]  # fmt: skip
    none = plan_design(replace(design, components=parts))
    assert isinstance(none, NoPlan)
    assert none.status == "infeasible"
