"""Taking a user's table into a workspace: through the gate of the shipped ones, whole or not.

A load is committed by its line in the audit file. The table is staged before that line is written
and put in place after it, so that a crash leaves the old table or the new one; the next load puts
in place what a crash left staged.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from celadon.chain import sha256_file
from celadon.errors import ChainBroken, DeclarationError, Fault
from celadon.reference.audit import LOADED, Audit, write_whole
from celadon.reference.entries import row_id
from celadon.reference.facts import Record
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

_STAGED = "staged"
_EDITION = re.compile(r"[-—:]?(19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """What a load does with one row: added, completes a shipped one, corrects an own one, or same.

    ``before`` and ``after`` tell the cells that change.
    """

    row: str
    table: str
    kind: Literal["added", "completed", "corrected", "same"]
    before: str
    after: str
    letter: str

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Load:
    """What a file gives: its rows, and the tables as they would be; ``done`` once it is loaded."""

    rows: tuple[LoadedRow, ...]
    files: Mapping[str, bytes]
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
    files, places = _laid(tables, own)
    registry = _gate(folder, files, places, sheets)
    found = list(_rows(tables, present, own))
    overlaps = _overlaps(registry, {row.row for row in found if row.kind == "added"}, sheets)
    if overlaps:
        raise _refused(sheets, overlaps)
    return Load(tuple(found), files)


def take(audit: Audit, file: Path, sheets: Sequence[UserSheet], asked: str, by: str) -> Load:
    """Load a file; what changes nothing writes nothing.

    Raises
    ------
    DeclarationError
        With every fault of every row; nothing is loaded.
    ChainBroken
        If a table that was loaded has been changed outside celadon since.
    LedgerError
        If the system refuses to write.
    """
    with audit.writing():
        settle(audit)
        refuse_changed(audit)
        load = plan_load(audit.folder, sheets, asked, by)
        if not load.changes:
            return load
        told = audit.keep(file)
        wrote = {}
        for table, data in load.files.items():
            wrote[table] = hashlib.sha256(data).hexdigest()
            write_whole(audit.folder / _STAGED / f"{wrote[table]}.csv", data)
        counts: dict[str, int] = {}
        for row in load.rows:
            counts[row.kind] = counts.get(row.kind, 0) + 1
        audit.append(LOADED, {**told, "by": by.strip(), "wrote": wrote, "rows": counts})
        settle(audit)
    return Load(load.rows, load.files, done=True)


def settle(audit: Audit) -> None:
    """Put in place what a load staged and a crash kept from it; a writer holds the lock."""
    folder = audit.folder / _STAGED
    if not folder.is_dir():
        return
    latest: dict[str, str] = {}
    for line in audit.lines():
        if line["kind"] == LOADED:
            latest |= line["wrote"]
    for table, digest in latest.items():
        staged = folder / f"{digest}.csv"
        if staged.is_file() and sha256_file(staged) == digest:
            write_whole(audit.folder / f"{table}.csv", staged.read_bytes())
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def table_states(audit: Audit) -> dict[str, str]:
    """How each table of a workspace stands: ``as_loaded``, ``edited`` since, or ``by_hand``."""
    latest: dict[str, str] = {}
    for line in audit.lines():
        if line["kind"] == LOADED:
            latest |= line["wrote"]
    states = dict.fromkeys(latest, "gone")
    for path in sorted(audit.folder.glob("*.csv")):
        digest = latest.get(path.stem)
        same = digest == sha256_file(path)
        states[path.stem] = "by_hand" if digest is None else "as_loaded" if same else "edited"
    return states


def refuse_changed(audit: Audit, among: Sequence[str] = ("edited",)) -> None:
    """Go no further on tables that somebody changed outside celadon since they were loaded.

    Raises
    ------
    ChainBroken
        If there are any in one of the states named.
    """
    states = table_states(audit)
    faults = [
        Fault(
            (str(audit.folder / f"{name}.csv"),), _CHANGED[state],
            "a table that was loaded is as its line in the audit file says",
            "move the file out of the folder and load it: celadon reference load FILE",
        )
        for name, state in states.items()
        if state in among
    ]  # fmt: skip
    if faults:
        raise ChainBroken(f"{len(faults)} loaded table(s) changed outside celadon", faults)


_CHANGED = {"edited": "another content than was loaded", "gone": "no file"}


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
    sources = dict(registry.sources)
    return [(sheet, read_user_table(sheet, table, sources)) for sheet, table in named]


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
) -> tuple[dict[str, bytes], dict[tuple[str, str], tuple[str, ...]]]:
    """The new files of a workspace, and where the user wrote each of their rows."""
    laid: dict[str, Rows] = {}
    written: dict[str, tuple[str, ...]] = {}
    for sheet, table in tables:
        rows = laid.setdefault(table.table, dict(own[table.table]))
        rows |= named_rows(table)
        for number, row in table.rows:
            written[row_id(table.table, row)] = (*sheet.where, f"row {number}")
    places = {
        (f"{table}.csv", f"row {line}"): written[name]
        for table, rows in laid.items()
        for line, name in enumerate(rows, start=2)
        if name in written
    }
    return {table: _csv(table, list(rows.values())) for table, rows in laid.items()}, places


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
    writer = csv.DictWriter(text, columns_of(table, rows), restval="", lineterminator="\n")
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
        kind: Literal["corrected", "same"] = "corrected" if changed else "same"
        return LoadedRow(name, table, kind, *_cells(own[name], changed), letter)
    shipped = held.get(name)
    if shipped is None:
        told = _figure(row) if table in RECORD_TABLES else ""
        return LoadedRow(name, table, "added", "", told, letter)
    changed = {key: text for key, text in row.items() if text and shipped.get(key, "") != text}
    filled: Literal["completed", "same"] = "completed" if changed else "same"
    return LoadedRow(name, table, filled, *_cells(shipped, changed), letter)


def _cells(before: Mapping[str, str], changed: Mapping[str, str]) -> tuple[str, str]:
    one, other = (
        "; ".join(f"{key} {texts.get(key) or '-'}" for key in changed)
        for texts in (before, changed)
    )
    return one, other


def _figure(row: Mapping[str, str]) -> str:
    ends = " .. ".join(row[name] for name in ("value_low", "value_high") if row[name])
    return f"{row['value'] or ends} {row['unit']}".strip()


def _overlaps(registry: Registry, added: set[str], sheets: Sequence[UserSheet]) -> list[Fault]:
    """Figures of two editions of one standard that would hold on the same day.

    An edition without an end gives way to the next one; only a stated end beyond the next one's
    beginning, or the same beginning, is an overlap.
    """
    by_question: dict[tuple[str, ...], list[Record]] = {}
    for record in registry.records.values():
        question = (record.table, record.subject, record.parameter, record.area, record.basis)
        by_question.setdefault((*question, _EDITION.sub("", record.set)), []).append(record)
    faults = []
    for records in by_question.values():
        for own in records:
            if own.record in added:
                others = (other for other in records if other.set != own.set)
                faults += [_overlap(own, other, sheets) for other in others if _both(own, other)]
    return faults


def _both(one: Record, other: Record) -> bool:
    starts = [record.validity.certain_from for record in (one, other)]
    if starts[0] is None or starts[1] is None:
        return False
    older = one if starts[0] <= starts[1] else other
    end = older.validity.certain_to
    return starts[0] == starts[1] or (end is not None and end > max(starts[0], starts[1]))


def _overlap(own: Record, other: Record, sheets: Iterable[UserSheet]) -> Fault:
    file = next(iter(sheets)).file
    return Fault(
        (file, own.record),
        f"{own.set} ({own.validity.words()}) beside {other.set} ({other.validity.words()})",
        f"one edition holds on a day; {other.record} answers the same question",
        "state in the table sources from when to when each edition is in force",
    )
