"""The steps of a year: their length, their billing month, and which step comes before which."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from celadon.numerics.lp.expression import Index


@dataclass(frozen=True, eq=False)
class Horizon:
    """Steps of equal length that follow each other in local standard time.

    Attributes
    ----------
    hours : length of a step.
    month : the billing month of each step, counted from 0.
    months : the names of the billing months, such as ``2025-03``, or 1 to 12 for a typical year.
    start : the local day on which a year begins; None for a typical year, which has no date.
    """

    hours: float
    month: Index
    months: tuple[str, ...]
    start: dt.date | None = None

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.month)

    @cached_property
    def before(self) -> Index:
        """The step before each: stores are cyclic, the last step comes before the first."""
        return np.arange(self.count) - 1

    @cached_property
    def day(self) -> Index:
        """The day of each step, counted from 0."""
        return np.arange(self.count) // max(1, round(24 / self.hours))

    @property
    def days(self) -> int:
        """How many days have begun."""
        return int(self.day[-1]) + 1 if self.count else 0

    @classmethod
    def year(cls, year: int, minutes: int = 60) -> Horizon:
        """All steps of a calendar year, leap days included.

        Examples
        --------
        >>> Horizon.year(2024).count, Horizon.year(2025, 15).count
        (8784, 35040)
        """
        month = _months(year, minutes)
        names = tuple(f"{year}-{number:02}" for number in range(1, 13))
        return cls(minutes / 60, month, names, dt.date(year, 1, 1))

    @classmethod
    def typical(cls, count: int) -> Horizon | None:
        """A year without a date, known by its number of hours or quarter hours; else None.

        Examples
        --------
        >>> Horizon.typical(8760).months[:2]
        ('1', '2')
        """
        known = {8760: (2001, 60), 8784: (2000, 60), 35040: (2001, 15), 35136: (2000, 15)}
        if count not in known:
            return None
        year, minutes = known[count]
        return cls(minutes / 60, _months(year, minutes), tuple(str(n) for n in range(1, 13)))

    def stamps(self) -> NDArray[np.datetime64]:
        """The local instant at which each step begins; a typical year is shown as 2001 or 2000."""
        shown = 2000 if self.count * self.hours == 8784 else 2001
        start = np.datetime64(self.start or dt.date(shown, 1, 1), "m")
        return start + np.arange(self.count) * np.timedelta64(round(self.hours * 60), "m")


def _months(year: int, minutes: int) -> Index:
    start, end = (np.datetime64(f"{each}-01-01", "m") for each in (year, year + 1))
    steps = np.arange(start, end, np.timedelta64(minutes, "m"))
    months: Index = steps.astype("datetime64[M]").astype(np.int64) % 12
    return months
