"""Whole steps of many days: day by day no worse than its gap says, beside a search over all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.plan.components.running_sites import switched
from tests.plan.microgrid.sites import reference

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.solution import nothing
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.component import Component
from celadon.plan.components.flexible_load import InterruptibleLoad
from celadon.plan.microgrid import Design, NoPlan, Plan, build, plan_design, whole_steps
from celadon.plan.replay.replay import replay


def engine_of_the_reference(hours: int, machine: float = 6.0) -> Design:
    """Two engines that are switched, where running them seldom pays."""
    design = reference(hours, p_gas=0.4)
    changed = {"least": 2 * machine, "most": 2 * machine, "machine": machine, "on_off": "machine",
               "least_load": 0.5, "start_cost": 0.1}  # fmt: skip
    parts = [p.model_copy(update=changed) if p.id == "chp" else p for p in design.components]
    return replace(design, components=parts)


def proved(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan), plan
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-6, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-8)
    return plan


@pytest.fixture
def by_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few the whole numbers are, they are planned day by day."""
    monkeypatch.setattr(whole_steps, "_FEW", 0)


@pytest.mark.usefixtures("by_days")
@pytest.mark.parametrize("design", [engine_of_the_reference(168), switched(72)])
def test_day_by_day_is_as_good_as_its_gap_says(design: Design) -> None:
    plan = proved(design)
    exact = solve(build(design).program, gap=1e-4, seconds=30)
    if any(size.step for size in plan.built.sizes):  # this search lets capacities be split
        assert exact.bound <= plan.objective * (1 + 1e-9)
    assert plan.bound <= exact.objective * (1 + 1e-9)
    assert plan.objective - exact.objective <= plan.gap * plan.objective + 1e-9
    assert -1e-12 <= plan.gap < 0.02
    whole = plan.built.program.whole
    numbers = plan.solution.values[whole]
    assert np.abs(numbers - np.round(numbers)).max() < 1e-6


@pytest.mark.usefixtures("by_days")
def test_jobs_of_a_week_and_calls_of_a_year_hold_over_days() -> None:
    design = reference(336)
    parts: list[Component] = [
        *design.components,
        BatchLoad(id="kiln", power=1.0, hours=5, jobs=4, window_hours=168),
        InterruptibleLoad(id="fans", series=0.5, at_most=0.5, price=0.2, hours_at_most=40,
                          call_hours=4, calls_at_most=6),
    ]  # fmt: skip
    plan = proved(replace(design, components=parts))
    jobs = plan.flows["kiln.jobs"]
    assert [jobs[:168].sum(), jobs[168:].sum()] == pytest.approx([4, 4])
    assert 1 <= plan.flows["fans.calls made"].sum() <= 6
    assert plan.gap < 0.005


def test_prices_are_those_at_the_whole_numbers_found() -> None:
    plan = proved(engine_of_the_reference(96))
    assert len(plan.rules) == len(plan.design.rules)
    assert not plan.solution.program.has_whole
    assert plan.built.program.has_whole
    held = plan.solution.program.columns["chp.machines on"]
    assert np.array_equal(plan.solution.program.lower[held], plan.solution.program.upper[held])


def test_whole_capacities_and_whole_steps_are_the_best_of_all_counts() -> None:
    design = switched(24)
    plan, costs = proved(design), []
    for count in (1.0, 2.0, 3.0, 4.0):
        fixed = [
            part.model_copy(update={"least": count, "most": count}) if part.id == "boiler" else part
            for part in design.components
        ]
        costs.append(proved(replace(design, components=fixed)).objective)
    assert plan.objective == pytest.approx(min(costs), rel=1e-5)


def test_what_no_search_finds_is_not_called_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(program: Program, *_: object, **__: object) -> Solution:
        return nothing(program, "failed", ())

    monkeypatch.setattr(whole_steps, "solve", fails)
    none = plan_design(switched(24))
    assert isinstance(none, NoPlan)
    assert none.status == "unsolved"


def test_a_design_without_whole_steps_is_left_as_it_is() -> None:
    built = build(reference(24))
    assert whole_steps.relaxed(built) is built
