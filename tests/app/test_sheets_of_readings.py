"""Readings of a workbook with several sheets: each row is told with its sheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.app.shop import MARCH, make_workspace, reading_rows, write_readings

from celadon.app.chronicling import check_row, prove_row
from celadon.app.importing import import_files
from celadon.app.running import run
from celadon.app.tracing import Tracer
from celadon.app.workspace import Workspace
from celadon.records.ledger.batches import read_batch
from celadon.records.tables import FINDING, READING

PROFILE = """
id = "log"
kind = "reading"
file = "xlsx"
layout = "wide"
[time]
column = ["时间"]
format = "%Y-%m-%d %H:%M"
"""
HEAD = ["时间", "e1 (kWh)", "e2 (kWh)", "g1 (Nm3)"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


def write_sheets(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path


def halves(path: Path) -> Path:
    """March in two sheets behind a cover; in the second, e1 is stuck for two days."""
    rows = reading_rows()
    half = len(rows) // 2
    second = [list(row) for row in rows[half:]]
    for row in second[20:68]:
        row[1] = 217
    sheets = {"封面": [["看下页"]], "上半月": [HEAD, *rows[:half]], "下半月": [HEAD, *second]}
    return write_sheets(path, sheets)


def test_findings_explain_and_proof_name_the_sheet(workspace: Workspace, tmp_path: Path) -> None:
    folder = workspace.site_file("works").parent / "profiles"
    folder.mkdir()
    (folder / "log.toml").write_text(PROFILE, encoding="utf-8")
    [done] = import_files(workspace, "works", [halves(tmp_path / "log.xlsx")], "log")
    assert done.rows == 2 * 744 + 745
    [line] = [line for line in workspace.ledger("works").lines() if line["kind"] == "reading"]
    assert line["sheets"] == ["上半月", "下半月"]
    result = run(workspace, ["works"], MARCH)["works"]
    found = {row["rule"]: row["place"] for row in result.table(FINDING).to_pylist()}
    assert "out_of_order" not in found
    assert found["stuck"].endswith("sheet 2 › row 22")
    told = [(rows.file, rows.first) for rows in Tracer(workspace, result).rows_of("e1", MARCH)]
    assert told == [("log.xlsx › 上半月", 2), ("log.xlsx › 下半月", 2)]
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(prove_row(workspace, "works", "log.xlsx", 22, "下半月")))
    proved = check_row(proof)
    assert (proved.sheet, proved.row) == ("下半月", 22)
    assert {row["meter"] for row in proved.rows} == {"e1", "e2", "g1"}


def test_one_sheet_and_a_text_file_are_in_the_ledger_as_they_ever_were(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = write_readings(tmp_path / "log.csv")
    sheet = write_sheets(tmp_path / "log.xlsx", {"封面": [["x"]], "三月": [HEAD, *reading_rows()]})
    import_files(workspace, "works", [text, sheet])
    first, second = workspace.ledger("works").batches("reading")
    digests = {READING.digest(read_batch(batch)) for batch in (first, second)}
    assert len(digests) == 1
    assert (first.sheets, second.sheets) == ((), ("三月",))
    assert not any("sheets" in line for line in workspace.ledger("works").lines()[:2])
