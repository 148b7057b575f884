"""What it is worth to have looked at all scenarios: other designs, each run through every one.

The design of the mean scenario and those of single scenarios are bought and then run, proved like
any plan, in every scenario. Always: what foresight would cost <= what the chosen design weighs <=
what any other design weighs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from celadon.numerics.lp import solve
from celadon.plan.microgrid.fixed import dispatch_fixed, fixed
from celadon.plan.microgrid.no_plan import NoPlan, why_infeasible
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.whole_steps import relaxed
from celadon.plan.uncertainty.planning import ScenarioPlan
from celadon.plan.uncertainty.risk import weighed
from celadon.plan.uncertainty.scenarios import mean_design

STOCHASTIC, MEAN = "all scenarios", "mean scenario"
"""The chosen design, and that of the mean scenario; the others bear the ids of their scenarios."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """A design that was made for something else, run through every scenario.

    Attributes
    ----------
    costs : kCNY a year by scenario; None where it cannot serve it.
    lacking : where it cannot: what would have to be larger or give way.
    weighed : kCNY, by the measure that the chosen design is best by; None if a scenario cannot be
        served.
    """

    name: str
    sizes: Mapping[str, float]
    costs: Mapping[str, float | None]
    lacking: Mapping[str, NoPlan]
    weighed: float | None


@dataclass(frozen=True, eq=False)
class Worth:
    """The chosen design beside the others.

    Attributes
    ----------
    alternatives : that of the mean scenario first, if there is a mean; then of single scenarios.
    best : kCNY a year by scenario, of the design made for it alone, where there is one.
    foresight : kCNY; what would be paid, as weighed, if the scenario were known before building.
        None where rules are kept as expected: then a scenario has no design of its own.
    """

    plan: ScenarioPlan
    alternatives: tuple[Alternative, ...]
    best: Mapping[str, float]
    foresight: float | None

    @property
    def of_stochastic_solution(self) -> float | None:
        """What the chosen design saves against that of the mean scenario, kCNY a year.

        None where there is no mean, or its design cannot serve every scenario: then the saving has
        no end.
        """
        for each in self.alternatives:
            if each.name == MEAN and each.weighed is not None:
                return each.weighed - self.plan.weighed
        return None

    @property
    def of_information(self) -> float | None:
        """What knowing the scenario before building would save, kCNY a year."""
        return None if self.foresight is None else self.plan.weighed - self.foresight

    def regret(self, costs: Mapping[str, float | None]) -> dict[str, float | None]:
        """By scenario, what a design costs more than the one made for it, kCNY a year."""
        return {
            name: None if cost is None or name not in self.best else cost - self.best[name]
            for name, cost in costs.items()
        }


def worth_of(plan: ScenarioPlan, method: str | None = None) -> Worth:
    """The worth of a plan for all scenarios, against those for less.

    Parameters
    ----------
    method : a solver; chosen by size if not given.
    """
    alone = {each.id: plan_design(each.design, method, alternatives=False)
             for each in plan.scenarios}  # fmt: skip
    designs: dict[str, Plan] = {}
    mean = mean_design(plan.scenarios)
    if mean is not None and len(plan.scenarios) > 1:
        of_mean = plan_design(mean, method, alternatives=False)
        if isinstance(of_mean, Plan):
            designs[MEAN] = of_mean
    designs |= {name: found for name, found in alone.items() if isinstance(found, Plan)}
    alternatives = tuple(_run(plan, name, found, method) for name, found in designs.items())
    best = {name: found.objective for name, found in alone.items() if isinstance(found, Plan)}
    foresight = None
    if plan.risk.rules == "every" and len(best) == len(alone):
        foresight = weighed(
            [*best.values()], plan.probabilities, plan.risk.confidence, plan.risk.weight
        )
    return Worth(plan, alternatives, best, foresight)


def _run(plan: ScenarioPlan, name: str, bought: Plan, method: str | None) -> Alternative:
    """A design in every scenario, with what it decides beforehand."""
    decided = {block: np.maximum(bought.solution.value(block), 0.0) for block in plan.stack.shared}
    run = _together if plan.risk.rules == "expected" else _one_by_one
    costs, lacking = run(plan, decided, method)
    known = [cost for cost in costs.values() if cost is not None]
    whole = None
    if len(known) == len(costs):
        whole = weighed(known, plan.probabilities, plan.risk.confidence, plan.risk.weight)
    return Alternative(name, bought.sizes, costs, lacking, whole)


def _one_by_one(
    plan: ScenarioPlan, decided: Mapping[str, ArrayLike], method: str | None
) -> tuple[dict[str, float | None], dict[str, NoPlan]]:
    costs: dict[str, float | None] = {}
    lacking: dict[str, NoPlan] = {}
    for scenario, part in zip(plan.scenarios, plan.stack.parts, strict=True):
        found = dispatch_fixed(part.built, decided, method, horizon=scenario.design.horizon)
        if found.status == "optimal":
            costs[part.id] = found.objective
            continue
        costs[part.id] = None
        held = relaxed(fixed(part.built, decided))
        reason = why_infeasible(scenario.design, held, alternatives=False)
        lacking[part.id] = reason or NoPlan("unsolved")
    return costs, lacking


def _together(
    plan: ScenarioPlan, decided: Mapping[str, ArrayLike], method: str | None
) -> tuple[dict[str, float | None], dict[str, NoPlan]]:
    """All scenarios in one programme, since a rule is kept over them together."""
    found = solve(fixed(plan.stack.built, decided).program, method)
    if found.status != "optimal":
        nothing: dict[str, float | None] = dict.fromkeys(plan.costs)
        return nothing, {part.id: NoPlan("infeasible") for part in plan.stack.parts}
    return {part.id: part.cost(found.values) for part in plan.stack.parts}, {}
