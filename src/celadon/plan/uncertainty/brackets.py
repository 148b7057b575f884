"""The least cost under many prices, from few solutions: bounds that are proved on both sides.

While only prices change, what can be done stays the same. The least cost is then a concave function
of the multipliers: a dispatch found at one point costs at another what its parts come to there,
which is never less than the least (bound from above); between points that are solved the least cost
lies above the plane through them (bound from below). Points are solved until all brackets are
narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from celadon.numerics.lp.expression import Floats

Cut = tuple[float, float, Floats]
"""At a point the proved bound, the cost, and its slopes: the parts that each multiplier acts on."""

_CORNERS = 64


@dataclass(frozen=True, eq=False)
class Brackets:
    """The least cost at each point, between two bounds.

    Attributes
    ----------
    solved : how many points were solved for.
    """

    low: Floats
    high: Floats
    solved: int


def bracketed(
    points: Floats, solve_at: Callable[[Floats], Cut | None], width: float
) -> Brackets | None:
    """Bounds of a concave function at many points.

    Parameters
    ----------
    points : one row each.
    solve_at : the bound, value and slopes at a point; None if it cannot be told there.
    width : how wide a bracket may be, of the value.

    Returns
    -------
    None if a point could not be solved.
    """
    search = _Search(points, solve_at)
    return search.run(width)


class _Search:
    def __init__(self, points: Floats, solve_at: Callable[[Floats], Cut | None]) -> None:
        self.points, self.solve_at = points, solve_at
        count = len(points)
        self.low, self.high = np.full(count, -np.inf), np.full(count, np.inf)
        self.done = np.zeros(count, bool)
        self.places: list[Floats] = []
        self.bounds: list[float] = []

    def run(self, width: float) -> Brackets | None:
        for corner in self._corners():
            if not self._solve(corner):
                return None
        while True:
            self._raise_low(self._too_wide(width))
            wide = self._too_wide(width)
            if not wide.any():
                return Brackets(self.low, self.high, len(self.places))
            gap = np.where(wide, self.high - self.low, -1.0)
            worst = int(gap.argmax())
            if np.isinf(gap).any():  # outside all that is solved: the farthest of them first
                centre = self.points.mean(axis=0)
                far = np.abs(self.points - centre).sum(axis=1)
                worst = int(np.where(np.isinf(gap), far, -1.0).argmax())
            if not self._solve(self.points[worst], worst):
                return None

    def _too_wide(self, width: float) -> NDArray[np.bool_]:
        size = np.maximum(1.0, np.abs(self.high))
        wide: NDArray[np.bool_] = ~(self.high - self.low <= width * size)
        return wide & ~self.done

    def _corners(self) -> list[Floats]:
        """The middle, and the corners of the box that holds all points, where they are few."""
        least, most = self.points.min(axis=0), self.points.max(axis=0)
        middle = self.points.mean(axis=0)
        spread = np.flatnonzero(most > least)
        if 2 ** len(spread) > min(_CORNERS, len(self.points) / 3):
            return [middle]
        corners = [middle]
        for choice in product((0, 1), repeat=len(spread)):
            corner = least.copy()
            corner[spread] = np.where(np.array(choice, bool), most[spread], least[spread])
            corners.append(corner)
        return corners

    def _solve(self, point: Floats, at: int | None = None) -> bool:
        cut = self.solve_at(point)
        if cut is None:
            return False
        bound, value, slopes = cut
        self.places.append(point)
        self.bounds.append(bound)
        self.high = np.minimum(self.high, value + (self.points - point) @ slopes)
        if at is not None:
            self.low[at], self.high[at] = bound, min(self.high[at], value)
            self.done[at] = True
        return True

    def _raise_low(self, wide: NDArray[np.bool_]) -> None:
        """Bounds from below for those that are still wide: the highest mixture of solved points."""
        places = np.array(self.places)
        equal = np.vstack([places.T, np.ones(len(places))])
        reach = np.maximum(1.0, np.abs(equal).max(axis=1))
        for at in np.flatnonzero(wide):
            right = np.append(self.points[at], 1.0)
            found = linprog(-np.array(self.bounds), A_eq=equal / reach[:, None], b_eq=right / reach,
                            bounds=(0, None), method="highs")  # fmt: skip
            if found.status == 0 and found.fun is not None:
                self.low[at] = max(self.low[at], -found.fun)
