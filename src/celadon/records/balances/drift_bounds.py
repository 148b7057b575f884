"""What need not be computed exactly, because a bound shows that it cannot be the answer.

Exact products of whole numbers of hundreds of digits decide which change explains most. Nearly all
candidates are far from being it, and floats with a bound on their error show that; only those that
may be the answer are computed exactly. What is found is the same as if all had been.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from celadon.compiling import compiled_free

Floats = NDArray[np.float64]
Weights = NDArray[np.int16]
Numbers = NDArray[Any]
"""Floats or whole numbers."""

SUM_ERROR: Final = 1e-10
"""Bound on the error of a sum of products, relative to the lengths of the two columns."""

SPAN_ERROR: Final = 1e-13
"""Bound on the error of a product of what the fit leaves of two columns, relative to those, where
the fit's own columns are orthogonal; it grows with how alike they are (their condition)."""

WORST_CONDITION: Final = 1e5
"""Columns more alike than this have no basis that is sure enough: all is computed exactly."""


class Nearly:
    """A fit in floats: an orthonormal basis of its columns, and what it leaves of the target.

    Parameters
    ----------
    columns : of shape [days, columns], independent.
    left : what the fit leaves of the target, to the last bit.
    """

    def __init__(self, columns: NDArray[np.int64], left: Floats) -> None:
        plain = columns.astype(np.float64)
        self._basis, triangle = _orthonormal(plain / np.linalg.norm(plain, axis=0))
        self._left = left
        condition = float(np.linalg.cond(triangle))
        self.is_sure = condition < WORST_CONDITION
        self._span_error = SPAN_ERROR * (10 + condition)

    def able(self, values: NDArray[np.int64], weights: Weights) -> NDArray[np.bool_]:
        """Which changes may lower the squares most, of shape [values, shapes].

        Parameters
        ----------
        values : of shape [days, values]; each is changed by each shape.
        weights : of shape [shapes, days].
        """
        count = values.shape[1]
        if not self.is_sure:
            return np.ones((count, len(weights)), np.bool_)
        plain = values.astype(np.float64)
        length = weighed_sums(weights * weights, plain * plain)
        turned = (plain[:, :, None] * self._basis[:, None, :]).reshape(len(plain), -1)
        within = (weighed_sums(weights, turned).reshape(len(weights), count, -1) ** 2).sum(axis=2)
        new, unsure = length - within, self._span_error * length
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
        within = products(self._basis, plain)
        left = plain - products(np.ascontiguousarray(self._basis.T), within)
        unsure = self._span_error * np.linalg.norm(plain, axis=0)
        most = np.linalg.norm(left, axis=0) + unsure
        error: Floats = unsure[:, None] * most + most[:, None] * unsure
        return products(left, left), error


@compiled_free
def products(one: Numbers, other: Numbers) -> Numbers:
    """The product of each column of the one with each of the other, added over their rows.

    No library is asked for it: those wake threads that others need, and know no whole numbers.
    """
    rows, width = one.shape
    found = np.zeros((width, other.shape[1]), one.dtype)
    for row in range(rows):
        for i in range(width):
            value = one[row, i]
            for j in range(other.shape[1]):
                found[i, j] += value * other[row, j]
    return found


@compiled_free
def _orthonormal(columns: Floats) -> tuple[Floats, Floats]:
    """An orthonormal basis of columns, and the triangle that gives them from it.

    What lies along those before is taken off twice, which is enough (Kahan and Parlett).
    """
    rows, width = columns.shape
    basis = columns.T.copy()
    triangle = np.zeros((width, width))
    for j in range(width):
        for _ in range(2):
            for i in range(j):
                along = 0.0
                for row in range(rows):
                    along += basis[i, row] * basis[j, row]
                triangle[i, j] += along
                for row in range(rows):
                    basis[j, row] -= along * basis[i, row]
        length = np.sqrt((basis[j] * basis[j]).sum())
        triangle[j, j] = length
        if length > 0:
            basis[j] /= length
    return np.ascontiguousarray(basis.T), triangle


@compiled_free
def weighed_sums(weights: Weights, columns: Floats) -> Floats:
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
        before = np.int64(0)
        for day in range(days):
            now = np.int64(weights[row, day])
            if now != before:
                for k in range(width):
                    found[row, k] += (now - before) * onward[day, k]
                before = now
    return found


class Freedoms:
    """Products of each two columns, of what a fit leaves of them; exact, and made when asked for.

    Parameters
    ----------
    fitted : the columns of the fit; ``determinant`` and ``adjugate`` are those of their products.
    columns : of shape [days, columns].

    ``low`` and ``high`` bound what is left of a column (a row of theirs) beside each other one; on
    the diagonal of it alone. Where the other may be nothing new, they are minus and plus infinity.
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
        self._fitted, self._columns = fitted, columns
        self._weighed: dict[int, NDArray[np.object_]] = {}
        self._known: dict[tuple[int, int], Fraction] = {}
        near, error = nearly.freedoms(columns)
        if not nearly.is_sure:
            error = np.full_like(error, np.inf)
        self.low, self.high = _beside(near, error)

    def at(self, one: int, other: int) -> Fraction:
        """The product of two columns, of what the fit leaves of them."""
        key = min(one, other), max(one, other)
        if key not in self._known:
            if key[1] not in self._weighed:
                self._weighed[key[1]] = self._adjugate @ self._across(key[1])
            within = self._across(key[0]) @ self._weighed[key[1]]
            whole = int(self._columns[:, key[0]] @ self._columns[:, key[1]])
            left: Any = self._determinant * whole - within
            self._known[key] = Fraction(int(left), self._determinant)
        return self._known[key]

    def _across(self, place: int) -> NDArray[np.object_]:
        return (self._fitted.T @ self._columns[:, place]).astype(object)


def _beside(near: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Bounds on what is left of each column (a row) beside each other one, and of it alone.

    Parameters
    ----------
    near : products of what the fit leaves of each two; ``error`` bounds how far off they are.
    """
    own, own_error = np.diag(near)[:, None], np.diag(error)[:, None]
    other, other_error = own.T, own_error.T
    is_new = other > 2 * other_error
    most = (np.abs(near) + error) ** 2 / np.where(is_new, other - other_error, 1)
    least = np.maximum(np.abs(near) - error, 0) ** 2 / np.where(is_new, other + other_error, 1)
    low = np.where(is_new, own - own_error - most, -np.inf)
    high = np.where(is_new, own + own_error - least, np.inf)
    np.fill_diagonal(low, own - own_error)
    np.fill_diagonal(high, own + own_error)
    return low, high
