"""The sheets of sums: months by carrier or kind, as formulas over a calculation sheet, charted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

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
        """The sums by word and month, in millions of small units (tonnes).

        A month of which nothing is known has none.
        """
        groups = self.calculation.lines.by(lambda line: (self.word(line), line.month))
        sums = {key: lines.known_total(10**6) for key, lines in groups.items()}
        return {key: value for key, value in sums.items() if value is not None}

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
    words = [column.word for column in columns]
    heads = [say("report.month"), *words, say("report.total"), say("workbook.missing_hours")]
    sheet.header(_HEAD, heads, figures=range(1, len(heads)))
    sheet.widths(14, *[15] * (len(heads) - 1))
    values = sums.by_month()
    months = book.draft.months
    for row, month in enumerate(months, _FIRST):
        _month(sheet, row, month, sums, [values.get((word, month)) for word in words])
    last = _FIRST + len(months) - 1
    totals = [_sum(values.get((word, month)) for month in months) for word in words]
    _totals(sheet, say("report.total"), totals, last)
    missing = sums.calculation.lines.seconds_missing
    _hours(sheet, last + 1, len(words) + 2, missing, bold=True, top=1)
    sheet.raw.freeze_panes(_FIRST, 1)
    _chart(book, sheet, columns, last, shown)


def _month(
    sheet: Sheet, row: int, month: dt.date, sums: Sums, of_month: Sequence[Fraction | None]
) -> None:
    """One month: formulas of what is known, blanks where nothing is, and the time missing."""
    sheet.write(row, 0, month, "yyyy-mm")
    for position, value in enumerate(of_month, 1):
        if value is not None:
            sheet.write(row, position, Formula(sums.formula(row, position), value), _NUMBER)
    whole = _sum(of_month)
    if whole is not None:
        ends = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(of_month))}"
        sheet.write(row, len(of_month) + 1, Formula(f"=SUM({ends})", whole), _NUMBER, bold=True)
    missing = sums.calculation.lines.where(month=month).seconds_missing
    _hours(sheet, row, len(of_month) + 2, missing)


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


def _hours(sheet: Sheet, row: int, column: int, seconds: int, **style: Any) -> None:
    sheet.write(row, column, Fraction(seconds, 3600) if seconds else None, "#,##0.0", **style)


def _totals(sheet: Sheet, word: str, totals: Sequence[Fraction | None], last: int) -> None:
    row = last + 1
    sheet.write(row, 0, word, bold=True, top=1)
    for position, value in enumerate([*totals, _sum(totals)], 1):
        letter = xl_col_to_name(position)
        text = f"=SUM({letter}{_FIRST + 1}:{letter}{last + 1})"
        shown = None if value is None else Formula(text, value)
        sheet.write(row, position, shown, _NUMBER, bold=True, top=1)


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
