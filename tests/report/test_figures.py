"""Printed numbers: exact, rounded half to even, never a float, never a false hundred percent."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.errors import UnitError
from celadon.report.figures import (
    amount,
    change,
    chart_unit,
    day_text,
    decimals_for,
    grouped,
    month_text,
    quotient,
    share,
    unit_text,
)


@given(st.fractions(max_denominator=10**6), st.integers(0, 6))
def test_a_printed_number_reads_back_as_its_rounding(value: Fraction, decimals: int) -> None:
    text = grouped(value, decimals).replace(",", "").replace("−", "-")
    assert Fraction(text) == Fraction(round(value * 10**decimals), 10**decimals)


def test_ties_go_to_the_even_digit_on_both_sides_of_zero() -> None:
    assert [grouped(Fraction(n, 2)) for n in (-5, -3, 1, 3, 5)] == ["−2", "−2", "0", "2", "2"]


def test_nothing_is_never_printed_as_minus_nothing() -> None:
    assert grouped(Fraction(-1, 1000), 2) == "0.00"


def test_numbers_beyond_what_a_float_holds_are_printed_in_full() -> None:
    assert grouped(Fraction(12_345_678_901_234_567, 1000), 3) == "12,345,678,901,234.567"


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (1, 3, "33.3 %"),
        (99_999, 100_000, "> 99.9 %"),
        (1, 100_000, "< 0.1 %"),
        (100, 100, "100.0 %"),
        (0, 100, "0.0 %"),
        (-1, 4, "−25.0 %"),
        (5, 0, "–"),
    ],
)
def test_shares(part: int, whole: int, printed: str) -> None:
    assert share(part, whole) == printed


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_called_all_only_where_it_is_all(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (share(part, whole) == "100.0 %") == (part == whole)
    assert (share(part, whole) == "0.0 %") == (part == 0)


def test_change_carries_its_sign() -> None:
    assert [change(now, 200) for now in (206, 194, 200)] == ["+3.0 %", "−3.0 %", "0.0 %"]
    assert change(-90, -100) == "+10.0 %"


@pytest.mark.parametrize(
    ("num", "den", "unit", "value"),
    [
        (388_418, 1_000, "kgce/t", Fraction("388.418")),  # gce per kg
        (2_850, 1_000, "m3/t", Fraction("2.85")),  # L per kg
        (48_000, 1_000, "kWh/t", Fraction(48)),  # Wh per kg
        (1_800_000, 1_000, "tCO2/t", Fraction("1.8")),  # g per kg
        (3_300, 1, "kJ/Nm3", Fraction(3_300_000)),  # kJ per 0.001 Nm3
    ],
)
def test_quotients_of_small_units(num: int, den: int, unit: str, value: Fraction) -> None:
    assert quotient(num, den, unit) == value


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnitError):
        quotient(1, 1, "kgce/(t.factor)")


def test_amounts_take_the_unit_that_is_read() -> None:
    shown = amount(1_284_311_499_999, "gce")
    assert (shown.text(), shown.unit) == ("1,284,311", "tce")
    assert amount(2_500_000, "Wh", "kWh").value == 2500


@pytest.mark.parametrize(("largest", "decimals"), [(0, 0), (12345, 0), (1234, 1), (99, 2), (2, 3)])
def test_decimals_follow_the_largest_figure(largest: int, decimals: int) -> None:
    assert decimals_for([largest, Fraction(1, 7)] if largest else []) == decimals


def test_units_and_dates_in_both_languages() -> None:
    assert unit_text("GJ/1e4Nm3", "zh") == "GJ/万 Nm³"
    assert unit_text("GJ/1e4Nm3", "en") == "GJ/10⁴ Nm³"
    assert chart_unit(3_000_000, "tCO2", "zh") == (10**4, "万 t CO₂")
    assert chart_unit(40, "tCO2", "en") == (1, "t CO₂")
    day = dt.date(2025, 3, 1)
    assert (day_text(day, "zh"), day_text(day, "en")) == ("2025年3月1日", "1 March 2025")
    assert (month_text(day, "zh"), month_text(day, "en", with_year=True)) == ("3月", "Mar 2025")
