"""CSV files as grids, plain or compressed, in the encoding that the profile names."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from celadon.errors import Fault, InputError
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, empty_grid, wrong_kind

_BINARY = {
    b"PK\x03\x04": "a workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook of an old format, or another office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF file",
}
_GZIP = b"\x1f\x8b"
_BLOCK = 64 << 20
_USUAL_WIDTH = 1000


def open_csv(path: Path, profile: Profile) -> Grid:
    """The one sheet of a CSV file; a row is a record, as a spreadsheet counts them.

    Raises
    ------
    InputError
        If the file is of another kind, is cut short, or is not in the profile's encoding.
    """
    text = _text(path, profile)
    if not text.strip():
        return empty_grid(path.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n", profile.header_row)
    if len(lines) < profile.header_row:
        return empty_grid(path.name)
    ragged: list[int] = []
    blank: list[int] = []

    def note(row: pa.csv.InvalidRow) -> str:
        (ragged if row.text.strip(f" \t\r{profile.delimiter}") else blank).append(row.number)
        return "skip"

    # No fewer columns than there can be: a quoted header may go on in the next line.
    width = max(_USUAL_WIDTH, lines[profile.header_row - 1].count(profile.delimiter) + 1)
    try:
        table = pyarrow.csv.read_csv(
            BytesIO(text.encode()),
            pyarrow.csv.ReadOptions(
                use_threads=False,  # so that row numbers of broken lines are known
                autogenerate_column_names=True,
                skip_rows=profile.header_row - 1,
                block_size=_BLOCK,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=profile.delimiter,
                ignore_empty_lines=False,
                newlines_in_values=True,
                invalid_row_handler=note,
            ),
            pyarrow.csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(width)},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        rule = f"CSV, cells parted by {profile.delimiter!r}"
        fault = Fault((path.name,), str(error).splitlines()[0], rule, "name the right delimiter")
        raise InputError(f"Cannot read {path.name}", [fault]) from None
    return _grid(path.name, table, profile.header_row, {*ragged, *blank}, tuple(ragged))


def _text(path: Path, profile: Profile) -> str:
    data = path.read_bytes()
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise wrong_kind(path, "a damaged gzip file", "CSV text", profile) from None
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise wrong_kind(path, kind, "CSV text", profile)
    try:
        text = data.decode(profile.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02X} in line {line}"
        remedy = 'name the file\'s encoding in the profile, such as encoding = "gb18030"'
        fault = Fault((path.name,), found, f"text in {profile.encoding}", remedy)
        raise InputError(f"Cannot read {path.name}", [fault]) from None
    if "\0" in text:
        raise wrong_kind(path, "bytes that are no text", f"text in {profile.encoding}", profile)
    return text


def _grid(
    file: str, table: pa.Table, header_row: int, skipped: set[int], ragged: tuple[int, ...]
) -> Grid:
    """The grid of a table that begins with the headers and lacks the rows ``skipped``."""
    last = header_row + table.num_rows + len(skipped)
    numbers = pa.array([n for n in range(header_row, last) if n not in skipped], pa.int64())
    columns = [column.combine_chunks() for column in table.columns]
    headers = tuple(column[0].as_py().strip() for column in columns)
    body = pa.table([numbers, *columns], [str(n) for n in range(len(columns) + 1)]).slice(1)
    kept = body.filter(_filled(body.columns[1:]))
    rows, *texts = (column.combine_chunks() for column in kept.columns)
    return Grid(file, "", headers, tuple(texts), rows, tuple(sorted(ragged)))


def _filled(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Whether a row has any text; most have it in their first column."""
    filled = pc.not_equal(pc.utf8_trim_whitespace(columns[0]), "")
    for column in columns[1:]:
        if pc.all(filled).as_py():
            break
        filled = pc.or_(filled, pc.not_equal(pc.utf8_trim_whitespace(column), ""))
    return filled
