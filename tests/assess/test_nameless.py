"""What the tables hold no Chinese words for is told as such, and all else has its name."""

from __future__ import annotations

import re

import pytest

from celadon.assess.among import kind_name
from celadon.assess.checks.national import FAULTS_OF_RETURNS
from celadon.assess.checks.rules import check_rules, pattern_text
from celadon.assess.names import NAMES, fact_name, indicator_name, limit_name, standard_label
from celadon.reference import load_registry

CHINESE = re.compile("[\u4e00-\u9fff]")
NUMBER = re.compile(r"[A-Z]+\d*(/[A-Z]+)? ?\d")
UNNAMED = {
    "thermal_carbonless_sublimation_coproduct", "through_air_drying",
}  # fmt: skip
"""Facts of corrections of which the tables hold English words alone."""

REGISTRY = load_registry()


@pytest.mark.parametrize("table", ["norms", "levels_2023", "water_norms", "surcharges"])
def test_every_row_of_a_table_of_limits_has_chinese_words_or_says_that_it_has_none(
    table: str,
) -> None:
    rows = REGISTRY.of_table(table)
    assert rows
    for row in rows:
        name = kind_name(row.subject, "zh", REGISTRY)
        assert CHINESE.search(name), row.record
        if row.subject not in REGISTRY.processes:
            assert name == f"{row.subject}（无中文名）"
            assert "（" not in kind_name(row.subject, "en", REGISTRY)
        assert CHINESE.search(limit_name(row.parameter, "zh")), row.record
        label = standard_label(row.source.number or row.source.id, "zh", REGISTRY)
        assert CHINESE.search(label) or NUMBER.match(label), row.record
        if table in ("norms", "levels_2023", "water_norms") and row.basis:
            assert CHINESE.search(indicator_name(row.basis, "zh")), row.record


def test_facts_without_words_are_those_known_and_no_more() -> None:
    facts = {
        each.variable for each in REGISTRY.corrections if re.fullmatch("[a-z_]{3,}", each.variable)
    }
    assert {fact for fact in facts if f"fact.{fact}" not in NAMES} <= UNNAMED
    for fact in facts:
        assert CHINESE.search(fact_name(fact, "zh"))
        assert not CHINESE.search(fact_name(fact, "en"))


def test_processes_carriers_and_rules_have_chinese_names() -> None:
    assert all(CHINESE.search(each.name_zh) for each in REGISTRY.processes.values())
    assert all(CHINESE.search(each.name("zh")) for each in REGISTRY.carriers.values())
    assert all(CHINESE.search(each.title["zh"]) for each in check_rules().values())
    assert all(CHINESE.search(pattern_text(each, "zh")) for each in FAULTS_OF_RETURNS)
