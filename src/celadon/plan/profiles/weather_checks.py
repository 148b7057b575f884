"""What a weather file says that does not fit together: told beside the plan, not refused.

Global irradiance is diffuse irradiance and the beam on the horizontal, at every sun; columns that
stand in each other's place show in the year. Nothing shines below zero, and China lies north of the
equator.
"""

from __future__ import annotations

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.profiles.photovoltaic_yield import PhotovoltaicYield, sun_elevation
from celadon.plan.profiles.weather import Weather
from celadon.records.finding import Finding

_APART = 0.15
"""Of the light of a year. Hourly files of a typical year are some 6 % apart, most at low sun, since
the sun of a whole hour is taken at its middle; direct and diffuse exchanged are more than 25 %."""


def weather_findings(
    panels: PhotovoltaicYield, weather: Weather, subject: str
) -> tuple[Finding, ...]:
    """What of a weather file is to be looked at.

    Parameters
    ----------
    subject : the design.
    """
    found = []
    for name in ("ghi", "dni", "dhi"):
        values: Floats = getattr(weather, name)
        below = values < 0
        if below.any():
            told = {"column": name, "steps": int(below.sum()), "least": f"{np.nanmin(values):g}"}
            found.append(Finding(subject, "radiation_below_zero", name, weather.name, told))
    apart = light_apart(weather, sun_elevation(panels, weather))
    if apart > _APART:
        told = {"percent": f"{100 * apart:.0f}", "usual": f"{100 * _APART:.0f}"}
        found.append(Finding(subject, "radiation_apart", "ghi", weather.name, told))
    latitude = panels.place(weather).latitude
    if latitude < 0:
        told = {"latitude": f"{latitude:g}", "azimuth": f"{panels.azimuth:g}"}
        found.append(Finding(subject, "south_of_the_equator", "latitude", weather.name, told))
    return tuple(found)


def light_apart(weather: Weather, elevation: Floats) -> float:
    """How far global irradiance is from diffuse and beam together, of the light of the year.

    Parameters
    ----------
    elevation : of the sun at the middle of each step, degrees.
    """
    together = weather.dhi + weather.dni * np.sin(np.radians(elevation)).clip(0.0)
    light = float(np.nansum(weather.ghi.clip(0.0)))
    return float(np.nansum(np.abs(weather.ghi - together))) / light if light else 0.0
