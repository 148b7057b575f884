"""Files as grids of text: what CSV and XLSX have in common once opened.

Nothing is interpreted here: every cell is text as written, empty cells are empty text, and every
row keeps its number in the file, so that a fault can name its place.
"""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
from python_calamine import CalamineError, CalamineWorkbook

from celadon.errors import Fault, InputError
from celadon.records.profile import Profile


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: headers, the columns under them, and the file's row number of each row.

    Parameters
    ----------
    file : the file's name.
    sheet : the sheet's name; empty for CSV.
    headers : as written, blanks stripped.
    columns : one text array per header, all of one length; never null.
    rows : row numbers in the file, the first row being 1.
    ragged : row numbers that were left out because they have another number of cells.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    ragged: tuple[int, ...] = ()

    @property
    def where(self) -> tuple[str, ...]:
        """File and sheet, as the beginning of a place."""
        return (self.file, self.sheet) if self.sheet else (self.file,)

    def find(self, names: tuple[str, ...]) -> int | None:
        """The index of the first header that is one of ``names``."""
        for index, header in enumerate(self.headers):
            if header in names:
                return index
        return None

    def place(self, column: int, row: int) -> tuple[str, ...]:
        """Where a cell stands: file, sheet, and cell or row."""
        cell = f"{column_letter(column)}{row}" if self.sheet else f"row {row}"
        return (*self.where, cell)


def column_letter(index: int) -> str:
    """The letters of a column as workbooks name them.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def open_grids(path: Path, profile: Profile) -> list[Grid]:
    """The sheets of a file that a profile asks for.

    Raises
    ------
    InputError
        If the file is of another kind than the profile says, is not in its encoding, or lacks a
        sheet that the profile names.
    """
    return [_open_csv(path, profile)] if profile.file == "csv" else _open_xlsx(path, profile)


def _open_csv(path: Path, profile: Profile) -> Grid:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if data.startswith(b"PK\x03\x04"):
        raise _wrong_kind(path, "a workbook or another zip archive", "CSV text", profile)
    if not data.strip():
        return Grid(path.name, "", (), (), pa.array([], pa.int64()))
    ragged: list[int] = []

    def note(row: pa.csv.InvalidRow) -> str:
        ragged.append(row.number)
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            BytesIO(data),
            pyarrow.csv.ReadOptions(
                use_threads=False,  # so that row numbers of broken lines are known
                encoding=profile.encoding,
                autogenerate_column_names=True,
                skip_rows=profile.header_row - 1,
                block_size=64 << 20,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=profile.delimiter, ignore_empty_lines=False, invalid_row_handler=note
            ),
            pyarrow.csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(_width(data, profile))},
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, LookupError) as error:
        rule = f"CSV in {profile.encoding}, cells parted by {profile.delimiter!r}"
        remedy = "name the file's encoding and delimiter in the profile"
        fault = Fault((path.name,), str(error).splitlines()[0], rule, remedy)
        raise InputError(f"Cannot read {path.name}", [fault]) from None
    skipped = {number + profile.header_row - 1 for number in ragged}
    numbers = [
        number
        for number in range(profile.header_row, profile.header_row + table.num_rows + len(skipped))
        if number not in skipped
    ]
    columns = [column.combine_chunks() for column in table.columns]
    headers = tuple(_clean(column[0].as_py()) for column in columns)
    return Grid(
        path.name,
        "",
        headers,
        tuple(column.slice(1) for column in columns),
        pa.array(numbers[1:], pa.int64()),
        tuple(sorted(skipped)),
    )


def _width(data: bytes, profile: Profile) -> int:
    """No fewer columns than the file can have: one more than its header row's delimiters."""
    line = data.split(b"\n", profile.header_row)[profile.header_row - 1]
    return line.decode(profile.encoding, errors="replace").count(profile.delimiter) + 1


def _open_xlsx(path: Path, profile: Profile) -> list[Grid]:
    if not zipfile.is_zipfile(path):
        raise _wrong_kind(path, "no workbook (it is not a zip archive)", "XLSX", profile)
    try:
        book = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise _wrong_kind(path, f"no workbook: {error}", "XLSX", profile) from None
    absent = [name for name in profile.sheets if name not in book.sheet_names]
    if absent:
        found = "sheets: " + ", ".join(book.sheet_names)
        rule = "the profile asks for: " + ", ".join(profile.sheets)
        fault = Fault((path.name,), found, rule, "rename the sheet or correct the profile")
        raise InputError(f"Cannot read {path.name}", [fault])
    return [
        _sheet(
            path.name, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False), profile
        )
        for name in (profile.sheets or book.sheet_names)
    ]


def _sheet(file: str, name: str, cells: list[list[Any]], profile: Profile) -> Grid:
    body = cells[profile.header_row - 1 :]
    if not body:
        return Grid(file, name, (), (), pa.array([], pa.int64()))
    headers = tuple(_clean(_text(cell)) for cell in body[0])
    numbered = [
        (number, [_text(cell) for cell in row])
        for number, row in enumerate(body[1:], start=profile.header_row + 1)
    ]
    filled = [(number, row) for number, row in numbered if any(row)]
    columns = tuple(
        pa.array([row[index] for _, row in filled], pa.string()) for index in range(len(headers))
    )
    return Grid(file, name, headers, columns, pa.array([n for n, _ in filled], pa.int64()))


def _text(cell: Any) -> str:
    """A cell as text: the shortest decimal that the stored number stands for, dates as ISO."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else cell.isoformat()
    return str(cell).strip()


def _clean(header: str) -> str:
    return header.removeprefix("\ufeff").strip()


def _wrong_kind(path: Path, found: str, expected: str, profile: Profile) -> InputError:
    return InputError(
        f"Cannot read {path.name} with the profile {profile.id}",
        [
            Fault(
                (path.name,),
                found,
                f"the profile {profile.id} reads {expected}",
                "choose the profile that fits the file (--profile)",
            )
        ],
    )
