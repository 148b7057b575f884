"""Exact least squares of a parent's days on its children's, and of changes added to them.

The days are put into integers of at most ``2**20``, about a millionth of the largest; from there
everything is integer arithmetic, so that what is found is the same on every machine.

A *change* is a column of the fit that is zero at first and comes in later, at once or over some
weeks: a child's days (its reading drifted), those of all children (the parent's did), or a constant
(a load that no child meters). For each suspect the change that explains most is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from celadon.records.balances.drift_bounds import Freedoms, Nearly

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Exact = NDArray[np.object_]
"""Python's own integers, which know no overflow."""

BITS = 20
"""The largest day of a family is brought to this many bits."""

LEVELS = 16
"""A change comes in by so many steps."""

RAMPS = (60, 90, 120, 180)
"""Days over which a change may come in, besides at once."""

SPELLS = (42, 84)
"""Days after which a change that came at once may have gone again."""

EARLIEST, LATEST, STEP = 84, 28, 7
"""Whole days before the first and after the last start that is tried, and from one to the next."""

BLOCKS = (1, 7, 28)
"""Days over which residuals are added up, to see how much of them is slow."""

MOST_DAYS = 4000
"""Of more days only the last are looked at."""

_RESIDUAL_BITS = 6
_COEFFICIENT_BITS = 40


@dataclass(frozen=True, slots=True)
class Shape:
    """How a change comes in: its weight on each day, and the places of its first and last day.

    ``ramp`` are the days over which it comes in, ``length`` those after which it has gone again; 0
    is at once, and never.
    """

    start: int
    last: int
    ramp: int
    length: int
    weights: Integers


@dataclass(frozen=True, slots=True)
class Change:
    """The change that explains most of what one suspect could explain.

    Parameters
    ----------
    column : the suspect's days times the weights of the shape.
    reduction : by how much it lowers the sum of squared residuals.
    size : how much of the suspect comes in, once it is wholly there; exact.
    coefficients : of the columns of the fit, with this change in it.
    residuals : of each day, in 64ths.
    """

    shape: Shape
    column: Integers
    reduction: int
    size: Fraction
    coefficients: tuple[Fraction, ...]
    residuals: tuple[int, ...]


def shapes(days: Sequence[int]) -> list[Shape]:
    """The ways in which a change may come in over days given by their ordinals, a week apart."""
    at = np.asarray(days, dtype=np.int64)
    kinds = [(0, 0), *((ramp, 0) for ramp in RAMPS), *((0, length) for length in SPELLS)]
    starts = range(EARLIEST, len(days) - LATEST + 1, STEP)
    tried = [_shape(at, start, *kind) for start in starts for kind in kinds]
    return [shape for shape in tried if shape is not None]


def examples(days: Sequence[int]) -> list[Shape]:
    """Changes early, halfway and 91 days before the end, at once or over 120 days."""
    at = np.asarray(days, dtype=np.int64)
    kinds = ((EARLIEST, 0), (len(days) // 2, 0), (len(days) - 91, 0), (EARLIEST, 120))
    tried = [_shape(at, start, ramp, 0) for start, ramp in (*kinds, (len(days) // 2, 120))]
    return [shape for shape in tried if shape is not None]


def _near(days: Sequence[int], shape: Shape) -> list[Shape]:
    """Shapes of the same kind that begin some days earlier or later, or have gone some later."""
    at = np.asarray(days, dtype=np.int64)
    starts = range(max(shape.start - STEP + 1, 1), min(shape.start + STEP, len(days) - LATEST + 1))
    longer = SPELLS[0] // 2 if shape.length else 0
    lengths = range(shape.length - longer, shape.length + longer + 1, 3)
    tried = [_shape(at, start, shape.ramp, length) for start in starts for length in lengths]
    return [shape for shape in tried if shape is not None]


def _shape(at: Integers, start: int, ramp: int, length: int) -> Shape | None:
    """A shape; None where the days left are too few to tell it from others."""
    since = at - at[start]
    last = len(at) - 1
    if ramp:
        weights = np.clip(since * LEVELS // ramp, 0, LEVELS)
        return Shape(start, last, ramp, 0, weights) if 2 * since[-1] >= ramp else None
    within = since >= 0
    if length:
        last = int(np.searchsorted(since, length)) - 1
        within &= since < length
    if length and last + LATEST // 2 >= len(at) - 1:
        return None
    return Shape(start, last, 0, length, np.where(within, LEVELS, 0))


class Fit:
    """The least squares of ``target`` on ``columns``, exactly.

    Parameters
    ----------
    columns : of shape [days, columns], at most ``LEVELS * 2**BITS``; one that those before it give
        is left out.
    target : of shape [days], at most ``2**BITS``. Up to ``MOST_DAYS`` days no sum overflows.
    """

    def __init__(self, columns: Integers, target: Integers) -> None:
        self._width = columns.shape[1]
        self._kept = _independent(columns)
        self._columns = columns[:, self._kept]
        self._target = target
        self._determinant, self._adjugate = _inverse(_exact(self._columns.T @ self._columns))
        self._of_target = _exact(self._columns.T @ target)
        self._nearly = Nearly(self._columns, self._left_of_target())

    def freedoms(self, columns: Integers) -> Freedoms:
        """Products of each two columns, of what the fit leaves of them."""
        return Freedoms(self._columns, self._determinant, self._adjugate, self._nearly, columns)

    def leading(self, values: Sequence[Integers], tried: Sequence[Shape]) -> int:
        """Which of several values, changed by some shape, lowers the squares most; the first."""
        able = self._nearly.able(np.stack(values, axis=1), tried)
        gains = [
            (self._best_of(each, tried, chosen) or (None, -1))[1] if chosen.any() else -2
            for each, chosen in zip(values, able, strict=True)
        ]
        return gains.index(max(gains))

    def best_change(
        self, values: Integers, tried: Sequence[Shape], days: Sequence[int]
    ) -> Change | None:
        """The change in ``values`` that lowers the residuals most; None if nothing of it is new.

        Looked for among the shapes given, then to the day around the best of them.
        """
        best = self._best(values, tried)
        if best is None:
            return None
        near = self._best(values, _near(days, best[0])) or best
        return self._changed(values, *max(best, near, key=lambda found: found[1]))

    def _best(self, values: Integers, tried: Sequence[Shape]) -> tuple[Shape, int, Fraction] | None:
        """The best of some shapes, by how much it lowers the squares, and its size per level."""
        return self._best_of(values, tried, self._nearly.able(values[:, None], tried)[0])

    def _best_of(
        self, values: Integers, tried: Sequence[Shape], able: Flags
    ) -> tuple[Shape, int, Fraction] | None:
        """The best of those shapes that are able to be it."""
        tried = [shape for shape, is_able in zip(tried, able.tolist(), strict=True) if is_able]
        added = np.stack([shape.weights for shape in tried], axis=1) * values[:, None]
        across = _exact(self._columns.T @ added)
        weighed = self._adjugate @ across
        spread = self._determinant * _exact((added * added).sum(axis=0)) - (across * weighed).sum(0)
        gain = self._determinant * _exact(self._target @ added) - self._of_target @ weighed
        reductions = [
            int(up) ** 2 // (self._determinant * int(down)) if down > 0 else -1
            for up, down in zip(gain, spread, strict=True)
        ]
        best = max(reductions)
        if best < 0:
            return None
        place = reductions.index(best)
        return tried[place], best, Fraction(int(gain[place]), int(spread[place]))

    def _left_of_target(self) -> NDArray[np.float64]:
        """What the fit leaves of the target, exact but for its last bit."""
        fitted = self._columns.astype(object) @ (self._adjugate @ self._of_target)
        left = self._determinant * _exact(self._target) - fitted
        return np.array([float(Fraction(int(each), self._determinant)) for each in left])

    def variance(self, residuals: Sequence[int], days: Sequence[int]) -> Fraction:
        """The variance of a day, or of a day's part in a week or in four if those are larger."""
        free = max(len(days) - len(self._kept) - 2, 1)
        largest = 0
        for length in BLOCKS:
            sums = block_sums(residuals, days, length)
            largest = max(largest, sum(value * value for value in sums))
        return Fraction(largest, free * 4**_RESIDUAL_BITS)

    def _changed(self, values: Integers, shape: Shape, reduction: int, size: Fraction) -> Change:
        column = shape.weights * values
        across = _exact(self._columns.T @ column)
        left = self._of_target * size.denominator - across * size.numerator
        scale = self._determinant * size.denominator
        solved = [Fraction(int(value), scale) for value in self._adjugate @ left]
        fitted = _exact(self._target) * 2**_COEFFICIENT_BITS
        for own, coefficient in zip(self._columns.T, solved, strict=True):
            fitted = fitted - _exact(own) * round(coefficient * 2**_COEFFICIENT_BITS)
        fitted = fitted - _exact(column) * round(size * 2**_COEFFICIENT_BITS)
        residuals = tuple(int(value) >> (_COEFFICIENT_BITS - _RESIDUAL_BITS) for value in fitted)
        coefficients = [Fraction(0)] * self._width
        for place, coefficient in zip(self._kept, solved, strict=True):
            coefficients[place] = coefficient
        return Change(shape, column, reduction, size * LEVELS, tuple(coefficients), residuals)


def is_better(one: Sequence[int], other: Sequence[int], days: Sequence[int]) -> bool:
    """Whether residuals are smaller than others by more than the weeks differ in that.

    The weekly sums of the differences of squares are added; the sum must be above zero by at least
    the root of the sum of their squares.
    """
    gains = [b * b - a * a for a, b in zip(one, other, strict=True)]
    weeks = block_sums(gains, days, 7)
    total = sum(weeks)
    return total > 0 and total * total >= sum(week * week for week in weeks)


def block_sums(values: Sequence[int], days: Sequence[int], length: int) -> list[int]:
    """Sums over stretches of calendar days, counted from the first.

    Examples
    --------
    >>> block_sums([1, 2, 3], [10, 11, 17], 7)
    [3, 3]
    """
    sums: dict[int, int] = {}
    for value, day in zip(values, days, strict=True):
        block = (day - days[0]) // length
        sums[block] = sums.get(block, 0) + value
    return list(sums.values())


def _exact(values: Integers) -> Exact:
    return values.astype(object)


def _independent(columns: Integers) -> list[int]:
    """The columns that those before them do not give, found by elimination without fractions."""
    products = (columns.T @ columns).tolist()
    size = len(products)
    kept: list[int] = []
    previous = 1
    for place in range(size):
        pivot = products[place][place]
        if pivot == 0:
            continue
        kept.append(place)
        for row in range(place + 1, size):
            for column in range(size - 1, place, -1):
                products[row][column] = (
                    products[row][column] * pivot - products[row][place] * products[place][column]
                ) // previous
        previous = pivot
    return kept


def _inverse(matrix: Exact) -> tuple[int, Exact]:
    """Determinant and adjugate of a positive definite integer matrix, without fractions."""
    size = len(matrix)
    rows = [
        [int(value) for value in row] + [int(place == other) for other in range(size)]
        for place, row in enumerate(matrix)
    ]
    previous = 1
    for place in range(size):
        pivot = rows[place][place]
        for other in range(size):
            if other != place:
                factor = rows[other][place]
                rows[other] = [
                    (value * pivot - factor * pivotal) // previous
                    for value, pivotal in zip(rows[other], rows[place], strict=True)
                ]
        previous = pivot
    adjugate = np.empty((size, size), dtype=object)
    for place in range(size):
        adjugate[place] = rows[place][size:]
    return previous, adjugate
