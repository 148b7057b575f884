"""Biomass, mixed fuels and hydrogen: what counts in the total, and what is told aside."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.accounts.tiny import Made, account, make_site, sample, stream, used

from celadon.errors import DeclarationError
from celadon.reference import load_registry
from celadon.reference.equations import equations
from celadon.reference.methods import Method, methods

ENTERPRISE = [
    method
    for method in methods().values()
    if method.account == "carbon" and method.level == "enterprise"
]


def burnt(carrier: str, amount: int, *samples: object, method: str, **told: object) -> Made:
    """A mill that burns so many small units of a carrier in a month."""
    fuel = stream("fuel", carrier, "outside", "mill", **{"carbon": "combustion", **told})
    site = make_site([fuel], accounting={"carbon_method": method})
    return account(site, rows=[used("fuel", amount)], samples=list(samples))


def of(made: Made, name: str) -> list[tuple[str, int]]:
    return [(leaf["scope"], leaf["value"]) for leaf in made.leaves if leaf["account"] == name]


@pytest.mark.parametrize("method", ENTERPRISE, ids=lambda method: method.id)
def test_straw_is_zero_in_the_total_of_every_method_and_told_aside(method: Method) -> None:
    """1,000 t at 11.6 GJ/t and 100 tCO2/TJ: 1,160 t of biogenic carbon dioxide."""
    made = burnt("straw", 10**6, method=method.id)
    assert of(made, "carbon") == []
    assert of(made, "biogenic") == [("biogenic_combustion", 1160 * 10**6)]


@pytest.mark.parametrize("method", ENTERPRISE, ids=lambda method: method.id)
def test_a_measured_carbon_content_comes_first(method: Method) -> None:
    """1,000 t of 45 % carbon; what does not oxidise is no part of the equation."""
    made = burnt("straw", 10**6, sample("fuel", "carbon_content", "45", "%"), method=method.id)
    [(_, value)] = of(made, "biogenic")
    assert value == round(450 * 10**6 * Fraction(*method.carbon_ratio))


def test_biogas_needs_its_heat_value_measured() -> None:
    """10,000 Nm3 at 21 MJ/Nm3 and 54.6 tCO2/TJ: 11.466 t; without it nothing is invented."""
    heat = sample("fuel", "net_calorific_value", "21", "MJ/Nm3")
    made = burnt("biogas", 10**7, heat, method="other-industry-ndrc-2015")
    assert of(made, "carbon") == []
    assert of(made, "biogenic") == [("biogenic_combustion", 11_466_000)]
    bare = burnt("biogas", 10**7, method="other-industry-ndrc-2015")
    assert of(bare, "carbon") == of(bare, "biogenic") == []
    assert bare.found("no_parameter")


def test_biomass_may_be_named_as_its_kind() -> None:
    made = burnt("wood", 10**6, method="pulp-and-paper-ndrc-2015", carbon="biomass")
    assert of(made, "carbon") == []
    assert of(made, "biogenic") == [("biogenic_combustion", round(15.6 * 112 * 10**6))]


def test_what_is_made_and_burnt_on_one_site_counts_as_biomass() -> None:
    """Black liquor from the digester to the boiler: 1,000 t at 11.8 GJ/t and 95.3 t/TJ."""
    liquor = stream("liquor", "black_liquor", "mill", "boiler", carbon="biomass")
    units = [{"id": "mill"}, {"id": "boiler"}]
    site = make_site(
        [liquor], units=units, accounting={"carbon_method": "pulp-and-paper-ndrc-2015"}
    )
    made = account(site, rows=[used("liquor", 10**6)])
    assert of(made, "carbon") == []
    assert of(made, "biogenic") == [("biogenic_combustion", round(11.8 * 95.3 * 10**6))]
    burnt_so = make_site([{**liquor, "carbon": "combustion"}], units=units,
                         accounting={"carbon_method": "pulp-and-paper-ndrc-2015"})  # fmt: skip
    with pytest.raises(DeclarationError, match='carbon = "biomass"'):
        account(burnt_so, rows=[used("liquor", 10**6)])


def test_of_a_mixed_fuel_the_fossil_share_counts() -> None:
    """100 t at 20 GJ/t and 0.09 tCO2/GJ, 60 % fossil: 108 t in the total, 72 t aside."""
    samples = [
        sample("fuel", "net_calorific_value", "20", "GJ/t"),
        sample("fuel", "co2_per_heat", "0.09", "tCO2/GJ"),
        sample("fuel", "fossil_carbon_share", "60", "%"),
    ]
    told = {"method": "power-mee-2022", "carbon": "alternative_fuel"}
    made = burnt("waste_fuel", 10**5, *samples, **told)  # type: ignore[arg-type]
    assert of(made, "carbon") == [("direct_combustion", 108 * 10**6)]
    assert of(made, "biogenic") == [("biogenic_combustion", 72 * 10**6)]
    bare = burnt("waste_fuel", 10**5, *samples[:2], **told)  # type: ignore[arg-type]
    assert of(bare, "carbon") == []
    assert bare.found("no_parameter")


def test_hydrogen_holds_no_carbon_unless_some_was_found() -> None:
    made = burnt("hydrogen", 10**6, method="chemicals-mee-2022")
    assert of(made, "carbon") == [("direct_combustion", 0)]
    impure = sample("fuel", "carbon_content", "0.01", "kgC/Nm3")
    found = burnt("hydrogen", 10**6, impure, method="chemicals-mee-2022")
    assert of(found, "carbon") == [("direct_combustion", round(Fraction(10_000 * 44, 12)))]


@pytest.mark.parametrize("carrier", ["ethanol", "waste_fuel"])
def test_what_may_be_biomass_counts_as_fossil_and_is_told(carrier: str) -> None:
    """100 t of 49 % carbon, all of it oxidised: 179.667 t."""
    samples = [sample("fuel", "carbon_content", "49", "%"),
               sample("fuel", "oxidation_rate", "100", "%")]  # fmt: skip
    made = burnt(carrier, 10**5, *samples, method="cement-ndrc-2013")
    assert of(made, "carbon") == [("direct_combustion", 179_666_667)]
    [found] = made.found("mixed_as_fossil")
    assert "alternative_fuel" in found.remedy("en")
    assert not burnt("straw", 10**5, method="cement-ndrc-2013").found("mixed_as_fossil")


def test_only_fuels_are_of_such_origin() -> None:
    origins = {c.id: c.carbon_origin for c in load_registry().carriers.values()}
    assert (origins["waste_fuel"], origins["ethanol"]) == ("mixed", "mixed")
    told = {name for name, origin in origins.items() if origin not in ("", "mixed")}
    assert {"straw", "biogas", "hydrogen", "bioethanol"} <= told
    assert all(load_registry().carriers[name].kind == "fuel" for name in told)
    assert not told & {"natural_gas", "ethanol", "waste_fuel", "methanol"}


def test_every_equation_is_used_by_a_method() -> None:
    used_by = {
        term.equation
        for method in methods().values()
        for kind in method.kinds.values()
        for term in kind.terms
    }
    assert equations().keys() == used_by
