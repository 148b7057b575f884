"""Any row of any reference table by one id, as the honesty tools speak of it.

A row of a table of records goes by its record id; a row of another table by the table and the cells
of its key, joined by ``|``, an empty one being ``-``; a value of a wide table by its row's id and
the parameter behind a further stroke. A method goes by ``methods`` and its id, one kind of its
streams by that and its name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from celadon.errors import Fault, LookupRefused
from celadon.languages import Language, Phrases
from celadon.reference.facts import Record, Source
from celadon.reference.method_rows import METHODS, method_cells, near_method_rows
from celadon.reference.registry import Registry
from celadon.reference.shapes import COLUMNS, FIGURE_TABLES, RECORD_TABLES, TABLES, WIDE_TABLES
from celadon.reference.shapes import row_id as id_of
from celadon.reference.validity import Validity

WORDS = Phrases.load("celadon.reference", "words.toml")
"""What tables, columns and parameters are called."""

_LOOSE = frozenset(
    {
        "record", "id", "replaces", "note", "confidence", "locator", "uncertainty", "url",
        "licence", "title_zh", "title_en", "subject_zh", "name_zh", "name_en", "publisher",
        "superseded_by", "valid_from", "valid_to",
    }
)  # fmt: skip
"""Columns that say something of a figure and are no part of it."""

_NEAR = 6


@dataclass(frozen=True)
class Entry:
    """One row, or one value of a wide row.

    ``cells`` are the texts as printed. ``record`` is the figure that the id names, if it names one;
    ``source`` is None for a row that names none.
    """

    id: str
    table: str
    cells: Mapping[str, str]
    record: Record | None
    source: Source | None

    @property
    def confidence(self) -> str:
        """The letter of the row; empty where its table has none."""
        return self.record.confidence if self.record else self.cells.get("confidence", "")

    @property
    def locator(self) -> str:
        """Table, page or clause in the source; empty where it is not known."""
        return self.record.locator if self.record else self.cells.get("locator", "")

    @property
    def is_value(self) -> bool:
        """Whether it is one value of a wide row rather than a row."""
        return self.record is not None and self.table in WIDE_TABLES

    @cached_property
    def figure(self) -> dict[str, str]:
        """What the row states, without what is only said of it: a confirmation is bound to this."""
        if self.record is not None and self.is_value:
            record = self.record
            told = {"value": record.value_text, "unit": record.unit, "source": record.source.id}
            return {"row": self.id, **told}
        return {name: text for name, text in self.cells.items() if text and name not in _LOOSE}

    @property
    def validity(self) -> Validity | None:
        """Its time in force, as the row states it, else its source; None where neither does."""
        if self.record is not None:
            return self.record.validity
        if self.source is None:
            return None
        whole = self.source.validity
        first, last = (self.cells.get(name, "") for name in ("valid_from", "valid_to"))
        return Validity(first or whole.from_text, last or whole.to_text, whole.dated)

    def cite(self, language: Language) -> str:
        """The source with its title, and the place in it where that is known."""
        cited = self.source.cited(language) if self.source else ""
        return ", ".join(part for part in (cited, self.locator) if part)


def row_id(table: str, cells: Mapping[str, str]) -> str:
    """The id of a row.

    Examples
    --------
    >>> row_id("sources", {"id": "gb-21256-2013"})
    'sources/gb-21256-2013'
    """
    shape = TABLES[table]
    return id_of(shape, tuple(cells[column] for column in shape.key))


def all_rows(registry: Registry) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every row of every table: the table, and the texts of its cells."""
    for table in COLUMNS:
        for cells in registry.rows(table):
            yield table, cells


def find_entry(registry: Registry, text: str) -> Entry:
    """The row of an id.

    Raises
    ------
    LookupRefused
        If no table holds it; lists ids that come close.
    """
    table = text.partition("/")[0]
    if table == METHODS:
        cells = method_cells(text)
        if cells is not None:
            return Entry(text, METHODS, cells, None, registry.sources.get(cells["source"]))
    if table in TABLES:
        found = _entry(registry, table, text)
        if found is not None:
            return found
    fault = Fault(
        (text,), "no such row", "the id of a row, as celadon reference search shows it",
        "take one of the ids listed, or search for words of it",
    )  # fmt: skip
    raise LookupRefused(f"No reference row {text}", [fault], _near(registry, table, text))


def _entry(registry: Registry, table: str, text: str) -> Entry | None:
    record = _record(registry, table, text)
    key = text.rpartition("/")[0] if table in WIDE_TABLES and record is not None else text
    for cells in registry.rows(table):
        if row_id(table, cells) == key:
            own = cells["id"] if table == "sources" else cells.get("source", "")
            source = record.source if record is not None else registry.sources.get(own)
            return Entry(text, table, cells, record, source)
    return None


def _record(registry: Registry, table: str, text: str) -> Record | None:
    if table not in FIGURE_TABLES:
        return None
    if table in RECORD_TABLES and text in registry.records:
        return registry.records[text]
    try:
        return registry.describe(text)
    except LookupRefused:  # the id of a wide row, which holds several values, or of no row
        return None


def _near(registry: Registry, table: str, text: str) -> list[str]:
    if table == METHODS:
        return near_method_rows(text)[:_NEAR]
    ids = [row_id(name, cells) for name, cells in all_rows(registry)]
    within = [name for name in ids if text.lower() in name.lower()]
    if within:
        return within[:_NEAR]
    listed = [name for name in ids if name.startswith(f"{table}/")] or ids
    return difflib.get_close_matches(text, listed, n=_NEAR, cutoff=0.5)


def table_name(table: str, language: Language) -> str:
    """What a table is called; its own name where it has no other.

    Examples
    --------
    >>> table_name("fuels", "zh"), table_name("unheard_of", "zh")
    ('燃料', 'unheard_of')
    """
    return _word("table", table, language)


def column_name(column: str, language: Language) -> str:
    """What a column is called; its own name where it has no other."""
    return _word("column", column, language)


def parameter_name(parameter: str, language: Language) -> str:
    """What a parameter is called; its own name where it has no other."""
    return _word("parameter", parameter, language)


def _word(group: str, name: str, language: Language) -> str:
    key = f"{group}.{name}"
    return WORDS.text(key, language) if key in WORDS else name
