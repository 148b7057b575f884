"""The passes over the readings of one dial of a register.

``sql/standing.sql`` and ``sql/register_step.sql`` are their definitions.
"""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.comparing import is_less
from celadon.records.quality.passes import (
    FROZEN,
    HEALED,
    MISREADING,
    NONE,
    RESET,
    ROLLOVER,
    SPIKE,
    TURNS,
    Codes,
    Integers,
    most_counts,
)

FEW = 4
"""Readings that may be out of line where the step from them, or to them, is what does not fit."""


@compiled
def _fits(ts: Integers, count: Integers, one: int, other: int, maximum: int, modulus: int) -> bool:
    """Whether one reading can follow another, directly or through the end of the dial."""
    rise = count[other] - count[one]
    most = most_counts(maximum, ts[other] - ts[one])
    return 0 <= rise <= most or (modulus != NONE and 0 <= rise + modulus <= most)


@compiled
def _is_outside(count: Integers, possible: Integers, k: int) -> bool:
    """Whether a reading lies outside the two around it, while those two are in order."""
    if not 0 < k < len(possible) - 1:
        return False
    before, after = count[possible[k - 1]], count[possible[k + 1]]
    return bool(before <= after and not before <= count[possible[k]] <= after)


@compiled
def _is_second(ts: Integers, count: Integers, possible: Integers, k: int) -> bool:
    """Whether the second of two readings is the wrong one; the first of them stands at ``k``.

    What stands between two equal readings is wrong, as the dial stood still; else the one with the
    steeper step to its other neighbour is.
    """
    a, b, c, d = possible[k - 1], possible[k], possible[k + 1], possible[k + 2]
    is_around_first, is_around_second = count[a] == count[c], count[b] == count[d]
    if is_around_first != is_around_second:
        return bool(is_around_second)
    return is_less(abs(count[b] - count[a]), ts[b] - ts[a], abs(count[d] - count[c]), ts[d] - ts[c])


@compiled
def _in_order(ts: Integers, count: Integers, possible: Integers) -> Integers:
    """Without single readings outside the two around them, while those two are in order.

    Of two such readings in a row one is left out; of more, every other one, beginning with the
    first.
    """
    kept = np.empty(len(possible), np.int64)
    n, k = 0, 0
    while k < len(possible):
        end = k
        while _is_outside(count, possible, end):
            end += 1
        if end == k + 2 and _is_second(ts, count, possible, k):
            kept[n] = possible[k]
            n += 1
            k = end
            continue
        for j in range(k + 1, end, 2):
            kept[n] = possible[j]
            n += 1
        if end < len(possible):
            kept[n] = possible[end]
            n += 1
        k = end + 1
    return kept[:n]


@compiled
def _mark_frozen(ts: Integers, count: Integers, fault: Codes, maximum: int) -> None:
    """Mark repeats of a reading before a step that only fits the time since the first of them."""
    first, last = NONE, NONE
    for i in range(len(ts)):
        if fault[i]:
            continue
        if first != NONE and count[i] == count[first]:
            last = i
            continue
        if last != first:
            rise = count[i] - count[first]
            too_fast = rise > most_counts(maximum, ts[i] - ts[last])
            if too_fast and rise <= most_counts(maximum, ts[i] - ts[first]):
                for k in range(first + 1, last + 1):
                    if not fault[k]:
                        fault[k] = FROZEN
        first = last = i


@compiled
def _nearest(
    ts: Integers, count: Integers, sound: Integers, k: int, step: int, maximum: int, modulus: int
) -> int:
    """How many readings, from ``k - 1`` back or from ``k`` on, must go for the others to fit.

    Of the readings at ``k - 1`` and ``k``, which do not fit, the other stays; 0 if it takes more
    than a few.
    """
    for gone in range(1, FEW + 1):
        one, other = (k - 1 - gone, k) if step < 0 else (k - 1, k + gone)
        if one < 0 or other >= len(sound):
            break
        if _fits(ts, count, sound[one], sound[other], maximum, modulus):
            return gone
    return 0


@compiled
def _mark_astray(ts: Integers, count: Integers, fault: Codes, maximum: int, modulus: int) -> None:
    """Mark the few readings before or after a step that does not fit, if it fits without them."""
    sound = np.flatnonzero(fault == 0)
    for k in range(1, len(sound)):
        p, q = sound[k - 1], sound[k]
        if _fits(ts, count, p, q, maximum, modulus):
            continue
        back = _nearest(ts, count, sound, k, -1, maximum, modulus)
        ahead = _nearest(ts, count, sound, k, 1, maximum, modulus)
        is_back = back > 0 and (ahead == 0 or back < ahead)
        if back > 0 and back == ahead:
            a, b, c, d = (
                sound[k - 1 - back],
                sound[k - back],
                sound[k + ahead - 1],
                sound[k + ahead],
            )
            before, after = abs(count[b] - count[a]), abs(count[d] - count[c])
            if count[q] < count[p]:  # too high before it, or too low after it: a steep step
                is_back = not is_less(before, ts[b] - ts[a], after, ts[d] - ts[c])
            else:  # too low before it, or too high after it: a flat step
                is_back = is_less(before, ts[b] - ts[a], after, ts[d] - ts[c])
        first, end = (k - back, k) if is_back else (k, k + ahead)
        for j in range(first, end):
            fault[sound[j]] = MISREADING


@compiled
def reading_faults(ts: Integers, count: Integers, maximum: int, modulus: int) -> Codes:
    """What is wrong with each reading of one dial, 0 if nothing: see ``sql/standing.sql``."""
    fault = np.full(len(ts), MISREADING, np.int8)
    possible = np.empty(len(ts), np.int64)
    n = 0
    for i in range(len(ts)):
        if count[i] >= 0 and (modulus == NONE or count[i] < modulus):
            possible[n] = i
            n += 1
    ordered = _in_order(ts, count, possible[:n])
    first = 0  # of the stretch that ends at the last reading looked at
    before = NONE  # the last reading of the stretch before that
    is_broken = False
    for k in range(1, len(ordered) + 1):
        if k < len(ordered) and _fits(ts, count, ordered[k - 1], ordered[k], maximum, modulus):
            continue
        is_excursion = (
            before != NONE
            and k < len(ordered)
            and ts[ordered[k]] - ts[before] <= 86_400
            and _fits(ts, count, before, ordered[k], maximum, modulus)
        )
        if not is_excursion:
            for j in range(first, k):
                fault[ordered[j]] = 0
        is_broken |= k < len(ordered)
        before, first = ordered[k - 1], k
    if is_broken:
        _mark_frozen(ts, count, fault, maximum)
        _mark_astray(ts, count, fault, maximum, modulus)
    return fault


@compiled
def register_steps(
    ts: Integers, count: Integers, seconds: int, quiet: int, maximum: int, modulus: int
) -> tuple[Integers, Codes]:
    """What a dial passed from each good reading to the next, and the rule; -1 where not known.

    A step of up to ``quiet`` seconds is no gap: the register is read by hand.
    """
    n = max(0, len(ts) - 1)
    amount = np.empty(n, np.int64)
    rule = np.zeros(n, np.int8)
    for i in range(n):
        rise, span = count[i + 1] - count[i], ts[i + 1] - ts[i]
        most = most_counts(maximum, span)
        amount[i] = rise
        if rise > most:
            rule[i] = SPIKE
        elif span > seconds and modulus != NONE and modulus <= most:
            rule[i] = TURNS
        elif rise >= 0:
            rule[i] = HEALED if span > quiet else 0
        elif modulus != NONE and 0 <= rise + modulus <= most:
            rule[i] = ROLLOVER
            amount[i] = rise + modulus
        else:
            rule[i] = RESET
        if rule[i] in (SPIKE, TURNS, RESET):
            amount[i] = NONE
    return amount, rule
