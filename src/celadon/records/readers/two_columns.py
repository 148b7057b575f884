"""Times in two columns, the day in one and the time of day in another, joined into one."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa

from celadon.records.readers.profile import TimeColumn
from celadon.records.readers.sheet import Grid

_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2}) 00:00:00")
_ON_SOME_DAY = re.compile(r"\d{4}-\d{2}-\d{2} (\d{2}:\d{2}:\d{2})")
_NOTHING = "–"


def clock_of(grid: Grid, time: TimeColumn) -> int | None:
    """The column of the time of day; None if the profile names none or the sheet has none."""
    return grid.find(time.clock) if time.clock else None


def with_clock(grid: Grid, day: int, clock: int | None) -> Grid:
    """A sheet in which the column of the day holds day and time of day, a blank between them."""
    if clock is None:
        return grid
    columns = list(grid.columns)
    columns[day] = joined(columns[day], columns[clock])
    return replace(grid, columns=tuple(columns))


def joined(days: pa.Array, clocks: pa.Array) -> pa.Array:
    """Days and times of day as texts, row by row.

    A day that a workbook types as an instant is that of its date; a time of day that it types as
    an instant is that of its clock. Where one is empty a dash stands, so that no day without a
    time is taken for its midnight.

    Examples
    --------
    >>> joined(pa.array(["2025-03-01", "2025-03-01"]), pa.array(["08:15", ""])).to_pylist()
    ['2025-03-01 08:15', '2025-03-01 –']
    """
    of_days, of_clocks = days.dictionary_encode(), clocks.dictionary_encode()
    first = [_part(text, _MIDNIGHT) for text in of_days.dictionary.to_pylist()]
    second = [_part(text, _ON_SOME_DAY) for text in of_clocks.dictionary.to_pylist()]
    pairs = of_days.indices.to_numpy().astype(np.int64) * max(len(second), 1)
    pairs += of_clocks.indices.to_numpy()
    known, at = np.unique(pairs, return_inverse=True)
    texts = [
        f"{first[pair // len(second)]} {second[pair % len(second)]}" for pair in known.tolist()
    ]
    return pa.array(texts, pa.string()).take(pa.array(at))


def _part(text: str, typed: re.Pattern[str]) -> str:
    plain = text.strip()
    match = typed.fullmatch(plain)
    return match[1] if match else plain or _NOTHING
