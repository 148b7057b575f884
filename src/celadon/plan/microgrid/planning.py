"""From a design to a proved plan, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.numerics.lp import Solution, solve
from celadon.numerics.lp.deadline import is_late, within
from celadon.numerics.lp.solving import chosen
from celadon.plan.microgrid.apart import kept_apart
from celadon.plan.microgrid.counts import Settled, settle_counts
from celadon.plan.microgrid.design import Built, Design, build, is_in_wholes
from celadon.plan.microgrid.no_plan import NoPlan, why_infeasible, why_unbounded
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.whole_steps import relaxed, settle_steps


def plan_design(
    design: Design,
    method: str | None = None,
    *,
    keep_apart: bool = True,
    alternatives: bool = True,
    seconds: float | None = None,
) -> Plan | NoPlan:
    """The cheapest system that keeps every rule, proved; or why there is none.

    Parameters
    ----------
    method : a solver of :data:`celadon.numerics.lp.METHODS`; chosen by size if not given.
    keep_apart : whether flows that no machine has at once are kept apart where wasting energy
        pays; without it the plan is the linear programme's own.
    alternatives : whether an impossible design is told what else would be enough, which takes
        longer than all the rest.
    seconds : at most so long is solved. What is not proved by then is ``unsolved``, never called
        impossible; a plan that had only to be kept apart is kept as it was.

    Raises
    ------
    DeclarationError
        If the design does not hang together.
    """
    built = build(design)
    with within(seconds):
        return _planned(design, built, method, keep_apart=keep_apart, alternatives=alternatives)


def _planned(
    design: Design, built: Built, method: str | None, *, keep_apart: bool, alternatives: bool
) -> Plan | NoPlan:
    split = relaxed(built)
    found = _solved(design, split, method, alternatives=alternatives)
    if isinstance(found, NoPlan):
        # what was found impossible is known by what would have to give way; the rest is silence
        is_known = found.status != "infeasible" or bool(found.concessions)
        return found if is_known or not is_late() else NoPlan("unsolved")
    quickest = method or chosen(split.program)[0]
    settled = settle_counts(split, found, quickest)
    if settled is not None and built.program.has_whole:
        horizon = design.horizon
        settled = settle_steps(built, horizon.count, horizon.hours, settled, quickest)
    if settled is None or settled.found.status != "optimal":
        return _not_whole(built, settled)
    # a count that the time left untried may have been cheaper: then only the split plan is a bound
    bound = min(settled.bound, found.bound) if is_late() else settled.bound
    program, found = settled.program, settled.found
    held: Mapping[tuple[str, str], int] = {}
    if keep_apart:
        apart = kept_apart(built, program, found, method or chosen(program)[0])
        found, held = apart.found, apart.held
        if not is_in_wholes(built):  # else it is a bound of what is held there
            bound = max(bound, apart.bound)
    return Plan(found, bound, held, design, built)


def _not_whole(built: Built, settled: Settled | None) -> NoPlan:
    """No plan of whole machines and whole steps: proved, or only not found."""
    if is_late() or (settled is not None and settled.found.status != "infeasible"):
        return NoPlan("unsolved")
    sizes = {size.block for size in built.sizes if size.step}
    steps = {
        name for name, span in built.program.columns.items() if built.program.whole[span].any()
    }
    return NoPlan("infeasible", conflicts=(frozenset(sizes | steps),))


def _solved(
    design: Design, built: Built, method: str | None, *, alternatives: bool
) -> Solution | NoPlan:
    """The solution, or its impossibility; an interior method's word alone is never enough."""
    found = solve(built.program, method or chosen(built.program)[0])
    if found.status == "optimal":
        return found
    if found.status != "unbounded":
        infeasible = why_infeasible(design, built, alternatives=alternatives)
        if infeasible is not None:
            return infeasible
    unbounded = why_unbounded(built)
    if unbounded is not None:
        return unbounded
    found = solve(built.program)
    return found if found.status in ("optimal", "limit") else NoPlan("unsolved")
