"""The pass that sums steps to local days: ``sql/part.sql`` and ``sql/meter_day.sql`` define it."""

from __future__ import annotations

from numba import njit

from celadon.records.quality.passes import ESTIMATED, MANY, MEASURED, MISSING, Codes, Integers


@njit(cache=True)
def _share(amount: int, part: int, whole: int) -> int:
    """``amount * part / whole`` cut towards zero, without leaving 64 bits."""
    if amount < 0:
        return -_share(-amount, part, whole)
    return amount // whole * part + amount % whole * part // whole


@njit(cache=True)
def add_to_days(
    ts: Integers, seconds: Integers, count: Integers, state: Codes, per_count: int,
    from_ts: int, to_ts: int, days: Integers, sums: Integers,
) -> bool:  # fmt: skip
    """Add steps to the days that they lie in; False where a sum leaves 64 bits.

    Parameters
    ----------
    ts, seconds, count, state : steps in the order of time.
    per_count : small units in one count.
    days : first instants of the days, and the last instant of the last.
    sums : per day: measured and estimated amount; seconds measured, estimated and missing.
    """
    day = 0
    for i in range(len(ts)):
        start, end = max(ts[i], from_ts), min(ts[i] + seconds[i], to_ts)
        if start >= end:
            continue
        known = state[i] != MISSING
        if known and count[i] > MANY // per_count:
            return False
        amount = count[i] * per_count if known else 0
        while day > 0 and days[day] > start:
            day -= 1
        while days[day + 1] <= start:
            day += 1
        at = day
        while at < len(days) - 1 and days[at] < end:
            one, other = max(start, days[at]), min(end, days[at + 1])
            is_cut = one > ts[i] or other < ts[i] + seconds[i]
            kind = ESTIMATED if is_cut and state[i] == MEASURED else state[i]
            sums[at, 2 + kind] += other - one
            if known:
                part = amount
                if is_cut:
                    part = _share(amount, other - ts[i], seconds[i])
                    part -= _share(amount, one - ts[i], seconds[i])
                if sums[at, kind] > MANY - part:
                    return False
                sums[at, kind] += part
            at += 1
    return True
