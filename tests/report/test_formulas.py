"""A leaf as a product that a reader can follow, exact in every case."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.report.formulas import CONSTANTS, RATIO, leaf_parameters, product_of
from celadon.report.lines import Line


def line(count: int, ratio: Fraction) -> Line:
    day = dt.date(2025, 1, 1)
    return Line(
        leaf="l", unit="u", stream="s", carrier="coke", month=day, from_day=day, to_day=day,
        account="carbon", measure="co2", scope="direct_combustion", method="m", clause="c",
        count=count, num=ratio.numerator, den=ratio.denominator, value=round(count * ratio),
        estimated=0, seconds_missing=0, confidence=None,
    )  # fmt: skip


def test_combustion_is_told_as_its_equation() -> None:
    # 28.435 GJ/t x 0.0294 tC/GJ x 0.93 x 44/12, in g of CO2 per kg of coke
    ratio = Fraction("28.435") * Fraction("0.0294") * Fraction("0.93") * Fraction(44, 12) * 1000
    values = {"ncv": Fraction("28.435"), "cc": Fraction("0.0294"), "of": Fraction("0.93")}
    product = product_of(
        line(68_220_400, ratio), ("ncv", "cc", "of"), values, Fraction(1, 1000), Fraction(1, 10**6)
    )
    assert (product.parameters, product.constant, product.scale) == (
        ("ncv", "cc", "of"), "carbon_to_co2", 1,
    )  # fmt: skip
    # 68,220.4 t x 28.435 x 0.0294 x 0.93 x 44/12, by hand with exact fractions
    assert product.value == Fraction("68220.4") * ratio / 1000


def test_percent_and_ten_thousand_are_powers_of_ten() -> None:
    # 389.31 GJ per 10^4 Nm3, 15.3 tC/TJ, 99 %
    ratio = Fraction("389.31") / 10**7 * Fraction("15.3") / 10**3 * Fraction("0.99")
    values = {"a": Fraction("389.31"), "b": Fraction("15.3"), "c": Fraction(99)}
    grams = ratio * Fraction(44, 12) * 10**6
    product = product_of(
        line(10**9, grams), ("a", "b", "c"), values, Fraction(1, 10**7), Fraction(1, 10**6)
    )
    assert (product.constant, product.scale) == ("carbon_to_co2", Fraction(1, 10**5))


def test_what_is_no_plain_product_shows_its_ratio() -> None:
    # steam: (enthalpy - 83.74) x factor is not the product of its parameters
    ratio = (Fraction("2763.29") - Fraction("83.74")) * Fraction("0.11")
    values = {"h": Fraction("2763.29"), "f": Fraction("0.11")}
    product = product_of(line(7, ratio), ("h", "f"), values, Fraction(1), Fraction(1))
    assert (product.parameters, product.constant, product.value) == ((), RATIO, 7 * ratio)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.decimals(1, 9999, places=4), min_size=1, max_size=3),
    st.sampled_from(sorted(CONSTANTS)),
    st.integers(-6, 6),
)
def test_every_product_gives_the_leaf_exactly(
    count: int, numbers: list[object], constant: str, exponent: int
) -> None:
    values = {f"p{n}": Fraction(str(number)) for n, number in enumerate(numbers)}
    ratio = CONSTANTS[constant][1] * Fraction(10) ** exponent
    for value in values.values():
        ratio *= value
    product = product_of(line(count, ratio), tuple(values), values, Fraction(1), Fraction(1))
    assert product.constant == constant
    told = product.activity * CONSTANTS[constant][1] * product.scale
    for name in product.parameters:
        told *= values[name]
    assert told == product.value == count * ratio


def test_parameters_come_in_the_order_of_the_equation() -> None:
    rows = [
        {"leaf": "l", "role": role, "kind": "parameter", "ref": role}
        for role in ("oxidation_rate", "carbon_content_per_heat", "net_calorific_value")
    ]
    rows.append({"leaf": "l", "role": "activity", "kind": "meter", "ref": "m1"})
    assert leaf_parameters(rows) == {
        "l": ("net_calorific_value", "carbon_content_per_heat", "oxidation_rate")
    }


def test_a_zero_parameter_is_no_product() -> None:
    product = product_of(line(5, Fraction(0)), ("z",), {"z": Fraction(0)}, Fraction(1), Fraction(1))
    assert (product.constant, product.value) == (RATIO, 0)


@pytest.mark.parametrize("constant", sorted(CONSTANTS))
def test_no_constant_is_a_power_of_ten_of_another(constant: str) -> None:
    """Else a product could be told in two ways."""
    others = [value for name, (_, value) in CONSTANTS.items() if name != constant]
    sizes = [Fraction(10) ** n for n in range(-12, 13)]
    assert all(CONSTANTS[constant][1] / other not in sizes for other in others)
