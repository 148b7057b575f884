"""A sector is a file of data: a made-up one, added with no code, gives gases, shares and signs."""

from __future__ import annotations

import tomllib
from fractions import Fraction

import pytest
from pydantic import ValidationError
from tests.accounts.tiny import Made, account, make_site, row, sample, stream, used

from celadon.reference import methods as module
from celadon.reference.methods import Method

F = Fraction
MADE_UP = """
id = "made-up"
account = "carbon"
source = "ndrc-2013-2015"
confidence = "D"
title_zh = "虚构行业"
title_en = "A made-up sector"
clause = "E = sum"
factor_set = "NDRC-2013-2015"
gwp_set = "SAR"

[kinds.acid]
clause = "E = AD x EF x (1 - eta x mu) x GWP"
equation = "abated_gas"
scope = "process"
gas = "N2O"
counted = "inside"
parameters.gas_factor = { subject = "nitric_acid/high_pressure_no_nscr", name = "n2o_factor" }
parameters.removal_rate = { value = "0", clause = "no abatement unless measured" }
parameters.abatement_use = { value = "1", clause = "the abatement runs whenever the plant does" }

[kinds.waste_tyres]
clause = "E = AD x NCV x EF x share"

[[kinds.waste_tyres.terms]]
equation = "combustion_of_fossil_share"
scope = "direct_combustion"
parameters.net_calorific_value = { subject = "cement/alternative_fuel_waste_tyres" }
parameters.co2_per_heat = { subject = "cement/alternative_fuel_waste_tyres", name = "co2_factor" }
parameters.fossil_carbon_share = { subject = "cement/alternative_fuel_waste_tyres" }

[[kinds.waste_tyres.terms]]
equation = "combustion_of_biogenic_share"
scope = "biogenic_combustion"
biogenic = true
parameters.net_calorific_value = { subject = "cement/alternative_fuel_waste_tyres" }
parameters.co2_per_heat = { subject = "cement/alternative_fuel_waste_tyres", name = "co2_factor" }
parameters.fossil_carbon_share = { subject = "cement/alternative_fuel_waste_tyres" }

[kinds.calcined]
clause = "E = AD [(CaO - CaO') 44/56 + (MgO - MgO') 44/40]"
equation = "carbonate_oxides"
scope = "process"
counted = "inside"
parameters.cao_not_from_carbonate = { value = "0", clause = "none unless measured" }
parameters.mgo_content = { required = true, clause = "table 3" }
parameters.mgo_not_from_carbonate = { value = "0", clause = "none unless measured" }
parameters.co2_factor = { set = "CPCD-2025", subject = "cement/clinker_calcination_default" }
"""


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> Method:
    """The made-up sector among the shipped methods."""
    added = Method.model_validate(tomllib.loads(MADE_UP))
    known = module.methods() | {added.id: added}
    monkeypatch.setattr(module, "methods", lambda: known)
    monkeypatch.setattr("celadon.reference.families.methods", lambda: known)
    return added


def made(*streams, rows=(), samples=(), products=()) -> Made:
    site = make_site(streams, products=products, accounting={"carbon_method": "made-up"})
    return account(site, rows=rows, samples=samples)


ACID = {"id": "acid", "monthly": "production", "carbon": "acid"}


def test_a_gas_is_kept_apart_and_counts_by_its_potential() -> None:
    """1,234 t of acid x 13.9 kg N2O/t; N2O counts 310 times in the second assessment report."""
    result = made(products=[ACID], rows=[row("acid", "production", "2025-03", 1_234_000)])
    assert result.total(account="gas", measure="n2o") == 1234 * 13_900
    assert result.total(account="carbon") == 1234 * 13_900 * 310
    (gas,) = result.of(account="gas")
    assert gas["scope"] == "process_n2o"
    assert {p["name"] for p in result.parameters()} == {
        "gas_factor", "removal_rate", "abatement_use", "gwp_N2O",
    }  # fmt: skip


def test_what_was_measured_of_a_product_comes_before_the_method_s_number() -> None:
    rows = [row("acid", "production", "2025-03", 1_000_000)]
    samples = [
        sample("acid", "removal_rate", "85", "%"),
        sample("acid", "abatement_use", "90", "%"),
    ]
    result = made(products=[ACID], rows=rows, samples=samples)
    assert result.total(account="gas") == 1000 * 13_900 * (1 - F("0.85") * F("0.9"))
    rungs = {p["name"]: p["rung"] for p in result.parameters()}
    assert rungs["removal_rate"] == "measured"
    assert rungs["gas_factor"] == "default"


def test_a_measured_factor_of_a_gas_is_in_the_mass_of_that_gas() -> None:
    rows = [row("acid", "production", "2025-03", 1_000_000)]
    right = made(products=[ACID], rows=rows, samples=[sample("acid", "gas_factor", "2", "kgN2O/t")])
    assert right.total(account="gas") == 2_000_000
    wrong = made(products=[ACID], rows=rows, samples=[sample("acid", "gas_factor", "2", "kgCH4/t")])
    assert "unit_mismatch" in wrong.rules()
    assert wrong.total(account="gas") == 13_900_000


def test_the_biogenic_share_is_told_aside() -> None:
    tyres = stream("tyres", "waste_fuel", "outside", "mill", carbon="waste_tyres")
    result = made(tyres, rows=[used("tyres", 1_000_000)])
    registry = result.book.registry
    heat, per_heat, share = (
        F(registry.records[f"process/NDRC-2013-2015/cement/alternative_fuel_waste_tyres/{n}"].value)
        for n in ("net_calorific_value", "co2_factor", "fossil_carbon_share")
    )
    whole = 1000 * heat * per_heat * 10**6
    fossil, biogenic = result.total(account="carbon"), result.total(account="biogenic")
    assert fossil == round(whole * share)
    assert fossil + biogenic == whole
    assert {leaf["scope"] for leaf in result.of(account="biogenic")} == {"biogenic_combustion"}


CLINKER = {"id": "clinker", "monthly": "production", "carbon": "calcined"}
BURNT = [row("clinker", "production", "2025-03", 2_000_000)]


def test_oxides_are_used_where_they_were_measured() -> None:
    """(0.655 - 0) x 44/56 + (0.021 - 0) x 44/40 = 0.537743 t/t."""
    samples = [sample("clinker", "cao_content", "65.5", "%"),
               sample("clinker", "mgo_content", "2.1", "%")]  # fmt: skip
    result = made(products=[CLINKER], rows=BURNT, samples=samples)
    expected = 2_000_000_000 * (F("0.655") * F(44, 56) + F("0.021") * F(44, 40))
    assert result.total(account="carbon") == round(expected)


def test_without_the_oxides_the_default_of_the_whole_factor_is_used() -> None:
    result = made(products=[CLINKER], rows=BURNT)
    assert [p["name"] for p in result.parameters()] == ["co2_factor"]


def test_a_parameter_that_must_be_measured_keeps_the_figure_empty() -> None:
    samples = [sample("clinker", "cao_content", "65.5", "%")]
    result = made(products=[CLINKER], rows=BURNT, samples=samples)
    assert not result.of(account="carbon")
    (found,) = result.found("no_parameter")
    assert found.numbers["name"] == "mgo_content"
    assert "must be measured" in str(found.numbers["why"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ('equation = "abated_gas"|equation = "magic"', "no equation is called"),
        ('gas = "N2O"|gas = "XYZ"', "no gas is called"),
        ('gwp_set = "SAR"|gwp_set = ""', "gwp_set"),
        ("parameters.removal_rate|parameters.purity", "has no parameter"),
        ('biogenic = true|scope_of = "x"', "scope_of"),
        ('name = "n2o_factor" }|value = "3" }', "exactly one"),
    ],
)
def test_a_method_that_cannot_mean_what_it_says_is_refused(changed: str, words: str) -> None:
    before, _, after = changed.partition("|")
    assert before in MADE_UP
    with pytest.raises(ValidationError, match=words):
        Method.model_validate(tomllib.loads(MADE_UP.replace(before, after, 1)))
