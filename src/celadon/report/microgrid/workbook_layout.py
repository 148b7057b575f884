"""Where everything of the workbook stands: known before a cell is written, for formulas to name.

Also how wide columns and how high rows are, by the letters in them, and where pages break: a chart
and a table that fits a page are never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_rowcol_to_cell

from celadon.report.blocks import Grid, Note, Section
from celadon.report.charts.svg import text_width, wrapped
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.workbook_charts import CHART_ROWS, Drawn, drawn_of
from celadon.report.microgrid.workbook_money import with_present_values

LINE = 15.0
"""Points of a row of one line."""

_SIZE = 10.0
"""Points of the letters of a cell."""

_LETTER, _PADDING = 5.25, 3.75
"""Points of a unit of column width, and of what a column has besides, in the default typeface."""

_WORDS_WIDE, _WIDE, _NARROW = 46.0, 24.0, 9.0
"""The widest column of words, the widest of figures, and the narrowest, in units of width."""

_PAGES = {False: (445.0, 690.0), True: (685.0, 455.0)}
"""Points of width and height of an A4 page within its margins, upright and across, and some air."""

_LEAST_SCALE = 65
"""Percent below which print is no longer read; then columns go on to another page."""

_CHART_POINTS = 650.0
_NOTE_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands.

    Parameters
    ----------
    top : row of its headings, from 0; its figures follow.
    """

    sheet: str
    grid: Grid
    top: int

    @property
    def first(self) -> int:
        """The first row of figures, from 0."""
        return self.top + 1

    @property
    def last(self) -> int:
        """The last row of figures that is no total."""
        return self.top + sum(row.kind != "total" for row in self.grid.rows)

    def at(self, row: int, column: int) -> str:
        """A cell as another sheet names it; ``row`` of the table, below zero from its end."""
        number = range(len(self.grid.rows))[row]
        cell = xl_rowcol_to_cell(self.first + number, column)
        return f"'{self.sheet}'!{cell}"


@dataclass(slots=True)
class SheetPlan:
    """A sheet before it is written.

    Attributes
    ----------
    notes : row and text of each paragraph; ``places`` each table; ``charts`` row and what is drawn
        of which table.
    widths : of columns, ``heights`` of rows that have more than one line, in points.
    breaks : rows before which a page ends; ``scale`` in percent; whether the page lies ``across``;
        ``repeated`` is the row of heads that every page after it has again.
    """

    name: str
    section: str
    places: list[Place] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    charts: list[tuple[int, Drawn, Place]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    scale: int = 100
    across: bool = True
    repeated: int | None = None

    @property
    def columns(self) -> int:
        """How many columns the sheet has."""
        return len(self.widths)


def planned_sheets(draft: Draft, sections: Sequence[Section]) -> list[SheetPlan]:
    """A sheet for every section that has tables or notes."""
    return [
        _planned(draft, section)
        for section in sections
        if any(isinstance(block, Grid | Note) for block in section.blocks)
    ]


def _planned(draft: Draft, section: Section) -> SheetPlan:
    plan = SheetPlan(section.title, section.id)
    grids = {id(b): with_present_values(draft, section.id, b)
             for b in section.blocks if isinstance(b, Grid)}  # fmt: skip
    plan.widths = _widths(list(grids.values()))
    row, parts = 2, [(0, 2)]
    for block in section.blocks:
        start = row
        if isinstance(block, Note):
            plan.notes.append((row, block.text))
            plan.heights[row] = _note_height(plan, block.text)
            row += 2
        elif isinstance(block, Grid):
            place = Place(section.title, grids[id(block)], row + 1)
            plan.places.append(place)
            row = _table(plan, place)
            drawn = drawn_of(draft, section.id, block.title)
            parts.append((start, row))
            if drawn is not None:
                plan.charts.append((row, drawn, place))
                parts.append((row, row + CHART_ROWS))
                row += CHART_ROWS
            continue
        else:
            continue
        parts.append((start, row))
    _paged(plan, parts)
    if plan.places and any(plan.places[-1].first < b <= plan.places[-1].last for b in plan.breaks):
        plan.repeated = plan.places[-1].top
    return plan


def _paged(plan: SheetPlan, parts: Sequence[tuple[int, int]]) -> None:
    """How the sheet is printed: on few pages, then in large letters."""
    columns = sum(width * _LETTER + _PADDING for width in plan.widths)
    wide = max(columns, _CHART_POINTS if plan.charts else 0.0)
    found = []
    for across, (width, height) in _PAGES.items():
        largest = min(100, int(100 * width / wide))
        for scale in range(max(largest, _LEAST_SCALE), _LEAST_SCALE - 1, -1):
            breaks = _breaks(plan, parts, height * 100 / scale)
            found.append((largest < _LEAST_SCALE, len(breaks), -scale, not across, breaks))
    _, _, scale, upright, plan.breaks = min(found)
    plan.scale, plan.across = -scale, not upright


def _table(plan: SheetPlan, place: Place) -> int:
    """Heights of a table's rows; returns the row after it and a blank one."""
    grid = place.grid
    heads = [
        len(wrapped(h.title, _SIZE, _points(plan.widths[n]), 4)) + bool(h.unit)
        for n, h in enumerate(grid.headings)
    ]
    plan.heights[place.top] = LINE * max(heads)
    for number, row in enumerate(grid.rows):
        lines = max(_lines(cell.text, plan.widths[n]) for n, cell in enumerate(row.cells))
        if lines > 1:
            plan.heights[place.first + number] = LINE * lines
    after = place.first + len(grid.rows)
    if grid.source:
        plan.notes.append((after, grid.source))
        plan.heights[after] = _note_height(plan, grid.source)
        after += 1
    return after + 1


def _points(width: float) -> float:
    """What letters have room for in a column; the padding is left free."""
    return width * _LETTER


def _lines(text: str, width: float) -> int:
    return sum(max(1, len(wrapped(line, _SIZE, _points(width), 12))) for line in text.split("\n"))


def _note_height(plan: SheetPlan, text: str) -> float:
    return LINE * _lines(text, sum(plan.widths))


def _widths(grids: Sequence[Grid]) -> list[float]:
    """Widths by the letters in each column; words may take several lines, figures never."""
    count = max((len(grid.headings) for grid in grids), default=1)
    widths = [_NARROW] * max(count, _NOTE_COLUMNS)
    for grid in grids:
        for n, heading in enumerate(grid.headings):
            longest = max((_units(row.cells[n].text) for row in grid.rows), default=0.0)
            most = _WIDE if heading.figures else _WORDS_WIDE
            head = max(_units(heading.unit), min(_units(heading.title), 14.0))
            widths[n] = max(widths[n], min(max(longest, head), most))
    return widths


def _units(text: str) -> float:
    """How wide a text is, in units of column width with a little air."""
    line = max(text.split("\n"), key=len)
    return text_width(line, _SIZE) / _LETTER + 2.0


def _breaks(plan: SheetPlan, parts: Sequence[tuple[int, int]], room: float) -> list[int]:
    """Rows before which a page ends, so that no part that fits a page is cut.

    Parameters
    ----------
    room : points of a page.
    """
    found, used = [], 0.0
    for start, end in parts:
        heights = [plan.heights.get(row, LINE) for row in range(start, end)]
        if used and used + sum(heights) > room:
            found.append(start)
            used = 0.0
        for row, height in zip(range(start, end), heights, strict=True):
            if used + height > room:
                found.append(row)
                used = 0.0
            used += height
    return found
