"""Criteria: yes, no and cannot tell, each with what every condition found."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from celadon.cases.criteria import Condition, Criterion, answer


def asked(**condition: object) -> Criterion:
    return Criterion(id="c", clause="模拟 第一条", conditions=(Condition(**condition),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "values", "outcome"),
    [
        ({"least": "10"}, ["10"], "yes"),
        ({"least": "10"}, ["9.99"], "no"),
        ({"least": "10", "below": "20"}, ["20"], "no"),
        ({"least": "10"}, [], "cannot_tell"),
        ({"least": "10"}, ["cannot_tell"], "cannot_tell"),
        ({"one_of": ["a"]}, ["b", "a"], "yes"),
        ({"one_of": ["a"]}, ["b", "cannot_tell"], "cannot_tell"),
        ({"one_of": ["a"]}, ["b"], "no"),
        ({"none_of": ["a"]}, ["b", "a", "cannot_tell"], "no"),
        ({"none_of": ["a"]}, ["b", "cannot_tell"], "cannot_tell"),
        ({"none_of": ["a"]}, ["b"], "yes"),
        ({"begins": ["31"]}, ["3110"], "yes"),
        ({"begins": ["31"]}, ["13"], "no"),
        ({"one_of": ["a"], "none_of": ["z"]}, ["a", "cannot_tell"], "cannot_tell"),
    ],
)
def test_three_answers(condition: dict[str, object], values: list[str], outcome: str) -> None:
    assert answer(asked(fact="f", **condition), {"f": values}).outcome == outcome


def test_one_broken_condition_is_a_no_whatever_is_not_known() -> None:
    both = Criterion(
        id="c",
        clause="x",
        conditions=(Condition(fact="a", least="1"), Condition(fact="b", one_of=("y",))),
    )
    found = answer(both, {"b": ["n"]})
    assert (found.outcome, found.because) == ("no", ("a ? ≥ 1", "b n ∈ y"))


def test_a_condition_asks_something() -> None:
    with pytest.raises(ValidationError, match="one_of, none_of"):
        Condition(fact="a")
