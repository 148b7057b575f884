"""The shipped tables pass their own gate and agree with themselves."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from celadon.errors import UnitError
from celadon.reference import CONFIDENCES, Registry, load_registry
from celadon.reference.loader import (
    COLUMNS,
    FIGURE_TABLES,
    RECORD_TABLES,
    SHIPPED,
    UNPARSED_UNITS,
)
from celadon.units import conversion, parse_unit

REGISTRY = load_registry()

DERIVED = Path(__file__).with_name("derived_co2_factors.csv")
"""Products of the three printed parameters, made by the people who transcribed the tables.

Check values for this arithmetic, to 4 decimals; not official figures, and in no shipped table.
"""


def derived_factors() -> list[tuple[str, str, str]]:
    with DERIVED.open(encoding="utf-8", newline="") as file:
        return [(row["set"], row["fuel"], row["value"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return REGISTRY


def fuel(registry: Registry, edition: str, fuel_id: str, parameter: str) -> Fraction:
    record = registry.look_up("fuels", fuel_id, parameter, set=edition)
    assert record.value is not None
    size = {"net_calorific_value": "GJ", "carbon_content_per_heat": "tC/GJ", "oxidation_rate": "1"}
    if parameter == "net_calorific_value":
        return record.value
    return record.value * conversion(record.unit, size[parameter])


def test_every_table_is_shipped_and_nothing_else() -> None:
    assert {path.stem for path in SHIPPED.glob("*.csv")} == set(COLUMNS)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.csv")), ids=lambda path: path.stem)
def test_files_are_plain(path: Path) -> None:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_every_record_has_source_letter_and_unit(registry: Registry, table: str) -> None:
    records = [record for record in registry.records.values() if record.table == table]
    assert records
    for record in records:
        assert record.confidence in CONFIDENCES
        assert record.source.id in registry.sources
        assert record.unit or record.value is None, record.record


def test_units_that_do_not_parse_are_listed_and_used(registry: Registry) -> None:
    unparsed = set()
    for unit in {r.unit for table in FIGURE_TABLES for r in registry.of_table(table)}:
        try:
            parse_unit(unit or "1")
        except UnitError:
            unparsed.add(unit)
    assert unparsed == UNPARSED_UNITS


def test_fuels_of_an_edition_carry_all_three_parameters(registry: Registry) -> None:
    fuels: dict[tuple[str, str], set[str]] = {}
    for record in registry.records.values():
        if record.table == "fuels":
            fuels.setdefault((record.set, record.subject), set()).add(record.parameter)
    assert len(fuels) == 70
    three = {"net_calorific_value", "carbon_content_per_heat", "oxidation_rate"}
    assert all(parameters == three for parameters in fuels.values())


@pytest.mark.parametrize(("edition", "fuel_id", "derived"), derived_factors())
def test_carbon_dioxide_of_a_fuel_is_the_product(
    registry: Registry, edition: str, fuel_id: str, derived: str
) -> None:
    heat = fuel(registry, edition, fuel_id, "net_calorific_value")
    carbon = fuel(registry, edition, fuel_id, "carbon_content_per_heat")
    oxidised = fuel(registry, edition, fuel_id, "oxidation_rate")
    product = heat * carbon * oxidised * Fraction(44, 12)
    assert abs(product - Fraction(derived)) <= Fraction(1, 20000)


def test_coal_equivalents_follow_from_heat_values(registry: Registry) -> None:
    """Coal equivalent is 29307.6 kJ a kg; rows on 4.1816 kJ/kcal and rounded ones within 0.2 %."""
    checked = 0
    for name, record in registry.records.items():
        if (record.table, record.parameter) != ("coal_equivalents", "coal_equivalent"):
            continue
        heat = registry.records.get(name.replace("/coal_equivalent", "/net_calorific_value"))
        if heat is None or heat.value is None or record.value is None:
            continue
        kilojoules = heat.value * conversion(heat.unit.split("/")[0], "kJ")
        slack = max(Fraction("0.00006"), record.value / 500)
        assert abs(kilojoules / Fraction("29307.6") - record.value) <= slack, name
        checked += 1
    assert checked > 30


def test_carriers_name_rows_that_exist(registry: Registry) -> None:
    fuels = {(r.set, r.subject) for r in registry.records.values() if r.table == "fuels"}
    coal = {r.subject: r for r in registry.records.values()
            if r.table == "coal_equivalents" and r.parameter == "coal_equivalent"}  # fmt: skip
    for carrier in registry.carriers.values():
        assert set(carrier.fuel_ids.items()) <= fuels, carrier.id
        if carrier.coal_equivalent:
            per = coal[carrier.coal_equivalent].unit.split("/")[1]
            if (carrier.account_unit, per) == ("m3", "t"):
                held = Fraction(1)  # water: 1 t is 1 m3
            else:
                held = conversion(carrier.account_unit, per)
            assert carrier.coal_equivalent_units == held, carrier.id
        if carrier.coal_equivalent_steel:
            assert coal[carrier.coal_equivalent_steel].set == "steel"


def test_carriers_count_in_small_units(registry: Registry) -> None:
    names = ("coke", "coke_oven_gas", "electricity", "heat", "fresh_water")
    assert {name: registry.carriers[name].count_unit for name in names} == {
        "coke": "kg",
        "coke_oven_gas": "NL",
        "electricity": "Wh",
        "heat": "kJ",
        "fresh_water": "L",
    }
    assert registry.carriers["coke"].name("zh") == "焦炭"
    assert registry.carriers["coke"].name("en") == "coke"


def test_process_rules_lead_to_limits_or_to_a_named_absence(registry: Registry) -> None:
    held = {(r.table, r.set, r.subject) for r in registry.records.values()}
    without = {rule.set for rule in registry.process_rules
               if (rule.table, rule.set, rule.subject) not in held}  # fmt: skip
    assert without == {"GB 21256-2013", "GB 21342-2013", "GB 32050-2015"}
    assert {rule.process for rule in registry.process_rules} <= set(registry.processes)


def test_regions_and_industries(registry: Registry) -> None:
    assert registry.regions["CN-HE"] is registry.regions["130000"]
    assert registry.regions["CN-HE"].name_zh == "河北省"
    assert len({region.iso for region in registry.regions.values()}) == 34
    assert registry.industries["GB/T 4754-2017", "3120"].name_zh == "炼钢"
