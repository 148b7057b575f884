"""A year run at capacities that are given: what a system costs that is bought already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from celadon.numerics.lp import Solution, solve
from celadon.numerics.lp.solving import chosen
from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.apart import kept_apart
from celadon.plan.microgrid.counts import Settled
from celadon.plan.microgrid.design import Built
from celadon.plan.microgrid.whole_steps import relaxed, settle_steps

Given = Mapping[str, ArrayLike]
"""By block of columns, the values that it is held at: MW, MWh or t; one number or one a column."""


def fixed(built: Built, sizes: Given) -> Built:
    """The same programme with some blocks held at their values, capacities above all.

    A capacity is then neither grown nor shrunk, and its yearly cost is paid; where that leaves no
    way out, :func:`celadon.plan.microgrid.no_plan.why_infeasible` names how much larger one of them
    would have to be. What lies below zero by rounding is zero.

    Parameters
    ----------
    sizes : for each block; those that are not named stay to be chosen.

    Raises
    ------
    KeyError
        If the programme has no block of that name.
    """
    program = built.program
    lower, upper = program.lower.copy(), program.upper.copy()
    held: dict[str, float] = {}
    for block, given in sizes.items():
        span = program.columns[block]
        values = np.maximum(np.asarray(given, np.float64), 0.0)
        lower[span] = upper[span] = values
        held[block] = float(np.max(values))
    chosen_sizes = tuple(
        replace(size, least=held[size.block], most=held[size.block]) if size.block in held else size
        for size in built.sizes
    )
    return replace(built, program=program.with_(lower=lower, upper=upper), sizes=chosen_sizes)


def dispatch_fixed(
    built: Built,
    sizes: Given,
    method: str | None = None,
    seconds: float | None = None,
    horizon: Horizon | None = None,
) -> Solution:
    """The cheapest running of a year at given capacities, proved like any plan.

    Everything that the design holds is held: balances, limits, rules of the year, whole steps; and
    flows that no machine has at once are kept apart as in a plan.
    Its objective is the whole yearly cost, that of the capacities included. Where the capacities
    are too small the status is ``infeasible``, or ``failed`` where no solver could prove either.

    Parameters
    ----------
    built : of the design, on all steps of its year.
    sizes : MW, MWh or t by block, such as :attr:`celadon.plan.microgrid.plan.Plan.sizes`.
    method : a solver, asked alone; chosen by size if not given, the others asked where it fails.
    seconds : the most that one solver takes.
    horizon : the steps; asked for where machines switch in them.

    Raises
    ------
    ValueError
        If machines switch, and no horizon is given.
    """
    held = fixed(built, sizes)
    split = relaxed(held)
    quickest = method or chosen(split.program)[0]
    found = solve(split.program, quickest, seconds=seconds)
    if found.status != "optimal" and method is None:
        found = solve(split.program, seconds=seconds)
    if found.status != "optimal":
        return found
    settled = Settled(split.program, found, found.bound)
    if held.program.has_whole:
        if horizon is None:
            raise ValueError("machines that switch in steps are run on a horizon")
        settled = settle_steps(held, horizon.count, horizon.hours, settled, quickest)
        if settled.found.status != "optimal":
            return settled.found
    apart = kept_apart(held, settled.program, settled.found, quickest)
    bound = settled.bound if held.program.has_whole else max(settled.bound, apart.bound)
    return apart.found if apart.found.bound == bound else _bounded(apart.found, bound)


def _bounded(found: Solution, bound: float) -> Solution:
    """A solution with another bound, and its gap to that."""
    assert found.proof is not None  # noqa: S101  it is optimal
    gap = (found.objective - bound) / max(1.0, abs(found.objective))
    return replace(found, proof=replace(found.proof, bound=bound, gap=gap))
