"""Rows of tables as the lint sees them: cells as they stand, numbers where they can be read.

The lint reads files itself, because it has to see what the loader refuses: two rows of one key, and
numbers that are none.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from celadon.errors import Fault, InputError
from celadon.reference.cells import printed_number
from celadon.reference.shapes import TABLES, row_id

Key = TypeVar("Key", bound=Hashable)

NUMBER_COLUMNS = frozenset(
    {
        "value", "value_low", "value_high", "direct", "indirect", "total", "markup_2026",
        "markup_2027", "markup_2028", "grade1", "grade2", "grade3", "benchmark", "baseline",
        "general_value", "advanced_value", "coefficient", "floor", "cap", "weight",
        "max_score_or_weight", "dimension_weight", "pressure_MPa", "temperature_C",
        "coal_equivalent_units", "fact_from", "fact_to", "order", "pressure", "temperature",
    }
)  # fmt: skip
"""Columns whose cells are numbers or empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one file: its table, its line in the file, its cells by column."""

    table: str
    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell as it stands; empty where there is no such column."""
        return self.cells.get(column, "")

    def number(self, column: str) -> Fraction | None:
        """The exact number in a cell; None where it is empty or cannot be read."""
        return exact(self.cells.get(column, ""))

    @property
    def value(self) -> Fraction | None:
        """The number in the column ``value``."""
        return exact(self.cells.get("value", ""))

    @property
    def id(self) -> str:
        """What the row is called: its record, its id, or the words that identify it."""
        shape = TABLES.get(self.table)
        if shape is not None and set(shape.key) <= self.cells.keys():
            return row_id(shape, tuple(self.cells[name] for name in shape.key))
        return self.cells.get("record") or self.cells.get("id") or f"line {self.line}"

    @property
    def digits(self) -> int:
        """Decimals written in the column ``value``."""
        return len(self.cells.get("value", "").partition(".")[2])


@lru_cache(maxsize=65536)
def exact(text: str) -> Fraction | None:
    """The exact number that a text is, or None; of a size that figures have."""
    try:
        return printed_number(text) if text else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Book:
    """All rows that are looked at together, by table.

    ``own`` holds the rows that findings are wanted of; the others are there to compare with.
    """

    tables: Mapping[str, Sequence[Row]]
    own: frozenset[tuple[str, str]]
    """(table, file) of the rows that are judged."""

    def rows(self, *tables: str) -> list[Row]:
        """The rows of some tables, in order; those of absent tables are none."""
        return [row for table in tables for row in self.tables.get(table, ())]

    def every(self) -> Iterable[Row]:
        """All rows of all tables."""
        for rows in self.tables.values():
            yield from rows

    def judged(self, row: Row) -> bool:
        """Whether findings are wanted of this row."""
        return (row.table, row.file) in self.own

    def figures(self) -> Iterable[Row]:
        """Rows of every table in the shape of records."""
        for rows in self.tables.values():
            if rows and {"record", "parameter", "value"} <= rows[0].cells.keys():
                yield from rows


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by a key, in the order in which they stand."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def key_of(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    """What identifies a row of its table."""
    return tuple(row.text(column) for column in columns)


def read_rows(path: Path, table: str) -> list[Row]:
    """The rows of a CSV file in UTF-8, as they stand; rows of other width are kept as they are.

    Raises
    ------
    InputError
        If the file cannot be read, is not UTF-8, or has no header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, "bytes that are not UTF-8", "save the file as UTF-8") from None
    reader = csv.reader(text.splitlines(keepends=True))
    header = next(reader, [])
    if not any(header):
        raise _unreadable(path, "no header line", "begin the file with a line of column names")
    rows = []
    for cells in reader:
        if any(cells):
            named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            rows.append(Row(table, path.name, reader.line_num, named))
    return rows


def _unreadable(path: Path, found: str, remedy: str) -> InputError:
    fault = Fault((path.name,), found, "a reference table as a CSV file in UTF-8", remedy)
    return InputError(f"Cannot lint {path.name}", [fault])
