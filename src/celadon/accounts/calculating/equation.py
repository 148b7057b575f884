"""One equation of the accounting methods on one set of numbers, every parameter given."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from celadon.accounts.calculating.given import HOW, Exact, Given, read_parameters, refused
from celadon.accounts.calculators import Ratio, quotient
from celadon.accounts.values import unit_fits
from celadon.exact import decimal_text, parse_decimal
from celadon.models import register
from celadon.records.declaring import DecimalText
from celadon.reference.equations import CARBON_TO_CO2, equations
from celadon.reference.formula import Formula, parse_formula
from celadon.reference.methods import CARBON_DIOXIDE
from celadon.units import GASES, parse_unit

_NAME = "carbon.equation"
_HEAT = "purchased_heat"
_BY_HEAT = parse_formula("co2_factor")


class EquationArguments(Exact):
    """An equation, an amount, and every parameter of one of its forms."""

    equation: str = Field(description="name of the equation, such as carbonate_oxides")
    amount: DecimalText
    unit: str = Field(description="unit of the amount, such as t or Nm3")
    parameter: list[str] = Field(default=[], description=HOW)
    gas: str = Field(CARBON_DIOXIDE, description="gas that is released")
    carbon_to_co2: Ratio = Field("44/12", description="44/12 in China, 3.664 under CBAM")


class EquationResults(Exact):
    """The mass of gas to the gram, the form that was worked, and what that form does not need."""

    t_gas: str
    form: str
    unused: list[str]


@register(
    _NAME,
    clause="the equations that all methods are made of, docs/methods.md",
    arguments=EquationArguments,
    results=EquationResults,
)
def equation(given: EquationArguments) -> EquationResults:
    """Emission by one equation of the accounting methods, every parameter given."""
    found = equations().get(given.equation)
    if found is None:
        raise refused(_NAME, "equation", repr(given.equation), f"one of: {', '.join(equations())}")
    if given.gas not in (CARBON_DIOXIDE, *GASES):
        raise refused(_NAME, "gas", repr(given.gas), f"one of: CO2, {', '.join(GASES)}")
    unit = parse_unit(given.unit)
    if unit.dimension not in found.activity:
        rule = f"{given.equation} counts by {' or '.join(found.activity)}"
        raise refused(_NAME, "unit", f"{given.unit}, a {unit.dimension}", rule)
    heat = given.equation == _HEAT
    # heat itself has no enthalpy to be multiplied with, and its factor is always one per heat
    formulas = (_BY_HEAT,) if heat and unit.dimension == "energy" else found.formulas
    names = {n for formula in formulas for n in formula.names if n != CARBON_TO_CO2}
    parameters = read_parameters(
        _NAME,
        given.parameter,
        names,
        lambda name, text: unit_fits(
            name, text, "kJ" if heat and name == "co2_factor" else unit.name, given.gas
        ),
    )
    form = _form(formulas, parameters)
    values = {name: parameter.size for name, parameter in parameters.items()}
    values[CARBON_TO_CO2] = quotient(given.carbon_to_co2)
    grams = parse_decimal(given.amount) * unit.size * form.value(values)
    unused = sorted(parameters.keys() - set(form.names))
    return EquationResults(t_gas=decimal_text(grams / 10**6, 6), form=form.text, unused=unused)


def _form(formulas: Sequence[Formula], parameters: dict[str, Given]) -> Formula:
    """The first form of which every parameter is given.

    Raises
    ------
    ModelError
        If there is none; says what each form lacks.
    """
    lacking = []
    for form in formulas:
        absent = [n for n in form.names if n != CARBON_TO_CO2 and n not in parameters]
        if not absent:
            return form
        lacking.append(f"{', '.join(absent)} for {form.text}")
    have = ", ".join(parameters) or "none"
    raise refused(_NAME, "parameter", f"{have}", f"still needed: {'; or '.join(lacking)}")
