"""What the sheets of a workbook share: formats, columns, and formulas with their values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from celadon.report.charts.palette import ACCENT, CELADON_DEEP, CELADON_MIST, INK, MUTED
from celadon.report.draft import Draft

TYPEFACES = {"zh": "Microsoft YaHei", "en": "Calibri"}
"""One typeface for the whole workbook."""

Value = str | int | Fraction | dt.date | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula and the value that it has now, for programs that do not recalculate."""

    text: str
    value: Fraction | str


class Book:
    """A workbook being written.

    Parameters
    ----------
    file : the open workbook.
    draft : what it shows, in one language.
    """

    def __init__(self, file: xlsxwriter.Workbook, draft: Draft) -> None:
        self.file = file
        self.draft = draft
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format with the house's typeface; equal ones are made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {
                "font_name": TYPEFACES[self.draft.language],
                "font_size": 10,
                "font_color": INK,
                "valign": "top",
            }
            self._formats[key] = self.file.add_format({**base, **properties})
        return self._formats[key]

    def sheet(self, name: str, title: str) -> Sheet:
        """A new sheet with its title in the first row."""
        return Sheet(self, self.file.add_worksheet(name), title)


class Sheet:
    """One sheet: rows are written from the top, cells by number or by name."""

    def __init__(self, book: Book, raw: Any, title: str) -> None:
        self.book = book
        self.raw = raw
        self.name: str = raw.get_name()
        raw.hide_gridlines(2)
        raw.set_default_row(16)
        raw.set_row(0, 26)
        raw.set_landscape()
        raw.set_paper(9)
        raw.fit_to_pages(1, 0)
        title_style = book.style(bold=True, font_size=15, font_color=CELADON_DEEP, valign="vcenter")
        raw.write_string(0, 0, title, title_style)

    def note(self, row: int, text: str) -> None:
        """A line of small text."""
        self.raw.write_string(row, 0, text, self.book.style(font_color=MUTED, font_size=9))

    def header(self, row: int, titles: Sequence[str], *, figures: Sequence[int] = ()) -> None:
        """The heads of columns, wrapped; those of figures stand to the right."""
        plain = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": CELADON_MIST}
        self.raw.set_row(row, 32)
        for column, title in enumerate(titles):
            align = {"align": "right"} if column in figures else {}
            self.raw.write_string(row, column, title, self.book.style(**plain, **align))

    def widths(self, *widths: float) -> None:
        """The widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self.raw.set_column(column, column, width)

    def write(
        self, row: int, column: int, value: Value | Formula, number: str = "", **style: Any
    ) -> None:
        """One cell; ``number`` is a number format."""
        kept = self.book.style(**({"num_format": number} if number else {}), **style)
        if value is None:
            self.raw.write_blank(row, column, None, kept)
        elif isinstance(value, Formula):
            shown = value.value if isinstance(value.value, str) else float(value.value)
            self.raw.write_formula(row, column, value.text, kept, shown)
        elif isinstance(value, dt.date):
            dated = self.book.style(**{"num_format": number or "yyyy-mm-dd", **style})
            self.raw.write_datetime(row, column, value, dated)
        elif isinstance(value, str):
            self.raw.write_string(row, column, value, kept)
        else:
            self.raw.write_number(row, column, float(value), kept)

    def cell(self, row: int, column: int) -> str:
        """The name of a cell as other sheets call it, fixed."""
        return cell_name(self.name, row, column)

    def span(self, column: int, first: int, last: int) -> str:
        """The name of a stretch of a column as other sheets call it, fixed."""
        letter = xl_col_to_name(column, col_abs=True)
        return f"{quoted(self.name)}!{letter}${first + 1}:{letter}${last + 1}"


def quoted(name: str) -> str:
    """A sheet's name in a formula."""
    return "'" + name.replace("'", "''") + "'"


def cell_name(sheet: str, row: int, column: int) -> str:
    """A cell of a sheet, fixed: ``'Parameters'!$F$4``."""
    return f"{quoted(sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


FAULT = {"font_color": ACCENT}
"""The look of what is at fault."""
