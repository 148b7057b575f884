"""``celadon microgrid years``: a design over its years, told and left as tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed
from tests.cli.test_microgrid import DESIGN, quicker

from celadon.plan.years.tables import INVESTED, MICROGRID_STAGE, MICROGRID_YEAR

YEARS = """
[years]
first = 2025
count = 6
discount_rate = "5 %"
stages = [2025, 2028]

[[years.path]]
of = "grid.price"
growth = "2 %"

[[years.path]]
of = "roof.cost"
points = { 2025 = 1.0, 2028 = 0.8 }

[[years.fade]]
of = "roof"
share = "0.5 %"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document("microgrid", "init", tmp_path / "site")
    quicker(tmp_path / "site")
    return tmp_path / "site"


def add(folder: Path, text: str) -> Path:
    path = folder / DESIGN
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return path


def test_the_years_are_planned_and_left(folder: Path) -> None:
    path = add(folder, YEARS)
    found = document("microgrid", "years", path)
    assert [s["begins"] for s in found["stages"]] == [2025, 2028]
    roof = [s["standing"]["roof.capacity"] for s in found["stages"]]
    assert 0 < roof[0] <= roof[1]
    assert found["stages"][0]["effective"]["roof.capacity"] < roof[0]
    assert found["proof"]["gap"] <= 1e-6
    proof = found["proof"]
    assert proof["worked_out_again_kcny"] == pytest.approx(proof["objective_kcny"], rel=1e-6)
    worth = sum(float(y["cost_cny"]) * y["discount"] for y in found["years"])
    assert worth == pytest.approx(float(found["present_value_cny"]), rel=1e-6)
    into = folder / "out" / "years"
    stages = MICROGRID_STAGE.read(into / "microgrid_stage.parquet").to_pylist()
    assert {row["begins"] for row in stages} == {2025, 2028}
    years = MICROGRID_YEAR.read(into / "microgrid_year.parquet").to_pylist()
    total = sum(row["value"] for row in years if row["part"] != INVESTED)
    assert total == pytest.approx(sum(float(y["cost_cny"]) for y in found["years"]) * 100, abs=200)
    alone = document("microgrid", "design", path)  # one year is still planned as one year
    assert alone["status"] == "planned"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("for all years, at 5 %", "bought in", "paid out")),
        ("zh", ("现值", "新增于", "有效")),
    ],
)
def test_it_is_told_in_both_languages(folder: Path, language: str, told: tuple[str, ...]) -> None:
    done = typed("microgrid", "years", add(folder, YEARS), "--lang", language)
    assert done.exit_code == 0, done.output
    for text in told:
        assert text in done.stdout


def test_what_cannot_be_planned_is_refused(folder: Path) -> None:
    path = folder / DESIGN
    assert refused("microgrid", "years", path)["faults"][0]["where"] == [DESIGN, "years"]
    add(folder, YEARS.replace("2028]", "2031]"))
    assert refused("microgrid", "years", path)["faults"][0]["where"][-1] == "stages"


def test_a_stage_without_a_design_is_named(folder: Path) -> None:
    path = add(folder, YEARS + '\n[[years.path]]\nof = "rule.green share"\ntimes = [1,1,1,3,3,3]\n')
    error = refused("microgrid", "years", path)
    assert error["faults"][0]["where"] == [DESIGN, "2028"]
    assert "green share" in error["faults"][0]["found"]
