"""The ladder: which value is taken, how it is rounded, and what is told when one is not used."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import (
    MARCH,
    Made,
    account,
    certificate,
    make_site,
    meter,
    meter_days,
    row,
    sample,
    stream,
    used,
)

from celadon.accounts.values import decimals_in, printed, unit_fits
from celadon.exact import decimal_text
from celadon.records.period import Period
from celadon.units import parse_unit

NCV = "net_calorific_value"
SITE = make_site([stream("coal", "anthracite", "outside", "mill")])
ROWS = [used("coal", 1000)]


def heat(value: str, unit: str = "GJ/t", **rest: object):
    return sample("coal", NCV, value, unit, **rest)


def certified(value: str, unit: str = "GJ/t", **rest: object):
    return certificate("coal", NCV, value, unit, **rest)


def taken(made: Made, account: str = "energy") -> tuple[str, str, str]:
    """Rung, value and unit of the heat value, or of the coefficient that stands for it."""
    (found,) = made.parameters(stream="coal", account=account)
    value = decimal_text(Fraction(found["count"], 10 ** found["decimals"]), found["decimals"])
    return found["rung"], value, found["unit"]


def test_the_laboratory_comes_before_the_certificate() -> None:
    made = account(SITE, rows=ROWS, samples=[heat("26.1"), certified("27.2")])
    assert taken(made) == ("measured", "26.100", "GJ/t")


def test_the_certificate_comes_before_the_table() -> None:
    made = account(SITE, rows=ROWS, samples=[certified("27.2")])
    assert taken(made) == ("certificate", "27.200", "GJ/t")


def test_the_table_comes_last() -> None:
    made = account(SITE, rows=ROWS, samples=[heat("26.1", days="2025-04")])
    assert taken(made) == ("default", "0.7143", "kgce/kg")


def test_a_mean_is_rounded_half_to_even() -> None:
    pairs = {("26.100", "26.101"): "26.100", ("26.101", "26.102"): "26.102"}
    for (one, other), mean in pairs.items():
        made = account(SITE, rows=ROWS, samples=[heat(one), heat(other, source_row=3)])
        assert taken(made)[1] == mean


def test_the_mean_of_the_laboratory_goes_by_weight() -> None:
    samples = [heat("26", weight=1000), heat("27", weight=3000, source_row=3)]
    assert taken(account(SITE, rows=ROWS, samples=samples))[1] == "26.750"


def test_some_weights_without_others_are_told() -> None:
    made = account(SITE, rows=ROWS, samples=[heat("26", weight=9), heat("27", source_row=3)])
    assert taken(made)[1] == "26.500"
    assert len(made.found("weights_incomplete")) == 1


def test_a_single_value_is_used_as_it_was_measured() -> None:
    made = account(SITE, rows=ROWS, samples=[heat("26.12345")])
    assert taken(made)[1] == "26.12345"


@pytest.mark.parametrize(
    ("value", "unit"), [("0.026123", "TJ/t"), ("26.123", "MJ/kg"), ("26123", "kJ/kg")]
)
def test_the_unit_of_a_value_changes_no_figure(value: str, unit: str) -> None:
    made = account(SITE, rows=ROWS, samples=[heat(value, unit)])
    plain = account(SITE, rows=ROWS, samples=[heat("26.123")])
    assert made.total() == plain.total()


@pytest.mark.parametrize("rung", [heat, certified])
def test_a_value_on_another_basis_goes_to_the_next_rung_and_is_told(rung) -> None:
    made = account(SITE, rows=ROWS, samples=[rung("26.1", basis="dry")])
    assert taken(made)[0] == "default"
    (found,) = made.found("basis_mismatch")[:1]
    told = {name: found.numbers[name] for name in ("basis", "expected", "value", "value_zh")}
    assert told == {
        "basis": "dry", "expected": "as_received", "value": "net calorific value 26.1 GJ/t",
        "value_zh": "低位发热量 26.1 GJ/t",
    }  # fmt: skip
    assert found.place == "laboratory.xlsx › row 2"


@pytest.mark.parametrize("rung", [heat, certified])
def test_a_value_in_a_unit_that_does_not_fit_goes_to_the_next_rung_and_is_told(rung) -> None:
    made = account(SITE, rows=ROWS, samples=[rung("26.1", "MJ/Nm3")])
    assert taken(made)[0] == "default"
    assert made.found("unit_mismatch")[0].numbers == {
        "name": NCV, "unit": "MJ/Nm3", "expected": "t", "needed": "GJ/t",
    }  # fmt: skip


def test_a_sampled_stream_lends_its_values_to_others() -> None:
    site = make_site([
        stream("coal", "anthracite", "outside", "mill"),
        stream("breeze", "coke_breeze", "outside", "mill", sampled_at="coal"),
    ])  # fmt: skip
    made = account(site, rows=[*ROWS, used("breeze", 500)], samples=[heat("26.1")])
    assert {p["stream"] for p in made.parameters(rung="measured")} == {"coal", "breeze"}


# A certificate that changes within the month

HALVES = [
    certified("26", days="2025-03-01/2025-03-16"),
    certified("28", since=dt.date(2025, 3, 16), days=None),
]


def test_a_metered_stream_is_split_where_its_certificate_changes() -> None:
    site = make_site(
        [stream("gas", "natural_gas", "outside", "mill", meters=["g"])],
        meters=[meter("g", "Nm3")],
    )
    days = meter_days("g", MARCH, 1_000_003)
    held = [
        certificate("gas", NCV, "36", "MJ/Nm3", days="2025-03-01/2025-03-16"),
        certificate("gas", NCV, "38", "MJ/Nm3", since=dt.date(2025, 3, 16)),
    ]
    made = account(site, samples=held, days=days)
    leaves = made.of(account="energy", measure="calorific_value")
    assert [(x["from_day"].day, x["to_day"].day, x["count"]) for x in leaves] == [
        (1, 16, 15 * 1_000_003), (16, 1, 16 * 1_000_003),
    ]  # fmt: skip
    first = account(site, Period.parse("2025-03-01/2025-03-16"), samples=held[:1], days=days)
    last = account(site, Period.parse("2025-03-16/2025-04-01"), samples=held[1:], days=days)
    assert made.total(account="energy") == first.total(account="energy") + last.total(
        account="energy"
    )
    assert [x["leaf"].rpartition("/")[2] for x in leaves] == [
        "2025-03-01..2025-03-15", "2025-03-16..2025-03-31",
    ]  # fmt: skip
    assert {p["count"] for p in made.parameters(rung="certificate")} == {360_000, 380_000}


def test_a_stock_balance_takes_what_was_delivered_under_each_certificate() -> None:
    site = make_site([stream("coal", "anthracite", "outside", "mill", stock=True)])
    rows = [
        row("coal", "opening_stock", "2025-03", 0), row("coal", "closing_stock", "2025-03", 0),
        row("coal", "purchase", "2025-03-04/2025-03-05", 300),
        row("coal", "purchase", "2025-03-20/2025-03-21", 100, number=3),
    ]  # fmt: skip
    made = account(site, rows=rows, samples=HALVES)
    assert taken(made) == ("certificate", "26.500", "GJ/t")
    (leaf,) = made.of(account="energy", measure="calorific_value")
    assert leaf["count"] == 400


def test_a_delivery_of_many_days_is_spread_over_them() -> None:
    site = make_site([stream("coal", "anthracite", "outside", "mill", stock=True)])
    rows = [
        row("coal", "opening_stock", "2025-03", 0), row("coal", "closing_stock", "2025-03", 0),
        row("coal", "purchase", "2025-03", 310),
    ]  # fmt: skip
    made = account(site, rows=rows, samples=HALVES)
    assert taken(made)[1] == decimal_text(Fraction(26 * 15 + 28 * 16, 31), 3)


def test_a_month_without_deliveries_weighs_by_days() -> None:
    site = make_site([stream("coal", "anthracite", "outside", "mill", stock=True)])
    rows = [
        row("coal", "opening_stock", "2025-03", 90), row("coal", "closing_stock", "2025-03", 10),
        row("coal", "purchase", "2025-03", 0),
    ]  # fmt: skip
    made = account(site, rows=rows, samples=[certified("26", since=dt.date(2024, 5, 1))])
    assert taken(made) == ("certificate", "26.000", "GJ/t")


def test_certificates_with_a_gap_are_not_used_and_told() -> None:
    made = account(SITE, rows=ROWS, samples=[certified("26", days="2025-03-01/2025-03-16")])
    assert taken(made)[0] == "default"
    assert len(made.found("certificate_gap")) == 1


def test_two_certificates_in_conflict_are_told_and_neither_used() -> None:
    made = account(SITE, rows=ROWS, samples=[certified("26"), certified("27", source_row=3)])
    assert taken(made)[0] == "default"
    assert len(made.found("conflicting_rows")) == 2


# Small parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [("29.50", (2950, 2)), ("-0.5", (-5, 1)), (".5", (5, 1)), ("7", (7, 0)), ("7.", (7, 0)),
     ("3.02e-1", (302, 3)), ("1.2E2", (120, 0)), ("+4.0", (40, 1))],
)  # fmt: skip
def test_a_printed_decimal_is_taken_as_it_stands(text: str, parts: tuple[int, int]) -> None:
    assert printed(text) == parts


@given(count=st.integers(-(10**12), 10**12), decimals=st.integers(0, 9))
def test_printing_and_reading_a_decimal_changes_nothing(count: int, decimals: int) -> None:
    assert printed(decimal_text(Fraction(count, 10**decimals), decimals)) == (count, decimals)


def test_a_larger_unit_gets_more_decimals_and_a_smaller_one_fewer() -> None:
    assert [decimals_in(NCV, unit) for unit in ("GJ/t", "MJ/Nm3", "TJ/t", "kJ/kg")] == [3, 4, 6, 0]
    assert [decimals_in("carbon_content_per_heat", u) for u in ("tC/TJ", "tC/GJ")] == [4, 7]


@pytest.mark.parametrize(
    ("name", "unit", "small", "fits"),
    [
        (NCV, "GJ/t", "kg", True), (NCV, "GJ/t", "NL", False), (NCV, "kWh/Nm3", "NL", True),
        ("carbon_content", "%", "kg", True), ("carbon_content", "%", "NL", False),
        ("carbon_content", "tC/1e4Nm3", "NL", True), ("carbon_content", "tC/t", "NL", False),
        ("carbon_content_per_heat", "tC/TJ", "kg", True), ("oxidation_rate", "GJ/t", "kg", False),
        ("co2_factor", "kgCO2/kWh", "Wh", True), ("co2_factor", "tCO2/t", "Wh", False),
        ("moisture", "%", "kg", True), ("colour", "%", "kg", False),
    ],
)  # fmt: skip
def test_which_unit_fits_which_parameter(name: str, unit: str, small: str, fits: bool) -> None:
    assert unit_fits(name, unit, small) is fits


@pytest.mark.parametrize(
    ("name", "units"),
    [
        (NCV, ("GJ/t", "MJ/kg", "kJ/kg")), (NCV, ("MJ/Nm3", "GJ/1e4Nm3", "kJ/Nm3", "MJ/1e4Nm3")),
        ("carbon_content", ("tC/t", "kgC/t", "%", "1")), ("oxidation_rate", ("%", "1")),
        ("carbon_content", ("tC/1e4Nm3", "kgC/1e4Nm3")), ("co2_factor", ("tCO2/t", "kgCO2/t")),
    ],
)  # fmt: skip
def test_a_mean_is_kept_as_finely_in_whichever_unit_it_is_told(
    name: str, units: tuple[str, ...]
) -> None:
    """A hundredth of what is kept in one unit would show in the account of another."""
    steps = {parse_unit(unit).size / 10 ** decimals_in(name, unit) for unit in units}
    assert len(steps) == 1
