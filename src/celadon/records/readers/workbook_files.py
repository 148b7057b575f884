"""Workbooks (XLSX) as grids: numbers as a person reads them, dates as ISO, failed formulas as such.

Other kinds of workbook are refused, although the library opens some of them: nothing would tell a
failed formula of theirs from an empty cell.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from celadon.errors import Fault, InputError
from celadon.records.readers.profile import Profile
from celadon.records.readers.seeming import seeming, way_out
from celadon.records.readers.sheet import Grid, Met, empty_grid, filled_rows, listed, wrong_kind
from celadon.records.readers.typed_cells import cell_text, column_text
from celadon.records.readers.workbook_parts import BOOK, NOT_COMPUTED, Parts

__all__ = ["NOT_COMPUTED", "book_sheets", "open_workbook"]

_ZIP = b"PK\x03\x04"
_FETCH = "fetch the file again from where it was made, whole; nothing of it was taken"


class _Panics:
    """Turns a panic of the reading library, which is no ``Exception``, into an error of its own."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and kind.__module__ == "pyo3_runtime":
            raise CalamineError(str(error)) from None


def open_workbook(path: Path, profile: Profile) -> list[Grid]:
    """The sheets of a workbook that the profile names, or all of them.

    Raises
    ------
    InputError
        If the file is no XLSX workbook, is damaged, or lacks a sheet that the profile names.
    """
    return book_sheets(path, profile.id, profile.sheets, profile.header_row, profile.decimal)


def book_sheets(
    path: Path, profile: str, sheets: tuple[str, ...], header_row: int, decimal: str
) -> list[Grid]:
    """The sheets of a workbook that are named, or all of them.

    Raises
    ------
    InputError
        If the file is no XLSX workbook, is damaged, or lacks a sheet that is named.
    """
    try:
        with zipfile.ZipFile(path) as archive, _Panics():
            if BOOK not in archive.namelist():
                raise _no_workbook(path, archive, profile)
            parts = Parts.of(path, archive)
            book = CalamineWorkbook.from_path(path)
            names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            _demand_sheets(path, sheets, names)
            return [
                _sheet(path, book, parts, name, header_row, decimal, _namesakes(name, names))
                for name in dict.fromkeys(sheets or names)
            ]
    except zipfile.BadZipFile:
        raise _no_zip(path, profile) from None
    except (
        CalamineError, KeyError, EOFError, UnicodeDecodeError, zlib.error, NotImplementedError,
        RuntimeError, ValueError, OSError,
    ) as error:  # fmt: skip
        found = f"a damaged workbook: {error}"
        raise wrong_kind(path, found, "XLSX", profile, _FETCH) from None


def _no_workbook(path: Path, archive: zipfile.ZipFile, profile: str) -> InputError:
    names = archive.namelist()
    kind = archive.read("mimetype")[:99] if "mimetype" in names else b""
    found = "a zip archive that is no workbook"
    if b"opendocument.spreadsheet" in kind:
        found = "an OpenDocument spreadsheet (.ods)"
    elif "xl/workbook.bin" in names:
        found = "a binary workbook (.xlsb)"
    return wrong_kind(path, found, "XLSX", profile, way_out(found))


def _no_zip(path: Path, profile: str) -> InputError:
    with path.open("rb") as file:
        head = file.read(4)
    if head == _ZIP:
        found = "a workbook that is cut short or damaged"
        return wrong_kind(path, found, "XLSX", profile, _FETCH)
    found = seeming(path)
    return wrong_kind(path, found, "XLSX", profile, way_out(found))


def _demand_sheets(path: Path, sheets: tuple[str, ...], names: list[str]) -> None:
    if set(sheets) <= set(names):
        return
    found = "sheets: " + listed(names)
    rule = "the profile asks for: " + ", ".join(sheets)
    fault = Fault((path.name,), found, rule, "rename the sheet or correct the profile")
    raise InputError(f"Cannot read {path.name}", [fault])


def _namesakes(name: str, names: list[str]) -> tuple[Met, ...]:
    """What is to be told of sheets that have this name, or this name in other letters."""
    same = Counter(names)[name]
    alike = sorted({other for other in names if other.lower() == name.lower()} - {name})
    met = [Met("repeated_sheet", (), {"sheets": same})] if same > 1 else []
    met += [Met("sheets_alike", (), {"known": ", ".join(alike)})] if alike else []
    return tuple(met)


def _sheet(
    path: Path, book: CalamineWorkbook, parts: Parts, name: str, header_row: int, decimal: str,
    met: tuple[Met, ...],
) -> Grid:  # fmt: skip
    replaced = list(parts.replaced(name))  # first: it refuses what would fill the memory
    sheet = book.get_sheet_by_name(name)
    rows = _cells(sheet, replaced)
    head = rows[header_row - 1 : header_row]
    if not head:
        return empty_grid(path.name, name, met)
    headers = [cell_text(cell, decimal) for cell in head[0]]
    _merge_headers(sheet, rows, headers, header_row - 1, decimal)
    below = rows[header_row:]
    columns = tuple(
        column_text(list(map(itemgetter(n), below)), decimal)
        for n in range(len(headers) if below else 0)
    )
    if not columns:
        nothing = tuple(pa.array([], pa.string()) for _ in headers)
        none = pa.array([], pa.int64())
        return Grid(path.name, name, tuple(headers), nothing, none, typed=True, met=met)
    kept = filled_rows(columns)
    numbers = pa.arange(header_row + 1, len(rows) + 1).filter(kept)
    texts = tuple(column.filter(kept) for column in columns)
    return Grid(path.name, name, tuple(headers), texts, numbers, typed=True, met=met)


def _cells(sheet: CalamineSheet, replaced: list[tuple[int, int, str]]) -> list[list[Any]]:
    cells: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    width = max((len(row) for row in cells), default=0)
    for row, column, text in replaced:
        cells += [[] for _ in range(row + 1 - len(cells))]
        cells[row] += [""] * (column + 1 - len(cells[row]))
        cells[row][column] = text
        width = max(width, column + 1)
    return [row if len(row) == width else row + [""] * (width - len(row)) for row in cells]


def _merge_headers(
    sheet: CalamineSheet, rows: list[list[Any]], headers: list[str], at: int, decimal: str
) -> None:
    """Give a header to the columns below which only a merged cell stands.

    A cell merged over several columns heads them all; one that comes down from a row above heads
    its own. A cell that covers the whole width is a title and heads nothing.
    """
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if not top <= at <= bottom or right - left + 1 >= len(headers) > 1:
            continue
        if top >= len(rows) or left >= len(headers):
            continue
        text = cell_text(rows[top][left], decimal)
        for column in range(left, min(right + 1, len(headers))):
            headers[column] = headers[column] or text
