"""Arrays of linear expressions: the words in which a model is written.

An expression of size n stands for n linear forms at once. Arithmetic works on whole arrays, and an
expression of size 1 stretches over the rows of another, as numbers do in numpy; nothing is made for
a single hour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of an expression's terms: the row each stands in, its column, its coefficient."""

    rows: Index
    columns: Index
    values: Floats

    def over(self, rows: Index, picked: Index) -> Part:
        """The terms at places ``picked``, standing in other rows."""
        return Part(rows, self.columns[picked], self.values[picked])


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """Linear forms held between two bounds, row by row."""

    expression: Expression
    lower: Floats
    upper: Floats

    def on(self, columns: Index) -> Requirement:
        """The same of other columns.

        Parameters
        ----------
        columns : the new column of each that it speaks of, such as those of a stack.

        Examples
        --------
        >>> from celadon.numerics.lp import Model
        >>> (Model().variables("fed", 2) <= 7.0).on(np.array([5, 9])).expression.parts[0].columns
        array([5, 9])
        """
        form = self.expression
        parts = tuple(replace(part, columns=columns[part.columns]) for part in form.parts)
        return replace(self, expression=replace(form, parts=parts))


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """``size`` linear forms: terms and a constant.

    Examples
    --------
    >>> from celadon.numerics.lp import Model
    >>> model = Model()
    >>> bought, stored = model.variables("bought", 3), model.variables("stored", 3)
    >>> last = stored.at([2, 0, 1])  # of the hour before, the last hour before the first
    >>> model.require("balance", bought + 0.98 * last - stored == [4, 5, 6])
    >>> model.program().matrix.shape
    (3, 6)
    """

    size: int
    parts: tuple[Part, ...]
    constant: Floats

    def at(self, index: ArrayLike) -> Expression:
        """The forms at the places of an index, in its order; a place may stand there repeatedly."""
        places = np.asarray(index, np.int64)
        if places.size and not (-self.size <= places.min() and places.max() < self.size):
            raise IndexError(f"a place outside the {self.size} forms of the expression")
        places = np.where(places < 0, places + self.size, places)
        return Expression(
            len(places),
            tuple(_gathered(part, places, self.size) for part in self.parts),
            self.constant[places],
        )

    def sum(self) -> Expression:
        """One form: the sum of all."""
        return self.sum_by(np.zeros(self.size, np.int64), 1)

    def sum_by(self, group: ArrayLike, count: int) -> Expression:
        """``count`` forms: the sums of those of each group; ``group`` names it for every form."""
        groups = np.asarray(group, np.int64)
        if groups.shape != (self.size,):
            raise ValueError(f"{groups.shape} groups for {self.size} forms")
        if groups.size and not (groups.min() >= 0 and groups.max() < count):
            raise IndexError(f"a group outside the {count} asked for")
        constant = np.bincount(groups, self.constant, count).astype(np.float64)
        return Expression(
            count, tuple(replace(part, rows=groups[part.rows]) for part in self.parts), constant
        )

    def stretched(self, size: int) -> Expression:
        """The same form ``size`` times.

        Raises
        ------
        ValueError
            If it is neither one form nor of that size.
        """
        if size == self.size:
            return self
        if self.size != 1:
            raise ValueError(f"{self.size} forms do not match {size}")
        return self.at(np.zeros(size, np.int64))

    def __add__(self, other: Expression | ArrayLike) -> Expression:
        if not isinstance(other, Expression):
            numbers = np.atleast_1d(np.asarray(other, np.float64))
            other = Expression(len(numbers), (), numbers)
        size = max(self.size, other.size)
        one, two = self.stretched(size), other.stretched(size)
        return Expression(size, one.parts + two.parts, one.constant + two.constant)

    def __mul__(self, factor: ArrayLike) -> Expression:
        factors = np.atleast_1d(np.asarray(factor, np.float64))
        if factors.ndim != 1:
            raise ValueError("a factor is a number or a row of numbers")
        whole = self.stretched(max(self.size, len(factors)))
        if len(factors) not in (1, whole.size):
            raise ValueError(f"{len(factors)} factors for {whole.size} forms")
        parts = tuple(
            replace(p, values=p.values * (factors if len(factors) == 1 else factors[p.rows]))
            for p in whole.parts
        )
        return Expression(whole.size, parts, whole.constant * factors)

    def __neg__(self) -> Expression:
        return self * -1.0

    def __sub__(self, other: Expression | ArrayLike) -> Expression:
        return self + (-other if isinstance(other, Expression) else -np.asarray(other, np.float64))

    def __rsub__(self, other: ArrayLike) -> Expression:
        return -self + other

    def __truediv__(self, divisor: ArrayLike) -> Expression:
        return self * (1.0 / np.asarray(divisor, np.float64))

    __radd__ = __add__
    __rmul__ = __mul__
    __array_ufunc__ = None  # numpy leaves ``array * expression`` to the expression

    def __le__(self, other: Expression | ArrayLike) -> Requirement:
        return self._between(other, below=True, above=False)

    def __ge__(self, other: Expression | ArrayLike) -> Requirement:
        return self._between(other, below=False, above=True)

    __hash__ = None  # type: ignore[assignment]  # two expressions are never the same, only required to be

    def __eq__(self, other: object) -> Any:
        """The requirement that both sides are equal, row by row."""
        return self._between(other, below=True, above=True)  # type: ignore[arg-type]

    def within(self, lower: ArrayLike, upper: ArrayLike) -> Requirement:
        """The requirement that every form lies between two numbers, these included."""
        held = self - self.constant
        low, high = np.asarray(lower, np.float64), np.asarray(upper, np.float64)
        return Requirement(held, low - self.constant, high - self.constant)

    def _between(self, other: Expression | ArrayLike, *, below: bool, above: bool) -> Requirement:
        difference = self - other
        bound = -difference.constant
        terms = Expression(difference.size, difference.parts, np.zeros(difference.size))
        nothing = np.full(difference.size, np.inf)
        return Requirement(terms, bound if above else -nothing, bound if below else nothing)


def _gathered(part: Part, places: Index, size: int) -> Part:
    """The terms of the rows at some places, in their order."""
    if len(part.rows) == size and np.array_equal(part.rows, np.arange(size)):
        return part.over(np.arange(len(places)), places)
    order = np.argsort(part.rows, kind="stable")
    starts = np.searchsorted(part.rows[order], np.arange(size + 1))
    lengths = (starts[1:] - starts[:-1])[places]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    picked = order[np.repeat(starts[places], lengths) + within]
    return part.over(np.repeat(np.arange(len(places)), lengths), picked)
