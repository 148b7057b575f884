"""``celadon judge`` as it is typed: the ladder of a works, and the outcomes of several."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

from celadon.app.desk_check import _Asked, _machine_questions
from celadon.app.templating import site_equipment
from celadon.app.workspace import Workspace
from celadon.assess.machines import pieces_of
from celadon.records.period import Period

DECLARED = """
[[norm]]
id = "as-clinker"
product = "rolled"
subject = "clinker"
indicator = "comprehensive_energy"
[norm.facts]
altitude_m = "100"

[[machine]]
id = "fan-1"
class = "motor"
kind = "induction"
power_kw = "30"
poles = 4
efficiency = "94.9"
listed = "eliminated"
document = "模拟目录 1"

[[machine]]
id = "pump-1"
class = "pump"
listed = "none"
document = "模拟目录 2"
"""


@pytest.fixture
def declared(tiny: Path) -> Path:
    path = tiny / "sites" / "mill" / "site.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + DECLARED, encoding="utf-8")
    return tiny


def test_a_product_machines_and_a_price(declared: Path) -> None:
    found = document("judge", "mill", "--period", PERIOD, "-w", declared)["verdicts"]
    rules = {(row["subject"], row["rule"]): row for row in found}
    product = rules["rolled", "norm"]
    assert product["standard"] == "GB 16780-2021"
    assert product["printed"] == ["p. 4, table 2"]
    assert product["limits"]["grade_3"] == "117"
    motor = rules["fan-1", "equipment-grade"]
    assert (motor["outcome"], motor["next"]) == ("grade_2", {"limit": "grade_1", "beyond": "1"})
    price = rules["mill", "differential-price"]
    assert price["outcome"] == "due"
    assert "fan-1 is eliminated" in price["told"] or "fan-1 属于淘汰类" in price["told"]
    bought = document("account", "mill", "--period", PERIOD, "--account", "supply", "-w", declared)
    assert bought
    # 0.6 CNY/kWh of the Hebei notice, on the kilowatt-hours that the reason names
    energy = next(
        r["numbers"]["energy"] for r in price["because"] if r["reason"] == "price_surcharge"
    )
    assert price["num"] == round(float(energy) * 60)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["comprehensive energy per product", "grade 2", "machines, 2 numbers", "surcharge"]),
        ("zh", ["单位产品综合能耗", "2 级", "设备（2 个编号）", "差别电价：应加价"]),
    ],
)
def test_the_ladder_as_people_read_it(declared: Path, language: str, words: list[str]) -> None:
    shown = typed("judge", "mill", "--period", PERIOD, "-w", declared, "--lang", language)
    assert shown.exit_code == 0, shown.output
    for word in words:
        assert word in shown.stdout
    one = typed(
        "judge", "--subject", "fan-1", "--period", PERIOD, "-w", declared, "--lang", language
    )
    assert "GB 18613-2020" in one.stdout
    assert "GB 16780" not in one.stdout


def test_together_leaves_a_table(declared: Path) -> None:
    found = document("judge", "--together", "--period", PERIOD, "-w", declared)
    assert (found["sites"], found["failed"]) == (1, 0)
    table = pq.read_table(declared / found["file"])
    assert table.num_rows == found["verdicts"]
    assert {"norm", "equipment-grade", "peers"} <= set(table["rule"].to_pylist())
    shown = typed("judge", "--together", "--period", PERIOD, "-w", declared, "--lang", "en")
    assert f"{found['verdicts']} verdicts" in shown.stdout
    after = typed("judge", "mill", "--period", PERIOD, "-w", declared, "--lang", "en")
    assert "celadon judge --together" not in after.stdout
    assert "peers with a figure: 1," in after.stdout


def test_a_product_without_a_norm_is_named(tiny: Path) -> None:
    found = document("judge", "--period", PERIOD, "-w", tiny)
    assert (found["site"], found["without_norm"]) == ("mill", ["rolled"])


def test_what_cannot_be_judged_is_refused(tiny: Path) -> None:
    refused("judge", "kiln", "-w", tiny)
    refused("judge", "mill", "kiln", "-w", tiny)
    error = refused("judge", "mill", "--period", PERIOD, "--subject", "kiln", "-w", tiny)
    assert "--subject" in error["summary"]
    shown = typed("judge", "a", "b", "-w", tiny, "--lang", "zh")
    assert "要判定哪个厂区" in shown.stderr


def test_a_desk_check_asks_of_machines_once(declared: Path) -> None:
    workspace = Workspace(declared)
    pieces = pieces_of(workspace.site("mill"), site_equipment(workspace, "mill"))
    registry, year = workspace.registry(), Period.parse("2025")
    asked = [*_machine_questions(pieces, _Asked(registry, year, "en"))]
    assert len(asked) == 1  # the motor has its grade, the pump has neither label nor table
    assert asked[0].startswith("pump-1 (1) · GB 19762: its label is not recorded")
