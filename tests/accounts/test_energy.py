"""Comprehensive energy on both bases, and what is left out of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.accounts.tiny import (
    MARCH,
    Made,
    account,
    kgce,
    make_site,
    meter,
    meter_days,
    sample,
    stream,
    used,
)

from celadon.exact import leaf_value
from celadon.records.period import Period
from celadon.reference import Registry, load_registry

POWER = stream("power", "electricity", "outside", "mill")
SOLD = stream("power-sold", "electricity", "mill", "outside")
COAL = stream("coal", "bituminous_coal", "outside", "mill")
ROWS = [used("power", 1_000_000), used("power-sold", 200_000), used("coal", 5_000)]
EQUIVALENT = {"electricity_equivalent": {"value": "0.302", "unit": "kgce/kWh", "document": "模拟"}}


def both(made: Made) -> tuple[int, int]:
    return (
        made.total(account="energy", measure="calorific_value"),
        made.total(account="energy", measure="equivalent_value"),
    )


def test_both_bases_stand_side_by_side() -> None:
    made = account(make_site([POWER, SOLD, COAL], accounting=EQUIVALENT), rows=ROWS)
    coal = 5_000 * Fraction("714.3")
    assert both(made) == (
        1000 * Fraction("122.9") - 200 * Fraction("122.9") + coal,
        1000 * 302 - 200 * 302 + coal,
    )
    assert {x["scope"] for x in made.of(account="energy")} == {"purchased", "sold"}


def test_without_its_yearly_figure_the_equivalent_total_is_lacking() -> None:
    made = account(make_site([POWER, SOLD, COAL]), rows=ROWS)
    assert [x["stream"] for x in made.of(measure="equivalent_value")] == ["coal"]
    found = made.found("no_parameter")
    assert {f.subject for f in found} == {"power", "power-sold"}
    assert {tuple(f.numbers["figures"]) for f in found} == {("energy/equivalent_value",)}


def test_an_equivalent_value_in_another_unit_is_converted() -> None:
    told = {"electricity_equivalent": {"value": "3.02", "unit": "tce/1e4kWh", "document": "模拟"}}
    made = account(make_site([POWER], accounting=told), rows=ROWS[:1])
    assert both(made)[1] == 302_000


def test_an_equivalent_value_that_is_none_leaves_the_figure_empty() -> None:
    told = {"electricity_equivalent": {"value": "3.6", "unit": "MJ/kWh", "document": "模拟"}}
    made = account(make_site([POWER], accounting=told), rows=ROWS[:1])
    assert both(made) == (122_900, 0)
    assert "MJ/kWh" in made.found("no_parameter")[0].numbers["why"]


def test_more_decimals_than_64_bits_hold_leave_one_figure_empty() -> None:
    told = {
        "electricity_equivalent": {
            "value": "0.30212345678901234567",
            "unit": "kgce/kWh",
            "document": "模拟",
        }
    }
    made = account(make_site([POWER, COAL], accounting=told), rows=ROWS)
    assert both(made)[0] > 0
    assert [f.subject for f in made.found("no_parameter")] == ["power"]
    assert "64 bits" in made.found("no_parameter")[0].numbers["why"]


def test_a_measured_heat_value_comes_before_the_coefficient() -> None:
    made = account(
        make_site([COAL]), rows=ROWS[2:],
        samples=[sample("coal", "net_calorific_value", "23.456", "GJ/t")],
    )  # fmt: skip
    ratio = Fraction(23456) / Fraction(293076, 10) * 1000  # kJ/kg into gce/kg
    assert both(made)[0] == leaf_value(5000, ratio)


@pytest.mark.parametrize(
    ("carrier", "count", "grams"),
    [
        # coefficients of coal_equivalents.csv, national family; counts in kg, kJ, NL, L
        ("raw_coal", 10**6, 714_300_000),
        ("natural_gas", 10**6, 1_214_300),
        ("heat", 10**6, 34_120),
        ("steam_low_pressure", 1000, 128_600),
        ("fresh_water", 10**6, 85_700),
        ("compressed_air", 10**6, 40_000),
    ],
)
def test_a_tabled_coefficient_counts_in_the_carrier_s_own_unit(
    carrier: str, count: int, grams: int
) -> None:
    made = account(make_site([stream("s", carrier, "outside", "mill")]), rows=[used("s", count)])
    assert both(made)[0] == grams


@pytest.mark.parametrize(
    ("media", "steam", "water"), [("national", 128_600, 85_700), ("steel", 92_900, 257_100)]
)
def test_the_family_of_steel_practice_has_its_own_rows(media: str, steam: int, water: int) -> None:
    site = make_site(
        [
            stream("steam", "steam_low_pressure", "outside", "mill"),
            stream("water", "fresh_water", "outside", "mill"),
        ],
        accounting={"media": media},
    )
    made = account(site, rows=[used("steam", 1000), used("water", 10**6)])
    assert made.total(account="energy", measure="calorific_value", stream="steam") == steam
    assert made.total(account="energy", measure="calorific_value", stream="water") == water


def test_what_has_no_coefficient_is_named_and_the_rest_is_made() -> None:
    site = make_site([COAL, stream("argon", "argon", "outside", "mill")])
    made = account(site, rows=[*ROWS[2:], used("argon", 10**6)])
    assert kgce(both(made)[0]) == 5000 * Fraction("0.7143")
    (found,) = made.found("no_parameter")
    assert (found.subject, found.numbers["name"]) == ("argon", "coal_equivalent")
    assert found.numbers["figures"] == [
        "energy/calorific_value", "energy/equivalent_value", "flow/calorific_value",
        "process_energy/calorific_value",
    ]  # fmt: skip
    assert (found.numbers["first"], found.numbers["last"]) == ("2025-03-01", "2025-03-31")


def test_a_lack_of_many_months_is_told_once() -> None:
    site = make_site([stream("argon", "argon", "outside", "mill")])
    rows = [used("argon", 1, f"2025-{month:02}") for month in range(1, 13)]
    made = account(site, Period.parse("2025"), rows=rows)
    (found,) = made.found("no_parameter")
    assert (found.numbers["first"], found.numbers["last"]) == ("2025-01-01", "2025-12-31")


def test_materials_and_what_is_declared_without_energy_stay_out() -> None:
    site = make_site([
        stream("scrap", "scrap", "outside", "mill"),
        stream("coal", "bituminous_coal", "outside", "mill", energy=False),
    ])  # fmt: skip
    made = account(site, rows=[used("scrap", 10), used("coal", 10)])
    assert {x["account"] for x in made.leaves} == {"supply"}
    assert made.found("no_parameter") == []


def test_what_is_flared_is_no_credit() -> None:
    site = make_site([POWER, stream("made", "other_gas", "mill", "flare")])
    made = account(site, rows=[used("made", 10**6), *ROWS[:1]])
    assert made.total(account="energy", measure="calorific_value", stream="made") == 0
    assert made.total(account="process_energy", unit="mill", stream="made") < 0


HEAD = (
    "record,subject,subject_zh,parameter,set,area,basis,data_year,value,value_low,value_high,unit,"
    "valid_from,valid_to,source,locator,confidence,note,replaces"
)
CHANGE = "2025-03-11"


def changing(folder: Path, subject: str, unit: str, before: str, after: str) -> Registry:
    """The shipped tables with a coefficient that changes on 11 March 2025."""
    name = f"coal_equivalents/national/{subject}/coal_equivalent"
    middle = f"{subject},,coal_equivalent,national,,calorific,"
    lines = [
        f"{name}-old,{middle},{before},,,{unit},,{CHANGE},arithmetic,,A,,{name}",
        f"{name}-new,{middle},{after},,,{unit},{CHANGE},,arithmetic,,A,,",
    ]
    (folder / "coal_equivalents.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return load_registry(folder)


def test_a_coefficient_that_changes_within_a_month_of_rows_is_refused(tmp_path: Path) -> None:
    registry = changing(tmp_path, "raw_coal", "kgce/kg", "0.7", "0.8")
    rows = [used("coal", 1000)]
    made = account(make_site([COAL]), rows=rows, registry=registry)
    assert both(made)[0] == 0
    assert "gives way" in made.found("no_parameter")[0].numbers["why"]
    until = Period.parse(f"2025-03-01/{CHANGE}")
    early = account(make_site([COAL]), until, rows=rows, registry=registry)
    assert both(early)[0] == leaf_value(1000 * 10 // 31, Fraction(700))


def test_metered_energy_is_cut_where_the_coefficient_changes(tmp_path: Path) -> None:
    registry = changing(tmp_path, "electricity_calorific_value", "kgce/kWh", "0.1", "0.2")
    metered = stream("power", "electricity", "outside", "mill", meters=["e"])
    site = make_site([metered], meters=[meter("e")])
    made = account(site, days=meter_days("e", MARCH, 1000), registry=registry)
    assert both(made)[0] == 10 * 100 + 21 * 200
    figures = [f.numbers["figures"] for f in made.found("no_parameter")]
    assert figures == [["energy/equivalent_value"]]
