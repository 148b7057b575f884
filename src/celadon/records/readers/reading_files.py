"""Files of meter readings, wide or long, into rows of the table ``reading``.

Values are parsed as decimals and become integer counts of the meter's resolution; nothing passes
through a float. What cannot be taken becomes a finding with its place; the rest is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.errors import UnitError
from celadon.records.finding import Finding
from celadon.records.readers.clock import Longs
from celadon.records.readers.counts import (
    DECIMALS,
    Cells,
    MeterColumn,
    Refused,
    count_cells,
    refusals,
    ungrouped,
)
from celadon.records.readers.finer import FINER, Rounded
from celadon.records.readers.kinds import contradicted, denied, of_other_length
from celadon.records.readers.marks import marked, read_marks
from celadon.records.readers.profile import Profile
from celadon.records.readers.repeated_columns import settled
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of
from celadon.records.readers.sheet import Grid, column_letter, filled, listed, one_line
from celadon.records.readers.stamps import Stamps, read_stamps
from celadon.records.readers.two_columns import clock_of, with_clock
from celadon.records.site import Meter, Site
from celadon.records.tables import READING
from celadon.units import conversion

__all__ = ["DECIMALS", "read_readings", "split_header"]

_HEADER = re.compile(r"(?P<name>.*?)\s*[(（\[【](?P<unit>[^()（）\[\]【】]*)[)）\]】]")
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of readings with what reads it."""

    grid: Grid
    profile: Profile
    site: Site
    timed: tuple[int, ...]
    """The columns that say when."""
    meters: dict[str, Meter]

    def finding(self, rule: str, subject: str, place: tuple[str, ...], **numbers: Any) -> Finding:
        return Finding(self.site.id, rule, subject, " › ".join(place), numbers)

    def lacks(self, names: tuple[str, ...]) -> Finding:
        expected, found = " / ".join(names), listed(self.grid.headers)
        place = (*self.grid.where, names[0])
        return self.finding("missing_column", self.grid.file, place, expected=expected, found=found)

    def shift(self, meter: Meter) -> int:
        """Microseconds from the start of what a row stamps to its stamp."""
        ends = self.profile.time is not None and self.profile.time.stamp == "end"
        return meter.minutes * _MINUTE if ends and meter.kind == "interval" else 0


@dataclass(frozen=True, slots=True)
class _Found:
    """The cells of a sheet that belong to a meter, by the way in which they count."""

    parts: Sequence[Cells]
    columns: Sequence[MeterColumn]
    findings: list[Finding]
    indices: Sequence[int] = ()
    """Of a wide sheet, where each of the columns stands."""


def split_header(header: str) -> tuple[str, str]:
    """The name and the unit of a header that says its unit in brackets; else an empty unit.

    Examples
    --------
    >>> split_header("kiln 1 （MWh）")
    ('kiln 1', 'MWh')
    """
    text = one_line(header)
    match = _HEADER.fullmatch(text)
    return (match["name"], match["unit"].strip()) if match else (text, "")


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
    day, clock = grid.find(profile.time.column), clock_of(grid, profile.time)
    meters = {meter.id: meter for meter in site.meters}
    timed = tuple(column for column in (day, clock) if column is not None)
    if day is None or (profile.time.clock and clock is None):
        lacking = profile.time.column if day is None else profile.time.clock
        sheet = _Sheet(grid, profile, site, timed, meters)
        return READING.from_rows([]), [*findings, sheet.lacks(lacking)]
    grid = with_clock(grid, day, clock)
    sheet = _Sheet(grid, profile, site, timed, meters)
    series = _Series.of(sheet) if profile.layout == "long" else None
    codes = None if series is None else series.codes
    stamps, met = read_stamps(grid, profile.time, site, day, codes)
    findings += met
    found = _wide_cells(sheet, stamps) if series is None else _long_cells(sheet, stamps, series)
    counted = count_cells(found.parts, found.columns, profile.decimal)
    findings += found.findings
    findings += [_refusal(sheet, found.columns, row, counted) for row in refusals(counted)]
    taken = _accepted(counted)
    if found.indices:
        taken, met = settled(grid, site, found.columns, found.indices, taken)
        findings += met
    findings += marked(grid, site, found.columns, taken)
    findings += contradicted(grid, site, found.columns, taken)
    return _taken(sheet, found.columns, taken), findings


def _wide_cells(sheet: _Sheet, stamps: Stamps) -> _Found:
    columns: list[MeterColumn] = []
    parts: list[Cells] = []
    findings: list[Finding] = []
    indices: list[int] = []
    dated = np.flatnonzero(stamps.known)
    rows = sheet.grid.rows.to_numpy()[dated]
    for index, header in enumerate(sheet.grid.headers):
        if index in sheet.timed or header in sheet.profile.ignore:
            continue
        values = int(pc.sum(filled(sheet.grid.columns[index])).as_py() or 0)
        if not header and not values:
            continue
        column, finding = _column(sheet, index, values)
        if finding:
            findings.append(finding)
        if column is None:
            continue
        text = sheet.grid.columns[index]
        text = text if len(dated) == len(text) else text.take(pa.array(dated))
        number = np.full(len(rows), len(columns), np.int64)
        parts.append(Cells(_plain(sheet, text, column), number, rows, stamps.micros[dated]))
        columns.append(column)
        indices.append(index)
    return _Found(parts, columns, findings, indices)


def _column(sheet: _Sheet, index: int, values: int) -> tuple[MeterColumn | None, Finding | None]:
    header, profile = sheet.grid.headers[index], sheet.profile
    name, unit = split_header(header)
    unit = profile.units.get(header) or unit
    meter_id = profile.meters.get(header) or profile.meters.get(name) or name
    place = (*sheet.grid.where, sheet.grid.column(index))
    meter = sheet.meters.get(meter_id)
    if meter is None:
        subject = meter_id or f"column {column_letter(index)}"
        return None, sheet.finding("unknown_meter", subject, place, rows=values)
    return _checked_unit(sheet, meter, unit, place, values)


def _checked_unit(
    sheet: _Sheet, meter: Meter, unit: str, place: tuple[str, ...], rows: int
) -> tuple[MeterColumn | None, Finding | None]:
    column = MeterColumn(meter, unit or meter.measure)
    numbers = {"unit": unit, "expected": meter.measure, "rows": rows}
    try:
        ratio = conversion(column.unit, meter.measure)
    except UnitError:
        return None, sheet.finding("wrong_unit", meter.id, place, **numbers)
    if ratio != 1:
        return column, sheet.finding("converted_unit", meter.id, place, **numbers)
    return column, None


def _plain(sheet: _Sheet, text: pa.Array, column: MeterColumn) -> pa.Array:
    """Cells without separators of thousands; in a column of percent, without its sign."""
    text = ungrouped(text, sheet.profile.thousands)
    if column.unit.strip() in ("%", "％", "percent"):
        text = pc.replace_substring_regex(text, r"\s*[%％]\s*$", "")
    return text


@dataclass(frozen=True, slots=True)
class _Series:
    """The series of a long sheet: pairs of a meter's name and a unit, numbered."""

    pairs: list[tuple[str, str]]
    codes: Longs  # per row, the number of its pair

    @classmethod
    def of(cls, sheet: _Sheet) -> _Series:
        names, name_codes = _coded(sheet, "meter")
        units, unit_codes = _coded(sheet, "unit")
        codes = name_codes * len(units) + unit_codes
        if len(names) * len(units) > len(codes) + 1000:  # few of the pairs occur
            numbers, codes = np.unique(codes, return_inverse=True)
        else:
            numbers = np.arange(len(names) * len(units))
        pairs = [(names[n // len(units)], units[n % len(units)]) for n in numbers.tolist()]
        return cls(pairs, codes.astype(np.int64, copy=False))

    def firsts(self) -> Longs:
        """Of each pair, the place at which it stands first; -1 where it stands nowhere."""
        first = np.full(len(self.pairs), -1, np.int64)
        first[self.codes[::-1]] = np.arange(len(self.codes) - 1, -1, -1)
        return first


def _coded(sheet: _Sheet, field: str) -> tuple[list[str], Longs]:
    """The different words of a column, and per row the number of its word; "" if it is absent."""
    index = sheet.grid.find(sheet.profile.columns.get(field, ()))
    if index is None:
        return [""], np.zeros(len(sheet.grid.rows), np.int64)
    coded = sheet.grid.columns[index].dictionary_encode()
    written = [text.strip() for text in coded.dictionary.to_pylist()]
    words = list(dict.fromkeys(written))
    place = {word: n for n, word in enumerate(words)}
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return words, np.array([place[word] for word in written], np.int64)[codes]


def _long_cells(sheet: _Sheet, stamps: Stamps, series: _Series) -> _Found:
    grid, profile = sheet.grid, sheet.profile
    index = {name: grid.find(headers) for name, headers in profile.columns.items()}
    absent = [name for name in ("meter", "value") if index[name] is None]
    if absent:
        return _Found((), (), [sheet.lacks(profile.columns[name]) for name in absent])
    total = np.bincount(series.codes, minlength=len(series.pairs))
    first = series.firsts()
    columns: list[MeterColumn] = []
    findings: list[Finding] = []
    known: list[tuple[MeterColumn, int]] = []
    number = np.full(len(series.pairs), -1, np.int64)
    for code in np.argsort(first, kind="stable")[np.count_nonzero(first < 0) :].tolist():
        name, unit = series.pairs[code]
        meter_id = profile.meters.get(name, name)
        place = grid.place(index["meter"] or 0, grid.rows[int(first[code])].as_py())
        rows = int(total[code])
        meter = sheet.meters.get(meter_id)
        if meter is None:
            told = _rows_of(sheet, series, code)
            findings.append(sheet.finding("unknown_meter", meter_id, place, rows=rows, **told))
            continue
        column, finding = _checked_unit(sheet, meter, unit, place, rows)
        if finding:
            told = {} if column else _rows_of(sheet, series, code)
            findings.append(replace(finding, numbers=finding.numbers | told))
        if column:
            number[code] = len(columns)
            columns.append(column)
            known.append((column, int(first[code])))
    findings += denied(grid, profile, sheet.site, known)
    of_row = number[series.codes]
    findings += of_other_length(grid, sheet.site, columns, of_row)
    mark = read_marks(grid, profile)
    text = grid.columns[index["value"] or 0]
    cells = Cells(text, of_row, grid.rows.to_numpy(), stamps.micros, mark)
    return _Found(_by_way(sheet, cells, stamps, columns), columns, findings)


def _rows_of(sheet: _Sheet, series: _Series, code: int) -> dict[str, Any]:
    """All rows of a series that is not taken."""
    return rows_told(runs_of(sheet.grid.rows.to_numpy()[series.codes == code]))


def _by_way(sheet: _Sheet, cells: Cells, stamps: Stamps, columns: list[MeterColumn]) -> list[Cells]:
    """The cells that are of a meter and have a time, in parts that count in one way."""
    ways = list(dict.fromkeys((column.way, column.unit) for column in columns))
    way_of = np.array([ways.index((c.way, c.unit)) for c in columns] or [-1], np.int64)
    way = np.where(stamps.known & (cells.number >= 0), way_of[cells.number], -1)
    parts = []
    for wanted in range(len(ways)):
        places = np.flatnonzero(way == wanted)
        part = cells if len(places) == len(cells) else cells.take(places)
        if len(part):
            text = _plain(sheet, part.text, columns[int(part.number[0])])
            parts.append(Cells(text, part.number, part.row, part.micros, part.mark))
    return parts


def _accepted(counted: pa.Table) -> pa.Table:
    """The cells that parsed; one finer than the resolution is rounded and also reported."""
    if counted["rule"].null_count == counted.num_rows:
        return counted
    finer = pc.equal(counted["rule"], FINER)
    return counted.filter(pc.fill_null(finer, fill_value=True))


def _taken(sheet: _Sheet, columns: Sequence[MeterColumn], counted: pa.Table) -> pa.Table:
    number = counted["number"].to_numpy()
    shifts = np.array([sheet.shift(column.meter) for column in columns] or [0], np.int64)
    ids = pa.array([column.meter.id for column in columns], pa.string())
    meter = pa.DictionaryArray.from_arrays(pa.array(number.astype(np.int32)), ids)
    micros = counted["micros"].to_numpy()
    stamp = pa.array(micros - shifts[number] if shifts.any() else micros)
    return READING.check(
        pa.table(
            {
                "meter": meter.cast(pa.string()),
                "ts": stamp.view(pa.timestamp("us")),
                "count": counted["count"],
                "quality": counted["mark"],
                "source_row": counted["source_row"],
            }
        )
    )


def _refusal(
    sheet: _Sheet, columns: Sequence[MeterColumn], refused: Refused, counted: pa.Table
) -> Finding:
    column = columns[refused.number]
    meter, rule = column.meter, refused.rule
    place = (*sheet.grid.where, rows_place(refused.runs), meter.id)
    numbers = {
        "rows": refused.cells, "text": refused.text,
        "resolution": f"{meter.resolution} {meter.measure}", **rows_told(refused.runs),
    }  # fmt: skip
    if rule == FINER:
        rounded = Rounded.of(counted, refused.number, column, sheet.profile.decimal)
        rule, numbers = rounded.rule(meter.kind), numbers | rounded.numbers(column)
    return sheet.finding(rule, meter.id, place, **numbers)
