"""Printed figures that add up: each rounded once, their sum the rounding of the exact sum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from celadon.exact import quantise

DECIMALS = 2
"""How many decimals a form prints where nothing else is said."""


def printed(value: Fraction, decimals: int = DECIMALS) -> Fraction:
    """A value as it is printed: rounded once, half to even.

    Examples
    --------
    >>> printed(Fraction(1, 3))
    Fraction(33, 100)
    """
    return Fraction(quantise(value, decimals), 10**decimals)


def printed_parts(parts: Sequence[Fraction], decimals: int = DECIMALS) -> list[Fraction]:
    """Parts as they are printed, so that they add to the printed sum of their exact values.

    Each part is printed as one of its two neighbours of that many decimals: rounded down, and
    those with the largest remainders up, the earlier first among equals. What needs no rounding
    stays as it is.

    Examples
    --------
    >>> [str(part) for part in printed_parts([Fraction(1, 3)] * 3, 1)]
    ['2/5', '3/10', '3/10']
    >>> printed_parts([Fraction(-1, 2), Fraction(1, 2)], 0)
    [Fraction(0, 1), Fraction(0, 1)]
    """
    scale = 10**decimals
    floors = [part * scale // 1 for part in parts]
    remainders = [part * scale - floor for part, floor in zip(parts, floors, strict=True)]
    left = quantise(sum(parts, Fraction(0)), decimals) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for index in by_remainder[:left]:
        floors[index] += 1
    return [Fraction(count, scale) for count in floors]
