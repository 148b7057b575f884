"""Guesses about time: which column says it, how it is written, and what it stamps."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from celadon.records.readers.clock import HOUR, Flags, Longs
from celadon.records.readers.profile import TimeColumn
from celadon.records.readers.recognition import Trace
from celadon.records.readers.sheet import Grid
from celadon.records.readers.stamps import text_instants
from celadon.records.readers.two_columns import with_clock

_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%Y年%m月%d日", "%Y%m%d", "%d.%m.%y", "%m/%d/%y", "%d/%m/%y",
)  # fmt: skip
_CLOCKS = (" %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %H时%M分", "%H时%M分", " %I:%M %p",
           " %I:%M:%S %p", "%H:%M", "%H:%M:%S")  # fmt: skip
FORMATS = (
    *(day + clock for day in _DAYS for clock in _CLOCKS),
    *(f"%Y-%m-%dT%H:%M{more}%z" for more in ("", ":%S")),
    *(f"%Y-%m-%d %H:%M{more}%z" for more in ("", ":%S")),
    "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%dT%H%M", "%Y%m%dT%H%M%S",
)  # fmt: skip
"""Formats that are tried, in this order."""

_HEADERS = re.compile(
    r"时间|时刻|日期|抄表|time|date|stamp|zeit|datum|hora|fecha|uhr", re.IGNORECASE
)
_STARTS = re.compile(r"起始|开始|起\b|\bstart|\bbegin|\bfrom|\bvon\b", re.IGNORECASE)
_ENDS = re.compile(r"结束|截止|终止|止\b|\bend|\bto\b|\bbis\b", re.IGNORECASE)
_IS_DAY = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}( 00:00:00)?|\d{4}年\d{1,2}月\d{1,2}日|\d{8}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})"
)
_IS_CLOCK = re.compile(
    r"(\d{4}-\d{2}-\d{2} )?\d{1,2}[:：]\d{2}([:：]\d{2})?( ?[AaPp][Mm])?|\d{1,2}时\d{1,2}分"
)
_TYPED = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\+00:00)?)?")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_UTC = ZoneInfo("UTC")
_SAMPLE = 60
_ENOUGH = 0.8  # share of the cells of a column of times that are times
_USUAL = 0.1  # share of the cells from which a way of writing is tried
_AS_TYPED = "typed"
_DAY = 24 * HOUR
_MINUTE = HOUR // 60


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a sheet as guessed."""

    column: int
    header: str
    format: str
    zone: str
    traces: tuple[Trace, ...]
    local: Longs  # per row, the time on the file's clock, in microseconds
    told: Flags  # which rows have one
    has_24: bool
    clock: int | None = None  # the column of the time of day, where it has one of its own
    clock_header: str = ""

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that say when."""
        return (self.column,) if self.clock is None else (self.column, self.clock)

    @property
    def clock_headers(self) -> tuple[str, ...]:
        """The header of the time of day, as a profile has it."""
        return () if self.clock is None else (self.clock_header,)


def guess_times(grid: Grid, zone: str) -> Times | None:
    """The column and format of times that read the most of its cells; None if none do.

    A day in one column and a time of day in another are one time, unless a column holds both.
    """
    best = _best(grid, range(len(grid.columns)))
    pair = _day_and_clocks(grid)
    if pair is None or (best is not None and best.index != pair[0]):
        return None if best is None else _times(grid, zone, best)
    day, clocks = pair
    together = with_clock(grid, day, clocks[0])
    best = _best(together, [day])
    if best is None:
        return None
    times = _times(together, zone, best)
    header = grid.headers[clocks[0]]
    others = tuple(grid.headers[clock] for clock in clocks[1:])
    named = "header" if _HEADERS.search(header) else "values"
    clock = Trace("clock", header, named, {}, others)
    traces = (times.traces[0], clock, *times.traces[1:])
    return replace(times, traces=traces, clock=clocks[0], clock_header=header)


@dataclass(frozen=True, slots=True)
class _Best:
    """The column that is read best, and the formats that read it so."""

    index: int
    formats: tuple[str, ...]


def _best(grid: Grid, columns: Iterable[int]) -> _Best | None:
    best: tuple[float, _Best] | None = None
    for index in columns:
        sample = _Sample.of(grid.columns[index])
        if not len(sample.texts):
            continue
        plausible = _plausible(sample, typed=grid.typed)
        shares = {f: _share(sample, f, typed=grid.typed) for f in plausible}
        share = max(shares.values(), default=0.0)
        named = bool(_HEADERS.search(grid.headers[index]))
        rank = share + (0.05 if named else 0) - (0 if _is_stamp(sample) or grid.typed else 0.2)
        if share >= _ENOUGH and (best is None or rank > best[0]):
            best = rank, _Best(index, tuple(f for f in shares if shares[f] > share - 0.02))
    return None if best is None else best[1]


def _day_and_clocks(grid: Grid) -> tuple[int, list[int]] | None:
    """The first column of days alone, and those of times of day, the likeliest first."""
    samples = [_Sample.of(column) for column in grid.columns]
    days = [n for n, sample in enumerate(samples) if sample.is_mostly(_IS_DAY)]
    days = [n for n in days if _HEADERS.search(grid.headers[n])] or days
    clocks = [n for n, sample in enumerate(samples) if sample.is_mostly(_IS_CLOCK)]
    if not days or not clocks:
        return None
    clocks.sort(key=lambda n: (bool(_ENDS.search(grid.headers[n])), n))
    return days[0], clocks


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some of the different texts of a column, from all over it, each with its share of the cells.

    A few cells that are no times, be they alike or all different, so weigh as little as they are.
    """

    texts: pa.Array
    weights: npt.NDArray[np.float64]

    @classmethod
    def of(cls, column: pa.Array) -> Self:
        counted = column.value_counts()
        step = max(len(counted) // _SAMPLE, 1)
        some = counted[::step].to_pylist()[: 2 * _SAMPLE]
        filled = [(item["values"], item["counts"]) for item in some if item["values"].strip()]
        counts = np.array([count for _, count in filled], np.float64)
        texts = pa.array([text for text, _ in filled], pa.string())
        return cls(texts, counts / (counts.sum() or 1))

    def share(self, flags: Iterable[bool]) -> float:
        """The share of the cells whose texts are flagged."""
        return float(self.weights[np.array(list(flags), np.bool_)].sum())

    def is_mostly(self, pattern: re.Pattern[str]) -> bool:
        """Whether most cells fit a pattern."""
        fits = (bool(pattern.fullmatch(text.strip())) for text in self.texts.to_pylist())
        return bool(len(self.texts)) and self.share(fits) >= _ENOUGH


def _is_stamp(sample: _Sample) -> bool:
    """Whether most texts have anything in them that numbers have not."""
    marked = (any(mark in text for mark in ":-/年时T") for text in sample.texts.to_pylist())
    return sample.share(marked) >= 0.5


def _plausible(sample: _Sample, *, typed: bool) -> list[str]:
    """The formats that have the marks of some of the texts in their own order, in order."""
    weights: Counter[str] = Counter()
    for text, weight in zip(sample.texts.to_pylist(), sample.weights.tolist(), strict=True):
        is_typed = typed and _TYPED.fullmatch(text.strip())
        weights[_AS_TYPED if is_typed else re.sub(r"[\d\sTAPMapm+]+", "", text)] += weight
    usual = [marks for marks, weight in weights.items() if weight >= _USUAL]
    found = [f for f in FORMATS if any(_fits(f, marks) for marks in usual if marks != _AS_TYPED)]
    return found or (list(FORMATS[:1]) if _AS_TYPED in usual else [])


def _fits(pattern: str, marks: str) -> bool:
    own = re.sub(r"%[YmdHMSIypz]|[\sT]", "", pattern)
    if "%z" in pattern:
        return marks.startswith(own) or marks.rstrip("-:Z") == own.rstrip("-:")
    return own == marks


def _share(sample: _Sample, pattern: str, *, typed: bool) -> float:
    return sample.share(text_instants(sample.texts, _column(pattern), _UTC, typed=typed)[2])


def _column(pattern: str) -> TimeColumn:
    return TimeColumn(column=("time",), format=pattern, zone="UTC")


def _times(grid: Grid, zone: str, best: _Best) -> Times:
    index, formats = best.index, best.formats
    coded = grid.columns[index].dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    zoned = any("%z" in pattern for pattern in formats) or _says_utc(coded.dictionary)
    read: list[tuple[float, int, str, Longs, Flags]] = []
    for pattern in formats:
        first, _, known = text_instants(coded.dictionary, _column(pattern), _UTC, typed=grid.typed)
        if zoned:
            first = _on_the_clock(first, ZoneInfo(zone))
        told = known[codes]
        local = first[codes]
        read.append((float(told.mean()), _uneven(local[told]), pattern, local, told))
    share = max(item[0] for item in read)
    good = [item for item in read if item[0] > share - 0.001]
    chosen = min(good, key=lambda item: item[1])
    rivals = [item for item in good if item[1] == chosen[1] and item is not chosen]
    others = tuple(item[2] for item in rivals if not (item[3] == chosen[3])[chosen[4]].all())
    header = grid.headers[index]
    unread = len(codes) - int(np.count_nonzero(chosen[4]))
    told_of = {"percent": f"{100 * share:.1f}", "rows": unread}
    because = "reads_all" if not unread else "reads_most"
    traces = (
        Trace("time", header, "header" if _HEADERS.search(header) else "values"),
        Trace("format", chosen[2], because, told_of, others),
        Trace("zone", zone, "offset" if zoned else "site"),
    )
    has_24 = any("24:00" in text for text in coded.dictionary.to_pylist())
    return Times(index, header, chosen[2], zone, traces, chosen[3], chosen[4], has_24)


def _says_utc(texts: pa.Array) -> bool:
    said = sum(text.endswith("+00:00") for text in texts.to_pylist())
    return bool(said * 2 > len(texts))


def _on_the_clock(instants: Longs, zone: ZoneInfo) -> Longs:
    """Instants as the clock of a zone shows them, both in microseconds."""
    hours, at = np.unique(instants // HOUR, return_inverse=True)
    starts = [_EPOCH + int(hour) * dt.timedelta(hours=1) for hour in hours]
    clocks = [start.astimezone(zone).replace(tzinfo=dt.UTC) for start in starts]
    shifts = [(c - s) // dt.timedelta(microseconds=1) for c, s in zip(clocks, starts, strict=True)]
    return instants + np.array(shifts, np.int64)[at]


def _uneven(local: Longs) -> int:
    """How many steps from one time to the next are other than most are."""
    steps = np.diff(np.unique(local))
    return int(np.count_nonzero(steps != np.median(steps))) if len(steps) else 0


def step_minutes(local: Longs) -> float | None:
    """Minutes between one time and the next, as most of them are; None if there is only one."""
    moments = np.unique(local)
    if len(moments) < 2:
        return None
    steps, counts = np.unique(np.diff(moments), return_counts=True)
    return float(steps[counts.argmax()]) / _MINUTE


def guess_stamp(times: Times, counting: Flags | None) -> Trace:
    """Whether an interval is stamped at its start or its end.

    Parameters
    ----------
    counting : rows in which a meter has counted an interval; None if no meter of the file does,
        as a register is read at an instant.
    """
    if counting is None:
        return Trace("stamp", "start", "instants")
    if times.has_24:
        return Trace("stamp", "end", "midnight_24")
    local = times.local[times.told & counting]
    step = step_minutes(local)
    if step is not None:
        shape = _shape_of_days(local, int(step * _MINUTE))
        if shape is not None:
            return shape
    headers = f"{times.header} {times.clock_header}"
    starts, ends = bool(_STARTS.search(headers)), bool(_ENDS.search(headers))
    if starts != ends:
        return Trace("stamp", "start" if starts else "end", "header")
    return Trace("stamp", "start", "cannot_tell", {}, ("end",))


def _shape_of_days(local: Longs, length: int) -> Trace | None:
    """What the first and last times say of the stamp; None if they tell nothing."""
    if _closes_its_day(local, length):
        return Trace("stamp", "end", "own_midnight", {"last": _clock(_DAY - length)})
    first, last = int(local.min()) % _DAY, int(local.max()) % _DAY
    if first == length and last == 0:
        return Trace("stamp", "end", "day_ends", {"first": _clock(first), "last": "00:00"})
    if first == 0 and last == _DAY - length:
        return Trace("stamp", "start", "day_starts", {"first": "00:00", "last": _clock(last)})
    return None


def _closes_its_day(local: Longs, length: int) -> bool:
    """Whether midnight, with the date of the day that it ends, follows the day's last time.

    Then it is written a day too early, and what it stamps is an end: a day that began with it would
    write it first.
    """
    steps, midnights = np.diff(local), local[1:] % _DAY == 0
    belated = midnights & (steps == length - _DAY)
    return 2 * int(np.count_nonzero(belated)) > int(np.count_nonzero(midnights & (steps != 0)))


def _clock(micros: int) -> str:
    minutes = micros // _MINUTE
    return f"{minutes // 60:02}:{minutes % 60:02}"
