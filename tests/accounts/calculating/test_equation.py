"""Every equation by name: what it gives, and what it refuses."""

from __future__ import annotations

from fractions import Fraction

import pytest

from celadon.accounts import calculating  # noqa: F401  registers the models
from celadon.errors import CeladonError, ModelError
from celadon.exact import decimal_text
from celadon.models import calculate
from celadon.reference.equations import CARBON_TO_CO2, equations, parameter_kinds
from celadon.units import parse_unit

NAME = "carbon.equation"
OXIDES = {
    "equation": "carbonate_oxides", "amount": "1000", "unit": "t",
    "parameter": ["cao_content=65 %", "cao_not_from_carbonate=0 %", "mgo_content=2.1 %",
                  "mgo_not_from_carbonate=0 %"],
}  # fmt: skip


def test_calcination_by_oxides() -> None:
    """1,000 t x (0.65 x 44/56 + 0.021 x 44/40)."""
    expected = 1000 * (Fraction("0.65") * Fraction(44, 56) + Fraction("0.021") * Fraction(44, 40))
    found = calculate(NAME, OXIDES)
    assert found["t_gas"] == decimal_text(expected, 6)
    assert found["unused"] == []


def test_of_several_forms_the_first_that_is_whole_is_worked() -> None:
    both = OXIDES | {"parameter": [*OXIDES["parameter"], "co2_factor=0.535 tCO2/t"]}
    assert calculate(NAME, both)["unused"] == ["co2_factor"]
    whole = calculate(NAME, OXIDES | {"parameter": ["co2_factor=0.535 tCO2/t"]})
    assert (whole["t_gas"], whole["form"]) == ("535.000000", "co2_factor")


def test_the_ratio_of_carbon_is_the_caller_s() -> None:
    pure = {"equation": "carbon_itself", "amount": "1", "unit": "t"}
    assert calculate(NAME, pure)["t_gas"] == "3.666667"
    assert calculate(NAME, pure | {"carbon_to_co2": "3.664"})["t_gas"] == "3.664000"


FORMS = [
    pytest.param(name, number, amount, id=f"{name} {number} {amount}")
    for name, equation in equations().items()
    for number in range(len(equation.forms))
    for amount in equation.activity
    if name != "purchased_heat"  # its factor is one per heat, whatever is counted: see below
]
UNITS = {"mass": "t", "normal_volume": "Nm3", "volume": "m3", "energy": "GJ"}
BASE = {"mass": "t", "energy": "GJ", "carbon": "tC", "co2": "tCO2", "cf4": "tCF4", "ch4": "tCH4"}


@pytest.mark.parametrize(("name", "number", "amount"), FORMS)
def test_every_form_of_every_equation_can_be_worked(name: str, number: int, amount: str) -> None:
    """With a value of one half for each parameter, the result is that of the formula itself."""
    formula = equations()[name].formulas[number]
    gas = "CF4" if "anode_effect" in name else "CH4"
    units = {n: _unit(n, amount, gas.lower()) for n in formula.names if n != CARBON_TO_CO2}
    words = [f"{n}=0.5 {unit}" for n, unit in units.items()]
    arguments = {
        "equation": name, "amount": "1", "unit": UNITS[amount], "parameter": words, "gas": gas,
    }  # fmt: skip
    values = {n: parse_unit(unit).size / 2 for n, unit in units.items()}
    exact = formula.value(values | {CARBON_TO_CO2: Fraction(44, 12)})
    found = calculate(NAME, arguments)
    assert found["form"] == formula.text
    tonnes = exact * parse_unit(UNITS[amount]).size / 10**6
    assert found["t_gas"] == decimal_text(tonnes, 6)


def _unit(parameter: str, amount: str, gas: str) -> str:
    for text in parameter_kinds()[parameter].dimensions:
        top, slash, bottom = text.format(amount=amount, gas=gas).partition("/")
        if slash:
            return f"{BASE[top]}/{UNITS[bottom]}" if bottom in UNITS else f"{BASE[top]}/GJ"
    return "1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"equation": "magic"}, "carbonate_oxides"),
        ({"unit": "Nm3"}, "counts by mass"),
        ({"gas": "XYZ"}, "SF6"),
        ({"parameter": ["cao_content=65 %"]}, "still needed: cao_not_from_carbonate"),
        ({"parameter": ["cao_content=165 %"]}, "within 0 and 100 %"),
        ({"parameter": ["cao_content=-1 %"]}, "within 0 and 100 %"),
        ({"parameter": ["cao_content=65 kg"]}, "a unit that measures this"),
        ({"parameter": ["cao_content=65 hogshead"]}, "hogshead"),
        ({"parameter": ["cao_content=much %"]}, "not a decimal"),
        ({"parameter": ["cao_content"]}, "not a decimal"),
        ({"parameter": ["purity=65 %"]}, "mgo_content"),
        ({"parameter": ["cao_content=65 %", "cao_content=66 %"]}, "one value"),
        ({"parameter": ["carbon_to_co2=3.664"]}, "cao_content"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(CeladonError) as caught:
        calculate(NAME, OXIDES | change)
    assert words in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        calculate(NAME, OXIDES | {"parameter": ["cao_content=165 %", "purity=1", "mgo_content=x"]})
    assert len(caught.value.faults) == 3


def test_purchased_heat_is_worked_by_its_heat_or_by_its_enthalpy() -> None:
    factor = "co2_factor=0.11 tCO2/GJ"
    heat = {"equation": "purchased_heat", "amount": "1000", "unit": "GJ", "parameter": [factor]}
    assert calculate("carbon.equation", heat)["t_gas"] == "110.000000"
    steam = heat | {"unit": "t", "parameter": [factor, "specific_enthalpy=2500 kJ/kg"]}
    assert calculate("carbon.equation", steam)["t_gas"] == "275.000000"
