"""The sheets of sums: months by carrier or kind, as formulas over a calculation sheet, charted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from celadon.report.figures import unit_text
from celadon.report.lines import Line
from celadon.report.workbook.calculation import Calculation
from celadon.report.workbook.sheet import TYPEFACES, Book, Formula, Sheet

_HEAD = 2
_FIRST = 3
_NUMBER = "#,##0.000"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of sums: the word that its criterion looks for, and its colour in the chart."""

    word: str
    colour: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What is summed: the calculation sheet, the word of a line, and the column of those words."""

    calculation: Calculation
    word: Callable[[Line], str]
    span: str

    def by_month(self) -> dict[tuple[str, dt.date], Fraction]:
        """The sums by word and month, in millions of small units (tonnes)."""
        sums = self.calculation.lines.sums(lambda line: (self.word(line), line.month))
        return {key: Fraction(value, 10**6) for key, value in sums.items()}

    def formula(self, row: int, column: int) -> str:
        """The sum of the lines whose word heads the column and whose month heads the row."""
        head = xl_rowcol_to_cell(_HEAD, column, row_abs=True)
        month = xl_rowcol_to_cell(row, 0, col_abs=True)
        calculation = self.calculation
        return f"=SUMIFS({calculation.values},{self.span},{head},{calculation.months},{month})"


def summary_sheet(book: Book, name: str, sums: Sums, columns: Sequence[Column], unit: str) -> None:
    """A table of months by columns, each cell a sum over the calculation sheet, with its chart.

    Parameters
    ----------
    columns : the columns, in order.
    unit : the unit of the values, ``tce`` or ``tCO2``.
    """
    sheet = book.sheet(name, name)
    shown = unit_text(unit, book.draft.language)
    sheet.note(1, f"{book.draft.period} · {shown}")
    say = book.draft.say
    heads = [say("report.month"), *(column.word for column in columns), say("report.total")]
    sheet.header(_HEAD, heads, figures=range(1, len(columns) + 2))
    sheet.widths(14, *[15] * (len(columns) + 1))
    values = sums.by_month()
    months = book.draft.months
    for row, month in enumerate(months, _FIRST):
        sheet.write(row, 0, month, "yyyy-mm")
        of_month = [values.get((column.word, month), Fraction(0)) for column in columns]
        for position, value in enumerate(of_month, 1):
            sheet.write(row, position, Formula(sums.formula(row, position), value), _NUMBER)
        ends = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(columns))}"
        whole = Formula(f"=SUM({ends})", sum(of_month, Fraction(0)))
        sheet.write(row, len(columns) + 1, whole, _NUMBER, bold=True)
    last = _FIRST + len(months) - 1
    totals = [
        sum((values.get((column.word, month), Fraction(0)) for month in months), Fraction(0))
        for column in columns
    ]
    _totals(sheet, say("report.total"), totals, last)
    sheet.raw.freeze_panes(_FIRST, 1)
    _chart(book, sheet, columns, last, shown)


def _totals(sheet: Sheet, word: str, totals: Sequence[Fraction], last: int) -> None:
    row = last + 1
    sheet.write(row, 0, word, bold=True, top=1)
    for position, value in enumerate([*totals, sum(totals, Fraction(0))], 1):
        letter = xl_col_to_name(position)
        text = f"=SUM({letter}{_FIRST + 1}:{letter}{last + 1})"
        sheet.write(row, position, Formula(text, value), _NUMBER, bold=True, top=1)


def _chart(book: Book, sheet: Sheet, columns: Sequence[Column], last: int, unit: str) -> None:
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    for position, column in enumerate(columns, 1):
        chart.add_series(
            {
                "name": [sheet.name, _HEAD, position],
                "categories": [sheet.name, _FIRST, 0, last, 0],
                "values": [sheet.name, _FIRST, position, last, position],
                "fill": {"color": column.colour},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 40,
            }
        )
    typeface = {"name": TYPEFACES[book.draft.language], "size": 9}
    chart.set_x_axis(
        {"num_font": typeface, "num_format": "yyyy-mm", "text_axis": True, "label_position": "low"}
    )
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
    chart.set_size({"width": 860, "height": 340})
    sheet.raw.insert_chart(last + 3, 0, chart)
