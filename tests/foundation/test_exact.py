from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.exact import (
    BIGINT_MAX,
    decimal_text,
    from_count,
    is_storable,
    largest_remainder,
    leaf_value,
    parse_decimal,
    quantise,
    round_half_even,
)

counts = st.integers(-(10**18), 10**18)
decimals = st.integers(0, 12)
weights = st.lists(st.integers(0, 10**15), min_size=1, max_size=30).filter(any)


@given(counts, decimals)
def test_a_written_decimal_is_read_back_exactly(count: int, places: int) -> None:
    value = from_count(count, places)
    assert parse_decimal(decimal_text(value, places)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_parsing_agrees_with_decimal(number: Decimal) -> None:
    assert parse_decimal(str(number)) == Fraction(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (" 12.50 ", Fraction(25, 2)),
        ("+.5", Fraction(1, 2)),
        ("-3.", -3),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E+2", 250),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_plain_decimals(text: str, value: Fraction) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,234",
        "1,5",
        "1 234",
        "1_000",
        "1.2.3",
        "12t",
        "nan",
        "Infinity",
        "0x10",
        "--1",
        "1e",
        ".",
        "1/3",
        "1e99999999",  # would fill the memory before it failed
    ],
)
def test_anything_else_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="not a decimal number") as refused:
        parse_decimal(text)
    assert repr(text) in str(refused.value)


@given(st.fractions())
def test_rounding_is_to_a_nearest_integer_and_a_tie_to_the_even_one(value: Fraction) -> None:
    rounded = round_half_even(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    if abs(rounded - value) == Fraction(1, 2):
        assert rounded % 2 == 0


@given(st.fractions())
def test_rounding_has_no_side(value: Fraction) -> None:
    assert round_half_even(-value) == -round_half_even(value)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.integers(0, 4))
def test_quantising_agrees_with_decimal(count: int, has: int, keeps: int) -> None:
    number = Decimal(count).scaleb(-has)
    kept = number.quantize(Decimal(1).scaleb(-keeps), ROUND_HALF_EVEN)
    assert from_count(quantise(Fraction(number), keeps), keeps) == Fraction(kept)


@given(counts, st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_leaf_is_rounded_once(count: int, num: int, den: int) -> None:
    # with integers alone, as SQL does it: floor, then look at what is left
    floor, rest = divmod(count * num, den)
    up = 2 * rest > den or (2 * rest == den and floor % 2 == 1)
    assert leaf_value(count, Fraction(num, den)) == floor + up


@given(counts, weights)
def test_parts_add_to_the_whole(total: int, shares: list[int]) -> None:
    parts = largest_remainder(total, shares)
    assert sum(parts) == total
    assert len(parts) == len(shares)


@given(counts, weights)
def test_a_part_is_within_one_of_its_share(total: int, shares: list[int]) -> None:
    whole = sum(shares)
    for part, weight in zip(largest_remainder(total, shares), shares, strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1


@given(counts, weights)
def test_a_negative_total_is_split_as_its_mirror(total: int, shares: list[int]) -> None:
    mirrored = [-part for part in largest_remainder(total, shares)]
    assert largest_remainder(-total, shares) == mirrored


def test_among_equal_remainders_the_earlier_part_gets_more() -> None:
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]
    assert largest_remainder(1, [0, 1, 1]) == [0, 1, 0]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1, 5]])
def test_weights_that_say_nothing_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        largest_remainder(10, shares)


def test_a_ratio_is_storable_up_to_the_last_bigint() -> None:
    assert is_storable(Fraction(BIGINT_MAX, 2))
    assert is_storable(Fraction(-BIGINT_MAX))
    assert is_storable(Fraction(1, BIGINT_MAX))
    assert not is_storable(Fraction(BIGINT_MAX + 1))
    assert not is_storable(Fraction(1, BIGINT_MAX + 1))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 8), 2, "0.12"),
        (Fraction(3, 8), 2, "0.38"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(5, 2), 0, "2"),
        (Fraction(-7, 2), 0, "-4"),
        (Fraction(123456), 3, "123456.000"),
    ],
)
def test_decimal_text(value: Fraction, places: int, text: str) -> None:
    assert decimal_text(value, places) == text
