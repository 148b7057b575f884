"""Carbon by the enterprise form for iron and steel: golden numbers, rungs, signs, editions.

Factors are those of the shipped tables (set NDRC-2013-2015) and are written here again by hand, so
that a change of a table is seen. The figures of activity are made up.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.accounts.tiny import (
    Made,
    account,
    certificate,
    make_site,
    row,
    sample,
    stream,
    used,
)

from celadon.exact import decimal_text
from celadon.records.period import Period

METHOD = {"carbon_method": "iron-and-steel-ndrc-2013"}
GRID = METHOD | {"electricity_programme": "enterprise_gbt32150"}
F = Fraction
TO_CO2 = F(44, 12)


def site_of(*streams: dict[str, Any], accounting: dict[str, str] = METHOD, **rest: Any):
    return make_site(streams, accounting=accounting, **rest)


def carbon(made: Made, **wanted: Any) -> str:
    """The sum of carbon leaves in t CO2, to the gram."""
    return decimal_text(F(made.total(account="carbon", **wanted), 10**6), 6)


COKE = stream("coke", "coke", "outside", "mill", carbon="combustion")
FLUX = stream("limestone", "limestone", "outside", "mill", carbon="flux")
POWER = stream("power", "electricity", "outside", "mill", carbon="electricity")
POWER_OUT = stream("power-out", "electricity", "mill", "outside", carbon="electricity")
HEAT = stream("heat", "heat", "outside", "mill", carbon="heat")


def test_limestone_flux() -> None:
    """34,136.6 t x 0.440 t CO2/t."""
    made = account(site_of(FLUX), rows=[used("limestone", 34_136_600)])
    assert carbon(made) == "15020.104000"
    (leaf,) = made.of(account="carbon")
    assert (leaf["scope"], leaf["confidence"]) == ("process", "B")


def test_coke_by_the_method_s_own_defaults() -> None:
    """68,220.4 t x 28.447 GJ/t x 29.50 tC/TJ x 93 % x 44/12, by decimals."""
    made = account(site_of(COKE), rows=[used("coke", 68_220_400)])
    tonnes = Decimal("68220.4") * Decimal("28.447") * Decimal("0.02950") * Decimal("0.93")
    assert carbon(made) == str((tonnes * 44 / 12).quantize(Decimal("0.000001")))
    names = {p["name"] for p in made.parameters(account="carbon")}
    assert names == {"net_calorific_value", "carbon_content_per_heat", "oxidation_rate"}


def test_the_example_of_the_style_guide() -> None:
    """68,220.4 t x 28.435 GJ/t x 0.0294 tC/GJ x 0.93 x 44/12 (made-up figures)."""
    samples = [
        sample("coke", "net_calorific_value", "28.435", "GJ/t"),
        sample("coke", "carbon_content_per_heat", "0.0294", "tC/GJ"),
        sample("coke", "oxidation_rate", "93", "%"),
    ]
    rows = [used("coke", 68_220_400), used("limestone", 34_136_600)]
    made = account(site_of(COKE, FLUX), rows=rows, samples=samples)
    assert carbon(made, stream="coke") == "194477.428557"
    assert carbon(made) == "209497.532557"
    (leaf,) = made.of(account="carbon", stream="coke")
    assert leaf["confidence"] is None


def test_measured_carbon_comes_before_heat_value_and_carbon_per_heat() -> None:
    samples = [
        sample("coke", "carbon_content", "86.4", "%"),
        sample("coke", "net_calorific_value", "28.435", "GJ/t"),
    ]
    made = account(site_of(COKE), rows=[used("coke", 1_000_000)], samples=samples)
    assert carbon(made) == decimal_text(1000 * F("0.864") * F("0.93") * TO_CO2, 6)
    assert {p["name"] for p in made.parameters(account="carbon")} == {
        "carbon_content", "oxidation_rate",
    }  # fmt: skip


def test_one_measured_heat_value_feeds_energy_and_carbon() -> None:
    samples = [sample("coke", "net_calorific_value", "28.5", "GJ/t")]
    made = account(site_of(COKE), rows=[used("coke", 1000)], samples=samples)
    found = made.parameters(name="net_calorific_value")
    assert {(p["account"], p["count"]) for p in found} == {("energy", 28_500), ("carbon", 28_500)}


def test_gas_counted_by_volume() -> None:
    gas = stream("gas", "natural_gas", "outside", "mill", carbon="combustion")
    held = certificate("gas", "net_calorific_value", "36", "MJ/Nm3", since=dt.date(2025, 1, 1))
    made = account(site_of(gas), rows=[used("gas", 10**9)], samples=[held])
    tonnes = 10**6 * F("0.036") * F("0.01530") * F("0.99") * TO_CO2
    assert carbon(made) == decimal_text(tonnes, 6)


# Signs


def test_what_leaves_in_coke_steel_and_power_is_taken_off() -> None:
    sold = stream("coke-sold", "coke", "mill", "outside", carbon="combustion")
    site = site_of(
        COKE, sold, POWER, POWER_OUT, accounting=GRID,
        products=[{"id": "steel", "monthly": "production", "carbon_item": "crude_steel"}],
    )  # fmt: skip
    rows = [
        used("coke", 5000), used("coke-sold", 2000), used("power", 9000), used("power-out", 4000),
        row("steel", "production", "2025-03", 1_000_000),
    ]  # fmt: skip
    made = account(site, rows=rows)
    coke = made.total(account="carbon", stream="coke")
    assert made.total(account="carbon", stream="coke-sold") == -round(F(coke, 5) * 2)
    scopes = {x["stream"]: (x["scope"], x["value"]) for x in made.of(account="carbon")}
    assert scopes["power"] == ("purchased_electricity", round(9 * F("530.6")))
    assert scopes["power-out"] == ("exported_electricity", -round(4 * F("530.6")))
    assert scopes["steel"] == ("carbon_stored", -15_400_000)  # 0.0154 t CO2/t
    assert scopes["coke-sold"][0] == "direct_combustion"


def test_what_is_put_into_stock_is_taken_off_and_what_is_drawn_counts() -> None:
    drawn = stream("drawn", "coke", "stock", "mill", stock=True, carbon="combustion")
    put = stream("put", "coke", "mill", "stock", monthly="recovery", carbon="combustion")
    rows = [
        row("drawn", "opening_stock", "2025-03", 900),
        row("drawn", "closing_stock", "2025-03", 500),
        row("put", "recovery", "2025-03", 400),
    ]
    made = account(site_of(drawn, put), rows=rows)
    assert made.total(account="carbon") == 0
    assert made.total(account="carbon", stream="drawn") > 0


@pytest.mark.parametrize(
    ("item", "factor"),
    [("", "0.172"), ("iron_steel/ferrochrome", "0.275"), ("iron_steel/ferronickel", "0.037")],
)
def test_feed_by_its_carrier_or_by_its_own_item(item: str, factor: str) -> None:
    feed = stream("feed", "pig_iron", "outside", "mill", carbon="feed", carbon_item=item)
    assert carbon(account(site_of(feed), rows=[used("feed", 10**6)])) == decimal_text(
        1000 * F(factor), 6
    )


# Electricity: by the reporting year, never by the year of the data


@pytest.mark.parametrize(
    ("year", "accounting", "factor"),
    [
        ("2024", {}, "0.5366"),
        ("2025", {}, "0.5306"),
        ("2025", {"electricity_level": "province"}, "0.6516"),
        ("2025", {"electricity_level": "province", "electricity_area": "CN-HE"}, "0.6516"),
        ("2024", {"electricity_level": "region", "electricity_area": "CN-grid-north"}, "0.6776"),
        ("2025", {"electricity_level": "region", "electricity_area": "CN-grid-north"}, "0.6361"),
    ],
)
def test_the_factor_that_is_announced_for_the_reporting_year(
    year: str, accounting: dict[str, str], factor: str
) -> None:
    site = site_of(POWER, accounting=GRID | accounting)
    made = account(site, Period.parse(f"{year}-03"), [used("power", 10**9, f"{year}-03")])
    assert carbon(made) == decimal_text(1000 * F(factor), 6)


def test_a_region_is_named_and_never_derived_from_the_province() -> None:
    level = GRID | {"electricity_level": "region"}
    rows = [used("power", 10**9)]
    made = account(site_of(POWER, accounting=level), rows=rows)
    assert made.of(account="carbon") == []
    assert "electricity_area" in made.found("no_parameter")[0].numbers["why"]


def test_years_of_one_period_take_each_its_own_factor() -> None:
    rows = [used("power", 10**9, "2024-12"), used("power", 10**9, "2025-01", number=3)]
    period = Period.parse("2024-12-01/2025-02-01")
    made = account(site_of(POWER, accounting=GRID), period, rows)
    assert carbon(made) == decimal_text(1000 * (F("0.5366") + F("0.5306")), 6)


def test_a_year_without_an_announcement_is_refused_and_the_rest_is_made() -> None:
    rows = [used("power", 10**9, "2026-03"), used("limestone", 1000, "2026-03")]
    made = account(site_of(POWER, FLUX, accounting=GRID), Period.parse("2026-03"), rows)
    assert carbon(made) == "0.440000"
    (found,) = [f for f in made.found("no_parameter") if "carbon/co2" in f.numbers["figures"]]
    assert (found.subject, found.numbers["name"]) == ("power", "co2_factor")
    assert "2026" in found.numbers["why"]


def test_without_a_programme_there_is_no_factor() -> None:
    made = account(site_of(POWER), rows=[used("power", 10**9)])
    assert made.of(account="carbon") == []
    whys = {f.numbers["why"] for f in made.found("no_parameter")}
    assert "no electricity programme is declared" in whys


def test_no_factor_of_another_country_is_applied() -> None:
    made = account(site_of(POWER, accounting=GRID, country="KR"), rows=[used("power", 10**9)])
    assert made.of(account="carbon") == []
    (found,) = [f for f in made.found("no_parameter") if "carbon/co2" in f.numbers["figures"]]
    assert "none of another country is applied" in found.numbers["why"]


# Heat


def test_heat_by_its_energy() -> None:
    made = account(site_of(HEAT), rows=[used("heat", 10**6)])
    assert carbon(made) == "0.110000"


def test_steam_by_its_enthalpy_above_the_feed_water() -> None:
    """AD = Ma (h - 83.74) / 1000 GJ, 0.11 t CO2/GJ."""
    steam = stream("steam", "steam_low_pressure", "outside", "mill", carbon="heat")
    out = stream("steam-out", "steam_low_pressure", "mill", "outside", carbon="heat")
    samples = [
        sample(name, "specific_enthalpy", "2783.74", "kJ/kg") for name in ("steam", "steam-out")
    ]
    rows = [used("steam", 5_000_000), used("steam-out", 1_000_000)]
    made = account(site_of(steam, out), rows=rows, samples=samples)
    assert carbon(made, scope="purchased_heat") == decimal_text(5000 * F("2.7") * F("0.11"), 6)
    assert carbon(made, scope="exported_heat") == decimal_text(-1000 * F("2.7") * F("0.11"), 6)


@pytest.mark.parametrize("enthalpy", [None, "60"])
def test_steam_without_a_usable_enthalpy_is_refused(enthalpy: str | None) -> None:
    steam = stream("steam", "steam_low_pressure", "outside", "mill", carbon="heat")
    samples = [sample("steam", "specific_enthalpy", enthalpy, "kJ/kg")] if enthalpy else []
    made = account(site_of(steam), rows=[used("steam", 1000)], samples=samples)
    assert made.of(account="carbon") == []
    names = {f.numbers["name"] for f in made.found("no_parameter")}
    assert "specific_enthalpy" in names


# What is missing, and when the method held


def test_a_fuel_without_a_default_is_named_and_the_rest_is_made() -> None:
    fuel = stream("fuel", "waste_fuel", "outside", "mill", carbon="combustion", energy=False)
    made = account(site_of(fuel, FLUX), rows=[used("fuel", 1000), used("limestone", 1000)])
    assert carbon(made) == "0.440000"
    (found,) = made.found("no_parameter")
    assert (found.subject, found.numbers["figures"]) == ("fuel", ["carbon/co2"])


@pytest.mark.parametrize("month", ["2012-06", "2013-06"])
def test_a_method_not_yet_in_force_makes_no_figure(month: str) -> None:
    """The guideline of 2013 is in force from a day of 2013 that is not known."""
    rows = [used("limestone", 1000, month)]
    made = account(site_of(FLUX), Period.parse(month), rows)
    assert {x["account"] for x in made.leaves} == {"supply"}
    (found,) = [
        f for f in made.found("method_not_in_force") if "carbon/co2" in f.numbers["figures"]
    ]
    assert found.numbers["name"] == "iron-and-steel-ndrc-2013"
    assert (found.numbers["first"][:7], found.numbers["last"][:7]) == (month, month)


def test_the_energy_method_too_has_its_day() -> None:
    """GB/T 2589-2020 is in force from 2021-04-01."""
    coal = stream("coal", "bituminous_coal", "outside", "mill")
    rows = [used("coal", 1000, "2021-03"), used("coal", 1000, "2021-04", number=3)]
    made = account(make_site([coal]), Period.parse("2021-03-01/2021-05-01"), rows)
    leaves = made.of(account="energy", measure="calorific_value")
    assert [x["month"] for x in leaves] == [dt.date(2021, 4, 1)]
    (found,) = made.found("method_not_in_force")
    assert found.numbers["last"] == "2021-03-31"
    assert found.numbers["figures"] == [
        "energy/calorific_value", "energy/equivalent_value", "flow/calorific_value",
        "process_energy/calorific_value",
    ]  # fmt: skip
