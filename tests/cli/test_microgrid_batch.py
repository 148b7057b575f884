"""``celadon microgrid batch`` in both languages, and its one document."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.app.test_microgrid_batch import add
from tests.cli.speaking import document, refused, typed

from celadon.app.microgrids.tables import MICROGRID_SITE


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch") / "sites"
    add(folder / "one")
    add(folder / "tight", most="0.1 MW")
    add(folder / "wrong", price="0.65 MW")
    return folder


def test_a_batch_is_told_in_short(sites: Path) -> None:
    english = typed("microgrid", "batch", sites, "--workers", 1, "--lang", "en")
    assert english.exit_code == 1
    assert "3 sites" in english.stdout
    assert "1 planned · 1 with demands that cannot all be kept · 1 with files" in english.stdout
    assert "tight · with demands that cannot all be kept" in english.stdout
    assert "green share: 20.00 %" in english.stdout
    assert "2.50 % would be enough" in english.stdout
    assert "grid[1].price" in english.stdout
    assert "2 of the sites have simulated figures" in english.stdout
    assert "3 of 3 sites · " in english.stderr
    chinese = typed("microgrid", "batch", sites, "--workers", 1, "--lang", "zh")
    assert chinese.exit_code == 1
    assert "放宽到 2.50 % 即可" in chinese.stdout
    assert "先前已完成且未变化 3 个" in chinese.stdout
    assert "模拟数据" in chinese.stdout


def test_a_batch_is_one_document(sites: Path) -> None:
    done = typed("microgrid", "batch", sites, "--workers", 1, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["statuses"] == {"planned": 1, "infeasible": 1, "refused": 1}
    assert [each["site"] for each in found["without"]] == ["tight", "wrong"]
    assert found["without"][0]["faults"][0]["remedy"] == "2.50 % would be enough"
    assert float(found["cost_cny"]) > 0


def test_a_folder_without_designs_is_refused(tmp_path: Path) -> None:
    assert refused("microgrid", "batch", tmp_path)["summary"] == "There is nothing to plan"
    (tmp_path / "batch").write_text("", encoding="utf-8")
    add(tmp_path / "site")
    assert "not a folder" in refused("microgrid", "batch", tmp_path)["summary"]


@pytest.mark.long
def test_a_simulated_population_comes_to_its_truth(tmp_path: Path) -> None:
    folder = tmp_path / "population"
    words = ("simulate", "microgrids", folder, "--sites", 12, "--seed", 5, "--broken", 0.6)
    assert document(*words)["planted"] > 4
    typed("microgrid", "batch", folder, "--workers", 1)
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["site"]: row["status"] for row in csv.DictReader(file)}
    table = MICROGRID_SITE.read(folder / "batch" / MICROGRID_SITE.name / "part-0001.parquet")
    assert {row["design"]: row["status"] for row in table.to_pylist()} == truth


def test_simulated_sites_are_told_to_be_simulated(tmp_path: Path) -> None:
    words = ("simulate", "microgrids", tmp_path / "a", "--sites", 2)
    assert "no figure is of any real site" in typed(*words, "--lang", "en").stdout
    assert "虚构" in typed(*words[:2], tmp_path / "b", "--sites", 2, "--lang", "zh").stdout
    assert refused(*words)["summary"] == "Nothing is overwritten"
