"""Petrochemicals: flares, coke that is burnt off, the hydrogen plant, decoking, recovery.

Figures of activity and samples are made up. The equations, 0.98 and 19.7 are recalled (D).
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, month_of, rungs
from tests.accounts.tiny import Made, account, make_site, row, sample, stream

PETRO = "petrochemicals-ndrc-2014"
FLARE = stream("flare", "flare_gas", "mill", "flare", carbon="flare")


def test_a_month_of_a_flare() -> None:
    """E_flare = sum(Q x (CC_nonCO2 x OF x 44/12 + V_CO2 x 19.7)).

    1,234,500 Nm3 with 5.321 tC/1e4 Nm3 beside 3.2 % of carbon dioxide; 98 % of the carbon burns.
    """
    samples = [sample("flare", "carbon_not_co2", "5.321", "tC/1e4Nm3"),
               sample("flare", "co2_share", "3.2", "%")]  # fmt: skip
    made = month_of(PETRO, [FLARE], {"flare": "1234500"}, samples)
    per = Decimal("5.321") * Decimal("0.98") * 44 / 12 + Decimal("0.032") * Decimal("19.7")
    tonnes = Decimal("123.45") * per
    assert made.total(account="carbon") == (tonnes * 10**6).to_integral_value()
    (leaf,) = made.of(account="carbon")
    assert (leaf["scope"], leaf["confidence"]) == ("flare", "D")
    assert rungs(made) == {
        "carbon_not_co2": "measured", "oxidation_rate": "default",
        "co2_share": "measured", "co2_density": "default",
    }  # fmt: skip


def test_a_flare_of_unknown_gas_has_no_figure() -> None:
    made = month_of(PETRO, [FLARE], {"flare": "1234500"})
    assert not made.of(account="carbon")
    assert "no_parameter" in made.rules()


@pytest.mark.parametrize("kind", ["catalytic_regeneration", "coking"])
def test_coke_that_is_burnt_off(kind: str) -> None:
    """MC x CF x OF x 44/12: 2,345.6 t x 94.5 % x 99 % x 44/12; neither share has a default."""
    coke = stream("coke", "coke_deposit", "mill", "flare", carbon=kind)
    samples = [sample("coke", "carbon_content", "94.5", "%"),
               sample("coke", "oxidation_rate", "99", "%")]  # fmt: skip
    made = month_of(PETRO, [coke], {"coke": "2345.6"}, samples)
    assert made.total(account="carbon") == grams(F("2345.6") * F("0.945") * F("0.99") * TO_CO2)
    assert not month_of(PETRO, [coke], {"coke": "2345.6"}, samples[:1]).of(account="carbon")


def hydrogen(feed: int, product: int, waste: int) -> Made:
    """A hydrogen plant by tonnes of carbon: feed from the works, gas to the works, waste away."""
    units = [{"id": "refinery"}, {"id": "hydrogen-plant"}]
    streams = [
        stream("feed", "refinery_dry_gas", "refinery", "hydrogen-plant", carbon="hydrogen_feed"),
        stream("made", "process_gas", "hydrogen-plant", "refinery", carbon="hydrogen_product"),
        stream("waste", "carbon_waste", "hydrogen-plant", "outside", carbon="hydrogen_waste"),
    ]
    samples = [
        sample("feed", "carbon_content", "80", "%"),
        sample("made", "carbon_content", "2", "tC/1e4Nm3"),
        sample("waste", "carbon_content", "50", "%"),
    ]
    rows = [
        row("feed", "consumption", "2025-03", feed * 10**6 // 800),
        row("made", "consumption", "2025-03", product * 10**7 // 2),
        row("waste", "consumption", "2025-03", waste * 2000),
    ]
    site = make_site(streams, units=units, accounting={"carbon_method": PETRO})
    return account(site, rows=rows, samples=samples)


def test_the_hydrogen_plant_inside_the_works() -> None:
    """(feed C - product C - waste C) x 44/12: (8,100 - 120 - 3) t of carbon."""
    made = hydrogen(8100, 120, 3)
    assert made.total(account="carbon") == (29_700 - 440 - 11) * 10**6
    assert made.total(account="carbon", stream="made") == -440 * 10**6


@settings(max_examples=30, deadline=None)
@given(gas=st.integers(0, 10**4), waste=st.integers(0, 10**3), burnt=st.integers(0, 10**4))
def test_what_feed_brings_is_carried_on_or_released(gas: int, waste: int, burnt: int) -> None:
    feed = 4 * (gas + waste + burnt)  # whole kilograms of feed at 80 %
    made = hydrogen(feed, gas, waste)
    released = made.total(account="carbon")
    assert abs(released - (feed - gas - waste) * TO_CO2 * 10**6) <= F(3, 2)
    assert "carbon_from_nothing" not in made.rules()


def test_feed_without_a_sample_by_the_table_of_fuels() -> None:
    """Refinery dry gas: 45.998 GJ/t x 18.2 tC/TJ, and no oxidation rate."""
    feed = stream("feed", "refinery_dry_gas", "outside", "mill", carbon="hydrogen_feed")
    made = month_of(PETRO, [feed], {"feed": "1234.5"})
    assert made.total(account="carbon") == grams(F("1234.5") * F("45.998") * F("0.0182") * TO_CO2)


def test_asphalt_oxidation_needs_its_factor() -> None:
    asphalt = {"id": "asphalt", "monthly": "production", "carbon": "asphalt_oxidation"}
    assert not month_of(PETRO, (), {"asphalt": "1000"}, products=[asphalt]).of(account="carbon")
    factor = [sample("asphalt", "co2_factor", "0.031", "tCO2/t")]
    made = month_of(PETRO, (), {"asphalt": "1000"}, factor, products=[asphalt])
    assert made.total(account="carbon") == 31 * 10**6


def test_decoking_counts_the_monoxide_as_dioxide() -> None:
    """Q x (V_CO2 + V_CO) x 19.7: 456,000 Nm3 of flue gas with 8.1 % and 0.9 %."""
    flue = stream("flue", "flue_gas", "mill", "flare", carbon="ethylene_decoking")
    samples = [sample("flue", "co2_share", "8.1", "%"), sample("flue", "co_share", "0.9", "%")]
    made = month_of(PETRO, [flue], {"flue": "456000"}, samples)
    assert made.total(account="carbon") == grams(F("45.6") * F("0.09") * F("19.7"))


def test_recovered_carbon_dioxide_is_taken_off() -> None:
    """Q x PUR x 19.7, Q = 12.34 x 1e4 Nm3 of 99.5 %."""
    co2 = stream("co2", "carbon_dioxide", "mill", "outside", carbon="co2_recovered",
                   receiver="模拟接收方", transfer_document="T-1")  # fmt: skip
    made = month_of(PETRO, [co2], {"co2": "123400"}, [sample("co2", "purity", "99.5", "%")])
    assert made.total(account="carbon") == -grams(F("12.34") * F("0.995") * F("19.7"))
