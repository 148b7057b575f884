"""What a load does with each row of a user's file, and the names in it that a table has not had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from celadon.reference.entries import row_id
from celadon.reference.naming import Naming
from celadon.reference.registry import Registry
from celadon.reference.shapes import RECORD_TABLES
from celadon.reference.user_table import UserSheet, UserTable

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
class Unknown:
    """A subject or parameter that is new to a table: meant so, or a slip of the pen.

    ``near`` names what the table knows that comes close, each with its id; empty if nothing does.
    """

    row: str
    column: str
    text: str
    place: str
    near: str

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def loaded_rows(
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


def unknown_names(
    tables: Iterable[tuple[UserSheet, UserTable]], present: Registry
) -> Iterator[Unknown]:
    """Subjects and parameters that the tables do not know yet, each told once."""
    told: set[tuple[str, str, str]] = set()
    for sheet, table in tables:
        if table.table not in RECORD_TABLES:
            continue
        naming = Naming(present, table.table)
        for number, row in table.rows:
            for column in ("subject", "parameter"):
                text = row[column]
                if not naming.is_known(column, text) and (table.table, column, text) not in told:
                    told.add((table.table, column, text))
                    place = " › ".join((*sheet.where, f"row {number}"))
                    name, near = row_id(table.table, row), naming.close(column, text)
                    yield Unknown(name, column, text, place, near)
