"""Whole numbers in the steps: machines that are on or off, jobs that begin, calls that are made.

A few hundred are given to HiGHS as they are. A year of them is planned span by span, each a search
of its own; then all that is whole is held and the year solved again as one linear programme,
with its capacities, peaks and rules free. The split plan costs less than any whole one: its bound
says what may have been lost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.deadline import is_late
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.counts import Settled
from celadon.plan.microgrid.design import Built
from celadon.plan.microgrid.spans import whole_by_spans

_WHOLE = 1e-5
"""A number so near to a whole one is one."""

_FEW = 400
"""So many whole numbers are searched at once."""

_SECONDS = 60.0
"""For that search, or for one that only asks whether there is any plan."""


def whole_components(program: Program) -> list[str]:
    """The components that count in whole numbers in each step, in the order of their blocks."""
    found = [name.partition(".")[0] for name, span in program.columns.items()
             if program.whole[span].any()]  # fmt: skip
    return list(dict.fromkeys(found))


def relaxed(built: Built) -> Built:
    """The same design with its whole steps let be split."""
    if not built.program.has_whole:
        return built
    program = built.program
    return replace(built, program=program.with_(whole=np.zeros_like(program.whole)))


def settle_steps(built: Built, count: int, hours: float, split: Settled, method: str) -> Settled:
    """A plan in which all is whole, from the one that lets steps be split.

    Parameters
    ----------
    built : with its whole steps.
    count, hours : of the steps.
    split : with whole capacities.
    method : the solver of the year.

    Returns
    -------
    The best plan found, priced as a linear programme with all that is whole held where it is;
    its bound holds for every plan. One without a solution where none was found: ``infeasible`` if
    it is proved that there is none.
    """
    whole = np.flatnonzero(built.program.whole)
    numbers = split.found.values[whole]
    if np.abs(numbers - np.round(numbers)).max(initial=0.0) <= _WHOLE:
        return _held(split, built, numbers, method) or split
    if len(whole) <= _FEW:
        return _searched(built, split, method)
    program = split.program.with_(whole=built.program.whole)
    numbers = whole_by_spans(program, split.found, count, hours)[whole]
    return _held(split, built, numbers, method) or _searched(built, split, method)


def _held(split: Settled, built: Built, numbers: Floats, method: str) -> Settled | None:
    """The year with these whole numbers; None where they leave no way out."""
    whole = built.program.whole
    lower, upper = split.program.lower.copy(), split.program.upper.copy()
    values = np.zeros(len(lower))
    values[whole] = np.clip(np.round(numbers), lower[whole], upper[whole])
    leave_out_needless_starts(split.program, values)
    lower[whole] = upper[whole] = values[whole]
    program = split.program.with_(lower=lower, upper=upper)
    found = solve(program, method)
    if found.status == "failed":
        found = solve(program)
    return Settled(program, found, split.bound) if found.status == "optimal" else None


def leave_out_needless_starts(program: Program, values: Floats) -> None:
    """Start no more machines than come on: what is left of a search may pay for starts of none.

    A start beyond those never lets a load change faster: the machine that it replaces would
    have changed by its own ramp, which is no less than what a stop and a start give.

    Parameters
    ----------
    values : of all columns, whole where they must be; starts are set in place.
    """
    rows = program.matrix.tocsr()
    for name, span in program.rows.items():
        block = f"{name.removesuffix(_RISE)}{_STARTING}"
        if not name.endswith(_RISE) or block not in program.columns:
            continue
        at = program.columns[block]
        own = rows[span]
        machine = own[:, at].diagonal()
        without = values.copy()
        without[at] = 0.0
        come_on = (program.row_lower[span] - own @ without) / machine
        values[at] = np.clip(np.ceil(come_on - _WHOLE), program.lower[at], program.upper[at])


_RISE, _STARTING = ".started at least", ".machines starting"
"""Ends of the row that holds the starts to what comes on, and of the block that counts them."""


def _searched(built: Built, split: Settled, method: str) -> Settled:
    """All at once, whole capacities too."""
    program = _counted(built)
    found = solve(program, gap=_SEARCHED, seconds=_SECONDS)
    if not found.values.size:
        status = found.status if not is_late() else "failed"
        none = Solution(split.program, status, found.values, found.prices, None, found.attempts)
        return Settled(split.program, none, split.bound)
    low, high = split.program.lower.copy(), split.program.upper.copy()
    for size in built.sizes:
        if size.step:
            at = program.columns[size.block].start
            low[at] = high[at] = np.round(found.values[at]) * size.step
    bound = max(split.bound, found.bound)
    best = Settled(split.program.with_(lower=low, upper=high), split.found, bound)
    held = _held(best, built, found.values[built.program.whole], method)
    if held is None:
        none = Solution(split.program, "failed", np.zeros(0), np.zeros(0), None, found.attempts)
        return Settled(split.program, none, split.bound)
    return held


_SEARCHED = 1e-6
"""The relative gap at which a search ends."""


def _counted(built: Built) -> Program:
    """The programme in which capacities of whole machines count these."""
    program = built.program
    scale, whole = np.ones(len(program.cost)), program.whole.copy()
    for size in built.sizes:
        if size.step:
            at = program.columns[size.block].start
            scale[at], whole[at] = size.step, True
    matrix = program.matrix.copy()
    matrix.data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    charges = {name: (cost * scale, fixed) for name, (cost, fixed) in program.charges.items()}
    return program.with_(
        cost=program.cost * scale, matrix=matrix, lower=program.lower / scale,
        upper=program.upper / scale, whole=whole, charges=charges,
    )  # fmt: skip
