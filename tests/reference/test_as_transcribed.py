"""The tables hold what the transcriptions that they were made of hold, cell for cell."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from celadon.reference import load_registry

TRANSCRIBED = Path(__file__).resolve().parents[3] / "shared" / "reference"

SAME = {
    "carbon/steam_enthalpy": (
        "steam_enthalpy",
        ("state", "pressure_MPa", "temperature_C", "value", "unit", "confidence", "note"),
    ),
    "carbon/cbam_defaults": (
        "cbam_defaults",
        ("country", "sector", "cn_code", "variant", "direct", "indirect", "total",
         "route_indicator", "markup_2026", "markup_2027", "markup_2028", "unit", "confidence",
         "note"),
    ),
    "carbon/cbam_benchmarks": (
        "cbam_benchmarks",
        ("sector", "cn_code", "description", "column", "route_indicator", "value", "unit",
         "confidence"),
    ),
    "carbon/ets_benchmarks": ("ets_benchmarks", ("parameter", "value", "unit", "confidence")),
    "carbon/gwp": ("gwp", ("value", "unit", "confidence")),
    "carbon/cbam_standard_factors": (
        "cbam_standard_factors", ("parameter", "value", "unit", "confidence"),
    ),
    "microgrid/tariffs": (
        "tariffs",
        ("kind", "province", "voltage_kV", "condition", "value", "unit", "valid_from",
         "confidence"),
    ),
    "energy/measures": (
        "measures",
        ("id", "system", "measure", "iac_arc", "saving_rule", "typical_saving", "saving_base",
         "saving_low", "saving_high", "saving_unit", "median_payback_y", "payback_p25_y",
         "payback_p75_y", "implementation_rate", "confidence", "note"),
    ),
}  # fmt: skip
"""File of the transcription: our table, and the columns that both have."""


def transcribed(name: str) -> list[dict[str, str]]:
    path = TRANSCRIBED / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"../shared/reference/{name}.csv is absent")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SAME)
def test_a_table_holds_its_transcription(name: str) -> None:
    table, columns = SAME[name]
    theirs = Counter(tuple(row[c].strip() for c in columns) for row in transcribed(name))
    ours = Counter(tuple(row[c] for c in columns) for row in load_registry().rows(table))
    assert ours == theirs


def test_technologies_leave_out_what_is_not_ours_to_ship() -> None:
    columns = ("technology", "region", "parameter", "year", "value", "value_2030", "unit")
    theirs = Counter(
        tuple(row[c] for c in columns)
        for row in transcribed("microgrid/technologies")
        if "IEA" not in row["source"]
    )
    rows = load_registry().rows("technologies")
    assert Counter(tuple(row[c] for c in columns) for row in rows) == theirs


def test_grades_of_equipment_are_split_by_grade() -> None:
    theirs = Counter(
        row[f"grade{grade}"] for row in transcribed("energy/equipment_grades") for grade in "123"
    )
    assert Counter(row["value"] for row in load_registry().rows("equipment_grades")) == theirs
