"""Electronics: gases of etching and deposition, what they leave of themselves and make of others.

Figures of activity and samples are made up. The equations are recalled (D).
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, month_of
from tests.accounts.tiny import Made, sample, stream

from celadon.accounts.samples import Sample
from celadon.records.period import Period

ELECTRONICS = "electronics-ndrc-2015"
GAS = stream("gas", "fluorinated_gas", "outside", "mill")


def shares(**given_shares: str) -> list[Sample]:
    """Samples of a gas in per cent."""
    return [sample("gas", name, value, "%") for name, value in given_shares.items()]


def etched(kind: str, tonnes: str, samples: list[Sample]) -> Made:
    return month_of(ELECTRONICS, [GAS | {"carbon": kind}], {"gas": tonnes}, samples)


GIVEN = {
    "heel_share": "10", "utilisation_rate": "20", "abated_share": "80", "abatement_rate": "95",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "potential"),
    [("cf4", 6500), ("c2f6", 9200), ("c3f8", 7000), ("cc4f8", 8700), ("sf6", 23_900),
     ("hfc23", 11_700), ("hfc32", 650), ("hfc41", 150)],
)  # fmt: skip
def test_a_month_of_etching(kind: str, potential: int) -> None:
    """E_i = (1 - h) FC (1 - U)(1 - a d) x GWP: 12.345 t x 0.9 x 0.8 x (1 - 0.8 x 0.95)."""
    made = etched(kind, "12.345", shares(**GIVEN))
    left = Decimal("0.9") * Decimal("0.8") * (1 - Decimal("0.8") * Decimal("0.95"))
    mass = Decimal("12.345") * left * 10**6
    assert made.total(account="gas", measure=kind) == mass.to_integral_value()
    assert made.total(account="carbon") == (mass * potential).to_integral_value()


def test_a_gas_that_makes_another() -> None:
    """E_b = (1 - h) FC B (1 - a d) x GWP: CF4 made of C2F6 beside what is left of that."""
    given_shares = shares(**GIVEN, by_product_factor="18.5")
    made = etched("c2f6_with_cf4", "2", given_shares)
    abated = 1 - F("0.8") * F("0.95")
    assert made.total(account="gas", measure="c2f6") == 2 * 10**6 * F("0.9") * F("0.8") * abated
    by_product = 2 * 10**6 * F("0.9") * F("0.185") * abated
    assert made.total(account="gas", measure="cf4") == by_product
    scopes = {leaf["scope"]: leaf["value"] for leaf in made.of(account="carbon")}
    assert scopes["process_cf4"] == by_product * 6500


def test_nothing_is_assumed_of_heel_use_and_abatement() -> None:
    for name in GIVEN:
        given_shares = shares(**{other: GIVEN[other] for other in GIVEN if other != name})
        made = etched("cf4", "1", given_shares)
        assert not made.of(account="carbon")
        assert {found.numbers["name"] for found in made.found("no_parameter")} == {name}


def test_a_gas_without_a_potential_keeps_its_mass_and_has_no_equivalent() -> None:
    """The second assessment report knows no potential of NF3."""
    made = etched("nf3", "1", shares(**GIVEN))
    assert made.total(account="gas", measure="nf3") == 10**6 * F("0.9") * F("0.8") * F("0.24")
    assert not made.of(account="carbon")
    (found,) = made.found("no_parameter")
    assert "NF3" in str(found.numbers["why"])


PER_CENT = st.integers(0, 100)


@settings(max_examples=40, deadline=None)
@given(kilograms=st.integers(0, 10**6), heel=PER_CENT, used=PER_CENT, share=PER_CENT, rate=PER_CENT)
def test_never_more_than_was_fed_and_always_as_much_as_passed_by(
    kilograms: int, heel: int, used: int, share: int, rate: int
) -> None:
    names = ("heel_share", "utilisation_rate", "abated_share", "abatement_rate")
    values = (str(n) for n in (heel, used, share, rate))
    made = etched("cf4", str(F(kilograms, 1000)), shares(**dict(zip(names, values, strict=True))))
    left = made.total(account="gas")
    fed = kilograms * 1000 * F(100 - heel, 100) * F(100 - used, 100)
    past = fed * F(100 - share, 100)  # what does not pass the abatement
    destroyed = fed * F(share, 100) * F(rate, 100)
    assert abs(left - (fed - destroyed)) <= F(1, 2)
    assert past - F(1, 2) <= left <= fed + F(1, 2)


@pytest.mark.parametrize(("month", "told"), [("2023-03", False), ("2025-03", True)])
def test_an_edition_of_which_no_beginning_is_known_is_told(month: str, told: bool) -> None:
    """GB/T 32151.24-2024 is published; on which day it came into force is not known."""
    gas, period = GAS | {"carbon": "cf4"}, Period.parse(month)
    samples = [sample("gas", name, value, "%", days=month) for name, value in GIVEN.items()]
    made = month_of("electronics", [gas], {"gas": "1"}, samples, period=period)
    assert {leaf["method"] for leaf in made.of(account="carbon")} == {ELECTRONICS}
    found = made.found("edition_perhaps_in_force")
    assert [each.numbers["name"] for each in found] == (["gbt-32151-24-2024"] if told else [])
