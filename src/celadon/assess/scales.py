"""In which unit a figure is held to limits: the printed one of the standard, exactly.

Accounts count coal equivalent in gce, electricity in Wh, and output in small units of what it is
measured in. A kilogram of oil equivalent is 10,000 kilocalories and one of coal equivalent 7,000:
1 kgoe is 10/7 kgce. A weight case of glass is 50 kg. An air-dry tonne (Adt) is a tonne of pulp of
the moisture that it is traded with: only what is measured in Adt is held to limits per Adt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from celadon.assess.actual import Actual
from celadon.errors import UnitError
from celadon.units import conversion, count_unit, parse_unit

OIL = Fraction(10, 7)
"""Kilograms of coal equivalent in one of oil equivalent: 10,000 kcal of 7,000."""

AIR_DRY = "Adt"
"""The unit of pulp whose moisture is part of its meaning."""

_COUNTED = {"kgce": ("gce", Fraction(1)), "kgoe": ("gce", 1 / OIL), "kWh": ("Wh", Fraction(1))}
"""What stands above the stroke: the unit that accounts count it in, and its size in a thousand."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The small units that a figure is counted in, and the unit in which it is held to limits.

    Parameters
    ----------
    small : such as ``gce/kg``.
    shown : such as ``kgce/t``; size : how many of it one of the small is.
    """

    small: str
    shown: str
    size: Fraction = Fraction(1)

    def of(self, actual: Actual) -> Actual:
        """A figure counted in small units, in the unit shown.

        Examples
        --------
        >>> counted = Actual(12_000, 2, Fraction(6_000), 0, None)
        >>> scale_of("kgce/kg").of(counted).value
        Fraction(6, 1)
        """
        if self.size == 1 or actual.num is None or actual.den is None:
            return actual
        filled = None if actual.filled is None else actual.filled * self.size
        num, den = actual.num * self.size.numerator, actual.den * self.size.denominator
        return replace(actual, num=num, den=den, filled=filled)


Scaling = Callable[[str], Scale | None]
"""How a figure is brought into the printed unit of a limit; None where it cannot be."""

KGCE_PER_T = Scale("gce/kg", "kgce/t")
"""Coal equivalent of mass, as most norms have it."""


@lru_cache(maxsize=128)
def scale_of(unit: str) -> Scale | None:
    """The scale of a printed unit; None for one that accounts do not count in.

    Examples
    --------
    >>> scale_of("kWh/t").small, scale_of("kgce/m3").small, scale_of("kgce/m2").small
    ('Wh/kg', 'gce/L', 'gce/cm2')
    >>> str(scale_of("kgoe/t").size), str(scale_of("kgce/weight case").size)
    ('7/10', '1/20')
    >>> scale_of("kgoe/(t.factor)")
    """
    above, _, below = unit.partition("/")
    if above not in _COUNTED or not below:
        return None
    counted, size = _COUNTED[above]
    try:
        under = count_unit(below)
        size *= conversion(below, under) / 1000
    except UnitError:
        return None
    return Scale(f"{counted}/{under}", unit, size)


def scale_per_mass(unit: str) -> Scale | None:
    """The scale of a printed unit for a figure in gce/kg, as process energy is; else None.

    Examples
    --------
    >>> scale_per_mass("kgce/weight case").shown, scale_per_mass("kgce/m2")
    ('kgce/weight case', None)
    """
    scale = scale_of(unit)
    return scale if scale is not None and scale.small == KGCE_PER_T.small else None


def as_given(unit: str) -> Scale:
    """The scale of a figure that is given in the printed unit itself."""
    return Scale(unit, unit)


def is_measured_so(measure: str, scale: Scale) -> bool:
    """Whether what a product is measured in is what a norm takes energy per.

    Examples
    --------
    >>> [is_measured_so(each, scale_of("kgce/t")) for each in ("t", "m3", "Adt")]
    [True, False, False]
    >>> [is_measured_so(each, scale_of("kgce/Adt")) for each in ("t", "Adt")]
    [False, True]
    """
    air_dry = parse_unit(measure).name == AIR_DRY
    wanted = scale.shown.partition("/")[2] == AIR_DRY
    return count_unit(measure) == scale.small.partition("/")[2] and air_dry == wanted
