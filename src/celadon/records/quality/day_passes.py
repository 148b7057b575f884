"""The passes that lay steps over local days.

``sql/part.sql``, ``sql/meter_day.sql`` and ``sql/shared_day.sql`` define them.
"""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.passes import (
    ESTIMATED,
    MANY,
    MEASURED,
    MISSING,
    Codes,
    Flags,
    Integers,
)


@compiled
def _share(amount: int, part: int, whole: int) -> int:
    """``amount * part / whole`` cut towards zero, without leaving 64 bits."""
    if amount < 0:
        return -_share(-amount, part, whole)
    return amount // whole * part + amount % whole * part // whole


@compiled
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
        is_whole = ts[i] >= from_ts and ts[i] + seconds[i] <= to_ts
        while day > 0 and days[day] > start:
            day -= 1
        while days[day + 1] <= start:
            day += 1
        at = day
        while at < len(days) - 1 and days[at] < end:
            one, other = max(start, days[at]), min(end, days[at + 1])
            is_cut = one > ts[i] or other < ts[i] + seconds[i]
            kind = ESTIMATED if is_cut and state[i] == MEASURED else state[i]
            sums[at, 2 + (state[i] if is_whole else kind)] += other - one
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


@compiled
def add_measured_to_days(
    ts: Integers, count: Integers, bounds: Integers, traits: Integers, chosen: Flags,
    days: Integers, sums: Integers,
) -> bool:  # fmt: skip
    """Add the measured intervals of many meters to their days; False where a sum leaves 64 bits.

    They follow one another without a gap, and no day and no end of the expected time cuts one.

    Parameters
    ----------
    bounds : of each meter, its first place in ``ts`` and ``count`` and the place after its last.
    traits : of each meter: seconds of an interval, small units in a count, and the first and the
        last instant of its expected time.
    chosen : the meters that are to be added.
    sums : per meter and day, as :func:`add_to_days` adds to them.
    """
    for meter in range(len(bounds)):
        if not chosen[meter]:
            continue
        first, start = bounds[meter, 0], ts[bounds[meter, 0]]
        step, per_count, from_ts, to_ts = traits[meter]
        for day in range(len(days) - 1):
            one, other = max(days[day], from_ts), min(days[day + 1], to_ts)
            if one >= other:
                continue
            total = 0
            for i in range(first + (one - start) // step, first + (other - start) // step):
                if count[i] > MANY // per_count or total > MANY - count[i] * per_count:
                    return False
                total += count[i] * per_count
            sums[meter, day, MEASURED] += total
            sums[meter, day, 2 + MEASURED] += other - one
    return True


@compiled
def _cut_steps(
    ts: Integers, seconds: Integers, state: Codes, from_ts: int, to_ts: int, days: Integers
) -> Integers:
    """The measured steps, wholly in the expected time, that a midnight cuts; by their places."""
    found = np.empty(len(ts), np.int64)
    n, day = 0, 0
    for i in range(len(ts)):
        end = ts[i] + seconds[i]
        if state[i] != MEASURED or ts[i] < from_ts or end > to_ts:
            continue
        while days[day] > ts[i]:
            day -= 1
        while days[day + 1] <= ts[i]:
            day += 1
        if end > days[day + 1]:
            found[n] = i
            n += 1
    return found[:n]


def shared_amounts(
    ts: Integers, seconds: Integers, count: Integers, state: Codes, per_count: int,
    from_ts: int, to_ts: int, days: Integers,
) -> dict[tuple[int, int, int], int]:  # fmt: skip
    """What measured steps that midnights cut give to each day that they span.

    Returns
    -------
    Amounts in small units, by the day, the first day of the step and the day after its last, each a
    place among ``days``.
    """
    found: dict[tuple[int, int, int], int] = {}
    for i in _cut_steps(ts, seconds, state, from_ts, to_ts, days).tolist():
        start, whole, amount = int(ts[i]), int(seconds[i]), int(count[i]) * per_count
        first = int(np.searchsorted(days, start, side="right")) - 1
        end = int(np.searchsorted(days, start + whole))
        given = 0
        for day in range(first, end):
            passed = min(int(days[day + 1]), start + whole) - start
            share = int(_share(amount, passed, whole)) - given
            given += share
            key = day, first, end
            found[key] = found.get(key, 0) + share
    return found
