"""A user's rows: new ones are taken, shipped ones keep their meaning, nothing is half loaded."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from celadon.errors import DeclarationError, Fault, LookupRefused
from celadon.reference import load_registry
from celadon.reference.loader import COLUMNS
from celadon.reference.shapes import REPLACES, TABLES

NORM = "norms/GB-21256-2025/sintering/process_energy/grade_3"
COKE = {
    "record": "fuels/own/coke/net_calorific_value",
    "subject": "coke",
    "parameter": "net_calorific_value",
    "set": "own",
    "value": "28.5",  # made up for the test
    "unit": "GJ/t",
    "source": "own-laboratory",
    "confidence": "B",
}
LABORATORY = {
    "id": "own-laboratory",
    "title_en": "Own laboratory (simulated)",
    "force": "none",
    "status": "final",
    "confidence": "B",
}


def write(folder: Path, table: str, *rows: dict[str, str]) -> None:
    columns = [*COLUMNS[table], *([REPLACES] if any(REPLACES in row for row in rows) else [])]
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DeclarationError) as refused:
        load_registry(folder)
    return refused.value.faults


def shipped(table: str, **wanted: str) -> dict[str, str]:
    [row] = [
        row
        for row in load_registry().rows(table)
        if all(row[column] == text for column, text in wanted.items())
    ]
    return dict(row)


def test_what_a_shipped_id_means_does_not_change(tmp_path: Path) -> None:
    row = shipped("norms", record=NORM)
    write(tmp_path, "norms", {**row, "value": "50", "unit": "kgce/kg"})
    one, other = faults(tmp_path)
    assert one.where == ("norms.csv", "row 2", "value")
    assert one.rule == "what a shipped id means does not change; here it is 52"
    assert "a source of its own" in one.remedy
    assert other.where == ("norms.csv", "row 2", "unit")
    assert load_registry().describe(NORM).value_text == "52"


def test_an_empty_shipped_value_is_not_filled_under_its_id(tmp_path: Path) -> None:
    empty = next(row for row in load_registry().rows("levels_2023") if not row["value"])
    write(tmp_path, "levels_2023", {**empty, "value": "1", "unit": "kgce/t"})
    assert ("levels_2023.csv", "row 2", "value") in [fault.where for fault in faults(tmp_path)]


def test_dates_locators_and_letters_may_be_supplied(tmp_path: Path) -> None:
    supplied = {"record": NORM, "locator": "page 3", "confidence": "A", "valid_to": "2030-01-01"}
    write(tmp_path, "norms", {**supplied})
    record = load_registry(tmp_path).describe(NORM)
    assert (record.locator, record.confidence, record.value_text) == ("page 3", "A", "52")
    assert record.validity.to_text == "2030-01-01"
    assert load_registry(tmp_path).own["norms", (NORM,)]["value"] == ""


def test_a_cell_left_empty_keeps_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "sources", {**shipped("sources", id="gb-21342-2025"), "title_en": "",
                                "in_force_from": "2026-01-01"})  # fmt: skip
    source = load_registry(tmp_path).sources["gb-21342-2025"]
    assert source.title_en == load_registry().sources["gb-21342-2025"].title_en
    assert source.in_force_from == "2026-01-01"


def test_an_own_edition_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    write(tmp_path, "sources", LABORATORY)
    write(tmp_path, "fuels", COKE)
    registry = load_registry(tmp_path)
    record = registry.look_up("fuels", "coke", "net_calorific_value", set="own")
    assert record.value_text == "28.5"
    assert registry.row_count["fuels"] == load_registry().row_count["fuels"] + 1


OTHER = {
    **COKE,
    "record": "fuels/own/coke/second",
    "set": "NDRC-2013-2015",
    "valid_from": "2020-01-01",
}


def test_two_answers_on_one_day_are_refused_and_both_named(tmp_path: Path) -> None:
    write(tmp_path, "sources", LABORATORY)
    write(tmp_path, "fuels", OTHER)
    (fault,) = faults(tmp_path)
    assert fault.where == ("fuels.csv", "row 2", "record")
    assert fault.found == "'fuels/own/coke/second'"
    assert "fuels/NDRC-2013-2015/coke/net_calorific_value" in fault.rule
    assert "valid_to" in fault.remedy


def test_editions_that_meet_at_a_midnight_do_not_overlap(tmp_path: Path) -> None:
    write(tmp_path, "sources", LABORATORY)
    old = {"record": "fuels/NDRC-2013-2015/coke/net_calorific_value", "valid_to": "2020-01-01"}
    write(tmp_path, "fuels", old, OTHER)
    registry = load_registry(tmp_path)

    def value(day: dt.date) -> str:
        ask = ("fuels", "coke", "net_calorific_value")
        return registry.look_up(*ask, set="NDRC-2013-2015", on=day).value_text

    assert value(dt.date(2019, 12, 31)) == "28.447"
    assert value(dt.date(2020, 1, 1)) == "28.5"


def test_a_date_supplied_for_a_source_can_make_editions_overlap(tmp_path: Path) -> None:
    twin = {"id": "own-laboratory", "force": "dated", "status": "final", "confidence": "B"}
    ahead = {**COKE, "set": "NDRC-2013-2015"}
    write(tmp_path, "fuels", ahead)
    write(tmp_path, "sources", twin)
    load_registry(tmp_path)  # in force nobody knows when: a look-up on a day refuses it
    write(tmp_path, "sources", {**twin, "in_force_from": "2024-01-01"})
    assert len(faults(tmp_path)) == 1


def test_a_row_may_take_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "sources", LABORATORY)
    held = "fuels/NDRC-2013-2015/coke/net_calorific_value"
    write(tmp_path, "fuels", {**OTHER, REPLACES: held})
    registry = load_registry(tmp_path)
    found = registry.look_up("fuels", "coke", "net_calorific_value", set="NDRC-2013-2015")
    assert found.value_text == "28.5"
    assert registry.describe(held).value_text == "28.447"
    assert held not in registry.records
    write(tmp_path, "fuels", {**OTHER, REPLACES: "", "value": "28.5"}, {**COKE, "set": "own"})
    assert registry.digest != load_registry().digest


@pytest.mark.parametrize(
    ("named", "rule"),
    [
        ("fuels/nobody", "the id of a shipped row"),
        ("fuels/NDRC-2013-2015/coke/oxidation_rate", "answers what the row answered"),
    ],
)
def test_a_place_is_taken_of_a_row_that_answers_the_same(
    tmp_path: Path, named: str, rule: str
) -> None:
    write(tmp_path, "sources", LABORATORY)
    write(tmp_path, "fuels", {**COKE, REPLACES: named})
    (fault,) = faults(tmp_path)
    assert fault.where == ("fuels.csv", "row 2", REPLACES)
    assert rule in fault.rule


def test_a_default_value_of_a_later_edition_takes_the_place_of_a_wide_row(tmp_path: Path) -> None:
    row = shipped("cbam_defaults", country="China", cn_code="7208")
    key = "|".join(row[column] or "-" for column in TABLES["cbam_defaults"].key)
    edition = {**LABORATORY, "id": "own-correction"}
    write(tmp_path, "sources", edition)
    corrected = {
        **row,
        "total": "9.9",
        "source": "own-correction",
        REPLACES: f"cbam_defaults/{key}",
    }
    write(tmp_path, "cbam_defaults", corrected)
    registry = load_registry(tmp_path)
    ask = ("cbam_defaults", "72083900", "total")
    assert registry.look_up(*ask, area="China").value_text == "9.9"
    assert registry.describe(f"cbam_defaults/{key}/total").value_text == "3.186892655"


@pytest.mark.parametrize(
    ("table", "changed", "rule"),
    [
        (
            "electricity",
            {"unit": "kgCO2e/kWh"},
            "electricity co2_factor with basis national is CO2",
        ),
        ("electricity", {"unit": "tCO2/GJ"}, "is CO2 per electricity"),
        ("electricity", {"parameter": "footprint_factor"}, "a footprint counts all gases"),
    ],
)
def test_a_unit_that_does_not_fit_its_basis_is_refused(
    tmp_path: Path, table: str, changed: dict[str, str], rule: str
) -> None:
    row = {
        "record": "electricity/own/average/CN/co2_factor", "subject": "average", "area": "CN",
        "parameter": "co2_factor", "set": "own", "basis": "national", "value": "0.5",
        "unit": "kgCO2/kWh", "source": "own-laboratory", "confidence": "B",
    }  # fmt: skip
    write(tmp_path, "sources", LABORATORY)
    write(tmp_path, table, row)
    load_registry(tmp_path)
    write(tmp_path, table, {**row, **changed})
    (fault,) = faults(tmp_path)
    assert fault.where == (f"{table}.csv", "row 2", "unit")
    assert rule in fault.rule


@pytest.mark.parametrize(
    ("changed", "column", "rule"),
    [
        ({"cn_code": "720"}, "cn_code", "a code of 4, 6, 8 or 10 digits"),
        ({"total": "x"}, "total", "a decimal number"),
        ({"unit": "tCO2/t"}, "unit", "is CO2e per good"),
        ({"source": "nobody"}, "source", "the id of a source"),
        ({"valid_from": "soon"}, "valid_from", "a date"),
    ],
)
def test_a_wide_row_passes_the_same_gate(
    tmp_path: Path, changed: dict[str, str], column: str, rule: str
) -> None:
    write(tmp_path, "sources", LABORATORY)
    row = {"country": "Atlantis", "cn_code": "72081000", "direct": "1", "indirect": "1",
           "total": "2", "unit": "tCO2e/t", "source": "own-laboratory",
           "confidence": "B"}  # fmt: skip
    write(tmp_path, "cbam_defaults", row)
    load_registry(tmp_path)
    write(tmp_path, "cbam_defaults", {**row, **changed})
    assert {fault.where for fault in faults(tmp_path)} == {("cbam_defaults.csv", "row 2", column)}
    assert rule in faults(tmp_path)[0].rule


def test_a_missing_column_is_told_and_nothing_of_the_file_is_loaded(tmp_path: Path) -> None:
    columns = [name for name in COLUMNS["tariffs"] if name != "condition"]
    (tmp_path / "tariffs.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.where == ("tariffs.csv", "row 1", "condition")
    assert fault.remedy == "add the column"


def test_a_file_of_sources_without_successors_is_still_taken(tmp_path: Path) -> None:
    columns = [name for name in COLUMNS["sources"] if name != "superseded_by"]
    cells = [LABORATORY.get(name, "") for name in columns]
    text = "\n".join([",".join(columns), ",".join(cells), ""])
    (tmp_path / "sources.csv").write_text(text, encoding="utf-8")
    assert load_registry(tmp_path).sources["own-laboratory"].superseded_by == ""


@pytest.mark.parametrize(
    ("table", "changed", "column", "rule"),
    [
        ("sources", {"superseded_by": "nobody"}, "superseded_by", "the id of a source"),
        (
            "sources",
            {"in_force_from": "2024-01-01", "in_force_to": "2023-01-01"},
            "in_force_to",
            "an end after the beginning",
        ),
        (
            "fuels",
            {"valid_from": "2024-01-01", "valid_to": "2023-01-01"},
            "valid_to",
            "an end after the beginning",
        ),
    ],
)
def test_days_and_editions_follow_each_other(
    tmp_path: Path, table: str, changed: dict[str, str], column: str, rule: str
) -> None:
    rows = {"sources": LABORATORY, "fuels": COKE}
    rows[table] = {**rows[table], **changed}
    for name, row in rows.items():
        write(tmp_path, name, row)
    (fault,) = faults(tmp_path)
    assert fault.where == (f"{table}.csv", "row 2", column)
    assert rule in fault.rule


def test_low_and_high_hold_the_value_between_them(tmp_path: Path) -> None:
    write(tmp_path, "sources", LABORATORY)
    write(tmp_path, "fuels", {**COKE, "value_low": "29", "value_high": "30"})
    (fault,) = faults(tmp_path)
    assert fault.rule == "low <= value <= high, here 29 and 30"


def test_figures_under_a_licence_are_the_users_to_load(tmp_path: Path) -> None:
    row = {"country": "Atlantis", "cn_code": "2716", "total": "0.4", "unit": "tCO2e/MWh",
           "source": "iea-country-electricity", "confidence": "A"}  # fmt: skip
    write(tmp_path, "cbam_defaults", row)
    registry = load_registry(tmp_path)
    assert (
        registry.look_up("cbam_defaults", "27160000", "total", area="Atlantis").value_text == "0.4"
    )
    with pytest.raises(LookupRefused):
        load_registry().look_up("cbam_defaults", "27160000", "total", area="Atlantis")
