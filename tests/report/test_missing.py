"""Missing is never zero: what has no value in its whole time is a dash, an empty cell, no mark."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from tests.report.synthetic import make_content

from celadon.accounts.tables import LEAF
from celadon.report.blocks import Grid
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.page import lay_out
from celadon.report.sections.carbon import carbon_section
from celadon.report.sections.energy import energy_section
from celadon.report.sections.water import water_section
from celadon.report.workbook.book import write_workbook

MONTH = dt.date(2025, 1, 1)
"""The one month of which anything is known."""


@pytest.fixture(scope="module")
def content() -> ReportContent:
    made = make_content()
    rows = []
    for row in made.leaves.to_pylist():
        seconds = (row["to_day"] - row["from_day"]).days * 86_400
        lost = {"count": 0, "value": 0, "estimated": 0, "seconds_missing": seconds}
        weak = {**row, "confidence": "B"}
        rows.append(weak if row["month"] == MONTH else {**weak, **lost})
    leaves = pa.Table.from_pylist(rows, schema=made.leaves.schema)
    LEAF.check(leaves)
    return dataclasses.replace(made, leaves=leaves)


def grid(blocks: tuple[object, ...], title: str) -> Grid:
    return next(block for block in blocks if isinstance(block, Grid) and block.title == title)


@pytest.mark.parametrize("section", ["carbon", "water"])
def test_months_without_any_value_are_dashes(content: ReportContent, section: str) -> None:
    draft = Draft(content, "en")
    made = {"carbon": carbon_section, "water": water_section}[section](draft)
    january, february, *_ = grid(made.blocks, draft.say(f"{section}.by_month")).rows
    assert any(cell.exact for cell in january.cells)
    assert {cell.text for cell in february.cells[1:-1]} == {"–"}
    assert february.cells[-1].text == "100.0 %"
    assert not any(cell.marked for cell in february.cells)


def test_totals_and_equivalent_values_carry_the_mark(content: ReportContent) -> None:
    draft = Draft(content, "en")
    table = grid(energy_section(draft).blocks, draft.say("energy.by_carrier"))
    lines = draft.lines.where(account="energy", measure="calorific_value")
    assert lines.is_marked
    total = table.rows[-1]
    assert total.kind == "total"
    assert sum(cell.marked for cell in total.cells) == 2
    assert sum(cell.marked for cell in table.rows[0].cells) == 2
    assert draft.lines.where(month=dt.date(2025, 2, 1)).is_marked is False


def test_the_workbook_leaves_what_is_missing_empty(content: ReportContent, tmp_path: Path) -> None:
    draft = Draft(content, "en")
    path = write_workbook(draft, lay_out(draft)[0], tmp_path / "workbook.xlsx")
    book = openpyxl.load_workbook(path)
    january, february = (
        [cell.value for cell in book[draft.say("workbook.carbon")][row]] for row in (4, 5)
    )
    assert any(str(value).startswith("=") for value in january[1:-1])
    assert set(february[1:-1]) == {None}
    assert february[-1] > 0
    cover = {
        row[0].value: row[1].value for row in book[draft.say("workbook.cover")] if row[0].value
    }
    water = next(value for name, value in cover.items() if name == draft.say("card.water"))
    assert isinstance(water, int | float)
