"""``celadon run``: the lines of a run, its document, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

ELECTRICITY_WH = 95 * 25_000 + 48 * 1_000
"""95 of 96 quarter hours of 25 kWh, and 1 kWh more in each odd one; the gap is an even one."""


def test_one_line_a_floor(tiny: Path) -> None:
    done = typed("run", "mill", "--period", PERIOD, "-w", tiny)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"mill · Simulated rolling mill · {PERIOD} · working mode"
    labels = [line.split()[0] for line in lines if line[:3].strip() and line.startswith("  ")]
    assert labels == ["▲", "records", "quality", "accounts", "verdicts", "open", "wrote"]
    [records] = [line for line in lines if line.startswith("  records")]
    assert "287 readings from 3 meters, 4 activity rows, 0 laboratory results" in records
    assert records.endswith(" s")
    [quality] = [line for line in lines if line.startswith("  quality")]
    assert "99.65 % measured" in quality
    assert "celadon findings mill --rule no_parameter" in " ".join(done.stdout.split())
    assert (tiny / "out" / "mill" / "2025-03-01_2025-03-02" / "report.html").is_file()


def test_the_lines_in_chinese(tiny: Path) -> None:
    done = typed("run", "mill", "--period", PERIOD, "--no-report", "--lang", "zh", "-w", tiny)
    assert "模拟轧钢厂" in done.stdout
    assert "综合能耗" in done.stdout
    unwrapped = "".join(done.stdout.split())
    assert f"{(tiny / 'cache' / 'mill').as_posix()}/2025-03-01_2025-03-02" in unwrapped


def test_commands_and_paths_work_where_they_are_printed(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", "mill", "--period", PERIOD, "--no-report")
    afar = " ".join(typed(*words, "-w", tiny).stdout.split())
    named = f"--period {PERIOD} --workspace {tiny.as_posix()}"
    assert f"celadon findings mill --rule no_parameter {named}" in afar
    monkeypatch.chdir(tiny / "sites")
    inside = " ".join(typed(*words).stdout.split())
    assert f"celadon reference missing mill --period {PERIOD}" in inside
    assert "--workspace" not in inside
    monkeypatch.chdir(tiny.parent)
    assert "plant/cache/mill/2025-03-01_2025-03-02" in typed(*words, "-w", "plant").stdout


def test_a_mistyped_year_does_not_win(tiny: Path) -> None:
    file = tiny.parent / "typo.csv"
    rows = ("2025-03-03 00:00,25", "2125-03-03 00:15,25")
    file.write_text("\n".join(["时间,e1 (kWh)", *rows]) + "\n", encoding="utf-8")
    assert typed("import", "mill", file, "--profile", "readings-wide", "-w", tiny).exit_code == 0
    done = typed("run", "mill", "--no-report", "-w", tiny)
    assert "data beyond today exist, to 2125-03-03" in done.stderr
    assert "· 2025 ·" in done.stdout.splitlines()[0]


def test_the_document(tiny: Path) -> None:
    words = ("run", "mill", "--period", PERIOD, "--no-report", "-w", tiny)
    [run] = document(*words)["runs"]
    assert (run["site"], run["period"], run["wrote"]) == ("mill", PERIOD, {})
    assert set(run["seconds"]) == {"records", "quality", "accounts", "verdicts"}
    totals = {(t["account"], t["measure"]): t for t in run["summary"]["totals"]}
    # 0.1229 kgce/kWh is a record of the reference tables; gas and diesel come on top.
    assert totals["energy", "calorific_value"]["value"] > ELECTRICITY_WH * 1229 // 10_000_000
    assert totals["energy", "equivalent_value"]["lacking"] == ["electricity"]
    assert any("reference missing mill" in item for item in run["open"])


def test_threads_change_no_digit(tiny: Path) -> None:
    words = ("run", "mill", "--period", PERIOD, "--no-report", "-w", tiny)
    hashes = {
        document(*words, "--threads", n)["runs"][0]["summary"]["header"]["hash"] for n in (1, 4)
    }
    assert len(hashes) == 1


def test_the_period_is_the_latest_year_where_none_is_named(tiny: Path) -> None:
    assert document("run", "--no-report", "-w", tiny)["runs"][0]["period"] == "2025"


def test_the_workspace_is_found_upward(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny / "sites" / "mill")
    assert document("run", "--no-report", "--period", PERIOD)["runs"][0]["site"] == "mill"


def test_as_of_an_earlier_position(tiny: Path) -> None:
    words = ("run", "mill", "--period", PERIOD, "--no-report", "-w", tiny)
    [run] = document(*words, "--as-of", 2)["runs"]
    assert run["summary"]["header"]["read"]["position"] == 2
    text = typed(*words, "--as-of", 2).stdout
    assert "known at position 2 of 3" in text
    assert "wrote" not in text, "what was known earlier is not kept"
    assert refused(*words, "--as-of", 9)["kind"] == "LedgerError"


def test_several_sites_run_together_but_not_as_of_a_position(tiny: Path) -> None:
    other = tiny / "sites" / "other"
    shutil.copytree(tiny / "sites" / "mill", other)
    text = (other / "site.toml").read_text("utf-8").replace('id = "mill" ', 'id = "other" ')
    (other / "site.toml").write_text(text, encoding="utf-8")
    words = ("run", "--period", PERIOD, "--no-report", "-w", tiny)
    assert [run["site"] for run in document(*words)["runs"]] == ["mill", "other"]
    assert "2 sites together · records" in typed(*words).stdout
    assert refused(*words, "--as-of", "1")["kind"] == "WorkspaceError"


@pytest.mark.parametrize("period", ["2025-13", "last year", "2025-03-02/2025-03-01"])
def test_a_bad_period_is_refused(tiny: Path, period: str) -> None:
    error = refused("run", "mill", "--period", period, "-w", tiny)
    assert "2025-01-01/2025-07-01" in error["faults"][0]["rule"]


def test_an_unknown_site_is_refused(tiny: Path) -> None:
    error = refused("run", "mil", "-w", tiny)
    assert error["faults"][0]["rule"] == "the sites here: mill"


def test_no_workspace_and_no_site_are_refused(tmp_path: Path) -> None:
    assert "celadon init" in refused("run", "-w", tmp_path)["faults"][0]["remedy"]
    typed("init", tmp_path / "empty")
    assert "celadon init" in refused("run", "-w", tmp_path / "empty")["faults"][0]["remedy"]


def test_a_site_without_data_needs_a_period(tmp_path: Path) -> None:
    typed("init", tmp_path / "new", "--site", "mill")
    error = refused("run", "-w", tmp_path / "new")
    assert "celadon import mill" in error["faults"][0]["remedy"]
    done = typed("run", "--period", "2025", "--no-report", "--lang", "en", "-w", tmp_path / "new")
    assert done.exit_code == 0
    assert "no readings in the period" in done.stdout


def test_what_the_system_refuses_is_no_traceback(tiny: Path) -> None:
    (tiny / "out").write_text("a file where a folder is needed", encoding="utf-8")
    error = refused("run", "mill", "--period", PERIOD, "-w", tiny)
    assert "out" in error["summary"]
