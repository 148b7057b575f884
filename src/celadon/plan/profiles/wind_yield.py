"""What a wind turbine yields in a year of wind speeds, per unit of its rated power.

The speed at the height of the mast is carried to the hub by a power law or by the logarithmic law
of a roughness, whichever is declared; none is assumed. Where the density of the air is declared,
and that of the curve, the speed is corrected by the cube root of their ratio, as IEC 61400-12-1
does for turbines with pitch control. Then the curve is read.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.quantities import FINITE, Power, Share
from celadon.plan.profiles.columns import read_columns
from celadon.plan.profiles.power_curve import FASTEST, PowerCurve, read_power_curve
from celadon.plan.profiles.weather import WeatherColumns, read_weather
from celadon.records.declaring import Declaration

_WINDY = 14.0
"""m/s in the mean of a year, which no site where turbines stand has; km/h and knots do."""


class WindYield(Declaration):
    """A turbine, its power curve, and a file of wind speeds.

    Parameters
    ----------
    file : of the wind, beside the design: EPW, or CSV or Parquet; ``speed`` is its column, m/s.
    measured_at_m : height of the measurement above the ground; ``hub_m`` that of the hub.
    shear_exponent : of the power law from one to the other; ``roughness_m`` of the logarithmic law
        in its place. One of them is needed where the heights differ.
    curve : file of the power curve; ``curve_speed`` its column of m/s at the hub, ``curve_power``
        that of kW, or of one.
    rated : power of the turbine, where the curve is in kW.
    air_density : kg/m3 of the site, in the mean; ``curve_density`` that of the curve. Either both,
        or no correction.
    losses : wakes, standstill, wires, and what else the curve does not know; of one.
    """

    model_config = FINITE

    file: str = Field(min_length=1)
    speed: str = "wind_speed"
    measured_at_m: float = Field(gt=0, le=300)
    hub_m: float = Field(gt=0, le=300)
    shear_exponent: float | None = Field(None, ge=0, le=1)
    roughness_m: float | None = Field(None, gt=0, le=5)
    curve: str = Field(min_length=1)
    curve_speed: str = "speed"
    curve_power: str = "power"
    rated: Power | None = Field(None, gt=0)
    air_density: float | None = Field(None, ge=0.6, le=1.5)
    curve_density: float | None = Field(None, ge=0.6, le=1.5)
    losses: Share = Field(ge=0, lt=1)

    @model_validator(mode="after")
    def _one_shear(self) -> Self:
        given = (self.shear_exponent is not None, self.roughness_m is not None)
        if all(given):
            raise ValueError("shear_exponent and roughness_m are two laws: give one of them")
        if self.measured_at_m != self.hub_m and not any(given):
            raise ValueError(
                "the wind is measured at another height than the hub: give shear_exponent or "
                "roughness_m, as measured or as a wind report says; none is assumed"
            )
        if self.roughness_m is not None and self.roughness_m >= min(self.measured_at_m, self.hub_m):
            raise ValueError("roughness_m lies far below both heights")
        return self

    @model_validator(mode="after")
    def _both_densities(self) -> Self:
        if (self.air_density is None) != (self.curve_density is None):
            raise ValueError(
                "air_density and curve_density go together: the curve's own stands in its table, "
                "often 1.225"
            )
        return self

    @property
    def to_hub(self) -> float:
        """Wind speed at the hub by that at the height of the measurement.

        Examples
        --------
        >>> given = {"file": "w.csv", "curve": "c.csv", "losses": 0.1, "measured_at_m": 10.0}
        >>> round(WindYield(**given, hub_m=100.0, shear_exponent=0.2).to_hub, 4)
        1.5849
        >>> round(WindYield(**given, hub_m=100.0, roughness_m=0.1).to_hub, 4)
        1.5
        """
        if self.roughness_m is not None:
            hub, mast = (math.log(h / self.roughness_m) for h in (self.hub_m, self.measured_at_m))
            return hub / mast
        return float((self.hub_m / self.measured_at_m) ** (self.shear_exponent or 0.0))

    @property
    def by_density(self) -> float:
        """Wind speed that the curve is read at, by that of the hub."""
        if self.air_density is None or self.curve_density is None:
            return 1.0
        return float((self.air_density / self.curve_density) ** (1 / 3))


def wind_speeds(turbine: WindYield, folder: Path) -> Floats:
    """The speeds of a year at the height where they were measured, m/s; gaps are no numbers.

    Raises
    ------
    InputError
        If there is no such file or column, or its speeds cannot be in m/s.
    """
    path = folder / turbine.file
    if path.suffix.lower() == ".epw":
        speeds = read_weather(path, WeatherColumns()).wind_speed
    else:
        speeds = read_columns(path).numbers(turbine.speed)
    known = speeds[~np.isnan(speeds)]
    lowest, highest = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    mean = float(known.mean()) if known.size else 0.0
    if lowest >= 0 and highest <= FASTEST and mean <= _WINDY:
        return speeds
    remedy = "they look like km/h: divide them by 3.6 (knots by 1.944)"
    if lowest < 0:
        remedy = "correct them; a sign or -999 for what is missing is no speed: leave it empty"
    fault = Fault(
        (path.name, turbine.speed),
        f"wind speeds from {lowest:g} to {highest:g}, {mean:.4g} in the mean",
        f"m/s, from 0 to {FASTEST:g}, no more than {_WINDY:g} in the mean of a year", remedy,
    )  # fmt: skip
    raise InputError(f"{path.name} has no wind in m/s", [fault])


def curve_of(turbine: WindYield, folder: Path) -> PowerCurve:
    """The power curve of a turbine.

    Raises
    ------
    InputError
        If it is none; see :func:`celadon.plan.profiles.power_curve.read_power_curve`.
    """
    rated = None if turbine.rated is None else 1000 * turbine.rated
    return read_power_curve(folder / turbine.curve, turbine.curve_speed, turbine.curve_power, rated)


def wind_yield(turbine: WindYield, curve: PowerCurve, speeds: Floats) -> Floats:
    """Output per unit of the rated power in each step; no number where no speed is known.

    Parameters
    ----------
    speeds : at the height of the measurement, m/s.
    """
    read_at = speeds * turbine.to_hub * turbine.by_density
    return curve.power(read_at) * (1 - turbine.losses)
