"""The report as a workbook: the tables of the page as live figures, and the days of the year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from celadon.report.blocks import Cell, Grid, Section
from celadon.report.charts.palette import ACCENT, CELADON_DEEP, CELADON_MIST, INK
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.workbook_charts import add_chart
from celadon.report.microgrid.workbook_layout import LINE, Place, SheetPlan, planned_sheets
from celadon.report.microgrid.workbook_live import Live
from celadon.report.microgrid.workbook_summary import Figure, figures
from celadon.report.workbook.sheet import TYPEFACES

_NUMBER = re.compile(r"[−-]?[\d,]+(\.\d+)?")
_PERCENT = re.compile(r"(?P<number>-?[\d.]+) %")

_DEFAULT = {"font_name": "Arial", "font_size": 10}
"""By this typeface columns are measured; its digits are as wide in every program."""

_DAY_COLUMNS = 9
"""Columns of the days that a page takes beside the day itself."""


class _Book:
    """A workbook being written."""

    def __init__(self, file: xlsxwriter.Workbook, language: str) -> None:
        self.file = file
        base = {"font_name": TYPEFACES[language], "font_size": 10, "font_color": INK,
                "valign": "vcenter"}  # fmt: skip

        def style(**more: Any) -> Any:
            return file.add_format({**base, **more})

        self.plain = style(text_wrap=True)
        self.dash = style(align="right")
        self.title = style(bold=True, font_size=15, font_color=CELADON_DEEP)
        self.beside = style(text_wrap=True, indent=1)
        self.heading = style(bold=True, text_wrap=True, bottom=1, bg_color=CELADON_MIST)
        self.heading_beside = style(bold=True, text_wrap=True, bottom=1, bg_color=CELADON_MIST,
                                    indent=1)  # fmt: skip
        self.figure_heading = style(bold=True, text_wrap=True, bottom=1, bg_color=CELADON_MIST,
                                    align="right")  # fmt: skip
        self.caption = style(bold=True, font_size=11)
        self.small = style(font_size=9, font_color="#62716b", text_wrap=True)
        self.warning = style(bold=True, font_color=ACCENT)
        self.total = style(bold=True, top=1, text_wrap=True)
        kinds = {"": {}, "total": {"bold": True, "top": 1}}
        self.percent = {kind: style(num_format="0.00 %", **more) for kind, more in kinds.items()}
        self.figure = {
            (kind, n): style(num_format="#,##0" + ("." + "0" * n if n else ""), **more)
            for kind, more in kinds.items()
            for n in range(5)
        }
        self.year = style(num_format="0", align="left")
        self.day = style(num_format="yyyy-mm-dd")

    def heading_of(self, column: int) -> Any:
        """The form of a heading of words; beside figures it keeps a little away."""
        return self.heading_beside if column else self.heading

    def cell(
        self, sheet: Any, row: int, column: int, cell: Cell, formula: str = "", kind: str = ""
    ) -> None:
        """A figure as a number with its decimals, live where it follows from others; or words."""
        kind = "total" if kind == "total" else ""
        mark = " ▲" if cell.marked else ""
        found = number_of(cell)
        if found is None:
            words = self.beside if column else self.plain
            form = self.dash if cell.text in ("–", "—") else words
            form = self.total if kind else form
            if formula:
                sheet.write_formula(row, column, formula, form, cell.text)
            else:
                sheet.write_string(row, column, cell.text + mark, form)
            return
        value, decimals = found
        form = self.percent[kind] if decimals is None else self.figure[kind, decimals]
        form = form if column else self.year
        if formula:
            sheet.write_formula(row, column, formula, form, value)
        else:
            sheet.write_number(row, column, value, form)


def number_of(cell: Cell) -> tuple[float, int | None] | None:
    """The figure of a cell with its decimals, None of a percentage; None where it has words.

    Examples
    --------
    >>> number_of(Cell("1,234.5", "1234.5432")), number_of(Cell("12.50 %")), number_of(Cell("–"))
    ((1234.5432, 1), (0.125, None), None)
    """
    if match := _PERCENT.fullmatch(cell.text):
        return float(cell.exact) if cell.exact else float(match["number"]) / 100, None
    if not _NUMBER.fullmatch(cell.text):
        return None
    shown = cell.text.replace(",", "").replace("−", "-")
    return float(cell.exact or shown), min(len(shown.partition(".")[2]), 4)


def write_workbook(draft: Draft, sections: Sequence[Section], path: Path) -> Path:
    """Write the workbook of a draft; the same content gives the same bytes."""
    created = dt.datetime(draft.content.declared.head.year, 1, 1)  # noqa: DTZ001  no zone in it
    plans = planned_sheets(draft, sections)
    live = Live.of(draft, {plan.section: plan.places for plan in plans})
    with xlsxwriter.Workbook(str(path), {"default_format_properties": _DEFAULT}) as file:
        file.set_properties({"title": draft.say("title"), "created": created})
        book = _Book(file, draft.language)
        _summary(book, draft, live)
        for plan in plans:
            _sheet(book, draft, plan, live)
        _days(book, draft)
    return path


def _summary(book: _Book, draft: Draft, live: Live) -> None:
    """What the design is of, and its figures, each linked to the sheet that it comes from."""
    say, sheet = draft.say, book.file.add_worksheet(draft.say("sheet_summary"))
    sheet.hide_gridlines(2)
    for column, width in enumerate((30, 18, 16, 26, 36)):
        sheet.set_column(column, column, width)
    _printed(sheet, 95)
    head = draft.content.declared.head
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, f"{head.name(draft.language)} · {say('title')}", book.title)
    row = 1
    if head.simulated:
        sheet.write_string(row, 0, say("simulated"), book.warning)
        row += 1
    about, shown = figures(draft, live)
    for each in about:
        _figure(book, sheet, row, each)
        row += 1
    row += 1
    titles = ("measure", "value", "unit", "sheet", "remark")
    for column, title in enumerate(titles):
        form = book.figure_heading if title == "value" else book.heading_of(column)
        sheet.write_string(row, column, say(title), form)
    for each in shown:
        row += 1
        _figure(book, sheet, row, each)


def _figure(book: _Book, sheet: Any, row: int, each: Figure) -> None:
    """A row of the summary; its height is that of its longest words."""
    sheet.write_string(row, 0, each.name, book.plain)
    if not each.link:
        sheet.merge_range(row, 1, row, 4, each.value.text, book.beside)
        sheet.set_row(row, LINE * (1 + len(each.value.text) // 60))
        return
    book.cell(sheet, row, 1, each.value, each.link and f"={each.link}")
    sheet.write_string(row, 2, each.unit, book.beside)
    source = each.link.partition("!")[0].strip("'")
    sheet.write_string(row, 3, source, book.small)
    sheet.write_string(row, 4, each.remark, book.small)


def _printed(sheet: Any, scale: int, *, across: bool = True) -> None:
    """Print on A4 at a scale: fitted to a width, a sheet would forget where its pages break."""
    if across:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_print_scale(scale)
    sheet.set_footer("&C&8&A · &P / &N")


def _sheet(book: _Book, draft: Draft, plan: SheetPlan, live: Live) -> None:
    """A sheet with the tables and notes of a section, and a chart below what is best drawn."""
    sheet = book.file.add_worksheet(plan.name)
    sheet.hide_gridlines(2)
    sheet.set_default_row(LINE)
    _printed(sheet, plan.scale, across=plan.across)
    sheet.repeat_columns(0)
    if plan.repeated is not None:
        sheet.repeat_rows(plan.repeated)
    if plan.breaks:
        sheet.set_h_pagebreaks(plan.breaks)
    for column, width in enumerate(plan.widths):
        sheet.set_column(column, column, width)
    for row, height in plan.heights.items():
        sheet.set_row(row, height)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, plan.name, book.title)
    for row, text in plan.notes:
        sheet.merge_range(row, 0, row, plan.columns - 1, text, book.small)
    for place in plan.places:
        _grid(book, sheet, place, live)
    for row, drawn, place in plan.charts:
        add_chart(book.file, sheet, draft.language, drawn, place.grid, (place.top, row))


def _grid(book: _Book, sheet: Any, place: Place, live: Live) -> None:
    grid: Grid = place.grid
    sheet.write_string(place.top - 1, 0, grid.title, book.caption)
    for column, heading in enumerate(grid.headings):
        unit = f"\n{heading.unit}" if heading.unit else ""
        form = book.figure_heading if heading.figures else book.heading_of(column)
        sheet.write_string(place.top, column, heading.title + unit, form)
    for number, each in enumerate(grid.rows):
        for column, cell in enumerate(each.cells):
            is_live = column and (number_of(cell) or not cell.text or cell.text == "—")
            is_figure = grid.headings[column].figures
            formula = live.formula(place, number, column) if is_live and is_figure else ""
            if each.kind == "total" and number_of(cell) is None:
                formula = ""  # nothing is added where a part is not known
            book.cell(sheet, place.first + number, column, cell, formula, each.kind)


def _days(book: _Book, draft: Draft) -> None:
    """Energy of each day by component and bus, MWh (t of hydrogen); what is taken is below zero."""
    state = draft.content.planned
    sheet = book.file.add_worksheet(draft.say("sheet_days"))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    moved = list(state.energies.moved.items())
    _printed(sheet, 80)
    sheet.set_v_pagebreaks(range(_DAY_COLUMNS + 1, len(moved) + 1, _DAY_COLUMNS))
    sheet.set_column(0, len(moved), 14)
    sheet.set_row(0, 3 * LINE)
    sheet.write_string(0, 0, draft.say("day"), book.heading)
    horizon = state.design.horizon
    days = horizon.stamps().astype("datetime64[D]")
    starts = np.unique(days).astype(dt.date)
    for row, day in enumerate(starts.tolist(), start=1):
        sheet.write_datetime(row, 0, day, book.day)
    for column, ((who, bus), flow) in enumerate(moved, start=1):
        unit = "t" if bus == "hydrogen" else "MWh"
        title = f"{draft.component(who)}\n{draft.bus(bus)}, {unit}"
        sheet.write_string(0, column, title, book.figure_heading)
        sums = np.bincount(horizon.day, flow, horizon.days) * horizon.hours
        for row, amount in enumerate(sums.tolist(), start=1):
            sheet.write_number(row, column, round(amount, 6), book.figure["", 3])
