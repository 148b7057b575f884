"""What a finding tells with celadon's own words is told in the language of the reader."""

from __future__ import annotations

import pytest

from celadon.records.finding import Finding


@pytest.mark.parametrize(
    ("rule", "numbers", "chinese"),
    [
        ("negative_quantity", {"text": "-3", "kind": "purchase"}, "购入"),
        ("formula_error", {"rows": 3, "text": "#not computed"}, "#未计算"),
        (
            "no_parameter",
            {
                "name": "electricity_equivalent",
                "first": "a",
                "last": "b",
                "why": "w",
                "why_zh": "因",
            },
            "没有 电力等价折标系数：因",
        ),
    ],
)
def test_words_of_celadon_are_chinese_in_chinese(
    rule: str, numbers: dict[str, object], chinese: str
) -> None:
    found = Finding("mill", rule, "diesel", "a.csv › 2", numbers)
    told = found.text("zh").replace("b 没有", "没有")
    assert chinese in told
    assert str(numbers.get("kind", numbers.get("name", numbers.get("text")))) not in told
    assert str(numbers.get("kind", numbers.get("name", numbers.get("text")))) in found.text("en")
