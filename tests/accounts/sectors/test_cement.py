"""Cement: calcination by oxides with the dusts, alternative fuels by their fossil share.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs, unknown
from tests.accounts.tiny import sample, stream

NDRC, MEE = "cement-ndrc-2013", "cement-mee-2022-2025"
CLINKER = {"id": "clinker", "monthly": "production", "carbon": "calcination"}
DUSTS = [
    stream(name, carrier, "mill", "outside", carbon="calcination", sampled_at="clinker")
    for name, carrier in (("dust", "kiln_dust"), ("bypass", "bypass_dust"))
]
OXIDES = [
    sample("clinker", name, value, "%")
    for name, value in (
        ("cao_content", "65.23"), ("cao_not_from_carbonate", "1.10"),
        ("mgo_content", "2.31"), ("mgo_not_from_carbonate", "0.20"),
    )
]  # fmt: skip


def test_calcination_by_the_oxides_of_clinker_and_dusts() -> None:
    """E_calc = (Q_clinker + Q_kiln dust + Q_bypass dust) [(FR1 - FR10) 44/56 + (FR2 - FR20) 44/40]:

    (151,234.5 + 812.3 + 204.7) t x [(65.23 - 1.10) % x 44/56 + (2.31 - 0.20) % x 44/40].
    """
    amounts = {"clinker": "151234.5", "dust": "812.3", "bypass": "204.7"}
    made = month_of(NDRC, DUSTS, amounts, OXIDES, products=[CLINKER])
    per_t = (Decimal("0.6523") - Decimal("0.0110")) * 44 / 56
    per_t += (Decimal("0.0231") - Decimal("0.0020")) * 44 / 40
    grams_each = [(Decimal(t) * per_t * 10**6).to_integral_value() for t in amounts.values()]
    assert made.total(account="carbon") == sum(int(each) for each in grams_each)
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {"process"}
    # all that a line rests on was measured
    assert letters(made) == {None}


def test_magnesia_counts_by_its_own_molar_mass() -> None:
    """A public code has 44/56 for MgO as well; by 44/40 each share of MgO counts 1.4 times that."""
    made = [
        month_of(
            NDRC, (), {"clinker": "1000"},
            [sample("clinker", "cao_content", "65", "%"), sample("clinker", "mgo_content", m, "%")],
            products=[CLINKER],
        ).total(account="carbon")
        for m in ("0", "2.8")
    ]  # fmt: skip
    assert made[1] - made[0] == grams(1000 * F("0.028") * F(44, 40))


def test_without_oxides_the_old_edition_stays_empty_and_the_market_s_has_a_default() -> None:
    """0.535 t CO2 per t of grey clinker."""
    old, new = (
        month_of(method, (), {"clinker": "1234.5"}, products=[CLINKER]) for method in (NDRC, MEE)
    )
    assert unknown(old) == "co2_factor"
    assert new.total(account="carbon") == grams(F("1234.5") * F("0.535"))
    assert (rungs(new), letters(new)) == ({"co2_factor": "default"}, {"C"})


@settings(max_examples=20, deadline=None)
@given(tonnes=st.integers(1, 10**6), cao=st.integers(5000, 7000), mgo=st.integers(0, 600))
def test_measured_oxides_come_before_the_default(tonnes: int, cao: int, mgo: int) -> None:
    samples = [
        sample("clinker", "cao_content", f"{cao / 100}", "%"),
        sample("clinker", "mgo_content", f"{mgo / 100}", "%"),
    ]
    made = month_of(MEE, (), {"clinker": str(tonnes)}, samples, products=[CLINKER])
    per_t = F(cao, 10_000) * F(44, 56) + F(mgo, 10_000) * F(44, 40)
    assert made.total(account="carbon") == grams(tonnes * per_t)
    assert "co2_factor" not in rungs(made)


def test_carbon_of_raw_meal_must_be_measured() -> None:
    """E_rawC = Q x FR0 x 44/12: 200,000 t x 0.21 % x 44/12."""
    meal = stream("meal", "raw_meal", "mill", "outside", carbon="raw_meal")
    made = month_of(NDRC, [meal], {"meal": "200000"},
                    [sample("meal", "carbon_content", "0.21", "%")])  # fmt: skip
    assert made.total(account="carbon") == grams(200_000 * F("0.0021") * TO_CO2)
    assert unknown(month_of(NDRC, [meal], {"meal": "200000"})) == "carbon_content"


FUELS = [
    # carbon_item, NCV GJ/t, EF tCO2/GJ, fossil share
    ("waste_oil", "40.2", "0.074", "1"),
    ("waste_tyres", "31.4", "0.085", "0.2"),
    ("plastics", "50.8", "0.075", "1"),
    ("waste_solvent", "51.5", "0.074", "0.8"),
    ("waste_leather", "29.0", "0.11", "0.2"),
    ("waste_frp", "32.6", "0.083", "1"),
]


@pytest.mark.parametrize(("item", "heat", "factor", "share"), FUELS)
def test_an_alternative_fuel_counts_by_its_fossil_share(
    item: str, heat: str, factor: str, share: str
) -> None:
    """E_alt = Q x NCV x EF x fossil share; the biogenic rest is told aside and in no total."""
    fuel = stream(
        "fuel", "waste_fuel", "outside", "mill", carbon="alternative_fuel", carbon_item=item
    )
    made = month_of(NDRC, [fuel], {"fuel": "1234.5"})
    whole = F("1234.5") * F(heat) * F(factor)
    assert made.total(account="carbon") == grams(whole * F(share))
    assert made.total(account="biogenic") == grams(whole * (1 - F(share)))
    assert made.total(account="carbon") + made.total(account="biogenic") == grams(whole)


def test_a_fuel_of_no_name_takes_no_default() -> None:
    fuel = stream("fuel", "waste_fuel", "outside", "mill", carbon="alternative_fuel")
    made = month_of(NDRC, [fuel], {"fuel": "1234.5"})
    assert not made.of(account="carbon")
    assert made.found("no_parameter")


def test_the_national_standard_is_named_where_its_text_is_not_loaded() -> None:
    made = month_of("cement", (), {"clinker": "1000"}, OXIDES, products=[CLINKER])
    assert [f.numbers["name"] for f in made.found("edition_not_loaded")] == ["gbt-32151-8-2023"]
    assert made.total(account="carbon") > 0
