"""Schemas: every table that passes between floors is declared once.

From one declaration come the Arrow schema, the check at each border, the Parquet encoding, the JSON
schema and the page of the data dictionary. Types are few on purpose: text, bigint (64-bit, overflow
checked), huge (DECIMAL(38,0)), date, timestamp (naive UTC, microseconds) and boolean. No floats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from operator import index
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from celadon.errors import Fault, TableError

ColumnType = Literal["text", "bigint", "huge", "date", "timestamp", "boolean"]

# How each type is held by Arrow and by DuckDB; a huge is never a HUGEINT, which Parquet lacks.
ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "huge": pa.decimal128(38, 0),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "huge": "DECIMAL(38,0)",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_JSON_TYPES: dict[ColumnType, dict[str, str]] = {
    "text": {"type": "string"},
    "bigint": {"type": "integer"},
    "huge": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type, and meaning in both languages; ``unit`` where it has one."""

    name: str
    type: ColumnType
    meaning: str
    meaning_zh: str
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """A table's declaration.

    Parameters
    ----------
    name : the table's name in SQL and in files.
    meaning, meaning_zh : what one row says.
    columns : in order.
    key : the columns that identify a row; rows are kept sorted by them.
    """

    name: str
    meaning: str
    meaning_zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    _arrow: pa.Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = [pa.field(c.name, ARROW_TYPES[c.type], c.nullable) for c in self.columns]
        object.__setattr__(self, "_arrow", pa.schema(fields))

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return self._arrow

    def json_schema(self) -> dict[str, Any]:
        """JSON schema of one row."""
        properties = {
            column.name: {
                **_JSON_TYPES[column.type],
                "description": column.meaning,
                **({"unit": column.unit} if column.unit else {}),
            }
            for column in self.columns
        }
        required = [column.name for column in self.columns if not column.nullable]
        return {
            "title": self.name,
            "description": self.meaning,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def from_rows(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """An Arrow table of this schema from plain rows, checked and sorted.

        A key that a row lacks is empty.

        Raises
        ------
        TableError
            If a row has a key that is no column, or a value that is not of the column's type; a
            float is not an integer, even where it is whole.
        """
        listed, known = list(rows), set(self.names)
        strange = sorted({name for row in listed for name in row.keys() - known})
        if strange:
            found = "a value that the schema does not declare"
            raise TableError(
                f"The rows are not of a {self.name}",
                [self._fault(name, found, "correct the name or declare it") for name in strange],
            )
        arrays = [self._array(column, listed) for column in self.columns]
        return self.check(pa.Table.from_arrays(arrays, schema=self._arrow))

    def check(self, table: pa.Table) -> pa.Table:
        """The table with this schema's column order and types, sorted by key.

        Raises
        ------
        TableError
            If a column is missing, unexpected, of a type that does not cast without loss, of
            floats, or holds nulls where none may be.
        """
        conforming = self._conforming(table)
        if is_in_order(conforming, self.key):  # as most are: to see it costs far less than to sort
            return conforming
        return conforming.sort_by([(name, "ascending") for name in self.key])

    def digest(self, table: pa.Table) -> str:
        """SHA-256 of the table's canonical bytes: rows by key, integers as text, a line each.

        Row order and the engine that made the table do not change it.
        """
        return self.canonical(table)[0]

    def canonical(self, table: pa.Table) -> tuple[str, bytes | None]:
        """The digest of a table; and the bytes it is over, if the rows stood in their order."""
        checked = self._conforming(table)
        stood = is_in_order(checked, self.order)
        if not stood:
            checked = checked.sort_by([(name, "ascending") for name in self.order])
        text = self.text(checked)
        return hashlib.sha256(text).hexdigest(), text if stood else None

    @property
    def order(self) -> list[str]:
        """The columns by which canonical rows rise: the key, then all others."""
        return [*self.key, *(name for name in self.names if name not in self.key)]

    def text(self, table: pa.Table) -> bytes:
        """Rows as canonical bytes, in the order in which they stand."""
        plain = pa.table(
            [
                pc.cast(column, pa.int64()) if pa.types.is_timestamp(column.type) else column
                for column in (table[name].combine_chunks() for name in self.names)
            ],
            names=self.names,
        )
        stream = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(
            include_header=False, quoting_style="needed", batch_size=_ROWS_AT_ONCE
        )
        pyarrow.csv.write_csv(plain, stream, options)
        text: bytes = stream.getvalue().to_pybytes()
        return text

    def write(self, table: pa.Table, path: Path | BytesIO) -> None:
        """Write the checked table as Parquet, with the encodings that suit sorted integers."""
        checked = self.check(table).combine_chunks()  # so that chunks do not shape the file
        texts = [c.name for c in self.columns if c.type == "text"]
        deltas = {
            c.name: "DELTA_BINARY_PACKED" for c in self.columns if c.type in ("bigint", "timestamp")
        }
        pq.write_table(
            checked,
            path,
            compression="zstd",
            compression_level=3,
            use_dictionary=texts,
            column_encoding=deltas or None,
            data_page_version="2.0",
            row_group_size=1_000_000,
        )

    def read(self, path: Path) -> pa.Table:
        """Read a Parquet file of this schema.

        Raises
        ------
        TableError
            If the file holds another table, or is no Parquet file.
        """
        try:
            table = read_parquet(path)
        except pa.ArrowInvalid as error:
            found = str(error).partition("\n")[0]
            fault = Fault((str(path),), found, "a Parquet file", "restore it, or make it again")
            raise TableError(f"Cannot read {path.name}", [fault]) from None
        return self.check(table)

    def _conforming(self, table: pa.Table) -> pa.Table:
        """The table with the declared columns and types, in whatever order its rows are."""
        if table.schema.equals(self._arrow):  # as most are: each cast costs more than a look
            columns = [self._filled(c, table[c.name]) for c in self.columns]
            return pa.Table.from_arrays(columns, schema=self._arrow)
        faults = [
            self._fault(name, "no such column in the table", "produce the column")
            for name in self.names
            if name not in table.column_names
        ] + [
            self._fault(name, "a column that the schema does not declare", "declare or drop it")
            for name in table.column_names
            if name not in self.names
        ]
        if faults:
            raise TableError(f"The table is not a {self.name}", faults)
        columns = [self._cast(column, table[column.name]) for column in self.columns]
        return pa.Table.from_arrays(columns, schema=self._arrow)

    def _cast(self, column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
        if pa.types.is_floating(values.type):
            raise self._refused(column, f"{values.type}: floats are not exact", "compute integers")
        try:
            cast = values.cast(ARROW_TYPES[column.type])
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            found = f"{values.type}, which does not become {column.type}: {error}"
            raise self._refused(column, found, "produce the declared type") from None
        return self._filled(column, cast)

    def _filled(self, column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
        if values.null_count and not column.nullable:
            found = f"{values.null_count} empty values"
            raise self._refused(column, found, "fill them or make them findings")
        return values

    def _array(self, column: Column, rows: list[Mapping[str, Any]]) -> pa.Array:
        values = [row.get(column.name) for row in rows]
        try:
            if column.type in ("bigint", "huge"):  # Arrow would cut 1.5 to 1
                values = [None if value is None else index(value) for value in values]
            return pa.array(values, ARROW_TYPES[column.type])
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError) as error:
            raise self._refused(column, str(error), "give values of the declared type") from None

    def _refused(self, column: Column, found: str, remedy: str) -> TableError:
        fault = self._fault(column.name, found, remedy)
        return TableError(f"The table is not a {self.name}", [fault])

    def _fault(self, column: str, found: str, remedy: str) -> Fault:
        rule = f"the schema of {self.name}: " + ", ".join(self.names)
        return Fault((self.name, column), found, rule, remedy)


_ROWS_AT_ONCE = 65_536
"""Rows that are made text at once: so many as fit the processor's cache."""

_SCHEMAS: dict[str, Schema] = {}


def is_in_order(table: pa.Table, names: Sequence[str]) -> bool:
    """Whether the rows rise by these columns already; False where an empty value would decide."""
    if len(table) < 2:
        return True
    tied: pa.ChunkedArray | None = None  # which rows are like the next, as far as was looked
    for name in names:
        column = table[name]
        if column.null_count:
            return False
        one, other = column.slice(0, max(len(column) - 1, 0)), column.slice(1)
        falls, alike = pc.greater(one, other), pc.equal(one, other)
        if tied is not None:
            falls, alike = pc.and_(tied, falls), pc.and_(tied, alike)
        if pc.any(falls).as_py():
            return False
        if not pc.any(alike).as_py():
            return True
        tied = alike
    return True


def read_parquet(
    source: Path | bytes, columns: Sequence[str] | None = None, coded: Sequence[str] = ()
) -> pa.Table:
    """The table in a Parquet file or its bytes, read on the calling thread alone.

    Arrow aborts an interpreter that ends while its own threads are still winding up (its issue
    34314), and a program that did all its work would exit as if it had failed. A column that the
    file's own statistics call empty is not decoded.

    Parameters
    ----------
    columns : the columns wanted, all where None.
    coded : columns of text that stay codes of a dictionary, which costs a fraction.
    """
    file = pa.BufferReader(source) if isinstance(source, bytes) else source
    with pq.ParquetFile(file, read_dictionary=list(coded)) as opened:
        schema = opened.schema_arrow
        asked = schema.names if columns is None else columns
        wanted = [name for name in asked if name in schema.names]
        empty = {name for name in wanted if _is_empty(opened.metadata, schema, name)}
        filled = [name for name in wanted if name not in empty]
        if not empty or not filled:
            return opened.read(columns=columns and list(columns), use_threads=False)
        table = opened.read(columns=filled, use_threads=False)
    fields = [schema.field(name) for name in wanted]
    found = [
        pa.nulls(len(table), field.type) if field.name in empty else table[field.name]
        for field in fields
    ]
    return pa.Table.from_arrays(found, schema=pa.schema(fields, table.schema.metadata))


def _is_empty(metadata: pq.FileMetaData, schema: pa.Schema, name: str) -> bool:
    """Whether the statistics of a flat Parquet file say that a column holds no value."""
    place = schema.get_field_index(name)
    if place < 0 or not schema.field(place).nullable or metadata.num_columns != len(schema):
        return False
    parts = [metadata.row_group(i).column(place) for i in range(metadata.num_row_groups)]
    return all(
        part.is_stats_set
        and part.statistics.has_null_count
        and part.statistics.null_count == part.num_values
        for part in parts
    )


def parquet_schema(data: bytes) -> pa.Schema:
    """The Arrow schema of a table in the bytes of a Parquet file, none of whose rows are read."""
    return pq.read_schema(pa.BufferReader(data))


def declare(
    name: str, meaning: str, meaning_zh: str, columns: Iterable[Column], key: Iterable[str]
) -> Schema:
    """Declare a table; the data dictionary lists what has been declared."""
    if name in _SCHEMAS:
        raise ValueError(f"table {name} is declared twice")
    schema = Schema(name, meaning, meaning_zh, tuple(columns), tuple(key))
    unknown = set(schema.key) - set(schema.names)
    if unknown:
        raise ValueError(f"key of {name} names columns it does not have: {sorted(unknown)}")
    _SCHEMAS[name] = schema
    return schema


def declared_schemas() -> list[Schema]:
    """All tables declared by the modules imported so far, by name."""
    return [_SCHEMAS[name] for name in sorted(_SCHEMAS)]
