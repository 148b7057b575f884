"""What need not be computed exactly, because a bound shows that it cannot be the answer.

Exact products of whole numbers of hundreds of digits decide which change explains most. Nearly all
candidates are far from being it, and floats with a bound on their error show that; only those that
may be the answer are computed exactly. What is found is the same as if all had been.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUM_ERROR: Final = 1e-10
"""Bound on the error of a sum of products, relative to the lengths of the two columns."""

SPAN_ERROR: Final = 1e-8
"""Bound on the error of a product of what the fit leaves of two columns, relative to those."""

WORST_CONDITION: Final = 1e5
"""Columns more alike than this have no basis that is sure enough: all is computed exactly."""


class Weighed(Protocol):
    """Whatever has a weight on each day."""

    @property
    def weights(self) -> NDArray[np.int64]:
        """Weights of shape [days]."""


class Nearly:
    """A fit in floats: an orthonormal basis of its columns, and what it leaves of the target.

    Parameters
    ----------
    columns : of shape [days, columns], independent.
    left : what the fit leaves of the target, to the last bit.
    """

    def __init__(self, columns: NDArray[np.int64], left: Floats) -> None:
        plain = columns.astype(np.float64)
        basis, triangle = np.linalg.qr(plain / np.linalg.norm(plain, axis=0))
        self._basis = basis
        self._left = left
        self.is_sure = bool(np.linalg.cond(triangle) < WORST_CONDITION)

    def able(self, values: NDArray[np.int64], tried: Sequence[Weighed]) -> NDArray[np.bool_]:
        """Which changes may lower the squares most, of shape [values, shapes].

        Parameters
        ----------
        values : of shape [days, values]; each is changed by each shape.
        """
        count = values.shape[1]
        if not self.is_sure:
            return np.ones((count, len(tried)), np.bool_)
        weights = np.stack([shape.weights for shape in tried])
        plain = values.astype(np.float64)
        length = weighed_sums(weights * weights, plain * plain)
        turned = (plain[:, :, None] * self._basis[:, None, :]).reshape(len(plain), -1)
        within = (weighed_sums(weights, turned).reshape(len(tried), count, -1) ** 2).sum(axis=2)
        new, unsure = length - within, SPAN_ERROR * length
        gain = np.abs(weighed_sums(weights, plain * self._left[:, None]))
        error = SUM_ERROR * np.linalg.norm(self._left) * np.sqrt(length)
        is_new = new > 2 * unsure
        below = np.maximum(gain - error, 0) ** 2 / np.where(is_new, new + unsure, 1)
        above = (gain + error) ** 2 / np.where(is_new, new - unsure, 1)
        least = np.floor(np.where(is_new, below, 0).max() * (1 - 1e-12))
        able: NDArray[np.bool_] = (~is_new | (above * (1 + 1e-12) >= least)).T
        return able

    def freedoms(self, columns: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Products of what the fit leaves of each two columns, and a bound on their error."""
        plain = columns.astype(np.float64)
        left = plain - self._basis @ (self._basis.T @ plain)
        lengths = np.linalg.norm(plain, axis=0)
        error: Floats = SPAN_ERROR * lengths[:, None] * lengths
        return left.T @ left, error


@njit(cache=True, nogil=True)
def weighed_sums(weights: NDArray[np.int64], columns: Floats) -> Floats:
    """Per row of weights the sums of the columns so weighed, of shape [rows, columns].

    Weights stay the same over many days, so sums from each day to the last are taken once. It is
    also plainer than a product of matrices, for which libraries wake threads that others need.
    """
    days, width = columns.shape
    onward = np.zeros((days + 1, width))
    for day in range(days - 1, -1, -1):
        for k in range(width):
            onward[day, k] = onward[day + 1, k] + columns[day, k]
    found = np.zeros((len(weights), width))
    for row in range(len(weights)):
        before = 0
        for day in range(days):
            step = weights[row, day] - before
            if step:
                for k in range(width):
                    found[row, k] += step * onward[day, k]
                before = weights[row, day]
    return found


class Freedoms:
    """Products of each two columns, of what a fit leaves of them; exact, and made when asked for.

    Parameters
    ----------
    fitted : the columns of the fit; ``determinant`` and ``adjugate`` are those of their products.
    columns : of shape [days, columns].
    """

    def __init__(
        self,
        fitted: NDArray[np.int64],
        determinant: int,
        adjugate: NDArray[np.object_],
        nearly: Nearly,
        columns: NDArray[np.int64],
    ) -> None:
        self._determinant, self._adjugate = determinant, adjugate
        self._across = (fitted.T @ columns).astype(object)
        self._products = (columns.T @ columns).astype(object)
        self._weighed: dict[int, NDArray[np.object_]] = {}
        self._known: dict[tuple[int, int], Fraction] = {}
        self._nearly, self._error = nearly.freedoms(columns)
        if not nearly.is_sure:
            self._error = np.full_like(self._error, np.inf)

    def at(self, one: int, other: int) -> Fraction:
        """The product of two columns, of what the fit leaves of them."""
        key = min(one, other), max(one, other)
        if key not in self._known:
            if key[1] not in self._weighed:
                self._weighed[key[1]] = self._adjugate @ self._across[:, key[1]]
            within = self._across[:, key[0]] @ self._weighed[key[1]]
            left: Any = self._determinant * self._products[key] - within
            self._known[key] = Fraction(int(left), self._determinant)
        return self._known[key]

    def beside(self, one: int) -> tuple[Floats, Floats]:
        """Bounds on what is left of a column beside each other one; the other way, its own.

        The place of the column itself holds its own product. Where the other column may be nothing
        new, the lower bound is minus infinity and the upper one infinity.
        """
        own, own_error = self._nearly[one, one], self._error[one, one]
        across, error = self._nearly[one], self._error[one]
        other, other_error = np.diag(self._nearly), np.diag(self._error)
        is_new = other > 2 * other_error
        most = (np.abs(across) + error) ** 2 / np.where(is_new, other - other_error, 1)
        least = np.maximum(np.abs(across) - error, 0) ** 2 / np.where(
            is_new, other + other_error, 1
        )
        low = np.where(is_new, own - own_error - most, -np.inf)
        high = np.where(is_new, own + own_error - least, np.inf)
        low[one], high[one] = own - own_error, own + own_error
        return low, high
