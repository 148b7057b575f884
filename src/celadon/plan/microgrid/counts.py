"""Whole machines: capacities that are bought one by one, found by branch and bound.

Only the few capacities that name a ``machine`` are whole; all else stays continuous. Each node is
the same programme with other limits of these, solved and proved like any other, and the node with
the lowest bound is opened next: what is found first with whole counts is the best there is.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.microgrid.design import Built

_WHOLE = 1e-5
"""A count so near to a whole number is one."""

_NO_BETTER = 1e-8
"""A node whose bound saves less, relative to the best plan so far, is not opened."""

_NODES = 60
"""Nodes after which the best plan found so far is taken, with its gap."""


@dataclass(frozen=True, eq=False)
class Settled:
    """The programme with its whole counts fixed, its solution, and the bound of the search."""

    program: Program
    found: Solution
    bound: float


def settle_counts(built: Built, found: Solution, method: str) -> Settled | None:
    """The best plan of whole machines, from the solution that lets them be split.

    Parameters
    ----------
    method : the solver of the nodes; where it fails all are asked.

    Returns
    -------
    None where no whole numbers of machines keep all demands.
    """
    stepped = [size for size in built.sizes if size.step]
    if not stepped:
        return Settled(built.program, found, found.bound)
    search = _Search(
        built.program,
        np.array([built.program.columns[size.block].start for size in stepped]),
        np.array([size.step for size in stepped]),
        method,
    )
    return search.best(found)


def _beaten_by(objective: float) -> float:
    """The bound from which on a node cannot beat a plan of that cost."""
    return objective - _NO_BETTER * max(1.0, abs(objective))


class _Search:
    """Best-first over the limits of a few columns."""

    def __init__(self, program: Program, columns: Index, steps: Floats, method: str) -> None:
        self.program, self.columns, self.steps, self.method = program, columns, steps, method

    def best(self, root: Solution) -> Settled | None:
        """The settled plan; the rounded-up root is the first to beat."""
        lower, upper = self.program.lower[self.columns], self.program.upper[self.columns]
        order = count()
        open_nodes = [(root.bound, next(order), root, lower, upper)]
        if (lower == upper).all():
            return Settled(self.program, root, root.bound)
        kept = self._fixed(np.ceil(self._counts(root) - _WHOLE), upper)
        for _ in range(_NODES):
            if not open_nodes:
                break
            bound, _, found, lower, upper = heapq.heappop(open_nodes)
            if kept is not None and bound >= _beaten_by(kept.found.objective):
                return Settled(kept.program, kept.found, min(bound, kept.found.bound))
            counts = self._counts(found)
            apart = np.abs(counts - np.round(counts))
            if apart.max() <= _WHOLE:
                whole = self._fixed(np.round(counts), upper)
                if whole is not None:
                    return Settled(whole.program, whole.found, min(bound, whole.found.bound))
                continue
            at = int(apart.argmax())
            below, above = upper.copy(), lower.copy()
            below[at] = np.floor(counts[at]) * self.steps[at]
            above[at] = np.ceil(counts[at]) * self.steps[at]
            for low, high in ((lower, below), (above, upper)):
                child = self._solved(low, high)
                if child is not None:
                    heapq.heappush(open_nodes, (child.bound, next(order), child, low, high))
        if kept is None:
            return None
        least = min((node[0] for node in open_nodes), default=kept.found.bound)
        return Settled(kept.program, kept.found, min(least, kept.found.bound))

    def _counts(self, found: Solution) -> Floats:
        counts: Floats = found.values[self.columns] / self.steps
        return counts

    def _fixed(self, counts: Floats, upper: Floats) -> Settled | None:
        """The plan with these counts, if there is one."""
        size = counts * self.steps
        if (size > upper * (1 + 1e-9)).any():
            return None
        found = self._solved(size, size)
        return None if found is None else Settled(found.program, found, found.bound)

    def _solved(self, lower: Floats, upper: Floats) -> Solution | None:
        if (lower > upper).any():
            return None
        low, high = self.program.lower.copy(), self.program.upper.copy()
        low[self.columns], high[self.columns] = lower, upper
        program = self.program.with_(lower=low, upper=high)
        found = solve(program, self.method)
        if found.status == "failed":  # its word alone does not close a branch
            found = solve(program)
        return found if found.status == "optimal" else None
