"""An answer to a linear programme, read by the names of its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.proof import Proof

Status = Literal["optimal", "infeasible", "unbounded", "limit", "failed"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One solver's try: what it said of itself, and what came of it."""

    method: str
    said: str
    seconds: float
    steps: int
    accepted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What was found, how it was proved, and by whom.

    Attributes
    ----------
    status : ``optimal`` only if the proof holds, whatever the solver said; ``limit`` if time or
        steps ran out with a solution that keeps all requirements but is not proved best.
    values, prices : one per column, one per row. A price is the growth of the objective by one unit
        of the row's bound; empty for whole numbers.
    """

    program: Program
    status: Status
    values: Floats
    prices: Floats
    proof: Proof | None
    attempts: tuple[Attempt, ...]

    @property
    def objective(self) -> float:
        """The cost found."""
        return self._proved().objective

    @property
    def bound(self) -> float:
        """The cost that no solution can beat."""
        return self._proved().bound

    @property
    def gap(self) -> float:
        """Objective less bound, relative."""
        return self._proved().gap

    @property
    def method(self) -> str:
        """The solver whose answer this is."""
        return self.attempts[-1].method if self.attempts else ""

    def value(self, name: str) -> Floats:
        """The values of a block of variables."""
        return self.values[self.program.columns[name]]

    def price(self, name: str) -> Floats:
        """The prices of a block of requirements, row by row.

        Raises
        ------
        ValueError
            If variables had to be whole: such a programme has no prices.
        """
        if not self.prices.size and self.program.matrix.shape[0]:
            raise ValueError("whole numbers have no prices: fix them and solve anew")
        return self.prices[self.program.rows[name]]

    def reduced_cost(self, name: str) -> Floats:
        """By how much the objective grows if a variable is forced one unit from its bound."""
        reduced: Floats = self.program.cost - self.program.matrix.T @ self.prices
        return reduced[self.program.columns[name]]

    def charge(self, name: str) -> float:
        """What a named charge came to."""
        cost, constant = self.program.charges[name]
        return float(cost @ self.values) + constant

    def charges(self) -> dict[str, float]:
        """What each named charge came to; together they are the objective."""
        return {name: self.charge(name) for name in self.program.charges}

    def activity(self, name: str) -> Floats:
        """What the rows of a requirement came to."""
        rows: Floats = self.program.matrix @ self.values
        return rows[self.program.rows[name]]

    def _proved(self) -> Proof:
        if self.proof is None:
            raise ValueError(f"there is no solution: the programme is {self.status}")
        return self.proof


def nothing(program: Program, status: Status, attempts: tuple[Attempt, ...]) -> Solution:
    """No solution, and why."""
    return Solution(program, status, np.zeros(0), np.zeros(0), None, attempts)
