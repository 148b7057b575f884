"""Exact arithmetic: decimals in, rationals between, integers out.

A leaf of an account is ``count * num / den`` rounded once, half to even, to an integer number of
small units. Totals are sums of those integers, so parts always add to wholes. Floats never enter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

BIGINT_MAX = 2**63 - 1
"""Largest value of a 64-bit integer column."""

# Three digits of exponent are more than any quantity has; without a bound one cell could ask for a
# number that fills the memory.
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


def parse_decimal(text: str) -> Fraction:
    """The exact rational of a decimal number written with a point.

    Raises
    ------
    ValueError
        If the text is not one plain decimal number; thousands separators are refused, because
        ``1,234`` means two different numbers in two countries.

    Examples
    --------
    >>> parse_decimal("28.435")
    Fraction(5687, 200)
    """
    stripped = text.strip()
    if not _DECIMAL.fullmatch(stripped):
        raise ValueError(f"not a decimal number: {text!r}")
    return Fraction(Decimal(stripped))


def round_half_even(value: Fraction) -> int:
    """The nearest integer; a tie goes to the even one, below zero as above it.

    Examples
    --------
    >>> [round_half_even(Fraction(n, 2)) for n in (-5, -3, -1, 1, 3, 5)]
    [-2, -2, 0, 0, 2, 2]
    """
    return round(value)


def quantise(value: Fraction, decimals: int) -> int:
    """``value`` as an integer count of ``10 ** -decimals``, rounded half to even.

    Examples
    --------
    >>> quantise(Fraction(2, 3), 4)
    6667
    """
    return round_half_even(value * 10**decimals)


def from_count(count: int, decimals: int) -> Fraction:
    """The rational that a quantised parameter stands for: ``count * 10 ** -decimals``.

    Examples
    --------
    >>> from_count(28435, 3)
    Fraction(5687, 200)
    """
    return Fraction(count, 10**decimals)


def leaf_value(count: int, ratio: Fraction) -> int:
    """The value of a leaf: ``count * ratio`` rounded once, half to even.

    This is the definition that the SQL of the accounts is held to.
    """
    return round_half_even(count * ratio)


def is_storable(ratio: Fraction) -> bool:
    """Whether numerator and denominator both fit a 64-bit integer column."""
    return abs(ratio.numerator) <= BIGINT_MAX and ratio.denominator <= BIGINT_MAX


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split an integer in proportion to weights so that the parts add to it exactly.

    Each part gets its share rounded down; what is left goes, one each, to the largest remainders,
    and among equals to the earlier part. A negative total is split as its mirror image.

    Raises
    ------
    ValueError
        If a weight is negative or all weights are zero.

    Examples
    --------
    >>> largest_remainder(100, [1, 1, 1])
    [34, 33, 33]
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("at least one weight must be positive")
    sign, magnitude = (-1, -total) if total < 0 else (1, total)
    floors = [magnitude * weight // whole for weight in weights]
    remainders = [magnitude * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for index in by_remainder[: magnitude - sum(floors)]:
        floors[index] += 1
    return [sign * part for part in floors]


def decimal_text(value: Fraction, decimals: int) -> str:
    """A rational written with a fixed number of decimals, rounded half to even.

    Examples
    --------
    >>> decimal_text(Fraction(-1, 8), 2)
    '-0.12'
    """
    count = quantise(value, decimals)
    sign = "-" if count < 0 else ""
    digits = str(abs(count)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
