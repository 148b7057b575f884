"""What every plan carries as its proof: the answer, the bound that none beats, and the gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from celadon.numerics.lp import Solution


@dataclass(frozen=True, eq=False)
class Residuals:
    """What the proof found, recomputed outside the solver.

    Attributes
    ----------
    violation : how far the worst row or bound is broken, in its own unit (MW, MWh).
    relative_violation : the same by the size of the row's terms.
    gap : objective less proved bound, relative.
    price_violation : how far the worst reduced cost is from its sign, relative.
    """

    violation: float
    relative_violation: float
    gap: float
    price_violation: float


@dataclass(frozen=True, eq=False)
class Proved:
    """An answer with its proof: of one year, of all scenarios, or of all years.

    Attributes
    ----------
    bound : kCNY; no plan that keeps the rules costs less.
    held_apart : steps in which two flows that exclude each other had to be kept apart, by pair.
    """

    solution: Solution
    bound: float
    held_apart: Mapping[tuple[str, str], int]

    @property
    def objective(self) -> float:
        """What was minimised, kCNY: the cost of a year, its weighed mean, or that of all years."""
        return self.solution.objective

    @property
    def gap(self) -> float:
        """Objective less bound, relative to the objective (1 at least)."""
        return (self.objective - self.bound) / max(1.0, abs(self.objective))

    @property
    def residuals(self) -> Residuals:
        """The proof's residuals."""
        proof = self.solution.proof
        assert proof is not None  # noqa: S101  a plan has a solution
        return Residuals(proof.violation, proof.relative_violation, self.gap, proof.price_violation)
