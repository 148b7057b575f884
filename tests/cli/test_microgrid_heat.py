"""Heat by level on the command line: two tables, and the same as plain data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli.speaking import typed
from tests.plan.components.heat_sites import levelled
from tests.plan.microgrid.sites import reference

from celadon.cli.verbs.microgrid_heat import heat_document
from celadon.plan.microgrid import Plan, plan_design

DESIGN = """
[design]
id = "d"
year = 2025
simulated = true

[[heat_level]]
id = "steam"
pressure = "10 bar"

[[heat_level]]
id = "water"
temperature = "90 degC"

[[demand]]
id = "process"
bus = "heat"
level = "{level}"
series = "2 MW"

[[boiler]]
id = "rod"
level = "water"
efficiency = "99 %"
cost = {{ annual = "60 CNY/kW" }}

[[grid]]
id = "grid"
price = "0.6 CNY/kWh"

[[waste_heat]]
id = "flue"
available = "1 MW"
temperature = "140 degC"
cooled_to = "60 degC"
approach = "10 K"
cost = {{ annual = "50 CNY/kW" }}
"""


def test_plain_data_of_a_plan_is_json() -> None:
    plan = plan_design(levelled())
    assert isinstance(plan, Plan)
    told: dict[str, Any] = json.loads(json.dumps(heat_document(plan)))
    assert [level["level"] for level in told["heat_levels"]] == [
        "high", "steam", "hot-water", "floor"
    ]  # fmt: skip
    assert set(told["waste_heat"][0]["direct"]) == {"steam", "hot-water", "floor"}
    plain = plan_design(reference(48))
    assert isinstance(plain, Plan)
    assert heat_document(plain) == {}


@pytest.mark.parametrize(("language", "words"), [("en", "waste heat"), ("zh", "余热")])
def test_the_levels_are_shown(tmp_path: Any, language: str, words: str) -> None:
    """Half of the stream, (140 - 90 - 10) / 80, serves the water in every hour: 4,380 MWh."""
    file = tmp_path / "design.toml"
    file.write_text(DESIGN.format(level="water"), encoding="utf-8")
    done = typed("microgrid", "design", file, "--lang", language)
    assert done.exit_code == 0
    assert words in done.stdout
    assert "4,380" in done.stdout
    assert "90.0" in done.stdout


@pytest.mark.parametrize(("language", "words"), [("en", "cannot be met"), ("zh", "需求无法满足")])
def test_a_level_that_lacks_heat_is_named(tmp_path: Any, language: str, words: str) -> None:
    file = tmp_path / "design.toml"
    file.write_text(DESIGN.format(level="steam"), encoding="utf-8")
    done = typed("microgrid", "design", file, "--lang", language)
    assert done.exit_code == 2
    assert "steam (180 °C)" in done.stdout + done.stderr
    assert words in done.stdout + done.stderr


def test_a_wrong_level_is_refused_in_chinese(tmp_path: Any) -> None:
    file = tmp_path / "design.toml"
    file.write_text(DESIGN.format(level="stem"), encoding="utf-8")
    done = typed("microgrid", "design", file, "--lang", "zh")
    assert done.exit_code == 2
    assert "应为热力等级的 id：steam (179.89 °C), water (90.00 °C)" in done.stderr
    assert "Traceback" not in done.stderr
