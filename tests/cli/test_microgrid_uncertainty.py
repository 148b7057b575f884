"""``celadon microgrid scenarios``, ``reprice``, ``sensitivity``, ``break-even``, as typed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed
from tests.cli.test_microgrid import DESIGN, quicker

from celadon.plan.microgrid.tables import MICROGRID_SIZE
from celadon.plan.uncertainty.tables import (
    MICROGRID_ALTERNATIVE,
    MICROGRID_BREAK_EVEN,
    MICROGRID_DRAW,
    MICROGRID_DRAWN,
    MICROGRID_PERCENTILE,
    MICROGRID_SCENARIO,
    MICROGRID_SENSITIVITY,
    MICROGRID_SENSITIVITY_SIZE,
)

SCENARIOS = """
[[scenario]]
id = "usual"
probability = "70 %"

[[scenario]]
id = "dear"
probability = "30 %"
times = { "grid.price" = "140 %", load = 1.1 }

[risk]
confidence = "80 %"
weight = "25 %"
"""
UNCERTAIN = """
[[uncertain]]
what = "price of grid"
spread = "10 %"
source = "invented"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document("microgrid", "init", tmp_path / "site")
    quicker(tmp_path / "site")
    path = tmp_path / "site" / DESIGN
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("[[rule]]")[0], encoding="utf-8")
    return tmp_path / "site"


def add(folder: Path, text: str) -> Path:
    with (folder / DESIGN).open("a", encoding="utf-8") as file:
        file.write(text)
    return folder / DESIGN


def test_a_design_for_scenarios_is_planned_proved_and_written(folder: Path) -> None:
    path = add(folder, SCENARIOS)
    found = document("microgrid", "scenarios", path)
    assert found["proof"]["gap"] <= 1e-6
    assert all(check["largest_breach"] <= 1e-5 for check in found["replay"].values())
    costs = {name: Fraction(each["cost_cny"]) for name, each in found["scenarios"].items()}
    expected = Fraction(7, 10) * costs["usual"] + Fraction(3, 10) * costs["dear"]
    assert abs(expected - Fraction(found["expected_cny"])) <= Fraction(2, 100)
    tail = (Fraction(20, 100) * costs["dear"]) / Fraction(20, 100)
    assert abs(tail - Fraction(found["conditional_value_at_risk_cny"])) <= Fraction(2, 100)
    assert Fraction(found["value_of_stochastic_solution_cny"]) >= -1
    assert list(found["alternatives"]) == ["mean scenario", "usual", "dear"]
    into = folder / "out" / "scenarios"
    rows = MICROGRID_SCENARIO.read(into / "microgrid_scenario.parquet").to_pylist()
    assert {r["scenario"]: Fraction(r["cost"], 100) for r in rows} == costs
    others = MICROGRID_ALTERNATIVE.read(into / "microgrid_alternative.parquet")
    assert len(others) == 4 * 2
    assert MICROGRID_SIZE.read(into / "microgrid_size.parquet")["block"].to_pylist() == [
        "roof.capacity"
    ]
    told = typed("microgrid", "scenarios", path, "--no-regret", "--lang", "zh").stdout
    assert "最不利 20 %" in told


def test_an_infeasible_scenario_is_named_with_what_to_relax(folder: Path) -> None:
    text = SCENARIOS.replace('"grid.price" = "140 %"', '"roof.most" = 0.01')
    rule = '\n[[rule]]\nkind = "green_share"\nlimit = "20 %"\n'
    path = add(folder, rule + text)
    done = typed("microgrid", "scenarios", path, "--lang", "en")
    assert done.exit_code == 2
    assert "no design serves all scenarios" in done.stdout
    assert "dear" in done.stdout
    assert "green share: 20.00 % →" in done.stdout or "roof.capacity" in done.stdout
    found = json.loads(typed("microgrid", "scenarios", path, "--json").stdout)
    assert list(found["alone"]) == ["dear"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (SCENARIOS.replace("30 %", "40 %"), "70 % + 40 % = 110 %"),
        (SCENARIOS.replace("80 %", "100 %"), "risk.confidence"),
        (SCENARIOS.replace("load = 1.1", "lod = 1.1"), "lod"),
        (SCENARIOS.replace("load = 1.1 }", 'load = 1.1 }\nprofiles = "no.csv"'), "no.csv"),
        ("", "no table"),
    ],
)
def test_faults_of_scenarios_are_told_in_their_place(folder: Path, wrong: str, told: str) -> None:
    assert told in json.dumps(refused("microgrid", "scenarios", add(folder, wrong)))


def test_a_bought_system_is_run_through_drawn_years(folder: Path) -> None:
    path = add(folder, UNCERTAIN + SCENARIOS)
    document("microgrid", "design", path)
    found = document("microgrid", "reprice", path, "--draws", 40, "--plan", folder / "out")
    assert found["solved"] < 20
    cost = found["measures"]["cost"]["percentiles"]
    values = [Fraction(each["value"]) for each in cost]
    assert values == sorted(values)
    assert cost[0]["low"] is None  # forty draws do not tell where the lowest twentieth ends
    assert set(found["scenarios_cny"]) == {"usual", "dear"}
    into = folder / "out" / "reprice"
    draws = MICROGRID_DRAW.read(into / "microgrid_draw.parquet").to_pylist()
    assert len(draws) == 40
    assert all(row["least"] <= row["most"] for row in draws)
    assert len(MICROGRID_DRAWN.read(into / "microgrid_drawn.parquet")) == 40
    assert {"cost.svg", "saving.svg"} <= {path.name for path in into.iterdir()}
    ranks = MICROGRID_PERCENTILE.read(into / "microgrid_percentile.parquet")
    assert len(ranks) == 3 * len(cost)
    again = document("microgrid", "reprice", path, "--draws", 40, "--plan", folder / "out")
    assert again["measures"] == found["measures"]
    told = typed("microgrid", "reprice", path, "--draws", 8, "--lang", "zh").stdout
    assert "简单回收期" in told


def test_what_cannot_be_drawn_is_refused(folder: Path) -> None:
    path = add(folder, UNCERTAIN)
    assert "one at least" in json.dumps(refused("microgrid", "reprice", path, "--draws", 0))
    gone = refused("microgrid", "reprice", path, "--plan", folder / "nowhere")
    assert "microgrid_size.parquet" in json.dumps(gone)
    text = path.read_text(encoding="utf-8").replace("10 %", "-10 %")
    path.write_text(text, encoding="utf-8")
    assert "uncertain[1].spread" in json.dumps(refused("microgrid", "reprice", path))


def test_a_parameter_is_swung_and_broken_even(folder: Path) -> None:
    path = folder / DESIGN
    found = document(
        "microgrid", "sensitivity", path, "--of", "roof.cost", "--of", "grid.price", "--steps", 2
    )
    assert [each["what"] for each in found["sensitivity"]] == ["grid.price", "roof.cost"]
    for each in found["sensitivity"]:
        assert [answer["times"] for answer in each["answers"]] == [0.5, 1.0, 1.5]
        assert each["answers"][1]["cost_cny"] == found["cost_cny"]
    into = folder / "out" / "sensitivity"
    assert len(MICROGRID_SENSITIVITY.read(into / "microgrid_sensitivity.parquet")) == 6
    assert "grid.price" in (into / "tornado.svg").read_text(encoding="utf-8")
    sizes = MICROGRID_SENSITIVITY_SIZE.read(into / "microgrid_sensitivity_size.parquet")
    assert len(sizes) == 6
    asked = ("microgrid", "break-even", path, "--of", "roof.cost", "--until", "roof.capacity")
    found = document(*asked, "--to", 20)
    (change,) = found["changes"]
    assert change["holds_below"]
    assert change["high"] - change["low"] <= 2e-3 * change["high"]
    table = MICROGRID_BREAK_EVEN.read(
        folder / "out" / "break-even" / "microgrid_break_even.parquet"
    )
    assert len(table) == 1
    assert "there below" in typed(*asked, "--to", 20, "--lang", "en").stdout
    assert "始终成立" in typed(*asked, "--to", 1.01, "--lang", "zh").stdout


def test_what_is_no_parameter_and_no_range_is_refused(folder: Path) -> None:
    path = folder / DESIGN
    told = refused("microgrid", "sensitivity", path, "--of", "roof.cots")
    assert "roof.cost" in json.dumps(told)
    assert "--of" in json.dumps(refused("microgrid", "sensitivity", path))
    told = refused("microgrid", "sensitivity", path, "--of", "roof.cost", "--from", 2)
    assert "rising" in json.dumps(told)
    told = refused("microgrid", "break-even", path, "--of", "roof.cost", "--until", "roof.size")
    assert "roof.capacity" in json.dumps(told)
