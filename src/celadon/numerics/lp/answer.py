"""What a solver hands back, before anybody believes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.solution import Status


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Values, prices and a status, as a solver says them.

    Parameters
    ----------
    claim : what the solver says in the words of this module; ``said`` in its own.
    bound : the bound of a search over whole numbers; None where prices prove it.
    ray : for an unbounded programme, the direction in which it has no end; empty if not known.
    """

    claim: Status
    said: str
    values: Floats
    prices: Floats
    steps: int
    bound: float | None = None
    ray: Floats | None = None


def no_values(claim: Status, said: str, steps: int = 0) -> Answer:
    """An answer without a solution."""
    return Answer(claim, said, np.zeros(0), np.zeros(0), steps)
