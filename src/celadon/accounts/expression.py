"""Expressions: how a ratio follows from values that differ from site to site.

The equations of a book are worked once with expressions in place of the values of samples. What
comes out is worked again for every site and month: a product of the values in plain integers, any
other form in fractions. Both are exact, so that a ratio is the one that the book would have found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import NoReturn

Number = int | Fraction
Work = Callable[[Mapping[str, Fraction]], Fraction]


class NotAnExpressionError(Exception):
    """What is asked of an expression depends on its value, such as which row of a table holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A rational function of named values.

    Parameters
    ----------
    work : its value for a value of each name.
    below : expressions that were asked whether they lie below zero, and were taken not to.
    factor, powers : it is this number times these powers of the values; None where it is a sum.
    """

    work: Work
    below: list[Expression]
    factor: Fraction | None
    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, name: str, below: list[Expression]) -> Expression:
        """The value of a name."""
        return cls(lambda values: values[name], below, Fraction(1), ((name, 1),))

    def __mul__(self, other: Number | Expression) -> Expression:
        """Their product."""
        return self._joined(_lifted(other, self), 1)

    def __rmul__(self, other: Number) -> Expression:
        """Their product."""
        return _lifted(other, self)._joined(self, 1)

    def __truediv__(self, other: Number | Expression) -> Expression:
        """Their quotient."""
        return self._joined(_lifted(other, self), -1)

    def __rtruediv__(self, other: Number) -> Expression:
        """Their quotient."""
        return _lifted(other, self)._joined(self, -1)

    def __add__(self, other: Number | Expression) -> Expression:
        """Their sum."""
        one, two = self.work, _lifted(other, self).work
        return Expression(lambda values: one(values) + two(values), self.below, None)

    def __radd__(self, other: Number) -> Expression:
        """Their sum."""
        return self + other

    def __sub__(self, other: Number | Expression) -> Expression:
        """Their difference."""
        return self + _lifted(other, self) * -1

    def __rsub__(self, other: Number) -> Expression:
        """Their difference."""
        return _lifted(other, self) - self

    def __neg__(self) -> Expression:
        """What is missing to zero."""
        return self * -1

    def __lt__(self, other: Number) -> bool:
        """Whether it lies below zero: taken not to, and kept to be looked at with its values."""
        if other != 0:
            raise NotAnExpressionError
        self.below.append(self)
        return False

    @property
    def numerator(self) -> int:
        """It has none before its values are known."""
        raise NotAnExpressionError

    def __round__(self, digits: int | None = None) -> int:
        """It cannot be rounded before its values are known."""
        raise NotAnExpressionError

    def __float__(self) -> float:
        """It is no number before its values are known."""
        raise NotAnExpressionError

    def __le__(self, *_others: object) -> NoReturn:
        """It is not to be compared before its values are known."""
        raise NotAnExpressionError

    __ge__ = __gt__ = __abs__ = __int__ = __bool__ = __le__

    def _joined(self, other: Expression, sign: int) -> Expression:
        one, two = self.work, other.work
        if sign > 0:
            work: Work = lambda values: one(values) * two(values)  # noqa: E731
        else:
            work = lambda values: one(values) / two(values)  # noqa: E731
        if self.factor is None or other.factor is None or (sign < 0 and not other.factor):
            return Expression(work, self.below, None)
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        return Expression(work, self.below, factor, tuple(sorted(powers.items())))


def worked(expression: Expression, counts: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Numerator and denominator of an expression, without a common divisor.

    Parameters
    ----------
    counts : of each name its value as a count above zero, and the decimals of that.

    Raises
    ------
    ZeroDivisionError
        If it divides by a difference that is zero.
    """
    factor = expression.factor
    if factor is None:
        values = {name: Fraction(count, 10**places) for name, (count, places) in counts.items()}
        found = expression.work(values)
        return found.numerator, found.denominator
    num, den = factor.numerator, factor.denominator
    for name, power in expression.powers:
        count, places = counts[name]
        if power > 0:
            num, den = num * count**power, den * 10 ** (places * power)
        else:
            num, den = num * 10 ** (places * -power), den * count**-power
    common = gcd(num, den)
    return num // common, den // common


def _lifted(value: Number | Expression, beside: Expression) -> Expression:
    if isinstance(value, Expression):
        return value
    number = Fraction(value)
    return Expression(lambda _values: number, beside.below, number)
