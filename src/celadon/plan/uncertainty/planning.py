"""The design that is best over all scenarios together, proved; or which of them has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from celadon.numerics.lp import least_relaxation, solve
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.solving import chosen
from celadon.plan.microgrid.apart import kept_apart
from celadon.plan.microgrid.counts import Settled, settle_counts
from celadon.plan.microgrid.design import Design, build, is_in_wholes
from celadon.plan.microgrid.fixed import dispatch_fixed
from celadon.plan.microgrid.no_plan import NoPlan, why_infeasible, why_unbounded
from celadon.plan.microgrid.proved import Proved
from celadon.plan.microgrid.whole_steps import relaxed
from celadon.plan.uncertainty.declaration import Risk
from celadon.plan.uncertainty.risk import conditional_value_at_risk, value_at_risk, weighed
from celadon.plan.uncertainty.scenarios import Scenario
from celadon.plan.uncertainty.stacking import Part, Stack, stacked

_SPAN = 1e-5


@dataclass(frozen=True, eq=False)
class ScenarioPlan(Proved):
    """Capacities for all scenarios, with the cost of each and the proof of the whole.

    Its objective is (1 - weight) expected cost + weight CVaR, kCNY.
    """

    scenarios: tuple[Scenario, ...]
    risk: Risk
    stack: Stack

    @cached_property
    def sizes(self) -> Mapping[str, float]:
        """The capacities, MW, MWh or t by block."""
        return {
            size.block: max(0.0, float(self.solution.value(size.block)[0]))
            for size in self.stack.built.sizes
        }

    @cached_property
    def decided(self) -> Mapping[str, Floats]:
        """All that is decided before the scenario is known, by block."""
        return {name: np.maximum(self.solution.value(name), 0.0) for name in self.stack.shared}

    @cached_property
    def costs(self) -> Mapping[str, float]:
        """The yearly cost in each scenario, kCNY, capacities included."""
        return {part.id: part.cost(self.solution.values) for part in self.stack.parts}

    @property
    def probabilities(self) -> list[float]:
        """Of the scenarios, in their order."""
        return [each.probability for each in self.scenarios]

    @property
    def expected(self) -> float:
        """The expected yearly cost, kCNY."""
        return float(np.dot(list(self.costs.values()), self.probabilities))

    @property
    def value_at_risk(self) -> float:
        """The cost that is not exceeded at the confidence asked for, kCNY."""
        return value_at_risk([*self.costs.values()], self.probabilities, self.risk.confidence)

    @property
    def conditional_value_at_risk(self) -> float:
        """The mean of the dearest futures, kCNY, from the costs by sorting."""
        return conditional_value_at_risk(
            [*self.costs.values()], self.probabilities, self.risk.confidence
        )

    @property
    def weighed(self) -> float:
        """What the programme minimised, worked out again from the costs of the scenarios."""
        return weighed(
            [*self.costs.values()], self.probabilities, self.risk.confidence, self.risk.weight
        )

    def flows(self, scenario: str) -> Mapping[str, Floats]:
        """Every block with one value a step, as it runs in a scenario."""
        part = self.part(scenario)
        values = part.values(self.solution.values)
        count = next(e.design.horizon.count for e in self.scenarios if e.id == scenario)
        return {
            name: values[span]
            for name, span in part.built.program.columns.items()
            if span.stop - span.start == count
        }

    def part(self, scenario: str) -> Part:
        """A scenario of the stack."""
        return next(part for part in self.stack.parts if part.id == scenario)


@dataclass(frozen=True, eq=False)
class NoScenarioPlan:
    """No capacities serve all scenarios.

    Attributes
    ----------
    alone : the scenarios that have no design even alone, each with its reason.
    together : where each has one alone: the demands that contradict each other across them, as
        ``scenario: demand``.
    """

    status: str
    alone: Mapping[str, NoPlan]
    together: tuple[str, ...] = ()


def plan_scenarios(
    scenarios: Sequence[Scenario], risk: Risk, method: str | None = None
) -> ScenarioPlan | NoScenarioPlan:
    """The capacities with the least expected cost, or the least of cost and risk, over scenarios.

    Parameters
    ----------
    method : a solver of :data:`celadon.numerics.lp.METHODS`; chosen by size if not given.
    """
    stack = stack_of(scenarios, risk)
    split = relaxed(stack.built)
    program = split.program
    quickest = method or chosen(program)[0]
    found = solve(program, quickest)
    if found.status != "optimal":
        none = _why(scenarios, stack, risk)
        if none is not None:
            return none
        found = solve(program)
        if found.status != "optimal":
            return NoScenarioPlan("unsolved", {})
    settled = settle_counts(split, found, quickest)
    if settled is None:
        machines = tuple(size.block for size in stack.built.sizes if size.step)
        return NoScenarioPlan("infeasible", {}, machines)
    if stack.built.program.has_whole:
        settled = _in_whole_steps(scenarios, stack, settled, quickest)
        if settled is None:
            return NoScenarioPlan("unsolved", {})
    apart = kept_apart(stack.built, settled.program, settled.found, quickest)
    # of whole numbers it is a bound of what is held there only
    bound = settled.bound if is_in_wholes(stack.built) else max(settled.bound, apart.bound)
    return ScenarioPlan(apart.found, bound, apart.held, tuple(scenarios), risk, stack)


def _in_whole_steps(
    scenarios: Sequence[Scenario], stack: Stack, split: Settled, method: str
) -> Settled | None:
    """The plan with machines that switch in whole steps; None where none was found.

    Each scenario is run in whole steps at the capacities of the split plan; then these steps are
    held and all is solved again, capacities free. The bound stays that of the split plan.
    """
    decided = {name: np.maximum(split.found.value(name), 0.0) for name in stack.shared}
    lower, upper = split.program.lower.copy(), split.program.upper.copy()
    for each, part in zip(scenarios, stack.parts, strict=True):
        run = dispatch_fixed(part.built, decided, method, horizon=each.design.horizon)
        if run.status != "optimal":
            return None
        own = np.flatnonzero(part.built.program.whole)
        lower[part.columns[own]] = upper[part.columns[own]] = np.round(run.values[own])
    program = split.program.with_(lower=lower, upper=upper)
    found = solve(program, method)
    if found.status == "failed":
        found = solve(program)
    return Settled(program, found, split.bound) if found.status == "optimal" else None


def stack_of(scenarios: Sequence[Scenario], risk: Risk) -> Stack:
    """The stacked programme of some scenarios.

    Raises
    ------
    DeclarationError
        If a design does not hang together.
    """
    programmes = [(each.id, each.probability, build(each.design)) for each in scenarios]
    return stacked(programmes, risk, [rule.name for rule in scenarios[0].design.rules])


def _why(scenarios: Sequence[Scenario], stack: Stack, risk: Risk) -> NoScenarioPlan | None:
    """Which scenario has no design, or which demands contradict each other across them."""
    alone: dict[str, NoPlan] = {}
    for each, part in zip(scenarios, stack.parts, strict=True):
        reason = _alone(each.design, part, risk)
        if reason is not None:
            alone[each.id] = reason
    if alone:
        status = "unbounded" if all(n.status == "unbounded" for n in alone.values()) else (
            "infeasible")  # fmt: skip
        return NoScenarioPlan(status, alone)
    names = [rule.name for rule in scenarios[0].design.rules]
    rows = stack.built.program.rows
    asked = [row for row in rows if row in names or row.partition(": ")[2] in names]
    found = least_relaxation(relaxed(stack.built).program, asked)
    if found.is_possible and not found.amounts:
        return None
    guilty = {row for core in found.cores for row in core} or set(found.amounts)
    return NoScenarioPlan("infeasible", {}, tuple(sorted(guilty)))


def _alone(design: Design, part: Part, risk: Risk) -> NoPlan | None:
    """Why a scenario has no design even alone; None if it has one.

    A rule that is kept as expected need not be kept in each scenario.
    """
    if risk.rules == "expected":
        program = relaxed(part.built).program
        low, high = program.row_lower.copy(), program.row_upper.copy()
        for rule in design.rules:
            low[program.rows[rule.name]], high[program.rows[rule.name]] = -np.inf, np.inf
        program = program.with_(row_lower=low, row_upper=high)
    else:
        program = relaxed(part.built).program
    found = solve(program, chosen(program)[0])
    if found.status == "optimal":
        return None
    if found.status != "unbounded":
        infeasible = why_infeasible(design, relaxed(part.built), alternatives=False)
        if infeasible is not None:
            return infeasible
    return why_unbounded(relaxed(part.built))
