"""What a user's file would do to the tables of a workspace: read, gated, and not written."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from celadon.errors import DeclarationError, Fault
from celadon.reference.build import source_of
from celadon.reference.cells import Row
from celadon.reference.editions import meeting_editions
from celadon.reference.entries import row_id
from celadon.reference.facts import Record, Source
from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.running import lint_beside
from celadon.reference.naming import Naming
from celadon.reference.registry import Registry, load_registry
from celadon.reference.shapes import RECORD_TABLES, TABLES
from celadon.reference.user_table import (
    UserSheet,
    UserTable,
    columns_of,
    named_rows,
    read_user_table,
    table_of,
)

Rows = dict[str, dict[str, str]]
"""Rows of a table by id."""


Kind = Literal["added", "completed", "changed", "corrected", "same"]


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """What a load does with one row: added, completes or changes a shipped one, corrects an own
    one, or leaves it the same.

    ``before`` and ``after`` tell the cells that change.
    """

    row: str
    table: str
    kind: Kind
    before: str
    after: str
    letter: str

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Load:
    """What a file gives: its rows, and the tables as they would be; ``done`` once it is loaded.

    ``doubts`` is what the lint says of the rows: they pass the gate, and look wrong.
    """

    rows: tuple[LoadedRow, ...]
    files: Mapping[str, bytes]
    doubts: tuple[LintFinding, ...] = ()
    done: bool = False

    @property
    def changes(self) -> bool:
        """Whether any row is new or other than it was."""
        return any(row.kind != "same" for row in self.rows)


def plan_load(folder: Path, sheets: Sequence[UserSheet], asked: str, by: str) -> Load:
    """What a file would do to the tables of a workspace; nothing is written.

    Parameters
    ----------
    folder : the workspace's ``reference`` folder, which need not be there.
    asked : the table that the file holds; told by names and ids if empty.
    by : who loads; only a named person may vouch for the letter A.

    Raises
    ------
    DeclarationError
        With every fault of every row.
    """
    present = load_registry(folder if folder.is_dir() else None)
    tables = _read(sheets, asked, present)
    faults = [fault for table in tables for fault in table[1].faults]
    faults += [fault for sheet, table in tables for fault in _unvouched(sheet, table, by)]
    if faults:
        raise _refused(sheets, faults)
    faults = _doubled(tables)
    if faults:
        raise _refused(sheets, faults)
    own = {table.table: _own_rows(folder, table.table) for _, table in tables}
    laid, written = _laid(tables, own)
    files = {table: _csv(table, list(rows.values())) for table, rows in laid.items()}
    registry = _gate(folder, files, _places(laid, written), sheets)
    overlaps = _overlaps(present, registry, written, sheets)
    if overlaps:
        raise _refused(sheets, overlaps)
    found = tuple(_rows(tables, present, own))
    return Load(found, files, tuple(_doubts(tables, laid)))


def _read(
    sheets: Sequence[UserSheet], asked: str, registry: Registry
) -> list[tuple[UserSheet, UserTable]]:
    named = []
    for sheet in sheets:
        stem = Path(sheet.file).stem
        table = table_of(sheet, stem, asked)
        if not table:
            found = f"the table {asked!r}" if asked else "a sheet that names no table"
            rule = "one of the tables " + ", ".join(TABLES)
            fault = Fault(sheet.where, found, rule, "name it: --table fuels")
            raise DeclarationError(f"{sheet.file} is of no known table", [fault])
        named.append((sheet, table))
    named.sort(key=lambda pair: pair[1] != "sources")  # others may name a source loaded with them
    known, read = list(registry.sources.values()), []
    for sheet, table in named:
        naming = Naming(registry, table) if table in RECORD_TABLES else None
        read.append((sheet, read_user_table(sheet, table, known, naming)))
        if table == "sources":
            known += _sources(read[-1][1])
    return read


def _sources(table: UserTable) -> Iterator[Source]:
    """The sources of a user's sheet, for the rows that come with it; the gate looks at them."""
    for number, row in table.rows:
        yield source_of(Row("", number, dict(row), []))


def _unvouched(sheet: UserSheet, table: UserTable, by: str) -> list[Fault]:
    if by.strip():
        return []
    return [
        Fault(
            (*sheet.where, f"row {number}", "confidence"),
            "A, and nobody named",
            "A is official text: a named person vouches for it",
            "name the person with --by, or leave the letter C and confirm the row against print",
        )
        for number, row in table.rows
        if row.get("confidence") == "A"
    ]


def _doubled(tables: Iterable[tuple[UserSheet, UserTable]]) -> list[Fault]:
    """Rows that a file gives twice, on one sheet or on two."""
    first: dict[str, str] = {}
    faults = []
    for sheet, table in tables:
        for number, row in table.rows:
            name, place = row_id(table.table, row), (*sheet.where, f"row {number}")
            if name in first:
                rule = f"one row each; {name} stands in {first[name]} already"
                faults.append(Fault(place, "the same row twice", rule, "remove one of the two"))
            first.setdefault(name, " › ".join(place[1:]))
    return faults


def _laid(
    tables: Iterable[tuple[UserSheet, UserTable]], own: Mapping[str, Rows]
) -> tuple[dict[str, Rows], dict[str, tuple[str, ...]]]:
    """The rows of a workspace as they would be, and where the user wrote those of the file."""
    laid: dict[str, Rows] = {}
    written: dict[str, tuple[str, ...]] = {}
    for sheet, table in tables:
        rows = laid.setdefault(table.table, dict(own[table.table]))
        rows |= named_rows(table)
        for number, row in table.rows:
            written[row_id(table.table, row)] = (*sheet.where, f"row {number}")
    return laid, written


def _places(
    laid: Mapping[str, Rows], written: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Where the user wrote each row, by the place that it would have in the workspace's file."""
    return {
        (f"{table}.csv", f"row {line}"): written[name]
        for table, rows in laid.items()
        for line, name in enumerate(rows, start=2)
        if name in written
    }


def _own_rows(folder: Path, table: str) -> Rows:
    """The rows of a workspace's own file as they stand there, by id."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8-sig")
    rows = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if any(row.values()):
            empty = dict.fromkeys(TABLES[table].columns, "")
            rows.append({**empty, **{name: (cell or "").strip() for name, cell in row.items()}})
    return {row_id(table, row): row for row in rows}


def _csv(table: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    columns = columns_of(table, rows)  # without ``replaces`` where every cell of it is empty
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _gate(
    folder: Path,
    files: Mapping[str, bytes],
    places: Mapping[tuple[str, str], tuple[str, ...]],
    sheets: Sequence[UserSheet],
) -> Registry:
    """The registry as it would be; faults are told where the user wrote them."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        for path in folder.glob("*.csv"):
            (trial / path.name).write_bytes(path.read_bytes())
        for table, data in files.items():
            (trial / f"{table}.csv").write_bytes(data)
        try:
            return load_registry(trial)
        except DeclarationError as error:
            told = [_told_at(fault, places) for fault in error.faults]
        raise _refused(sheets, told)


def _told_at(fault: Fault, places: Mapping[tuple[str, str], tuple[str, ...]]) -> Fault:
    place = places.get((fault.where[0], fault.where[1])) if len(fault.where) > 1 else None
    if place is None:
        return fault
    return Fault((*place, *fault.where[2:]), fault.found, fault.rule, fault.remedy)


def _refused(sheets: Sequence[UserSheet], faults: list[Fault]) -> DeclarationError:
    return DeclarationError(f"{sheets[0].file} is not loaded: {len(faults)} fault(s)", faults)


def _rows(
    tables: Iterable[tuple[UserSheet, UserTable]], present: Registry, own: Mapping[str, Rows]
) -> Iterator[LoadedRow]:
    """What a load does with each row."""
    for _, table in tables:
        name = table.table
        held = {row_id(name, cells): cells for cells in present.rows(name)}
        for _, row in table.rows:
            yield _row(name, row, held, own[name])


def _row(
    table: str,
    row: Mapping[str, str],
    held: Mapping[str, Mapping[str, str]],
    own: Mapping[str, Mapping[str, str]],
) -> LoadedRow:
    name = row_id(table, row)
    letter = row.get("confidence", "")
    if name in own:
        changed = {key: text for key, text in row.items() if own[name].get(key, "") != text}
        kind: Kind = "corrected" if changed else "same"
        return LoadedRow(name, table, kind, *_cells(own[name], changed), letter)
    shipped = held.get(name)
    if shipped is None:
        told = _figure(row) if table in RECORD_TABLES else ""
        return LoadedRow(name, table, "added", "", told, letter)
    changed = {key: text for key, text in row.items() if text and shipped.get(key, "") != text}
    kind = "changed" if any(shipped.get(key) for key in changed) else "completed"
    return LoadedRow(name, table, kind if changed else "same", *_cells(shipped, changed), letter)


def _cells(before: Mapping[str, str], changed: Mapping[str, str]) -> tuple[str, str]:
    one, other = (
        "; ".join(f"{key} {texts.get(key) or '-'}" for key in changed)
        for texts in (before, changed)
    )
    return one, other


def _figure(row: Mapping[str, str]) -> str:
    ends = " .. ".join(row[name] for name in ("value_low", "value_high") if row[name])
    return f"{row['value'] or ends} {row['unit']}".strip()


def _overlaps(
    present: Registry,
    registry: Registry,
    written: Mapping[str, tuple[str, ...]],
    sheets: Sequence[UserSheet],
) -> list[Fault]:
    """Editions of one standard that would hold on the same day, and did not before.

    That a newer edition comes ends no older one: its end has to be stated, for until then a
    question that names a day would find both.
    """
    before = {(one.record, other.record) for one, other in meeting_editions(present)}
    by_pair: dict[tuple[str, str], list[tuple[Record, Record]]] = {}
    for older, newer in meeting_editions(registry):
        if (older.record, newer.record) not in before:
            by_pair.setdefault((older.source.id, newer.source.id), []).append((older, newer))
    faults = []
    for (older, newer), *more in by_pair.values():
        told = (newer.record, older.record, f"sources/{newer.source.id}")
        place = next((written[name] for name in told if name in written), (sheets[0].file,))
        faults.append(_overlap(place, older, newer, len(more)))
    return faults


def _overlap(where: tuple[str, ...], older: Record, newer: Record, more: int) -> Fault:
    start = newer.validity.from_text
    if not start or start == older.validity.from_text:
        remedy = "state in the table sources from when to when each edition is in force"
    elif older.source.validity.dated:
        remedy = (
            f"end the older edition in the same file: in_force_to {start} in the row "
            f"{older.source.id} of sources, or valid_to {start} in the row {older.record}"
        )
    else:
        remedy = (
            f"end the older edition in the same file: valid_to {start} in the row {older.record}"
        )
    beside = f"{newer.set} ({newer.validity.words()}) beside {older.set} ({older.validity.words()})"
    return Fault(
        where,
        f"{beside}, and {more} more figures of the two" if more else beside,
        f"one edition holds on a day; {older.record} answers the same question",
        remedy,
    )


def _doubts(
    tables: Iterable[tuple[UserSheet, UserTable]], laid: Mapping[str, Rows]
) -> Iterator[LintFinding]:
    """What the lint says of the rows of a file, beside all others of their tables."""
    for sheet, table in tables:
        mine = {row_id(table.table, row) for _, row in table.rows}
        rest = [row for name, row in laid[table.table].items() if name not in mine]
        yield from lint_beside(table.table, " › ".join(sheet.where), table.rows, rest)
