"""A form before it is a file: tables of cells, each with its exact value and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.exact import decimal_text
from celadon.languages import Phrase
from celadon.records.finding import Finding, rule
from celadon.report.figures import grouped
from celadon.report.statistics.printing import DECIMALS


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure rests on: leaves of the account, rows of activity, and meters."""

    leaves: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()

    def __add__(self, other: Basis) -> Basis:
        """Both together, each thing once."""
        return Basis(*(
            tuple(dict.fromkeys((*mine, *theirs)))
            for mine, theirs in (
                (self.leaves, other.leaves), (self.rows, other.rows), (self.meters, other.meters)
            )
        ))  # fmt: skip


NOTHING = Basis()
"""Rests on nothing: a word, or a figure that is not there."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a form.

    Parameters
    ----------
    text : words, where it is no figure.
    value : the figure as it is printed; None where it is missing, which is never zero.
    exact : the figure before it was rounded.
    note : why it is empty, or what is to be known of it.
    marked : whether it rests on less than official text.
    is_open : whether the form leaves it for the user to fill in.
    """

    text: str = ""
    value: Fraction | None = None
    exact: Fraction | None = None
    decimals: int = DECIMALS
    note: str = ""
    marked: bool = False
    is_open: bool = False
    basis: Basis = NOTHING

    @property
    def shown(self) -> str:
        """As a reader sees it."""
        return self.text if self.value is None else grouped(self.value, self.decimals)

    def plain(self) -> Any:
        """As plain data, for JSON: words as they are, a figure with all that is known of it."""
        if self.value is None and not self.note and not self.is_open:
            return self.text
        return {
            "value": None if self.value is None else decimal_text(self.value, self.decimals),
            "exact": None if self.exact is None else str(self.exact),
            "text": self.text, "note": self.note, "marked": self.marked, "open": self.is_open,
            "leaves": list(self.basis.leaves), "rows": list(self.basis.rows),
            "meters": list(self.basis.meters),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading in both languages, and its unit."""

    key: str
    heading: Phrase
    unit: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row; ``kind`` is empty, ``total``, ``error`` or ``warning``."""

    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a form, one sheet of its workbook."""

    id: str
    title: Phrase
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON: each row by the keys of the columns."""
        keys = [column.key for column in self.columns]
        rows = [
            {key: cell.plain() for key, cell in zip(keys, row.cells, strict=True)}
            for row in self.rows
        ]
        return {"table": self.id, "rows": rows, "notes": list(self.notes)}

    @property
    def figure_columns(self) -> frozenset[int]:
        """The places of the columns that hold figures and no words, which stand to the right."""
        figures, words = set(), set()
        for row in self.rows:
            for place, cell in enumerate(row.cells):
                if cell.value is not None:
                    figures.add(place)
                elif any(map(str.isalpha, cell.text)):
                    words.add(place)
        return frozenset(figures - words)

    @property
    def left_open(self) -> tuple[tuple[tuple[Phrase, ...], str], ...]:
        """Why cells are left for the user: the headings of their columns, and the reason."""
        found: dict[str, dict[Column, None]] = {}
        for row in self.rows:
            for column, cell in zip(self.columns, row.cells, strict=True):
                if cell.is_open and cell.note:
                    found.setdefault(cell.note, {})[column] = None
        return tuple((tuple(each.heading for each in columns), why)
                     for why, columns in found.items())  # fmt: skip

    def figures(self) -> Iterator[tuple[Row, Column, Cell]]:
        """Its printed figures, with their rows and columns."""
        for row in self.rows:
            for column, cell in zip(self.columns, row.cells, strict=True):
                if cell.value is not None:
                    yield row, column, cell


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form.

    Parameters
    ----------
    kind : as the command line names it.
    facts : who, what period, which edition, as labels and values.
    notices : what is to be known of the form as a whole, above all where it is not official.
    findings : what the form found, where it checks anything.
    """

    kind: str
    title: Phrase
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    tables: tuple[Table, ...]
    language: str
    mode: str
    findings: tuple[Finding, ...] = field(default=())

    def cells(self) -> Iterator[Cell]:
        """Every cell."""
        for table in self.tables:
            for row in table.rows:
                yield from row.cells

    @property
    def printed_figures(self) -> int:
        """How many figures it prints."""
        return sum(cell.value is not None for cell in self.cells())

    @property
    def empty(self) -> int:
        """How many figures are missing."""
        return sum(cell.value is None and bool(cell.note) and not cell.is_open
                   and not cell.text for cell in self.cells())  # fmt: skip

    @property
    def marked(self) -> int:
        """How many figures rest on less than official text."""
        return sum(cell.marked for cell in self.cells())

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "form": self.kind, "mode": self.mode, "facts": dict(self.facts),
            "notices": list(self.notices), "figures": self.printed_figures, "empty": self.empty,
            "marked": self.marked, "tables": [table.plain() for table in self.tables],
            "findings": [_plain_finding(found, self.language) for found in self.findings],
        }  # fmt: skip


def _plain_finding(found: Finding, language: str) -> dict[str, Any]:
    return {
        "finding": found.id, "rule": found.rule, "severity": rule(found.rule).severity,
        "subject": found.subject, "place": found.place, "numbers": found.numbers,
        "text": found.text(language), "remedy": found.remedy(language),
    }  # fmt: skip
