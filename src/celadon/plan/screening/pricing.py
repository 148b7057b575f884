"""What capacities really cost in the full year.

With its capacities given the year is dispatched step by step, as a full design would: the cost is
that of a plan that could be built, so the optimum cannot lie above it. Where no dispatch keeps all
rules with these capacities they are changed, as little as is enough, each change weighed by what
the capacity costs; what was changed is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, eye_array, hstack, vstack

from celadon.numerics.lp import Program, Solution, prove
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.microgrid.apart import kept_apart
from celadon.plan.microgrid.counts import Settled
from celadon.plan.microgrid.design import Built, Design
from celadon.plan.microgrid.whole_steps import relaxed, settle_steps
from celadon.plan.screening.answering import answered, tried

_RELUCTANCE = 1.0
"""Yearly costs of a capacity that a change of it has to earn beyond its own."""

_CHEAP = 1e-3
"""kCNY a unit and year: what costs nothing is not changed for nothing either."""

_WHOLE = 1e-5
"""A count of machines so near to a whole number is one."""

_CHANGED = 1e-4
"""Relative: a capacity that differs by less is as it was."""


@dataclass(frozen=True, eq=False)
class Priced:
    """The full year of given capacities.

    Attributes
    ----------
    dispatch : the year as it is run, proved for these capacities; ``split`` the same before flows
        were kept apart and machines switched as a whole, whose prices prove something of others.
    changed : capacities that had to be changed, from what to what, by block.
    held_apart : steps in which two flows had to be kept apart, by pair.
    """

    dispatch: Solution
    split: Solution
    changed: Mapping[str, tuple[float, float]]
    held_apart: Mapping[tuple[str, str], int]


def price_capacities(
    design: Design, built: Built, sizes: Floats, method: str | None = None
) -> Priced | None:
    """The cheapest full year with given capacities, or with others that are nearest to them.

    Parameters
    ----------
    sizes : one for each size of the design, in their order.

    Returns
    -------
    None where no solver finds a year that keeps all rules.
    """
    whole, built = built, relaxed(built)
    columns = size_columns(built)
    wanted = np.clip(sizes, built.program.lower[columns], built.program.upper[columns])
    split = tried(_with_sizes(built.program, columns, wanted), method)
    if split.status != "optimal":
        split = _nearest(built, wanted, method)
    if split.status != "optimal":
        return None
    found, taken = split, split.values[columns]
    if whole.program.has_whole:
        horizon = design.horizon
        settled = settle_steps(
            whole, horizon.count, horizon.hours, Settled(split.program, split, split.bound),
            split.method,
        )  # fmt: skip
        if settled.found.status != "optimal":
            return None
        found = settled.found
    apart = kept_apart(built, found.program, found, split.method)
    changed = {
        size.block: (was, now)
        for size, was, now in zip(built.sizes, sizes.tolist(), taken.tolist(), strict=True)
        if abs(now - was) > _CHANGED * max(1.0, abs(was))
    }
    return Priced(apart.found, split, changed, apart.held)


def size_columns(built: Built) -> Index:
    """The column of each capacity."""
    return np.array([built.program.columns[size.block].start for size in built.sizes], np.int64)


def _with_sizes(program: Program, columns: Index, sizes: Floats) -> Program:
    low, high = program.lower.copy(), program.upper.copy()
    low[columns] = high[columns] = sizes
    return program.with_(lower=low, upper=high)


def _nearest(built: Built, wanted: Floats, method: str | None) -> Solution:
    """The year with capacities that are changed reluctantly; where machines are whole, up to one.

    Its prices prove the dispatch of the capacities that it takes, whatever the reluctance was.
    """
    columns, width = size_columns(built), built.program.matrix.shape[1]
    found = answered(_reluctant(built, columns, wanted), method)
    if found.status != "optimal":
        return found
    taken, step = found.values[columns], np.array([size.step for size in built.sizes])
    if step.any():
        count = np.ceil(taken / np.where(step > 0, step, 1.0) - _WHOLE)
        taken = np.minimum(np.where(step > 0, count * step, taken), built.program.upper[columns])
        return answered(_with_sizes(built.program, columns, taken), method)
    program = _with_sizes(built.program, columns, taken)
    values, prices = found.values[:width], found.prices[: program.matrix.shape[0]]
    proof = prove(program, values, prices)
    return Solution(program, found.status, values, prices, proof, found.attempts)


def _reluctant(built: Built, columns: Index, wanted: Floats) -> Program:
    """The programme in which every change of a capacity costs something of its own."""
    program, count = built.program, len(built.sizes)
    height, width = program.matrix.shape
    weight = _RELUCTANCE * np.array([max(size.annual, _CHEAP) for size in built.sizes])
    unit = eye_array(count, format="csc")
    picked = csc_array((np.ones(count), (np.arange(count), columns)), shape=(count, width))
    matrix = vstack(
        [hstack([program.matrix, csc_array((height, 2 * count))]), hstack([picked, -unit, unit])]
    )
    return replace(
        program,
        cost=np.concatenate([program.cost, weight, weight]),
        matrix=csc_array(matrix),
        lower=np.concatenate([program.lower, np.zeros(2 * count)]),
        upper=np.concatenate([program.upper, np.full(2 * count, np.inf)]),
        row_lower=np.concatenate([program.row_lower, wanted]),
        row_upper=np.concatenate([program.row_upper, wanted]),
        whole=np.zeros(width + 2 * count, bool),
        columns={**program.columns, "more": slice(width, width + count),
                 "less": slice(width + count, width + 2 * count)},
        rows={**program.rows, "wanted": slice(height, height + count)},
        charges={},
    )  # fmt: skip
