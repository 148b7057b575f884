"""Pulp and paper: methane of waste water less what is recovered, and limestone without a default.

Figures of activity and samples are made up. Equations and defaults are recalled (D).
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, letters, month_of, rungs, unknown
from tests.accounts.tiny import Made, sample, stream

from celadon.accounts.samples import Sample

PAPER, OTHER = "pulp-and-paper-ndrc-2015", "other-industry-ndrc-2015"
WATER = stream("water", "waste_water", "mill", "drain", carbon="anaerobic_water")
GAS = stream("gas", "biogas", "mill", "flare", carbon="methane_recovered", energy=False)
LIME = stream("lime", "limestone", "outside", "mill", carbon="limestone")


def water(
    cubic_metres: str, entered: str, left: str, gas: str = "", *more: Sample, method: str = PAPER
) -> Made:
    """A month of waste water by its load in mg/L, which is g/m3; gas in Nm3 of 0.43 kg CH4 each."""
    samples = [sample("water", "cod_in", entered, "g/m3"), sample("water", "cod_out", left, "g/m3")]
    samples += [sample("gas", "gas_factor", "0.43", "kgCH4/Nm3")] if gas else []
    amounts = {"water": cubic_metres} | ({"gas": gas} if gas else {})
    return month_of(method, [WATER, GAS] if gas else [WATER], amounts, [*samples, *more])


def test_a_month_of_waste_water() -> None:
    """E_CH4 = (TOW x EF - R) x GWP, TOW = W (COD_in - COD_out), EF = B0 x MCF.

    345,678 m3, 8,765 mg/L to 432 mg/L; 0.25 kg CH4/kg COD x 0.5; 98,765 Nm3 of gas with 0.43 kg/Nm3
    recovered; methane counts 21 times.
    """
    made = water("345678", "8765", "432", "98765")
    generated = Decimal(345_678) * (8765 - 432) * Decimal("0.25") * Decimal("0.5")
    recovered = Decimal(98_765) * 430
    for stream_id, mass in (("water", generated), ("gas", -recovered)):
        assert made.total(account="gas", stream=stream_id) == mass.to_integral_value()
        assert made.total(account="carbon", stream=stream_id) == (mass * 21).to_integral_value()
    scopes = {leaf["stream"]: leaf["scope"] for leaf in made.of(account="carbon")}
    assert scopes == {"water": "waste_water_ch4", "gas": "captured_ch4"}


def test_the_defaults_are_told_to_be_recalled() -> None:
    made = water("1000", "8000", "500")
    assert letters(made) == {"D"}
    assert rungs(made)["methane_yield"] == rungs(made)["methane_correction"] == "default"


def test_a_measured_correction_comes_before_the_default() -> None:
    made = water("1000", "8000", "500", "", sample("water", "methane_correction", "0.8", "1"))
    assert made.total(account="gas") == 1000 * 7500 * F("0.25") * F("0.8")


def test_without_the_load_there_is_no_figure() -> None:
    made = month_of(PAPER, [WATER], {"water": "1000"})
    assert not made.of(account="carbon")
    assert made.found("no_parameter")[0].numbers["name"] == "cod_in"


def test_gas_of_unknown_content_takes_nothing_off() -> None:
    made = month_of(PAPER, [GAS], {"gas": "1000"})
    assert unknown(made) == "gas_factor"
    # told once, with both of the figures that lack it
    (found,) = made.found("no_parameter")
    assert found.numbers["figures"] == ["carbon/co2", "gas/ch4"]


def test_water_that_leaves_with_more_load_than_it_brought_has_no_figure() -> None:
    made = water("1000", "500", "8000")
    assert not made.of(account="gas")
    assert "below zero" in str(made.found("no_parameter")[0].numbers["why"])


@settings(max_examples=40, deadline=None)
@given(
    volume=st.integers(0, 10**6),
    load=st.integers(0, 20_000),
    left=st.integers(0, 20_000),
    gas=st.integers(1, 10**6),
)
def test_methane_is_what_was_generated_less_what_was_recovered(
    volume: int, load: int, left: int, gas: int
) -> None:
    made = water(str(volume), str(load + left), str(left), str(gas))
    generated = volume * load * F("0.125")
    assert abs(made.total(account="gas") - (generated - gas * 430)) <= 1
    assert abs(made.total(account="carbon") - 21 * (generated - gas * 430)) <= 1


@settings(max_examples=20, deadline=None)
@given(volume=st.integers(1, 10**5), times=st.integers(1, 30))
def test_it_grows_with_the_water(volume: int, times: int) -> None:
    one, many = (water(str(n), "8008", "8").total(account="gas") for n in (volume, volume * times))
    assert many == times * one


def test_limestone_has_a_range_and_so_no_default() -> None:
    """Of the factor 0.405 to 0.44 is told; the figure stays empty until one is given."""
    made = month_of(PAPER, [LIME], {"lime": "1234"})
    assert unknown(made) == "co2_factor"
    assert "0.405" in str(made.found("no_parameter")[0].numbers["why"])
    measured = [sample("lime", "co2_factor", "0.4321", "tCO2/t")]
    made = month_of(PAPER, [LIME], {"lime": "1234"}, measured)
    assert made.total(account="carbon") == 1234 * 432_100


def test_other_industry_does_not_take_the_correction_of_paper() -> None:
    made = water("1000", "8000", "500", method=OTHER)
    assert not made.of(account="carbon")
    assert made.found("no_parameter")[0].numbers["name"] == "methane_correction"
    given_one = sample("water", "methane_correction", "0.6", "1")
    made = water("1000", "8000", "500", "", given_one, method=OTHER)
    assert made.total(account="carbon") == 1000 * 7500 * F("0.25") * F("0.6") * 21


@pytest.mark.parametrize(("kind", "carrier"), [("carbonate", "carbonate"),
                                               ("co2_recovered", "carbon_dioxide")])  # fmt: skip
def test_other_industry_invents_no_factor(kind: str, carrier: str) -> None:
    ends = ("outside", "mill") if kind == "carbonate" else ("mill", "outside")
    one = stream("one", carrier, *ends, carbon=kind, receiver="模拟接收方", transfer_document="T-1")
    made = month_of(OTHER, [one], {"one": "1000"}, [sample("one", "purity", "99", "%")])
    assert unknown(made) in ("co2_factor", "co2_density")
