"""Local times in bulk: fixed-width texts to microseconds, and local clocks to UTC.

Both are short cuts that take only what they are sure of: a text of another width, or an hour in
which a clock changes, is left to the definition in :mod:`celadon.records.readers.stamps`. A test
holds the two equal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

HOUR = 3_600_000_000
"""Microseconds of an hour."""

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  a local clock, whichever
_ANHOUR = dt.timedelta(hours=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # beyond them the calendar soon ends, as do rules of clocks
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_PARTS = re.compile(r"%(.)|([^%]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A format of strptime all of whose fields have a fixed width."""

    fields: dict[str, int]  # letter -> first byte
    literals: tuple[tuple[int, int], ...]  # position, byte
    width: int


def _pattern(text: str) -> _Pattern | None:
    fields: dict[str, int] = {}
    literals: list[tuple[int, int]] = []
    at = 0
    for letter, literal in _PARTS.findall(text):
        if literal:
            literals += [(at + n, byte) for n, byte in enumerate(literal.encode())]
            at += len(literal.encode())
        elif letter not in _WIDTHS or letter in fields:
            return None
        else:
            fields[letter] = at
            at += _WIDTHS[letter]
    return _Pattern(fields, tuple(literals), at) if set("Ymd") <= fields.keys() else None


def local_micros(texts: pa.Array, formats: Iterable[str]) -> tuple[Longs, Flags]:
    """Local times in microseconds since 1970 on the same clock, by the first format that fits.

    Parameters
    ----------
    texts : without nulls.
    formats : of strptime. One with a field that has no fixed width fits nothing here.

    Returns
    -------
    The times, and which texts have one; the others may still be times by a slower look.
    """
    micros = np.zeros(len(texts), np.int64)
    known = np.zeros(len(texts), np.bool_)
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    for pattern in map(_pattern, formats):
        if pattern is None:
            continue
        places = np.flatnonzero(~known & (lengths == pattern.width))
        if not len(places):
            continue
        found, sound = _fixed(_matrix(texts.take(pa.array(places)), pattern.width), pattern)
        micros[places[sound]] = found[sound]
        known[places[sound]] = True
    return micros, known


def _matrix(texts: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """The bytes of texts of one width, a row each."""
    plain = pa.concat_arrays([texts])  # a fresh array begins at the head of its buffer
    start = np.frombuffer(plain.buffers()[1], np.int32)[plain.offset]
    count = len(plain) * width
    return np.frombuffer(plain.buffers()[2], np.uint8, count, int(start)).reshape(-1, width)


def _fixed(matrix: npt.NDArray[np.uint8], pattern: _Pattern) -> tuple[Longs, Flags]:
    sound = np.ones(len(matrix), np.bool_)
    for at, byte in pattern.literals:
        sound &= matrix[:, at] == byte
    values: dict[str, Longs] = {}
    for letter, first in pattern.fields.items():
        value = np.zeros(len(matrix), np.int64)
        for at in range(first, first + _WIDTHS[letter]):
            digit = matrix[:, at].astype(np.int64) - ord("0")
            sound &= (digit >= 0) & (digit <= 9)
            value = value * 10 + digit
        values[letter] = value
    year, month = values["Y"], values["m"]
    sound &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0)
    first_day = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    next_month = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    day = values["d"]
    sound &= (day >= 1) & (day <= next_month - first_day)
    hour, minute, second = (values.get(letter, np.int64(0)) for letter in "HMS")
    sound &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = (first_day + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    return seconds * 1_000_000, sound


def utc_micros(local: Longs, zone: ZoneInfo) -> tuple[Longs, Flags]:
    """Local times as instants, where the clock of the zone runs evenly for the whole hour.

    Returns
    -------
    The instants, and which of them are sure: not those of an hour in which, or at whose ends, a
    clock changes.
    """
    hours, at = np.unique(local // HOUR, return_inverse=True)
    offsets = [_steady_offset(int(hour), zone) for hour in hours]
    sure = np.array([offset is not None for offset in offsets], np.bool_)
    shifts = np.array([offset or 0 for offset in offsets], np.int64)
    return local - shifts[at], sure[at]


def _steady_offset(hour: int, zone: ZoneInfo) -> int | None:
    """The offset from UTC, in microseconds, that holds through a local hour; None if none does."""
    try:
        start = _EPOCH + hour * _ANHOUR
        ends = (start, start + _ANHOUR)
    except OverflowError:
        return None
    found = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    offset = found.pop()
    return None if found or offset is None else offset // dt.timedelta(microseconds=1)
