"""The trial of the lint: plant, look, count."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from tests.reference.lint.mutations import CLASSES, FIGURES, Cells, mutable, planted

from celadon.reference.lint import Book, Row, subject_findings
from celadon.reference.lint.recorded import rows_are_as_recorded
from celadon.reference.loader import SHIPPED

STRIDE = 23
"""Every so many rows are spoilt at once: far enough apart to speak for themselves."""


def shipped() -> dict[str, list[Cells]]:
    """All shipped tables as plain rows."""
    tables = {}
    for path in sorted(SHIPPED.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the planted errors of a class were found in a table."""

    name: str
    table: str
    planted: int
    by_rules: int
    by_record: int
    missed: tuple[str, ...]


def as_rows(table: str, cells: Iterable[Cells]) -> list[Row]:
    return [Row(table, f"{table}.csv", line, row) for line, row in enumerate(cells, start=2)]


def score(name: str, tables: dict[str, list[Cells]], table: str, limit: int = 0) -> Score | None:
    """Plant a class in every row of a table that can carry it, some at a time, and look."""
    places = mutable(name, tables, table)
    if limit:
        places = places[:: max(1, len(places) // limit)][:limit]
    if not places:
        return None
    stride = 1 if limit else min(STRIDE, len(places))
    rules = record = 0
    missed: list[str] = []
    beside = {"regions": as_rows("regions", tables["regions"])}
    for first in range(stride):
        spoilt = planted(name, tables, table, places[first::stride])
        rows = as_rows(table, spoilt.rows)
        book = Book({**beside, table: rows}, frozenset({(table, f"{table}.csv")}))
        alarms = [f for f in subject_findings(book) if not f.known]
        lines = {f.row.line for f in alarms}
        named = {other for f in alarms for other in f.related}
        sealed = {f.row.line for f in rows_are_as_recorded(table, rows)}
        for place in sorted(spoilt.changed):
            row = rows[place]
            seen = row.line in lines or row.id in named
            rules += seen
            record += seen or row.line in sealed
            if not seen:
                missed.append(row.id)
    return Score(name, table, len(places), rules, record, tuple(missed))


def trial(limit: int = 0) -> list[Score]:
    """All classes in all tables of figures."""
    tables = shipped()
    scores = (
        score(name, tables, table, limit)
        for name in CLASSES
        for table in FIGURES
        if table in tables
    )
    return [found for found in scores if found is not None]
