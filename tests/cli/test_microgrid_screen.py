"""``celadon microgrid screen`` of a file and of a folder, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.app.test_microgrid_batch import add
from tests.cli.speaking import document, refused, typed

from celadon.app.microgrids.tables import MICROGRID_SCREEN


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screen") / "sites"
    add(folder / "one")
    add(folder / "tight", most="0.1 MW")
    add(folder / "wrong", price="0.65 MW")
    return folder


def test_a_site_is_told_in_short(sites: Path) -> None:
    file = sites / "one" / "design.toml"
    english = typed("microgrid", "screen", file, "--days", 3, "--lang", "en")
    assert english.exit_code == 0, english.output
    for text in (
        "simulated figures, not of any real site", "typical days stand for 365",
        "these capacities, run through the full year", "no design costs less, proved",
        "more at most", "saved: ", "roof.capacity", "celadon microgrid design",
    ):  # fmt: skip
        assert text in english.stdout
    chinese = typed("microgrid", "screen", file, "--days", 3, "--quick", "--lang", "zh")
    assert "按典型日估算" in chinese.stdout
    assert "任何方案都不低于此" in chinese.stdout
    assert "全年成本" not in chinese.stdout
    (row,) = MICROGRID_SCREEN.read(
        sites / "one" / "out" / "screening" / "microgrid_screen.parquet"
    ).to_pylist()
    assert (row["design"], row["status"], row["cost"]) == ("same", "screened", None)


def test_a_site_is_one_document(sites: Path) -> None:
    found = document("microgrid", "screen", sites / "one" / "design.toml", "--days", 3)
    lower, cost = (float(found[each]) for each in ("lower_cny", "cost_cny"))
    assert 0 < lower <= cost
    assert sum(each["stands_for"] for each in found["days"]) == 365
    assert sum(float(part) for part in found["costs_cny"].values()) == pytest.approx(cost, abs=0.1)


def test_what_cannot_be_kept_ends_with_a_code_of_its_own(sites: Path) -> None:
    file = sites / "tight" / "design.toml"
    english = typed("microgrid", "screen", file, "--lang", "en")
    assert english.exit_code == 2
    assert "no design keeps all demands" in english.stdout
    assert "green share: 20.00 % → 2.50 %" in english.stdout
    assert "of the full year too" in english.stdout
    found = json.loads(typed("microgrid", "screen", file, "--json").stdout)
    assert (found["status"], found["is_proved"]) == ("infeasible", True)


def test_a_folder_is_ranked(sites: Path) -> None:
    done = typed(
        "microgrid", "screen", sites, "--days", 3, "--quick", "--workers", 1, "--lang", "en"
    )
    assert done.exit_code == 1
    assert "1 screened" in done.stdout
    assert "saved, CNY/a" in done.stdout
    assert "tight · with demands that cannot all be kept" in done.stdout
    assert "order by saving desc" in " ".join(done.stdout.split())  # wrapped where paths are long
    again = typed("microgrid", "screen", sites, "--days", 3, "--quick", "--workers", 1, "--json")
    found = json.loads(again.stdout)
    assert (found["run"], found["kept"]) == (0, 3)
    assert found["ranked"][0]["site"] == "one"


def test_a_folder_without_designs_is_refused(tmp_path: Path) -> None:
    assert refused("microgrid", "screen", tmp_path)["summary"] == "There is nothing to plan"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "Cannot read" in refused("microgrid", "screen", tmp_path / "design.toml")["summary"]
