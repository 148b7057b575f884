"""Cells that have a type of their own, as text: what a person reads, and nothing more.

A spreadsheet computes with binary fractions of which it shows fifteen digits; so many are read
here, and ``0.1 + 0.2`` is 0.3. A date is ISO 8601, to the second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_HALF_SECOND = dt.timedelta(milliseconds=500)
_EXACT = 10**15  # a spreadsheet keeps fifteen digits
_FIRST_SECOND, _LAST_SECOND = -30_610_224_000, 253_370_764_800  # of the years 1000 and 9999
_SHORT = r"^0$|^-?[1-9][0-9]{0,11}(\.[0-9]{1,3})?$|^-?0\.0{0,3}[1-9][0-9]{0,9}$"


def number_text(value: float, decimal: str = ".") -> str:
    """A number to fifteen digits.

    Examples
    --------
    >>> number_text(0.1 + 0.2), number_text(5.0), number_text(12.5, ",")
    ('0.3', '5', '12,5')
    """
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return f"{value:.15g}".replace(".", decimal)


def cell_text(cell: Any, decimal: str = ".") -> str:
    """A cell of any type as text: a number with the decimal mark given, a date as ISO 8601."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return number_text(cell, decimal)
    if isinstance(cell, dt.datetime):
        return _instant_text(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time | dt.timedelta):
        return _clock_text(cell)
    return str(cell).strip()


def _clock_text(cell: dt.time | dt.timedelta) -> str:
    """A time of day, or a length of time, to the second; the end of a day is 24:00:00."""
    if isinstance(cell, dt.time):
        whole = dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
        cell = whole + cell.microsecond * dt.timedelta.resolution
    if cell < dt.timedelta():
        return str(cell)
    seconds = (cell + _HALF_SECOND) // dt.timedelta(seconds=1)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _instant_text(cell: dt.datetime) -> str:
    instant = cell if cell.year == dt.MAXYEAR else cell + _HALF_SECOND
    if instant.microsecond:  # stored as a fraction of a day
        instant = instant.replace(microsecond=0)
    midnight = not (instant.hour or instant.minute or instant.second or instant.tzinfo)
    return instant.date().isoformat() if midnight else instant.isoformat(sep=" ")


def column_text(cells: Sequence[Any], decimal: str = ".") -> pa.Array:
    """A column of cells as text, the usual kinds of column in bulk."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    if kinds == {float}:
        return float_text(pa.array(cells, pa.float64()), decimal)
    if kinds <= {float, str} and all(type(cell) is float or not cell for cell in cells):
        numbers = pa.array([None if cell == "" else cell for cell in cells], pa.float64())
        return pc.fill_null(float_text(numbers, decimal), "")
    if kinds <= {dt.datetime, dt.date}:
        texts = _instant_texts(cells)
        if texts is not None:
            return texts
    if kinds <= {dt.datetime, dt.date, str}:
        known = {cell: cell_text(cell, decimal) for cell in set(cells)}
        return pa.array([known[cell] for cell in cells], pa.string())
    return pa.array([cell_text(cell, decimal) for cell in cells], pa.string())


def _instant_texts(cells: Sequence[dt.date]) -> pa.Array | None:
    """Days and instants as ``cell_text`` writes each; None near the ends of the calendar."""
    instants = [
        cell if type(cell) is dt.datetime else dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
        for cell in cells
    ]
    micros = pa.array(instants, pa.timestamp("us")).cast(pa.int64()).to_numpy()
    seconds = (micros + 500_000) // 1_000_000
    if seconds.min() < _FIRST_SECOND or seconds.max() >= _LAST_SECOND:
        return None
    texts = pa.array(seconds).cast(pa.timestamp("s")).cast(pa.string())
    days = pa.array(seconds % 86_400 == 0)
    return pc.if_else(days, pc.utf8_slice_codeunits(texts, 0, 10), texts)


def float_text(numbers: pa.Array, decimal: str = ".") -> pa.Array:
    """Numbers to fifteen digits, nulls kept; the shortest text where that has no more digits."""
    texts = numbers.cast(pa.string())
    short = pc.fill_null(pc.match_substring_regex(texts, _SHORT), fill_value=True)
    if not pc.all(short).as_py():
        longer = [number_text(number) for number in numbers.filter(pc.invert(short)).to_pylist()]
        texts = pc.replace_with_mask(texts, pc.invert(short), pa.array(longer, pa.string()))
    return texts if decimal == "." else pc.replace_substring(texts, ".", decimal)
