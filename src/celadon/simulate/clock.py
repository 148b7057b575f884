"""The clock of a simulated year, its named draws, and the shapes that time gives to a flow.

A slot is a quarter of an hour of local time. A flow is an amount per slot.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flow = NDArray[np.float64]
"""Amount per slot, in the unit that its name or docstring says."""

Counts = NDArray[np.int64]
"""Readings as integer counts."""

MINUTES = 15
SLOTS_PER_HOUR = 4
SLOTS_PER_DAY = 96
"""A slot's length, and how many of it fill an hour and a day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The slots of one calendar year and the seed of its draws."""

    year: int
    seed: int

    @property
    def days(self) -> int:
        """Days of the year."""
        return (dt.date(self.year + 1, 1, 1) - dt.date(self.year, 1, 1)).days

    @property
    def slots(self) -> int:
        """Slots of the year."""
        return self.days * SLOTS_PER_DAY

    @property
    def share_of_year(self) -> float:
        """This year's length in years of 365 days; yearly figures are given for those."""
        return self.days / 365

    def slot(self, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
        """The slot that begins at a local time of the year.

        Examples
        --------
        >>> Clock(2025, 1).slot(1, 2, 6, 30)
        122
        """
        days = (dt.date(self.year, month, day) - dt.date(self.year, 1, 1)).days
        return days * SLOTS_PER_DAY + (60 * hour + minute) // MINUTES

    def instant(self, slot: int) -> dt.datetime:
        """The local time at which a slot begins."""
        first = dt.datetime(self.year, 1, 1)  # noqa: DTZ001  local, as plant files have it
        return first + dt.timedelta(minutes=MINUTES * slot)

    def months(self) -> list[slice]:
        """The slots of each month."""
        starts = [self.slot(month, 1) for month in range(1, 13)]
        return [slice(a, b) for a, b in zip(starts, [*starts[1:], self.slots], strict=True)]

    def by_month(self, flow: Flow) -> list[float]:
        """The sum of a flow over each month."""
        return [float(flow[month].sum()) for month in self.months()]

    def spread_months(self, values: list[float]) -> Flow:
        """A value per month, repeated over the month's slots."""
        lengths = [month.stop - month.start for month in self.months()]
        return np.repeat(np.asarray(values, dtype=np.float64), lengths)

    def day_numbers(self) -> NDArray[np.int64]:
        """The day of the year of each slot, the first being 0."""
        return np.arange(self.slots, dtype=np.int64) // SLOTS_PER_DAY

    def hours(self) -> Flow:
        """The hour of the day at which each slot begins, with its fraction."""
        return np.arange(self.slots) % SLOTS_PER_DAY / SLOTS_PER_HOUR

    def weekdays(self) -> NDArray[np.int64]:
        """The day of the week of each slot, Monday being 0."""
        return (self.day_numbers() + dt.date(self.year, 1, 1).weekday()) % 7

    def winter(self) -> Flow:
        """How much winter a slot lies in: 1 in the middle of January, 0 in the middle of July."""
        angle = 2 * np.pi * (self.day_numbers() - 15) / self.days
        return np.asarray((1 + np.cos(angle)) / 2, dtype=np.float64)

    def draws(self, name: str) -> np.random.Generator:
        """The random draws of that name; what one name draws never shifts another's."""
        return np.random.default_rng([self.seed, self.year, *name.encode()])

    def noise(self, name: str, sigma: float, hours: float) -> Flow:
        """Smooth noise around 0 with spread ``sigma`` and a memory of about ``hours``.

        Cut off at three spreads, so that noise alone never makes a spike.
        """
        width = max(3, round(hours * SLOTS_PER_HOUR))
        kernel = np.hanning(width + 2)[1:-1]
        kernel /= np.sqrt(np.square(kernel).sum())
        white = self.draws(name).standard_normal(self.slots + 2 * width)
        smooth = np.convolve(white, kernel, "same")[width : width + self.slots]
        return np.asarray(sigma * np.clip(smooth, -3, 3), dtype=np.float64)

    def wobble(self, name: str, sigma: float = 0.01, hours: float = 2) -> Flow:
        """A factor near 1: smooth noise with a third of it rough, as flows of plants have."""
        return 1 + self.noise(name, sigma, hours) + self.noise(f"{name}/rough", sigma / 3, 0.75)


def scaled(shape: Flow, total: float) -> Flow:
    """A flow of that shape that adds to ``total``."""
    return np.asarray(shape * (total / shape.sum()), dtype=np.float64)


def trailing_mean(flow: Flow, hours: float) -> Flow:
    """The mean of a flow over the hours before the end of each slot: what a buffer lets out.

    The buffer starts in balance: before the year the flow is taken to have had its first day's
    mean.
    """
    width = round(hours * SLOTS_PER_HOUR)
    before = np.full(width, flow[:SLOTS_PER_DAY].mean())
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([before, flow]))])
    return np.asarray((total[width + 1 :] - total[1:-width]) / width, dtype=np.float64)


def into_slots(clock: Clock, starts: Flow, minutes: float, amounts: Flow) -> Flow:
    """Amounts that pass evenly from their starts (minutes of the year) on, gathered into slots.

    The stretches must not overlap; what passes outside the year is left out.
    """
    points = np.column_stack([starts, starts + minutes]).ravel()
    passed = np.cumsum(amounts)
    totals = np.column_stack([passed - amounts, passed]).ravel()
    edges = np.arange(clock.slots + 1) * float(MINUTES)
    return np.diff(np.interp(edges, points, totals))
