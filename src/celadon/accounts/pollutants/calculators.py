"""Single calculations of pollutants by name: the same arithmetic that outlets are counted with."""

from __future__ import annotations

from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

from celadon.errors import Fault, ModelError
from celadon.exact import decimal_text, parse_decimal
from celadon.models import register
from celadon.records.declaring import DecimalText, UnitText
from celadon.units import parse_unit

_VOLUMES = ("normal_volume", "volume")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MonitoredArguments(_Model):
    """A mean concentration, the flow beside it in the same state of the gas, and the time."""

    concentration: DecimalText
    concentration_unit: UnitText = Field(description="such as mg/Nm3, or mg/L of water")
    flow: DecimalText
    flow_unit: UnitText = Field(description="such as Nm3/h, or m3/h of water")
    hours: DecimalText = "1"


class SampledArguments(_Model):
    """An amount of a stream, its factor, and what treatment removes."""

    amount: DecimalText
    unit: UnitText = Field(description="unit of the amount, such as t, Nm3 or m3")
    factor: DecimalText
    factor_unit: UnitText = Field(description="mass per amount, such as g/kg or mg/L")
    removal: DecimalText = Field("0", description="share that is removed, 0 to 1")


class MassResults(_Model):
    """Mass of a pollutant, exact to a milligram."""

    grams: str


@register(
    "pollutant.monitored",
    clause="mass = concentration x flow x time, in one state of the gas",
    arguments=MonitoredArguments,
    results=MassResults,
)
def monitored_mass(given: MonitoredArguments) -> MassResults:
    """Mass of a pollutant from its mean concentration and the flow.

    Raises
    ------
    ModelError
        If the units are not mass per volume and the same volume per time, or a number is below 0.
    """
    content, flow = parse_unit(given.concentration_unit), parse_unit(given.flow_unit)
    _refuse_below_zero(given.concentration, given.flow, given.hours)
    pairs = [(f"mass/{volume}", f"{volume}/time") for volume in _VOLUMES]
    if (content.dimension, flow.dimension) not in pairs:
        raise _misfit(
            ("concentration_unit", "flow_unit"), f"{content.name} with {flow.name}",
            "mg/Nm3 with Nm3/h, or mg/L with m3/h: one volume in both",
        )  # fmt: skip
    rate = parse_decimal(given.concentration) * content.size * parse_decimal(given.flow) * flow.size
    return _grams(rate * parse_decimal(given.hours) * parse_unit("h").size)


@register(
    "pollutant.sampled",
    clause="mass = amount x factor x (1 - removal)",
    arguments=SampledArguments,
    results=MassResults,
)
def sampled_mass(given: SampledArguments) -> MassResults:
    """Mass of a pollutant from an amount, its sampled factor, and what treatment removes.

    Raises
    ------
    ModelError
        If the factor is not mass per what the amount is counted in, a number is below 0, or more
        than everything is removed.
    """
    unit, factor = parse_unit(given.unit), parse_unit(given.factor_unit)
    _refuse_below_zero(given.amount, given.factor, given.removal)
    if factor.dimension != f"mass/{unit.dimension}":
        raise _misfit(
            ("unit", "factor_unit"), f"{factor.name} for an amount in {unit.name}",
            f"mass per {unit.dimension.replace('_', ' ')}",
        )  # fmt: skip
    left = 1 - parse_decimal(given.removal)
    if left < 0:
        raise _misfit(("removal",), given.removal, "a share from 0 to 1")
    released = parse_decimal(given.amount) * unit.size * parse_decimal(given.factor) * factor.size
    return _grams(released * left)


def _grams(mass: Fraction) -> MassResults:
    return MassResults(grams=decimal_text(mass, 3))


def _refuse_below_zero(*texts: str) -> None:
    for text in texts:
        if parse_decimal(text) < 0:
            raise _misfit(("arguments",), text, "a number that is not below zero")


def _misfit(where: tuple[str, ...], found: str, rule: str) -> ModelError:
    fault = Fault(where, found, rule, "correct the number or its unit")
    return ModelError("The arguments do not fit each other", [fault])
