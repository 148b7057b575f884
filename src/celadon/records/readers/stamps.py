"""The times of a readings file as instants in UTC.

A local time that a clock change repeats stands for two instants. Which of them a row means is told
by its place: of two rows of one series with one text, the one that is later in the order of time is
the second pass of the hour. A local time that a clock change leaves out is no time at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.records.finding import Finding
from celadon.records.readers.profile import TimeColumn
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site

_MICROSECOND = dt.timedelta(microseconds=1)
_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CELL = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?")
_LATER = "\x1f2"  # cannot be part of a text that was read as a time


@dataclass(frozen=True, slots=True)
class Stamps:
    """The times of a sheet.

    Parameters
    ----------
    keys : one text per row of the sheet.
    instants : the columns ``stamp`` (a key) and ``micros`` (UTC, microseconds since 1970), for
        every key that is a time.
    """

    keys: pa.Array
    instants: pa.Table


def read_stamps(
    grid: Grid, time: TimeColumn, site: Site, column: int, series: list[str] | None
) -> tuple[Stamps, list[Finding]]:
    """Read a column of times.

    Parameters
    ----------
    series : per row, the name of the series that it belongs to; None if all rows are of one.

    Returns
    -------
    The times, and one finding if any row has none that can be read.
    """
    zone = ZoneInfo(site.zone if time.zone == "site" else time.zone)
    texts = grid.columns[column]
    in_book = bool(grid.sheet)
    passes = {
        text: _passes(_parsed(text.strip(), time.format, in_book=in_book), zone)
        for text in texts.unique().to_pylist()
    }
    instants = {text: found[0] for text, found in passes.items() if found}
    twofold = {text for text, found in passes.items() if len(set(found)) == 2}
    keys = texts
    if twofold:
        backwards = _runs_backwards(texts.to_pylist(), instants)
        keys = _told_apart(texts.to_pylist(), series, twofold, backwards=backwards)
        instants |= {text + _LATER: passes[text][1] for text in twofold}
    table = pa.table(
        {
            "stamp": pa.array(instants.keys(), pa.string()),
            "micros": pa.array(instants.values(), pa.int64()),
        }
    )
    unreadable = {text for text, found in passes.items() if not found}
    return Stamps(keys, table), _unreadable(grid, time, site, column, unreadable)


def _passes(local: dt.datetime | None, zone: ZoneInfo) -> tuple[int, ...]:
    """The instants that a time can stand for: none, one, or those of its first and second pass."""
    if local is None:
        return ()
    if local.tzinfo is not None:
        return ((local - _EPOCH) // _MICROSECOND,)
    instants = [local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
    if instants[0].astimezone(zone).replace(tzinfo=None, fold=0) != local:
        return ()  # a clock change left it out
    return tuple((instant - _EPOCH) // _MICROSECOND for instant in instants)


def _parsed(text: str, pattern: str, *, in_book: bool) -> dt.datetime | None:
    """A time as the profile writes it; or 24:00 of a day; or as a workbook's cell gives a date."""
    try:
        return dt.datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is the profile's
    except ValueError:
        if in_book and _CELL.fullmatch(text):
            return dt.datetime.fromisoformat(text)
        if "24:00" in text:
            day = _parsed(text.replace("24:00", "00:00", 1), pattern, in_book=in_book)
            return None if day is None else day + _DAY
        return None


def _runs_backwards(texts: list[str], instants: dict[str, int]) -> bool:
    known = [instants[text] for text in texts if text in instants]
    return known[0] > known[-1]


def _told_apart(
    texts: list[str], series: list[str] | None, twofold: set[str], *, backwards: bool
) -> pa.Array:
    """Keys in which the second pass of a repeated hour differs from its first."""
    names = series or [""] * len(texts)
    total = Counter(pair for pair in zip(names, texts, strict=True) if pair[1] in twofold)
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for pair in zip(names, texts, strict=True):
        seen[pair] += 1
        is_later = (seen[pair] == 1) if backwards else (seen[pair] == 2)
        second = total[pair] == 2 and is_later
        keys.append(pair[1] + _LATER if second else pair[1])
    return pa.array(keys, pa.string())


def _unreadable(
    grid: Grid, time: TimeColumn, site: Site, column: int, texts: set[str]
) -> list[Finding]:
    if not texts:
        return []
    rows = [
        (row, text)
        for row, text in zip(grid.rows.to_pylist(), grid.columns[column].to_pylist(), strict=True)
        if text in texts
    ]
    first, text = rows[0]
    place = " › ".join(grid.place(column, first))
    numbers = {"text": text, "rows": len(rows), "format": time.format}
    return [Finding(site.id, "unreadable_time", grid.file, place, numbers)]
