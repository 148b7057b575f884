"""How a period is cut: months, parts of months, certificates, factors, days without a meter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import (
    MARCH,
    YEAR,
    account,
    make_site,
    meter,
    meter_days,
    row,
    stream,
    used,
)

from celadon.accounts.segment import reference_changes, stretches
from celadon.records.period import Period
from celadon.reference import load_registry
from celadon.reference.families import find_method_by_day

POWER = [stream("power", "electricity", "outside", "mill", meters=["e1", "e2"])]

PERIODS = st.tuples(st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)), st.integers(1, 800)).map(
    lambda drawn: Period(drawn[0], drawn[0] + dt.timedelta(drawn[1]))
)


@given(period=PERIODS, cuts=st.lists(st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1))))
def test_stretches_cover_each_day_once_and_none_crosses_a_month(
    period: Period, cuts: list[dt.date]
) -> None:
    pieces = stretches(period, cuts)
    assert [day for piece in pieces for day in piece.days] == period.days
    for piece in pieces:
        assert len({(day.year, day.month) for day in piece.days}) == 1
    edges = {piece.from_day for piece in pieces}
    assert {day for day in cuts if day in period} <= edges


def test_a_partial_period_gives_partial_months() -> None:
    site = make_site([POWER[0] | {"meters": ["e1"]}], meters=[meter("e1")])
    period = Period.parse("2025-03-16/2025-05-11")
    made = account(site, period, days=meter_days("e1", YEAR, 1000))
    leaves = made.of(account="supply")
    assert [x["leaf"].rpartition("/")[2] for x in leaves] == [
        "2025-03-16..2025-03-31", "2025-04", "2025-05-01..2025-05-10",
    ]  # fmt: skip
    assert [x["month"].month for x in leaves] == [3, 4, 5]
    assert sum(x["count"] for x in leaves) == 1000 * len(period.days)


def test_a_period_of_more_than_a_year_has_a_leaf_for_each_month() -> None:
    site = make_site([POWER[0] | {"meters": ["e1"]}], meters=[meter("e1")])
    period = Period.parse("2024-07-01/2026-02-01")
    made = account(site, period, days=meter_days("e1", period, 1000))
    assert len(made.of(account="supply")) == 19
    assert made.total(account="supply") == 1000 * len(period.days)


def test_one_meter_takes_over_from_another() -> None:
    change = dt.date(2025, 3, 11)
    meters = [meter("e1", to_day=change), meter("e2", from_day=change)]
    days = [
        *meter_days("e1", Period(MARCH.from_day, change), 100),
        *meter_days("e2", Period(change, MARCH.to_day), 200),
    ]
    made = account(make_site(POWER, meters=meters), days=days)
    (leaf,) = made.of(account="supply")
    assert (leaf["count"], leaf["seconds_missing"]) == (10 * 100 + 21 * 200, 0)
    assert "unmetered" not in made.rules()


@pytest.mark.parametrize("item", ["stream", "product"])
def test_days_on_which_no_meter_ran_are_missing_and_not_zero(item: str) -> None:
    meters = [
        meter("e1", "t", to_day=dt.date(2025, 3, 6)),
        meter("e2", "t", from_day=dt.date(2025, 3, 11)),
    ]
    streams = [stream("steel", "crude_steel", "mill", "outside", meters=["e1", "e2"])]
    products = [{"id": "coil", "meters": ["e1", "e2"]}]
    site = (
        make_site(streams, meters=meters)
        if item == "stream"
        else make_site(meters=meters, products=products)
    )
    made = account(site, days=meter_days("e1", Period.parse("2025-03-01/2025-03-06"), 7))
    leaf = made.leaves[0]
    assert (abs(leaf["count"]), leaf["seconds_missing"]) == (35, 5 * 86_400)
    (found,) = made.found("unmetered")
    assert found.numbers == {"days": 5, "first": "2025-03-06", "last": "2025-03-10"}


def test_a_meter_that_is_subtracted_leaves_what_is_left() -> None:
    site = make_site(
        [stream("power", "electricity", "outside", "mill", meters=["e1", "-e2"])],
        meters=[meter("e1"), meter("e2")],
    )
    days = [
        *meter_days("e1", MARCH, 100, estimated=10),
        *meter_days("e2", MARCH, 30, estimated=4, seconds_missing=60),
    ]
    (leaf,) = account(site, days=days).of(account="supply")
    assert leaf["count"] == 31 * (110 - 34)
    assert leaf["estimated"] == 31 * 14  # what is unsure of both adds up
    assert leaf["seconds_missing"] == 31 * 60


def shared(name: str, period: Period, daily: int) -> list[dict[str, Any]]:
    """What two readings, at the ends of a period, give to each day in between."""
    whole = {"from_day": period.from_day, "to_day": period.to_day, "amount": daily}
    return [{"site": "works", "meter": name, "day": day, **whole} for day in period.days]


@pytest.mark.parametrize(
    ("read", "estimated"),
    [
        ("2025-03-01/2025-04-01", 0),  # at the ends of the month: its total is exact
        ("2025-03-05/2025-03-12", 0),
        ("2025-02-20/2025-03-20", 19 * 100),  # how much of it passed in March nobody read
        ("2025-03-31/2025-04-02", 100),
    ],
)
def test_only_what_the_border_of_a_month_shares_is_estimated(read: str, estimated: int) -> None:
    site = make_site(
        [stream("power", "electricity", "outside", "mill", meters=["-e1"])], meters=[meter("e1")]
    )
    whole = Period.parse(read)
    days = meter_days("e1", whole, 0, estimated=100)
    (leaf,) = account(site, days=days, shared=shared("e1", whole, 100)).of(account="supply")
    assert leaf["count"] == -100 * len([day for day in whole.days if day in MARCH.days])
    assert leaf["estimated"] == estimated


def test_an_estimate_stays_one_beside_what_is_shared() -> None:
    site = make_site(
        [stream("power", "electricity", "outside", "mill", meters=["e1"])], meters=[meter("e1")]
    )
    week = Period.parse("2025-03-05/2025-03-12")
    days = meter_days("e1", week, 0, estimated=107)  # a model gave 7 of each day
    (leaf,) = account(site, days=days, shared=shared("e1", week, 100)).of(account="supply")
    assert leaf["estimated"] == 7 * 7


# The reference: GB/T 2589-2020 is in force from 2021-04-01, the guideline of 2013 after that year.


def test_the_days_on_which_the_reference_changes() -> None:
    registry = load_registry()
    methods = (find_method_by_day("gbt-2589-2020", "energy", registry.sources), None)
    changes = reference_changes(registry, methods, Period.parse("2021"))
    assert dt.date(2021, 4, 1) in changes
    assert reference_changes(load_registry(), (None, None), Period.parse("2025-03")) == []


def test_monthly_rows_are_not_cut() -> None:
    site = make_site([stream("coal", "anthracite", "outside", "mill")])
    made = account(site, rows=[used("coal", 1000)])
    assert len(made.of(account="supply")) == 1


def test_a_product_counts_monthly_rows_or_meters() -> None:
    site = make_site(products=[{"id": "coil", "monthly": "production"}])
    made = account(site, rows=[row("coil", "production", "2025-03", 9000)])
    (leaf,) = made.of(account="production")
    assert (leaf["unit"], leaf["carrier"], leaf["value"]) == ("works", "coil", 9000)
