"""Numbers of a design with their units: text in a file, floats in MW, MWh and kCNY within.

The model counts power in MW, energy in MWh, hydrogen in t and money in kCNY, so that coefficients
stay within 1e-5 to 1e3 (formulation, sets and symbols). A price of 1 CNY/kWh is then 1 kCNY/MWh,
and 1 CNY/kW is 1 kCNY/MW.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, ValidationInfo

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.units import conversion, parse_unit

FINITE = ConfigDict(allow_inf_nan=False)
"""Of declarations whose numbers are numbers: TOML knows ``nan`` and ``inf``, no design does."""

FROM_FILE = {"from": "file"}
"""Context of a validation in which a bare number is refused: it would not say its unit."""


@dataclass(frozen=True, slots=True)
class InUnit:
    """What a field of a declaration is counted in, and whether a series may stand for the number.

    Parameters
    ----------
    unit : as the model counts; a file writes any unit of the same dimension.
    is_series : whether the name of a series may be given.
    """

    unit: str
    is_series: bool = False


_TEXT = re.compile(r"(?P<number>[+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(?P<unit>[^\d\s+-].*)?")


def amount(text: str, unit: str) -> float:
    """A number written with its unit, in another unit of the same dimension.

    Raises
    ------
    ValueError
        If it has no unit where one is needed, or one of another dimension.

    Examples
    --------
    >>> amount("1200 kW", "MW"), amount("60 %", "1")
    (1.2, 0.6)
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"a number with its unit is expected, such as '1.5 {unit}'")
    written = (match["unit"] or "").strip()
    if not written and unit != "1":
        raise ValueError(f"the number has no unit: write it as in '1.5 {unit}'")
    try:
        factor = conversion(written or "1", unit)
    except UnitError as error:
        told = f"{error.summary}: a {parse_unit(unit).dimension} is expected here"
        raise ValueError(told + _instead(written)) from None
    try:
        return float(parse_decimal(match["number"]) * factor)
    except OverflowError:
        raise ValueError("a number larger than any quantity") from None


def _instead(written: str) -> str:
    """What to write in place of a unit that says too little, such as that of a gauge."""
    try:
        parse_unit(written or "1")
    except UnitError as error:
        return f"; {error.faults[0].remedy}" if error.faults else ""
    return ""


def parted(text: str) -> tuple[float, str]:
    """The number and the unit of a text; nothing and no unit of one that is no amount.

    Examples
    --------
    >>> parted("-80 CNY/tCO2"), parted("load")
    ((-80.0, 'CNY/tCO2'), (0.0, ''))
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        return 0.0, ""
    return float(parse_decimal(match["number"])), (match["unit"] or "").strip()


def is_amount(text: str) -> bool:
    """Whether a text is a number with or without a unit, not a name."""
    return _TEXT.fullmatch(text.strip()) is not None


def _reading(unit: str) -> Callable[[object, ValidationInfo], object]:
    def read(given: object, info: ValidationInfo) -> object:
        if isinstance(given, str):
            return amount(given, unit)
        if info.context == FROM_FILE and unit != "1" and isinstance(given, int | float):
            raise ValueError(f"a number without its unit: write it as in '{given} {unit}'")
        return given

    return read


def _reading_series(unit: str) -> Callable[[object, ValidationInfo], object]:
    plain = _reading(unit)

    def read(given: object, info: ValidationInfo) -> object:
        if isinstance(given, str) and not is_amount(given):
            return given
        return plain(given, info)

    return read


def _temperature_series(given: object) -> object:
    """Degrees Celsius: a bare number has been one always; a text with a unit is converted."""
    return amount(given, "degC") if isinstance(given, str) and is_amount(given) else given


def _difference(given: object, info: ValidationInfo) -> object:
    """A difference of temperatures: kelvin and degrees Celsius are the same there."""
    if isinstance(given, str):
        return amount(re.sub(r"\s*K$", " degC", given.strip()), "degC")
    return _reading("K")(given, info)


Power = Annotated[float, BeforeValidator(_reading("MW")), InUnit("MW")]
"""MW."""
Energy = Annotated[float, BeforeValidator(_reading("MWh")), InUnit("MWh")]
"""MWh."""
Mass = Annotated[float, BeforeValidator(_reading("t")), InUnit("t")]
"""t."""
CarbonMass = Annotated[float, BeforeValidator(_reading("tCO2")), InUnit("tCO2")]
"""t of carbon dioxide."""
Share = Annotated[float, BeforeValidator(_reading("1")), InUnit("1")]
"""Of one; ``60 %`` is 0.6."""
PerPower = Annotated[float, BeforeValidator(_reading("CNY/kW")), InUnit("CNY/kW")]
"""CNY/kW, the same as kCNY/MW."""
PerEnergy = Annotated[float, BeforeValidator(_reading("CNY/kWh")), InUnit("CNY/kWh")]
"""CNY/kWh, the same as kCNY/MWh."""
PerMass = Annotated[float, BeforeValidator(_reading("CNY/kg")), InUnit("CNY/kg")]
"""CNY/kg, the same as kCNY/t."""
PerCarbon = Annotated[float, BeforeValidator(_reading("CNY/kgCO2")), InUnit("CNY/kgCO2")]
"""CNY/kg of carbon dioxide, the same as kCNY/t."""
EnergyPerMass = Annotated[float, BeforeValidator(_reading("kWh/kg")), InUnit("kWh/kg")]
"""kWh/kg, the same as MWh/t."""
EnergyPerPower = Annotated[float, BeforeValidator(_reading("kWh/kW")), InUnit("kWh/kW")]
"""kWh/kW, the same as MWh/MW."""
Temperature = Annotated[float, BeforeValidator(_reading("degC")), InUnit("degC")]
"""Degrees Celsius."""
TemperatureDifference = Annotated[float, BeforeValidator(_difference), InUnit("K")]
"""Kelvin between two temperatures."""
Pressure = Annotated[float, BeforeValidator(_reading("MPa")), InUnit("MPa")]
"""MPa, absolute."""

PriceSeries = Annotated[
    float | str, BeforeValidator(_reading_series("CNY/kWh")), InUnit("CNY/kWh", is_series=True)
]
"""A price in CNY/kWh, or the name of a series of prices."""
CarbonSeries = Annotated[
    float | str, BeforeValidator(_reading_series("tCO2/MWh")), InUnit("tCO2/MWh", is_series=True)
]
"""A factor in t of carbon dioxide per MWh, or the name of a series."""
ShareSeries = Annotated[
    float | str, BeforeValidator(_reading_series("1")), InUnit("1", is_series=True)
]
"""A ratio, or the name of a series of ratios."""
PowerSeries = Annotated[
    float | str, BeforeValidator(_reading_series("MW")), InUnit("MW", is_series=True)
]
"""A power in MW, or the name of a series of powers."""
TemperatureSeries = Annotated[
    float | str, BeforeValidator(_temperature_series), InUnit("degC", is_series=True)
]
"""Degrees Celsius, or the name of a series of them."""
