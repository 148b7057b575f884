"""The power factor of a month, and what it adds to the bill or takes off."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from celadon.accounts.bill.factor_steps import PowerFactor
from celadon.exact import parse_decimal

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
    standard. Beyond the last step of a side it stays what it is at its end.

    Examples
    --------
    >>> from celadon.accounts.bill.factor_steps import FactorStep
    >>> steps = (FactorStep(start="0.65", end="0.70", percent="1"),
    ...          FactorStep(start="0.90", end="0.70", percent="0.5"))
    >>> adjustment(PowerFactor(standard="0.90", steps=steps), 68)
    Fraction(3, 25)
    """
    reached, total = Fraction(factor, _HUNDRED), Fraction(0)
    for step in rule.steps:
        within = min(max(reached, step.low), step.high)
        away = step.high - within if step in rule.below else within - step.low
        total += away * parse_decimal(step.percent)
    return total


def is_below_steps(rule: PowerFactor, factor: int) -> bool:
    """Whether a power factor is so low that the rule does not say what it costs.

    Examples
    --------
    >>> is_below_steps(PowerFactor(standard="0.90", steps=()), 89)
    True
    """
    return Fraction(factor, _HUNDRED) < rule.lowest
