"""What the sheet of a plan says of its figures: origin, denominators, letters, fee, factors."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

from celadon.app.microgrid_reporting import report_design
from celadon.plan.microgrid.tables import MICROGRID_ORIGIN
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.origin import origin_blocks

DESIGN = """\
[design]
id = "site"
year = 2025
project_year = 2031

[[demand]]
id = "works"
series = "3 MW"

[grid]
id = "grid"
price = "0.6 CNY/kWh"
electricity_factor = { programme = "enterprise_gbt32150", area = "CN-HE" }
connection = { annual = "0 CNY/kW" }
[grid.nearby_consumption]
capacity_price = "30 CNY/kW"
energy_price = "0.1 CNY/kWh"
load_factor = "50 %"

[[photovoltaics]]
id = "roof"
yields = "20 %"
most = "9 MW"
cost = { annual = "330 CNY/kW" }

[[battery]]
id = "store"
charge_efficiency = "90 %"
discharge_efficiency = "90 %"
power_cost = { annual = "60 CNY/kW" }
energy_cost = { annual = "90 CNY/kWh" }
origin = "separate"

[[rule]]
kind = "green_share"
set = "NDRC-2025-1192"

[[rule]]
kind = "local_use"
limit = "60 %"
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def test_the_sheet_in_both_languages(design: Path) -> None:
    shown = {
        language: " ".join(typed("microgrid", "design", design, "--lang", language).stdout.split())
        for language in ("en", "zh")
    }
    for part in (
        "≥ 35.00 % of consumed", "≥ 60.00 % of available", "local use, of generated",
        "export, of generated", "green and other power are two contents of one store",
        "is no use", "sun and wind, generated", "a draft, not for official forms",
        "green share (B)", "MW connected at 66.50 CNY/kW a month",
        "has the letter D and is to be checked in the text", "co2_factor, letter C",
    ):  # fmt: skip
        assert part in shown["en"], part
    for part in ("储能分绿电与其他电两本账", "不计为用电", "草稿，不得用于正式报表",
                 "公式可信度为 D", "可信度 C", "占实际发电量", "绿电比例 (B)",
                 "发改价格〔2025〕1192号 (B)"):  # fmt: skip
        assert part in shown["zh"], part
    assert "local use (" not in shown["en"]  # the user's own limit has no letter to doubt


def test_the_sheet_as_plain_data_and_as_a_table(design: Path) -> None:
    found = document("microgrid", "design", design)
    assert found["origin"]["method"] == "separate"
    assert not found["origin"]["losses_are_use"]
    assert found["draft"] == [{"rule": "green share", "confidence": "B"}]
    assert found["shares"]["green_share_of_consumed"] >= 0.35 - 1e-9
    table = MICROGRID_ORIGIN.read(design.parent / "out" / "microgrid_origin.parquet").to_pylist()
    assert {row["part"]: row["count"] for row in table} == {
        part: pytest.approx(amount * 1e6, abs=1) for part, amount in found["origin"]["mwh"].items()
    }
    assert {row["method"] for row in table} == {"separate"}


def test_a_store_without_an_account_says_so(design: Path) -> None:
    text = DESIGN.replace('origin = "separate"\n', "")
    design.write_text(text, encoding="utf-8")
    found = document("microgrid", "design", design)
    assert found["origin"] == {"method": "none", "losses_are_use": True, "mwh": {}}
    shown = typed("microgrid", "design", design, "--lang", "en").stdout
    assert "what is stored has no account of its origin" in shown


def test_the_report_tells_the_same(design: Path) -> None:
    content = report_design(design)[1]
    assert content is not None
    for language, method in (("en", "two contents of one store"), ("zh", "两本账")):
        blocks = origin_blocks(Draft(content, language))
        told = str(blocks)
        assert method in told
        assert "(B)" in told
        assert len(blocks) == 3
    (power,) = (line for line in content.carbon if line.carrier == "electricity")
    assert not power.own
    assert power.records[0].area == "CN-HE"


def test_a_factor_of_a_year_that_is_not_announced_is_refused(design: Path) -> None:
    design.write_text(DESIGN.replace("year = 2025\n", "year = 2026\n", 1), encoding="utf-8")
    (fault,) = refused("microgrid", "design", design)["faults"]
    assert "the nearest is 2025 with" in fault["remedy"]
