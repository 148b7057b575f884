"""The power factor of a month, and what it adds to the bill or takes off."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from celadon.accounts.bill.tariff import PowerFactor, price

_HUNDRED = 100


def hundredths(active: int, reactive: int) -> int | None:
    """The average power factor of a month in hundredths, to the nearest; None without energy.

    Parameters
    ----------
    active, reactive : Wh and varh of the month.

    Examples
    --------
    >>> hundredths(400, 300)
    80
    """
    if active <= 0:
        return None
    square = Fraction(_HUNDRED * active) ** 2 / (active**2 + reactive**2)
    low = isqrt(int(square))
    return low + (1 if square >= Fraction(2 * low + 1, 2) ** 2 else 0)


def adjustment(rule: PowerFactor, factor: int) -> Fraction:
    """The share of the bill that is added at a power factor; below zero for a reward.

    Each step of the rule counts the hundredths that lie between its two values on the way from the
    standard.

    Examples
    --------
    >>> from celadon.accounts.bill.tariff import FactorStep
    >>> steps = (FactorStep(start="0.90", end="0.70", percent="0.5"),
    ...          FactorStep(start="0.70", end="0.65", percent="1"))
    >>> adjustment(PowerFactor(standard="0.90", steps=steps), 68)
    Fraction(3, 25)
    """
    total = Fraction(0)
    for step in rule.steps:
        start, end = (price(text) * _HUNDRED for text in (step.start, step.end))
        low, high = min(start, end), max(start, end)
        reached = min(max(Fraction(factor), low), high)
        total += abs(reached - start) * price(step.percent)
    return total / _HUNDRED
