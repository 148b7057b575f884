"""The pass that sees at one glance that no rule of amounts can say anything of a meter.

What :func:`celadon.records.quality.interval_passes.interval_pass` withholds of slots that follow
one another is a count above the maximum, one far above the level of its month, one more than twice
what the meter usually reads at most, or a run of equal counts. The level is a median of months, and
what is usual at most one of their largest counts but for a few. So where half of each month's
counts reach a fifth of the largest of all, and more than those few of each month half of it, no
count is any of these, and no median need be sought.
"""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.passes import MANY, NONE, Flags, Integers, most_counts

TIMES = 5
"""A count is far from a level from more than this many times it on."""


@compiled
def _is_even(ts: Integers, count: Integers, months: Integers, most: int, stuck_after: int) -> bool:
    """Whether no count passes the maximum, half of each month's are near the largest and some half
    of it, and none stays as it was for ``stuck_after`` slots."""
    largest = count.max()
    if (most != NONE and largest > most) or largest > MANY // TIMES:
        return False
    i, month, same = 0, 0, 0
    while i < len(ts):
        while month + 1 < len(months) and ts[i] >= months[month + 1]:
            month += 1
        until = months[month + 1] if month + 1 < len(months) else MANY
        known, near, high = 0, 0, 0
        while i < len(ts) and ts[i] < until:
            known += count[i] > 0
            near += count[i] > 0 and TIMES * count[i] >= largest
            high += count[i] > 0 and 2 * count[i] >= largest
            same = same + 1 if i and count[i] == count[i - 1] else 1
            if 0 < stuck_after <= same:
                return False
            i += 1
        if known - near > (known + 1) // 2 - 1 and known:
            return False
        if high <= max(2, known // 1000) and known:
            return False
    return True


@compiled
def even_meters(
    ts: Integers, count: Integers, bounds: Integers, traits: Integers, chosen: Flags,
    months: Integers,
) -> Flags:  # fmt: skip
    """Of many meters, those chosen of which the rules of amounts cannot say anything.

    Parameters
    ----------
    bounds : of each meter, its first place in ``ts`` and ``count`` and the place after its last;
        its slots follow one another without a gap.
    traits : of each meter: seconds of an interval, maximum and ``stuck_after``.
    months : first instants of the local months that the slots lie in, in order.
    """
    found = np.zeros(len(bounds), np.bool_)
    for meter in range(len(bounds)):
        if chosen[meter]:
            first, end = bounds[meter]
            seconds, maximum, stuck_after = traits[meter]
            most = most_counts(maximum, seconds) if maximum >= 0 else NONE
            found[meter] = _is_even(ts[first:end], count[first:end], months, most, stuck_after)
    return found
