"""Single verdicts by name: what the rules say of one set of numbers."""

from __future__ import annotations

from typing import Any

import pytest

import celadon.assess.calculators  # noqa: F401  registers the models
from celadon.errors import ModelError
from celadon.models import calculate

FACTS = [
    "feed_grade=57.5", "rare_earth_ore_share=0", "vanadium_titanium_magnetite_share=0",
    "laterite_nickel_ore_share=0",
]  # fmt: skip
FURNACE = {"process": "blast_furnace", "value": "388.4", "day": "2026-12-31", "facts": FACTS}


def norm(**changed: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = calculate("judge.norm", {**FURNACE, **changed})["verdicts"]
    return found


def test_a_process() -> None:
    levels, found = norm()
    assert (levels["rule"], levels["outcome"], levels["next_limit"]) == (
        "levels-2023", "between", "benchmark",
    )  # fmt: skip
    # GB 21256-2025 prints 361, 370, 415; +3.61 for each of 4.5 points below 62 %: +16.245
    assert found["limits"] == {"grade_1": "377.245", "grade_2": "386.245", "grade_3": "431.245"}
    assert (found["outcome"], found["next_limit"], found["distance"]) == (
        "grade_3", "grade_2", "2.155",
    )  # fmt: skip
    assert found["corrections"] == ["feed grade 57.5 %: +16.245 (grades 1, 2, 3)"]


def test_electricity_at_another_value_is_refused() -> None:
    for verdict in norm(electricity="equivalent"):
        assert verdict["outcome"] == "cannot_tell"
        assert "refused: the norm counts electricity at calorific value" in verdict["en"]
        assert "拒绝比较" in verdict["zh"]
        assert verdict["next_limit"] == ""


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"process": ""}, "one of the two"),
        ({"process": "blast_furnce"}, "one of: .*alumina_bayer"),
        ({"process": "", "subject": "ferosilicon"}, "no norm has this subject"),
        ({"facts": ["feed_grade"]}, "NAME=VALUE"),
    ],
)
def test_what_cannot_be_asked(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ModelError, match=told):
        norm(**changed)


def test_a_subject_of_the_norms() -> None:
    (found,) = norm(process="", subject="ferrosilicon", indicator="smelting_electricity",
                    value="8350", facts=["ore_grade=98"])  # fmt: skip
    assert "grade 3" in found["en"]
    assert found["unit"] == "kWh/t"


def test_a_machine_a_price_and_a_line() -> None:
    motor = {
        "class": "motor",
        "kind": "induction",
        "power_kw": "30",
        "poles": 4,
        "day": "2026-01-01",
    }
    (found,) = calculate("judge.machine", {**motor, "efficiency": "94.9"})["verdicts"]
    assert (found["outcome"], found["next_limit"], found["distance"]) == ("grade_2", "grade_1", "1")
    price = {"province": "CN-HE", "kwh": "1000000", "step": "step_2"}
    assert calculate("judge.price", price)["amount"] == "50000.00"
    with pytest.raises(ModelError, match="no rule of prices"):
        calculate("judge.price", {**price, "province": "CN-SD"})
    line = {"outputs": ["1", "10", "100"], "values": ["3", "5", "7"]}
    assert calculate("judge.fit", line)["slope"] == "0.868589"  # 2 / ln 10
    for wrong in ({"outputs": ["1", "2"], "values": ["1"]}, {"outputs": ["0"], "values": ["1"]},
                  {"outputs": ["1", "1", "1"], "values": ["1", "2", "3"]}):  # fmt: skip
        with pytest.raises(ModelError):
            calculate("judge.fit", wrong)
