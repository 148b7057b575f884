"""Findings: stable ids, both languages, and none lost because two look alike."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest

from celadon.records.finding import Finding, finding_table, rules

GAP = Finding("pots", "gap", "m", "m › 2025", {"slots": 3, "estimated": 1, "missing": 2})


def fields(text: str) -> set[str]:
    return {name.rstrip("!r") for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", rules())
def test_a_rule_says_the_same_in_both_languages(name: str) -> None:
    rule = rules()[name]
    assert rule.severity in {"error", "warning", "note"}
    for words in (rule.title, rule.text, rule.remedy):
        assert set(words) == {"en", "zh"}
        assert all(words.values())
        assert fields(words["en"]) == fields(words["zh"])


def test_an_id_is_the_same_in_every_run() -> None:
    assert GAP.id == "F-cd141515d0"
    assert replace(GAP, numbers={}).id == GAP.id
    assert len({GAP.id, replace(GAP, site="x").id, replace(GAP, rule="late").id}) == 3
    assert len({GAP.id, replace(GAP, subject="x").id, replace(GAP, place="x").id}) == 3


def test_a_text_is_filled_in_both_languages() -> None:
    assert GAP.text("en").startswith("3 interval(s) without a reading: 1 estimated, 2")
    assert GAP.text("zh").startswith("3 个区间")


def test_the_same_fault_twice_is_one_row() -> None:
    assert finding_table([GAP, GAP]).num_rows == 1


def test_two_faults_at_one_place_are_both_told_whatever_their_order() -> None:
    other = replace(GAP, numbers={**GAP.numbers, "slots": 7})
    rows = finding_table([GAP, other]).to_pylist()
    assert len({row["finding"] for row in rows}) == 2
    assert sorted(row["place"] for row in rows) == ["m › 2025", "m › 2025 (2)"]
    assert rows == finding_table([other, GAP, other]).to_pylist()
