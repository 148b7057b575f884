"""Green Button files as long grids: a row for every ``IntervalReading``.

A series is called by the link of its meter reading, such as ``UsagePoint/01/MeterReading/02``, with
``reverse`` behind it where the energy flows from the customer to the network. Values are multiplied
by the power of ten that the file says, exactly. Seconds since 1970 are UTC; what the file says of
its local clock is for showing and moves nothing.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from celadon.errors import Fault, InputError
from celadon.records.readers.espi import Entry, Feed, Reading, Refused, by_tail, parse_feed, tail
from celadon.records.readers.gzip_files import unpacked_so_far
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, Met, empty_grid

HEADERS = ("meter", "start", "value", "unit", "quality", "kind")
"""The headers that the grid of a Green Button file has."""

_UNITS = {
    "31": "J", "38": "W", "42": "m3", "71": "VAh", "72": "Wh", "73": "varh", "119": "ft3",
    "132": "Btu", "134": "L", "169": "therm",
}  # fmt: skip
_BEHAVIOUR = {"1": "register", "3": "register", "4": "interval", "6": "state", "12": "state"}
_REVERSE = "19"
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  as UTC
_LATEST = 253_402_300_799  # the last second of the year 9999
_MOST_POWER = 12


def open_green_button(path: Path, profile: Profile) -> list[Grid]:
    """The readings of a Green Button file; a row is numbered as its ``IntervalReading``.

    Raises
    ------
    InputError
        If the file is of another kind, or XML that is not safe to read.
    """
    return [green_button_grid(path, profile.id)]


def green_button_grid(path: Path, profile: str) -> Grid:
    """The grid of a Green Button file.

    Raises
    ------
    InputError
        If the file is of another kind, or XML that is not safe to read.
    """
    try:
        found = unpacked_so_far(path, profile)
        feed = parse_feed(found.data)
    except Refused as refusal:
        remedy = "choose the profile that fits the file, or download the file again as XML"
        fault = Fault((path.name,), str(refusal), "a Green Button file (ESPI XML)", remedy)
        named = f" with the profile {profile}" if profile else ""
        raise InputError(f"Cannot read {path.name}{named}", [fault]) from None
    met = list(found.met)
    if feed.broken:
        line, said = feed.broken
        met.append(Met("cut_short", (f"line {line}",), {"row": line, "said": said}))
    rows, numbers, seconds = _rows(feed)
    if not rows:
        return empty_grid(path.name, met=tuple(met))
    columns = tuple(pa.array(cells, pa.string()) for cells in zip(*rows, strict=True))
    places = pa.array(numbers, pa.int64())
    lengths = pa.array(seconds, pa.int64())
    return Grid(
        path.name, "", HEADERS, columns, places, typed=True, met=tuple(met), seconds=lengths
    )


def _rows(feed: Feed) -> tuple[list[tuple[str, ...]], list[int], list[int]]:
    """Rows, and of each its number and the seconds that it covers."""
    types, meters = feed.of_kind("ReadingType"), feed.of_kind("MeterReading")
    known_types, known_meters = by_tail(types), by_tail(meters)
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    seconds: list[int] = []
    for block in feed.of_kind("IntervalBlock"):
        series = tail(block.up or block.self_link).partition("/IntervalBlock")[0]
        meter = known_meters.get(series) or (meters[0] if len(meters) == 1 else None)
        if meter is not None:
            series = tail(meter.self_link) or series
        kind = _type_of(meter, types, known_types)
        told = {} if kind is None else kind.values
        name = series or "readings"
        name += " reverse" if told.get("flowDirection") == _REVERSE else ""
        unit = _UNITS.get(told.get("uom", ""), f"uom {told.get('uom', '?')}")
        behaviour = _BEHAVIOUR.get(told.get("accumulationBehaviour", ""), "")
        for number, reading in block.readings:
            start = _start(reading, at_end=behaviour == "register")
            value = _value(reading.value, told.get("powerOfTenMultiplier", "0"))
            rows.append((name, start, value, unit, reading.quality, behaviour))
            numbers.append(number)
            seconds.append(_seconds(reading.duration))
    return rows, numbers, seconds


def _type_of(meter: Entry | None, types: list[Entry], known: dict[str, Entry]) -> Entry | None:
    if meter is not None:
        for link in meter.related:
            if tail(link) in known:
                return known[tail(link)]
    return types[0] if len(types) == 1 else None


def _seconds(duration: str) -> int:
    """The seconds of a duration; -1 where the file gives none that can be one.

    Examples
    --------
    >>> _seconds("900"), _seconds(""), _seconds("PT15M")
    (900, -1, -1)
    """
    is_one = duration.isascii() and duration.isdecimal() and len(duration) <= len(str(_LATEST))
    return int(duration) if is_one else -1


def _start(reading: Reading, *, at_end: bool) -> str:
    """The start of a reading in UTC; of a register, which is read when its period ends, the end."""
    try:
        seconds = int(reading.start) + (int(reading.duration or 0) if at_end else 0)
    except ValueError:
        return reading.start
    if not 0 <= seconds <= _LATEST:
        return reading.start
    return f"{_EPOCH + dt.timedelta(seconds=seconds)}+00:00"


def _value(text: str, power: str) -> str:
    """A value times a power of ten, exact.

    Examples
    --------
    >>> _value("1250", "-3"), _value("7", "0"), _value("x", "3")
    ('1.250', '7', 'x')
    """
    try:
        shift = int(power or 0)
        if not shift or abs(shift) > _MOST_POWER:
            return text if not shift else f"{text} x 10^{power}"
        return f"{Decimal(text).scaleb(shift):f}"
    except (ValueError, InvalidOperation):
        return text
