"""The words of a design in Chinese: parts of the cost, demands that give way, figures."""

from __future__ import annotations

import pytest

from celadon.cli.refusing import in_words
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid import conceded
from celadon.cli.verbs.microgrid_sheet import demand_name, figure, part_name
from celadon.plan.microgrid.no_plan import Concession


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(as_json=False, language="zh")


@pytest.mark.parametrize(
    ("part", "shown"),
    [("power bought", "购电"), ("fuel", "燃料"), ("demand", "需量电费"), ("carbon", "碳成本"),
     ("roof.capacity", "roof.capacity")],
)  # fmt: skip
def test_parts_of_the_cost(terminal: Terminal, part: str, shown: str) -> None:
    assert part_name(terminal, part) == shown


@pytest.mark.parametrize(
    ("demand", "shown"),
    [("carbon cap", "碳排放上限"), ("green share", "绿电比例"), ("our own rule", "our own rule"),
     ("grid.import limit", "grid 购电功率上限"), ("power balance", "电力平衡")],
)  # fmt: skip
def test_demands_that_give_way(terminal: Terminal, demand: str, shown: str) -> None:
    assert demand_name(terminal, demand) == shown


def test_figures_have_no_exponent(terminal: Terminal) -> None:
    assert figure(14146.9) == "14,147"
    told = conceded(terminal, Concession("carbon cap", 100.0, 14146.9, "tCO2"))
    assert told == "碳排放上限: 100 → 14,147 tCO2"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("x has no plan to report", "x 没有可供报告的方案"), ("0.8 to 1.2", "0.8 至 1.2"),
     ("2025 to 2030", "2025 至 2030"), ("Cannot convert m3 to MW", "m3 不能换算为 MW")],
)  # fmt: skip
def test_a_span_is_of_numbers_and_no_sentence(english: str, chinese: str) -> None:
    assert in_words(english, "zh") == chinese
