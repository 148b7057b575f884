"""Balances of carriers at their networks."""

from __future__ import annotations

import pytest
from tests.accounts.tiny import Made, account, make_site, row, stream, used

from celadon.accounts.balance import Balance, balance_findings, balances

YARD = [{"id": "yard", "carrier": "coke"}]
STREAMS = [
    stream("bought", "coke", "outside", "yard"),
    stream("charged", "coke", "yard", "mill"),
    stream("stock", "coke", "stock", "yard", stock=True),
]


def yard(bought: int, charged: int, opening: int, closing: int) -> Made:
    rows = [
        used("bought", bought), used("charged", charged),
        row("stock", "opening_stock", "2025-03", opening),
        row("stock", "closing_stock", "2025-03", closing),
    ]  # fmt: skip
    return account(make_site(STREAMS, networks=YARD), rows=rows)


def gaps(made: Made) -> list[dict[str, str]]:
    return [f.numbers for f in balance_findings(made.book, made.accounts.leaves)]


@pytest.mark.parametrize(("opening", "closing"), [(300, 100), (100, 300)])
def test_what_is_put_into_stock_is_taken_off_what_came(opening: int, closing: int) -> None:
    drawn = opening - closing
    made = yard(5000, 5000 + drawn, opening, closing)
    assert balances(made.accounts.leaves) == [Balance("yard", "coke", 5000 + drawn, 5000 + drawn)]
    assert gaps(made) == []


def test_a_rest_above_three_percent_is_told() -> None:
    made = yard(100_000, 96_000, 0, 0)
    assert gaps(made) == [{"received": "100 t", "given": "96 t", "share": "4.0 %"}]


def test_a_rest_of_three_percent_is_not() -> None:
    assert gaps(yard(100_000, 97_000, 0, 0)) == []
    assert gaps(yard(100_000, 103_000, 0, 0)) == []


def test_what_is_given_without_being_received_is_told() -> None:
    made = yard(0, 5000, 0, 0)
    (balance,) = balances(made.accounts.leaves)
    assert (balance.unaccounted, balance.share) == (-5000, 0)
    assert len(gaps(made)) == 1
