"""The report as a workbook: the tables of the page, a live cash flow, and the days of the year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from celadon.report.blocks import Grid, Note, Section
from celadon.report.charts.palette import ACCENT, CELADON_DEEP, CELADON_MIST, INK
from celadon.report.microgrid.money import measures_of
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.page import cards, facts
from celadon.report.microgrid.workbook_charts import add_chart, drawn_of
from celadon.report.workbook.sheet import TYPEFACES

_NUMBER = re.compile(r"[−-]?[\d,]+(\.\d+)?")
_TWO_LINES = 30
"""Points of a row of headings with their units; a spreadsheet grows no row by itself on opening."""

_PERCENT = re.compile(r"(?P<number>[\d.]+) %")


class _Book:
    """A workbook being written."""

    def __init__(self, file: xlsxwriter.Workbook, language: str) -> None:
        self.file = file
        base = {"font_name": TYPEFACES[language], "font_size": 10, "font_color": INK,
                "valign": "top"}  # fmt: skip

        def style(**more: Any) -> Any:
            return file.add_format({**base, **more})

        self.plain = style(text_wrap=True)
        self.dash = style(align="right")
        self.title = style(bold=True, font_size=15, font_color=CELADON_DEEP)
        self.heading = style(bold=True, text_wrap=True, bottom=1, bg_color=CELADON_MIST)
        self.figure_heading = style(bold=True, text_wrap=True, bottom=1, bg_color=CELADON_MIST,
                                    align="right")  # fmt: skip
        self.caption = style(bold=True, font_size=11)
        self.small = style(font_size=9, font_color="#62716b")
        self.warning = style(bold=True, font_color=ACCENT)
        self.percent = style(num_format="0.00 %")
        self.figure = {n: style(num_format="#,##0" + ("." + "0" * n if n else ""))
                       for n in range(5)}  # fmt: skip
        self.day = style(num_format="yyyy-mm-dd")

    def cell(self, sheet: Any, row: int, column: int, text: str) -> None:
        """A figure as a number with its decimals, anything else as text."""
        if _NUMBER.fullmatch(text):
            number = text.replace(",", "").replace("−", "-")
            decimals = len(number.partition(".")[2])
            sheet.write_number(row, column, float(number), self.figure[min(decimals, 4)])
        elif match := _PERCENT.fullmatch(text):
            sheet.write_number(row, column, float(match["number"]) / 100, self.percent)
        else:
            sheet.write_string(row, column, text, self.dash if text == "–" else self.plain)


def write_workbook(draft: Draft, sections: Sequence[Section], path: Path) -> Path:
    """Write the workbook of a draft; the same content gives the same bytes."""
    created = dt.datetime(draft.content.declared.head.year, 1, 1)  # noqa: DTZ001  no zone in it
    with xlsxwriter.Workbook(str(path)) as file:
        file.set_properties({"title": draft.say("title"), "created": created})
        book = _Book(file, draft.language)
        _summary(book, draft)
        for section in sections:
            _section(book, draft, section)
        _days(book, draft)
    return path


def _summary(book: _Book, draft: Draft) -> None:
    sheet = book.file.add_worksheet(draft.say("sheet_summary"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 3, 40)
    _on_one_width(sheet)
    head = draft.content.declared.head
    sheet.write_string(0, 0, f"{head.name(draft.language)} · {draft.say('title')}", book.title)
    row = 1
    if head.simulated:
        sheet.write_string(row, 0, draft.say("simulated"), book.warning)
        row += 1
    for name, value in facts(draft):
        sheet.write_string(row, 0, name, book.plain)
        sheet.write_string(row, 1, value, book.small)
        row += 1
    row += 1
    for card in cards(draft):
        sheet.write_string(row, 0, card.title, book.caption)
        book.cell(sheet, row, 1, card.value)
        sheet.write_string(row, 2, card.unit, book.plain)
        sheet.write_string(row, 3, card.beside, book.plain)
        row += 1


def _on_one_width(sheet: Any) -> None:
    """Print on A4 across, as many pages long as it takes."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _section(book: _Book, draft: Draft, section: Section) -> None:
    """A sheet with the tables and notes of a section, and a chart below what is best drawn."""
    if not any(isinstance(block, Grid | Note) for block in section.blocks):
        return
    sheet = book.file.add_worksheet(section.title)
    sheet.hide_gridlines(2)
    _on_one_width(sheet)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 12, 17)
    sheet.write_string(0, 0, section.title, book.title)
    row = 2
    for block in section.blocks:
        if isinstance(block, Note):
            sheet.write_string(row, 0, block.text, book.small)
            row += 2
        elif isinstance(block, Grid):
            drawn = drawn_of(draft, section.id, block.title)
            below = _grid(book, sheet, block, row)
            if drawn is not None:
                below = add_chart(book.file, sheet, draft.language, drawn, block, row + 1)
            row = below
    if section.id == "money" and draft.content.money is not None:
        _live(book, draft, sheet, row)


def _grid(book: _Book, sheet: Any, grid: Grid, row: int) -> int:
    sheet.write_string(row, 0, grid.title, book.caption)
    row += 1
    sheet.set_row(row, _TWO_LINES)
    for column, heading in enumerate(grid.headings):
        unit = f"\n{heading.unit}" if heading.unit else ""
        form = book.figure_heading if heading.figures else book.heading
        sheet.write_string(row, column, heading.title + unit, form)
    for each in grid.rows:
        row += 1
        for column, cell in enumerate(each.cells):
            mark = " ▲" if cell.marked else ""
            book.cell(sheet, row, column, cell.text + mark)
    if grid.source:
        row += 1
        sheet.write_string(row, 0, grid.source, book.small)
    return row + 2


def _live(book: _Book, draft: Draft, sheet: Any, row: int) -> None:
    """The measures once more as live formulas over the years of the net cash flow, to the fen.

    The years stand below each other, so that the sheet prints no wider than its tables.
    """
    money = draft.content.money
    assert money is not None  # noqa: S101  the caller looked
    say, first = draft.say, row + 5
    last = first + len(money.net) - 1
    sheet.write_string(row, 0, say("sum_of_year"), book.caption)
    sheet.write_string(row + 1, 0, say("discount"), book.plain)
    sheet.write_number(row + 1, 1, money.rate, book.percent)
    sheet.write_string(row + 2, 0, say("value_now"), book.plain)
    formula = f"=B{first + 1}+NPV(B{row + 2},B{first + 2}:B{last + 1})"
    sheet.write_formula(row + 2, 1, formula, book.figure[3], money.present_value)
    found = money.internal_return
    sheet.write_string(row + 3, 0, say("return"), book.plain)
    if found.rate is None:
        sheet.write_string(row + 3, 1, dict(measures_of(draft, money))[say("return")], book.plain)
    else:
        formula = f"=IRR(B{first + 1}:B{last + 1})"
        sheet.write_formula(row + 3, 1, formula, book.percent, found.rate)
    sheet.write_string(row + 4, 0, say("year"), book.heading)
    sheet.write_string(row + 4, 1, say("sum_of_year"), book.figure_heading)
    for year, amount in enumerate(money.net):
        sheet.write_number(first + year, 0, year, book.figure[0])
        sheet.write_number(first + year, 1, amount, book.figure[3])


def _days(book: _Book, draft: Draft) -> None:
    """Energy of each day by component and bus, MWh (t of hydrogen); what is taken is below zero."""
    state = draft.content.planned
    sheet = book.file.add_worksheet(draft.say("sheet_days"))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    _on_one_width(sheet)
    sheet.set_column(0, 40, 14)
    sheet.set_row(0, _TWO_LINES)
    sheet.write_string(0, 0, draft.say("day"), book.heading)
    horizon = state.design.horizon
    days = horizon.stamps().astype("datetime64[D]")
    starts = np.unique(days).astype(dt.date)
    for row, day in enumerate(starts.tolist(), start=1):
        sheet.write_datetime(row, 0, day, book.day)
    for column, ((who, bus), flow) in enumerate(state.energies.moved.items(), start=1):
        unit = "t" if bus == "hydrogen" else "MWh"
        title = f"{draft.component(who)}\n{draft.bus(bus)}, {unit}"
        sheet.write_string(0, column, title, book.heading)
        sums = np.bincount(horizon.day, flow, horizon.days) * horizon.hours
        for row, amount in enumerate(sums.tolist(), start=1):
            sheet.write_number(row, column, round(amount, 6), book.figure[3])
