"""A wide table goes on on another sheet; every sheet prints on A4 in letters of eight points."""

from __future__ import annotations

import openpyxl
import pytest
from tests.report.statistics.test_check_sheets import sintering

from celadon.report.statistics.build import build_form
from celadon.report.statistics.sheets import DIGITS, sheets_of
from celadon.report.statistics.unit_energy import unit_energy_table
from celadon.report.statistics.workbook import SOURCES, write_form

A4, LETTERS, LEAST = 9, 10, 8


def test_a_wide_table_is_parted_and_nothing_is_lost() -> None:
    table = unit_energy_table(sintering())
    widths = [18.0] * len(table.columns)
    parts = sheets_of(table, widths)
    assert len(parts) == 3
    keys = dict.fromkeys(column.key for part, _ in parts for column in part.columns)
    assert list(keys) == [column.key for column in table.columns]
    for number, (part, own) in enumerate(parts):
        assert sum(own) * 0.8 <= DIGITS
        assert [row.cells[0] for row in part.rows] == [row.cells[0] for row in table.rows]
        told = [tuple(cell.shown for cell in row.cells[:2]) for row in part.rows]
        assert len(set(told)) == len(table.rows)  # whose it is, and which
        names = [column.key for column in part.columns]
        for figure, unit in (("actual", "unit"), ("output_of", "output_unit")):
            assert unit not in names or names[names.index(unit) - 1] == figure
        assert part.title.zh == table.title.zh + "（续）" * bool(number)
    assert parts[-1][0].notes == table.notes
    assert sheets_of(table, [3.0] * len(table.columns)) == [(table, [3.0] * len(table.columns))]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("sheets") / "self-check.xlsx"
    content = sintering()
    write_form(build_form("self-check", content), content, path)
    return openpyxl.load_workbook(path)


def test_every_sheet_prints_across_a4_in_letters_that_can_be_read(
    book: openpyxl.Workbook,
) -> None:
    for sheet in book.worksheets:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (A4, "landscape"), sheet.title
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, setup.fitToHeight) == (True, 0)
        wide = sum(each.width * (each.max - each.min + 1)
                   for each in sheet.column_dimensions.values())  # fmt: skip
        across = 11.69 - sheet.page_margins.left - sheet.page_margins.right
        letters = LETTERS * min(1, across * 96 / (wide * 7))  # a digit has 7 of 96 in an inch
        assert letters >= LEAST - 0.5, (sheet.title, letters)
        if sheet.title != SOURCES:
            assert sheet.print_title_rows, sheet.title


def test_a_sheet_that_goes_on_says_whose_it_is_and_that_it_is_simulated(
    book: openpyxl.Workbook,
) -> None:
    again = next(sheet for sheet in book.worksheets if sheet.title.endswith("（续）"))
    first = book.worksheets[book.worksheets.index(again) - 1]
    assert again.title == f"{first.title}（续）"
    told = [row[0].value for row in again.iter_rows(max_row=6) if row[0].value]
    full = [row[0].value for row in first.iter_rows(max_row=24) if row[0].value]
    assert set(told) - {again["A2"].value} <= set(full)
    assert len(told) < len(full)
