"""Enthalpy of water and steam by the IAPWS Industrial Formulation 1997 (IAPWS-IF97).

The formulation is international, public and versioned; its computation is the library seuif97's
(MIT). Reference: IAPWS R7-97(2012), Revised Release on the IAPWS Industrial Formulation 1997. Here
stand the bounds of the release and the words of a refusal; the tests hold the release's own check
values.
"""

from __future__ import annotations

import math

import seuif97  # type: ignore[import-untyped]

from celadon.errors import Fault, ModelError

CRITICAL_PRESSURE = 22.064
"""MPa; above it no boiling separates water from steam."""

TRIPLE_PRESSURE = 0.000611213
"""MPa; the saturation pressure at 273.15 K, lower bound of region 4."""

_ZERO = 273.15
_HIGHEST_PRESSURE = 100.0
_HIGHEST_TEMPERATURE = 800.0


def enthalpy(pressure: float, temperature: float) -> float:
    """Specific enthalpy of water or steam, in regions 1, 2 and 3.

    Parameters
    ----------
    pressure : absolute, MPa, up to 100.
    temperature : degrees Celsius, 0 to 800.

    Returns
    -------
    kJ/kg, zero at the triple point of the liquid (to the release's own convention).

    Raises
    ------
    ModelError
        If the state lies outside the formulation.

    Examples
    --------
    >>> round(enthalpy(3.0, 26.85), 3)
    115.331
    """
    _within("pressure", pressure, 0.0, _HIGHEST_PRESSURE, "MPa")
    _within("temperature", temperature, 0.0, _HIGHEST_TEMPERATURE, "degC")
    return float(seuif97.pt2h(pressure, temperature))


def vapour_enthalpy(pressure: float) -> float:
    """Specific enthalpy of dry saturated steam, kJ/kg, at an absolute pressure in MPa.

    Raises
    ------
    ModelError
        If nothing boils at that pressure.

    Examples
    --------
    >>> round(vapour_enthalpy(1.0), 1)
    2777.1
    """
    _within("pressure", pressure, TRIPLE_PRESSURE, CRITICAL_PRESSURE, "MPa")
    return float(seuif97.px2h(pressure, 1.0))


def liquid_enthalpy(pressure: float) -> float:
    """Specific enthalpy of boiling water, kJ/kg, at an absolute pressure in MPa.

    Raises
    ------
    ModelError
        If nothing boils at that pressure.

    Examples
    --------
    >>> round(liquid_enthalpy(1.0), 1)
    762.7
    """
    _within("pressure", pressure, TRIPLE_PRESSURE, CRITICAL_PRESSURE, "MPa")
    return float(seuif97.px2h(pressure, 0.0))


def saturation_temperature(pressure: float) -> float:
    """Temperature at which water boils, degrees Celsius, at an absolute pressure in MPa.

    Raises
    ------
    ModelError
        If nothing boils at that pressure.

    Examples
    --------
    >>> round(saturation_temperature(0.101325), 2)
    99.97
    """
    _within("pressure", pressure, TRIPLE_PRESSURE, CRITICAL_PRESSURE, "MPa")
    return float(seuif97.px2t(pressure, 1.0))


def saturation_pressure(temperature: float) -> float:
    """Absolute pressure, MPa, at which water of a temperature in degrees Celsius boils.

    Raises
    ------
    ModelError
        If nothing boils at that temperature.

    Examples
    --------
    >>> round(saturation_pressure(226.85), 5)
    2.6389
    """
    _within("temperature", temperature, 0.0, 647.096 - _ZERO, "degC")
    return float(seuif97.tx2p(temperature, 1.0))


def entropy(pressure: float, temperature: float) -> float:
    """Specific entropy of water or steam, kJ/(kg K), at MPa (absolute) and degrees Celsius.

    Raises
    ------
    ModelError
        If the state lies outside the formulation.

    Examples
    --------
    >>> round(entropy(3.0, 26.85), 6)
    0.392295
    """
    _within("pressure", pressure, 0.0, _HIGHEST_PRESSURE, "MPa")
    _within("temperature", temperature, 0.0, _HIGHEST_TEMPERATURE, "degC")
    return float(seuif97.pt2s(pressure, temperature))


def vapour_entropy(pressure: float) -> float:
    """Specific entropy of dry saturated steam, kJ/(kg K), at an absolute pressure in MPa.

    Raises
    ------
    ModelError
        If nothing boils at that pressure.

    Examples
    --------
    >>> round(vapour_entropy(1.0), 4)
    6.585
    """
    _within("pressure", pressure, TRIPLE_PRESSURE, CRITICAL_PRESSURE, "MPa")
    return float(seuif97.px2s(pressure, 1.0))


def liquid_entropy(pressure: float) -> float:
    """Specific entropy of boiling water, kJ/(kg K), at an absolute pressure in MPa.

    Raises
    ------
    ModelError
        If nothing boils at that pressure.

    Examples
    --------
    >>> round(liquid_entropy(1.0), 4)
    2.1384
    """
    _within("pressure", pressure, TRIPLE_PRESSURE, CRITICAL_PRESSURE, "MPa")
    return float(seuif97.px2s(pressure, 0.0))


def expanded_enthalpy(pressure: float, entropy: float) -> float:
    """Specific enthalpy after an expansion without loss: at a pressure, with the entropy before it.

    Wet steam included.

    Parameters
    ----------
    pressure : absolute, MPa, at which water boils.
    entropy : kJ/(kg K), that of boiling water or more.

    Returns
    -------
    kJ/kg.

    Raises
    ------
    ModelError
        If the state lies outside the formulation.

    Examples
    --------
    >>> round(expanded_enthalpy(0.5, entropy(4.0, 400.0)), 1)
    2727.1
    """
    lowest = liquid_entropy(pressure)
    highest = float(seuif97.pt2s(pressure, _HIGHEST_TEMPERATURE))
    _within("entropy", entropy, lowest, highest, "kJ/(kg K)")
    if entropy <= vapour_entropy(pressure):
        return float(seuif97.ps2h(pressure, entropy))
    # the backward equations hold to some hundredths of a kelvin: dh = T ds closes what is left
    temperature = float(seuif97.ps2t(pressure, entropy))
    left = entropy - float(seuif97.pt2s(pressure, temperature))
    heat = float(seuif97.pt2h(pressure, temperature))
    return heat + (temperature + _ZERO) * left


def _within(name: str, value: float, low: float, high: float, unit: str) -> None:
    if math.isfinite(value) and low <= value <= high and value + (name == "temperature") > 0:
        return
    fault = Fault(
        ("steam", name),
        f"{value:g} {unit}",
        f"{low:g} to {high:g} {unit}, the range of IAPWS-IF97 for this question",
        "check the unit (pressure is absolute, in MPa; temperature in degC)",
    )
    raise ModelError("No steam property can be computed for this state", [fault])
