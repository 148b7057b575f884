"""Machinery: shielding gas of welding, and gases by the balance of the books.

Figures of activity are made up. The equations are recalled (D).
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, month_of, unknown
from tests.accounts.tiny import Made, account, make_site, row, sample, stream

MACHINERY = "machinery-ndrc-2015"
POTENTIALS = {
    "sf6": 23_900, "hfc32": 650, "hfc125": 2800, "hfc134a": 1300, "hfc143a": 3800, "hfc152a": 140,
    "hfc227ea": 2900, "hfc236fa": 6300,
}  # fmt: skip
"""Second assessment report, as the shipped rows have them."""


def test_a_month_of_welding() -> None:
    """E = sum(W x P): 12.345 t of gas with 18.5 % of carbon dioxide by mass, 4.2 t of pure one."""
    gas = {"origin": "outside", "destination": "mill", "carbon": "welding"}
    streams = [stream(name, "shielding_gas", **gas) for name in ("mix", "pure")]
    samples = [sample("mix", "purity", "18.5", "%"), sample("pure", "purity", "100", "%")]
    made = month_of(MACHINERY, streams, {"mix": "12.345", "pure": "4.2"}, samples)
    assert made.total(account="carbon", stream="mix") == 12_345_000 * F("0.185")
    assert made.total(account="carbon", stream="pure") == 4_200_000


def test_shielding_gas_of_unknown_content_has_no_figure() -> None:
    gas = stream("mix", "shielding_gas", "outside", "mill", carbon="welding")
    assert unknown(month_of(MACHINERY, [gas], {"mix": "12.345"})) == "purity"


def books(
    kind: str, opening: int, bought: int, sold: int, closing: int, filled: int, retired: int,
    purity: str = "100",
) -> Made:  # fmt: skip
    """A month of a gas by its books, in kg: bottles, and the charge of equipment as a stock."""
    gas = {"carrier": "fluorinated_gas", "carbon": kind, "sampled_at": "bottles"}
    streams = [
        stream("bottles", origin="outside", destination="mill", stock=True, **gas),
        stream("sold", origin="mill", destination="outside", monthly="sale", **gas),
        stream("filled", origin="mill", destination="stock", **gas),
        stream("retired", origin="stock", destination="mill", **gas),
    ]
    rows = [
        row("bottles", "opening_stock", "2025-03", opening),
        row("bottles", "purchase", "2025-03", bought),
        row("bottles", "closing_stock", "2025-03", closing),
        row("sold", "sale", "2025-03", sold),
        row("filled", "consumption", "2025-03", filled),
        row("retired", "consumption", "2025-03", retired),
    ]
    site = make_site(streams, accounting={"carbon_method": MACHINERY})
    return account(site, rows=rows, samples=[sample("bottles", "purity", purity, "%")])


@pytest.mark.parametrize(("kind", "potential"), POTENTIALS.items())
def test_a_month_of_books(kind: str, potential: int) -> None:
    """Opening 120 + bought 800 - sold 150 - closing 90 - net growth (500 - 35) = 215 kg."""
    made = books(kind, 120, 800, 150, 90, 500, 35)
    assert made.total(account="gas", measure=kind) == 215_000
    assert made.total(account="carbon") == 215_000 * potential
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {f"escaped_{kind}"}


def test_what_is_not_the_gas_in_the_bottle_is_not_counted() -> None:
    made = books("sf6", 0, 1000, 0, 0, 0, 0, purity="99.8")
    assert made.total(account="gas") == 998_000


KILOGRAMS = st.integers(0, 10**5)


@settings(max_examples=40, deadline=None)
@given(
    opening=KILOGRAMS, sold=KILOGRAMS, closing=KILOGRAMS, filled=KILOGRAMS, retired=KILOGRAMS,
    escaped=KILOGRAMS,
)  # fmt: skip
def test_what_the_books_do_not_account_for_has_escaped(
    opening: int, sold: int, closing: int, filled: int, retired: int, escaped: int
) -> None:
    bought = sold + closing + filled + escaped  # and what was there before escapes as well
    made = books("hfc134a", opening, bought, sold, closing, filled, retired)
    mass = (opening + retired + escaped) * 1000
    assert made.total(account="gas") == mass
    assert Fraction(made.total(account="carbon"), 1300) == mass


def test_more_in_the_bottles_than_was_ever_there_is_told() -> None:
    made = books("sf6", 100, 50, 0, 400, 0, 0)
    (found,) = made.found("negative_consumption")
    assert found.numbers["count"] == -250
