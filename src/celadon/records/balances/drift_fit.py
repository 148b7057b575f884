"""Exact least squares of a parent's days on its children's, and of changes added to them.

The days are put into integers of at most ``2**20``, about a millionth of the largest; from there
everything is integer arithmetic, so that what is found is the same on every machine.

A *change* is a column of the fit that is zero at first and comes in later, at once or over some
weeks: a child's days (its reading drifted), those of all children (the parent's did), or a constant
(a load that no child meters). For each suspect the change that explains most is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from celadon.records.balances.drift_bounds import Freedoms, Nearly, Weights, products
from celadon.records.balances.drift_exact import Exact, Integers, independent, inverse

Flags = NDArray[np.bool_]

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
    weights: Weights


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes together: what a :class:`Shape` holds, and their weights, of shape [shapes, days]."""

    shapes: tuple[tuple[int, int, int, int], ...]
    weights: Weights

    def __len__(self) -> int:
        return len(self.shapes)

    def __getitem__(self, place: int) -> Shape:
        return Shape(*self.shapes[place], self.weights[place])

    def __iter__(self) -> Iterator[Shape]:
        return (self[place] for place in range(len(self)))


Best = tuple[Shape, int, Fraction]
"""A shape, by how much it lowers the squares, and its size per level."""


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


def shapes(days: Sequence[int]) -> Shapes:
    """The ways in which a change may come in over days given by their ordinals, a week apart."""
    return _shapes(tuple(days))


@lru_cache(maxsize=4)  # nearly all families of a year have the same days
def _shapes(days: tuple[int, ...]) -> Shapes:
    kinds = [(0, 0), *((ramp, 0) for ramp in RAMPS), *((0, length) for length in SPELLS)]
    return _combined(days, range(EARLIEST, len(days) - LATEST + 1, STEP), kinds)


def examples(days: Sequence[int]) -> list[Shape]:
    """Changes early, halfway and 91 days before the end, at once or over 120 days."""
    middle = len(days) // 2
    at_once = _combined(days, (EARLIEST, middle, len(days) - 91), [(0, 0)])
    over_time = _combined(days, (EARLIEST, middle), [(120, 0)])
    return [*at_once, *over_time]


def _near(days: Sequence[int], shape: Shape) -> Shapes:
    """Shapes of the same kind that begin some days earlier or later, or have gone some later."""
    starts = range(max(shape.start - STEP + 1, 1), min(shape.start + STEP, len(days) - LATEST + 1))
    longer = SPELLS[0] // 2 if shape.length else 0
    lengths = range(shape.length - longer, shape.length + longer + 1, 3)
    return _combined(days, starts, [(shape.ramp, length) for length in lengths])


def _combined(
    days: Sequence[int], starts: Sequence[int], kinds: Sequence[tuple[int, int]]
) -> Shapes:
    """Each start with each ramp and length, but where the days left are too few to tell it."""
    at = np.asarray(days, dtype=np.int64)
    since = at - at[np.asarray(starts, dtype=np.int64)][:, None]
    weights = np.empty((len(starts), len(kinds), len(at)), np.int16)
    lasts = np.full((len(starts), len(kinds)), len(at) - 1)
    is_told = np.ones(lasts.shape, np.bool_)
    for n, (ramp, length) in enumerate(kinds):
        if ramp:
            weights[:, n] = np.clip(since * LEVELS // ramp, 0, LEVELS)
            is_told[:, n] = 2 * since[:, -1] >= ramp
        else:
            weights[:, n] = np.where(since >= 0, LEVELS, 0)
        if length:
            is_over = since >= length
            weights[:, n][is_over] = 0
            lasts[:, n] = (~is_over).sum(axis=1) - 1
            is_told[:, n] = lasts[:, n] + LATEST // 2 < len(at) - 1
    told = is_told.ravel()
    named = zip(product(starts, kinds), lasts.ravel().tolist(), told.tolist(), strict=True)
    made = tuple((start, last, *kind) for (start, kind), last, is_one in named if is_one)
    return Shapes(made, weights.reshape(len(told), -1)[told])


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
        across = products(columns, columns)
        self._kept = independent(across)
        self._columns = np.ascontiguousarray(columns[:, self._kept])
        self._target = target
        self._determinant, self._adjugate = inverse(across[np.ix_(self._kept, self._kept)])
        self._of_target = _exact(self._columns.T @ target)
        self._nearly = Nearly(self._columns, self._left_of_target())

    def freedoms(self, columns: Integers) -> Freedoms:
        """Products of each two columns, of what the fit leaves of them."""
        return Freedoms(self._columns, self._determinant, self._adjugate, self._nearly, columns)

    def leading(self, values: Sequence[Integers], tried: Shapes) -> tuple[int, Best | None]:
        """Which of several values, changed by some shape, lowers the squares most; the first.

        With it the best of its shapes, None where none is new.
        """
        able = self._nearly.able(np.stack(values, axis=1), tried.weights)
        found = [
            self._best_of(each, tried, chosen) if chosen.any() else None
            for each, chosen in zip(values, able, strict=True)
        ]
        gains = [
            -2 if not chosen.any() else -1 if best is None else best[1]
            for best, chosen in zip(found, able, strict=True)
        ]
        first = gains.index(max(gains))
        return first, found[first]

    def best_change(
        self,
        values: Integers,
        tried: Shapes,
        days: Sequence[int],
        best: Best | None = None,
    ) -> Change | None:
        """The change in ``values`` that lowers the residuals most; None if nothing of it is new.

        Looked for among the shapes given, then to the day around the best of them.

        Parameters
        ----------
        best : the best of the shapes given, where :meth:`leading` has found it.
        """
        best = best or self._best(values, tried)
        if best is None:
            return None
        near = self._best(values, _near(days, best[0])) or best
        return self._changed(values, *max(best, near, key=lambda found: found[1]))

    def _best(self, values: Integers, tried: Shapes) -> Best | None:
        """The best of some shapes, by how much it lowers the squares."""
        able = self._nearly.able(values[:, None], tried.weights)[0]
        return self._best_of(values, tried, able)

    def _best_of(self, values: Integers, tried: Shapes, able: Flags) -> Best | None:
        """The best of those shapes that are able to be it."""
        added = tried.weights[able].T * values[:, None]
        across = _exact(products(self._columns, added))
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
        shape = tried[int(np.flatnonzero(able)[place])]
        return shape, best, Fraction(int(gain[place]), int(spread[place]))

    def _left_of_target(self) -> NDArray[np.float64]:
        """What the fit leaves of the target, exact but for its last bit."""
        fitted = _exact(self._columns) @ (self._adjugate @ self._of_target)
        left = self._determinant * _exact(self._target) - fitted
        return np.array([each / self._determinant for each in left.tolist()])

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
