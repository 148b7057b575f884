"""Monthly rows: what they give for each month, and what is missing, repeated or in conflict."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import MARCH, account, make_site, row, stream, used

from celadon.accounts.activity import Activity, MonthAmount, Row
from celadon.records.finding import Finding
from celadon.records.ledger.refused_rows import RefusedRow
from celadon.records.period import Period

FIRST_HALF = Period.parse("2025-01-01/2025-07-01")
SITE = make_site([stream("coal", "anthracite", "outside", "mill", stock=True)])
DRAWN = make_site([stream("coal", "anthracite", "stock", "mill", stock=True)])


def opening(day: str, count: int, **rest: int) -> Row:
    return row("coal", "opening_stock", one_day(day), count, **rest)


def closing(day: str, count: int, **rest: int) -> Row:
    return row("coal", "closing_stock", one_day(day), count, **rest)


def bought(days: str, count: int, **rest: int) -> Row:
    return row("coal", "purchase", days, count, **rest)


def one_day(day: str) -> str:
    return f"{day}/{dt.date.fromisoformat(day) + dt.timedelta(1)}"


def balance(*rows: Row, period: Period = MARCH, site=SITE) -> tuple[list[MonthAmount], list[str]]:
    activity = Activity(site, rows)
    amounts = activity.stock_balance(site.streams[0], period)
    return amounts, sorted(found.rule for found in activity.findings)


def monthly(*rows: Row, period: Period = MARCH) -> tuple[list[MonthAmount], list[Finding]]:
    activity = Activity(SITE, rows)
    return activity.monthly("coal", "purchase", period), activity.findings


def counts(amounts: list[MonthAmount]) -> list[int | None]:
    return [amount.count for amount in amounts]


def test_what_was_bought_and_what_the_stock_gave() -> None:
    rows = [opening("2025-03-01", 40), bought("2025-03", 100), closing("2025-03-31", 25)]
    amounts, rules = balance(*rows)
    assert counts(amounts) == [115]
    assert amounts[0].rows == (rows[0], rows[1], rows[2])
    assert rules == []


def test_a_stock_may_be_told_for_its_month_or_for_its_day() -> None:
    rows = [
        row("coal", "opening_stock", "2025-03", 40), bought("2025-03", 100),
        row("coal", "closing_stock", "2025-03", 25),
    ]  # fmt: skip
    assert counts(balance(*rows)[0]) == [115]


def test_a_month_opens_with_what_the_month_before_closed_with() -> None:
    rows = [closing("2025-02-28", 40), bought("2025-03", 100), closing("2025-03-31", 25)]
    amounts, rules = balance(*rows)
    assert counts(amounts) == [115]
    assert rules == []


def test_a_stock_that_does_not_carry_over_is_told_and_the_opening_used() -> None:
    rows = [
        closing("2025-02-28", 41), opening("2025-03-01", 40), bought("2025-03", 100),
        closing("2025-03-31", 25),
    ]  # fmt: skip
    amounts, rules = balance(*rows)
    assert counts(amounts) == [115]
    assert rules == ["stock_break"]


@pytest.mark.parametrize("lost", ["opening_stock", "purchase", "closing_stock"])
def test_a_month_without_one_of_its_rows_is_missing_and_not_zero(lost: str) -> None:
    rows = [opening("2025-03-01", 40), bought("2025-03", 100), closing("2025-03-31", 25)]
    kept = [each for each in rows if each.kind != lost]
    amounts, rules = balance(*kept)
    assert counts(amounts) == [None]
    assert rules == ["activity_missing"]
    made = account(SITE, rows=kept)
    (leaf,) = made.of(account="supply")
    assert (leaf["count"], leaf["seconds_missing"]) == (0, 31 * 86_400)
    assert [found.numbers["kind"] for found in made.found("activity_missing")] == [lost]


def test_a_stream_that_draws_on_stock_alone_needs_no_purchase() -> None:
    rows = [opening("2025-03-01", 40), closing("2025-03-31", 55)]
    amounts, rules = balance(*rows, site=DRAWN)
    assert counts(amounts) == [-15]
    assert rules == []


def test_a_bought_stream_that_gives_less_than_nothing_is_told() -> None:
    rows = [opening("2025-03-01", 40), bought("2025-03", 0), closing("2025-03-31", 55)]
    amounts, rules = balance(*rows)
    assert counts(amounts) == [-15]
    assert rules == ["negative_consumption"]


def test_a_month_that_is_cut_by_the_period_needs_its_own_stocks() -> None:
    rows = [opening("2025-03-01", 40), bought("2025-03", 100), closing("2025-03-31", 25)]
    late = Period.parse("2025-03-11/2025-04-01")
    assert counts(balance(*rows, period=late)[0]) == [None]
    known = balance(*rows, closing("2025-03-10", 30), period=late)[0]
    assert counts(known) == [30 + (100 - 100 * 10 // 31) - 25]


def test_a_month_without_rows_is_missing() -> None:
    amounts, found = monthly(bought("2025-01", 5), period=Period.parse("2025-01-01/2025-03-01"))
    assert counts(amounts) == [5, None]
    assert [f.numbers for f in found] == [{"kind": "purchase", "month": "2025-02"}]


def test_a_row_of_zero_is_not_missing() -> None:
    amounts, found = monthly(bought("2025-03", 0))
    assert counts(amounts) == [0]
    assert found == []


STRETCHES = st.tuples(st.integers(0, 180), st.integers(1, 90)).map(
    lambda drawn: Period(
        FIRST_HALF.from_day + dt.timedelta(drawn[0]),
        min(FIRST_HALF.from_day + dt.timedelta(sum(drawn)), FIRST_HALF.to_day),
    )
)


@given(stretch=STRETCHES, count=st.integers(0, 10**15))
def test_the_months_of_a_long_row_add_to_the_row(stretch: Period, count: int) -> None:
    each = Row("coal", "purchase", stretch.from_day, stretch.to_day, count, 2, 1, "books.xlsx")
    amounts, _ = monthly(each, period=FIRST_HALF)
    assert sum(amount.count or 0 for amount in amounts) == count
    for amount in amounts:
        days = len([day for day in amount.period.days if day in stretch])
        share = Fraction(count * days, (stretch.to_day - stretch.from_day).days)
        assert abs((amount.count or 0) - share) <= 1
        whole = amount.period.from_day <= stretch.from_day <= stretch.to_day <= amount.period.to_day
        assert amount.estimated == (0 if whole else amount.count or 0)


@given(stretch=STRETCHES, count=st.integers(0, 10**6))
def test_what_was_delivered_each_day_adds_to_what_was_bought(stretch: Period, count: int) -> None:
    each = Row("coal", "purchase", stretch.from_day, stretch.to_day, count, 2, 1, "books.xlsx")
    delivered = Activity(SITE, [each]).deliveries("coal", FIRST_HALF)
    assert [day for day, _ in delivered] == stretch.days
    assert len({amount for _, amount in delivered}) == 1
    assert sum(amount for _, amount in delivered) == count


def test_equal_rows_of_one_file_count_once() -> None:
    amounts, found = monthly(*(bought("2025-03", 7, number=n) for n in (2, 3, 4)))
    assert counts(amounts) == [7]
    assert [(f.rule, f.numbers) for f in found] == [("repeated_row", {"rows": 3})]
    assert found[0].place == "books.xlsx › row 2"


def test_different_deliveries_of_one_day_are_added() -> None:
    amounts, found = monthly(bought("2025-03-04/2025-03-05", 7), bought("2025-03-04/2025-03-05", 8))
    assert counts(amounts) == [15]
    assert found == []


@pytest.mark.parametrize("kind", ["production", "consumption", "recovery", "discharge"])
def test_two_amounts_for_the_same_days_are_a_conflict_unless_they_are_deliveries(
    kind: str,
) -> None:
    month, week = row("coal", kind, "2025-03", 300), row("coal", kind, "2025-03-03/2025-03-10", 70)
    other = row("coal", kind, "2025-04", 310, number=4)
    activity = Activity(SITE, [month, week, other])
    assert counts(activity.monthly("coal", kind, Period.parse("2025-03-01/2025-05-01"))) == [
        None, 310,
    ]  # fmt: skip
    rules = [found.rule for found in activity.findings]
    assert rules == ["conflicting_rows", "conflicting_rows", "activity_missing"]


def test_two_stocks_for_one_instant_are_a_conflict_and_neither_is_used() -> None:
    rows = [
        opening("2025-03-01", 40, number=2), opening("2025-03-01", 41, number=3),
        bought("2025-03", 100), closing("2025-03-31", 25),
    ]  # fmt: skip
    amounts, rules = balance(*rows)
    assert counts(amounts) == [None]
    assert rules == ["activity_missing", "conflicting_rows", "conflicting_rows"]


def test_one_stock_told_twice_alike_is_no_conflict() -> None:
    rows = [
        opening("2025-03-01", 40), row("coal", "opening_stock", "2025-03", 40, number=3),
        bought("2025-03", 100), closing("2025-03-31", 25),
    ]  # fmt: skip
    amounts, rules = balance(*rows)
    assert counts(amounts) == [115]
    assert rules == []


def test_a_later_file_replaces_what_it_overlaps() -> None:
    early = [bought("2025-03-01/2025-03-11", 10), bought("2025-03-11/2025-03-21", 20, number=3)]
    late = [bought("2025-03-11/2025-03-21", 25, position=4)]
    amounts, found = monthly(*late, *early)
    assert counts(amounts) == [35]
    assert [f.rule for f in found] == ["overlapping_rows"]
    assert found[0].place == "books.xlsx › row 3"


def test_a_later_file_that_says_the_same_is_not_told() -> None:
    amounts, found = monthly(bought("2025-03", 10), bought("2025-03", 10, position=4))
    assert counts(amounts) == [10]
    assert found == []


def test_a_later_stock_replaces_the_earlier_however_its_days_are_written() -> None:
    rows = [
        row("coal", "opening_stock", "2025-03", 40), opening("2025-03-01", 44, position=3),
        bought("2025-03", 100), closing("2025-03-31", 25),
    ]  # fmt: skip
    amounts, rules = balance(*rows)
    assert counts(amounts) == [119]
    assert rules == ["overlapping_rows"]


def test_a_conflict_of_a_later_file_leaves_nothing_of_the_earlier() -> None:
    rows = [
        opening("2025-03-01", 40), bought("2025-03", 100), closing("2025-03-31", 25),
        closing("2025-03-31", 26, position=3, number=5),
        closing("2025-03-31", 27, position=3, number=6),
    ]  # fmt: skip
    amounts, rules = balance(*rows)
    assert counts(amounts) == [None]
    assert "conflicting_rows" in rules


@given(order=st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        opening("2025-03-01", 40, number=2), bought("2025-03-04/2025-03-05", 60, number=3),
        bought("2025-03-20/2025-03-21", 30, number=4), closing("2025-03-31", 25, number=5),
        bought("2025-03-20/2025-03-21", 35, position=2, number=2),
        bought("2025-03-20/2025-03-21", 35, position=2, number=3),
    ]  # fmt: skip
    assert balance(*(rows[n] for n in order)) == balance(*rows)
    assert counts(balance(*rows)[0]) == [40 + 60 + 35 - 25]


@pytest.mark.parametrize("kind", ["production", "consumption", "discharge"])
def test_two_amounts_for_the_same_days_of_one_file_are_a_conflict(kind: str) -> None:
    rows = [row("coal", kind, "2025-03", 1700), row("coal", kind, "2025-03", 1800, number=3)]
    activity = Activity(SITE, rows)
    assert counts(activity.monthly("coal", kind, MARCH)) == [None]
    rules = sorted(found.rule for found in activity.findings)
    assert rules == ["activity_missing", "conflicting_rows", "conflicting_rows"]


def test_two_deliveries_on_one_day_are_both_counted() -> None:
    day = one_day("2025-03-04")
    amounts, findings = monthly(bought(day, 10), bought(day, 12, number=3))
    assert counts(amounts) == [22]
    assert findings == []


def refused(kind: str, days: str, position: int = 1, item: str = "coal") -> RefusedRow:
    period = Period.parse(days)
    return RefusedRow(item, kind, period.from_day, period.to_day, position)


STOCKS = [opening("2025-03-01", 40), closing("2025-03-31", 25)]
GIVEN = [*STOCKS, bought("2025-03-15/2025-03-16", 100)]


def drawn(rows: list[Row], *gone: RefusedRow, site=SITE) -> tuple[int | None, list[str]]:
    activity = Activity(site, rows, gone)
    [amount] = activity.stock_balance(site.streams[0], MARCH)
    return amount.count, [str(found.numbers["kind"]) for found in activity.findings]


@pytest.mark.parametrize("kind", ["purchase", "opening_stock", "closing_stock"])
def test_a_month_of_which_a_row_was_refused_is_missing(kind: str) -> None:
    days = {"opening_stock": "2025-03-01/2025-03-02", "closing_stock": "2025-03-31/2025-04-01"}
    gone = refused(kind, days.get(kind, "2025-03-05/2025-03-06"))
    assert drawn(GIVEN) == (115, [])
    assert drawn(GIVEN, gone) == (None, [kind])


def test_a_refused_purchase_is_missing_where_none_is_needed() -> None:
    assert drawn(STOCKS, site=DRAWN) == (15, [])
    assert drawn(STOCKS, refused("purchase", "2025-03"), site=DRAWN) == (None, ["purchase"])


def test_a_later_file_gives_what_was_refused_and_an_earlier_does_not() -> None:
    gone = refused("purchase", "2025-03-05/2025-03-06", 2)
    row_of = {at: bought("2025-03-05/2025-03-06", 20, position=at) for at in (1, 2, 3)}
    assert drawn([*GIVEN, row_of[1]], gone)[0] is None
    assert drawn([*GIVEN, row_of[2]], gone)[0] is None  # two deliveries of a day, one unreadable
    assert drawn([*GIVEN, row_of[3]], gone) == (135, [])
    other_day = bought("2025-03-06/2025-03-07", 20, position=3)
    assert drawn([*GIVEN, other_day], gone)[0] is None


def test_only_its_stream_its_kind_and_its_month_lack_a_refused_row() -> None:
    for gone in (
        refused("sale", "2025-03"), refused("purchase", "2025-03", item="coke"),
        refused("purchase", "2025-02"), refused("purchase", "2025-04"),
    ):  # fmt: skip
        assert drawn(GIVEN, gone) == (115, [])
    activity = Activity(
        SITE, [bought("2025-01-01/2025-03-01", 59)], [refused("purchase", "2025-02")]
    )
    assert counts(activity.monthly("coal", "purchase", Period.parse("2025-01-01/2025-04-01"))) == [
        31, None, None,
    ]  # fmt: skip


def test_what_is_left_of_a_month_beside_a_conflict_is_no_month() -> None:
    clash = [row("coal", "consumption", "2025-03-01/2025-03-11", 10, number=2),
             row("coal", "consumption", "2025-03-05/2025-03-08", 11, number=3)]  # fmt: skip
    rest = row("coal", "consumption", "2025-03-11/2025-04-01", 20, number=4)
    amounts = Activity(SITE, [*clash, rest]).monthly("coal", "consumption", MARCH)
    assert counts(amounts) == [None]
    mended = row("coal", "consumption", "2025-03-01/2025-03-11", 12, number=2, position=2)
    amounts = Activity(SITE, [*clash, rest, mended]).monthly("coal", "consumption", MARCH)
    assert counts(amounts) == [32]


def covered(*rows: Row, kind: str = "consumption") -> tuple[MonthAmount, list[Finding]]:
    activity = Activity(SITE, rows)
    [amount] = activity.monthly("coal", kind, MARCH)
    return amount, activity.findings


def burnt(days: str, count: int, **rest: int) -> Row:
    return row("coal", "consumption", days, count, **rest)


def test_a_row_of_three_days_is_no_month() -> None:
    amount, [found] = covered(burnt("2025-03-11/2025-03-14", 90))
    assert (amount.count, amount.uncovered) == (90, 28)
    assert found.rule == "activity_partial"
    assert {name: found.numbers[name] for name in ("covered", "days", "of")} == {
        "covered": 3, "days": 28, "of": 31,
    }  # fmt: skip
    assert found.numbers["gaps"] == "2025-03-01 .. 2025-03-10, 2025-03-14 .. 2025-03-31"
    assert "28" in found.text("zh")


@pytest.mark.parametrize(
    "days",
    [
        ["2025-03"],
        ["2025-01-01/2025-05-01"],
        ["2025-03-01/2025-03-16", "2025-03-16/2025-04-01"],
        ["2025-02-20/2025-03-20", "2025-03-20/2025-04-20"],
    ],
)
def test_rows_that_together_cover_a_month_are_whole(days: list[str]) -> None:
    rows = [burnt(each, 30, number=at) for at, each in enumerate(days, start=2)]
    amount, findings = covered(*rows)
    assert amount.uncovered == 0
    assert findings == []


def test_a_gap_between_two_rows_is_told_whatever_their_order() -> None:
    rows = [burnt("2025-03-16/2025-04-01", 1, number=2), burnt("2025-03-01/2025-03-10", 2)]
    amount, [found] = covered(*rows)
    assert amount.uncovered == 6
    assert found.numbers["gaps"] == "2025-03-10 .. 2025-03-15"


@pytest.mark.parametrize("kind", ["purchase", "sale", "discharge"])
def test_days_without_a_delivery_are_days_like_others(kind: str) -> None:
    amount, findings = covered(row("coal", kind, "2025-03-11/2025-03-12", 90), kind=kind)
    assert amount.uncovered == 0
    assert findings == []


def test_a_leaf_of_a_part_says_how_much_time_is_missing() -> None:
    site = make_site([stream("coal", "anthracite", "outside", "mill")])
    made = account(site, rows=[used("coal", 3_000, "2025-03-11/2025-03-14")])
    assert {leaf["seconds_missing"] for leaf in made.leaves} == {28 * 86_400}
    assert "activity_partial" in made.rules()
