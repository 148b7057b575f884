"""Reading the reference tables: CSV rows in, checked facts or a list of faults out.

The shipped tables and those a user loaded pass the same gate. A user's row with the key of a
shipped row replaces it; this is how a figure is confirmed and a date in force supplied.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, UnitError
from celadon.exact import parse_decimal
from celadon.reference.facts import CONFIDENCES
from celadon.reference.validity import partial_days
from celadon.units import parse_unit

SHIPPED = Path(__file__).parent / "data"
"""Folder of the tables that come with celadon."""

RECORD_TABLES = (
    "fuels",
    "electricity",
    "heat",
    "process",
    "coal_equivalents",
    "levels_2023",
    "norms",
    "water_norms",
)
"""Tables of records, one uniform shape."""

_RECORD_COLUMNS = (
    "record", "subject", "subject_zh", "parameter", "set", "area", "basis", "data_year", "value",
    "value_low", "value_high", "unit", "valid_from", "valid_to", "source", "locator", "confidence",
    "note",
)  # fmt: skip

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sources": (
        "id", "number", "title_zh", "title_en", "publisher", "edition", "force", "published",
        "in_force_from", "in_force_to", "status", "licence", "confidence", "url", "note",
    ),
    **dict.fromkeys(RECORD_TABLES, _RECORD_COLUMNS),
    "carriers": (
        "id", "name_zh", "name_en", "account_unit", "kind", "coal_equivalent",
        "coal_equivalent_units", "coal_equivalent_steel", "fuel_id_GBT32151.34-2024",
        "fuel_id_MEE-2022-2025", "fuel_id_NDRC-2013-2015", "note",
    ),
    "electricity_selection": (
        "programme", "reporting_year", "kind", "level", "area", "data_year", "announcement",
        "valid_for_submission_from", "valid_for_submission_to", "confidence", "note",
    ),
    "norm_corrections": (
        "standard", "subject", "product", "indicator", "grades", "group", "order", "variable",
        "unit", "kind", "reference_value", "breakpoint", "coefficient", "coefficient_unit",
        "condition", "floor", "cap", "formula", "source", "confidence", "note",
    ),
    "industries": ("code", "edition", "level", "name_zh", "name_en", "confidence", "note"),
    "regions": ("code", "iso", "name_zh", "name_en", "grid", "confidence", "note"),
    "processes": ("id", "name_zh", "name_en", "product"),
    "process_rules": (
        "process", "rule", "table", "set", "subject", "indicator", "source", "fact", "fact_from",
        "fact_to",
    ),
}  # fmt: skip
"""Columns of every table, in order."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "sources": ("id",),
    **dict.fromkeys(RECORD_TABLES, ("record",)),
    "carriers": ("id",),
    "electricity_selection": ("programme", "reporting_year", "kind", "level", "area"),
    "norm_corrections": (
        "standard", "subject", "indicator", "grades", "group", "variable", "breakpoint",
        "condition", "note",
    ),
    "industries": ("edition", "code"),
    "regions": ("code",),
    "processes": ("id",),
    "process_rules": ("process", "rule", "set", "subject"),
}  # fmt: skip
"""Columns that identify a row of each table."""

UNPARSED_UNITS = frozenset(
    {
        "kgoe/t", "kgoe/(t.factor)", "kgce/Adt", "kgce/m2", "kgce/toe", "kgce/weight case",
        "kgN2O/t", "kgN2O/t HNO3", "kgCF4/tAl", "kgC2F6/tAl", "kgCF4/tAl per AE-min/cell-day",
        "kgC2F6/kgCF4", "kgSF6/t Mg", "kgCH4/t raw coal", "kgCH4/kgCOD", "tCH4/t volatile",
    }
)  # fmt: skip
"""Printed units that celadon shows and compares as text, but cannot convert."""


@dataclass(slots=True)
class Row:
    """One row of a file, which notes its own faults while it is read."""

    file: str
    line: int
    cells: dict[str, str]
    faults: list[Fault]

    def fault(self, column: str, rule: str, remedy: str) -> None:
        """Note that a cell breaks a rule."""
        found = repr(self.cells.get(column, "")) if column in self.cells else "no such cell"
        self.faults.append(Fault((self.file, f"row {self.line}", column), found, rule, remedy))

    def text(self, column: str) -> str:
        """The cell as it stands."""
        return self.cells[column]

    def required(self, column: str) -> str:
        """The cell, which must not be empty."""
        if not self.cells[column]:
            self.fault(column, "the cell must not be empty", "fill it")
        return self.cells[column]

    def choice(self, column: str, options: tuple[str, ...]) -> str:
        """The cell, which must be one of some words."""
        if self.cells[column] not in options:
            self.fault(column, "one of " + ", ".join(options), "write one of these words")
        return self.cells[column]

    def number(self, column: str) -> Fraction | None:
        """The exact number in the cell, or None where it is empty."""
        text = self.cells[column]
        if not text:
            return None
        try:
            return parse_decimal(text)
        except ValueError:
            self.fault(column, "a decimal number with a point, or empty", "correct the number")
            return None

    def day(self, column: str) -> str:
        """The date in the cell, which may be partial or empty."""
        text = self.cells[column]
        if text:
            try:
                partial_days(text)
            except ValueError:
                rule = "a date: YYYY, YYYY-MM or YYYY-MM-DD, or empty if not known"
                self.fault(column, rule, "correct the date, or leave the cell empty")
                return ""
        return text

    def unit(self, column: str) -> str:
        """The unit in the cell: one that celadon knows or one of those it shows as printed."""
        text = self.required(column)
        if text and text not in UNPARSED_UNITS:
            try:
                parse_unit(text)
            except UnitError:
                rule = "a unit that celadon knows; a quotient is written GJ/t"
                self.fault(column, rule, "correct the spelling")
        return text

    def confidence(self) -> str:
        """The letter in the column ``confidence``."""
        return self.choice("confidence", CONFIDENCES)


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of all tables by key, and the faults met while reading them."""

    rows: dict[str, dict[tuple[str, ...], Row]]
    faults: list[Fault] = field(default_factory=list)

    def digest(self) -> str:
        """SHA-256 over the content of all tables; file names and row order do not change it."""
        content = {
            table: [[rows[key].cells[column] for column in COLUMNS[table]] for key in sorted(rows)]
            for table, rows in self.rows.items()
        }
        return sha256_text(canonical_json(content))


@cache
def shipped_tables() -> Tables:
    """The tables that come with celadon."""
    return read_tables(SHIPPED)


def merged_tables(extra: Path) -> Tables:
    """The shipped tables with the rows of ``extra`` added, or put in the place of their keys."""
    shipped, own = shipped_tables(), read_tables(extra)
    rows = {table: {**shipped.rows[table], **own.rows[table]} for table in COLUMNS}
    return Tables(rows, [*shipped.faults, *own.faults])


def read_tables(folder: Path) -> Tables:
    """Read every table of a folder; absent tables are empty, other CSV files are faults."""
    tables = Tables({table: {} for table in COLUMNS})
    if not folder.is_dir():
        remedy = "create the folder, or name the one that holds the tables"
        fault = Fault((str(folder),), "no such folder", "a folder of reference tables", remedy)
        tables.faults.append(fault)
        return tables
    for path in sorted(folder.glob("*.csv")):
        if path.stem in COLUMNS:
            _read_file(path, tables)
        else:
            rule = "a reference table: " + ", ".join(COLUMNS)
            fault = Fault((path.name,), "a table of another name", rule, "rename or remove it")
            tables.faults.append(fault)
    return tables


def _read_file(path: Path, tables: Tables) -> None:
    columns = COLUMNS[path.stem]
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        found, remedy = "bytes that are not UTF-8", "save the file as UTF-8"
        tables.faults.append(Fault((path.name,), found, "a CSV file in UTF-8", remedy))
        return
    reader = csv.reader(lines)
    header = next(reader, [])
    if sorted(header) != sorted(columns):
        _header_faults(path.name, header, columns, tables.faults)
        return
    for cells in reader:
        _add_row(path, reader.line_num, header, cells, tables)


def _header_faults(
    file: str, header: list[str], columns: tuple[str, ...], faults: list[Fault]
) -> None:
    rule = "the columns " + ", ".join(columns)
    faults += [
        Fault((file, "row 1", name), "no such column", rule, "add the column")
        for name in columns
        if name not in header
    ]
    remedy = "remove the column or correct its name"
    faults += [
        Fault((file, "row 1", name), "a column too many", rule, remedy)
        for name in dict.fromkeys(header)
        if name not in columns or header.count(name) > 1
    ]


def _add_row(path: Path, line: int, header: list[str], cells: list[str], tables: Tables) -> None:
    if not any(cells):
        return
    if len(cells) != len(header):
        found = f"{len(cells)} cells under {len(header)} columns"
        remedy = "quote cells that hold commas; write every cell"
        place = (path.name, f"row {line}")
        tables.faults.append(Fault(place, found, "one cell for each column", remedy))
        return
    named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    row = Row(path.name, line, named, tables.faults)
    key = tuple(named[column] for column in KEYS[path.stem])
    rows = tables.rows[path.stem]
    if key in rows:
        rule = f"one row for each {' + '.join(KEYS[path.stem])}; the first is row {rows[key].line}"
        row.fault(KEYS[path.stem][0], rule, "remove one of the two, or give it another id")
        return
    rows[key] = row
