"""``celadon reference lint`` as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

HEADER = (
    "record,subject,subject_zh,parameter,set,area,basis,data_year,value,value_low,value_high,unit,"
    "valid_from,valid_to,source,locator,confidence,note"
)
LNG = "fuels/own/{0}/net_calorific_value,{0},,net_calorific_value,own,,,,50.179,,,GJ/t,,,own,,C,"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "fuels.csv"
    path.write_text("\n".join([HEADER, LNG.format("lng"), LNG.format("lpg"), ""]), encoding="utf-8")
    return path


def test_a_file_with_an_error(table: Path) -> None:
    shown = typed("reference", "lint", table, "--lang", "en")
    assert shown.exit_code == 0
    assert "error · LNG with the figure of LPG (lng_as_lpg) · 1" in shown.stdout
    assert "found     value  50.179 GJ/t, as LPG" in shown.stdout
    assert "do        compare with print" in shown.stdout


def test_a_file_in_chinese(table: Path) -> None:
    shown = typed("reference", "lint", table, "--lang", "zh").stdout
    assert "错误 · 液化天然气用了液化石油气的数值" in shown
    assert "LPG" not in shown.replace("lng_as_lpg", "")


def test_a_table_as_json(table: Path) -> None:
    found = document("reference", "lint", "steam_enthalpy", "--lang", "en")
    assert found["rows"] == {"steam_enthalpy": 442}
    known = [one for one in found["findings"] if one["known"]]
    assert {one["severity"] for one in known} == {"doubt"}
    assert all(one["expected"] and one["remedy"] for one in found["findings"])


def test_licences_that_are_not_known_are_counted(tmp_path: Path) -> None:
    """139 rows of European technologies: the terms of their input data were not read."""
    found = document("reference", "lint", "-w", tmp_path)["licences"]
    assert (found["unknown_rows"], found["unknown_sources"]) == (139, 17)
    shown = typed("reference", "lint", "--lang", "en", "-w", tmp_path).stdout
    assert "licence not known: 139 rows of 17 sources (looked for)" in shown
    assert document("reference", "lint", "fuels", "-w", tmp_path)["licences"] is None


def test_one_rule_in_full(table: Path) -> None:
    shown = typed("reference", "lint", "fuels", "--rule", "lng_as_lpg", "--lang", "en").stdout
    assert "known, left as printed · 2" in shown
    assert "--rule" in refused("reference", "lint", "--rule", "nonsense")["summary"]


def test_nothing_of_that_name(table: Path) -> None:
    error = refused("reference", "lint", "no-such-table")
    assert "fuels" in error["faults"][0]["rule"]
