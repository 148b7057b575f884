"""Tables from the bytes of Parquet files that a stranger may have made.

Columns are compared before any is unfolded, and text is measured before each row gets its own: a
small file does not become a large table.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from celadon.errors import Fault, TableError
from celadon.tables import ARROW_TYPES, Schema

_MOST_ROWS = 20_000_000
_MOST_TEXT = 1 << 30
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


def read_table(schema: Schema, data: bytes) -> pa.Table:
    """A table from the bytes of a Parquet file that a stranger may have made.

    Raises
    ------
    TableError
        If it is no Parquet file, of another schema, larger when unfolded than a return can need, or
        holds text that is not UTF-8 or days that are no days.
    """
    texts = [column.name for column in schema.columns if column.type == "text"]
    try:
        file = pq.ParquetFile(BytesIO(data))
        if file.metadata.num_rows > _MOST_ROWS:
            raise _refused(schema, f"{file.metadata.num_rows:,} rows")
        _same_columns(schema, file.schema_arrow)
        again = pq.ParquetFile(BytesIO(data), metadata=file.metadata, read_dictionary=texts)
        folded = again.read(use_threads=False)  # a return is small, and there are thousands
        size = sum(_unfolded(column) for column in folded.columns)
        if size > _MOST_TEXT:
            raise _refused(schema, f"{size:,} bytes of text")
        table = schema.check(folded)
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _refused(schema, str(error).partition("\n")[0][:200]) from None
    for column in schema.columns:
        if column.type == "date" and not _are_days(table[column.name]):
            raise _refused(schema, f"{column.name}: a day before 1900 or after 2199")
    return table


def _same_columns(schema: Schema, found: pa.Schema) -> None:
    """Refuse other columns before any of them is unfolded."""
    for field in found:
        expected = next((c.type for c in schema.columns if c.name == field.name), None)
        if expected is None:
            raise _refused(schema, f"{field.name[:80]}: a column that it does not have")
        if _plain(field.type) != ARROW_TYPES[expected]:
            raise _refused(schema, f"{field.name}: {field.type} where {expected} is expected")
    absent = [name for name in schema.names if name not in found.names]
    if absent or len(found.names) != len(schema.names):
        raise _refused(schema, f"without {', '.join(absent)}" if absent else "a column twice")


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type of a column once it is unfolded."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _unfolded(column: pa.ChunkedArray) -> int:
    """Bytes of text that a column takes once every row has its own."""
    size = 0
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type) and len(chunk):
            lengths = pc.binary_length(chunk.dictionary)
            size += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return size


def _are_days(column: pa.ChunkedArray) -> bool:
    ends = pc.min_max(column.cast(pa.int32()))
    epoch = dt.date(1970, 1, 1)
    first, last = ends["min"].as_py(), ends["max"].as_py()
    if first is None:
        return True
    return bool((_FIRST_DAY - epoch).days <= first and last < (_LAST_DAY - epoch).days)


def _refused(schema: Schema, found: str) -> TableError:
    rule = f"a Parquet file of the table {schema.name}"
    fault = Fault((schema.name,), found, rule, "pack the return again")
    return TableError(f"The file is no {schema.name}", [fault])
