"""Reasons as data: all declared, all used, told in both languages, stable as text."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from pathlib import Path

import pytest

import celadon.assess
from celadon.assess import (
    correction_texts,
    indicator_name,
    outcome_name,
    reason_text,
    rule_name,
    standard_label,
)
from celadon.assess.names import NAMES
from celadon.assess.reasons import REASONS, cited, distinct, encoded, read_reasons, reason
from celadon.assess.telling import _TELLERS
from celadon.chain import canonical_json
from celadon.reference import load_registry

REGISTRY = load_registry()
SAMPLE = {
    "bounds": {"low": "21", "high": "28"},
    "change": "-0.5",
    "choices": ["plain carbon steel", "all stainless"],
    "comparisons": [{"name": "benchmark", "limit": "-30", "kept": False}],
    "declared": "57.5",
    "fact": "feed_grade",
    "grades": ["1", "3"],
    "limit": "baseline",
    "limits": {"grade_1": "361", "grade_2": "370"},
    "facts": ["feed_grade", "oven_age"],
    "outcome": "between",
    "other_outcome": "grade_1",
    "corrected": "ore_grade",
    "processes": ["converter", "sintering"],
    "standard": {"zh": "通知", "en": "Notice"},
    "unit": "%",
    "units": ["a", "b"],
    "validity": {"from": "2023", "to": "2026-07-01"},
    "wanted": "ordinary",
}
"""A value for every placeholder that is told in its own way."""


def calls() -> dict[str, list[set[str]]]:
    """The names of the numbers in every call of ``reason`` in the code, by key."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for file in Path(celadon.assess.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == "reason":
                (key,) = node.args
                assert isinstance(key, ast.Constant), f"{file.name}:{node.lineno}"
                found[key.value].append({word.arg or "**" for word in node.keywords})
    return found


def test_every_reason_that_code_can_give_is_declared_and_none_is_unused() -> None:
    assert set(calls()) == set(REASONS)


@pytest.mark.parametrize("key", REASONS)
def test_code_gives_what_the_phrase_tells(key: str) -> None:
    for given in calls()[key]:
        if "**" not in given:  # the rest is checked when the reason is made
            derived = {"fact_id"} if "fact" in given else set()
            assert REASONS[key].placeholders <= given | derived


@pytest.mark.parametrize("key", REASONS)
def test_every_reason_is_told_in_both_languages(key: str) -> None:
    names = (REASONS[key].placeholders - {"fact_id"}) | (
        {"fact", "unit"} if "fact_id" in REASONS[key].placeholders else set()
    )
    because = encoded([reason(key, **{name: SAMPLE.get(name, "x-1") for name in names})])
    told = {language: reason_text(because, language) for language in ("en", "zh")}
    for text in told.values():
        assert "{" not in text
        assert "['" not in text
    if key != "comparison":
        assert any("一" <= letter <= "鿿" for letter in told["zh"])
    assert not any("一" <= letter <= "鿿" for letter in told["en"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_mark_between_reasons_is_not_within_one(language: str) -> None:
    mark = NAMES.text("mark.reasons", language)
    texts = [getattr(phrase, language) for phrase in REASONS.values()]
    assert not [text for text in texts if mark in text]


def test_every_teller_has_a_placeholder_or_number_to_tell() -> None:
    used = {name for phrase in REASONS.values() for name in phrase.placeholders}
    assert set(_TELLERS) <= used


def test_a_reason_is_declared_and_complete() -> None:
    with pytest.raises(KeyError, match="no phrase 'no_prodution'"):
        reason("no_prodution")
    with pytest.raises(KeyError, match="given no fact, fact_id"):
        reason("fact_missing", unit="%")


def test_json_is_canonical_and_comes_back() -> None:
    given = (
        reason("fact_missing", unit="%", fact="feed_grade"),
        reason("production_not_positive", production=0),
    )
    because = encoded(given)
    assert because == canonical_json(json.loads(because))
    assert because == (
        '[{"numbers":{"fact":"feed_grade","unit":"%"},"reason":"fact_missing"},'
        '{"numbers":{"production":0},"reason":"production_not_positive"}]'
    )
    assert read_reasons(because) == given


@pytest.mark.parametrize(
    "text", ["in words", '{"reason": "x"}', '["no_product"]', '[{"reason":1}]']
)
def test_what_is_not_a_list_of_reasons_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"reason|Expecting"):
        reason_text(text, "en")


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'zh' or 'en'"):
        reason_text(encoded([reason("no_product")]), "fr")


def test_a_reason_is_given_once() -> None:
    one, other = reason("no_product"), reason("no_production")
    assert distinct([one, other, reason("no_product")]) == (one, other)


def test_a_class_is_told_by_its_words() -> None:
    numbers = {"fact": "steel_class", "text": "高速钢", "choices": ["plain carbon steel"]}
    because = encoded([reason("fact_not_choice", **numbers)])
    assert reason_text(because, "zh") == (
        "钢种（steel_class）声明为“高速钢”，不在可选项之内：普通碳素钢（plain carbon steel）"
    )
    wet = reason("added", fact="quenching", declared="wet", unit="1", change="46.46", grades=["3"])
    own = reason("multiplied", fact="x", declared="-1", unit="t", factor="1.1", grades=["1"])
    limits = canonical_json({"grade_1": "110", "corrections": [wet.plain(), own.plain()]})
    assert correction_texts(limits, "zh") == (
        "熄焦方式 湿熄焦：+46.46（3 级）",
        "x（无中文名） −1 t：×1.1（1 级）",
    )
    assert correction_texts(limits, "en") == (
        "quenching wet: +46.46 (grades 3)",
        "x −1 t: × 1.1 (grades 1)",
    )
    assert correction_texts('{"benchmark":"361"}', "zh") == ()


def test_what_a_user_wrote_is_quoted_as_it_is() -> None:
    because = encoded([reason("fact_not_number", fact="oven_age", text="约12年", unit="year")])
    assert reason_text(because, "zh") == "炉龄（oven_age）声明为“约12年”，应为数值（年）"


def test_every_fact_and_class_that_the_norms_of_processes_ask_for_has_a_name() -> None:
    judged = {(rule.set, rule.subject) for rule in REGISTRY.process_rules}
    asked = {
        (term.variable, word, term.unit)
        for term in REGISTRY.corrections
        if (term.standard, term.subject) in judged and term.variable and "," not in term.variable
        for word in (term.reference_value, term.breakpoint)
    }
    facts = {fact for fact, _, _ in asked} | {r.fact for r in REGISTRY.process_rules if r.fact}
    assert {f"fact.{fact}" for fact in facts} <= set(NAMES)
    assert {f"unit.{unit or '1'}" for _, _, unit in asked} <= set(NAMES)
    words = {f"word.{fact}.{word}" for fact, word, unit in asked if word and not unit}
    words -= {key for key in words if key.startswith("word.line_adjustment")}  # yes and no
    words -= {key for key in words if key.startswith("word.oven_age")}
    assert words
    assert words <= set(NAMES)


def test_values_of_a_verdict_have_names() -> None:
    assert [outcome_name("below_baseline", language) for language in ("zh", "en")] == [
        "低于基准水平",
        "below baseline level",
    ]
    assert rule_name("water-norm", "zh") == "取水定额"
    assert indicator_name("water_intake", "en") == "water intake per product"
    with pytest.raises(KeyError):
        outcome_name("benchmrk", "zh")


def test_rules_of_the_reference_tables_have_names() -> None:
    rules = {rule.rule for rule in REGISTRY.process_rules}
    assert {f"rule.{rule}" for rule in rules | {"norm-coming", "water-norm"}} <= set(NAMES)


def test_a_standard_without_number_is_called_by_its_title() -> None:
    notice = REGISTRY.sources["levels-2023"]
    assert cited(notice) == {"zh": notice.title_zh, "en": notice.title_en}
    assert standard_label("levels-2023", "en", REGISTRY) == notice.title_en
    assert standard_label("levels-2023", "zh", REGISTRY) == notice.title_zh
    assert cited(REGISTRY.sources["gb-21256-2025"]) == "GB 21256-2025"
    assert standard_label("GB 21256-2025", "zh", REGISTRY) == "GB 21256-2025"
    assert standard_label("", "zh", REGISTRY) == ""
