"""Power: coal by monthly carbon, the penalty where none was measured, desulphurisation.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs, unknown
from tests.accounts.tiny import Made, sample, stream

MEE, NDRC = "power-mee-2022", "power-ndrc-2013"
COAL = stream("coal", "bituminous_coal", "outside", "mill", carbon="coal")
LIME = stream("limestone", "limestone", "outside", "mill", carbon="desulphurisation")
CARBON = sample("coal", "carbon_content", "54.37", "%")
HEAT = sample("coal", "net_calorific_value", "21.236", "GJ/t")


def burnt(*samples, tonnes: str = "51234.56", method: str = MEE) -> Made:
    return month_of(method, [COAL], {"coal": tonnes}, samples)


def test_coal_by_the_carbon_of_the_month() -> None:
    """E = FC_m x C_ar,m x OF x 44/12: 51,234.56 t x 54.37 % x 0.99 x 44/12."""
    made = burnt(CARBON, HEAT)
    expected = Decimal("51234.56") * Decimal("0.5437") * Decimal("0.99") * 44 / 12
    assert made.total(account="carbon") == int((expected * 10**6).to_integral_value())
    assert rungs(made) == {"carbon_content": "measured", "oxidation_rate": "default"}
    # the oxidation of coal is recalled
    assert letters(made) == {"D"}


def test_without_a_carbon_test_the_month_pays_the_high_default() -> None:
    """NCV measured x high default: 51,234.56 t x 21.236 GJ/t x 0.03085 tC/GJ x 0.99 x 44/12."""
    made = burnt(HEAT)
    expected = Decimal("51234.56") * Decimal("21.236") * Decimal("0.03085") * Decimal("0.99")
    assert made.total(account="carbon") == int((expected * 44 / 12 * 10**6).to_integral_value())
    assert rungs(made)["carbon_content_per_heat"] == "penalty"


def test_the_penalty_costs_what_the_missing_test_would_have_saved() -> None:
    with_test, without = burnt(CARBON, HEAT), burnt(HEAT)
    assert without.total(account="carbon") > with_test.total(account="carbon")


def test_neither_carbon_nor_heat_leaves_the_figure_empty() -> None:
    assert unknown(burnt()) == "net_calorific_value"


@settings(max_examples=25, deadline=None)
@given(
    tonnes=st.integers(1, 10**7),
    carbon=st.integers(3000, 9000),
    heat=st.integers(8000, 30_000),
)
def test_a_measured_carbon_is_never_passed_over(tonnes: int, carbon: int, heat: int) -> None:
    made = burnt(
        sample("coal", "carbon_content", str(F(carbon, 100).__float__()), "%"),
        sample("coal", "net_calorific_value", str(F(heat, 1000).__float__()), "GJ/t"),
        tonnes=str(tonnes),
    )
    expected = tonnes * F(carbon, 10_000) * F("0.99") * TO_CO2
    assert made.total(account="carbon") == grams(expected)
    assert "penalty" not in rungs(made).values()


def test_gas_by_the_defaults_of_the_family() -> None:
    """12,345.6 thousand Nm3 x 389.31 GJ/1e4 Nm3 x 15.32 tC/TJ x 99 % x 44/12."""
    gas = stream("gas", "natural_gas", "outside", "mill", carbon="combustion")
    made = month_of(MEE, [gas], {"gas": "12345600"})  # Nm3
    expected = F("1234.56") * F("389.31") * F("0.01532") * F("0.99") * TO_CO2
    assert made.total(account="carbon") == grams(expected)


def test_desulphurisation_by_content_factor_and_conversion() -> None:
    """E = CAL x I x EF x TR: 1,234.5 t x 0.90 x 0.4397 x 1.0; the NDRC edition has 44/100."""
    amounts = {"limestone": "1234.5"}
    new, old = month_of(MEE, [LIME], amounts), month_of(NDRC, [LIME], amounts)
    assert new.total(account="carbon") == grams(F("1234.5") * F("0.90") * F("0.4397"))
    assert old.total(account="carbon") == grams(F("1234.5") * F("0.90") * F(44, 100))
    assert {leaf["scope"] for leaf in new.of(account="carbon")} == {"process"}


def test_the_content_of_the_carbonate_is_measured_where_it_can_be() -> None:
    given = sample("limestone", "carbonate_content", "95.2", "%")
    made = month_of(MEE, [LIME], {"limestone": "1000"}, [given])
    assert made.total(account="carbon") == grams(1000 * F("0.952") * F("0.4397"))


def test_the_national_standard_is_named_where_its_text_is_not_loaded() -> None:
    made = month_of("power", [LIME], {"limestone": "1000"})
    (found,) = made.found("edition_not_loaded")
    assert found.numbers["name"] == "gbt-32151-1-2015"
    assert {leaf["method"] for leaf in made.of(account="carbon")} == {NDRC}
