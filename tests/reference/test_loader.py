"""A user's tables pass the same gate as ours, and every fault is told at once."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from celadon.errors import DeclarationError, LookupRefused
from celadon.reference import load_registry
from celadon.reference.loader import COLUMNS


def write(folder: Path, table: str, *rows: dict[str, str]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[table], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


COKE_NORM = {
    "id": "gb-21342-2025",
    "number": "GB 21342-2025",
    "force": "dated",
    "status": "final",
    "confidence": "A",
    "in_force_from": "2026-01-01",  # made up for the test, not the standard's date
}
OLD_NORM = {
    "record": "norms/GB-21256-2013/sintering/process_energy/grade_3",
    "subject": "sintering",
    "parameter": "grade_3",
    "set": "GB 21256-2013",
    "basis": "process_energy",
    "value": "999",  # made up for the test
    "unit": "kgce/t",
    "source": "gb-21256-2013",
    "confidence": "A",
}


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert load_registry(tmp_path).digest == load_registry().digest


def test_a_loaded_edition_answers(tmp_path: Path) -> None:
    write(tmp_path, "norms", OLD_NORM)
    registry = load_registry(tmp_path)
    record = registry.look_up("norms", "sintering", "grade_3", on=dt.date(2025, 6, 30))
    assert (record.value_text, record.set) == ("999", "GB 21256-2013")
    assert registry.digest != load_registry().digest


def test_a_date_in_force_can_be_supplied(tmp_path: Path) -> None:
    write(tmp_path, "sources", COKE_NORM)
    registry = load_registry(tmp_path)
    ask = ("norms", "top_charged_coke_oven", "grade_1")
    assert registry.look_up(*ask, on=dt.date(2026, 1, 1)).value_text == "110"
    with pytest.raises(LookupRefused, match="not yet in force"):
        registry.look_up(*ask, on=dt.date(2025, 12, 31))


def test_a_draft_does_not_answer(tmp_path: Path) -> None:
    write(tmp_path, "sources", {**COKE_NORM, "status": "draft"})
    with pytest.raises(LookupRefused, match="is a draft"):
        load_registry(tmp_path).look_up("norms", "top_charged_coke_oven", "grade_1")


def test_row_order_does_not_change_the_digest(tmp_path: Path) -> None:
    other = {**OLD_NORM, "record": OLD_NORM["record"][:-1] + "2", "parameter": "grade_2"}
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, rows in ((one, (OLD_NORM, other)), (two, (other, OLD_NORM))):
        folder.mkdir()
        write(folder, "norms", *rows)
    assert load_registry(one).digest == load_registry(two).digest


@pytest.mark.parametrize(
    ("changed", "column", "rule"),
    [
        ({"source": "nobody"}, "source", "the id of a source"),
        ({"unit": "kgce/tonne"}, "unit", "a unit that celadon knows"),
        ({"value": "1,234"}, "value", "a decimal number with a point"),
        ({"confidence": "E"}, "confidence", "one of A, B, C, D"),
        ({"valid_from": "1.7.2026"}, "valid_from", "a date"),
        ({"record": "elsewhere/x"}, "record", "begins with norms/"),
        ({"subject": ""}, "subject", "must not be empty"),
    ],
)
def test_a_fault_names_file_row_and_column(
    tmp_path: Path, changed: dict[str, str], column: str, rule: str
) -> None:
    write(tmp_path, "norms", {**OLD_NORM, **changed})
    with pytest.raises(DeclarationError) as error:
        load_registry(tmp_path)
    (fault,) = error.value.faults
    assert fault.where == ("norms.csv", "row 2", column)
    assert rule in fault.rule
    assert fault.remedy


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, "norms", OLD_NORM, OLD_NORM, {**OLD_NORM, "record": "x", "value": "y"})
    write(tmp_path, "sources", {**COKE_NORM, "status": "maybe", "published": "soon"})
    (tmp_path / "carriers.csv").write_text("id,name\ncoke,coke\n", encoding="utf-8")
    (tmp_path / "prices.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "heat.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(DeclarationError) as error:
        load_registry(tmp_path)
    places = {fault.where for fault in error.value.faults}
    assert {
        ("norms.csv", "row 3", "record"),
        ("norms.csv", "row 4", "record"),
        ("norms.csv", "row 4", "value"),
        ("sources.csv", "row 2", "status"),
        ("sources.csv", "row 2", "published"),
        ("carriers.csv", "row 1", "name"),
        ("carriers.csv", "row 1", "name_zh"),
        ("prices.csv",),
        ("heat.csv",),
    } <= places


def test_a_short_row_is_a_fault(tmp_path: Path) -> None:
    header = ",".join(COLUMNS["regions"])
    (tmp_path / "regions.csv").write_text(f"{header}\n130000,CN-HE\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="2 cells under 7 columns"):
        load_registry(tmp_path)


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="no such folder"):
        load_registry(tmp_path / "absent")


def test_faults_of_one_load_do_not_reach_the_next(tmp_path: Path) -> None:
    write(tmp_path, "norms", {**OLD_NORM, "value": "x"})
    with pytest.raises(DeclarationError):
        load_registry(tmp_path)
    assert load_registry().look_up("norms", "sintering", "grade_1").value_text == "43"
