"""The passes over the steps from slot to slot of an interval meter: too close, or too long.

``sql/longer_step.sql`` defines those at longer steps than declared.
"""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.passes import NONE, Flags, Integers

LEAST_STEPS = 8
"""Equal steps in a row that are no chance."""

MOST_BESIDE = 24
"""Steps on either side of a row that may go with it: multiples of its own."""

_DAY = 86_400
_HOUR = 3600


@compiled
def _counted_steps(ts: Integers, seconds: int) -> Integers:
    """The step from each slot to the next in declared intervals; -1 for the last."""
    times = np.full(len(ts), NONE, np.int64)
    for i in range(len(ts) - 1):
        step = ts[i + 1] - ts[i]
        if step == seconds:
            times[i] = 1
            continue
        if step == _DAY - _HOUR or step == _DAY + _HOUR:
            step = _DAY
        times[i] = (step + seconds // 2) // seconds
    return times


@compiled
def _goes_with(times: int, own: int, seconds: int) -> bool:
    """Whether a step is a whole multiple of those of a row, a day at most."""
    return bool(times >= own and times % own == 0 and times * seconds <= _DAY)


@compiled
def longer_steps(ts: Integers, seconds: int) -> tuple[Integers, Integers]:
    """How many declared intervals each slot stands for, mostly one, and for how many seconds.

    Parameters
    ----------
    ts : instants of slots, in order.
    seconds : length of a declared interval.
    """
    steps = _counted_steps(ts, seconds)
    times, span = np.ones(len(ts), np.int64), np.full(len(ts), seconds, np.int64)
    last, i = len(ts) - 1, 0
    while i < last:
        own, end = steps[i], i + 1
        while end < last and steps[end] == own:
            end += 1
        if own >= 2 and own * seconds <= _DAY and end - i >= LEAST_STEPS:
            first, after = i, end
            while first > max(0, i - MOST_BESIDE) and _goes_with(steps[first - 1], own, seconds):
                first -= 1
            while after < min(last, end + MOST_BESIDE) and _goes_with(steps[after], own, seconds):
                after += 1
            for place in range(first, after):
                times[place] = max(times[place], own)
        i = end
    for place in range(last, 0, -1):  # backwards, so that what ends a row does not go on with it
        own = times[place - 1]
        if times[place] == 1 < own and (steps[place] == NONE or steps[place] > own):
            times[place] = own
    for place in range(len(ts)):
        if times[place] > 1:
            is_own = steps[place] == times[place]
            span[place] = ts[place + 1] - ts[place] if is_own else times[place] * seconds
    return times, span


@compiled
def close_slots(ts: Integers, seconds: int) -> Flags:
    """Slots no more than half an interval from another."""
    close = np.zeros(len(ts), np.bool_)
    for i in range(1, len(ts)):
        if ts[i] - ts[i - 1] <= seconds // 2:
            close[i - 1] = close[i] = True
    return close
