"""Files of meter readings, wide or long, into rows of the table ``reading``.

Values are parsed as decimals and become integer counts of the meter's resolution; nothing passes
through a float. What cannot be taken becomes a finding with its place; the rest is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import definition
from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, column_letter
from celadon.records.readers.stamps import Stamps, read_stamps
from celadon.records.site import Meter, Site
from celadon.records.tables import READING
from celadon.units import conversion

DECIMALS = 12
"""Decimals to which a cell is read; a resolution is never finer."""

_HEADER = re.compile(r"^(?P<name>.*?)\s*[(（](?P<unit>[^()（）]*)[)）]$")
_MOST_COUNTS = 10**18  # what is more is no reading; it leaves room in 64 bits for sums
_MOST_WRITTEN = 10**24  # what a decimal of 38 digits holds before its point


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of readings: the meter and the exact step from what is written to counts."""

    meter: Meter
    unit: str

    @property
    def counts_per_written(self) -> Fraction:
        return conversion(self.unit, self.meter.measure) / parse_decimal(self.meter.resolution)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of readings with what reads it."""

    grid: Grid
    profile: Profile
    site: Site
    time_column: int
    meters: dict[str, Meter]

    def finding(self, rule: str, subject: str, place: tuple[str, ...], **numbers: Any) -> Finding:
        return Finding(self.site.id, rule, subject, " › ".join(place), numbers)

    def lacks(self, names: tuple[str, ...]) -> Finding:
        expected, found = " / ".join(names), ", ".join(self.grid.headers)
        place = (*self.grid.where, names[0])
        return self.finding("missing_column", self.grid.file, place, expected=expected, found=found)


def read_readings(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """The readings of one sheet, and what in it could not be taken.

    Returns
    -------
    A table of schema ``reading`` (timestamps UTC, interval starts) and the findings.
    """
    assert profile.time is not None  # noqa: S101  profiles of readings are checked to have it
    findings = grid.faults(site.id)
    if not grid.headers or not len(grid.rows):
        return READING.from_rows([]), findings
    time_column = grid.find(profile.time.column)
    meters = {meter.id: meter for meter in site.meters}
    sheet = _Sheet(grid, profile, site, time_column or 0, meters)
    if time_column is None:
        return READING.from_rows([]), [*findings, sheet.lacks(profile.time.column)]
    series = _series(sheet) if profile.layout == "long" else None
    stamps, met = read_stamps(grid, profile.time, site, time_column, series)
    findings += met
    cells, columns, met = (
        _wide_cells(sheet, stamps) if series is None else _long_cells(sheet, stamps, series)
    )
    findings += met
    table, met = _parse(sheet, cells, columns, stamps)
    return table, findings + met


def _wide_cells(sheet: _Sheet, stamps: Stamps) -> tuple[pa.Table, list[_Column], list[Finding]]:
    columns: list[_Column] = []
    parts: list[pa.Table] = [_part(sheet, stamps, sheet.time_column, []).slice(0, 0)]
    findings: list[Finding] = []
    taken: set[str] = set()
    for index, header in enumerate(sheet.grid.headers):
        if index == sheet.time_column or header in sheet.profile.ignore:
            continue
        filled = _filled(sheet.grid.columns[index])
        if not header and not filled:
            continue
        column, finding = _column(sheet, index, taken, filled)
        if finding:
            findings.append(finding)
        if column is None:
            continue
        taken.add(column.meter.id)
        parts.append(_part(sheet, stamps, index, [len(columns)] * len(sheet.grid.rows)))
        columns.append(column)
    return pa.concat_tables(parts), columns, findings


def _filled(column: pa.Array) -> int:
    return int(pc.sum(pc.not_equal(pc.utf8_trim_whitespace(column), "")).as_py())


def _column(
    sheet: _Sheet, index: int, taken: set[str], filled: int
) -> tuple[_Column | None, Finding | None]:
    header, profile = sheet.grid.headers[index], sheet.profile
    match = _HEADER.match(header)
    name = match["name"] if match else header
    unit = profile.units.get(header) or (match["unit"].strip() if match else "")
    meter_id = profile.meters.get(header) or profile.meters.get(name) or name
    letter = column_letter(index)
    place = (*sheet.grid.where, f"column {letter} {header!r}")
    meter = sheet.meters.get(meter_id)
    if meter is None:
        subject = meter_id or f"column {letter}"
        return None, sheet.finding("unknown_meter", subject, place, rows=filled)
    if meter_id in taken:
        found = sheet.finding("repeated_column", meter_id, place, column=letter, rows=filled)
        return None, found
    return _checked_unit(sheet, meter, unit, place, filled)


def _checked_unit(
    sheet: _Sheet, meter: Meter, unit: str, place: tuple[str, ...], rows: int
) -> tuple[_Column | None, Finding | None]:
    column = _Column(meter, unit or meter.measure)
    numbers = {"unit": unit, "expected": meter.measure, "rows": rows}
    try:
        ratio = conversion(column.unit, meter.measure)
    except UnitError:
        return None, sheet.finding("wrong_unit", meter.id, place, **numbers)
    if ratio != 1:
        return column, sheet.finding("converted_unit", meter.id, place, **numbers)
    return column, None


def _series(sheet: _Sheet) -> list[str]:
    """Per row of a long sheet, the name of its meter; empty where the column is absent."""
    index = sheet.grid.find(sheet.profile.columns["meter"])
    if index is None:
        return [""] * len(sheet.grid.rows)
    return [text.strip() for text in sheet.grid.columns[index].to_pylist()]


def _long_cells(
    sheet: _Sheet, stamps: Stamps, names: list[str]
) -> tuple[pa.Table, list[_Column], list[Finding]]:
    grid, profile = sheet.grid, sheet.profile
    index = {name: grid.find(headers) for name, headers in profile.columns.items()}
    absent = [name for name in ("meter", "value") if index[name] is None]
    if absent:
        nothing = _part(sheet, stamps, sheet.time_column, []).slice(0, 0)
        return nothing, [], [sheet.lacks(profile.columns[name]) for name in absent]
    at = index.get("unit")
    given = [""] * len(names) if at is None else grid.columns[at].to_pylist()
    pairs = list(zip(names, (unit.strip() for unit in given), strict=True))
    total, first = Counter(pairs), _first_rows(pairs, grid.rows.to_pylist())
    columns: list[_Column] = []
    numbers: dict[tuple[str, str], int] = {}
    findings: list[Finding] = []
    for pair, row in first.items():
        name, unit = pair
        meter_id = profile.meters.get(name, name)
        place = grid.place(index["meter"] or 0, row)
        meter = sheet.meters.get(meter_id)
        if meter is None:
            findings.append(sheet.finding("unknown_meter", meter_id, place, rows=total[pair]))
            continue
        column, finding = _checked_unit(sheet, meter, unit, place, total[pair])
        if finding:
            findings.append(finding)
        if column:
            numbers[pair] = len(columns)
            columns.append(column)
    chosen = [numbers.get(pair, -1) for pair in pairs]
    return _part(sheet, stamps, index["value"] or 0, chosen), columns, findings


def _first_rows(pairs: list[tuple[str, str]], rows: list[int]) -> dict[tuple[str, str], int]:
    first: dict[tuple[str, str], int] = {}
    for pair, row in zip(pairs, rows, strict=True):
        first.setdefault(pair, row)
    return first


def _part(sheet: _Sheet, stamps: Stamps, column: int, chosen: list[int]) -> pa.Table:
    """Cells of one column; ``chosen`` is the number of the meter's column, per row."""
    return pa.table(
        {
            "source_row": sheet.grid.rows,
            "number": pa.array(chosen or [-1] * len(sheet.grid.rows), pa.int32()),
            "stamp": stamps.keys,
            "text": sheet.grid.columns[column],
        }
    )


def _parse(
    sheet: _Sheet, cells: pa.Table, columns: list[_Column], stamps: Stamps
) -> tuple[pa.Table, list[Finding]]:
    with duckdb.connect(":memory:") as connection:
        connection.register("cell", cells)
        connection.register("meter_column", _meter_columns(sheet.profile, columns))
        connection.register("stamp", stamps.instants)
        connection.execute("SET VARIABLE decimal_mark = ?", [sheet.profile.decimal])
        connection.sql(definition("celadon.records.readers", "parsed_cell")).create("parsed_cell")
        taken = connection.sql(
            definition("celadon.records.readers", "taken_reading")
        ).to_arrow_table()
        refused = connection.sql(definition("celadon.records.readers", "refused_cell")).fetchall()
    return READING.check(taken), [_refusal(sheet, columns, row) for row in refused]


def _meter_columns(profile: Profile, columns: list[_Column]) -> pa.Table:
    ends = profile.time is not None and profile.time.stamp == "end"
    ratios = [column.counts_per_written for column in columns]
    kinds = [column.meter.kind for column in columns]
    shifts = [
        column.meter.minutes * 60_000_000 if ends and column.meter.kind == "interval" else 0
        for column in columns
    ]
    most = [
        min(int(_MOST_COUNTS / ratio), _MOST_WRITTEN // ratio.numerator + 1) for ratio in ratios
    ]
    huge = pa.decimal128(38, 0)
    return pa.table(
        {
            "number": pa.array(range(len(columns)), pa.int32()),
            "meter": pa.array([column.meter.id for column in columns], pa.string()),
            "num": pa.array([ratio.numerator for ratio in ratios], huge),
            "den": pa.array([ratio.denominator * 10**DECIMALS for ratio in ratios], huge),
            "shift": pa.array(shifts, pa.int64()),
            "is_signed": pa.array([kind == "state" for kind in kinds], pa.bool_()),
            "most_written": pa.array(most, huge),
        }
    )


def _refusal(sheet: _Sheet, columns: list[_Column], row: tuple[Any, ...]) -> Finding:
    number, rule, count, first_row, text = row
    meter = columns[number].meter
    place = (*sheet.grid.where, f"row {first_row}", meter.id)
    resolution = f"{meter.resolution} {meter.measure}"
    return sheet.finding(rule, meter.id, place, rows=count, text=text, resolution=resolution)
