"""Files of meter readings, wide or long, into rows of the table ``reading``.

Values are parsed as decimals and become integer counts of the meter's resolution; nothing passes
through a float. What cannot be taken becomes a finding with its place; the rest is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from celadon.engine import definition
from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.records.finding import Finding
from celadon.records.grid import Grid
from celadon.records.profile import Profile
from celadon.records.site import Meter, Site
from celadon.records.tables import READING
from celadon.units import conversion

_HEADER = re.compile(r"^(?P<name>.*?)\s*[(（](?P<unit>[^()（）]*)[)）]$")
_MICROSECOND = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of readings: the meter and the exact step from what is written to counts."""

    meter: Meter
    unit: str

    @property
    def counts_per_written(self) -> Fraction:
        return conversion(self.unit, self.meter.measure) / parse_decimal(self.meter.resolution)


def read_readings(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """The readings of one sheet, and what in it could not be taken.

    Returns
    -------
    A table of schema ``reading`` (timestamps UTC, interval starts) and the findings.
    """
    assert profile.time is not None  # noqa: S101  profiles of readings are checked to have it
    findings = [
        Finding(site.id, "ragged_row", grid.file, " › ".join(grid.place(0, row)), {"row": row})
        for row in grid.ragged
    ]
    if not grid.headers or not len(grid.rows):
        place = " › ".join(grid.where)
        return READING.from_rows([]), [Finding(site.id, "empty_sheet", grid.file, place)]
    time_column = grid.find(profile.time.column)
    if time_column is None:
        findings.append(_lacks(site, grid, profile.time.column))
        return READING.from_rows([]), findings
    cells, columns, met = (
        _wide_cells(grid, profile, site, time_column)
        if profile.layout == "wide"
        else _long_cells(grid, profile, site, time_column)
    )
    findings += met
    stamps, met = _stamps(grid, profile, site, time_column)
    findings += met
    table, met = _parse(grid, profile, site, cells, columns, stamps)
    return table, findings + met


def _wide_cells(
    grid: Grid, profile: Profile, site: Site, time_column: int
) -> tuple[pa.Table, list[_Column], list[Finding]]:
    columns: list[_Column] = []
    parts: list[pa.Table] = []
    findings: list[Finding] = []
    taken: set[str] = set()
    for index, header in enumerate(grid.headers):
        if index == time_column or header in profile.ignore or not header:
            continue
        column, finding = _column(grid, profile, site, index, header, taken)
        if finding:
            findings.append(finding)
        if column is None:
            continue
        taken.add(column.meter.id)
        parts.append(_part(grid, time_column, index, [len(columns)] * len(grid.rows)))
        columns.append(column)
    cells = pa.concat_tables(parts) if parts else _part(grid, time_column, 0, [-1] * len(grid.rows))
    return cells, columns, findings


def _column(
    grid: Grid, profile: Profile, site: Site, index: int, header: str, taken: set[str]
) -> tuple[_Column | None, Finding | None]:
    match = _HEADER.match(header)
    name = match["name"] if match else header
    unit = profile.units.get(header) or (match["unit"] if match else "")
    meter_id = profile.meters.get(header) or profile.meters.get(name) or name
    place = " › ".join((*grid.where, f"column {header!r}"))
    meter = next((m for m in site.meters if m.id == meter_id), None)
    if meter is None:
        return None, Finding(site.id, "unknown_meter", meter_id, place, {"rows": len(grid.rows)})
    if meter_id in taken:
        return None, Finding(site.id, "repeated_column", meter_id, place, {"column": index + 1})
    return _checked_unit(site, meter, unit, place)


def _checked_unit(
    site: Site, meter: Meter, unit: str, place: str
) -> tuple[_Column | None, Finding | None]:
    column = _Column(meter, unit or meter.measure)
    numbers = {"unit": unit, "expected": meter.measure}
    try:
        ratio = conversion(column.unit, meter.measure)
    except UnitError:
        return None, Finding(site.id, "wrong_unit", meter.id, place, numbers)
    if ratio != 1:
        return column, Finding(site.id, "converted_unit", meter.id, place, numbers)
    return column, None


def _long_cells(
    grid: Grid, profile: Profile, site: Site, time_column: int
) -> tuple[pa.Table, list[_Column], list[Finding]]:
    index = {name: grid.find(headers) for name, headers in profile.columns.items()}
    absent = [name for name in ("meter", "value") if index.get(name) is None]
    if absent:
        empty = _part(grid, time_column, 0, [-1] * len(grid.rows))
        return empty, [], [_lacks(site, grid, profile.columns.get(n, (n,))) for n in absent]
    names = [text.strip() for text in grid.columns[_known(index["meter"])].to_pylist()]
    at = index.get("unit")
    units = (
        [text.strip() for text in grid.columns[at].to_pylist()]
        if at is not None
        else [""] * len(names)
    )
    columns: list[_Column] = []
    numbers: dict[tuple[str, str], int] = {}
    findings: list[Finding] = []
    for (name, unit), first in _first_rows(zip(names, units, strict=True), grid.rows.to_pylist()):
        meter_id = profile.meters.get(name, name)
        place = " › ".join(grid.place(_known(index["meter"]), first))
        meter = next((m for m in site.meters if m.id == meter_id), None)
        numbers[name, unit] = -1
        if meter is None:
            rows = names.count(name)
            findings.append(Finding(site.id, "unknown_meter", meter_id, place, {"rows": rows}))
            continue
        column, finding = _checked_unit(site, meter, unit, place)
        if finding:
            findings.append(finding)
        if column:
            numbers[name, unit] = len(columns)
            columns.append(column)
    chosen = [numbers[pair] for pair in zip(names, units, strict=True)]
    return _part(grid, time_column, _known(index["value"]), chosen), columns, findings


def _known(index: int | None) -> int:
    assert index is not None  # noqa: S101  the caller has looked for it
    return index


def _first_rows(
    pairs: Iterable[tuple[str, str]], rows: list[int]
) -> list[tuple[tuple[str, str], int]]:
    first: dict[tuple[str, str], int] = {}
    for pair, row in zip(pairs, rows, strict=True):
        first.setdefault(pair, row)
    return list(first.items())


def _part(grid: Grid, time_column: int, value_column: int, chosen: list[int]) -> pa.Table:
    return pa.table(
        {
            "source_row": grid.rows,
            "number": pa.array(chosen, pa.int32()),
            "stamp": grid.columns[time_column],
            "text": grid.columns[value_column],
        }
    )


def _stamps(
    grid: Grid, profile: Profile, site: Site, time_column: int
) -> tuple[pa.Table, list[Finding]]:
    """Each distinct time text with its UTC instant in microseconds, where it can be read."""
    assert profile.time is not None  # noqa: S101
    zone = ZoneInfo(site.zone if profile.time.zone == "site" else profile.time.zone)
    texts: list[str] = []
    instants: list[int] = []
    unreadable: list[str] = []
    for text in grid.columns[time_column].unique().to_pylist():
        instant = _instant(text.strip(), profile.time.format, zone)
        if instant is None:
            unreadable.append(text)
        else:
            texts.append(text)
            instants.append(instant)
    findings = []
    if unreadable:
        bad = set(unreadable)
        rows = [
            row
            for row, text in zip(
                grid.rows.to_pylist(), grid.columns[time_column].to_pylist(), strict=True
            )
            if text in bad
        ]
        place = " › ".join(grid.place(time_column, rows[0]))
        numbers = {"text": unreadable[0], "rows": len(rows), "format": profile.time.format}
        findings.append(Finding(site.id, "unreadable_time", grid.file, place, numbers))
    table = pa.table(
        {"stamp": pa.array(texts, pa.string()), "micros": pa.array(instants, pa.int64())}
    )
    return table, findings


def _instant(text: str, pattern: str, zone: ZoneInfo) -> int | None:
    try:
        local = dt.datetime.strptime(text, pattern).replace(tzinfo=zone)
    except ValueError:
        return None
    utc = local.astimezone(dt.UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None  # a local time that a clock change left out
    return (utc - _EPOCH) // _MICROSECOND


def _parse(
    grid: Grid,
    profile: Profile,
    site: Site,
    cells: pa.Table,
    columns: list[_Column],
    stamps: pa.Table,
) -> tuple[pa.Table, list[Finding]]:
    ends = profile.time is not None and profile.time.stamp == "end"
    ratios = [column.counts_per_written for column in columns]
    meters = pa.table(
        {
            "number": pa.array(range(len(columns)), pa.int32()),
            "meter": pa.array([c.meter.id for c in columns], pa.string()),
            "num": pa.array([r.numerator for r in ratios], pa.int64()),
            "den": pa.array([r.denominator * 10**9 for r in ratios], pa.int64()),
            "shift": pa.array(
                [
                    c.meter.minutes * 60_000_000 if ends and c.meter.kind == "interval" else 0
                    for c in columns
                ],
                pa.int64(),
            ),
        }
    )
    with duckdb.connect(":memory:") as connection:
        connection.register("cell", cells)
        connection.register("meter_column", meters)
        connection.register("stamp", stamps)
        connection.execute("SET VARIABLE decimal_mark = ?", [profile.decimal])
        connection.sql(definition("celadon.records", "parsed_cell")).create("parsed_cell")
        taken = connection.sql(definition("celadon.records", "taken_reading")).to_arrow_table()
        refused = connection.sql(definition("celadon.records", "refused_cell")).fetchall()
    findings = [_refusal(grid, site, columns, row) for row in refused]
    return READING.check(taken), findings


def _refusal(grid: Grid, site: Site, columns: list[_Column], row: tuple[Any, ...]) -> Finding:
    number, rule, count, first_row, text = row
    meter = columns[number].meter
    place = " › ".join((*grid.where, f"row {first_row}", meter.id))
    numbers = {"rows": count, "text": text, "resolution": f"{meter.resolution} {meter.measure}"}
    return Finding(site.id, rule, meter.id, place, numbers)


def _lacks(site: Site, grid: Grid, names: tuple[str, ...]) -> Finding:
    numbers = {"expected": " / ".join(names), "found": ", ".join(grid.headers)}
    return Finding(site.id, "missing_column", grid.file, " › ".join(grid.where), numbers)
