"""CSV files as grids, plain or compressed, in the encoding that the profile names."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from celadon.errors import Fault, InputError
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, Met, empty_grid, filled_rows, wrong_kind
from celadon.records.readers.text_files import read_text

_BLOCK = 1 << 20  # fits a cache, which halves the time that larger blocks take
_USUAL_WIDTH = 1000
_FETCH = "fetch the file again from where it was made; nothing was committed"


def open_csv(path: Path, profile: Profile) -> list[Grid]:
    """The one sheet of a CSV file; a row is a record, as a spreadsheet counts them.

    Raises
    ------
    InputError
        If the file is empty, of another kind, cut short, or not in the profile's encoding.
    """
    text = read_text(path, profile.encoding, profile.header_row, profile.id)
    if not text.data.strip() and not text.met:
        raise wrong_kind(path, "an empty file", "CSV text", profile.id, _FETCH)
    return [csv_grid(path.name, text.data, profile.delimiter, profile.header_row, text.met)]


def csv_grid(
    file: str, data: bytes, delimiter: str, header_row: int, met: tuple[Met, ...] = ()
) -> Grid:
    """The grid of a text in UTF-8.

    Raises
    ------
    InputError
        If it cannot be parted into cells.
    """
    if not data or data.isspace():
        return empty_grid(file, met=met)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    data, unclosed = _closed(data, delimiter.encode(), header_row)
    met += unclosed
    head = _line(data, header_row)
    if head is None:
        return empty_grid(file, met=met)
    # No fewer columns than there can be: a quoted header may go on in the next line.
    width = max(_USUAL_WIDTH, head.count(delimiter.encode()) + 1)
    ragged: list[int] = []
    blank: list[int] = []

    def note(row: pa.csv.InvalidRow) -> str:
        (ragged if row.text.strip(f" \t\r{delimiter}") else blank).append(row.number)
        return "skip"

    def read(block: int) -> pa.Table:
        ragged.clear()
        blank.clear()
        return pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pyarrow.csv.ReadOptions(
                use_threads=False,  # so that row numbers of broken lines are known
                autogenerate_column_names=True,
                skip_rows=header_row - 1,
                block_size=block,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                ignore_empty_lines=False,
                newlines_in_values=True,
                invalid_row_handler=note,
            ),
            pyarrow.csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(width)},
                strings_can_be_null=False,
            ),
        )

    try:
        try:
            table = read(_BLOCK)
        except pa.ArrowInvalid:  # a row longer than a block
            table = read(len(data) + 1)
    except pa.ArrowInvalid as error:
        rule = f"CSV, cells parted by {delimiter!r}"
        fault = Fault((file,), str(error).splitlines()[0], rule, "name the right delimiter")
        raise InputError(f"Cannot read {file}", [fault]) from None
    return _grid(file, table, header_row, {*ragged, *blank}, tuple(ragged), met)


def _closed(data: bytes, delimiter: bytes, header_row: int) -> tuple[bytes, tuple[Met, ...]]:
    """A text without the line of a quotation mark that none closes, and what is told of it.

    All that stands behind such a mark would be one cell.
    """
    at = data.rfind(b'"')
    begins = at == 0 or (at > 0 and data[at - 1 : at] in (delimiter, b"\n"))
    number = data.count(b"\n", 0, at) + 1
    if not begins or data.count(b'"') % 2 == 0 or number <= header_row:
        return data, ()
    start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
    if end < 0:
        end = len(data)
    met = Met("open_quote", (f"line {number}",), {"row": number})
    return data[:start] + data[end:], (met,)


def _line(data: bytes, number: int) -> bytes | None:
    """A line of a text by its number, or None beyond the end."""
    start = 0
    for _ in range(number - 1):
        start = data.find(b"\n", start) + 1
        if not start:
            return None
    end = data.find(b"\n", start)
    return data[start:] if end < 0 else data[start:end]


def _grid(
    file: str, table: pa.Table, header_row: int, skipped: set[int], ragged: tuple[int, ...],
    met: tuple[Met, ...],
) -> Grid:  # fmt: skip
    """The grid of a table that begins with the headers and lacks the rows ``skipped``."""
    last = header_row + table.num_rows + len(skipped)
    if skipped:
        numbers = pa.array([n for n in range(header_row, last) if n not in skipped], pa.int64())
    else:
        numbers = pa.arange(header_row, last)
    columns = [column.combine_chunks() for column in table.columns]
    headers = tuple(column[0].as_py().strip() for column in columns)
    texts, rows = tuple(column.slice(1) for column in columns), numbers.slice(1)
    if len(rows):
        kept = filled_rows(texts)
        if not pc.all(kept).as_py():
            texts, rows = tuple(text.filter(kept) for text in texts), rows.filter(kept)
    return Grid(file, "", headers, texts, rows, tuple(sorted(ragged)), met=met)
