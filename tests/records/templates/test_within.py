"""Rows of a month or an instant outside the template's period are told, and the rest is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from tests.records.templates.returns import (
    free_row,
    of_rule,
    put,
    read,
    returned,
    row_of,
    rules_at,
    template,
)

from celadon.records.templates.cells import open_returned
from celadon.records.templates.marking import write_marked

RULE = "template_outside_period"


def fill_months(book: Workbook) -> None:
    """One month of the period, which is the first quarter of 2025, and months outside it."""
    sheet = book["产量"]
    first = free_row(sheet)
    for row, month in enumerate(("2025-03", "2052-03", "2024-12", "2025-04"), start=first):
        put(sheet, row, name="碗", kind="产量", month=month, quantity=5, unit="t")


def test_a_month_outside_the_period_is_told_at_its_cell(tmp_path: Path) -> None:
    path = returned(template(tmp_path), fill_months)
    book, content = read(path)
    first = free_row(open_returned(template(tmp_path)).raw["产量"])
    (row,) = content.tables["activity"].to_pylist()
    assert row["from_day"] == dt.date(2025, 3, 1)
    found = of_rule(content, RULE)
    assert [f.numbers["text"] for f in found] == ["2052-03", "2024-12", "2025-04"]
    assert {f.numbers["period"] for f in found} == {"2025-01-01/2025-04-01"}
    cells = [f.place.rpartition(" › ")[2] for f in found]
    assert [int(cell.lstrip("ABCDEFGHIJ")) for cell in cells] == [first + 1, first + 2, first + 3]
    marked = open_returned(
        write_marked(book, content.all_findings, 1, tmp_path / "marked.xlsx", "en")
    ).raw["产量"]
    for cell in cells:
        comment = marked[cell].comment
        assert comment is not None
        assert "lies outside 2025-01-01/2025-04-01" in comment.text
        assert "correct the date" in comment.text
        assert marked[cell].fill.fgColor.rgb not in ("00000000", None)


@pytest.mark.parametrize(
    ("days", "refused"),
    [
        (("2025-02-01", "2025-02-28"), None),
        (("2024-06-01", "2025-01-01"), None),
        (("2024-06-01", None), None),
        (("2025-03-31", "2026-03-31"), None),
        (("2052-02-01", "2052-02-28"), "from"),
        (("2025-04-01", None), "from"),
        (("2024-06-01", "2024-12-31"), "to"),
    ],
)
def test_a_certificate_has_to_touch_the_period(
    tmp_path: Path, days: tuple[str, str | None], refused: str | None
) -> None:
    cells: dict[str, str] = {}

    def fill(book: Workbook) -> None:
        sheet = book["化验"]
        values: dict[str, Any] = {
            "name": "柴油", "parameter": "低位发热量", "from_": days[0], "to": days[1], "value": 42,
            "unit": "GJ/t", "origin": "证书", "document": "C-1",
        }  # fmt: skip
        cells.update(put(sheet, free_row(sheet), **values))

    _, content = read(returned(template(tmp_path), fill))
    assert content.tables["sample"].num_rows == (refused is None)
    told = {f"化验 › {cells[refused]}": {RULE}} if refused else {}
    assert rules_at(content) == told


@pytest.mark.parametrize(
    ("instant", "taken"),
    [("2025-02-10 08:00", True), ("2024-12-20 08:00", True), ("2025-04-28 08:00", True),
     ("2024-11-20 08:00", False), ("2052-02-10 08:00", False)],
)  # fmt: skip
def test_a_register_may_be_read_a_little_before_or_after(
    tmp_path: Path, instant: str, taken: bool
) -> None:
    cells: dict[str, str] = {}

    def fill(book: Workbook) -> None:
        sheet = book["抄表"]
        put(sheet, row_of(sheet, "进线"), reading=1000)
        cells.update(put(sheet, free_row(sheet), name="进线", instant=instant, reading=1000))

    _, content = read(returned(template(tmp_path), fill))
    assert content.tables["reading"].num_rows == 1 + taken
    assert rules_at(content) == ({} if taken else {f"抄表 › {cells['instant']}": {RULE}})
