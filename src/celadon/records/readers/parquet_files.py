"""Parquet files as grids: every value as the text that a person would write.

Integers and decimals are exact; a binary fraction is read to fifteen digits, as in a workbook; an
instant stands as ISO 8601, with ``+00:00`` where the file keeps it in UTC.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from celadon.records.readers.limits import MOST_BYTES, MOST_CELLS, too_large
from celadon.records.readers.profile import Profile
from celadon.records.readers.seeming import seeming, way_out
from celadon.records.readers.sheet import Grid, Met, empty_grid, filled_rows, wrong_kind
from celadon.records.readers.typed_cells import float_text

_MAGIC = b"PAR1"
_FETCH = "fetch the file again from where it was made, whole; nothing of it was taken"
_LEAST = 12  # bytes: its mark at both ends, and the length of what it says of itself


def open_parquet(path: Path, profile: Profile) -> list[Grid]:
    """The one sheet of a Parquet file; its rows are counted from 1.

    Raises
    ------
    InputError
        If the file is of another kind, is damaged, or holds too much.
    """
    return [parquet_grid(path, profile.id, profile.decimal)]


def parquet_grid(path: Path, profile: str, decimal: str) -> Grid:
    """The grid of a Parquet file.

    Raises
    ------
    InputError
        If the file is of another kind, is damaged, or holds too much.
    """
    with path.open("rb") as file:
        if file.read(4) != _MAGIC:
            raise wrong_kind(path, found := seeming(path), "Parquet", profile, way_out(found))
        file.seek(-4, os.SEEK_END)
        if file.read(4) != _MAGIC or path.stat().st_size < _LEAST:
            found = "a Parquet file that is cut short: its end, which says what it holds, is gone"
            raise wrong_kind(path, found, "Parquet", profile, _FETCH)
    try:
        with pq.ParquetFile(path) as opened:
            _bound(path, opened.metadata)
            table = opened.read(use_threads=False)  # as ``read_parquet`` does
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        found = f"a damaged Parquet file: {str(error).partition(chr(10))[0]}"
        raise wrong_kind(path, found, "Parquet", profile, _FETCH) from None
    return _grid(path.name, table, decimal)


def _bound(path: Path, metadata: pq.FileMetaData) -> None:
    groups = (metadata.row_group(n) for n in range(metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    cells = metadata.num_rows * metadata.num_columns
    if size > MOST_BYTES or cells > 10 * MOST_CELLS:
        raise too_large(path, f"{size >> 20} MiB in {cells:,} cells")


def _grid(file: str, table: pa.Table, decimal: str) -> Grid:
    if not table.num_columns or not table.num_rows:
        return empty_grid(file)
    columns: list[pa.Array] = []
    met: list[Met] = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        text = _text(column, decimal)
        if text is None:
            numbers = {"name": name, "type": str(column.type)}
            met.append(Met("unread_column", (f"column {name!r}",), numbers))
            text = pa.array([""] * len(column), pa.string())
        columns.append(text)
    texts = tuple(columns)
    kept = filled_rows(texts)
    rows = pa.arange(1, table.num_rows + 1)
    headers = tuple(name.strip() for name in table.column_names)
    if not pc.all(kept).as_py():
        texts, rows = tuple(text.filter(kept) for text in texts), rows.filter(kept)
    return Grid(file, "", headers, texts, rows, typed=True, met=tuple(met))


def _text(column: pa.ChunkedArray, decimal: str) -> pa.Array | None:
    """A column as text, empty where it is null; None if its type has no text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    try:
        if pa.types.is_timestamp(kind):
            text = _instants(column)
        elif pa.types.is_floating(kind):
            text = _numbers(column, decimal)
        elif pa.types.is_decimal(kind) or pa.types.is_integer(kind):
            text = column.cast(pa.string())
            text = text if decimal == "." else pc.replace_substring(text, ".", decimal)
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            return None
        else:
            text = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None
    filled = pc.fill_null(text, "")
    whole = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    return whole if isinstance(whole, pa.Array) else None  # a text of more than 2 GiB


def _numbers(column: pa.ChunkedArray, decimal: str) -> pa.Array:
    if column.type != pa.float64():  # the shortest text of a short fraction is what was meant
        column = column.cast(pa.string()).cast(pa.float64())
    return float_text(pa.concat_arrays(column.chunks), decimal)


def _instants(column: pa.ChunkedArray) -> pa.ChunkedArray:
    zoned = column.type.tz is not None
    plain = column.cast(pa.timestamp(column.type.unit, "UTC")) if zoned else column
    plain = plain.cast(pa.timestamp(column.type.unit))
    try:
        text = plain.cast(pa.timestamp("s")).cast(pa.string())
    except pa.ArrowInvalid:  # fractions of a second, which no format of a profile takes
        text = plain.cast(pa.string())
    return pc.binary_join_element_wise(text, "+00:00", "") if zoned else text
