"""Workbooks as grids: numbers, dates, empty cells, and formulas that failed."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.records.build import readings_profile
from tests.records.readers.test_csv_files import PNG

from celadon.errors import InputError
from celadon.records.readers.grid import open_grids
from celadon.records.readers.sheet import Grid
from celadon.records.readers.workbook_files import NOT_COMPUTED

Sheets = dict[str, list[list[Any]]]


def book(folder: Path, sheets: Sheets, name: str = "a.xlsx") -> Path:
    """A workbook; a text that begins with # is written as the error of a formula."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for r, row in enumerate(rows, start=1):
            for c, value in enumerate(row, start=1):
                cell = sheet.cell(r, c)
                cell.value = value
                if isinstance(value, str) and value.startswith("#"):
                    cell.data_type = "e"
    path = folder / name
    workbook.save(path)
    return path


def rewritten(path: Path, part: str, old: str, new: str) -> Path:
    """The same archive with a text of one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = parts[part].decode().replace(old, new)
    assert changed.encode() != parts[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (parts | {part: changed.encode()}).items():
            archive.writestr(name, data)
    return path


def grids(path: Path, **profile: Any) -> list[Grid]:
    return open_grids(path, readings_profile(file="xlsx", **profile))


def cells(grid: Grid) -> list[list[str]]:
    return [column.to_pylist() for column in grid.columns]


def refused(path: Path, **profile: Any) -> str:
    with pytest.raises(InputError, match=f"Cannot read {path.name}") as caught:
        grids(path, **profile)
    return caught.value.faults[0].found


def test_numbers_are_read_as_people_read_them(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 5, 5.0, -0.5, 1e20, 1e-7, 123456789012345, 12.30, True, "12,5"]
    (grid,) = grids(book(tmp_path, {"a": [["v"], *([v] for v in values)]}))
    assert cells(grid)[0] == [
        "0.3", "5", "5", "-0.5", "1e+20", "1e-07", "123456789012345", "12.3", "True", "12,5",
    ]  # fmt: skip


def test_numbers_have_the_decimal_mark_of_the_profile(tmp_path: Path) -> None:
    (grid,) = grids(book(tmp_path, {"a": [["v"], [12.5], ["12,5"], [3]]}), decimal=",")
    assert cells(grid) == [["12,5", "12,5", "3"]]


def test_dates_are_dates(tmp_path: Path) -> None:
    values = [
        dt.datetime(2025, 1, 31, 23, 45),
        dt.datetime(2025, 2, 1),
        dt.date(2025, 2, 28),
        dt.datetime(2025, 1, 1, 0, 15) + dt.timedelta(milliseconds=1),
    ]
    (grid,) = grids(book(tmp_path, {"a": [["t"], *([v] for v in values)]}))
    assert cells(grid) == [
        ["2025-01-31 23:45:00", "2025-02-01", "2025-02-28", "2025-01-01 00:15:00"]
    ]


def test_every_quarter_of_a_year_survives_as_a_fraction_of_a_day(tmp_path: Path) -> None:
    start = dt.datetime(2025, 1, 1)
    stamps = [start + n * dt.timedelta(minutes=15) for n in range(1, 96 * 365, 7)]
    (grid,) = grids(book(tmp_path, {"a": [["t"], *([s] for s in stamps)]}))
    found = [dt.datetime.fromisoformat(text) for text in cells(grid)[0]]
    assert found == stamps


ERRORS = ["#DIV/0!", "#REF!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"]


def test_a_failed_formula_is_not_an_empty_cell(tmp_path: Path) -> None:
    rows = [["v", "w"], *([error, None] for error in ERRORS), [None, None], [None, "#REF!"]]
    (grid,) = grids(book(tmp_path, {"a": rows}))
    assert cells(grid) == [[*ERRORS, ""], [*[""] * len(ERRORS), "#REF!"]]
    assert grid.rows.to_pylist() == [*range(2, 9), 10]


def test_a_failed_formula_beyond_all_other_cells_is_seen(tmp_path: Path) -> None:
    (grid,) = grids(book(tmp_path, {"a": [["v", "w"], [1, 2], [None, None], ["#REF!", None]]}))
    assert cells(grid)[0] == ["1", "#REF!"]


def test_a_formula_that_was_never_computed_is_not_an_empty_cell(tmp_path: Path) -> None:
    (grid,) = grids(book(tmp_path, {"a": [["v"], ["=1+1"], [3]]}))
    assert cells(grid) == [[NOT_COMPUTED, "3"]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '<c r="A2"><f>1+1</f><v /></c>',
            '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            "#DIV/0!",
        ),
        ('<c r="A2"><f>1+1</f><v /></c>', "<c t='e'><v>#REF!</v></c>", "#REF!"),
        ('<c r="A2"><f>1+1</f><v /></c>', '<c r="A2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A2"><f>1+1</f><v /></c>', '<c r="A2" t="str"><f>A9</f><v></v></c>', None),
    ],
)
def test_cells_are_found_however_they_are_written(
    tmp_path: Path, old: str, new: str, expected: str | None
) -> None:
    path = book(tmp_path, {"a": [["v"], ["=1+1"], [3]]})
    (grid,) = grids(rewritten(path, "xl/worksheets/sheet1.xml", old, new))
    assert cells(grid) == [["3"] if expected is None else [expected, "3"]]


def test_errors_stand_in_the_sheet_that_has_them(tmp_path: Path) -> None:
    sheets: Sheets = {"焦炭 & <coke>": [["v"], [1]], "b": [["v"], ["#REF!"]], "c": [["v"], [2]]}
    found = grids(book(tmp_path, sheets))
    assert [grid.sheet for grid in found] == list(sheets)
    assert [cells(grid)[0] for grid in found] == [["1"], ["#REF!"], ["2"]]


def test_named_sheets_are_read_in_the_order_of_the_profile(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v"], [1]], "b": [["v"], [2]], "cover": []})
    assert [grid.sheet for grid in grids(path, sheets=["b", "a"])] == ["b", "a"]


def test_a_missing_sheet_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v"], [1]], "b": []})
    assert refused(path, sheets=["a", "x"]) == "sheets: a, b"


def test_an_empty_sheet_is_an_empty_grid(tmp_path: Path) -> None:
    one, other = grids(book(tmp_path, {"a": [], "b": [["v", "w"]]}))
    assert (one.headers, other.headers) == ((), ("v", "w"))
    assert [g.faults("pots")[0].rule for g in (one, other)] == ["empty_sheet", "empty_sheet"]


def test_rows_and_places_are_those_of_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a note"], [], ["t", "v"], [None, None], [1, 2], [], [3, 4]]
    (grid,) = grids(book(tmp_path, {"a": rows}), header_row=3)
    assert grid.headers == ("t", "v")
    assert grid.rows.to_pylist() == [5, 7]
    assert grid.place(1, 7) == ("a.xlsx", "a", "B7")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"time,m\n1,2\n", "text, such as CSV"),
        ("时间,m\n1,2\n".encode("gb18030"), "text, such as CSV"),
        (PNG, "a picture (PNG)"),
        (b"", "an empty file"),
        (b"PK\x03\x04" + b"0" * 99, "a workbook that is cut short or damaged"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refused(path) == found


def test_a_cut_or_damaged_workbook_is_refused(tmp_path: Path) -> None:
    whole = book(tmp_path, {"a": [["v"], *([n] for n in range(500))]}).read_bytes()
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "a workbook that is cut short or damaged"
    middle = len(whole) // 3
    path.write_bytes(whole[:middle] + b"\0" * 200 + whole[middle + 200 :])
    assert "damaged" in refused(path)


def test_a_zip_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "time,m\n")
    assert refused(path) == "a zip archive that is no workbook"


def test_a_workbook_given_to_a_csv_profile_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["v"], [1]]})
    with pytest.raises(InputError) as caught:
        open_grids(path, readings_profile(file="csv"))
    assert caught.value.faults[0].found == "a workbook or another zip archive"
