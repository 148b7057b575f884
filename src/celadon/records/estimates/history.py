"""What a meter's own past and future can tell about a stretch: sums, like windows, jumps.

A *place* is a slot where a stretch of a given length begins: that of a gap, or one where all is
known and a gap is only supposed. All functions take many places at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from celadon.records.estimates.arithmetic import (
    Flags,
    Ints,
    divide,
    multiply,
    running_total,
)

DAY: Final = 86_400
"""Seconds of a day."""

WEEKS: Final = (-7, 7, -14, 14, -21, 21, -28, 28)
"""Like windows of the weeks around, in days away, nearest first."""

BEFORE, AFTER, BOTH = 1, 2, 3
"""The sides of a stretch that something is known on."""


@dataclass(frozen=True, slots=True)
class Series:
    """One meter on its own regular grid.

    Parameters
    ----------
    meter : its id.
    seconds : length of a slot.
    local : per slot, the local time of its start, in seconds since 1970-01-01 local; it may jump
        where clocks change.
    counts : per slot, the amount in counts; meaningless where not known.
    known : per slot, whether the amount was measured and is believed.
    """

    meter: str
    seconds: int
    local: Ints
    counts: Ints
    known: Flags


@dataclass(frozen=True, slots=True)
class History:
    """A series with the running totals of what is known of it.

    Parameters
    ----------
    counts : its counts, 0 where not known.
    passed, known : counts, and known slots, before each slot; one more than slots.
    day, hour : slots in a day and in an hour, at least one.
    signed : whether the meter ever counted below zero.
    """

    series: Series
    counts: Ints
    passed: Ints
    known: Ints
    day: int
    hour: int
    signed: bool

    @classmethod
    def of(cls, series: Series) -> History:
        """The history of a series."""
        counts = np.where(series.known, series.counts, 0).astype(np.int64)
        return cls(
            series,
            counts,
            running_total(counts),
            running_total(series.known.astype(np.int64)),
            max(1, DAY // series.seconds),
            max(1, 3600 // series.seconds),
            bool((counts < 0).any()),
        )

    @property
    def slots(self) -> int:
        """How many slots the series has."""
        return self.counts.size

    def sums(self, first: Ints, length: int) -> tuple[Ints, Flags]:
        """The counts in stretches of one length, and whether each is known throughout."""
        end = first + length
        inside = (first >= 0) & (end <= self.slots)
        first, end = within(first, self.slots), within(end, self.slots)
        whole = inside & (self.known[end] - self.known[first] == length)
        return self.passed[end] - self.passed[first], whole

    def levels(self, places: Ints, slots: int) -> tuple[Ints, Ints, Flags]:
        """What the stretch would be at the level before it, and at the level after it.

        A level is the mean of the known slots of as long a stretch next to it, of a day at most.
        The flag says whether half of those slots or more are known on either side.
        """
        width = min(slots, self.day)
        totals, enough = [], np.ones(places.shape, dtype=np.bool_)
        for first in (places - width, places + slots):
            start = within(first, self.slots)
            end = within(first + width, self.slots)
            known = self.known[end] - self.known[start]
            enough &= 2 * known >= width
            passed = self.passed[end] - self.passed[start]
            totals.append(divide(multiply(passed, np.array([slots])), np.maximum(known, 1)))
        return totals[0], totals[1], enough


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which like windows a model rests on.

    Parameters
    ----------
    days : how far away each candidate lies, nearest first.
    margin_before, margin_after : slots next to the stretch that the model looks at as well.
    windows : how many it takes, the nearest that are known.
    sides : on which sides it may look.
    """

    days: tuple[int, ...]
    margin_before: int = 0
    margin_after: int = 0
    windows: int = 0
    sides: int = BOTH

    def find(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The starts of the candidates at each place, and which of them are known.

        A candidate begins at the same local time of its day, and does not touch the stretch.
        """
        days = np.array(self.days, dtype=np.int64)[:, None] * DAY
        local, seconds, last = history.series.local, history.series.seconds, history.slots - 1
        wanted = local[places] + days
        starts = places + days // seconds
        # Where a clock change lies between, the same local time is some slots away.
        starts = starts + (wanted - local[within(starts, last)]) // seconds
        inside = (starts >= 0) & (starts <= last)
        inner = within(starts, last)
        known = inside & (local[inner] == wanted)
        known &= np.abs(starts - places) >= slots + max(self.margin_before, self.margin_after)
        length = self.margin_before + slots + self.margin_after
        known &= history.sums(starts - self.margin_before, length)[1]
        if self.sides != BOTH:
            known &= (days < 0) == (self.sides == BEFORE)
        return inner, known

    def take(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags, Flags]:
        """The starts, which of them are taken, and whether there were enough at each place."""
        starts, known = self.find(history, places, slots)
        rank = np.cumsum(known, axis=0)
        return starts, known & (rank <= self.windows), rank[-1] >= self.windows


def within(places: Ints, last: int) -> Ints:
    """Places no less than 0 and no more than ``last``; plain, for it is called often."""
    return np.asarray(np.minimum(np.maximum(places, 0), last))


def days_around(history: History, slots: int, margin: int = 0) -> tuple[int, ...]:
    """The nearest days whose like windows do not touch a stretch, and the days beyond them.

    Examples
    --------
    >>> import numpy as np
    >>> hours = np.arange(48) * 3600
    >>> series = Series("meter", 3600, hours, np.ones(48, np.int64), np.ones(48, np.bool_))
    >>> days_around(History.of(series), 30)
    (-2, 2, -3, 3)
    """
    nearest = max(1, -(-(slots + margin) * history.series.seconds // DAY))
    return (-nearest, nearest, -nearest - 1, nearest + 1)
