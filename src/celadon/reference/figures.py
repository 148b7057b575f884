"""The figures of the tables, made and indexed when they are first asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from celadon.reference import build
from celadon.reference.cells import Row
from celadon.reference.facts import Record, Source
from celadon.reference.loader import Tables
from celadon.reference.shapes import FIGURE_TABLES, TABLES, WHOLE, Shape, Value, row_id

Key = tuple[str, ...]
_SHORTEST_CODE = 4
_CHAPTER = 2
_SHOWN = 24


class Figures:
    """The figures of all record tables and wide tables.

    A figure is made once: what is asked for twice is the same object. The rows whose place a user's
    rows have taken are described, but answer nothing.
    """

    def __init__(self, tables: Tables, sources: Mapping[str, Source]) -> None:
        self._tables, self._sources = tables, sources
        self._made: dict[tuple[str, Key, Value], Record] = {}
        self._subjects: dict[str, dict[str, list[Key]]] = {}
        self._ids: dict[str, dict[str, Key]] = {}
        self._areas: dict[str, set[str]] = {}

    def of(self, table: str) -> tuple[Record, ...]:
        """Every figure of a table that can answer, in the order of its rows."""
        gone = self._tables.replaced.get(table, frozenset())
        keys = (key for key in self._tables.rows[table] if key not in gone)
        return tuple(record for key in keys for record in self._of_row(TABLES[table], key))

    def candidates(
        self,
        table: str,
        subject: str,
        parameter: str,
        area: str | None = None,
        coordinates: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[str, list[Record]]:
        """The subject that is held for a subject asked for, and its figures of a parameter.

        Where rows of the area and the coordinates are held, only their figures are made.
        """
        shape = TABLES[table]
        for held in _spellings(shape, subject):
            keys = self._by_subject(table).get(held, [])
            local = self._in_area(shape, keys, area)
            if local:
                exact = self._at(shape, local, coordinates)
                return held, self._of_parameter(shape, exact or local, parameter)
        for held in _spellings(shape, subject):
            keys = self._by_subject(table).get(held, [])
            if keys:
                return held, self._of_parameter(shape, keys, parameter)
        return subject, []

    def close(
        self, table: str, subject: str, parameter: str, area: str | None = None
    ) -> list[Record]:
        """Figures of the same subject, else of subjects spelt like it; a few, for a refusal.

        Where rows of the area are held, those alone.
        """
        shape, subjects = TABLES[table], self._by_subject(table)
        if subject in subjects:
            return [r for key in subjects[subject][:_SHOWN] for r in self._of_row(shape, key)]
        if shape.prefix:
            near = _near_codes(subject, subjects)
        else:
            near = difflib.get_close_matches(subject, list(subjects), n=3)
        keys = [key for held in near for key in subjects[held]]
        local = self._in_area(shape, keys, area) or keys
        return self._of_parameter(shape, local[:_SHOWN], parameter)

    def chapters(self, table: str) -> list[str]:
        """The chapters of the nomenclature that a table of codes has goods of."""
        return sorted({held[:_CHAPTER] for held in self._by_subject(table)})

    def areas(self, table: str) -> set[str]:
        """The areas that a table holds."""
        if table not in self._areas:
            column = TABLES[table].area
            rows = self._tables.rows[table].values()
            self._areas[table] = {row.text(column) for row in rows}
        return self._areas[table]

    def find(self, record_id: str) -> Record | None:
        """The figure of an id, whether it answers or not; None where there is none."""
        table = record_id.partition("/")[0]
        if table not in FIGURE_TABLES:
            return None
        if TABLES[table].kind == "record":
            key = (record_id,)
            rows = self._tables.rows[table]
            return self._figure(TABLES[table], key, WHOLE) if key in rows else None
        shortened = record_id.rpartition("/")[0]
        for name in (shortened, shortened.rpartition("/")[0]):
            found = self._by_id(table).get(name)
            made = self._of_row(TABLES[table], found) if found is not None else []
            for record in made:
                if record.record == record_id:
                    return record
        return None

    def _by_id(self, table: str) -> dict[str, Key]:
        if table not in self._ids:
            shape = TABLES[table]
            self._ids[table] = {row_id(shape, key): key for key in self._tables.rows[table]}
        return self._ids[table]

    def _by_subject(self, table: str) -> dict[str, list[Key]]:
        if table not in self._subjects:
            column = TABLES[table].subject
            gone = self._tables.replaced.get(table, frozenset())
            index: dict[str, list[Key]] = {}
            for key, row in self._tables.rows[table].items():
                if key not in gone:
                    index.setdefault(row.cells[column], []).append(key)
            self._subjects[table] = index
        return self._subjects[table]

    def _in_area(self, shape: Shape, keys: list[Key], area: str | None) -> list[Key]:
        if area is None or not shape.area:
            return keys
        rows = self._tables.rows[shape.name]
        return [key for key in keys if rows[key].cells[shape.area] == area]

    def _at(self, shape: Shape, keys: list[Key], coordinates: Mapping[str, str]) -> list[Key]:
        rows, asked = self._tables.rows[shape.name], coordinates.items()
        return [key for key in keys if all(rows[key].cells[name] == text for name, text in asked)]

    def _of_parameter(self, shape: Shape, keys: Iterable[Key], parameter: str) -> list[Record]:
        rows = self._tables.rows[shape.name]
        return [
            self._figure(shape, key, value)
            for key in keys
            for value in _values(shape)
            if (value.parameter or rows[key].cells["parameter"]) == parameter
        ]

    def _of_row(self, shape: Shape, key: Key) -> list[Record]:
        return [self._figure(shape, key, value) for value in _values(shape)]

    def _figure(self, shape: Shape, key: Key, value: Value) -> Record:
        name = (shape.name, key, value)
        record = self._made.get(name)
        if record is None:
            record = self._make(shape, self._tables.rows[shape.name][key], value)
            self._made[name] = record
        return record

    def _make(self, shape: Shape, row: Row, value: Value) -> Record:
        if shape.kind == "record":
            record = build.record_of(shape.name, row, self._sources)
        else:
            record = build.figure_of(shape, value, row, self._sources)
        if record is None:  # the gate lets no row through whose source is not known
            raise KeyError(row.text("source"))
        return record


def _near_codes(code: str, held: Iterable[str]) -> list[str]:
    """Codes held of the same chapter, those that share most of the first digits first."""
    plain = _plain_code(code)

    def apart(other: str) -> tuple[int, str]:
        shared = next((n for n, (a, b) in enumerate(zip(plain, other, strict=False)) if a != b),
                      min(len(plain), len(other)))  # fmt: skip
        return -shared, other

    return sorted((c for c in held if c[:_CHAPTER] == plain[:_CHAPTER]), key=apart)


def _plain_code(text: str) -> str:
    """A code without the blanks and dots that it is often printed with."""
    return text.replace(" ", "").replace(".", "")


def _values(shape: Shape) -> tuple[Value, ...]:
    return (WHOLE,) if shape.kind == "record" else shape.values


def _spellings(shape: Shape, subject: str) -> list[str]:
    """The subjects that answer for one: itself, or a code and the shorter ones it begins with."""
    if not shape.prefix:
        return [subject]
    code = _plain_code(subject)
    return [code[:length] for length in range(len(code), _SHORTEST_CODE - 1, -1)]
