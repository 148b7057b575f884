"""The SQL of leaves is held to the definition in Python."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.accounts.line import LINE, STREAM_AMOUNT, Line, line_table
from celadon.accounts.tables import LEAF
from celadon.engine import Engine
from celadon.errors import TableError
from celadon.exact import BIGINT_MAX, leaf_value
from celadon.records.period import Period

MONTH = Period.parse("2025-03")
Case = tuple[int, int, int, Fraction]
"""Count, the part of it that is estimated, sign, ratio."""


def line(name: str, sign: int, ratio: Fraction, period: Period = MONTH) -> Line:
    return Line(
        "works", "mill", name, "coke", period, "carbon", "co2", "process", "m", "c", sign, ratio
    )


def leaves(cases: list[Case]) -> list[dict[str, int]]:
    """What SQL makes of each case, in their order."""
    lines = [line(f"s{n:04}", sign, ratio) for n, (_, _, sign, ratio) in enumerate(cases)]
    days = {"from_day": MONTH.from_day, "to_day": MONTH.to_day}
    amounts = [
        {"site": "works", "stream": f"s{n:04}", "count": count, "estimated": part,
         "seconds_missing": n, **days}
        for n, (count, part, _, _) in enumerate(cases)
    ]  # fmt: skip
    with Engine(1) as engine:
        engine.load(LINE, line_table(lines))
        engine.load(STREAM_AMOUNT, STREAM_AMOUNT.from_rows(amounts))
        engine.define("celadon.accounts", LEAF)
        return sorted(engine.fetch(LEAF).to_pylist(), key=lambda leaf: leaf["stream"])


def ratio_in_range(count: int, numerator: int, denominator: int) -> Fraction:
    """A ratio whose leaf fits 64 bits: as drawn, or with a numerator small enough."""
    ratio = Fraction(numerator, denominator)
    most = Fraction(BIGINT_MAX - 1, max(abs(count), 1))
    return ratio if abs(ratio) <= most else Fraction(int(most), 1) * (1 if ratio > 0 else -1)


COUNTS = st.one_of(
    st.integers(-(10**6), 10**6), st.integers(-BIGINT_MAX, BIGINT_MAX),
    st.sampled_from([0, 1, -1, BIGINT_MAX, -BIGINT_MAX]),
)  # fmt: skip
TERMS = st.one_of(st.integers(1, 10**6), st.integers(1, BIGINT_MAX), st.just(BIGINT_MAX))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(COUNTS)
    numerator = draw(st.one_of(TERMS, TERMS.map(lambda n: -n), st.just(0)))
    ratio = ratio_in_range(count, numerator, draw(TERMS))
    return count, draw(st.integers(0, abs(count))), draw(st.sampled_from([1, -1])), ratio


@settings(max_examples=30, deadline=None)
@given(drawn=st.lists(cases(), min_size=20, max_size=60))
def test_sql_computes_the_leaf_as_python_defines_it(drawn: list[Case]) -> None:
    for (count, part, sign, ratio), leaf in zip(drawn, leaves(drawn), strict=True):
        assert leaf["count"] == sign * count
        assert leaf["value"] == leaf_value(sign * count, ratio)
        assert leaf["value"] == sign * leaf_value(count, ratio)
        assert leaf["estimated"] == leaf_value(part, abs(ratio))
        assert (leaf["num"], leaf["den"]) == (ratio.numerator, ratio.denominator)


@pytest.mark.parametrize("sign", [1, -1])
def test_ties_go_to_the_even_neighbour_on_both_sides_of_zero(sign: int) -> None:
    half = Fraction(1, 2)
    drawn = [(count, abs(count), sign, half) for count in (-7, -5, -3, -1, 1, 3, 5, 7)]
    assert [leaf["value"] for leaf in leaves(drawn)] == [
        sign * value for value in (-4, -2, -2, 0, 0, 2, 2, 4)
    ]
    assert [leaf["estimated"] for leaf in leaves(drawn)] == [4, 2, 2, 0, 0, 2, 2, 4]


def test_the_largest_product_does_not_wrap() -> None:
    ratio = Fraction(BIGINT_MAX, BIGINT_MAX - 1)  # product of 126 bits
    count = BIGINT_MAX - 1
    assert leaves([(count, count, -1, ratio)])[0]["value"] == -BIGINT_MAX


@pytest.mark.parametrize(
    ("count", "ratio"), [(BIGINT_MAX, Fraction(2)), (2**40, Fraction(BIGINT_MAX))]
)
def test_a_leaf_beyond_64_bits_is_an_error(count: int, ratio: Fraction) -> None:
    with pytest.raises(duckdb.Error, match=r"(?i)range|overflow|out of"):
        leaves([(count, 0, 1, ratio)])


def test_a_ratio_beyond_64_bits_is_refused_by_name() -> None:
    with pytest.raises(TableError, match="fits 64-bit integers") as caught:
        line_table([line("coke", 1, Fraction(2**63, 3))])
    assert "coke" in str(caught.value)


def test_a_leaf_is_booked_once() -> None:
    with pytest.raises(TableError, match="the same leaf twice"):
        line_table([line("coke", 1, Fraction(1)), line("coke", -1, Fraction(1))])


@pytest.mark.parametrize(
    ("days", "name"),
    [
        ("2025-03", "2025-03"),
        ("2025-03-01/2025-03-16", "2025-03-01..2025-03-15"),
        ("2025-03-16/2025-04-01", "2025-03-16..2025-03-31"),
    ],
)
def test_a_leaf_is_named_by_its_month_or_by_the_days_of_a_part(days: str, name: str) -> None:
    part = line("coke", 1, Fraction(1), Period.parse(days))
    assert part.leaf == f"carbon/mill/coke/process/co2/{name}"
    assert part.row()["month"] == dt.date(2025, 3, 1)
