"""What no machine can do: bounds of conversion that follow from the first law.

Hydrogen's two heats of combustion follow from the enthalpies of formation of water at 25 degrees
Celsius, liquid -285.830 kJ/mol and vapour -241.826 kJ/mol (Cox, Wagman and Medvedev, CODATA Key
Values for Thermodynamics, 1989), and its molar mass, 2.01588 g/mol.
"""

from __future__ import annotations

from typing import Final

from celadon.plan.components.fuel import Fuel

_LIQUID, _VAPOUR, _MOLAR_MASS, _MEGAJOULE_PER_KILOWATT_HOUR = 285.830, 241.826, 2.01588, 3.6

HYDROGEN_NET: Final = _VAPOUR / _MOLAR_MASS / _MEGAJOULE_PER_KILOWATT_HOUR
"""kWh in a kg of hydrogen by its net calorific value: 33.32."""

HYDROGEN_GROSS: Final = _LIQUID / _MOLAR_MASS / _MEGAJOULE_PER_KILOWATT_HOUR
"""kWh in a kg of hydrogen by its gross calorific value, which splitting water takes: 39.39."""

GROSS_PER_NET: Final = _LIQUID / _VAPOUR
"""Gross over net calorific value of hydrogen, 1.182: the most of any dry fuel, since no other makes
so much water of its heat. No burner gets more out of a fuel's net calorific value than this."""

HOTTEST: Final = 1500.0
"""Degrees Celsius: steel itself melts there, and no medium carries heat through a works so hot."""

_ROUNDING: Final = 1e-9


def refuse_boiler(efficiency: float, fuel: Fuel | None) -> None:
    """Refuse a boiler that gives more heat than there is.

    Raises
    ------
    ValueError
        Above one of power, or above :data:`GROSS_PER_NET` of fuel.

    Examples
    --------
    >>> refuse_boiler(1.05, Fuel())
    >>> refuse_boiler(1.05, None)
    Traceback (most recent call last):
    ValueError: efficiency 105 %: power makes no more heat than itself; without fuel a boiler is \
electric. Name its fuel, or declare what lifts heat as [[heat_pump]]
    """
    if fuel is None and efficiency > 1 + _ROUNDING:
        raise ValueError(
            f"efficiency {100 * efficiency:.4g} %: power makes no more heat than itself; without "
            "fuel a boiler is electric. Name its fuel, or declare what lifts heat as [[heat_pump]]"
        )
    if efficiency > GROSS_PER_NET + _ROUNDING:
        raise ValueError(f"efficiency {100 * efficiency:.4g} %: {_OF_FUEL}")


def refuse_engine(electric: float, heat: float) -> None:
    """Refuse an engine that gives more power and heat than its fuel holds.

    Raises
    ------
    ValueError
        Above :data:`GROSS_PER_NET` together.
    """
    whole = electric + heat
    if whole > GROSS_PER_NET + _ROUNDING:
        raise ValueError(
            f"electric_efficiency and heat_efficiency are {100 * whole:.4g} % together: {_OF_FUEL}"
        )


_OF_FUEL: Final = (
    f"no more than {100 * GROSS_PER_NET:.1f} % of its net calorific value comes out of a fuel, "
    "even where all its vapour condenses (gross over net of hydrogen, the most of any dry fuel). "
    "Heat won from elsewhere is a [[waste_heat]] or a [[heat_pump]]"
)


def refuse_electrolyser(consumption: float, heat_share: float) -> None:
    """Refuse an electrolyser whose hydrogen and heat hold more than the power that it takes.

    Raises
    ------
    ValueError
        Below :data:`HYDROGEN_NET` kWh/kg, heat led off included.
    """
    if consumption < HYDROGEN_NET - _ROUNDING:
        raise ValueError(
            f"consumption {consumption:.4g} kWh/kg: a kg of hydrogen holds {HYDROGEN_NET:.2f} kWh "
            f"by its net calorific value ({HYDROGEN_GROSS:.2f} by the gross), and power is all "
            "that goes in here. Check the unit: kWh/kg, not kWh/m3"
        )
    whole = HYDROGEN_NET / consumption + heat_share
    if whole > 1 + _ROUNDING:
        raise ValueError(
            f"hydrogen and heat_share are {100 * whole:.4g} % of the power: at {consumption:.4g} "
            f"kWh/kg at most {100 * (1 - HYDROGEN_NET / consumption):.1f} % is left to be heat"
        )


def refuse_hotter(temperature: float | None) -> float | None:
    """A temperature of heat, refused above :data:`HOTTEST`.

    Raises
    ------
    ValueError
        If it is hotter.
    """
    if temperature is not None and temperature > HOTTEST:
        raise ValueError(
            f"{temperature:g} degC: no medium carries heat hotter than {HOTTEST:g} degC through a "
            "works; steel itself melts there. Check the unit"
        )
    return temperature
