"""Sheets of meter exchanges: both languages, exact counts, and every kind of fault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import register_meter, site_of
from tests.records.readers.test_workbook_files import book

from celadon.records.finding import Finding
from celadon.records.readers.exchange_files import read_exchanges
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import load_profile

SITE = site_of(
    register_meter("w", measure="m3", resolution="0.1", modulus="100000", name_zh="取水总表"),
    {"id": "e", "kind": "interval", "measure": "kWh"},
)
CHINESE = ["表号", "换表时间", "旧表止数", "新表起数", "凭证编号"]
ENGLISH = ["meter", "time", "closing", "opening", "document"]
NOON = dt.datetime(2025, 3, 5, 12)


def read(
    folder: Path, *rows: list[Any], head: list[str] = CHINESE
) -> tuple[list[dict[str, Any]], list[Finding]]:
    profile = load_profile("exchanges")
    (grid,) = open_grids(book(folder, {"换表": [head, *rows]}), profile)
    table, findings = read_exchanges(grid, profile, SITE)
    assert all(found.text("en") and found.remedy("zh") for found in findings)
    return table.to_pylist(), findings


@pytest.mark.parametrize("head", [CHINESE, ENGLISH])
@pytest.mark.parametrize("meter", ["w", "取水总表"])
@pytest.mark.parametrize("time", [NOON, "2025-03-05 12:00"])
def test_an_exchange_is_an_instant_with_two_counts(
    tmp_path: Path, head: list[str], meter: str, time: object
) -> None:
    rows, findings = read(tmp_path, [meter, time, 12345.6, 0, "W-7"], head=head)
    assert findings == []
    assert rows == [
        {
            "meter": "w", "ts": dt.datetime(2025, 3, 5, 4), "closing": 123456, "opening": 0,
            "document": "W-7", "sheet": "换表", "source_row": 2,
        }
    ]  # fmt: skip


def test_a_unit_of_its_own_is_converted_exactly(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, ["w", NOON, 1500, 100, None, "L"], head=[*CHINESE, "单位"])
    assert (rows[0]["closing"], rows[0]["opening"]) == (15, 1)


def test_the_end_of_a_day_may_be_written_24(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, ["w", "2025-03-05 24:00", 1, 0, None])
    assert rows[0]["ts"] == dt.datetime(2025, 3, 5, 16)


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        (["x", NOON, 1, 0], "unknown_meter", "A2"),
        (["", NOON, 1, 0], "unknown_meter", "A2"),
        (["e", NOON, 1, 0], "not_a_register", "A2"),
        (["w", "noon", 1, 0], "unreadable_time", "B2"),
        (["w", None, 1, 0], "unreadable_time", "B2"),
        (["w", "2025-02-29 12:00", 1, 0], "unreadable_time", "B2"),
        (["w", NOON, -1, 0], "negative_reading", "C2"),
        (["w", NOON, 1, "-0.5"], "negative_reading", "D2"),
        (["w", NOON, "12 t", 0], "unreadable_number", "C2"),
        (["w", NOON, None, 0], "unreadable_number", "C2"),
        (["w", NOON, "#REF!", 0], "formula_error", "C2"),
        (["w", NOON, 100000, 0], "impossible_value", "C2"),
    ],
)
def test_a_row_that_cannot_be_taken_names_its_cell_and_leaves_the_others(
    tmp_path: Path, row: list[Any], rule: str, cell: str
) -> None:
    rows, (found,) = read(tmp_path, row, ["w", NOON, 2, 1])
    assert [r["source_row"] for r in rows] == [3]
    assert (found.rule, found.place) == (rule, f"a.xlsx › 换表 › {cell}")


def test_what_is_finer_than_the_resolution_is_rounded_and_told(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, ["w", NOON, 1.25, 0])
    assert (rows[0]["closing"], found.rule, found.subject) == (12, "finer_than_resolution", "w")


def test_missing_columns_are_told(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, ["w", 1], head=["表号", "旧表止数"])
    assert rows == []
    assert [found.place.rpartition(" ")[2] for found in findings] == ["time", "opening"]
    assert [found.rule for found in findings] == ["missing_column"] * 2
