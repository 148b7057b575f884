"""Faults in the values of an interval meter: stuck, spike, x1000, a silent slot.

What a method could at best see is promised; the rest is planted too and counted apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from tests.records.quality.trials.draft import MAIN, Counts, Draft, Fault

LEAST_LEVEL = 20
"""Counts: below it a steady load rounds to equal counts, and noise is as large as the load."""

SPIKE_LEVEL = 10
"""A spike is promised from this many times the local level on ..."""

SPIKE_MOST = 2
"""... that is also this many times what the meter reads at most, one in a thousand aside."""

THOUSANDFOLD_SHARE = 5
"""A x1000 run is promised if its true level is at least the meter's own divided by this, and no
more than the meter reads outside the run, one slot in a thousand aside."""

SELDOM_ZERO = 100
"""A silent slot is promised if one of its channels is zero in at most one of so many rows."""

THOUSANDFOLD_LEAST = 20
"""Three slots of it in a row must read more than the meter's level divided by this."""

LONGEST_SHARE = 0.45
"""No x1000 run is longer than this share of the trial: what is most of it is its level."""


def running_level(counts: Counts) -> int:
    """The median of the counts above zero; zero where there is none."""
    running = counts[counts > 0]
    return int(np.median(running)) if len(running) else 0


def local_level(draft: Draft, slot: int) -> int:
    """What the meter usually reads around a slot when it runs, of a coarse one 20 counts."""
    around = draft.truth[max(0, slot - 12) : slot + 13]
    return max(running_level(around) or running_level(draft.truth), LEAST_LEVEL)


def usual_most(draft: Draft) -> int:
    """What the meter reads at most, one slot in a thousand aside."""
    return int(np.quantile(draft.truth, 0.999))


def plant_stuck(draft: Draft, *, small: bool) -> bool:
    """The transmitter repeats its last value."""
    after = draft.stuck_after
    length = int(draft.draws.integers(4, after)) if small else draft.log_uniform(after, 8 * after)
    first = draft.place(length, lambda slot: draft.truth[slot] >= LEAST_LEVEL)
    if first is None:
        return False
    value, end = int(draft.truth[first]), first + length
    wrong = frozenset(n for n in range(first, end) if draft.truth[n] != value)
    promised = length >= after and value >= LEAST_LEVEL and bool(wrong)
    draft.shown[first:end] = value
    size = f"{length} slots of {value}"
    while draft.truth[first - 1] == value:  # what joins the run by chance is part of its place
        first -= 1
    while draft.truth[end] == value:
        end += 1
    draft.reserve(first, end)
    draft.plant(Fault("stuck", first, end, size, ("stuck",), "m", promised, wrong))
    return True


def plant_spike(draft: Draft, *, small: bool) -> bool:
    """One telegram of nonsense."""
    first = draft.place(1)
    if first is None:
        return False
    level, most = local_level(draft, first), usual_most(draft)
    least = max(SPIKE_LEVEL * level, SPIKE_MOST * most)
    if small:
        value = int(least * draft.draws.uniform(0.5, 0.95))
    else:
        value = int(np.ceil(least * np.exp(draft.draws.uniform(0, np.log(30))))) + 1
    promised = value > SPIKE_LEVEL * level and value > SPIKE_MOST * most
    draft.shown[first] = value
    draft.reserve(first, first + 1)
    size = f"{value}, {value / level:.1f} x local level, {value / max(most, 1):.1f} x usual most"
    fault = Fault(
        "spike", first, first + 1, size, ("spike", "x1000"), "m", promised, frozenset([first])
    )
    draft.plant(fault)
    return True


def plant_x1000(draft: Draft, *, small: bool) -> bool:
    """Values in a small unit sent as the large one."""
    longest = min(30 * draft.per_day, int(LONGEST_SHARE * draft.slots))
    length = draft.log_uniform(3, longest)
    level = running_level(draft.truth)

    def is_usual(slot: int) -> bool:
        run = draft.truth[slot : slot + length]
        own = running_level(run)
        return (
            own * THOUSANDFOLD_SHARE >= max(level, LEAST_LEVEL * THOUSANDFOLD_SHARE)
            and level >= LEAST_LEVEL
            and own <= np.quantile(np.delete(draft.truth, slice(slot, slot + length)), 0.999)
            and _longest_running(run, level // THOUSANDFOLD_LEAST) >= 3
        )

    first = draft.place(length, (lambda slot: not is_usual(slot)) if small else is_usual)
    if first is None:
        return False
    end = first + length
    wrong = frozenset(int(n) for n in range(first, end) if draft.truth[n] > 0)
    if not wrong:
        return False
    draft.shown[first:end] = draft.truth[first:end] * 1000
    draft.reserve(first, end)
    own = running_level(draft.truth[first:end])
    size = f"{len(wrong)} of {length} slots, level {own} of {level}"
    draft.plant(
        Fault("x1000", first, end, size, ("x1000",), "m", is_usual(first), wrong, covers=("spike",))
    )
    return True


def _longest_running(run: Counts, least: int) -> int:
    """The longest stretch of counts above some count."""
    longest = length = 0
    for count in run:
        length = length + 1 if count > least else 0
        longest = max(longest, length)
    return longest


def plant_silent(draft: Draft, *, small: bool) -> bool:
    """All channels of the source read zero in one slot; needs companions that run there."""

    def runs(slot: int) -> bool:
        return bool((draft.truth[slot - 1 : slot + 2] >= LEAST_LEVEL).all())

    first = draft.place(1, runs)
    if first is None or small:
        return False
    draft.shown[first] = 0
    draft.silent.append(first)
    draft.reserve(first, first + 1)
    size = f"{draft.truth[first]} read as 0"
    seen, needs = runs(first), frozenset([first])
    draft.plant(Fault("silent_slot", first, first + 1, size, ("silent_slot",), MAIN, seen, needs))
    return True


def falls_silent(
    readings: Mapping[str, Sequence[tuple[dt.datetime, int]]], ts: dt.datetime
) -> bool:
    """Whether two channels of a file or more run around an instant, one of them seldom zero."""
    seldom = []
    for rows in readings.values():
        place = next((n for n, (stamp, _) in enumerate(rows) if stamp == ts), 0)
        beside = [count for _, count in (*rows[place - 1 : place], *rows[place + 1 : place + 2])]
        if place and len(beside) == 2 and min(beside) >= LEAST_LEVEL:
            zeros = sum(count == 0 for _, count in rows)
            seldom.append(zeros * SELDOM_ZERO <= len(rows))
    return len(seldom) >= 2 and any(seldom)
