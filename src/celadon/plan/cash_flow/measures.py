"""Present value, internal rate of return and payback of yearly amounts; the first is year 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Why = Literal["", "no_change", "several"]

_LOWEST, _HIGHEST = -0.95, 20.0
"""Rates between which a return is looked for."""

_TRIES = 4000
_HALVINGS = 200


@dataclass(frozen=True, slots=True)
class Return:
    """An internal rate of return, or why there is none.

    Attributes
    ----------
    rate : of one; None where no single rate brings the present value to zero.
    why : ``no_change`` where the value has one sign at every rate, ``several`` where more than one
        rate would do.
    """

    rate: float | None
    why: Why = ""


def present_value(rate: float, amounts: Sequence[float]) -> float:
    """What yearly amounts are worth today; the first is paid today.

    Parameters
    ----------
    rate : discount rate of a year, of one.

    Examples
    --------
    >>> round(present_value(0.1, [-100, 110]), 9) + 0.0
    0.0
    """
    return float(sum(amount / (1 + rate) ** year for year, amount in enumerate(amounts)))


def internal_return(amounts: Sequence[float]) -> Return:
    """The rate at which the present value is zero, if there is exactly one.

    Examples
    --------
    >>> round(internal_return([-100, 110]).rate, 9), internal_return([-100, -1])
    (0.1, Return(rate=None, why='no_change'))
    """
    if min(amounts, default=0.0) >= 0 or max(amounts, default=0.0) <= 0:
        return Return(None, "no_change")
    rates = np.expm1(np.linspace(np.log1p(_LOWEST), np.log1p(_HIGHEST), _TRIES))
    worth = np.polynomial.polynomial.polyval(1 / (1 + rates), np.asarray(amounts, float))
    changes = np.flatnonzero(np.sign(worth[1:]) != np.sign(worth[:-1]))
    if not changes.size:
        return Return(None, "no_change")
    if changes.size > 1:
        return Return(None, "several")
    low, high = float(rates[changes[0]]), float(rates[changes[0] + 1])
    sign = present_value(low, amounts) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (present_value(middle, amounts) > 0) == sign:
            low = middle
        else:
            high = middle
    return Return((low + high) / 2)


def payback(amounts: Sequence[float], rate: float = 0.0) -> float | None:
    """Years until what was paid has come back for the first time; None if it never does.

    Parameters
    ----------
    rate : zero for the simple payback, a discount rate for the discounted one.

    Examples
    --------
    >>> payback([-100, 40, 40, 40]), payback([-100, 10])
    (2.5, None)
    """
    paid = 0.0
    for year, amount in enumerate(amounts):
        worth = amount / (1 + rate) ** year
        if paid < 0 <= paid + worth:
            return year - 1 + -paid / worth
        paid += worth
    return None
