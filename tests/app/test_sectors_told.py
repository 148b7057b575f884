"""A sector's month from files to explanation: gases, formulas, numbers of the method itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.shop import MARCH, make_workspace, take, write_books, write_laboratory

from celadon.accounts.tables import LEAF, PARAMETER
from celadon.app.explaining import Node, Question, explain
from celadon.app.running import SiteRun, cached_run
from celadon.app.workspace import Workspace

SMELTER = """\
format = 1

[site]
id = "works"
name_zh = "模拟电解铝厂"
simulated = true
country = "CN"
region = "CN-HE"
zone = "Asia/Shanghai"

[owner]
name = "模拟企业"
credit_code = "91999999MA00FAKE83"

[accounting]
carbon_method = "electrolytic-aluminium-ndrc-2013"

[[unit]]
id = "pots"

[[product]]
id = "metal"
name_zh = "原铝"
monthly = "production"
carbon = "metal"
"""
MINUTES = "平均每天每槽阳极效应持续时间（分钟）"


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from walk(part)


@pytest.fixture(scope="module")
def smelter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, SiteRun]:
    folder: Path = tmp_path_factory.mktemp("smelter")
    workspace = make_workspace(folder, SMELTER)
    made = [("原铝", "产量", "2025-03-01", "2025-03-31", 1000, "t")]
    take(workspace, write_books(folder / "books.xlsx", made))
    found = [("原铝", MINUTES, "2025-03-01", "2025-03-31", 2.25, "1", "化验", "L1")]
    take(workspace, write_laboratory(folder / "laboratory.xlsx", found))
    month = cached_run(workspace, "works", MARCH)
    return workspace, month


def test_a_product_s_samples_reach_its_lines(smelter: tuple[Workspace, SiteRun]) -> None:
    """1,000 t x 0.143 kg/t x 2.25 minutes; C2F6 a tenth of it."""
    values = {row["leaf"].split("/")[4]: row["value"] for row in _leaves(smelter[1], "gas")}
    assert values == {"cf4": 321_750, "c2f6": 32_175}


def _leaves(month: SiteRun, account: str) -> list[dict[str, object]]:
    return [row for row in month.table(LEAF).to_pylist() if row["account"] == account]


def test_gases_formulas_and_own_numbers_are_told(smelter: tuple[Workspace, SiteRun]) -> None:
    workspace, month = smelter
    told = list(walk(explain(workspace, month, Question("carbon"))))
    labels = {node.label for node in told}
    assert {"原铝 (metal) · process", "原铝 (metal) · process · CF4"} <= labels
    assert "global-warming potential of C2F6" in labels
    formula = "Net use of carbon anode × (1 − Sulphur content − Ash content) × 44/12"
    assert f"formula: {formula}" in labels
    own = next(node for node in told if node.label.startswith("Weight ratio"))
    assert own.source == "default · electrolytic-aluminium-ndrc-2013 › EF_C2F6 = 0.1 EF_CF4"
    assert own.confidence == "C"


def test_the_same_is_told_in_chinese(smelter: tuple[Workspace, SiteRun]) -> None:
    labels = {node.label for node in walk(explain(*smelter, Question("carbon"), "zh"))}
    assert {"原铝 (metal) · 工业生产过程 · CF4", "CF4 全球变暖潜势"} <= labels
    assert "公式：炭阳极净耗 × (1 − 硫分 − 灰分) × 44/12" in labels


def test_a_number_of_the_method_is_no_record(smelter: tuple[Workspace, SiteRun]) -> None:
    own = [r for r in smelter[1].table(PARAMETER).to_pylist() if r["name"] == "weight_ratio"]
    assert {row["rung"] for row in own} == {"default"}
    registry = smelter[0].registry()
    for row in own:
        assert row["factor"] not in registry.records
        assert row["factor"] not in smelter[1].header["factors"]
