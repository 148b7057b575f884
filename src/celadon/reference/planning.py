"""What a user's file would do to the tables of a workspace: read, gated, and not written."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celadon.errors import DeclarationError, Fault
from celadon.reference.build import source_of
from celadon.reference.cells import Row
from celadon.reference.editions import meeting_editions
from celadon.reference.entries import row_id
from celadon.reference.facts import Record, Source
from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.running import lint_beside
from celadon.reference.loaded_rows import LoadedRow, Rows, Unknown, loaded_rows, unknown_names
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

_MOST_TURNS = 4
"""So often a row that is given many times is gated; the first and the last are among them."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a file gives: its rows, and the tables as they would be; ``done`` once it is loaded.

    ``doubts`` is what the lint says of the rows: they pass the gate, and look wrong. ``unknown``
    are subjects and parameters that no row of the table has had.
    """

    rows: tuple[LoadedRow, ...]
    files: Mapping[str, bytes]
    doubts: tuple[LintFinding, ...] = ()
    unknown: tuple[Unknown, ...] = ()
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
    faults += _doubled(tables)
    own = {table.table: _own_rows(folder, table.table) for _, table in tables}
    laid: dict[str, Rows] = {}
    files: dict[str, bytes] = {}
    told = {cell for _, table in tables for cell in table.told}
    if any(table.faults and not table.rows for _, table in tables):
        raise _refused(sheets, faults)  # what rests on a sheet without rows cannot be judged
    for part in _once_each(tables):  # a row that is given twice is gated each time
        laid, written = _laid(part, own)
        files = {table: _csv(table, list(rows.values())) for table, rows in laid.items()}
        registry, met = _gate(folder, files, _places(laid, written))
        if registry is not None:
            met = _overlaps(present, registry, written, sheets)
        faults += [fault for fault in met if fault.where not in told and fault not in faults]
    if faults:
        raise _refused(sheets, faults)
    found = tuple(loaded_rows(tables, present, own))
    doubts = tuple(_doubts(tables, laid))
    return Load(found, files, doubts, tuple(unknown_names(tables, present)))


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


def _once_each(
    tables: Sequence[tuple[UserSheet, UserTable]],
) -> Iterator[list[tuple[UserSheet, UserTable]]]:
    """The sheets with each row once: as it is given first, then as next, and so on to the last."""
    given: dict[str, list[tuple[int, int]]] = {}
    for at, (_, table) in enumerate(tables):
        for number, row in table.rows:
            given.setdefault(row_id(table.table, row), []).append((at, number))
    turns = min(max(map(len, given.values()), default=1), _MOST_TURNS)
    for turn in range(turns):
        last = -1 if turn == _MOST_TURNS - 1 else turn
        chosen = {places[min(last, len(places) - 1)] for places in given.values()}
        yield [
            (sheet, replace(table, rows=[r for r in table.rows if (at, r[0]) in chosen]))
            for at, (sheet, table) in enumerate(tables)
        ]


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
    folder: Path, files: Mapping[str, bytes], places: Mapping[tuple[str, str], tuple[str, ...]]
) -> tuple[Registry | None, list[Fault]]:
    """The registry as it would be, or its faults, told where the user wrote them."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        for path in folder.glob("*.csv"):
            (trial / path.name).write_bytes(path.read_bytes())
        for table, data in files.items():
            (trial / f"{table}.csv").write_bytes(data)
        try:
            return load_registry(trial), []
        except DeclarationError as error:
            return None, [_told_at(fault, places) for fault in error.faults]


def _told_at(fault: Fault, places: Mapping[tuple[str, str], tuple[str, ...]]) -> Fault:
    place = places.get((fault.where[0], fault.where[1])) if len(fault.where) > 1 else None
    if place is None:
        return fault
    return Fault((*place, *fault.where[2:]), fault.found, fault.rule, fault.remedy)


def _refused(sheets: Sequence[UserSheet], faults: list[Fault]) -> DeclarationError:
    return DeclarationError(f"{sheets[0].file} is not loaded: {len(faults)} fault(s)", faults)


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
