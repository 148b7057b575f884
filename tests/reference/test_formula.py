"""Formulas as text: what they are, what they refuse, and that they are exact."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.reference.formula import parse_formula

PARTS = st.fractions(min_value=-1000, max_value=1000)


def test_names_stand_in_the_order_of_the_text_and_once() -> None:
    assert parse_formula("b * (1 - a) + b / c").names == ("b", "a", "c")


@given(a=PARTS, b=PARTS)
def test_a_formula_is_its_arithmetic(a: Fraction, b: Fraction) -> None:
    worked = parse_formula("(a - b) * 44/12 - -a * 0.1").value({"a": a, "b": b})
    assert worked == (a - b) * Fraction(11, 3) + a / 10


def test_a_decimal_is_what_is_written_and_not_its_binary_neighbour() -> None:
    assert parse_formula("0.1 + 0.2").value({}) == Fraction(3, 10)


@pytest.mark.parametrize(
    "text",
    ["", "a **2", "a // 2", "a % 2", "f(a)", "a.b", "a if b else c", "[a]", "'a'", "a b", "True",
     "__import__('os')", "a < b", "lambda: a", "1j", "a := 2"],
)  # fmt: skip
def test_what_is_not_plain_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|neither"):
        parse_formula(text)


def test_a_division_by_a_value_of_zero_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        parse_formula("a / b").value({"a": Fraction(1), "b": Fraction(0)})


def test_a_name_without_a_value_is_told() -> None:
    with pytest.raises(KeyError, match="b"):
        parse_formula("a * b").value({"a": Fraction(1)})
