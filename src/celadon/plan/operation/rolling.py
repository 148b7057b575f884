"""Solving one window after the other in a solver that stays alive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from celadon.numerics.lp import LiveModel, Program, Solution, solve
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.plan import at_once

_ALL = "all"
_ROUNDS = 4
_LARGE = 60_000
"""Terms above which a programme is solved anew: see :mod:`celadon.numerics.lp.solving`."""


class Roller:
    """A solver for windows that follow each other.

    Attributes
    ----------
    went_on : windows that were solved from where the one before stood.
    anew : windows whose matrix was another, so that the solver began anew.
    """

    def __init__(self) -> None:
        self._live: LiveModel | None = None
        self.went_on = 0
        self.anew = 0

    def solve(self, program: Program, exclusives: Sequence[tuple[str, str]] = ()) -> Solution:
        """The cheapest flows of a window, proved; flows that exclude each other kept apart."""
        found = self._solved(program)
        for _ in range(_ROUNDS):
            if found.status != "optimal":
                break
            upper = _apart(program, found, exclusives)
            if upper is None:
                break
            program = program.with_(upper=upper)
            again = self._solved(program)
            if again.status != "optimal":
                break
            found = again
        return found

    def _solved(self, program: Program) -> Solution:
        if program.matrix.nnz > _LARGE:
            self.anew += 1
            return solve(program)
        if self._live is not None and _same(self._live.program, program):
            self._live.change_costs(_ALL, program.cost)
            self._live.change_bounds(_ALL, lower=program.lower, upper=program.upper)
            self._live.change_rows(_ALL, lower=program.row_lower, upper=program.row_upper)
            self.went_on += 1
        else:
            height, width = program.matrix.shape
            self._live = LiveModel(
                program.with_(columns={_ALL: slice(0, width)}, rows={_ALL: slice(0, height)})
            )
            self.anew += 1
        found = self._live.solve()
        if found.status != "optimal":
            self._live = None
            return solve(program)
        return Solution(
            program, found.status, found.values, found.prices, found.proof, found.attempts
        )


def _same(one: Program, other: Program) -> bool:
    a, b = one.matrix, other.matrix
    return (
        a.shape == b.shape
        and a.nnz == b.nnz
        and np.array_equal(a.indptr, b.indptr)
        and np.array_equal(a.indices, b.indices)
        and np.array_equal(a.data, b.data)
        and one.offset == other.offset
    )


def _apart(program: Program, found: Solution, pairs: Sequence[tuple[str, str]]) -> Floats | None:
    """Upper bounds that hold the weaker of two opposed flows at zero; None where none oppose."""
    flows: Mapping[str, Floats] = {
        name: found.value(name) for pair in pairs for name in pair if name in program.columns
    }
    upper = None
    for one, other in pairs:
        both = at_once(flows[one], flows[other])
        if both.any():
            upper = program.upper.copy() if upper is None else upper
            spans = program.columns[one], program.columns[other]
            first = flows[one] < flows[other]
            upper[spans[0]] = np.where(both & first, 0.0, upper[spans[0]])
            upper[spans[1]] = np.where(both & ~first, 0.0, upper[spans[1]])
    return upper
