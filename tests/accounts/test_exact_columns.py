"""Columns of products rounded give what the definition of a leaf gives."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from celadon.accounts.exact_columns import rounded_products, spans
from celadon.errors import TableError
from celadon.exact import BIGINT_MAX, leaf_value

SIZES = (3, 10**3, 10**6, 10**9, 2**31, 2**40)


@pytest.mark.parametrize("seed", range(8))
def test_each_row_is_rounded_as_a_leaf_is(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  no secret
    rows = []
    while len(rows) < 2_000:
        count, num = (draw.randint(-draw.choice(SIZES), draw.choice(SIZES)) for _ in range(2))
        den = draw.randint(1, draw.choice((2, 4, *SIZES, BIGINT_MAX)))
        if abs(count * num) // den < BIGINT_MAX:
            rows.append((count, num, den))
    columns = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    expected = [leaf_value(count, Fraction(num, den)) for count, num, den in rows]
    assert rounded_products(*columns).tolist() == expected


def test_ties_go_to_the_even_number_below_zero_too() -> None:
    counts = np.array([1, 3, 5, -1, -3, -5], np.int64)
    ones, twos = np.ones(6, np.int64), np.full(6, 2, np.int64)
    assert rounded_products(counts, ones, twos).tolist() == [0, 2, 2, 0, -2, -2]


def test_what_passes_64_bits_on_the_way_is_exact() -> None:
    large = np.array([BIGINT_MAX], np.int64)
    assert rounded_products(large, large, large).tolist() == [BIGINT_MAX]
    assert rounded_products(-large, large, large).tolist() == [-BIGINT_MAX]


def test_what_needs_more_than_64_bits_in_the_end_is_refused() -> None:
    large, two, one = (np.array([n], np.int64) for n in (BIGINT_MAX, 2, 1))
    with pytest.raises(TableError, match="too large to be counted"):
        rounded_products(large, two, one)


def test_spans_of_nothing() -> None:
    none = np.zeros(0, np.int64)
    assert spans(none, none).tolist() == []
    assert spans(np.array([4, 9]), np.array([4, 11])).tolist() == [9, 10]
