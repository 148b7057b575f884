"""What a site says of its carbon that cannot be: compositions, and one amount recorded twice."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import (
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

from celadon.accounts.parameters import is_possible
from celadon.accounts.samples import Sample
from celadon.records.period import Period

F = Fraction
CHEMICALS = {"carbon_method": "chemicals-ndrc-2013"}
WASTE = stream("waste", "carbon_waste", "mill", "outside", carbon="waste")
SPRING = Period.parse("2025-03-01/2025-05-01")


def wasted(*samples: Sample) -> Made:
    return account(make_site([WASTE], accounting=CHEMICALS), rows=[used("waste", 1000)],
                   samples=samples)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit"),
    [("104", "%"), ("-1", "%"), ("1.2", "tC/t"), ("1200", "kgC/t"), ("41.7", "1")],
)
def test_a_share_that_cannot_be_is_told_and_not_used(value: str, unit: str) -> None:
    made = wasted(sample("waste", "carbon_content", value, unit))
    (found,) = made.found("composition_impossible")
    assert (found.subject, found.place) == ("waste", "laboratory.xlsx › row 2")
    assert f"carbon content of waste is {value}" in found.text("en")
    assert not made.of(account="carbon")
    # never a silent zero: what the figure lacks is told as well
    assert made.found("no_parameter")


@pytest.mark.parametrize(("value", "unit"), [("100", "%"), ("0", "%"), ("0.417", "tC/t")])
def test_all_and_nothing_can_be(value: str, unit: str) -> None:
    made = wasted(sample("waste", "carbon_content", value, unit))
    assert "composition_impossible" not in made.rules()
    assert made.of(account="carbon")


def test_a_certificate_is_held_to_the_same_and_another_day_s_is_used() -> None:
    bad = certificate("waste", "carbon_content", "140", "%", source_row=3)
    made = wasted(bad, sample("waste", "carbon_content", "40", "%"))
    assert "composition_impossible" in made.rules()
    assert made.total(account="carbon") == -round(400_000 * F(44, 12))


def test_a_share_that_no_account_asks_for_is_told_too() -> None:
    made = wasted(
        sample("waste", "carbon_content", "40", "%"), sample("waste", "moisture", "120", "%")
    )
    assert [found.numbers["name"] for found in made.found("composition_impossible")] == [
        "total moisture, as received"
    ]


def test_a_factor_may_be_any_number_and_a_heat_value_none_above_that_of_hydrogen() -> None:
    assert is_possible("net_calorific_value", "GJ/t", F(120))
    assert not is_possible("net_calorific_value", "GJ/t", F(140))
    assert not is_possible("net_calorific_value", "GJ/t", F(0))
    assert is_possible("net_calorific_value", "GJ/t", F(1, 10**9))
    assert all(is_possible(name, "%", F(0)) for name in ("moisture", "cao_content", "ash_content"))
    assert is_possible("anode_effect_minutes", "1", F(3))
    assert is_possible("carbon_content", "tC/1e4Nm3", F(54, 10))
    assert is_possible("unheard_of", "%", F(300))


@settings(max_examples=200)
@given(value=st.fractions(-3, 3))
def test_a_share_is_at_least_none_and_at_most_all(value: Fraction) -> None:
    assert is_possible("purity", "1", value) is (0 <= value <= 1)
    assert is_possible("purity", "%", value * 100) is (0 <= value <= 1)


def test_the_parts_of_one_sample_are_at_most_the_whole() -> None:
    parts = [sample("waste", name, value, "%", document="L7") for name, value in (
        ("fixed_carbon", "80.5"), ("volatile_matter", "12.1"), ("ash_content", "9.9"),
    )]  # fmt: skip
    (found,) = wasted(*parts).found("composition_above_whole")
    assert found.numbers["share"] == "102.50 %"
    assert "volatile matter 12.1000 %" in found.text("en")
    assert not wasted(*parts[:2]).found("composition_above_whole")


def test_parts_of_different_samples_are_not_added() -> None:
    parts = [sample("waste", "caco3_content", "60", "%", document="L7"),
             sample("waste", "mgco3_content", "60", "%", document="L8")]  # fmt: skip
    assert not wasted(*parts).found("composition_above_whole")


def test_dry_carbon_is_not_used_for_wet_mass() -> None:
    """A sample on the dry basis, a stream weighed as received: told, and not used."""
    made = wasted(sample("waste", "carbon_content", "40", "%", basis="dry"))
    (found,) = made.found("basis_mismatch")
    assert (found.numbers["basis"], found.numbers["expected"]) == ("dry", "as_received")
    assert not made.of(account="carbon")
    assert made.found("no_parameter")


METHANOL = {"id": "methanol", "carbon": "material", "carbon_item": "methanol"}


def test_two_products_by_one_meter_are_one_amount() -> None:
    products = [METHANOL | {"meters": ["scale"]}, METHANOL | {"id": "crude", "meters": ["scale"]}]
    site = make_site(products=products, meters=[meter("scale", "t")], accounting=CHEMICALS)
    made = account(site, days=meter_days("scale", Period.parse("2025-03"), 1000))
    (found,) = made.found("recorded_twice")
    assert (found.subject, found.numbers["other"]) == ("methanol", "crude")
    assert "meter scale" in found.text("en")


def test_two_carbon_streams_by_one_meter_are_one_amount_unless_it_is_subtracted() -> None:
    gas = stream("gas", "natural_gas", "outside", "mill", meters=["main"], carbon="combustion")
    rest = gas | {"id": "rest", "meters": ["all", "-main"]}
    meters = [meter("main", "Nm3"), meter("all", "Nm3")]
    for other, twice in ((rest, False), (rest | {"meters": ["main"]}, True)):
        site = make_site([gas, other], meters=meters, accounting=CHEMICALS)
        assert ("recorded_twice" in account(site).rules()) is twice


def test_one_stream_may_be_fuel_and_feed_by_one_meter_only_where_the_kinds_differ() -> None:
    """Two kinds are two figures: the gas that is made, and what comes with it."""
    products = [
        {"id": "one", "meters": ["scale"], "carbon": "nitric_acid"},
        {"id": "two", "meters": ["scale"], "carbon": "material"},
    ]
    site = make_site(products=products, meters=[meter("scale", "t")], accounting=CHEMICALS)
    assert "recorded_twice" not in account(site).rules()


def twice(first: tuple[int, int], second: tuple[int, int]) -> Made:
    """Two products by their rows of March and April."""
    products = [METHANOL | {"id": name, "monthly": "production"} for name in ("one", "two")]
    rows = [
        row(name, "production", month, count, file=f"{name}.xlsx")
        for name, counts in (("one", first), ("two", second))
        for month, count in zip(("2025-03", "2025-04"), counts, strict=True)
    ]
    return account(make_site(products=products, accounting=CHEMICALS), SPRING, rows)


def test_equal_rows_throughout_are_one_amount() -> None:
    assert twice((1200, 1300), (1200, 1300)).found("recorded_twice")
    assert not twice((1200, 1300), (1200, 1301)).found("recorded_twice")


def test_what_comes_in_and_goes_on_is_two_amounts() -> None:
    """A trader's in and out of the same tonnes."""
    ends = {"in": ("outside", "mill"), "out": ("mill", "outside")}
    streams = [stream(n, "methanol", *ends[n], carbon="material", energy=False) for n in ends]
    rows = [used(n, c, m) for n in ends for m, c in (("2025-03", 120), ("2025-04", 130))]
    made = account(make_site(streams, accounting=CHEMICALS), SPRING, rows)
    assert not made.found("recorded_twice")
    assert made.total(account="carbon") == 0


def test_what_is_the_same_each_month_may_be_so_by_chance() -> None:
    assert not twice((1000, 1000), (1000, 1000)).found("recorded_twice")
    assert not twice((0, 1000), (0, 1000)).found("recorded_twice")


def test_a_product_is_not_taken_off_as_made_and_as_sold() -> None:
    sold = stream("sold", "methanol", "mill", "outside", carbon="material", energy=False)
    made_product = METHANOL | {"id": "product", "monthly": "production"}
    rows = [used("sold", 900), row("product", "production", "2025-03", 1000)]
    made = account(make_site([sold], products=[made_product], accounting=CHEMICALS), rows=rows)
    (found,) = made.found("recorded_twice")
    assert "carbon_item methanol" in found.text("en")
    bought = sold | {"from": "outside", "to": "mill"}
    made = account(make_site([bought], products=[made_product], accounting=CHEMICALS), rows=rows)
    assert not made.found("recorded_twice")


@pytest.mark.parametrize(
    ("carrier", "value", "unit", "bounds"),
    [
        ("natural_gas", "35600", "MJ/Nm3", ("above 0 MJ/Nm3", "130 MJ/Nm3")),  # kilojoules, it was
        ("anthracite", "26700", "GJ/t", ("above 0 GJ/t", "125 GJ/t")),
        ("anthracite", "0", "GJ/t", ("above 0 GJ/t", "125 GJ/t")),  # no fuel gives no heat
        ("anthracite", "-26.7", "GJ/t", ("above 0 GJ/t", "125 GJ/t")),
    ],
)
def test_a_heat_value_that_no_fuel_has_is_told_and_not_used(
    carrier: str, value: str, unit: str, bounds: tuple[str, str]
) -> None:
    site = make_site([stream("fuel", carrier, "outside", "mill", carbon="combustion")],
                     accounting={"carbon_method": "general-industry-2015"})  # fmt: skip
    samples = [sample("fuel", "net_calorific_value", value, unit, f"2025-{m:02}") for m in (3, 4)]
    made = account(site, rows=[used("fuel", 1_000_000)], samples=samples)
    found = made.found("sample_impossible")[0]
    assert (found.numbers["low"], found.numbers["high"]) == bounds
    assert "低位发热量" in found.text("zh")
    assert "大于 0" in found.text("zh")
    assert "possible is above 0" in found.text("en")
    assert {p["rung"] for p in made.parameters(name="net_calorific_value")} <= {"default"}


@pytest.mark.parametrize(("amount", "told"), [(2_017_400, True), (2_000_000, False), (0, False)])
def test_one_month_of_equal_amounts_is_told_where_the_amount_is_no_round_one(
    amount: int, told: bool
) -> None:
    products = [METHANOL | {"monthly": "production"},
                METHANOL | {"id": "crude", "monthly": "production"}]  # fmt: skip
    site = make_site(products=products, accounting=CHEMICALS)
    rows = [row(name, "production", "2025-03", amount) for name in ("methanol", "crude")]
    found = account(site, rows=rows).found("recorded_twice")
    assert bool(found) is told
    assert all("2,017,400" in one.text("en") and "sum(AD_p CC_p)" in one.text("zh")
               for one in found)  # fmt: skip
