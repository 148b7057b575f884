"""A model that stays in the solver: changed a little, solved again from where it stood."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celadon.numerics.lp import highs
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.proof import prove
from celadon.numerics.lp.solution import Attempt, Solution, Status, nothing
from celadon.numerics.lp.solving import GAP, TOLERANCE, without_solving


class LiveModel:
    """A programme in HiGHS, for scenarios that differ in costs, bounds and right-hand sides.

    Examples
    --------
    >>> from celadon.numerics.lp import Model
    >>> model = Model()
    >>> power = model.variables("power", 2, upper=5)
    >>> model.require("demand", power >= [1, 2])
    >>> model.charge("energy", [3.0, 4.0] * power)
    >>> live = LiveModel(model.program())
    >>> live.solve().objective
    11.0
    >>> live.change_rows("demand", lower=[2, 2])
    >>> live.change_costs("power", [3.0, 1.0])
    >>> live.solve().objective
    8.0
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._highs = highs.opened(program, "simplex", None, GAP)

    def change_costs(self, name: str, costs: ArrayLike) -> None:
        """Give the variables of a block other costs; named charges no longer divide the total."""
        span = self.program.columns[name]
        cost = self.program.cost.copy()
        cost[span] = np.asarray(costs, np.float64)
        self.program = replace(self.program, cost=cost, charges={})
        self._highs.changeColsCost(*_numbered(span), cost[span])

    def change_bounds(
        self, name: str, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """Give the variables of a block other bounds."""
        span = self.program.columns[name]
        low = _changed(self.program.lower, span, lower)
        high = _changed(self.program.upper, span, upper)
        self.program = replace(self.program, lower=low, upper=high)
        self._highs.changeColsBounds(*_numbered(span), low[span], high[span])

    def change_rows(
        self, name: str, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """Give the rows of a requirement other bounds."""
        span = self.program.rows[name]
        low = _changed(self.program.row_lower, span, lower)
        high = _changed(self.program.row_upper, span, upper)
        self.program = replace(self.program, row_lower=low, row_upper=high)
        self._highs.changeRowsBounds(*_numbered(span), low[span], high[span])

    def solve(self, *, tolerance: float = TOLERANCE, gap: float = GAP) -> Solution:
        """Solve from where the last solution stood; proved like any other."""
        contradicted = without_solving(self.program)
        if contradicted is not None:
            return contradicted
        since = time.perf_counter()
        answer = highs.run(self._highs, self.program)
        took = time.perf_counter() - since
        if not answer.values.size:
            attempt = Attempt("simplex", answer.said, took, answer.steps, accepted=True)
            return nothing(self.program, answer.claim, (attempt,))
        proof = prove(self.program, answer.values, answer.prices, answer.bound)
        holds = answer.claim == "optimal" and proof.holds(tolerance, gap)
        attempt = Attempt("simplex", answer.said, took, answer.steps, holds)
        status: Status = "optimal" if holds else "failed"
        return Solution(self.program, status, answer.values, answer.prices, proof, (attempt,))


def _changed(bounds: Floats, span: slice, new: ArrayLike | None) -> Floats:
    if new is None:
        return bounds
    changed = bounds.copy()
    changed[span] = np.asarray(new, np.float64)
    return changed


def _numbered(span: slice) -> tuple[int, NDArray[np.int32]]:
    places = np.arange(span.start, span.stop, dtype=np.int32)
    return len(places), places
