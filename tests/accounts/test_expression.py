"""Expressions worked with values give what fractions give, and refuse what depends on a value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from celadon.accounts.expression import Expression, NotAnExpressionError, worked

FORMULAS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x * y * Fraction(44, 12),
    lambda x, y: Fraction(7, 3) * x / y,
    lambda x, y: 2 / x * y * y,
    lambda x, y: (1 - x) * y,
    lambda x, y: (x - y) * Fraction(44, 56) + 3,
    lambda x, y: -x / (2 + y),
    lambda x, _: x / 1000 * Fraction(1, 293_076),
]


@pytest.mark.parametrize("number", range(len(FORMULAS)))
def test_an_expression_gives_what_fractions_give(number: int) -> None:
    draw, formula = Random(number), FORMULAS[number]  # noqa: S311  no secret
    below: list[Expression] = []
    expression = formula(Expression.of("x", below), Expression.of("y", below))
    for _ in range(50):
        counts = {name: (draw.randrange(1, 10**6), draw.randrange(7)) for name in "xy"}
        values = {name: Fraction(count, 10**places) for name, (count, places) in counts.items()}
        expected = formula(values["x"], values["y"])
        assert worked(expression, counts) == (expected.numerator, expected.denominator)


def test_products_are_told_from_sums() -> None:
    x = Expression.of("x", [])
    assert (x * x * 3).powers == (("x", 2),)
    assert (x * x * 3).factor == 3
    assert (x + 0).factor is None


def test_dividing_by_a_difference_of_nothing_is_refused() -> None:
    x = Expression.of("x", [])
    with pytest.raises(ZeroDivisionError):
        worked(1 / (x - 1), {"x": (1, 0)})


def test_what_is_asked_of_its_sign_is_kept_to_be_looked_at() -> None:
    below: list[Expression] = []
    x = Expression.of("x", below)
    assert not x - 2 < 0
    assert [worked(each, {"x": (1, 0)}) for each in below] == [(-1, 1)]


@pytest.mark.parametrize(
    "asked",
    [
        lambda x: x < 1,
        lambda x: x > 0,
        lambda x: x <= 0,
        round,
        float,
        abs,
        bool,
        lambda x: x.numerator,
    ],
)
def test_what_depends_on_its_value_is_refused(asked: Callable[[Any], Any]) -> None:
    with pytest.raises(NotAnExpressionError):
        asked(Expression.of("x", []))
