"""How could this file be read? The guess that a person confirms, from all that the file shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.records.finding import Finding
from celadon.records.readers.clock import Flags
from celadon.records.readers.csv_files import csv_grid
from celadon.records.readers.earlier import ReadBy, as_earlier
from celadon.records.readers.green_button import HEADERS as ESPI_HEADERS
from celadon.records.readers.green_button import green_button_grid
from celadon.records.readers.grid import open_grids
from celadon.records.readers.guess_table import (
    Columns,
    Head,
    Meters,
    find_columns,
    find_head,
    row_kind,
)
from celadon.records.readers.guess_text import (
    guess_delimiter,
    guess_encoding,
    guess_marks,
    split_rows,
)
from celadon.records.readers.guess_times import guess_stamp, guess_times, step_minutes
from celadon.records.readers.gzip_files import unpacked_so_far
from celadon.records.readers.parquet_files import parquet_grid
from celadon.records.readers.profile import Profile, load_profile
from celadon.records.readers.recognition import (
    Guess,
    NotRecognised,
    Trace,
    says_the_same,
)
from celadon.records.readers.seeming import binary_kind, page_kind, seeming, way_out
from celadon.records.readers.sheet import Grid, filled, listed, wrong_kind
from celadon.records.readers.taking import take_rows
from celadon.records.readers.workbook_files import book_sheets
from celadon.records.site import Site
from celadon.reference import Carrier

UNSAVED = "recognised"
"""Id of the profile of a guess that nobody has given a name."""

_LOOKED_AT = 400
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet before it is known which row heads it."""

    name: str
    rows: list[tuple[int, list[str]]]
    grid: Callable[[int], Grid]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as far as it is the same for all its sheets."""

    plain: dict[str, Any]
    traces: tuple[Trace, ...]
    sheets: list[_Sheet]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was guessed of one sheet."""

    plain: dict[str, Any]
    traces: tuple[Trace, ...]


def recognise(
    path: Path,
    site: Site,
    carriers: Mapping[str, Carrier],
    known: Mapping[str, Profile],
    read_by: ReadBy | None = None,
) -> Guess:
    """The best guess about a file, read with it from end to end.

    Parameters
    ----------
    known : the profiles that there are, by name; a guess that says the same is called by it.
    read_by : tells by which file a profile read the same meters before; that settles what the file
        itself leaves open, such as the stamps of a few rows.

    Raises
    ------
    NotRecognised
        If no guess can be made.
    InputError
        If the file is of a kind that is not read at all, or damaged.
    """
    file = _opened(path)
    read: dict[str, _Read] = {}
    refused: dict[str, NotRecognised] = {}
    for sheet in file.sheets:
        try:
            read[sheet.name] = _recognised(sheet, file, site, known)
        except NotRecognised as refusal:
            refused[sheet.name] = refusal
    if not read:
        first = next(iter(refused.values()), NotRecognised("no_data"))
        traces = (*file.traces, *first.traces)
        raise NotRecognised(first.because, traces, **first.numbers)
    plain, traces = _together(read, refused)
    guessed = Profile.model_validate(file.plain | plain)
    known_as = next((name for name in known if says_the_same(known[name], guessed)), "")
    profile = known[known_as] if known_as else guessed
    traces = (*file.traces, *traces)
    table, findings = _taken(path, profile, site, carriers)
    if read_by is not None and profile.kind == "reading":
        settled = as_earlier(guessed, traces, table, known, read_by)
        if settled is not None:
            profile, known_as, traces = settled
            table, findings = _taken(path, profile, site, carriers)
    first = table.sort_by("source_row").slice(0, _SHOWN).to_pylist()
    return Guess(profile, known_as, traces, table.num_rows, tuple(first), findings)


def _taken(
    path: Path, profile: Profile, site: Site, carriers: Mapping[str, Carrier]
) -> tuple[pa.Table, tuple[Finding, ...]]:
    taken = [take_rows(grid, profile, site, carriers) for grid in open_grids(path, profile)]
    table = pa.concat_tables([rows for rows, _ in taken])
    return table, tuple(finding for _, found in taken for finding in found)


def _opened(path: Path) -> _File:
    with path.open("rb") as opened:
        head = opened.read(4)
    if head == b"PK\x03\x04":
        return _workbook(path)
    if head == b"PAR1":
        grid = parquet_grid(path, "", ".")
        return _File({"file": "parquet"}, (Trace("file", "parquet", "magic"),), [_single(grid)])
    data = unpacked_so_far(path).data
    kind = binary_kind(data) or page_kind(data)
    if data and not data.strip(b"\0"):
        kind = seeming(path)
    if kind:
        raise wrong_kind(path, kind, "CSV, Parquet, XLSX or Green Button", "", way_out(kind))
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        grid = green_button_grid(path, "")
        plain = load_profile("green-button").model_dump(exclude={"id", "title_zh", "title_en"})
        traces = (Trace("file", "green-button", "xml"),)
        return _File({"file": "green-button", "words": plain["words"]}, traces, [_single(grid)])
    return _text(path, data)


def _single(grid: Grid) -> _Sheet:
    rows = [(1, list(grid.headers)), *_first_rows(grid)]
    return _Sheet("", rows, lambda _: grid)


def _first_rows(grid: Grid) -> list[tuple[int, list[str]]]:
    numbers = grid.rows[:_LOOKED_AT].to_pylist()
    columns = [column[:_LOOKED_AT].to_pylist() for column in grid.columns]
    cells = [list(row) for row in zip(*columns, strict=True)]
    return list(zip(numbers, cells, strict=True)) if cells else []


def _workbook(path: Path) -> _File:
    def sheet(grid: Grid) -> _Sheet:
        def headed(row: int) -> Grid:
            return grid if row == 1 else book_sheets(path, "", (grid.sheet,), row, ".")[0]

        rows = [(1, list(grid.headers)), *_first_rows(grid)]
        return _Sheet(grid.sheet, rows, headed)

    sheets = [sheet(grid) for grid in book_sheets(path, "", (), 1, ".")]
    return _File({"file": "xlsx"}, (Trace("file", "xlsx", "magic"),), sheets)


def _text(path: Path, data: bytes) -> _File:
    encoding = guess_encoding(data)
    text = data.decode(encoding.value, "replace").removeprefix("\ufeff")
    if not text.strip():
        raise NotRecognised("empty")
    delimiter = guess_delimiter(text)
    character = delimiter.value
    rows = [(n, row) for n, row in enumerate(split_rows(text, character, _LOOKED_AT), start=1)]
    plain = {"file": "csv", "encoding": encoding.value, "delimiter": character}
    traces = (Trace("file", "csv", "text"), encoding, delimiter)
    whole = text.replace("\0", "").encode()
    sheet = _Sheet("", rows, lambda row: csv_grid(path.name, whole, character, row))
    return _File(plain, traces, [sheet])


def _recognised(sheet: _Sheet, file: _File, site: Site, known: Mapping[str, Profile]) -> _Read:
    own = file.plain["file"] in ("parquet", "green-button")  # whose headers are no row
    head = Head(1) if own else find_head(sheet.rows)
    grid = sheet.grid(head.row)
    if not len(grid.rows):
        raise NotRecognised("no_data")
    traces = () if own else (head.trace(),)
    name = row_kind(grid, known)
    if name:
        kept = known[name].model_dump(exclude={"id", "file", "header_row", "title_zh", "title_en"})
        kept = {k: v for k, v in kept.items() if v is not None and k not in file.plain}
        kind = Trace("kind", known[name].kind, "fields", {"profile": name})
        plain = {**kept, "id": UNSAVED, "header_row": head.row, "sheets": ()}
        return _Read(plain, (*traces, kind))
    return _reading(grid, head, traces, file, site)


def _reading(grid: Grid, head: Head, traces: tuple[Trace, ...], file: _File, site: Site) -> _Read:
    times = guess_times(grid, site.zone)
    if times is None:
        raise NotRecognised("no_time", traces, headers=listed(grid.headers))
    try:
        columns = find_columns(grid, times.columns, Meters(site), head.units)
    except NotRecognised as refusal:
        found = (*traces, *times.traces)
        raise NotRecognised(refusal.because, found, **refusal.numbers) from None
    decimal, thousands = guess_marks(
        [grid.columns[index] for index in columns.values], file.plain.get("delimiter", "")
    )
    intervals = [meter for meter in columns.found if meter.kind == "interval"]
    stamp = guess_stamp(times, _counting(grid, columns) if intervals else None)
    length = step_minutes(times.local[times.told])
    step = _step(length, sorted({meter.minutes for meter in intervals}))
    plain: dict[str, Any] = {
        "id": UNSAVED, "kind": "reading", "layout": columns.layout, "decimal": decimal.value,
        "header_row": head.row,
        "time": {
            "column": [times.header], "clock": times.clock_headers, "format": times.format,
            "stamp": stamp.value,
        },
        "meters": columns.meters, "units": columns.units, "ignore": columns.ignore,
        "columns": columns.columns, "words": file.plain.get("words", {}) | columns.words,
    }  # fmt: skip
    if thousands:
        plain["thousands"] = thousands.value
    kind = Trace("kind", "reading", "time_and_meters")
    marks = (decimal, thousands) if thousands else (decimal,)
    return _Read(plain, (*traces, kind, *times.traces, stamp, *step, *marks, *columns.traces))


def _counting(grid: Grid, columns: Columns) -> Flags | None:
    """The rows in which an interval meter has a value; None if the kind of file says its stamps."""
    if grid.headers == ESPI_HEADERS:
        return None
    flags = np.zeros(len(grid.rows), np.bool_)
    meters = columns.found if columns.layout == "wide" else []
    for index, meter in zip(columns.values, meters, strict=False):
        if meter.kind == "interval":
            flags |= filled(grid.columns[index]).to_numpy(zero_copy_only=False)
    return flags if columns.layout == "wide" else np.ones(len(grid.rows), np.bool_)


def _step(minutes: float | None, declared: list[int]) -> tuple[Trace, ...]:
    """The length of an interval, which the meters declare; one that differs is doubtful."""
    if minutes is None:
        return ()
    value = f"{minutes:g} min"
    others = tuple(f"{m} min" for m in declared if m != minutes) if minutes not in declared else ()
    because = "steps_differ" if others else "steps"
    return (Trace("step", value, because, {"declared": ", ".join(map(str, declared))}, others),)


def _together(
    read: dict[str, _Read], refused: dict[str, NotRecognised]
) -> tuple[dict[str, Any], tuple[Trace, ...]]:
    """One guess for the sheets that are alike, and what of the others is to be told."""
    groups: list[tuple[_Read, list[str]]] = []
    for name, each in read.items():
        alike = next((names for first, names in groups if first.plain == each.plain), None)
        if alike is None:
            groups.append((each, [name]))
        else:
            alike.append(name)
    chosen, names = max(groups, key=lambda group: len(group[1]))
    left = [name for _, group in groups for name in group if name not in names]
    traces = list(chosen.traces)
    plain = dict(chosen.plain)
    if left or refused:
        plain["sheets"] = names
        told = {"number": len(names)}
        traces.append(Trace("sheets", ", ".join(names), "alike", told, tuple(left)))
        traces += [
            Trace("unread", name, f"sheet_{refusal.because}") for name, refusal in refused.items()
        ]
    return plain, tuple(traces)
