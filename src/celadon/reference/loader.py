"""Reading the reference tables: CSV files in, rows by key or a list of faults out.

A file is read when one of its rows is first asked for. The shipped files and those of a user pass
the same reading; what their cells must hold is the matter of the gate.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault
from celadon.reference.cells import UNPARSED_UNITS, Row
from celadon.reference.seals import Seal, read_seals
from celadon.reference.shapes import (
    COLUMNS,
    FIGURE_TABLES,
    KEYS,
    RECORD_TABLES,
    REPLACES,
    TABLES,
    WIDE_TABLES,
    Shape,
)

__all__ = [
    "COLUMNS",
    "FIGURE_TABLES",
    "KEYS",
    "RECORD_TABLES",
    "SHIPPED",
    "UNPARSED_UNITS",
    "WIDE_TABLES",
    "Lazy",
    "Row",
    "Rows",
    "Tables",
    "content_digest",
    "read_tables",
    "shipped_tables",
]

SHIPPED = Path(__file__).parent / "data"
"""Folder of the tables that come with celadon."""

Rows = dict[tuple[str, ...], Row]
"""The rows of one table by key."""


class Lazy(Mapping[str, Rows]):
    """The rows of each table, read when they are first asked for."""

    def __init__(self, read: Callable[[str], Rows]) -> None:
        self._read = cache(read)

    def __getitem__(self, table: str) -> Rows:
        return self._read(table)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of all tables by key, and the faults met while reading them.

    ``seals`` holds what is recorded of the tables whose files are as they were when they passed
    the gate; ``own`` the rows of a user as read, ``replaced`` the keys of the shipped rows whose
    place they take.
    """

    rows: Mapping[str, Rows]
    faults: list[Fault] = field(default_factory=list)
    seals: Mapping[str, Seal] = field(default_factory=dict)
    own: Mapping[str, Rows] = field(default_factory=dict)
    replaced: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 over the content of all tables; file names and row order do not change it."""
        content = {
            table: self.seals[table].content
            if table in self.seals
            else content_digest(table, self.rows[table])
            for table in TABLES
        }
        return sha256_text(canonical_json(content))

    def count(self, table: str) -> int:
        """How many rows a table has, without reading it where that is recorded."""
        return self.seals[table].rows if table in self.seals else len(self.rows[table])


def content_digest(table: str, rows: Rows) -> str:
    """SHA-256 over the cells of a table, whatever the order of its rows and columns in the file."""
    columns = COLUMNS[table]
    content = hashlib.sha256(canonical_json([table, columns]).encode())
    for line in sorted(row_digest(row, columns) for row in rows.values()):
        content.update(line)
    return content.hexdigest()


def row_digest(row: Row, columns: tuple[str, ...]) -> bytes:
    """SHA-256 over the cells of a row in the order of ``columns``."""
    cells = [row.cells[column] for column in columns]
    if row.cells.get(REPLACES):
        cells.append(row.cells[REPLACES])
    return hashlib.sha256("\x1f".join(cells).encode()).digest()


@cache
def shipped_tables() -> Tables:
    """The tables that come with celadon.

    A table whose file is the one that passed the gate when it was recorded is read only when it is
    asked for; any other is read, and gated, at once.
    """
    files = {path.stem: path.read_bytes() for path in sorted(SHIPPED.glob("*.csv"))}
    faults = [_stranger(f"{name}.csv") for name in files if name not in TABLES]
    recorded = read_seals()
    seals = {
        table: recorded[table]
        for table, data in files.items()
        if table in recorded and recorded[table].file == hashlib.sha256(data).hexdigest()
    }

    def read(table: str) -> Rows:
        return _read(f"{table}.csv", files.get(table), TABLES[table], faults, shipped=True)

    rows = Lazy(read)
    for table in TABLES:
        if table not in seals:
            rows[table]  # reads it, so that its faults are known
    return Tables(rows, faults, seals)


def read_tables(folder: Path) -> Tables:
    """Read every table of a folder; absent tables are empty, other CSV files are faults."""
    faults: list[Fault] = []
    found: dict[str, Rows] = {table: {} for table in TABLES}
    if not folder.is_dir():
        remedy = "create the folder, or name the one that holds the tables"
        faults.append(
            Fault((str(folder),), "no such folder", "a folder of reference tables", remedy)
        )
        return Tables(found, faults)
    for path in sorted(folder.glob("*.csv")):
        if path.stem in TABLES:
            shape = TABLES[path.stem]
            found[path.stem] = _read(path.name, path.read_bytes(), shape, faults, shipped=False)
        else:
            faults.append(_stranger(path.name))
    return Tables(found, faults)


def _stranger(file: str) -> Fault:
    rule = "a reference table: " + ", ".join(TABLES)
    return Fault((file,), "a table of another name", rule, "rename or remove it")


def _read(
    file: str, data: bytes | None, shape: Shape, faults: list[Fault], *, shipped: bool
) -> Rows:
    if data is None:
        return {}
    try:
        text = io.StringIO(data.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        found, remedy = "bytes that are not UTF-8", "save the file as UTF-8"
        faults.append(Fault((file,), found, "a CSV file in UTF-8", remedy))
        return {}
    reader = csv.reader(text)
    header = next(reader, [])
    if tuple(header) != shape.columns:
        wrong = _header_faults(file, header, shape, shipped=shipped)
        if wrong:
            faults += wrong
            return {}
    rows: Rows = {}
    for cells in reader:
        _add_row(file, reader.line_num, header, cells, shape, rows, faults)
    return rows


def _header_faults(file: str, header: list[str], shape: Shape, *, shipped: bool) -> list[Fault]:
    may_lack = () if shipped else shape.optional
    may_have = () if shipped or shape.kind == "plain" else (REPLACES,)
    rule = "the columns " + ", ".join(shape.columns)
    faults = [
        Fault((file, "row 1", name), "no such column", rule, "add the column")
        for name in shape.columns
        if name not in header and name not in may_lack
    ]
    remedy = "remove the column or correct its name"
    faults += [
        Fault((file, "row 1", name), "a column too many", rule, remedy)
        for name in dict.fromkeys(header)
        if name not in (*shape.columns, *may_have) or header.count(name) > 1
    ]
    return faults


def _add_row(
    file: str,
    line: int,
    header: list[str],
    cells: list[str],
    shape: Shape,
    rows: Rows,
    faults: list[Fault],
) -> None:
    if not any(cells):
        return
    if len(cells) != len(header):
        found = f"{len(cells)} cells under {len(header)} columns"
        remedy = "quote cells that hold commas; write every cell"
        place = (file, f"row {line}")
        faults.append(Fault(place, found, "one cell for each column", remedy))
        return
    named = dict(zip(header, map(str.strip, cells), strict=True))
    for column in shape.optional:
        named.setdefault(column, "")
    row = Row(file, line, named, faults)
    key = tuple([named[column] for column in shape.key])
    if key in rows:
        rule = f"one row for each {' + '.join(shape.key)}; the first is row {rows[key].line}"
        row.fault(shape.key[0], rule, "remove one of the two, or give it another id")
        return
    rows[key] = row
