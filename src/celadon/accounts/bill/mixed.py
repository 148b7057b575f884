"""Intervals that lie in bands of different prices: how much they hold, and what that may cost.

Nobody knows in which part of such an interval its energy was drawn. It is spread evenly over its
time; were all of it in its cheapest or its dearest quarter hour, the bill would be so much less or
more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from celadon.accounts.bill.tariff import Tariff, price

_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mixed:
    """What stands in intervals of two bands or more.

    Parameters
    ----------
    amount : Wh of them.
    less, more : CNY by which the energy may cost less, or more, than spread evenly over the time.
    """

    amount: int = 0
    less: Fraction = Fraction(0)
    more: Fraction = Fraction(0)

    def over(self, parts: int) -> Mixed:
        """The same of amounts that were counted in parts of a Wh."""
        return Mixed(round(Fraction(self.amount, parts)), self.less / parts, self.more / parts)


def mixed_in(tariff: Tariff, amounts: _Integers, band: _Integers) -> Mixed:
    """What stands in several bands of the amounts that are known.

    Parameters
    ----------
    amounts : Wh of each interval.
    band : the number of the band of each of its quarter hours: intervals down, quarters across.
    """
    varying = sum((price(rate.price) for rate in tariff.rates if rate.varies), Fraction(0))
    ratios = [price(ratio) for ratio in tariff.ratios.values()]
    if not varying or band.shape[1] == 1 or not band.size:
        return Mixed()
    ranked = sorted(set(ratios))
    rank = np.array([ranked.index(ratio) for ratio in ratios])[band]
    low, high = rank.min(axis=1), rank.max(axis=1)
    less = more = Fraction(0)
    for at in np.flatnonzero(low != high):
        mean = sum((ranked[each] for each in rank[at]), Fraction(0)) / band.shape[1]
        amount = int(amounts[at])
        less += amount * (mean - ranked[low[at]])
        more += amount * (ranked[high[at]] - mean)
    if varying < 0:
        less, more = more, less
    each = abs(varying) / 1000
    return Mixed(int(amounts[low != high].sum()), less * each, more * each)
