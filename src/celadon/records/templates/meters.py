"""Counters in a returned template: readings at instants, and exchanges.

A reading at the midnight that ends a month is one reading at that instant. What a person can have
mistyped is told at once: a reading that fell, or rose by more than the meter can pass.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from celadon.errors import UnitError
from celadon.exact import decimal_text, parse_decimal, round_half_even
from celadon.records.finding import Finding
from celadon.records.readers.sheet import half_width
from celadon.records.site import Meter, Site
from celadon.records.templates.rows import FilledRow, RowFault, number_text
from celadon.units import conversion, parse_unit

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_CLOCKS = (" %H:%M", " %H:%M:%S", " %H时%M分", " %H时")
_MARKS = str.maketrans("：／　", ":/ ")
_DAY = dt.timedelta(days=1)
_MOST_COUNTS = 10**18  # leaves room in 64 bits for sums


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A row of readings, understood: its instant and its count."""

    row: FilledRow
    meter: Meter
    ts: dt.datetime
    count: int

    @property
    def shown(self) -> str:
        """The reading as the meter shows it, with its unit."""
        return shown_reading(self.meter, self.count)

    def plain(self) -> dict[str, Any]:
        """As a row of the table ``reading``."""
        return {
            "meter": self.meter.id,
            "ts": self.ts,
            "count": self.count,
            "source_row": self.row.number,
        }


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """A row of exchanges, understood."""

    row: FilledRow
    meter: Meter
    ts: dt.datetime
    closing: int
    opening: int

    def plain(self) -> dict[str, Any]:
        """As a row of the table ``exchange``."""
        return {
            "meter": self.meter.id,
            "ts": self.ts,
            "closing": self.closing,
            "opening": self.opening,
            "document": self.row.text("document") or None,
            "sheet": self.row.sheet.source.name,
            "source_row": self.row.number,
        }


def read_reading(row: FilledRow, site: Site, notes: list[Finding]) -> ReadingRow:
    """A row of readings; ``notes`` gets what is told of it although it is taken.

    Raises
    ------
    RowFault
        If it cannot be taken.
    """
    meter = _register(row, site)
    ts = _instant(row, "instant", site)
    return ReadingRow(row, meter, ts, _count(row, "reading", meter, site, notes))


def read_exchange(row: FilledRow, site: Site, notes: list[Finding]) -> ExchangeRow:
    """A row of exchanges; ``notes`` gets what is told of it although it is taken.

    Raises
    ------
    RowFault
        If it cannot be taken.
    """
    meter = _register(row, site)
    ts = _instant(row, "exchanged", site)
    closing, opening = (_count(row, name, meter, site, notes) for name in ("closing", "opening"))
    return ExchangeRow(row, meter, ts, closing, opening)


def single_readings(
    readings: Iterable[ReadingRow], site: Site
) -> tuple[list[ReadingRow], list[Finding]]:
    """One reading for each meter and instant; where the file gives two that differ, none."""
    slots: dict[tuple[str, dt.datetime], list[ReadingRow]] = defaultdict(list)
    for reading in readings:
        slots[reading.meter.id, reading.ts].append(reading)
    kept: list[ReadingRow] = []
    findings: list[Finding] = []
    for same in slots.values():
        if len({reading.count for reading in same}) == 1:
            kept.append(same[0])
            continue
        for reading in same:
            other = next(each for each in same if each.count != reading.count)
            numbers = {
                "text": reading.shown,
                "other": other.shown,
                "where": _cell(other.row, "reading"),
            }
            place = reading.row.place("reading")
            findings.append(
                Finding(site.id, "template_two_values", reading.meter.id, place, numbers)
            )
    return kept, findings


def implausible_readings(
    readings: Iterable[ReadingRow], exchanges: Sequence[ExchangeRow], site: Site
) -> list[Finding]:
    """Readings that fell, or rose by more than the meter can pass, with no exchange in between."""
    by_meter: dict[str, list[ReadingRow]] = defaultdict(list)
    for reading in readings:
        by_meter[reading.meter.id].append(reading)
    findings = []
    for listed in by_meter.values():
        for before, after in pairwise(sorted(listed, key=lambda reading: reading.ts)):
            changed = any(
                exchange.meter.id == after.meter.id and before.ts <= exchange.ts <= after.ts
                for exchange in exchanges
            )
            found = None if changed else _implausible(before, after, site)
            if found is not None:
                findings.append(found)
    return findings


def _implausible(before: ReadingRow, after: ReadingRow, site: Site) -> Finding | None:
    meter = after.meter
    resolution = parse_decimal(meter.resolution)
    hours = Fraction((after.ts - before.ts) // dt.timedelta(seconds=1), 3600)
    most = parse_decimal(meter.maximum or "0") * hours / resolution + 1
    rise = after.count - before.count
    if rise < 0 and meter.modulus is not None:
        rise += int(parse_decimal(meter.modulus) / resolution)
        rule = "template_reading_fell" if rise > most else ""
    elif rise < 0:
        rule = "template_reading_fell"
    else:
        rule = "template_reading_leapt" if rise > most else ""
    if not rule:
        return None
    numbers = {
        "text": after.shown,
        "before": before.shown,
        "where": _cell(before.row, "reading"),
        "most": shown_reading(meter, int(most)),
    }
    return Finding(site.id, rule, meter.id, after.row.place("reading"), numbers)


def shown_reading(meter: Meter, count: int) -> str:
    """Counts of a meter as its dial shows them, with the unit."""
    resolution = parse_decimal(meter.resolution)
    decimals = next(n for n in range(13) if (resolution * 10**n).denominator == 1)
    return f"{decimal_text(count * resolution, decimals)} {meter.measure}"


def _register(row: FilledRow, site: Site) -> Meter:
    meter = next(meter for meter in site.meters if meter.id == row.item)
    if meter.kind != "register":
        is_exchange = row.sheet.shape.id == "exchange"
        rule = "not_a_register" if is_exchange else "template_not_register"
        raise RowFault(rule, "name", declared=meter.kind)
    return meter


def _instant(row: FilledRow, name: str, site: Site) -> dt.datetime:
    """A local date and time as naive UTC; 24:00 is the end of its day."""
    text = row.text(name)
    plain = " ".join(half_width(text.translate(_MARKS)).replace("T", " ").split())
    ends = "24:00" in plain
    local = _local(plain.replace("24:00", "00:00", 1))
    if local is None:
        raise RowFault("template_instant", name, text=text)
    local += _DAY if ends else dt.timedelta()
    zone = ZoneInfo(site.zone)
    utc = local.replace(tzinfo=zone).astimezone(dt.UTC)
    if utc.astimezone(zone).replace(tzinfo=None, fold=0) != local:  # a clock change left it out
        raise RowFault("template_instant", name, text=text)
    return utc.replace(tzinfo=None)


def _local(text: str) -> dt.datetime | None:
    for pattern in (day + clock for day in _DAYS for clock in _CLOCKS):
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is the site's
        except ValueError:
            continue
    return None


def _count(row: FilledRow, name: str, meter: Meter, site: Site, notes: list[Finding]) -> int:
    written = parse_decimal(number_text(row, name))
    if written < 0:
        raise RowFault("negative_reading", name, rows=1, text=row.text(name))
    value = written * _ratio(row, meter)
    resolution = parse_decimal(meter.resolution)
    exact = value / resolution
    if exact >= _MOST_COUNTS:
        raise RowFault("template_number", name, text=row.text(name))
    if meter.modulus is not None and value >= parse_decimal(meter.modulus):
        most = f"{meter.modulus} {meter.measure}"
        raise RowFault("template_beyond_dial", name, text=row.text(name), most=most)
    if exact.denominator != 1:
        shown = f"{meter.resolution} {meter.measure}"
        numbers = {"rows": 1, "text": row.text(name), "resolution": shown}
        notes.append(Finding(site.id, "finer_than_resolution", meter.id, row.place(name), numbers))
    return round_half_even(exact)


def _ratio(row: FilledRow, meter: Meter) -> Fraction:
    unit = row.text("unit") or meter.measure
    try:
        parse_unit(unit)
    except UnitError:
        raise RowFault("unknown_unit", "unit", text=unit) from None
    try:
        return conversion(unit, meter.measure)
    except UnitError:
        raise RowFault("wrong_unit", "unit", unit=unit, expected=meter.measure, rows=1) from None


def _cell(row: FilledRow, name: str) -> str:
    """A cell as another cell's comment calls it."""
    return row.place(name).rpartition(" › ")[2]
