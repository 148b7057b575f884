"""Expressions mean what the same arithmetic on numbers means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.numerics.lp import Expression, Model


def worth(expression: Expression, values: np.ndarray) -> np.ndarray:
    """The numbers of an expression where its variables have these values."""
    total = expression.constant.copy()
    for part in expression.parts:
        np.add.at(total, part.rows, part.values * values[part.columns])
    return total


SIZE = 5
numbers = st.lists(st.integers(-9, 9).map(float), min_size=SIZE, max_size=SIZE)


@given(numbers, numbers, numbers, st.lists(st.integers(-SIZE, SIZE - 1), min_size=1, max_size=9))
def test_arithmetic_is_that_of_numbers(
    a: list[float], b: list[float], k: list[float], places: list[int]
) -> None:
    model = Model()
    x, y, one = model.variables("x", SIZE), model.variables("y", SIZE), model.variables("one")
    values = np.array([*a, *b, 3.0])
    xs, ys, factors = np.array(a), np.array(b), np.array(k)
    groups = np.array([0, 2, 2, 1, 0])
    pairs = [
        (2 * x - y / 4 + 1, 2 * xs - ys / 4 + 1),
        (factors * x + one, factors * xs + 3),
        (7 - (x + y).at(places), 7 - (xs + ys)[places]),
        ((factors * x + y + 2).sum(), np.array([(factors * xs + ys + 2).sum()])),
        ((x - y).sum_by(groups, 3), np.bincount(groups, xs - ys, 3)),
        ((x + y).sum_by(groups, 3).at([2, 0, 2]), np.bincount(groups, xs + ys, 3)[[2, 0, 2]]),
        (x.sum().stretched(3), np.full(3, xs.sum())),
        (factors * one, factors * 3),
    ]
    for expression, expected in pairs:
        assert worth(expression, values) == pytest.approx(expected)


@given(numbers, numbers)
def test_a_requirement_holds_where_the_inequality_does(a: list[float], b: list[float]) -> None:
    model = Model()
    x = model.variables("x", SIZE)
    values = np.array(a)
    for requirement, holds in (
        (x + 1 <= b, values + 1 <= np.array(b)),
        (x >= 2 * x - b, values >= 2 * values - np.array(b)),
        (x == b, values == np.array(b)),
        ((x + 1).within(-2, b), (values + 1 >= -2) & (values + 1 <= np.array(b))),
    ):
        got = worth(requirement.expression, values)
        assert ((got >= requirement.lower) & (got <= requirement.upper)).tolist() == holds.tolist()


def test_a_sum_is_coefficients_and_a_constant() -> None:
    model = Model()
    x, y = model.variables("x", 2), model.variables("y")
    coefficients, constant = model.coefficients([2.0, 3.0] * x + y + 1)
    assert coefficients.tolist() == [2.0, 3.0, 2.0]
    assert constant == 2.0


def test_what_does_not_match_is_refused() -> None:
    model = Model()
    x, y = model.variables("x", 3), model.variables("y", 4)
    with pytest.raises(ValueError, match="3 forms do not match 4"):
        _ = x + y
    with pytest.raises(IndexError, match="outside the 3 forms"):
        x.at([3])
    with pytest.raises(IndexError, match="a group outside"):
        x.sum_by([0, 1, 2], 2)
    with pytest.raises(ValueError, match="a number or a row of numbers"):
        _ = x * np.ones((3, 2))


def test_a_model_names_what_is_wrong_in_it() -> None:
    model = Model()
    x = model.variables("x", 2)
    model.require("share", [1.0, np.nan] * x <= 1)
    with pytest.raises(ValueError, match="'share', row 1: a coefficient that is not a number"):
        model.program()
    with pytest.raises(ValueError, match="variables named 'x' already"):
        model.variables("x")
    with pytest.raises(ValueError, match=r"\(3,\) bounds for the 2 variables of 'y'"):
        model.variables("y", 2, upper=[1, 2, 3])
