"""Single calculations by name: the same equations that the accounts use, for one set of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from celadon.accounts.energy import KJ_PER_KGCE
from celadon.errors import Fault, ModelError
from celadon.exact import decimal_text, parse_decimal
from celadon.models import register
from celadon.records.declaring import DecimalText
from celadon.records.identity import credit_code_fault, normalise_credit_code
from celadon.reference import load_registry
from celadon.units import conversion, parse_unit


def _ratio(text: str) -> str:
    quotient(text)
    return text


def quotient(text: str) -> Fraction:
    """A number, or the quotient of two, such as ``44/12``.

    Raises
    ------
    ValueError
        If it divides by zero, or a part of it is no decimal.
    """
    top, _, bottom = text.partition("/")
    divisor = parse_decimal(bottom or "1")
    if not divisor:
        raise ValueError("divides by zero")
    return parse_decimal(top) / divisor


Ratio = Annotated[str, AfterValidator(_ratio)]
"""A ratio as it is printed."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CoalEquivalentArguments(_Model):
    """An amount of a fuel and its heat value."""

    amount: DecimalText
    unit: str = Field(description="unit of the amount, such as t or Nm3")
    net_calorific_value: DecimalText
    net_calorific_value_unit: str = Field(description="such as GJ/t or MJ/Nm3")


class CoalEquivalentResults(_Model):
    """Heat and coal equivalent, exact and to three decimals."""

    heat_kj: str
    kgce: str


@register(
    "energy.coal_equivalent",
    clause="GB/T 2589-2020: 1 kgce = 29,307.6 kJ",
    arguments=CoalEquivalentArguments,
    results=CoalEquivalentResults,
)
def coal_equivalent(given: CoalEquivalentArguments) -> CoalEquivalentResults:
    """Coal equivalent of a fuel by its own net calorific value."""
    heat = _heat(
        given.amount, given.unit, given.net_calorific_value, given.net_calorific_value_unit
    )
    return CoalEquivalentResults(
        heat_kj=decimal_text(heat, 3), kgce=decimal_text(heat / KJ_PER_KGCE, 3)
    )


class CombustionArguments(_Model):
    """An amount of a fuel, its heat value, carbon per heat and oxidation."""

    amount: DecimalText
    unit: str
    net_calorific_value: DecimalText
    net_calorific_value_unit: str
    carbon_content_per_heat: DecimalText = Field(description="tC/TJ")
    oxidation_rate: DecimalText = Field(description="%")
    carbon_to_co2: Ratio = Field("44/12", description="44/12 in China, 3.664 under CBAM")


class CombustionResults(_Model):
    """The emission, to the gram."""

    t_co2: str


@register(
    "carbon.combustion",
    clause="E = FC x NCV x CC x OF x 44/12",
    arguments=CombustionArguments,
    results=CombustionResults,
)
def combustion(given: CombustionArguments) -> CombustionResults:
    """Emission of burning a fuel by its heat value and carbon per heat."""
    heat = _heat(
        given.amount, given.unit, given.net_calorific_value, given.net_calorific_value_unit
    )
    ratio = quotient(given.carbon_to_co2)
    carbon = heat * parse_decimal(given.carbon_content_per_heat) * parse_unit("tC/TJ").size
    grams = carbon * parse_decimal(given.oxidation_rate) / 100 * ratio
    return CombustionResults(t_co2=decimal_text(grams / 10**6, 6))


class ProcessEnergyArguments(_Model):
    """Energies in and out of a process, in kgce per hour, month or year, and its output."""

    energy_in: list[DecimalText] = Field(description="each energy taken, kgce")
    energy_out: list[DecimalText] = Field(default=[], description="each energy sent out, kgce")
    production: DecimalText = Field(description="qualified product, t")


class ProcessEnergyResults(_Model):
    """The unit energy; below zero where more is sent out than taken."""

    kgce_per_t: str


@register(
    "energy.process",
    clause="e = (sum Q c - sum R c) / P, lower is better, never clipped at zero",
    arguments=ProcessEnergyArguments,
    results=ProcessEnergyResults,
)
def process_energy(given: ProcessEnergyArguments) -> ProcessEnergyResults:
    """Unit energy of a process from its energies in and out."""
    production = parse_decimal(given.production)
    if production <= 0:
        fault = Fault(
            ("energy.process", "production"),
            given.production,
            "more than zero",
            "without output there is no unit energy",
        )
        raise ModelError("No unit energy without production", [fault])
    taken = sum((parse_decimal(text) for text in given.energy_in), Fraction(0))
    sent = sum((parse_decimal(text) for text in given.energy_out), Fraction(0))
    return ProcessEnergyResults(kgce_per_t=decimal_text((taken - sent) / production, 3))


class ElectricityFactorArguments(_Model):
    """A programme, its reporting year, and the area where it names one."""

    programme: str
    reporting_year: int
    level: str = "national"
    area: str = "CN"


class ElectricityFactorResults(_Model):
    """The factor with its edition and letter."""

    value: str
    unit: str
    data_year: str
    source: str
    announcement: str
    confidence: str


@register(
    "carbon.electricity_factor",
    clause="the factor that the programme names for the reporting year",
    arguments=ElectricityFactorArguments,
    results=ElectricityFactorResults,
)
def electricity_factor(given: ElectricityFactorArguments) -> ElectricityFactorResults:
    """Electricity factor of a programme and reporting year, with its source."""
    choice = load_registry().electricity(
        given.programme, given.reporting_year, level=given.level, area=given.area
    )
    return ElectricityFactorResults(
        value=choice.record.value_text,
        unit=choice.record.unit,
        data_year=choice.record.data_year,
        source=choice.record.cite(),
        announcement=choice.selection.announcement,
        confidence=choice.confidence,
    )


class CreditCodeArguments(_Model):
    """A unified social credit code, as written."""

    code: str


class CreditCodeResults(_Model):
    """The code in its plain form, and what is wrong with it."""

    code: str
    valid: bool
    fault: str


@register(
    "identity.credit_code",
    clause="GB 32100-2015",
    arguments=CreditCodeArguments,
    results=CreditCodeResults,
)
def credit_code(given: CreditCodeArguments) -> CreditCodeResults:
    """Check of a unified social credit code."""
    code = normalise_credit_code(given.code)
    fault = credit_code_fault(code)
    return CreditCodeResults(code=code, valid=fault is None, fault=fault or "")


def _heat(amount: str, unit: str, value: str, value_unit: str) -> Fraction:
    """Kilojoules in an amount.

    Raises
    ------
    UnitError
        If the heat value is not energy per what the amount is in.
    """
    bottom = value_unit.partition("/")[2]
    return (
        parse_decimal(amount)
        * conversion(unit, bottom or unit)
        * parse_decimal(value)
        * conversion(value_unit, f"kJ/{bottom}")
    )
