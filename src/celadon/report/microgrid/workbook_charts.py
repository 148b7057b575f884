"""Charts of the workbook: drawn by the spreadsheet itself from the cells of a table above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celadon.report.blocks import Grid
from celadon.report.charts.palette import CARRIERS, CELADON_DEEP, INK
from celadon.report.microgrid import charts
from celadon.report.microgrid.names import Draft
from celadon.report.workbook.sheet import TYPEFACES

CHART_ROWS = 19
"""Rows of the sheet that a chart covers, and one more."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of a table.

    Attributes
    ----------
    columns : columns of the table, each with its colour; they stand beside or on each other.
    line : one more column, drawn as a line over them.
    """

    unit: str
    columns: tuple[tuple[int, str], ...]
    stacked: bool = False
    line: int | None = None


def drawn_of(draft: Draft, section: str, title: str) -> Drawn | None:
    """What is drawn of a table of a section; None for most."""
    say = draft.say
    if section == "energy" and title == say("months"):
        return Drawn("MWh", _power_columns(draft), stacked=True)
    if section == "bill" and title == say("bill_months"):
        return Drawn(_money(draft), ((1, CARRIERS["coal_tar"]), (2, CELADON_DEEP)))
    if section == "money" and title == say("cash"):
        return Drawn("千元" if draft.language == "zh" else "kCNY", ((6, CELADON_DEEP),), line=7)
    return None


def add_chart(
    file: Any, sheet: Any, language: str, drawn: Drawn, grid: Grid, rows: tuple[int, int]
) -> None:
    """Draw a table; ``rows`` are that of its headings and the first that the chart covers."""
    row, below = rows
    figures = [each for each in grid.rows if each.kind != "total"]
    place = _Place(sheet.name, row + 1, row + len(figures), [h.title for h in grid.headings])
    subtype = {"subtype": "stacked"} if drawn.stacked else {}
    chart = file.add_chart({"type": "column", **subtype})
    for column, colour in drawn.columns:
        chart.add_series({**place.series(column), "fill": {"color": colour}, "gap": 40})
    if drawn.line is not None:
        line = file.add_chart({"type": "line"})
        line.add_series({**place.series(drawn.line), "line": {"color": INK, "width": 1.5}})
        chart.combine(line)
    _dress(chart, drawn.unit, {"name": TYPEFACES[language], "size": 9})
    sheet.insert_chart(below, 0, chart, {"y_offset": 8})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the figures of a table stand."""

    sheet: str
    first: int
    last: int
    titles: Sequence[str]

    def series(self, column: int) -> dict[str, Any]:
        return {
            "name": self.titles[column],
            "categories": [self.sheet, self.first, 0, self.last, 0],
            "values": [self.sheet, self.first, column, self.last, column],
        }


def _dress(chart: Any, unit: str, typeface: dict[str, Any]) -> None:
    chart.set_x_axis({"num_font": typeface, "label_position": "low"})
    chart.set_y_axis(
        {
            "num_font": typeface,
            "num_format": "#,##0",
            "name": unit,
            "name_font": {**typeface, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": "#DBE3DF", "width": 0.5}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "right", "font": typeface})
    chart.set_title({"none": True})
    chart.set_size({"width": 820, "height": 340})


def _power_columns(draft: Draft) -> tuple[tuple[int, str], ...]:
    """The columns of the months' power that bring or take, each in the colour of its kind."""
    brings, takes, _ = charts.parts_of(draft.content.planned.energies, "power")
    whose = [*brings, *takes]
    return tuple((n, charts.colour_of(draft, who)) for n, who in enumerate(whose, start=1))


def _money(draft: Draft) -> str:
    return "元" if draft.language == "zh" else "CNY"
