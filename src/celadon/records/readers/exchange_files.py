"""Sheets of meter exchanges: when, what the old register closed at, what the new one opened at."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile, TimeColumn
from celadon.records.readers.rows import Refusal, Row, taken_rows
from celadon.records.readers.sheet import Grid
from celadon.records.readers.stamps import text_instants
from celadon.records.readers.two_columns import clock_of, with_clock
from celadon.records.site import Meter, Site
from celadon.records.tables import EXCHANGE
from celadon.units import conversion

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC, as all tables have it
_MOST_COUNTS = 10**18


def read_exchanges(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """The exchanges of registers of one sheet as rows of ``exchange``.

    Readings are counts of the meter's resolution; a row may name its own unit, else it is the
    meter's. In the hour that a clock repeats, a time is its first pass.
    """
    time = profile.time
    assert time is not None  # noqa: S101  profiles of exchanges are checked to have it
    zone = ZoneInfo(site.zone if time.zone == "site" else time.zone)
    names = _names(site, profile)
    day, clock = grid.find(time.column), clock_of(grid, time)
    grid = grid if day is None else with_clock(grid, day, clock)

    def take(row: Row) -> dict[str, Any]:
        meter = _known_register(row, names)
        return {
            "meter": meter.id, "ts": _instant(row, time, zone),
            "closing": _count(row, "closing", meter), "opening": _count(row, "opening", meter),
            "document": row.text("document") or None, "sheet": grid.sheet or None,
            "source_row": row.row,
        }  # fmt: skip

    required = ("meter", "time", "closing", "opening", *(("clock",) if time.clock else ()))
    rows, findings = taken_rows(grid, profile, site, required, take)
    return EXCHANGE.from_rows(rows), findings


def _names(site: Site, profile: Profile) -> dict[str, Meter]:
    """Meters by what a sheet may call them: an id, the profile's word, a name of one meter only."""
    meters = {meter.id: meter for meter in site.meters}
    listed = [(name, m) for m in site.meters for name in {m.name_zh, m.name_en} if name]
    twice = {name for name, m in listed if any(n == name and o is not m for n, o in listed)}
    own = {name: meter for name, meter in listed if name not in twice}
    mapped = {word: meters[name] for word, name in profile.meters.items() if name in meters}
    return own | mapped | meters


def _known_register(row: Row, names: dict[str, Meter]) -> Meter:
    meter = names.get(row.text("meter"))
    if meter is None:
        raise Refusal("unknown_meter", "meter", rows=1)
    if meter.kind != "register":
        raise Refusal("not_a_register", "meter", declared=meter.kind)
    return meter


def _instant(row: Row, time: TimeColumn, zone: ZoneInfo) -> dt.datetime:
    text = row.text("time")
    first, _, known = text_instants(pa.array([text]), time, zone, typed=row.grid.typed)
    if not known[0]:
        raise Refusal("unreadable_time", "time", text=text, rows=1, format=time.format)
    return _EPOCH + dt.timedelta(microseconds=int(first[0]))


def _count(row: Row, name: str, meter: Meter) -> int:
    """A reading as the register shows it, in counts of its resolution."""
    unit = row.text("unit") or meter.measure
    try:
        value = row.number(name) * conversion(unit, meter.measure)
    except UnitError:
        raise Refusal("wrong_unit", "unit", unit=unit, expected=meter.measure, rows=1) from None
    text = row.text(name)
    if value < 0:
        raise Refusal("negative_reading", name, text=text, rows=1)
    exact = value / parse_decimal(meter.resolution)
    beyond = meter.modulus is not None and value >= parse_decimal(meter.modulus)
    if beyond or exact > _MOST_COUNTS:
        raise Refusal("impossible_value", name, text=text)
    if exact.denominator != 1:
        numbers = {"text": text, "rows": 1, "resolution": f"{meter.resolution} {meter.measure}"}
        found = Finding(row.site, "finer_than_resolution", meter.id, row.place(name), numbers)
        row.notes.append(found)
    return round(exact)
