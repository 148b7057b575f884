"""The pass over the slots of an interval meter: ``sql/withheld.sql`` is its definition."""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.passes import (
    CONFLICT,
    LONGER,
    NONE,
    OVERLAP,
    SPIKE,
    STUCK,
    THOUSANDFOLD,
    Codes,
    Flags,
    Integers,
    most_counts,
)
from celadon.records.quality.step_passes import close_slots, longer_steps

LEAST_LEVEL = 20
"""Counts; a coarser meter is not compared with itself."""

LEAST_SPIKE = 100
"""Counts that a spike exceeds: of a coarse meter a few pulses are many times its usual count."""

MONTHS_AROUND = 2
"""A month's level is the middle one of its own and of as many months on either side."""

WINDOW = 6
"""Slots on either side of the one that the Hampel test looks at."""


@compiled
def _select(values: Integers, count: int, rank: int) -> int:
    """The value of a rank, from zero, among the first ``count``; the values change their places."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return int(values[rank])


@compiled
def _exceeds(count: int, times: int, level: int) -> bool:
    """Whether ``count > times * level``, for a level that is not negative."""
    return count > 0 and (count - 1) // times >= level


@compiled
def _month_medians(
    count: Integers, known: Flags, month_of: Integers, months: int, space: Integers
) -> tuple[Integers, Integers]:
    """Per month: the median of its positive counts, and their number."""
    medians = np.full(months, NONE, np.int64)
    numbers = np.zeros(months, np.int64)
    i = 0
    while i < len(count):
        month, n = month_of[i], 0
        while i < len(count) and month_of[i] == month:
            if known[i] and count[i] > 0:
                space[n] = count[i]
                n += 1
            i += 1
        if n:
            medians[month] = _select(space, n, (n + 1) // 2 - 1)
        numbers[month] = n
    return medians, numbers


@compiled
def _month_tops(
    count: Integers, known: Flags, vast: Integers, month_of: Integers, months: int, space: Integers
) -> Integers:
    """Per month the largest count but for one in a thousand and two at least, vast runs aside."""
    tops = np.full(months, NONE, np.int64)
    i = 0
    while i < len(count):
        month, n = month_of[i], 0
        while i < len(count) and month_of[i] == month:
            if known[i] and count[i] > 0 and not vast[i]:
                space[n] = count[i]
                n += 1
            i += 1
        if n:
            tops[month] = _select(space, n, max(0, n - 1 - max(2, n // 1000)))
    return tops


@compiled
def _middles(values: Integers, upper: int) -> Integers:
    """Of each month, the middle one of what is known of it and of the months around it.

    Of the two middle ones of an even number, the lower, or the ``upper`` if that is 1.
    """
    found = np.zeros(len(values), np.int64)
    space = np.empty(2 * MONTHS_AROUND + 1, np.int64)
    for month in range(len(values)):
        n = 0
        for other in range(month - MONTHS_AROUND, month + MONTHS_AROUND + 1):
            if 0 <= other < len(values) and values[other] != NONE:
                space[n] = values[other]
                n += 1
        if n:
            found[month] = _select(space, n, (n - 1 + upper) // 2)
    return found


@compiled
def _levels(
    count: Integers, known: Flags, month_of: Integers, medians: Integers, space: Integers
) -> Integers:
    """Of each month its level; where the months around it leap, all slots of them decide it."""
    level = _middles(medians, 0)
    for month in range(len(medians)):
        first, end = max(0, month - MONTHS_AROUND), min(len(medians), month + MONTHS_AROUND + 1)
        low, high = NONE, NONE
        for other in range(first, end):
            if medians[other] != NONE:
                low = medians[other] if low == NONE else min(low, medians[other])
                high = max(high, medians[other])
        if low == NONE or high // 100 < low:
            continue
        n = 0
        for i in range(len(count)):
            if first <= month_of[i] < end and known[i] and count[i] > 0:
                space[n] = count[i]
                n += 1
        level[month] = _select(space, n, (n + 1) // 2 - 1)
    return level


@compiled
def _months_of(ts: Integers, months: Integers) -> Integers:
    """The place among ``months``, their first instants in order, of each instant."""
    found = np.empty(len(ts), np.int64)
    month = 0
    for i in range(len(ts)):
        while month + 1 < len(months) and ts[i] >= months[month + 1]:
            month += 1
        found[i] = month
    return found


@compiled
def _weigh_run(
    count: Integers, far: Flags, first: int, last: int, level: int, vast: Integers, short: Flags,
    space: Integers,
) -> None:  # fmt: skip
    """Judge a run that begins and ends with a far slot; ``level`` is the least of the far ones."""
    n = 0
    for i in range(first, last + 1):
        if far[i]:
            space[n] = count[i]
            n += 1
    if n < 3:
        for i in range(first, last + 1):
            short[i] = far[i]
        return
    if _select(space, n, n // 2) // 100 < level:  # half of them or more reach 100 times it
        return
    middle = _select(space, n, (n + 1) // 2 - 1)
    for i in range(first, last + 1):
        vast[i] = middle


@compiled
def _leaps(one: int, other: int) -> bool:
    """Whether one far count is so far from the next that its unit must be another."""
    return _exceeds(one, 300, other) or _exceeds(other, 300, one)


@compiled
def _find_vast(
    ts: Integers, count: Integers, known: Flags, month_of: Integers, level: Integers,
    seconds: int, space: Integers,
) -> tuple[Integers, Flags, Flags]:  # fmt: skip
    """Slots of runs half of which reach 100 times the level, each with the median of the far slots
    of its run; slots of runs too short to tell; and the far slots."""
    vast = np.zeros(len(ts), np.int64)
    short = np.zeros(len(ts), np.bool_)
    far = np.zeros(len(ts), np.bool_)
    first, last, least = NONE, NONE, 0
    before = NONE  # the last slot that goes on a run
    for i in range(len(ts)):
        if not known[i]:
            continue
        own = level[month_of[i]]
        far[i] = own >= LEAST_LEVEL and _exceeds(count[i], 20, own)
        if not far[i] and count[i] % 1000 != 0:
            continue
        if first != NONE and (
            ts[i] - ts[before] != seconds or (far[i] and _leaps(count[last], count[i]))
        ):
            _weigh_run(count, far, first, last, least, vast, short, space)
            first = NONE
        before = i
        if far[i]:
            least = own if first == NONE else min(least, own)
            first = i if first == NONE else first
            last = i
    if first != NONE:
        _weigh_run(count, far, first, last, least, vast, short, space)
    for i in range(len(ts)):
        short[i] = short[i] and _exceeds(count[i], 200, level[month_of[i]])
    return vast, short, far


@compiled
def _mark_thousandfold(
    ts: Integers, count: Integers, far: Flags, month_of: Integers, vast: Integers, tops: Integers,
    seconds: int, most: int, rule: Codes,
) -> None:  # fmt: skip
    """Mark vast runs whose thousandth is what the meter reads, and that pass the maximum."""
    i = 0
    while i < len(ts):
        if not vast[i]:
            i += 1
            continue
        end, last, largest, usual = i, i, 0, 0
        while end < len(ts) and vast[end] and (end == i or ts[end] - ts[end - 1] == seconds):
            if far[end]:
                if _leaps(count[last], count[end]):
                    break
                last, largest = end, max(largest, count[end])
            end += 1
        first, last = month_of[i] - MONTHS_AROUND, month_of[end - 1] + MONTHS_AROUND
        for month in range(max(0, first), min(len(tops), last + 1)):
            usual = max(usual, tops[month])
        if not _exceeds(vast[i], 1500, usual) and (most == NONE or largest > most):
            rule[i:end] = THOUSANDFOLD
        i = end


@compiled
def _mark_stuck(
    ts: Integers, count: Integers, known: Flags, seconds: int, stuck_after: int, rule: Codes
) -> None:
    """Mark runs of equal counts; a coarse meter at a steady load rounds to equal ones."""
    first = 0
    for i in range(1, len(ts) + 1):
        if (
            i < len(ts)
            and known[i]
            and known[first]
            and count[i] == count[first]
            and ts[i] - ts[i - 1] == seconds
        ):
            continue
        if known[first] and count[first] >= LEAST_LEVEL and 1 < i - first >= stuck_after:
            for j in range(first, i):
                if rule[j] != THOUSANDFOLD:
                    rule[j] = STUCK
        first = i


@compiled
def _stands_out(count: Integers, known: Flags, i: int, space: Integers) -> bool:
    """The Hampel test: above its window's median by nine of the window's median deviations."""
    n = 0
    for j in range(max(0, i - WINDOW), min(len(count), i + WINDOW + 1)):
        if known[j]:
            space[n] = count[j]
            n += 1
    median = _select(space, n, (n + 1) // 2 - 1)
    for j in range(n):
        space[j] = abs(space[j] - median)
    deviation = _select(space, n, (n + 1) // 2 - 1)
    return _exceeds(count[i], 5, median) and _exceeds(count[i] - median, 9, deviation)


@compiled
def _mark_spikes(
    ts: Integers, count: Integers, known: Flags, month_of: Integers, top: Integers, seconds: int,
    span: Integers, maximum: int, rule: Codes, space: Integers,
) -> None:  # fmt: skip
    """Mark counts above the maximum, and those that stand out of their window and their month."""
    most = most_counts(maximum, seconds)
    for i in range(len(ts)):
        if rule[i] or not known[i]:
            continue
        is_longer = span[i] != seconds
        if maximum >= 0 and count[i] > (most_counts(maximum, span[i]) if is_longer else most):
            rule[i] = SPIKE
            continue
        if (
            count[i] > LEAST_SPIKE
            and _exceeds(count[i], 2, top[month_of[i]])
            and 0 < i < len(ts) - 1
            and known[i - 1]
            and known[i + 1]
            and ts[i] - ts[i - 1] == seconds
            and ts[i + 1] - ts[i] == seconds
            and _stands_out(count, known, i, space)
        ):
            rule[i] = SPIKE


@compiled
def _mark_short(
    short: Flags, month_of: Integers, numbers: Integers, times: Integers, rule: Codes
) -> None:
    """Mark slots far above the level, unless a month has so many that it works like that."""
    found = np.zeros(len(numbers), np.int64)
    for i in range(len(short)):
        short[i] = short[i] and times[i] == 1
        if short[i]:
            found[month_of[i]] += 1
    for i in range(len(short)):
        month = month_of[i]
        if short[i] and not rule[i] and found[month] <= max(2, numbers[month] // 100):
            rule[i] = SPIKE


@compiled
def interval_pass(
    ts: Integers, count: Integers, known: Flags, months: Integers, seconds: int, maximum: int,
    stuck_after: int,
) -> tuple[Codes, Flags, Integers, Integers]:  # fmt: skip
    """The rule of each slot of an interval meter, and which slots overlap another.

    With them, how many declared intervals each slot stands for, and for how many seconds.

    Parameters
    ----------
    ts, count, known : slots in the order of time; a slot in conflict is not known.
    months : first instants of the local months that the slots lie in, in order.
    seconds : length of an interval.
    maximum : most counts of an hour, or -1.
    stuck_after : equal counts in a row that are too many, or 0.
    """
    rule = np.zeros(len(ts), np.int8)
    space = np.empty(len(ts) + 2 * WINDOW + 1, np.int64)
    most = most_counts(maximum, seconds) if maximum >= 0 else NONE
    month_of = _months_of(ts, months)
    medians, numbers = _month_medians(count, known, month_of, len(months), space)
    level = _levels(count, known, month_of, medians, space)
    vast, short, far = _find_vast(ts, count, known, month_of, level, seconds, space)
    tops = _month_tops(count, known, vast, month_of, len(months), space)
    top = _middles(tops, 1)
    _mark_thousandfold(ts, count, far, month_of, vast, tops, seconds, most, rule)
    if stuck_after > 0:
        _mark_stuck(ts, count, known, seconds, stuck_after, rule)
    times, span = longer_steps(ts, seconds)
    _mark_spikes(ts, count, known, month_of, top, seconds, span, maximum, rule, space)
    if maximum < 0:
        _mark_short(short, month_of, numbers, times, rule)
    close = close_slots(ts, seconds)
    for i in range(len(ts)):
        if close[i]:
            rule[i] = OVERLAP
        elif times[i] > 1 and not rule[i]:
            rule[i] = LONGER
        if not known[i]:
            rule[i] = CONFLICT
    return rule, close, times, span


@compiled
def meters_without_rule(
    ts: Integers, count: Integers, bounds: Integers, traits: Integers, chosen: Flags,
    months: Integers,
) -> Flags:  # fmt: skip
    """Of many meters, those chosen of whose readings :func:`interval_pass` withholds none.

    Parameters
    ----------
    bounds : of each meter, its first place in ``ts`` and ``count`` and the place after its last.
    traits : of each meter: seconds of an interval, maximum and ``stuck_after``.
    """
    found = np.zeros(len(bounds), np.bool_)
    for meter in range(len(bounds)):
        if chosen[meter]:
            first, end = bounds[meter]
            seconds, maximum, stuck_after = traits[meter]
            known = np.ones(end - first, np.bool_)
            found[meter] = not interval_pass(
                ts[first:end], count[first:end], known, months, seconds, maximum, stuck_after
            )[0].any()
    return found
