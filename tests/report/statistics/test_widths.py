"""Columns of a form fit the page: figures whole, words wrapped, first rows high enough."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import openpyxl
from tests.report.statistics.test_tables import plant

from celadon.languages import Phrase
from celadon.report.statistics.form import Cell, Column, Form, Row, Table
from celadon.report.statistics.page import render_form
from celadon.report.statistics.self_check import self_check_tables
from celadon.report.statistics.sheets import sheets_of
from celadon.report.statistics.widths import column_digits, column_shares, letters_size
from celadon.report.statistics.workbook import write_tables


def table_of(*texts: str | Fraction) -> Table:
    columns = tuple(Column(f"c{n}", Phrase(en="Name", zh="名称")) for n, _ in enumerate(texts))
    cells = tuple(
        Cell(each) if isinstance(each, str) else Cell(value=each, exact=each) for each in texts
    )
    return Table("3", Phrase(en="A table", zh="表"), columns, (Row(cells),))


def test_a_figure_has_room_and_words_wrap() -> None:
    figure, words = column_digits(table_of(Fraction(9_753_674), "限值为修正后数值，请核对" * 20))
    assert figure >= len("9,753,674.00")
    assert words <= 48  # digits: far less than the text is long


def test_shares_are_the_whole_and_letters_stay_readable() -> None:
    for table in self_check_tables(plant()):
        shares = [float(each.removesuffix("%")) for each in column_shares(table)]
        assert abs(sum(shares) - 100) < 0.2
        assert letters_size(table) >= 6


def test_a_page_has_no_column_beside_it() -> None:
    content = plant()
    form = Form(
        "self-check", Phrase(en="A form", zh="表"), (), (), tuple(self_check_tables(content)), "en",
        "working",
    )  # fmt: skip
    html = render_form(form)
    assert "table-layout: fixed" in html
    assert "size: A4 landscape" in html
    whole = [each for each in form.tables if len(sheets_of(each, column_digits(each))) == 1]
    assert html.count("<table") > len(form.tables) > len(whole)  # a wide one goes on beneath
    for size in re.findall(r"font-size: ([0-9.]+)pt", html):
        assert float(size) >= 6
    for table in form.tables:
        assert html.count("<col style") >= len(table.columns)
    assert re.search(r"@media print {[^\n]*overflow: visible", html)


def test_a_row_of_a_workbook_is_as_high_as_its_words(tmp_path: Path) -> None:
    import datetime as dt  # noqa: PLC0415

    long = "限值为修正后数值，请核对标准印刷本" * 6
    form = Form("f", Phrase(en="A form", zh="表"), (), (), (table_of("x", long),), "zh", "working")
    path = write_tables(form, dt.datetime(2026, 1, 1), tmp_path / "f.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    (number,) = [cell.row for line in sheet.iter_rows() for cell in line if cell.value == long]
    width = sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[number].height >= 14 * (len(long) * 1.9 / width)
