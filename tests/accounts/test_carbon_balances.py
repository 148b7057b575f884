"""What shows once amounts are counted: carbon out of nothing, and streams below zero."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import (
    Made,
    account,
    make_site,
    meter,
    meter_days,
    row,
    sample,
    stream,
    used,
)

from celadon.records.period import Period

F = Fraction
MARCH = Period.parse("2025-03")
SPRING = Period.parse("2025-03-01/2025-05-01")
CHEMICALS = {"carbon_method": "chemicals-ndrc-2013"}
FEED = stream("feed", "chemical_feedstock", "outside", "mill", carbon="material")
WASTE = stream("waste", "carbon_waste", "mill", "outside", carbon="waste")
SAMPLES = [
    sample("feed", "carbon_content", "80", "%"),
    sample("waste", "carbon_content", "40", "%"),
]


def balanced(feed: int, waste: int) -> Made:
    rows = [used("feed", feed), used("waste", waste)]
    return account(make_site([FEED, WASTE], accounting=CHEMICALS), rows=rows, samples=SAMPLES)


def test_more_carbon_out_than_in_is_told_with_its_streams() -> None:
    """1,000 kg at 80 % in, 2,500 kg at 40 % out: 0.8 t against 1.0 t of carbon."""
    (found,) = balanced(1000, 2500).found("carbon_from_nothing")
    assert (found.numbers["received"], found.numbers["given"]) == ("0.800 t C", "1.000 t C")
    assert found.numbers["streams"] == "feed 0.800; waste -1.000"
    assert "44/12" in found.text("en")
    assert found.place == "works › 2025-03"


@settings(max_examples=30, deadline=None)
@given(feed=st.integers(0, 10**6), waste=st.integers(0, 10**6))
def test_it_is_told_just_where_the_sum_is_below_zero(feed: int, waste: int) -> None:
    made = balanced(feed, waste)
    assert bool(made.found("carbon_from_nothing")) is (made.total(account="carbon") < 0)


def test_a_month_that_draws_on_stock_is_made_good_by_the_next() -> None:
    """The period is judged as a whole: March gives out what April takes in."""
    rows = [used("feed", 0), used("waste", 100), used("feed", 900, "2025-04"),
            used("waste", 0, "2025-04")]  # fmt: skip
    samples = [
        sample(x.stream, "carbon_content", text, "%", days="2025-03-01/2025-05-01")
        for x, text in zip(SAMPLES, ("80", "40"), strict=True)
    ]
    made = account(make_site([FEED, WASTE], accounting=CHEMICALS), SPRING, rows, samples)
    assert not made.found("carbon_from_nothing")


def test_a_balance_that_lacks_a_stream_is_not_told_but_the_stream_is() -> None:
    site = make_site([FEED, WASTE], accounting=CHEMICALS)
    missing = account(site, rows=[used("waste", 2500)], samples=SAMPLES)
    assert not missing.found("carbon_from_nothing")
    assert missing.found("activity_missing")
    unmeasured = account(site, rows=[used("feed", 1), used("waste", 2500)], samples=SAMPLES[1:])
    assert not unmeasured.found("carbon_from_nothing")
    assert unmeasured.found("no_parameter")


def test_fuel_is_no_feed() -> None:
    """What is burnt does not make good for what leaves in waste."""
    fuel = stream("fuel", "natural_gas", "outside", "mill", carbon="combustion")
    rows = [used("feed", 10), used("waste", 100), used("fuel", 10**9)]
    site = make_site([FEED, WASTE, fuel], accounting=CHEMICALS)
    made = account(site, rows=rows, samples=SAMPLES)
    assert made.total(account="carbon") > 0
    assert made.found("carbon_from_nothing")


def test_a_process_that_gives_off_more_than_it_took_in_is_told() -> None:
    """10 t of coke in, and 10 t of tar out, which holds more carbon."""
    streams = [
        stream("coke", "coke", "outside", "furnace"),
        stream("tar", "coal_tar", "furnace", "outside"),
    ]
    site = make_site(streams, units=[{"id": "furnace"}],
                     accounting={"process_method": "iron-and-steel-process"})  # fmt: skip
    samples = [sample("coke", "carbon_content", "80", "%"),
               sample("tar", "carbon_content", "90", "%")]  # fmt: skip
    rows = [used("coke", 10_000), used("tar", 10_000)]
    found = account(site, rows=rows, samples=samples).found("carbon_from_nothing")
    assert [each.subject for each in found] == ["furnace"]
    assert found[0].numbers["streams"] == "coke 8.000; tar -9.000"
    rows[1] = used("tar", 8_000)
    assert not account(site, rows=rows, samples=samples).found("carbon_from_nothing")


def test_a_carbon_stream_below_zero_is_told() -> None:
    made = balanced(-500, 0)
    (found,) = made.found("negative_activity")
    assert (found.subject, found.numbers["amount"]) == ("feed", "-500 kg")
    assert made.total(account="carbon") == -round(400_000 * F(44, 12))


def test_meters_that_are_subtracted_may_not_take_more_than_there_is() -> None:
    gas = stream("gas", "natural_gas", "outside", "mill", meters=["all", "-boiler"],
                 carbon="combustion")  # fmt: skip
    meters = [meter("all", "Nm3"), meter("boiler", "Nm3")]
    site = make_site([gas], meters=meters, accounting=CHEMICALS)
    days = [*meter_days("all", MARCH, 1000), *meter_days("boiler", MARCH, 1500)]
    (found,) = account(site, days=days).found("negative_activity")
    assert found.numbers["amount"] == f"{-500 * 31} NL"


def test_a_product_below_zero_is_told() -> None:
    product = {"id": "urea", "monthly": "production", "carbon": "material"}
    made = account(make_site(products=[product], accounting=CHEMICALS),
                   rows=[row("urea", "production", "2025-03", -7)])  # fmt: skip
    assert made.found("negative_activity")


def test_what_goes_into_stock_moves_both_ways() -> None:
    drawn = stream("drawn", "chemical_feedstock", "stock", "mill", carbon="material")
    made = account(make_site([drawn], accounting=CHEMICALS), rows=[used("drawn", -100)],
                   samples=[sample("drawn", "carbon_content", "80", "%")])  # fmt: skip
    assert "negative_activity" not in made.rules()


def test_what_carries_no_carbon_kind_is_left_alone() -> None:
    heat = stream("heat", "heat", "outside", "mill")
    made = account(make_site([heat], accounting=CHEMICALS), rows=[used("heat", -5)])
    assert "negative_activity" not in made.rules()
