"""Solid waste by monthly rows: each fate a line, and a balance that must close."""

from __future__ import annotations

import pytest
from tests.accounts.pollutants.outlets import site_with, slag
from tests.accounts.tiny import Made, Period, account, row

from celadon.accounts.activity import Row

MOVED = {"production": 100_000, "recovery": 70_000, "discharge": 20_500}
STOCKS = {"opening_stock": 5_000, "closing_stock": 14_500}


def rows_of(month: str = "2025-03", **counts: int) -> list[Row]:
    return [
        row("slag", kind, month, count, number=number)
        for number, (kind, count) in enumerate(counts.items(), start=2)
    ]


def measures(made: Made) -> dict[str, int]:
    return {leaf["measure"]: leaf["value"] for leaf in made.of(account="waste")}


def test_each_fate_is_a_line_in_kilograms() -> None:
    made = account(site_with(slag()), rows=rows_of(**MOVED, **STOCKS))
    assert measures(made) == {
        "generated": 100_000, "reused": 70_000, "disposed": 20_500, "stored": 9_500,
    }  # fmt: skip
    assert made.found("waste_balance_open") == []
    leaf = made.of(measure="stored")[0]
    assert leaf["leaf"] == "waste/slag/slag.stored/general/stored/2025-03"
    inputs = [x for x in made.accounts.inputs.to_pylist() if x["leaf"] == leaf["leaf"]]
    assert {x["role"] for x in inputs} == {"opening_stock", "closing_stock"}


def test_what_does_not_close_is_told_by_how_much() -> None:
    made = account(site_with(slag()), rows=rows_of(**MOVED | {"recovery": 69_000}, **STOCKS))
    (found,) = made.found("waste_balance_open")
    assert found.numbers == {
        "month": "2025-03", "generated": 100_000, "accounted": 99_000, "open": 1_000,
    }  # fmt: skip
    assert "1000 kg" in found.text("en")
    assert "1000 kg" in found.text("zh")


def test_a_stock_that_is_drawn_on_is_below_zero() -> None:
    counts = {"production": 100_000, "recovery": 70_000, "discharge": 40_000}
    stocks = {"opening_stock": 15_000, "closing_stock": 5_000}
    made = account(site_with(slag()), rows=rows_of(**counts, **stocks))
    assert measures(made)["stored"] == -10_000
    assert made.found("waste_balance_open") == []


@pytest.mark.parametrize("lost", [*MOVED, *STOCKS])
def test_a_month_that_lacks_a_row_is_missing_and_not_judged(lost: str) -> None:
    counts = {kind: count for kind, count in (MOVED | STOCKS).items() if kind != lost}
    made = account(site_with(slag()), rows=rows_of(**counts))
    assert made.found("waste_balance_open") == []
    (found,) = [found for found in made.found("activity_missing") if found.subject == "slag"]
    assert found.numbers["kind"] == lost
    missing = [leaf for leaf in made.of(account="waste") if leaf["seconds_missing"]]
    assert [leaf["value"] for leaf in missing] == [0]


def test_the_end_of_a_month_is_the_beginning_of_the_next() -> None:
    second = {"production": 10_000, "recovery": 9_000, "discharge": 0, "closing_stock": 15_500}
    rows = [*rows_of(**MOVED, **STOCKS), *rows_of("2025-04", **second)]
    made = account(site_with(slag()), Period.parse("2025-03-01/2025-05-01"), rows=rows)
    assert [leaf["value"] for leaf in made.of(measure="stored")] == [9_500, 1_000]
    assert [found.rule for found in made.findings if found.subject == "slag"] == []


def test_a_stock_that_does_not_carry_over_is_told() -> None:
    second = {
        "production": 0, "recovery": 0, "discharge": 0, "opening_stock": 14_000,
        "closing_stock": 14_000,
    }  # fmt: skip
    rows = [*rows_of(**MOVED, **STOCKS), *rows_of("2025-04", **second)]
    made = account(site_with(slag()), Period.parse("2025-03-01/2025-05-01"), rows=rows)
    assert {found.numbers["day"] for found in made.found("stock_break")} == {"2025-04-01"}


def test_hazardous_waste_without_a_stock_goes_somewhere() -> None:
    outlet = slag(waste="hazardous", moves=["transferred"], stock=False, code="simulated")
    made = account(site_with(outlet), rows=rows_of(production=1_250, sale=1_250))
    assert measures(made) == {"generated": 1_250, "transferred": 1_250}
    assert {leaf["scope"] for leaf in made.of(account="waste")} == {"hazardous"}
    assert made.found("waste_balance_open") == []


def test_waste_of_which_only_the_generation_is_weighed_has_no_balance() -> None:
    made = account(site_with(slag(moves=[], stock=False)), rows=rows_of(production=7))
    assert measures(made) == {"generated": 7}
    assert made.found("waste_balance_open") == []
