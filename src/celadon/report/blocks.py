"""What a report is laid out from: sections of charts, tables and notes, already in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from celadon.exact import decimal_text
from celadon.report.figures import decimals_for, grouped

MARK = "▲"
"""Stands beside a figure that rests on less than an official text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, the exact figure behind it, a mark; ``nowrap`` keeps its own lines."""

    text: str
    exact: str = ""
    marked: bool = False
    code: bool = False
    indent: int = 0
    nowrap: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column, with the unit of all its figures; ``wide`` gives long words room."""

    title: str
    unit: str = ""
    figures: bool = True
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``kind`` is empty, ``total`` or ``fault``."""

    cells: tuple[Cell, ...]
    kind: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: what it shows, its columns and rows, and where it comes from."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    source: str = ""
    folded: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: the name of its file, its SVG, what it shows, and where that comes from."""

    name: str
    title: str
    svg: str
    source: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph; ``kind`` is empty, ``open`` or ``fault``."""

    text: str
    kind: str = ""


Block = Grid | Figure | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with its anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One of the four figures of the first page.

    ``shares`` are measured, estimated and missing as parts of one; ``exact`` is the figure behind
    ``value``, in ``unit``, and None where there is none.
    """

    title: str
    value: str
    unit: str
    change: str
    beside: str
    quality: str
    shares: str
    marked: bool = False
    link: str = ""
    exact: Fraction | None = None


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Who, what period, which edition and mode; four figures; the ladder; what is open."""

    title: str
    site: str
    simulated: bool
    facts: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    ladder: Figure | None
    open_points: tuple[tuple[str, str], ...] = field(default=())


def words(*texts: str) -> tuple[Cell, ...]:
    """Cells of plain words."""
    return tuple(Cell(text) for text in texts)


def figures(
    values: Sequence[Fraction | int | None],
    decimals: int | None = None,
    marks: Sequence[bool] = (),
) -> list[Cell]:
    """Cells of one column of figures, all with the same decimals; a dash where there is none."""
    known = [value for value in values if value is not None]
    places = decimals_for(known) if decimals is None else decimals
    flags = marks or [False] * len(values)
    return [
        Cell("–") if value is None else Cell(grouped(value, places), exact_text(value), marked=mark)
        for value, mark in zip(values, flags, strict=True)
    ]


def exact_text(value: Fraction | int) -> str:
    """The figure in full where its decimals end within twelve places, else with twelve.

    Examples
    --------
    >>> exact_text(Fraction(5, 4)), exact_text(12)
    ('1.25', '12')
    """
    text = decimal_text(Fraction(value), 12)
    return text.rstrip("0").rstrip(".")
