"""A form as an XLSX workbook: a sheet for each table, and one of what each figure rests on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from celadon.languages import Phrase
from celadon.report.charts.palette import ACCENT, CELADON_DEEP, CELADON_MIST, INK, MUTED
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Form, Table
from celadon.report.statistics.sheets import DIGITS, sheets_of
from celadon.report.statistics.widths import column_digits, text_digits

SOURCES = "来源 Sources"
"""Name of the sheet that says what each figure rests on."""

_TYPEFACE = "Microsoft YaHei"
_OPEN_FILL = "#FFF7E0"
_KINDS: dict[str, dict[str, Any]] = {
    "total": {"bold": True, "top": 1},
    "error": {"font_color": ACCENT},
}
_LEAF_COLUMNS = ("table", "row", "column", "printed", "exact", "source", "rests_on")
_FILE_COLUMNS = ("file", "sha256", "rows")
_MOST_TEXT = 32_000
_A4 = 9
"""The paper as workbooks number it."""
_AGAIN = 1
"""How many facts stand above a table that goes on: whose it is."""
_MANY = 10
"""Columns from which a table may be wider than one page."""

_LINE, _HIGHEST = 14.0, 409.0
"""Height of a line, and the most that a row may have, in points."""

_LEAST_WIDTH = 7.0
_MOST_DIGITS = 215.0
"""How wide a table of many columns may be: what two sheets hold."""

_SLACK = 1.15
"""Words wrap before the end of a line: a row is high enough in other programs and typefaces too."""


def write_form(form: Form, content: FormContent, path: Path) -> Path:
    """Write a form and what it rests on; the same content gives the same bytes.

    Parameters
    ----------
    path : of the workbook; its folder is made if it does not exist.
    """
    dates = [source.recorded_at.replace(tzinfo=None) for source in content.files]
    created = max(dates, default=dt.datetime.combine(content.period.to_day, dt.time()))
    with _opened(form, created, path) as book:
        book.sources(form, content)
    return path


def write_tables(form: Form, created: dt.datetime, path: Path) -> Path:
    """Write a form that rests on no account, such as the list of findings of a programme."""
    with _opened(form, created, path):
        return path


@contextmanager
def _opened(form: Form, created: dt.datetime, path: Path) -> Iterator[_Book]:
    """A workbook with the tables of a form, to be added to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as file:
        file.set_properties({"title": form.title.text(form.language), "created": created})
        book = _Book(file)
        for table in form.tables:
            for number, (part, widths) in enumerate(sheets_of(table, _widths(table))):
                told = replace(form, facts=form.facts[:_AGAIN]) if number else form
                book.table(told, part, widths)
        yield book


def sheet_name(table: Table) -> str:
    """The name of a table's sheet."""
    return table.title.zh


class _Book:
    """A workbook being written."""

    def __init__(self, file: xlsxwriter.Workbook) -> None:
        self._file = file
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def _style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _TYPEFACE, "font_size": 10, "font_color": INK, "valign": "top"}
            self._formats[key] = self._file.add_format({**base, **properties})
        return self._formats[key]

    def table(self, form: Form, table: Table, widths: Sequence[float]) -> None:
        """One table with its title, its head, its notices and its notes."""
        sheet = self._file.add_worksheet(sheet_name(table))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.fit_to_pages(1, 0)
        title = self._style(bold=True, font_size=15, font_color=CELADON_DEEP)
        sheet.write_string(0, 0, form.title.text(form.language), title)
        sheet.set_row(0, 22)
        sheet.write_string(1, 0, _both(table.title, " "), self._style(bold=True))
        small = self._style(font_color=MUTED, font_size=9, text_wrap=True)
        notice = self._style(font_color=ACCENT, text_wrap=True)
        above = [(text, notice) for text in form.notices]
        above += [(f"{name}: {value}", small) for name, value in form.facts]
        for row, (text, style) in enumerate(above, 2):
            _across(sheet, row, text, style, widths)
        head = len(above) + 3
        self._heads(sheet, head, table, widths)
        self._rows(sheet, head + 1, table, widths)
        sheet.freeze_panes(head + 1, 1)
        sheet.repeat_rows(head)
        told = [f"□ {', '.join(each.text(form.language) for each in headings)}: {why}"
                for headings, why in table.left_open]  # fmt: skip
        below = head + len(table.rows) + 2
        for number, note in enumerate((*told, *table.notes), below):
            _across(sheet, number, note, small, widths)
        last = below + len(told) + len(table.notes) - 1
        sheet.print_area(0, 0, max(last, head), len(widths) - 1)
        sheet.set_footer("&L&A&R&P / &N")

    def _rows(self, sheet: Any, first: int, table: Table, widths: Sequence[float]) -> None:
        """The rows, each as high as its longest text wraps: not every program works that out."""
        figures = table.figure_columns
        for number, line in enumerate(table.rows, first):
            for column, cell in enumerate(line.cells):
                style = _KINDS.get(line.kind, {})
                if column in figures:
                    style = {**style, "align": "right", "indent": 1}
                elif cell.value is not None:  # a figure among words stands as they do
                    style = {**style, "align": "left"}
                self._cell(sheet, number, column, cell, style)
            lines = max(
                (_lines_of(cell.shown, width)
                 for cell, width in zip(line.cells, widths, strict=True)),
                default=1,
            )  # fmt: skip
            if lines > 1:
                sheet.set_row(number, min(_HIGHEST, _LINE * lines))

    def _heads(self, sheet: Any, row: int, table: Table, widths: Sequence[float]) -> None:
        columns, figures = table.columns, table.figure_columns
        style = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": CELADON_MIST}
        texts = [_both(column.heading) + (f"\n{column.unit}" if column.unit else "")
                 for column in columns]  # fmt: skip
        lines = [_lines_of(text, width) for text, width in zip(texts, widths, strict=True)]
        sheet.set_row(row, _LINE * max(lines) + 3)
        for number in range(len(columns)):
            align = {"align": "right", "indent": 1} if number in figures else {}
            sheet.write_string(row, number, texts[number], self._style(**style, **align))
            sheet.set_column(number, number, widths[number])

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, style: dict[str, Any]) -> None:
        if cell.marked:
            style = {**style, "font_color": ACCENT}
        if cell.is_open:
            style = {**style, "bg_color": _OPEN_FILL, "border": 1, "border_color": "#DBE3DF"}
        if cell.value is not None:
            number = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
            number += ' "▲"' if cell.marked else ""
            kept = self._style(num_format=number, **style)
            sheet.write_number(row, column, float(cell.value), kept)
        elif cell.text:
            text = cell.text + (" ▲" if cell.marked else "")
            sheet.write_string(row, column, text, self._style(text_wrap=True, **style))
        else:
            sheet.write_blank(row, column, None, self._style(**style))
        if cell.note:
            sheet.write_comment(row, column, cell.note[:_MOST_TEXT], {"x_scale": 2, "y_scale": 1.2})

    def sources(self, form: Form, content: FormContent) -> None:
        """What each printed figure rests on, and the files that were read."""
        sheet = self._file.add_worksheet(SOURCES)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        heads = self._style(bold=True, bottom=1, bg_color=CELADON_MIST, text_wrap=True)
        title = self._style(bold=True, font_size=15, font_color=CELADON_DEEP)
        sheet.write_string(0, 0, SOURCES, title)
        self._lines(sheet, 2, _FILE_COLUMNS, heads, _files(content))
        head = 5 + len(content.files)
        self._lines(sheet, head, _LEAF_COLUMNS, heads, source_rows(form, content))
        for column, width in enumerate((16, 18, 18, 12, 16, 36, 42)):
            sheet.set_column(column, column, width)

    def _lines(
        self,
        sheet: Any,
        head: int,
        columns: Sequence[str],
        style: Any,
        rows: Iterable[Sequence[str]],
    ) -> None:
        for number, name in enumerate(columns):
            sheet.write_string(head, number, _both(WORDS[f"column.{name}"]), style)
        for row, line in enumerate(rows, head + 1):
            for number, text in enumerate(line):
                sheet.write_string(row, number, text[:_MOST_TEXT], self._style(text_wrap=True))


def source_rows(form: Form, content: FormContent) -> list[tuple[str, ...]]:
    """Each printed figure with each leaf, row or meter that it rests on, and what that rests on."""
    found: list[tuple[str, ...]] = []
    for table in form.tables:
        for row, column, cell in table.figures():
            about = (
                table.title.zh, row.cells[0].shown, _both(column.heading, " "), cell.shown,
                "" if cell.exact is None else str(cell.exact),
            )  # fmt: skip
            found += [(*about, leaf, _inputs(content, leaf)) for leaf in cell.basis.leaves]
            found += [(*about, place, "") for place in cell.basis.rows]
            found += [
                (*about, meter, "; ".join(content.read_from.get(meter, ())))
                for meter in cell.basis.meters
            ]
    return found


def _widths(table: Table) -> list[float]:
    """How wide the columns are, in digits: as a page has them, and never more than the paper."""
    wanted = [max(each, _LEAST_WIDTH) for each in column_digits(table)]
    figures = table.figure_columns
    most = _MOST_DIGITS if len(wanted) > _MANY else DIGITS
    fixed = sum(each for place, each in enumerate(wanted) if place in figures)
    words = sum(wanted) - fixed
    if sum(wanted) < most / 2:  # a narrow table takes the room that there is
        return [each * most / 2 / sum(wanted) for each in wanted]
    if sum(wanted) <= most or words <= 0:
        return wanted
    share = max(Fraction(1, 2), Fraction(int(max(0, most - fixed)), int(words) + 1))
    return [
        each if place in figures else max(_LEAST_WIDTH, each * float(share))
        for place, each in enumerate(wanted)
    ]


def _lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two digits wide."""
    longest = (text_digits(line) * _SLACK for line in text.split("\n"))
    return sum(max(1, math.ceil(length / (width - 1))) for length in longest)


def _across(sheet: Any, row: int, text: str, style: Any, widths: Sequence[float]) -> None:
    """A text over all columns of a table, as high as it wraps, so that print cuts nothing off."""
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, text, style)
    else:
        sheet.write_string(row, 0, text, style)
    sheet.set_row(row, _LINE * _lines_of(text, sum(widths)))


def _inputs(content: FormContent, leaf: str) -> str:
    """What a leaf rests on: rows with their files, meters with theirs, and parameters."""
    told = []
    for row in content.inputs.get(leaf, ()):
        if row["kind"] == "meter":
            files = "; ".join(content.read_from.get(row["ref"], ()))
            told.append(f"{row['ref']} ({files})" if files else row["ref"])
        else:
            told.append(row["ref"])
    return " | ".join(dict.fromkeys(told))


def _files(content: FormContent) -> list[tuple[str, ...]]:
    return [(source.name, source.sha256, str(source.rows)) for source in content.files]


def _both(phrase: Phrase, between: str = "\n") -> str:
    """A heading in both languages, Chinese first; once where they are the same."""
    return phrase.zh if phrase.zh == phrase.en else f"{phrase.zh}{between}{phrase.en}"
