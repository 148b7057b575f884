"""``celadon run`` over many sites: the short summary, the document, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.app.nation import add_enterprise, make_nation, site_id, without_gas
from tests.cli.speaking import refused, typed

from celadon.app.national import nation
from celadon.cli.verbs import run_nation


@pytest.fixture(autouse=True)
def _one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nation, "code_state", lambda: "tested")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_nation(tmp_path, 4).folder


WORDS = ("run", "--together", "--period", "2025-03", "--workers", "1")


def test_the_whole_in_short(folder: Path) -> None:
    done = typed(*WORDS, "-w", folder)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "4 sites · 2025-03"
    assert "4 run" in lines[1]
    assert any(line.split()[:2] == ["Hebei", "4"] for line in lines)
    assert "4 of 4 sites" in done.stderr
    assert "left" in done.stderr
    again = typed(*WORDS, "-w", folder)
    assert "4 done before and unchanged" in again.stdout
    chinese = typed(*WORDS, "--lang", "zh", "-w", folder).stdout
    assert "河北省" in chinese
    # the gas of no site is told, so no month of any is whole: no total goes without saying so
    assert "t CO₂ ▲" in lines[3]
    assert "▲ carbon: 4 of 4 sites, 0 of 4 site-months whole" in done.stdout
    assert "▲ 碳排放：含 4 个厂区中的 4 个，4 个厂区月中 0 个完整" in chinese


def test_a_bad_site_is_told_and_the_exit_code_says_so(folder: Path) -> None:
    (folder / "sites" / site_id(1) / "site.toml").write_text("format = 1\n", encoding="utf-8")
    done = typed(*WORDS, "-w", folder)
    assert done.exit_code == run_nation.INCOMPLETE
    assert "1 could not be run" in done.stdout
    assert site_id(1) in done.stdout
    assert "▲ carbon: 3 of 4 sites" in done.stdout
    assert "▲ in no province and no industry: 1 site" in done.stdout
    assert "Traceback" not in done.output


def test_the_document(folder: Path) -> None:
    (folder / "sites" / site_id(2) / "site.toml").write_text("format = 1\n", encoding="utf-8")
    done = typed(*WORDS, "--json", "-w", folder)
    assert done.exit_code == run_nation.INCOMPLETE
    found = json.loads(done.stdout)
    assert (found["sites"], found["run"], found["kept"]) == (4, 3, 0)
    [failed] = found["failed"]
    assert failed["site"] == site_id(2)
    assert all(fault["remedy"] for fault in failed["faults"])
    assert found["summary"]["whole"]["sites"] == 3
    cover = found["summary"]["whole"]["covers"]["carbon"]
    assert (cover["sites"], cover["of_sites"], cover["is_whole"]) == (3, 4, False)
    assert found["summary"]["regions"]["CN-HE"]["totals"]


def test_totals_that_are_whole_say_so(tmp_path: Path) -> None:
    workspace = make_nation(tmp_path, 0)
    for number in (0, 3):
        add_enterprise(workspace, number, meters=True, text=without_gas(number))
    shown = typed(*WORDS, "-w", workspace.folder).stdout
    totals = next(line for line in shown.splitlines() if line.lstrip().startswith("totals"))
    assert "t CO₂" in totals
    assert "t CO₂ ▲" not in totals


def test_patterns_choose(folder: Path) -> None:
    done = typed("run", "e00[01]", "--together", "--period", "2025-03", "-w", folder, "--json")
    assert json.loads(done.stdout)["sites"] == 2
    error = refused("run", "x*", "--together", "--period", "2025-03", "-w", folder)
    assert "pattern" in error["faults"][0]["remedy"]


def test_the_latest_year_where_no_period_is_named(folder: Path) -> None:
    done = typed("run", "--together", "--workers", "1", "-w", folder, "--json")
    assert json.loads(done.stdout)["period"] == "2025"


def test_a_position_is_of_one_site(folder: Path) -> None:
    refused("run", "--together", "--as-of", "2", "-w", folder)
