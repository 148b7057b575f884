"""From the judged intervals of a supply's meters to the equal intervals that a bill is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from celadon.accounts.bill.drawn import Drawn
from celadon.errors import Fault, InputError
from celadon.records.period import Period, midnight_utc
from celadon.records.supply import Supply

_Integers = NDArray[np.int64]
_QUARTER, _HOUR = 900, 3600
_STEPS = (_QUARTER, 1800, _HOUR)
"""Seconds of the intervals that a bill can be made of."""

_MISSING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a supply drew, and which of its intervals rest on an estimate."""

    drawn: Drawn
    estimated: NDArray[np.bool_]

    def seconds_estimated(self, period: Period, zone: ZoneInfo) -> int:
        """Time of a period of local days in which the amount drawn is an estimate."""
        return int(self.estimated[self.drawn.intervals(period, zone)].sum()) * self.drawn.seconds


def read_supply(supply: Supply, intervals: pa.Table, period: Period, zone: ZoneInfo) -> Reading:
    """The amounts of a supply, from local midnight to local midnight.

    Intervals are a quarter of an hour where each meter of what is drawn is read so often, else half
    an hour or an hour. What is fed in, and reactive energy, are only ever summed by the month: an
    amount of theirs stands where its interval begins.

    Parameters
    ----------
    intervals : the table ``interval`` of the site, with every meter that the supply names.

    Raises
    ------
    InputError
        If a meter of what is drawn is mostly read over more than an hour: no demand can be seen.
    """
    meters = {name: _meter(intervals, name) for name in supply.meters}
    start, end = (midnight_utc(day, zone) for day in (period.from_day, period.to_day))
    seconds = max(_step(supply, meters[name.lstrip("-")], name) for name in supply.imported)
    first, count = _since_epoch(start), int((end - start).total_seconds()) // seconds

    def summed(names: Iterable[str], *, whole: bool) -> tuple[_Integers, NDArray[np.bool_]]:
        total, estimated = np.zeros(count, np.int64), np.zeros(count, bool)
        missing = np.zeros(count, bool)
        for name in names:
            meter = meters[name.lstrip("-")]
            amount, gone, guessed = _binned(meter, first, seconds, count, whole=whole)
            total += -amount if name.startswith("-") else amount
            missing |= gone
            estimated |= guessed
        total[missing | (total < 0)] = _MISSING
        return total, estimated & ~missing

    imported, estimated = summed(supply.imported, whole=True)
    others = [
        summed(names, whole=False)[0] if names else None
        for names in (supply.exported, supply.reactive)
    ]
    return Reading(Drawn(start, seconds, imported, *others, zone=zone.key), estimated)


@dataclass(frozen=True, slots=True, eq=False)
class _Meter:
    ts: _Integers
    seconds: _Integers
    count: _Integers
    missing: NDArray[np.bool_]
    estimated: NDArray[np.bool_]


def _meter(intervals: pa.Table, name: str) -> _Meter:
    rows: Mapping[str, pa.ChunkedArray] = intervals.filter(pc.equal(intervals["meter"], name))
    states = rows["state"]
    return _Meter(
        rows["ts"].cast(pa.int64()).to_numpy() // 1_000_000,
        rows["seconds"].to_numpy(),
        pc.fill_null(rows["count"], 0).to_numpy(),
        pc.equal(states, "missing").to_numpy(),
        pc.equal(states, "estimated").to_numpy(),
    )


def _step(supply: Supply, meter: _Meter, name: str) -> int:
    """The shortest interval of a bill that a meter, as it is mostly read, fills whole."""
    lengths, times = np.unique(meter.seconds[~meter.missing], return_counts=True)
    usual = int(lengths[times.argmax()]) if len(lengths) else _QUARTER
    if usual > _HOUR:
        fault = Fault(
            (f"[[supply]] {supply.id}", name.lstrip("-")), f"mostly read every {usual // 60} min",
            "demand is the energy of a quarter of an hour, or at worst of an hour",
            "import the readings by the quarter of an hour",
        )  # fmt: skip
        raise InputError(f"The supply {supply.id} cannot be billed", [fault])
    return next((each for each in _STEPS if each % usual == 0), _HOUR)


def _binned(
    meter: _Meter, first: int, seconds: int, count: int, *, whole: bool
) -> tuple[_Integers, NDArray[np.bool_], NDArray[np.bool_]]:
    """Amount of each interval of the bill, whether it is missing, whether it is an estimate.

    Parameters
    ----------
    whole : whether an interval must be known over all of its time, and from within it.
    """
    at = (meter.ts - first) // seconds
    inside = (at >= 0) & (at < count)
    at, length, known = at[inside], meter.seconds[inside], ~meter.missing[inside]
    if whole:
        known &= (meter.ts[inside] - first) % seconds + length <= seconds
    amount = np.zeros(count, np.int64)
    np.add.at(amount, at[known], meter.count[inside][known])
    estimated = np.zeros(count, bool)
    estimated[at[known & meter.estimated[inside]]] = True
    if whole:
        covered = np.zeros(count, np.int64)
        np.add.at(covered, at[known], length[known])
        return amount, covered != seconds, estimated
    return amount, _uncovered(meter, first, seconds, count), estimated


def _uncovered(meter: _Meter, first: int, seconds: int, count: int) -> NDArray[np.bool_]:
    """Which intervals lie, wholly or partly, in time of which a meter tells nothing.

    A stretch that is missing may be a day in one row; each interval of it is missing.
    """
    begin, end = meter.ts - first, meter.ts - first + meter.seconds
    limit = count * seconds
    covered = np.zeros(count, np.int64)
    known = ~meter.missing & (end > 0) & (begin < limit)
    low, high = begin[known].clip(0, limit), end[known].clip(0, limit)
    step = np.zeros(count + 1, np.int64)
    whole = np.zeros(count + 1, np.int64)
    # an interval's first and last piece are counted in seconds, those between it as a whole
    same = low // seconds == (high - 1) // seconds
    np.add.at(covered, (low // seconds)[same], (high - low)[same])
    low, high = low[~same], high[~same]
    np.add.at(covered, low // seconds, seconds - low % seconds)
    np.add.at(covered, (high - 1) // seconds, (high - 1) % seconds + 1)
    np.add.at(step, low // seconds + 1, seconds)
    np.add.at(whole, (high - 1) // seconds, seconds)
    covered += np.cumsum(step - whole)[:count]
    return covered < seconds


def _since_epoch(instant: dt.datetime) -> int:
    return int((instant - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001  naive UTC
