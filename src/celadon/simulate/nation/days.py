"""The days of a simulated year: how much is made and how much energy is drawn on each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.figures import assumed, rhythm, season, spring_festival

Shares = NDArray[np.float64]
"""A part of the year for each day; the parts of all days add to 1."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one enterprise's year.

    Parameters
    ----------
    made : the part of the year's production that each day has.
    drawn : the part of the year's energy.
    months : the first day of each month, and the number of days of the year behind them.
    """

    year: int
    made: Shares
    drawn: Shares
    months: tuple[int, ...]

    def by_month(self, shares: Shares) -> Shares:
        """The part of the year that each month has."""
        edges = np.asarray(self.months[:-1])
        return np.asarray(np.add.reduceat(shares, edges), dtype=np.float64)


def days_of_year(year: int) -> int:
    """How many days a year has."""
    return (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days


def month_edges(year: int) -> tuple[int, ...]:
    """The day of the year on which each month begins, the first being 0, and the year's length."""
    first = dt.date(year, 1, 1)
    starts = [(dt.date(year, month, 1) - first).days for month in range(1, 13)]
    return (*starts, days_of_year(year))


def simulate_days(seed: int, year: int, enterprise: Enterprise) -> Days:
    """Weekends, festivals, seasons, one yearly repair and plain scatter."""
    count = days_of_year(year)
    generator = draws(seed, enterprise.number, "days")
    pace = _calendar(year, enterprise) * _seasons(year, enterprise)
    pace *= np.clip(1 + assumed("day_noise") * generator.standard_normal(count), 0.7, 1.3)
    low, high = assumed("repair_days_low"), assumed("repair_days_high")
    length = int(generator.integers(int(low), int(high) + 1))
    start = int(generator.integers(count - length))
    pace[start : start + length] *= 0.02
    made = pace / pace.sum()
    idle = assumed("idle_energy")
    return Days(year, made, (1 - idle) * made + idle / count, month_edges(year))


def _calendar(year: int, enterprise: Enterprise) -> Shares:
    times = rhythm(enterprise.sector.rhythm)
    first = dt.date(year, 1, 1)
    weekday = (np.arange(days_of_year(year)) + first.weekday()) % 7
    pace = np.where(weekday == 5, times.saturday, np.where(weekday == 6, times.sunday, 1.0))
    festival = (spring_festival(year) - first).days
    pace[max(festival - 1, 0) : festival + 7] = times.festival
    national = (dt.date(year, 10, 1) - first).days
    pace[national : national + 3] = times.national_day
    return pace


def _seasons(year: int, enterprise: Enterprise) -> Shares:
    lengths = np.diff(np.asarray(month_edges(year)))
    return np.repeat(np.asarray(season(enterprise.sector.season)), lengths)
