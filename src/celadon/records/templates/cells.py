"""A returned template, opened: every cell as text, and what else a person did to the sheets.

Values and formulas are both looked at, so that a formula that was never computed, or failed, is
told from an empty cell; merged cells and hidden rows are known by their place.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from celadon.errors import Fault, InputError
from celadon.records.readers.seeming import seeming, way_out
from celadon.records.readers.sheet import column_letter
from celadon.records.readers.workbook_parts import NOT_COMPUTED
from celadon.records.templates.stamp import PROPERTY, Stamp

_ZIP = b"PK\x03\x04"
_SEND_AGAIN = "have the file sent again, whole; nothing of it was taken"
_HALF_SECOND = dt.timedelta(milliseconds=500)
_EXACT = 10**15  # a spreadsheet keeps fifteen digits
_MOST_BYTES = 512 << 20
_DAMAGE = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, EOFError, NotImplementedError,
)  # fmt: skip
"""What the reading library raises where a part of a workbook is not what it expects."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged stretch of cells; rows and columns from 1, the last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def text(self) -> str:
        """As a workbook writes it: ``E6:E8``."""
        ends = ((self.first_column, self.first_row), (self.last_column, self.last_row))
        return ":".join(f"{column_letter(column - 1)}{row}" for column, row in ends)


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """One sheet of a returned file.

    Parameters
    ----------
    cells : text by row and column, from 1; empty cells are not there.
    hidden : rows that are hidden.
    is_hidden : whether the whole sheet is.
    """

    name: str
    cells: dict[int, dict[int, str]]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ReturnedBook:
    """A returned file: its sheets in their order, and its stamp if one is left."""

    file: str
    sheets: tuple[ReturnedSheet, ...]
    stamp: Stamp | None
    raw: Workbook = field(repr=False, compare=False)
    """The workbook with its formulas, as it was opened: what a marked copy is made of."""


def open_returned(path: Path) -> ReturnedBook:
    """Open a returned template.

    Raises
    ------
    InputError
        If it is no XLSX workbook, is damaged, is locked by a password, or unpacks to more than
        memory should hold.
    """
    _refuse_strange(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that it does not keep
            values = openpyxl.load_workbook(path, data_only=True)
            formulas = openpyxl.load_workbook(path)
        pairs = zip(values.worksheets, formulas.worksheets, strict=True)
        sheets = tuple(_sheet(plain, raw) for plain, raw in pairs)
    except _DAMAGE as error:
        told = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise _unreadable(path, f"a damaged workbook: {told}") from None
    return ReturnedBook(path.name, sheets, _stamp(formulas, sheets), formulas)


def _refuse_strange(path: Path) -> None:
    if not path.is_file():
        fault = Fault((str(path),), "no such file", "a returned template", "correct the path")
        raise InputError(f"Cannot read {path.name}", [fault])
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            cut = file.read(4) == _ZIP
        found = "a workbook that is cut short or damaged" if cut else seeming(path)
        raise _unreadable(path, found, _SEND_AGAIN if cut else way_out(found))
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > _MOST_BYTES:
            found = f"a file that unpacks to {size >> 20:,} MB"
            raise _unreadable(path, found)
        if "xl/workbook.xml" not in archive.namelist():
            raise _unreadable(path, "a zip archive that is no workbook")


def _unreadable(path: Path, found: str, way: str = "") -> InputError:
    rule = "a returned template is an XLSX workbook"
    remedy = way or (
        "open it in a spreadsheet program, save it as .xlsx without a password, send it again"
    )
    return InputError(f"Cannot read {path.name}", [Fault((path.name,), found, rule, remedy)])


def _sheet(values: Worksheet, formulas: Worksheet) -> ReturnedSheet:
    cells: dict[int, dict[int, str]] = {}
    for row in values.iter_rows():
        found = {cell.column: text for cell in row if (text := _text(cell))}
        if found:
            cells[row[0].row] = found
    for row_number, column, text in _unknown(values, formulas):
        cells.setdefault(row_number, {})[column] = text
    return ReturnedSheet(
        formulas.title,
        cells,
        tuple(
            Merge(span.min_row, span.max_row, span.min_col, span.max_col)
            for span in formulas.merged_cells.ranges
        ),
        frozenset(n for n, size in formulas.row_dimensions.items() if size.hidden),
        formulas.sheet_state != "visible",
    )


def _unknown(values: Worksheet, formulas: Worksheet) -> Iterator[tuple[int, int, str]]:
    """Formulas that have no result: the file was never opened by a spreadsheet program."""
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and values.cell(cell.row, cell.column).value is None:
                yield cell.row, cell.column, NOT_COMPUTED


def _text(cell: Any) -> str:
    """A cell as text: a number to fifteen digits, a share as its percentage, a date as ISO."""
    value = cell.value
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        instant = (value + _HALF_SECOND).replace(microsecond=0)  # stored as a fraction of a day
        has_time = "h" in str(cell.number_format).lower() or instant.time() != dt.time()
        return instant.isoformat(sep=" ") if has_time else instant.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, int | float):
        percent = "%" in str(cell.number_format)
        return _number(value * 100) + "%" if percent else _number(value)
    return str(value).strip()


def _number(value: float) -> str:
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT)
    return str(int(value)) if whole else f"{value:.15g}"


def _stamp(book: Workbook, sheets: tuple[ReturnedSheet, ...]) -> Stamp | None:
    """The stamp in the file's properties, or the first that stands in a cell."""
    texts = [str(found.value) for found in book.custom_doc_props.props if found.name == PROPERTY]
    texts += [
        text
        for sheet in sheets
        for row in sheet.cells.values()
        for text in row.values()
        if text.startswith(PROPERTY)
    ]
    found = (Stamp.parse(text) for text in texts)
    return next((stamp for stamp in found if stamp is not None), None)
