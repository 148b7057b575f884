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
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from celadon.records.finding import Finding
from celadon.records.readers.clock import Flags, Longs, local_micros, utc_micros
from celadon.records.readers.profile import TimeColumn
from celadon.records.readers.row_runs import rows_told, runs_of
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site

MOST_NAMED = 20
"""Cells that are no times of which each is told by itself; what is more is told together."""

_MICROSECOND = dt.timedelta(microseconds=1)
_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CELL = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\+00:00)?)?")
_CELL_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_SPELT = str.maketrans("０１２３４５６７８９：／－．\u3000\u00a0", "0123456789:/-.  ")


@dataclass(frozen=True, slots=True)
class Stamps:
    """The times of a sheet, row by row.

    Parameters
    ----------
    micros : UTC, microseconds since 1970; zero where there is none.
    known : which rows have a time.
    """

    micros: Longs
    known: Flags


def read_stamps(
    grid: Grid, time: TimeColumn, site: Site, column: int, series: Longs | None
) -> tuple[Stamps, list[Finding]]:
    """Read a column of times.

    Parameters
    ----------
    series : per row, the number of the series that it belongs to; None if all rows are of one.

    Returns
    -------
    The times, and a finding for each cell that is none.
    """
    zone = ZoneInfo(site.zone if time.zone == "site" else time.zone)
    coded = grid.columns[column].dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first, second, known = text_instants(coded.dictionary, time, zone, typed=grid.typed)
    micros, told = first[codes], known[codes]
    twofold = known & (first != second)
    if twofold.any():
        backwards = _runs_backwards(micros[told])
        rows = np.flatnonzero(twofold[codes])
        names = np.zeros(len(rows), np.int64) if series is None else series[rows]
        later = _later_passes(list(zip(names, codes[rows], strict=True)), backwards=backwards)
        micros[rows[later]] = second[codes[rows[later]]]
    findings = _unreadable(grid, time, site, column, np.flatnonzero(~told))
    return Stamps(micros, told), findings


def text_instants(
    texts: pa.Array, time: TimeColumn, zone: ZoneInfo, *, typed: bool
) -> tuple[Longs, Longs, Flags]:
    """The instants of the first and the second pass of texts, and which texts are times.

    The two differ in the hour that a clock repeats. What the short cut is not sure of is parsed
    one by one.
    """
    formats = (time.format, *(_CELL_FORMATS if typed else ()))
    local, known = local_micros(texts, formats)
    first = np.zeros(len(texts), np.int64)
    places = np.flatnonzero(known)
    first[places], known[places] = utc_micros(local[places], zone)
    second = first.copy()
    for place in np.flatnonzero(~known):
        text = texts[int(place)].as_py().translate(_SPELT).strip()
        passes = _passes(_parsed(text, time.format, typed=typed), zone)
        if passes:
            first[place], second[place], known[place] = passes[0], passes[-1], True
    return first, second, known


def _passes(local: dt.datetime | None, zone: ZoneInfo) -> tuple[int, ...]:
    """The instants that a time can stand for: none, one, or those of its first and second pass."""
    if local is None:
        return ()
    try:
        if local.tzinfo is not None:
            return ((local - _EPOCH) // _MICROSECOND,)
        instants = [local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
        if instants[0].astimezone(zone).replace(tzinfo=None, fold=0) != local:
            return ()  # a clock change left it out
    except OverflowError:  # at the ends of the calendar
        return ()
    return tuple((instant - _EPOCH) // _MICROSECOND for instant in instants)


def _parsed(text: str, pattern: str, *, typed: bool) -> dt.datetime | None:
    """A time as the profile writes it; or 24:00 of a day; or as a typed cell gives a date."""
    try:
        return dt.datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is the profile's
    except ValueError:
        if typed and _CELL.fullmatch(text):
            return _iso(text)
        if "24:00" in text:
            day = _parsed(text.replace("24:00", "00:00", 1), pattern, typed=typed)
            return None if day is None or day.year == dt.MAXYEAR else day + _DAY
        return None


def _iso(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _runs_backwards(known: Longs) -> bool:
    return bool(known[0] > known[-1])


def _later_passes(pairs: list[tuple[int, int]], *, backwards: bool) -> Flags:
    """Which rows of a repeated hour are its second pass; ``pairs`` are of series and text."""
    total, seen = Counter(pairs), Counter[tuple[int, int]]()
    later = []
    for pair in pairs:
        seen[pair] += 1
        is_later = seen[pair] == (1 if backwards else 2)
        later.append(total[pair] == 2 and is_later)
    return np.array(later, np.bool_)


def _unreadable(
    grid: Grid, time: TimeColumn, site: Site, column: int, places: Longs
) -> list[Finding]:
    """One finding for each cell that is no time; of many, the first ones, and one for the rest."""

    def found(rule: str, at: int, rows: int, **more: Any) -> Finding:
        number = grid.rows[at].as_py()
        place = (*grid.where, f"row {number}", grid.column(column))
        place = grid.place(column, number) if grid.sheet else place
        text = grid.columns[column][at].as_py()
        numbers = {"text": text, "rows": rows, "format": time.format, **more}
        return Finding(site.id, rule, grid.file, " › ".join(place), numbers)

    cells = [int(place) for place in places[:MOST_NAMED]]
    findings = [found("unreadable_time", at, 1) for at in cells]
    if len(places) > len(cells):
        rest = places[len(cells) :]
        told = rows_told(runs_of(grid.rows.to_numpy()[rest]))
        findings.append(found("unreadable_times", int(rest[0]), len(rest), **told))
    return findings
