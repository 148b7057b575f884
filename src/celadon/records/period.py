"""Periods of local days, and the clock of a site's zone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from celadon.errors import Fault, WorkspaceError


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days from ``from_day`` up to, and not including, ``to_day``."""

    from_day: dt.date
    to_day: dt.date

    @classmethod
    def parse(cls, text: str) -> Self:
        """A year, a month, or two days with a slash, the second not included.

        Raises
        ------
        WorkspaceError
            If the text is none of these or ends before it begins.

        Examples
        --------
        >>> Period.parse("2025-12")
        Period(from_day=datetime.date(2025, 12, 1), to_day=datetime.date(2026, 1, 1))
        """
        try:
            if re.fullmatch(r"\d{4}", text):
                return cls(dt.date(int(text), 1, 1), dt.date(int(text) + 1, 1, 1))
            if re.fullmatch(r"\d{4}-\d{2}", text):
                first = dt.date.fromisoformat(f"{text}-01")
                return cls(first, month_after(first))
            first_text, _, end_text = text.partition("/")
            period = cls(dt.date.fromisoformat(first_text), dt.date.fromisoformat(end_text))
        except ValueError:
            raise _bad_period(text) from None
        if period.to_day <= period.from_day:
            raise _bad_period(text)
        return period

    def __str__(self) -> str:
        for text in (f"{self.from_day:%Y}", f"{self.from_day:%Y-%m}"):
            if Period.parse(text) == self:
                return text
        return f"{self.from_day}/{self.to_day}"

    def __contains__(self, day: dt.date) -> bool:
        return self.from_day <= day < self.to_day

    @property
    def days(self) -> list[dt.date]:
        """Every local day of it."""
        count = (self.to_day - self.from_day).days
        return [self.from_day + dt.timedelta(days=n) for n in range(count)]

    def months(self) -> Iterator[Period]:
        """The calendar months that it touches, each cut to lie inside."""
        first = self.from_day.replace(day=1)
        while first < self.to_day:
            after = month_after(first)
            yield Period(max(first, self.from_day), min(after, self.to_day))
            first = after

    def widened(self, months: int) -> Period:
        """The calendar months that it touches, and so many more on either side.

        Examples
        --------
        >>> str(Period.parse("2025-03-10/2025-03-12").widened(1))
        '2025-02-01/2025-05-01'
        """
        first, after = self.from_day.replace(day=1), self.to_day
        if after.day > 1:
            after = month_after(after)
        for _ in range(months):
            first = (first - dt.timedelta(days=1)).replace(day=1)
            after = month_after(after)
        return type(self)(first, after)

    def overlaps(self, from_day: dt.date, to_day: dt.date | None) -> bool:
        """Whether it shares a day with another half-open stretch; None is open."""
        return from_day < self.to_day and (to_day is None or to_day > self.from_day)


def month_after(first: dt.date) -> dt.date:
    """The first day of the month after."""
    return (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


@lru_cache(maxsize=4096)  # each meter asks for the same few
def midnight_utc(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a local day, as naive UTC.

    Examples
    --------
    >>> midnight_utc(dt.date(2025, 1, 1), ZoneInfo("Asia/Shanghai"))
    datetime.datetime(2024, 12, 31, 16, 0)
    """
    local = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def offset_spans(
    start: dt.datetime, end: dt.datetime, zone: ZoneInfo
) -> list[tuple[dt.datetime, dt.datetime, int]]:
    """Stretches of one offset of a zone's clock, in seconds, that fill a span of naive UTC.

    A change is found by halving between instants of different offset, to the second.

    Examples
    --------
    >>> [(str(begin), offset) for begin, _, offset in offset_spans(
    ...     dt.datetime(2025, 3, 1), dt.datetime(2025, 5, 1), ZoneInfo("Europe/Berlin"))]
    [('2025-03-01 00:00:00', 3600), ('2025-03-30 01:00:00', 7200)]
    """

    def offset(instant: dt.datetime) -> int:
        local = instant.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset()
        return int(local.total_seconds()) if local is not None else 0

    spans: list[tuple[dt.datetime, dt.datetime, int]] = []
    at = begin = start
    while at < end:
        after = min(at + dt.timedelta(days=7), end)
        if offset(after) != offset(at):
            low, high = at, after
            while high - low > dt.timedelta(seconds=1):
                middle = low + (high - low) / 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
            spans.append((begin, high, offset(begin)))
            begin = high
        at = after
    return [*spans, (begin, end, offset(begin))]


def _bad_period(text: str) -> WorkspaceError:
    rule = "a year 2025, a month 2025-03, or days 2025-01-01/2025-07-01 (the second not included)"
    fault = Fault(("period",), repr(text), rule, "write the period in one of these forms")
    return WorkspaceError(f"{text!r} is not a period", [fault])
