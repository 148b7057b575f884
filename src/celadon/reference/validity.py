"""Days in force, with dates that are known only to the month or year.

A date may be ``2023``, ``2023-02`` or ``2023-02-07``. What begins in 2023 is certainly in force
from 2024-01-01, certainly not before 2023-01-01, and *uncertain* between. An end is the first day
no longer in force; an end in 2026 is uncertain during 2026. Nothing is ever guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

State = Literal["in_force", "not_yet", "ended", "uncertain", "unknown"]

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def partial_days(text: str) -> tuple[dt.date, dt.date]:
    """First day of the date given and the day after its last.

    Raises
    ------
    ValueError
        If the text is not YYYY, YYYY-MM or YYYY-MM-DD of the calendar.

    Examples
    --------
    >>> partial_days("2023-02")
    (datetime.date(2023, 2, 1), datetime.date(2023, 3, 1))
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date: {text!r}")
    year, month, day = match.groups()
    if day is not None:
        first = dt.date(int(year), int(month), int(day))
        return first, first + dt.timedelta(days=1)
    if month is not None:
        first = dt.date(int(year), int(month), 1)
        return first, (first + dt.timedelta(days=31)).replace(day=1)
    return dt.date(int(year), 1, 1), dt.date(int(year) + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when something is in force.

    Parameters
    ----------
    from_text, to_text : first day in force and first day no longer; partial, or empty if not known.
    dated : whether it enters into force at all. A compilation, a book or an identity does not: an
        empty beginning then means every day, not an unknown one.
    """

    from_text: str = ""
    to_text: str = ""
    dated: bool = True

    @property
    def certain_from(self) -> dt.date | None:
        """The first day on which it is certainly in force."""
        if not self.from_text:
            return None
        first, after = partial_days(self.from_text)
        return first if after - first == dt.timedelta(days=1) else after

    @property
    def certain_to(self) -> dt.date | None:
        """The first day on which it is no longer certainly in force."""
        return partial_days(self.to_text)[0] if self.to_text else None

    def state(self, day: dt.date) -> State:
        """Whether it is in force on a day, or why that cannot be said.

        Examples
        --------
        >>> notice = Validity("2023")
        >>> [notice.state(dt.date(year, 7, 1)) for year in (2022, 2023, 2024)]
        ['not_yet', 'uncertain', 'in_force']
        """
        ending = self._ending(day)
        if ending == "ended":
            return "ended"
        if not self.from_text:
            return "unknown" if self.dated else ending
        if day < partial_days(self.from_text)[0]:
            return "not_yet"
        certain = self.certain_from
        return "uncertain" if certain is None or day < certain else ending

    def words(self) -> str:
        """The period in words, for messages."""
        if not (self.from_text or self.to_text):
            return "date in force not known" if self.dated else "valid on every day"
        start = (
            f"in force from {self.from_text}"
            if self.from_text
            else "in force, beginning not known,"
        )
        return f"{start} until {self.to_text}" if self.to_text else start

    def _ending(self, day: dt.date) -> State:
        if not self.to_text:
            return "in_force"
        first, after = partial_days(self.to_text)
        if after - first == dt.timedelta(days=1):
            return "ended" if day >= first else "in_force"
        if day >= after:
            return "ended"
        return "uncertain" if day >= first else "in_force"


def meet(one: Validity, other: Validity) -> bool:
    """Whether there is a day on which both are certainly in force.

    What is dated and has no known beginning is certainly in force on no day.

    Examples
    --------
    >>> older = Validity("2020-01-01")
    >>> meet(older, Validity("2025-03-01")), meet(Validity("", "2025"), Validity("2025-03-01"))
    (True, False)
    """
    if any(validity.dated and not validity.from_text for validity in (one, other)):
        return False
    starts = [v.certain_from for v in (one, other) if v.certain_from is not None]
    ends = [v.certain_to for v in (one, other) if v.certain_to is not None]
    return not starts or not ends or max(starts) < min(ends)
