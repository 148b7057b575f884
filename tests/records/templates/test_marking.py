"""The marked copy: each kind of fault stands at its cell, in its colour, with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from tests.records.templates.faults import FAULTS
from tests.records.templates.returns import Fill, put, read, returned, rules_at, template

from celadon.records.finding import rule
from celadon.records.templates.look import ERROR, INPUT, NOTE, WARNING
from celadon.records.templates.marking import write_marked

COLOURS = {"error": ERROR, "warning": WARNING, "note": NOTE}


def marked(path: Path, fill: Fill, name: str = "marked.xlsx") -> tuple[Any, Workbook]:
    book, content = read(returned(path, fill))
    target = path.parent / name
    write_marked(book, content.all_findings, 0, target, "zh")
    return content, openpyxl.load_workbook(target)


@pytest.mark.parametrize("name", FAULTS)
def test_each_kind_of_fault_is_marked_at_its_cell(tmp_path: Path, name: str) -> None:
    planted: list[tuple[str, str, str]] = []
    content, book = marked(template(tmp_path), lambda raw: planted.append(FAULTS[name](raw)))
    broken, sheet, where = planted[0]
    assert broken in rules_at(content)[f"{sheet} › {where}"], content.all_findings
    found = next(f for f in content.all_findings if f.rule == broken and f.place.endswith(where))
    shown = book[sheet][where]
    assert shown.fill.fgColor.rgb == f"00{COLOURS[rule(broken).severity][1:]}"
    assert found.text("zh") in shown.comment.text
    assert found.remedy("zh") in shown.comment.text
    elsewhere = {
        f"{raw.title}!{each.coordinate}"
        for raw in book.worksheets[1:]
        for row in raw.iter_rows()
        for each in row
        if each.comment is not None and "—— celadon" in each.comment.text
    }
    assert elsewhere == {
        "!".join(place.split(" › ")) for place in rules_at(content) if " › " in place
    }


def test_the_gravest_colour_wins_and_all_words_are_kept(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        where = put(book["购入"], 6, quantity=-0.0005)
        book["购入"][where["quantity"]].comment = Comment("老王：已核", "王")
        put(book["购入"], 7, quantity=1, name="柴油")

    _, book = marked(template(tmp_path), fill)
    shown = book["购入"]["E6"]
    assert shown.fill.fgColor.rgb == f"00{ERROR[1:]}"
    assert shown.comment.text.startswith("老王：已核\n\n—— celadon")
    assert book["购入"]["A7"].fill.fgColor.rgb == f"00{WARNING[1:]}"


def test_the_first_sheet_tells_all_and_leads_to_the_cells(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity="=1/0")
        del book["产量"]

    content, book = marked(template(tmp_path), fill)
    first = book.worksheets[0]
    assert (first.title, first["A1"].value) == ("核对结果", "核对结果")
    assert book.active is first
    rows = [[cell.value for cell in row] for row in first.iter_rows(min_row=5)]
    assert len(rows) == len(content.all_findings)
    assert rows[0][:2] == ["购入 › E6", "未读入"]
    assert first["A5"].hyperlink.location == "'购入'!E6"
    assert rows[1][:2] == ["产量", "请核实"]
    assert "错误 1 处，警告 1 处" in first["A2"].value


def test_the_copy_keeps_the_sheets_as_they_were(tmp_path: Path) -> None:
    path = template(tmp_path)
    _, book = marked(path, lambda raw: put(raw["购入"], 6, quantity="5t") and None)
    before = openpyxl.load_workbook(path)
    for sheet in before.worksheets:
        same = book[sheet.title]
        for row in sheet.iter_rows():
            for one in row:
                if (sheet.title, one.coordinate) != ("购入", "E6"):
                    assert same[one.coordinate].value == one.value
        kept, had = same.data_validations.dataValidation, sheet.data_validations.dataValidation
        assert [rule.sqref for rule in kept] == [rule.sqref for rule in had]
        assert same.protection.sheet == sheet.protection.sheet
        assert same.sheet_state == sheet.sheet_state
    assert book["购入"]["E6"].value == "5t"


def test_a_corrected_copy_is_read_and_loses_its_marks(tmp_path: Path) -> None:
    path = template(tmp_path)

    def spoil(book: Workbook) -> None:
        where = put(book["购入"], 6, quantity="5t", name="柴油")
        book["购入"][where["quantity"]].comment = Comment("老王", "王")

    marked(path, spoil)

    def correct(book: Workbook) -> None:
        put(book["购入"], 6, quantity=5, name="无烟煤")

    content, book = marked(tmp_path / "marked.xlsx", correct, "again.xlsx")
    assert content.all_findings == []
    assert content.tables["activity"].num_rows == 1
    assert [sheet.title for sheet in book.worksheets][:2] == ["核对结果", "说明"]
    raw = book["购入"]
    assert raw["E6"].fill.fgColor.rgb[2:] == INPUT[1:]
    assert raw["E6"].comment.text == "老王"
    assert raw["A6"].fill.fill_type is None
    assert raw["A6"].comment is None
    assert "没有需要更正的内容" in book.worksheets[0]["A3"].value
