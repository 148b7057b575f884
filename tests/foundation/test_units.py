from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.errors import UnitError
from celadon.units import conversion, count_unit, dimensions, parse_unit, spellings

ROWS = [
    (dimension, unit.name, others)
    for dimension in dimensions()
    for unit, others in spellings(dimension).items()
]
NAMES = [name for _, name, _ in ROWS]
plain_units = st.sampled_from(NAMES)


def quotients() -> st.SearchStrategy[str]:
    return st.tuples(plain_units, plain_units).map("/".join)


@pytest.mark.parametrize(("dimension", "name", "others"), ROWS)
def test_every_spelling_names_its_unit(dimension: str, name: str, others: tuple[str, ...]) -> None:
    for spelling in (name, *others):
        unit = parse_unit(f" {spelling} ")
        assert (unit.name, unit.dimension) == (name, dimension)


def test_no_spelling_names_two_units() -> None:
    written = [spelling for _, name, others in ROWS for spelling in (name, *others)]
    assert len(written) == len(set(written))


def test_every_dimension_has_one_base_unit() -> None:
    for dimension in dimensions():
        assert [unit.size for unit in spellings(dimension)].count(1) == 1


@given(quotients())
def test_the_name_of_a_unit_names_it_again(text: str) -> None:
    unit = parse_unit(text)
    assert parse_unit(unit.name) == unit


@given(plain_units, plain_units)
def test_there_and_back_is_one(source: str, target: str) -> None:
    if parse_unit(source).dimension == parse_unit(target).dimension:
        assert conversion(source, target) * conversion(target, source) == 1
    else:
        with pytest.raises(UnitError, match="Cannot convert"):
            conversion(source, target)


@pytest.mark.parametrize(
    ("source", "target", "ratio"),
    [
        # the kilowatt-hour is 3.6 MJ by definition of the watt
        ("kWh", "kJ", 3600),
        ("万千瓦时", "MWh", 10),
        ("吉焦", "kJ", 10**6),
        ("百万千焦", "GJ", 1),
        ("万吨标准煤", "tce", 10**4),
        ("吨标煤", "kgce", 1000),
        ("万标立方米", "Nm3", 10**4),
        ("万元", "元", 10**4),
        ("％", "1", Fraction(1, 100)),
        ("小时", "s", 3600),
        ("GJ/t", "kJ/kg", 1000),
        ("kgce/t", "gce/kg", 1),
        ("GJ/1e4Nm3", "kJ/Nm3", 100),
        ("tCO2/MWh", "kgCO2/kWh", 1),
        # a kilogram of coal equivalent is 7,000 kcal or 29,307.6 kJ (GB/T 2589)
        ("kcalIT", "kJ", Fraction(293_076, 70_000)),
        ("kcal20/kg", "kJ/kg", Fraction("4.1816")),
        ("bar", "MPa", Fraction(1, 10)),
    ],
)
def test_known_ratios(source: str, target: str, ratio: Fraction) -> None:
    assert conversion(source, target) == ratio


@pytest.mark.parametrize(
    ("source", "target"),
    [("GJ", "tce"), ("m3", "Nm3"), ("tC", "tCO2"), ("t", "tce"), ("GJ/t", "GJ/Nm3"), ("kW", "kWh")],
)
def test_what_needs_a_measured_or_dated_factor_is_refused(source: str, target: str) -> None:
    with pytest.raises(UnitError) as refused:
        conversion(source, target)
    message = str(refused.value)
    assert f"{source} -> {target}" in message
    assert "only within one dimension" in message
    assert "a measured or tabled factor is needed" in message


@pytest.mark.parametrize(
    "text", ["boe", "kg/m3/h", "GJ/", "/t", "kwhh", "GJ per t", "千", "t/boe", "//"]
)
def test_what_is_no_unit_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(UnitError) as refused:
        parse_unit(text)
    assert "docs/units.md" in str(refused.value)
    assert refused.value.faults[0].found.strip("'") in text


@pytest.mark.parametrize(
    ("text", "word"),
    [("kcal/kg", "kcal20"), ("大卡/千克", "4.1816"), ("K", "273.15"), ("MPa(g)", "0.1 MPa")],
)
def test_what_says_too_little_is_refused_with_what_to_write(text: str, word: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(text)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("amount", "small"),
    [
        ("万千瓦时", "Wh"),
        ("GJ", "kJ"),
        ("万t", "kg"),
        ("万Nm3", "NL"),
        ("m³", "L"),
        ("tce", "gce"),
        ("元", "fen"),
        ("kvarh", "varh"),
        ("tCO2", "gCO2"),
    ],
)
def test_amounts_are_counted_in_small_units(amount: str, small: str) -> None:
    assert count_unit(amount) == small


def test_a_quotient_is_no_amount() -> None:
    with pytest.raises(UnitError, match="not counted in 'GJ/t'"):
        count_unit("GJ/t")


@given(plain_units)
def test_a_unit_is_a_whole_number_of_its_small_unit_or_smaller_than_it(name: str) -> None:
    ratio = conversion(name, count_unit(name))
    assert ratio.denominator == 1 or ratio < 1 or name.startswith("kcal")  # of laboratories only
