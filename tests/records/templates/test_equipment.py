"""A list of equipment in any file: every row is taken or told with its cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.records.build import site_of

from celadon.records.finding import Finding
from celadon.records.readers.equipment_rows import CLASSES, read_equipment, standing_equipment
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile
from celadon.records.tables import EQUIPMENT

SITE = site_of(unit=[{"id": "kiln", "name_zh": "窑"}, {"id": "kiln-2", "name_zh": "窑"}])
PLAIN: dict[str, Any] = {
    "id": "list", "kind": "equipment", "file": "csv", "layout": "rows",
    "columns": {
        "equipment": ("no",), "class": ("class",), "pieces": ("pieces",), "year": ("year",),
        "power": ("power", "power (W)", "功率（马力）"), "process_unit": ("at",),
        "model": ("model",), "grade": ("grade",),
    },
    "words": {"电机": "motor"},
}  # fmt: skip


def listed(folder: Path, text: str, **more: Any) -> tuple[list[dict[str, Any]], list[Finding]]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    profile = Profile.model_validate({**PLAIN, **more})
    (grid,) = open_grids(path, profile)
    table, findings = read_equipment(grid, profile, SITE)
    assert all(found.text("zh") and found.remedy("en") for found in findings)
    return table.to_pylist(), findings


def test_a_row_is_taken_as_it_is_written(tmp_path: Path) -> None:
    text = "no,class,pieces,power,year,at,model,grade\nM1,电机,2,7.5,2019年,kiln,SIM-7,2\n"
    rows, findings = listed(tmp_path, text)
    assert findings == []
    assert rows == [
        {"equipment": "M1", "class": "motor", "name": None, "maker": None, "model": "SIM-7",
         "unit": "kiln", "quantity": 2, "power": 7500, "year": 2019, "grade": "2",
         "document": None, "sheet": None, "source_row": 2}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "watts"),
    [
        ("power", "7.5", 7500),
        ("power (W)", "7.5", 8),  # half to even, and never nothing
        ("power (W)", "0.1", 1),
        ("功率（马力）", "1.2", None),  # a unit that celadon does not know
        ("power", "5.5 MW", 5_500_000),
        ("power (W)", "55千瓦", 55_000),
        ("power", "", None),
    ],
)
def test_power_is_in_the_unit_of_its_cell_or_heading(
    tmp_path: Path, heading: str, cell: str, watts: int | None
) -> None:
    rows, findings = listed(tmp_path, f"no,class,pieces,{heading}\nP,pump,1,{cell}\n")
    assert [row["power"] for row in rows] == ([] if findings else [watts])
    assert [found.rule for found in findings] == (["wrong_unit"] if "马力" in heading else [])


@pytest.mark.parametrize(
    ("row", "rule", "is_taken"),
    [
        (",pump,1,1,", "nameless_equipment", False),
        ("P,rocket,1,1,", "unknown_class", True),
        ("P,pump,,1,", "unreadable_number", False),
        ("P,pump,-1,1,", "impossible_number", False),
        ("P,pump,1,-1,", "impossible_power", False),
        ("P,pump,1,20000000,", "impossible_power", False),
        ("P,pump,1,#N/A,", "formula_error", False),
        ("P,pump,1,many,", "unreadable_number", False),
        ("P,pump,1,1,1066", "impossible_number", False),
        ("P,pump,1,1,'19", "impossible_number", False),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, row: str, rule: str, is_taken: bool) -> None:
    rows, findings = listed(tmp_path, f"no,class,pieces,power,year\n{row}\nQ,fan,1,1,\n")
    assert [found.rule for found in findings] == [rule]
    assert [row["equipment"] for row in rows] == (["P", "Q"] if is_taken else ["Q"])
    assert findings[0].place == "list.csv › row 2"


def test_a_name_of_two_units_is_no_place(tmp_path: Path) -> None:
    rows, findings = listed(tmp_path, "no,class,pieces,at\nP,pump,1,窑\nQ,pump,1,kiln-2\n")
    assert [found.rule for found in findings] == ["unknown_process_unit"]
    assert [row["unit"] for row in rows] == ["kiln-2"]


def test_the_first_of_two_rows_with_one_id_is_taken(tmp_path: Path) -> None:
    rows, findings = listed(tmp_path, "no,class,pieces\nP,pump,1\nP,fan,2\n")
    assert [row["class"] for row in rows] == ["pump"]
    assert [(found.rule, found.numbers["row"]) for found in findings] == [("repeated_equipment", 2)]


def test_a_list_without_its_columns_is_told(tmp_path: Path) -> None:
    rows, findings = listed(tmp_path, "no,power\nP,1\n")
    assert rows == []
    assert [found.rule for found in findings] == ["missing_column"] * 2


def test_what_stands_is_the_latest_row_of_each() -> None:
    def table(*rows: tuple[str, int]) -> pa.Table:
        return EQUIPMENT.from_rows(
            {"equipment": name, "class": CLASSES[0], "quantity": pieces, "source_row": 2}
            for name, pieces in rows
        )

    standing = standing_equipment([table(("a", 1), ("b", 2)), table(("a", 3), ("b", 0))])
    assert [(row["equipment"], row["quantity"]) for row in standing] == [("a", 3)]
