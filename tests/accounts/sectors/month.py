"""A month of one works by one method: what the tests of sectors begin with."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.accounts.tiny import MARCH, Made, account, make_site, row, used

from celadon.accounts.activity import Row
from celadon.accounts.samples import Sample
from celadon.records.period import Period

F = Fraction
TO_CO2 = F(44, 12)


def month_of(
    method: str,
    streams: Iterable[dict[str, Any]] = (),
    amounts: dict[str, str] | None = None,
    samples: Iterable[Sample] = (),
    *,
    products: Iterable[dict[str, Any]] = (),
    tables: dict[str, Any] | None = None,
    period: Period = MARCH,
    **accounting: str,
) -> Made:
    """The accounts of a month.

    Parameters
    ----------
    amounts : of each stream or product, in thousands of its small unit: t, Nm3, kWh, MJ.
    tables : further tables of the site, such as networks.
    """
    products = list(products)
    made = {product["id"] for product in products}
    rows: list[Row] = [
        row(name, "production", str(period), count(text))
        if name in made
        else used(name, count(text), str(period))
        for name, text in (amounts or {}).items()
    ]
    declared = {"carbon_method": method} | accounting
    site = make_site(list(streams), products=products, accounting=declared, **(tables or {}))
    return account(site, period, rows, samples)


def count(thousands: str) -> int:
    """Small units in thousands of them.

    Examples
    --------
    >>> count("1.25")
    1250
    """
    whole = F(thousands) * 1000
    assert whole.denominator == 1
    return whole.numerator


def grams(tonnes: Fraction) -> int:
    """Tonnes as the whole grams that a leaf of them has."""
    return round(tonnes * 10**6)


def rungs(made: Made) -> dict[str, str]:
    """The rung of each parameter that the carbon account used."""
    return {p["name"]: p["rung"] for p in made.parameters(account="carbon")}


def letters(made: Made) -> set[str | None]:
    """The letters of the lines of the carbon account."""
    return {leaf["confidence"] for leaf in made.of(account="carbon")}


def unknown(made: Made) -> str:
    """Which parameter kept the one figure empty."""
    assert not made.of(account="carbon")
    (found,) = made.found("no_parameter")
    return str(found.numbers["name"])
