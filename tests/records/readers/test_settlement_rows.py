"""Settlements in rows: contracts by id or name, amounts exact, serials that say a range."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import site_of
from tests.records.readers.test_workbook_files import book

from celadon.errors import DeclarationError
from celadon.records.finding import Finding
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import load_profile
from celadon.records.readers.settlement_rows import read_settlements
from celadon.records.site import Site

HEAD = [
    "合同",
    "月份",
    "起",
    "止",
    "电量",
    "单位",
    "结算单",
    "绿证起始编号",
    "绿证终止编号",
    "绿证电量月份",
]
POWER = {"id": "power", "carrier": "electricity", "from": "outside", "to": "kiln",
         "monthly": "purchase"}  # fmt: skip
WIND = {
    "id": "wind", "name_zh": "风电", "kind": "green_power", "stream": "power",
    "from_day": dt.date(2025, 1, 1), "document": "PPA-1",
    "certificate": {"value": "1", "unit": "MWh", "document": "rule"},
}  # fmt: skip


def site_with(**contract: Any) -> Site:
    plain = {name: value for name, value in (WIND | contract).items() if value is not None}
    return site_of(unit=[{"id": "kiln"}], stream=[POWER], contract=[plain])


def read(folder: Path, **cells: Any) -> tuple[list[dict[str, Any]], list[Finding]]:
    given = {
        "合同": "风电", "月份": "2025-03", "电量": "400.5", "单位": "MWh", "结算单": "S-3",
        "绿证起始编号": "GEC-01", "绿证终止编号": "GEC-400", "绿证电量月份": "2025-03", **cells,
    }  # fmt: skip
    profile = load_profile("settlements")
    path = book(folder, {"绿电": [HEAD, [given.get(name) for name in HEAD]]})
    (grid,) = open_grids(path, profile)
    table, findings = read_settlements(grid, profile, site_with())
    assert all(found.text(language) for found in findings for language in ("en", "zh"))
    return table.to_pylist(), findings


def test_a_row_is_taken_as_it_stands(tmp_path: Path) -> None:
    (row,), findings = read(tmp_path)
    assert not findings
    assert row == {
        "contract": "wind", "from_day": dt.date(2025, 3, 1), "to_day": dt.date(2025, 4, 1),
        "count": 400_500_000, "document": "S-3", "first_serial": "GEC-01",
        "last_serial": "GEC-400", "certified_from": dt.date(2025, 3, 1),
        "certified_to": dt.date(2025, 4, 1), "sheet": "绿电", "source_row": 2,
    }  # fmt: skip


def test_without_a_unit_it_is_kilowatt_hours(tmp_path: Path) -> None:
    assert read(tmp_path, 单位=None, 电量="400500")[0][0]["count"] == 400_500_000


def test_what_is_not_told_stays_empty(tmp_path: Path) -> None:
    (row,), findings = read(
        tmp_path, 绿证起始编号=None, 绿证终止编号=None, 绿证电量月份=None, 结算单=None
    )
    assert not findings
    assert {row[name] for name in ("document", "first_serial", "certified_from")} == {None}


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"合同": "solar"}, "unknown_contract"),
        ({"合同": None}, "unknown_contract"),
        ({"月份": None, "起": "2025-03-01", "止": "2025-04-01"}, "settlement_over_months"),
        ({"单位": "t"}, "wrong_unit"),
        ({"电量": "-1"}, "negative_quantity"),
        ({"绿证终止编号": None}, "unreadable_serials"),
        ({"绿证终止编号": "OTHER-400"}, "unreadable_serials"),
        ({"绿证电量月份": "spring"}, "unreadable_date"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_cell(
    tmp_path: Path, cells: dict[str, Any], rule: str
) -> None:
    rows, findings = read(tmp_path, **cells)
    assert not rows
    assert [found.rule for found in findings] == [rule]
    assert "绿电" in findings[0].place


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ({"certificate": None}, "certificate"),
        ({"kind": "own_use"}, "certificate"),
        ({"stream": "gas"}, "stream"),
        ({"document": ""}, "document"),
        ({"to_day": dt.date(2025, 1, 1)}, "to_day"),
        ({"amount": {"value": "5", "unit": "t"}}, "electricity"),
        ({"amount": {"value": "0", "unit": "MWh"}}, "positive"),
    ],
)
def test_a_contract_that_cannot_hold_is_refused(contract: dict[str, Any], words: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        site_with(**contract)
    told = " ".join(f"{' '.join(f.where)} {f.found} {f.rule}" for f in refused.value.faults)
    assert words in told
