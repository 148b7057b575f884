"""What a user drew, month by month: energy by band of the tariff, and the highest power."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from celadon.accounts.bill.mixed import Mixed, mixed_in
from celadon.accounts.bill.tariff import DAYS, Tariff
from celadon.errors import Fault, InputError
from celadon.records.period import Period, midnight_utc, offset_spans

Integers = NDArray[np.int64]
_QUARTER = 15 * 60
_UNMIXED = Mixed()
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 (naive UTC, as everywhere)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Amounts of equal intervals that follow each other without a break.

    Parameters
    ----------
    start : the first interval's beginning, naive UTC, on a whole quarter hour.
    seconds : length of an interval: 900, or a multiple where nothing finer was read.
    imported, exported : Wh of each interval; below zero where it is missing.
    reactive : varh of each interval, drawn from the grid; None where it is not metered.
    zone : of the site, whose clock a tariff without a zone of its own goes by.
    """

    start: dt.datetime
    seconds: int
    imported: Integers
    exported: Integers | None = None
    reactive: Integers | None = None
    zone: str = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse what cannot be billed."""
        if self.seconds % _QUARTER or _since_epoch(self.start) % _QUARTER:
            found = f"intervals of {self.seconds} s from {self.start}"
            fault = Fault(("load",), found, "whole quarter hours", "sum the readings to 15 minutes")
            raise InputError("The load cannot be billed", [fault])
        for name in ("exported", "reactive"):
            other = getattr(self, name)
            if other is not None and len(other) != len(self.imported):
                found = f"{len(other)} intervals {name}, {len(self.imported)} imported"
                fault = Fault(("load",), found, "as many of each", "give the same intervals")
                raise InputError("The load cannot be billed", [fault])

    def intervals(self, period: Period, zone: ZoneInfo) -> slice:
        """The intervals that begin in a period of local days."""
        edges = [
            -(-(_since_epoch(midnight_utc(day, zone)) - _since_epoch(self.start)) // self.seconds)
            for day in (period.from_day, period.to_day)
        ]
        low, high = (min(max(edge, 0), len(self.imported)) for edge in edges)
        return slice(low, high)


@dataclass(frozen=True, slots=True)
class MonthDrawn:
    """What one month of a bill rests on.

    Parameters
    ----------
    by_band : imported Wh by band, in the order of the tariff's bands; an interval that lies in
        several is split evenly over its time.
    peak : highest power of an interval in W; ``peak_at`` its beginning, naive UTC.
    coincident : highest power in the hours of the coincident charge, in W.
    exported_missing : time in which what was fed in is not known; ``exported`` is of the rest.
    reactive : varh of the month; None where it is not metered all month.
    seconds_missing : time of which nothing is known, inside the month.
    interval : seconds of an interval: power over an hour hides its highest quarter.
    mixed : what stands in intervals that lie in bands of different ratios.
    coincident_mixed : intervals that lie only partly in the hours of the coincident charge; each
        counts with its mean power.
    """

    period: Period
    by_band: Mapping[str, int | Fraction]
    exported: int
    peak: Fraction
    peak_at: dt.datetime | None
    coincident: Fraction
    reactive: int | None
    seconds_missing: int
    interval: int
    exported_missing: int = 0
    mixed: Mixed = _UNMIXED
    coincident_mixed: int = 0

    @property
    def imported(self) -> int:
        """Wh of all bands: whole, as each interval is."""
        return int(sum(self.by_band.values()))


def months_drawn(drawn: Drawn, tariff: Tariff, period: Period) -> Iterator[MonthDrawn]:
    """Each month of a period, as the tariff's bands and hours see it."""
    zone = tariff.clock(drawn.zone)
    bands = _band_table(tariff)
    free_days = frozenset(tariff.holidays)
    for month in period.months():
        span = drawn.intervals(month, zone)
        imported = drawn.imported[span]
        day, quarter = _local(drawn, span, zone)
        known = imported >= 0
        band = bands[month.from_day.month - 1, _kinds(day, free_days), quarter]
        sums = _band_sums(imported[known], band[known], len(tariff.bands))
        length = _seconds_of(month, zone)
        at = int(imported.argmax()) if known.any() else None
        within = _coincident_quarters(tariff, month, quarter)
        coincident = imported[within.any(axis=1)]
        yield MonthDrawn(
            period=month,
            by_band=dict(zip(tariff.bands, sums, strict=True)),
            exported=_known_sum(drawn.exported, span),
            peak=_power(int(imported[at]), drawn.seconds) if at is not None else Fraction(0),
            peak_at=None if at is None else _instant(drawn, span.start + at),
            coincident=_power(max(int(coincident.max(initial=0)), 0), drawn.seconds),
            reactive=_whole_sum(drawn.reactive, span),
            seconds_missing=length - int(known.sum()) * drawn.seconds,
            interval=drawn.seconds,
            exported_missing=_unknown(drawn.exported, span) * drawn.seconds,
            mixed=mixed_in(tariff, imported[known], band[known]),
            coincident_mixed=int(np.count_nonzero(within.any(axis=1) & ~within.all(axis=1))),
        )


def _band_table(tariff: Tariff) -> Integers:
    """The number of the band by month, kind of day and quarter hour; the first entry wins."""
    table = np.zeros((12, len(DAYS), 96), np.int64)
    number = {band: n for n, band in enumerate(tariff.bands)}
    for each in reversed(tariff.hours):
        quarters = np.array(each.quarters)
        for month in each.months:
            for kind in each.days:
                table[month - 1, DAYS.index(kind), quarters] = number[each.band]
    return table


def _local(drawn: Drawn, span: slice, zone: ZoneInfo) -> tuple[Integers, Integers]:
    """Local day (since 1970) and quarter hour of the clock, of each quarter of each interval."""
    within = drawn.seconds // _QUARTER
    quarters = np.arange(span.start * within, span.stop * within).reshape(-1, within)
    starts = _since_epoch(drawn.start) + quarters * _QUARTER
    first, after = (_instant(drawn, place) for place in (span.start, span.stop))
    spans = offset_spans(first, after, zone)
    begins = np.array([_since_epoch(begin) for begin, _, _ in spans], np.int64)
    offsets = np.array([offset for _, _, offset in spans], np.int64)
    local = starts + offsets[np.searchsorted(begins, starts, side="right") - 1]
    return local // 86400, local % 86400 // _QUARTER


def _kinds(day: Integers, holidays: frozenset[dt.date]) -> Integers:
    kind = np.where((day + 3) % 7 >= 5, DAYS.index("weekend"), DAYS.index("workday"))
    free = [(each - dt.date(1970, 1, 1)).days for each in holidays]
    return np.where(np.isin(day, free), DAYS.index("holiday"), kind)


def _band_sums(amounts: Integers, band: Integers, count: int) -> list[int | Fraction]:
    """Amounts by band, each spread evenly over the quarter hours of its interval."""
    parts = band.shape[1]
    quarters = [int((amounts * (band == n).sum(axis=1)).sum()) for n in range(count)]
    return [each // parts if each % parts == 0 else Fraction(each, parts) for each in quarters]


def _known_sum(amounts: Integers | None, span: slice) -> int:
    return 0 if amounts is None else int(amounts[span].clip(min=0).sum())


def _whole_sum(amounts: Integers | None, span: slice) -> int | None:
    """The sum of what is known throughout; a part of a month's reactive energy tells nothing."""
    if amounts is None or _unknown(amounts, span):
        return None
    return int(amounts[span].sum())


def _unknown(amounts: Integers | None, span: slice) -> int:
    return 0 if amounts is None else int(np.count_nonzero(amounts[span] < 0))


def _coincident_quarters(tariff: Tariff, month: Period, quarter: Integers) -> NDArray[np.bool_]:
    """Which quarter hours of the intervals the coincident charge looks at."""
    rule = tariff.basic.coincident if tariff.basic else None
    if rule is None or month.from_day.month not in rule.months:
        return np.zeros(quarter.shape, bool)
    return np.isin(quarter, rule.quarters)


def _power(amount: int, seconds: int) -> Fraction:
    return Fraction(amount * 3600, seconds)


def _seconds_of(month: Period, zone: ZoneInfo) -> int:
    edges = [_since_epoch(midnight_utc(day, zone)) for day in (month.from_day, month.to_day)]
    return edges[1] - edges[0]


def _instant(drawn: Drawn, place: int) -> dt.datetime:
    return drawn.start + dt.timedelta(seconds=place * drawn.seconds)


def _since_epoch(instant: dt.datetime) -> int:
    return int((instant - _EPOCH).total_seconds())
