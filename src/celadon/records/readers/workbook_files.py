"""Workbooks (XLSX) as grids: numbers as a person reads them, dates as ISO, failed formulas as such.

The reading library gives a failed formula as an empty cell, and nothing would tell it from one that
was left empty. So the cells of the sheet's XML that hold an error, or a formula that was never
computed, are looked for, and get their error as text.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from celadon.errors import Fault, InputError
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, empty_grid, wrong_kind

NOT_COMPUTED = "#not computed"
"""Text of a cell whose formula has no result: the file was never opened by a spreadsheet."""

_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_CELL = re.compile(r"<(?:\w+:)?(row|c)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_VALUE = re.compile(r"<(?:\w+:)?v\b[^>]*>([^<]+)</")
_HALF_SECOND = dt.timedelta(milliseconds=500)
_EXACT = 10**15  # a spreadsheet keeps fifteen digits


def open_workbook(path: Path, profile: Profile) -> list[Grid]:
    """The sheets of a workbook that the profile names, or all of them.

    Raises
    ------
    InputError
        If the file is no XLSX workbook, is damaged, or lacks a sheet that the profile names.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if _BOOK not in archive.namelist():
                raise wrong_kind(path, "a zip archive that is no workbook", "XLSX", profile)
            book = CalamineWorkbook.from_path(path)
            names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            _demand_sheets(path, profile, names)
            parts = _sheet_parts(archive)
            return [
                _sheet(path.name, name, _cells(book, archive, name, parts[name]), profile)
                for name in (profile.sheets or names)
            ]
    except zipfile.BadZipFile:
        cut = path.read_bytes()[:4] == b"PK\x03\x04"
        found = "a workbook that is cut short or damaged" if cut else "no zip archive, so no XLSX"
        raise wrong_kind(path, found, "XLSX", profile) from None
    except (CalamineError, KeyError, EOFError, UnicodeDecodeError) as error:
        raise wrong_kind(path, f"a damaged workbook: {error}", "XLSX", profile) from None


def _demand_sheets(path: Path, profile: Profile, names: list[str]) -> None:
    if set(profile.sheets) <= set(names):
        return
    found = "sheets: " + ", ".join(names)
    rule = "the profile asks for: " + ", ".join(profile.sheets)
    fault = Fault((path.name,), found, rule, "rename the sheet or correct the profile")
    raise InputError(f"Cannot read {path.name}", [fault])


def _cells(
    book: CalamineWorkbook, archive: zipfile.ZipFile, name: str, part: str
) -> list[list[Any]]:
    cells: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for row, column, text in _failed_formulas(archive.read(part).decode("utf-8")):
        cells += [[] for _ in range(row + 1 - len(cells))]
        cells[row] += [""] * (column + 1 - len(cells[row]))
        cells[row][column] = text
    width = max((len(row) for row in cells), default=0)
    return [row + [""] * (width - len(row)) for row in cells]


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names with the part of the archive that holds them."""
    relations = archive.read(_RELATIONS).decode("utf-8")
    targets = {
        found["Id"]: found["Target"].removeprefix("/xl/").removeprefix("xl/")
        for found in map(_attributes, _RELATION.findall(relations))
    }
    parts = {}
    for found in map(_attributes, _SHEET.findall(archive.read(_BOOK).decode("utf-8"))):
        relation = next(value for key, value in found.items() if key.endswith(":id"))
        parts[found["name"]] = f"xl/{targets[relation]}"
    return parts


def _failed_formulas(xml: str) -> Iterator[tuple[int, int, str]]:
    """Row, column (from zero) and text of every cell that holds an error or an empty formula."""
    if not re.search(r"""\bt=["']e["']|<(?:\w+:)?f\b""", xml):
        return
    row = column = -1
    tags = list(_CELL.finditer(xml))
    ends = [*(tag.start() for tag in tags[1:]), len(xml)]
    for tag, end in zip(tags, ends, strict=True):
        given = _attributes(tag[2])
        if tag[1] == "row":
            row, column = int(given.get("r", row + 2)) - 1, -1
            continue
        column = _column_index(given["r"]) if "r" in given else column + 1
        if tag[2].endswith("/"):
            continue
        content = xml[tag.end() : end]
        value = _VALUE.search(content)
        if given.get("t") == "e":
            yield row, column, html.unescape(value[1]) if value else "#error"
        elif value is None and given.get("t") != "str" and re.search(r"<(?:\w+:)?f\b", content):
            yield row, column, NOT_COMPUTED


def _attributes(text: str) -> dict[str, str]:
    return {key: html.unescape(one or other) for key, one, other in _ATTRIBUTE.findall(text)}


def _column_index(reference: str) -> int:
    index = 0
    for letter in reference.rstrip("0123456789"):
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _sheet(file: str, name: str, cells: list[list[Any]], profile: Profile) -> Grid:
    body = [[_text(cell, profile.decimal) for cell in row] for row in cells]
    body = body[profile.header_row - 1 :]
    if not body:
        return empty_grid(file, name)
    numbered = enumerate(body[1:], start=profile.header_row + 1)
    filled = [(number, row) for number, row in numbered if any(row)]
    columns = tuple(
        pa.array([row[index] for _, row in filled], pa.string()) for index in range(len(body[0]))
    )
    rows = pa.array([number for number, _ in filled], pa.int64())
    return Grid(file, name, tuple(body[0]), columns, rows)


def _text(cell: Any, decimal: str) -> str:
    """A cell as text: a number to fifteen digits with the profile's decimal mark, a date as ISO."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _EXACT
        return str(int(cell)) if whole else f"{cell:.15g}".replace(".", decimal)
    if isinstance(cell, dt.datetime):
        instant = (cell + _HALF_SECOND).replace(microsecond=0)  # stored as a fraction of a day
        midnight = instant.time() == dt.time()
        return instant.date().isoformat() if midnight else instant.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell).strip()
