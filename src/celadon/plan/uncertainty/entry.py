"""How cheap a component that is not bought would have to be before it is: told by prices alone.

The prices of the rows that a component shares with others (balances, rules, peaks) say what a unit
of it could earn; its own best use of them is a small programme by itself, the pricing problem of
column generation. While a unit earns less than it costs, these prices prove the plan without it
best. A solver's own reduced cost of the capacity says less: the prices of the rows of a machine
that does not stand are not unique.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from celadon.numerics.lp import Program, solve
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.microgrid.plan import Plan
from celadon.plan.uncertainty.parameters import plain_name

_NONE = 1e-9


def enters_below(plan: Plan, what: str, block: str) -> float | None:
    """The multiplier of its own cost at and above which a capacity is proved to stay out.

    Parameters
    ----------
    what : the cost of the capacity, such as ``battery.energy_cost``.
    block : the capacity, zero in the plan.

    Returns
    -------
    None where prices prove nothing: whole numbers, flows that had to be held apart, a capacity
    that must stand, or one that earns without end.
    """
    program = plan.solution.program
    annual = next((size.annual for size in plan.built.sizes if size.block == block), 0.0)
    least = float(program.lower[program.columns[block]][0])
    in_wholes = plan.built.program.has_whole or any(size.step for size in plan.built.sizes)
    if in_wholes or annual <= 0 or least > 0 or plan.held_apart:
        return None
    own = _own(program, plain_name(what).partition(".")[0])
    short = _shortfall(program, plan.solution.prices, own, block)
    return None if short is None else max(0.0, 1 - short / annual)


@dataclass(frozen=True, eq=False)
class _Own:
    """The columns of a component, and the rows that no other component stands in."""

    columns: Index
    rows: Index


def _own(program: Program, who: str) -> _Own:
    spans = [span for name, span in program.columns.items() if name.startswith(f"{who}.")]
    columns = np.concatenate([np.arange(span.start, span.stop) for span in spans])
    of_others = np.ones(program.matrix.shape[1])
    of_others[columns] = 0.0
    matrix = csr_array(program.matrix)
    pattern = csr_array((np.ones_like(matrix.data), matrix.indices, matrix.indptr), matrix.shape)
    own, others = pattern @ (1.0 - of_others), pattern @ of_others
    return _Own(columns, np.flatnonzero((own > 0) & (others == 0)))


def _shortfall(program: Program, prices: Floats, own: _Own, block: str) -> float | None:
    """By how much a unit of a capacity costs more in a year than it can earn, kCNY."""
    shared = prices.copy()
    shared[own.rows] = 0.0
    matrix = csc_array(program.matrix)[:, own.columns]
    earned = program.cost[own.columns] - matrix.T @ shared
    low, high = program.row_lower[own.rows], program.row_upper[own.rows]
    if (low > _NONE).any() or (high < -_NONE).any():
        return None
    # near nothing only the rows through zero bind, and no limit of a flow but zero itself
    lower, upper = np.zeros(len(own.columns)), program.upper[own.columns].copy()
    upper[upper > 0] = np.inf
    one = int(np.flatnonzero(own.columns == program.columns[block].start)[0])
    lower[one] = upper[one] = 1.0
    little = Program(
        cost=earned, offset=0.0, matrix=csc_array(csr_array(matrix)[own.rows, :]),
        lower=lower, upper=upper,
        row_lower=np.where(low >= -_NONE, 0.0, -np.inf),
        row_upper=np.where(high <= _NONE, 0.0, np.inf),
        whole=np.zeros(len(own.columns), bool), columns={"own": slice(0, len(own.columns))},
        rows={"own": slice(0, len(own.rows))}, charges={},
    )  # fmt: skip
    found = solve(little)
    return found.bound if found.status == "optimal" else None
