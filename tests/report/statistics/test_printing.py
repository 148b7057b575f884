"""Printed figures: rounded once, and their sum is the rounding of the exact sum."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.report.statistics.printing import printed, printed_parts

PARTS = st.lists(st.fractions(-(10**6), 10**6, max_denominator=10**6), max_size=12)


@given(parts=PARTS, decimals=st.integers(0, 4))
def test_printed_parts_add_to_the_printed_sum(parts: list[Fraction], decimals: int) -> None:
    shown = printed_parts(parts, decimals)
    step = Fraction(1, 10**decimals)
    assert sum(shown, Fraction(0)) == printed(sum(parts, Fraction(0)), decimals)
    for part, value in zip(parts, shown, strict=True):
        assert abs(value - part) < step
        assert (value / step).denominator == 1
        assert value == part or (part / step).denominator != 1


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (["0.335", "0.335", "0.33"], ["0.34", "0.33", "0.33"]),  # one of two equals, the earlier
        (["1.004", "-1.004"], ["1.00", "-1.00"]),  # floors 1.00 and -1.01, one step is left
        (["1049.995"], ["1050.00"]),  # half to even
        ([], []),
    ],
)  # fmt: skip
def test_by_hand(parts: list[str], shown: list[str]) -> None:
    found = printed_parts([Fraction(text) for text in parts])
    assert found == [Fraction(text) for text in shown]
