"""Workbooks as they should not be: each is told with its place, and the good part is kept."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.records.build import readings_profile
from tests.records.readers.test_workbook_files import book, cells, grids, refused, rewritten

from celadon.errors import InputError
from celadon.records.readers import limits, workbook_files, workbook_parts
from celadon.records.readers.grid import open_grids

SHEET = "xl/worksheets/sheet1.xml"


def written(
    path: Path, rows: list[list[Any]], formats: dict[int, str] | None = None, **options: Any
) -> Path:
    """A workbook with a format for some columns."""
    with xlsxwriter.Workbook(path, options) as workbook:
        sheet = workbook.add_worksheet("a")
        for column, pattern in (formats or {}).items():
            sheet.set_column(column, column, None, workbook.add_format({"num_format": pattern}))
        date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(r, c, value, date)
                else:
                    pattern = workbook.add_format({"num_format": (formats or {}).get(c, "General")})
                    sheet.write(r, c, value, pattern)
    return path


def test_a_share_is_read_as_it_is_shown(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["time", "v", "w"], ["x", 0.125, 0.125], ["y", 1, 2], ["z", 0.07, 3]]
    (grid,) = grids(written(tmp_path / "a.xlsx", rows, {1: "0.00%"}))
    assert cells(grid)[1:] == [["12.5%", "100%", "7%"], ["0.125", "2", "3"]]


def test_money_is_a_number(tmp_path: Path) -> None:
    (grid,) = grids(written(tmp_path / "a.xlsx", [["v", "w"], [1234.5, "x"]], {0: "¥#,##0.00"}))
    assert cells(grid)[0] == ["1234.5"]


def test_a_percent_sign_in_quotes_is_no_share(tmp_path: Path) -> None:
    (grid,) = grids(written(tmp_path / "a.xlsx", [["v", "w"], [12.5, "x"]], {0: '0.0"%"'}))
    assert cells(grid)[0] == ["12.5"]


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["t", "v"], [dt.datetime(2025, 3, 1, 0, 15), 1]]
    for name, options in (("a", {}), ("b", {"date_1904": True})):
        (grid,) = grids(written(tmp_path / f"{name}.xlsx", rows, **options))
        assert cells(grid)[0] == ["2025-03-01 00:15:00"]


def test_numbers_stored_as_text_are_numbers(tmp_path: Path) -> None:
    (grid,) = grids(written(tmp_path / "a.xlsx", [["t", "v"], ["x", "12.50"], ["y", " 7 "]]))
    assert cells(grid)[1] == ["12.50", "7"]


def test_cells_with_breaks_of_lines_stay_whole_and_their_headers_are_found(tmp_path: Path) -> None:
    (grid,) = grids(written(tmp_path / "a.xlsx", [["time", "kiln\n(kWh)"], ["a\nb", 1]]))
    assert cells(grid)[0] == ["a\nb"]
    assert grid.find(("kiln (kWh)",)) == 1


def test_a_merged_header_heads_all_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.merge_range(0, 0, 0, 3, "a title over all")
        sheet.merge_range(1, 0, 2, 0, "time")
        sheet.merge_range(1, 1, 1, 2, "electricity")
        sheet.write_row(2, 1, ["e1", "e2"])
        sheet.merge_range(1, 3, 2, 3, "w")
        sheet.write_row(3, 0, ["x", 1, 2, 3])
    (grid,) = grids(path, header_row=3)
    assert grid.headers == ("time", "e1", "e2", "w")
    (grid,) = grids(path, header_row=2)
    assert grid.headers == ("time", "electricity", "electricity", "w")


def test_sheets_that_differ_only_in_capitals_are_told(tmp_path: Path) -> None:
    path = book(tmp_path, {"Mill": [["v"], [1]], "other": [["v"], [2]]})
    one, two = grids(rewritten(path, "xl/workbook.xml", 'name="other"', 'name="mill"'))
    assert (cells(one), cells(two)) == ([["1"]], [["2"]])
    for grid in (one, two):
        assert [found.rule for found in grid.faults("pots")] == ["sheets_alike"]


def test_of_two_sheets_with_one_name_the_first_is_read_and_told(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v"], [1]], "b": [["v"], [2]], "c": [["v"], [3]]})
    first, last = grids(rewritten(path, "xl/workbook.xml", 'name="b"', 'name="a"'))
    assert (cells(first), cells(last)) == ([["1"]], [["3"]])
    (found,) = first.faults("pots")
    assert (found.rule, found.place, found.numbers) == (
        "repeated_sheet",
        "a.xlsx › a",
        {"sheets": 2},
    )


def test_a_cell_far_from_all_others_is_refused_with_its_place(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v", "w"], [1, 2]]})
    far = rewritten(
        path,
        SHEET,
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    assert refused(far) == "cells as far out as XFD1048576"


@pytest.mark.parametrize("written_as", [" r='XFD1048576'", '\tr="XFD1048576"', ' r = "XFD1048576"'])
def test_however_it_is_written(tmp_path: Path, written_as: str) -> None:
    path = book(tmp_path, {"a": [["v", "w"], [1, 2]]})
    far = f"<row r='1048576'><c{written_as}><v>1</v></c></row></sheetData>"
    assert refused(rewritten(path, SHEET, "</sheetData>", far)) == "cells as far out as XFD1048576"


def test_a_million_rows_that_have_a_style_alone_are_empty(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v", "w"], [1, 2]]})
    styled = "".join(f'<row r="{n}"><c r="BZ{n}" s="0"/></row>' for n in range(10, 1_048_577, 1000))
    (grid,) = grids(rewritten(path, SHEET, "</sheetData>", styled + "</sheetData>"))
    assert grid.rows.to_pylist() == [2]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, {"a": [["v"], [1]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"0" * (3 << 20))
    monkeypatch.setattr(workbook_parts, "MOST_BYTES", 1 << 20)
    assert refused(path) == "an archive that unpacks to 3 MiB"
    assert limits.MOST_BYTES == 1 << 30


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v"], *([n] for n in range(2000))]})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    data = path.read_bytes()
    assert data.count(size.to_bytes(4, "little")) >= 1
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert "damaged" in refused(path)


@pytest.mark.parametrize(
    ("head", "found"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old format (.xls), or one with a password")],
)
def test_an_old_or_locked_workbook_is_refused_with_a_way_out(
    tmp_path: Path, head: bytes, found: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(head + b"0" * 600)
    assert found in refused(path)
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        open_grids(path, readings_profile(file="xlsx"))


@pytest.mark.parametrize(
    ("part", "data", "found"),
    [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        ("xl/workbook.bin", b"x", "binary workbook"),
    ],
)
def test_other_kinds_of_workbook_are_refused(
    tmp_path: Path, part: str, data: bytes, found: str
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, data)
    assert found in refused(path)


def test_a_panic_of_the_library_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    class Broken:
        @staticmethod
        def from_path(_: Path) -> None:
            raise panic("index out of bounds")

    monkeypatch.setattr(workbook_files, "CalamineWorkbook", Broken)
    assert refused(book(tmp_path, {"a": [["v"], [1]]})) == "a damaged workbook: index out of bounds"


def test_an_interrupt_is_no_panic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        @staticmethod
        def from_path(_: Path) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(workbook_files, "CalamineWorkbook", Stopped)
    with pytest.raises(KeyboardInterrupt):
        grids(book(tmp_path, {"a": [["v"], [1]]}))


def test_the_error_names_the_profile_and_the_way_on(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"time,m")
    with pytest.raises(InputError, match="with the profile test") as caught:
        open_grids(path, readings_profile(file="xlsx"))
    assert "--profile" in caught.value.faults[0].remedy
