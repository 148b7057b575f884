"""What panels yield in a year of weather, per unit of their DC capacity; computed by pvlib.

Sun position at the middle of each step, Hay-Davies transposition of direct and diffuse radiation
to the plane, cell temperature by the Sandia model, power and inverter by PVWatts. pvlib is an
optional requirement: ``pip install celadon[pv]``; profiles from files need none of it.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from celadon.errors import Fault, InputError, RequirementMissing
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.quantities import FINITE, Share
from celadon.plan.profiles.weather import Place, Weather, WeatherColumns

Mounting = Literal[
    "open_rack_glass_glass", "open_rack_glass_polymer", "close_mount_glass_glass",
    "insulated_back_glass_polymer",
]  # fmt: skip
"""The ways of mounting whose cell temperature the Sandia model knows."""

_CLOCK_OFF = 0.75
"""Hours by which the light of a file may seem late or early: mornings are not as clear as noons."""


class PhotovoltaicYield(WeatherColumns):
    """Panels and their weather file.

    Parameters
    ----------
    file : beside the design: EPW, or CSV or Parquet with the columns named.
    latitude, longitude : degrees north and east; ``altitude_m``; ``utc_offset`` hours that the
        file's clock is ahead of UTC, 8 for Beijing time. An EPW file says them itself.
    tilt : degrees from the horizontal; ``azimuth`` degrees from north by east, 180 for south.
    losses : of the DC side: soiling, shading, wiring, mismatch, age; of one.
    dc_ac_ratio : DC capacity of the panels by AC capacity of the inverters.
    inverter_efficiency : nominal, of one; ``temperature_coefficient`` of one per kelvin.
    """

    model_config = FINITE

    file: str = Field(min_length=1)
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    altitude_m: float = Field(0.0, ge=-500, le=9000)
    utc_offset: float | None = Field(None, ge=-12, le=14)
    tilt: float = Field(ge=0, le=90)
    azimuth: float = Field(ge=0, lt=360)
    losses: Share = Field(ge=0, lt=1)
    dc_ac_ratio: float = Field(1.2, ge=0.5, le=3)
    inverter_efficiency: Share = Field(0.96, gt=0, le=1)
    temperature_coefficient: Share = Field(-0.0035, ge=-0.01, le=0)
    mounting: Mounting = "open_rack_glass_polymer"
    albedo: Share = Field(0.25, ge=0, le=1)

    @model_validator(mode="after")
    def _a_place(self) -> Self:
        known = [each is not None for each in (self.latitude, self.longitude, self.utc_offset)]
        is_epw = self.file.lower().endswith(".epw")
        if is_epw and any(known):
            raise ValueError("an EPW file says latitude, longitude and utc_offset itself")
        if not is_epw and not all(known):
            raise ValueError("latitude, longitude and utc_offset are needed; only EPW says them")
        return self

    def place(self, weather: Weather) -> Place:
        """Where the panels stand."""
        if weather.place is not None:
            return weather.place
        assert self.latitude is not None  # noqa: S101  the validator holds it
        assert self.longitude is not None  # noqa: S101
        assert self.utc_offset is not None  # noqa: S101
        return Place(self.latitude, self.longitude, self.altitude_m, self.utc_offset)


def photovoltaic_yield(panels: PhotovoltaicYield, weather: Weather) -> Floats:
    """AC output per unit of DC capacity in each step of the weather, between 0 and 1.

    Raises
    ------
    RequirementMissing
        If pvlib is not installed.
    InputError
        If it is light in the file while the sun is down: its clock is another.
    """
    pvlib = _pvlib()
    times = _middles(weather, panels.place(weather).utc_offset)
    sun = _sun(pvlib, times, panels.place(weather))
    _check_clock(weather, np.asarray(sun["elevation"], np.float64))
    on_plane = pvlib.irradiance.get_total_irradiance(
        panels.tilt, panels.azimuth, sun["apparent_zenith"], sun["azimuth"], weather.dni,
        weather.ghi, weather.dhi, dni_extra=pvlib.irradiance.get_extra_radiation(times),
        model="haydavies", albedo=panels.albedo,
    )["poa_global"]  # fmt: skip
    fitting = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"][panels.mounting]
    cell = pvlib.temperature.sapm_cell(
        on_plane, weather.temperature, weather.wind_speed, **fitting
    )  # fmt: skip
    made = pvlib.pvsystem.pvwatts_dc(on_plane, cell, 1.0, panels.temperature_coefficient)
    inverter = 1 / panels.dc_ac_ratio / panels.inverter_efficiency
    power = pvlib.inverter.pvwatts(
        made * (1 - panels.losses), inverter, panels.inverter_efficiency
    )  # fmt: skip
    found: Floats = np.asarray(power, np.float64).clip(0.0)
    return found


def sun_elevation(panels: PhotovoltaicYield, weather: Weather) -> Floats:
    """How high the sun stands at the middle of each step, degrees; below zero at night."""
    place = panels.place(weather)
    sun = _sun(_pvlib(), _middles(weather, place.utc_offset), place)
    return np.asarray(sun["elevation"], np.float64)


def _pvlib() -> Any:
    if find_spec("pvlib") is None:
        fault = Fault(("pvlib",), "not installed", "pvlib computes what panels yield",
                      "pip install celadon[pv], or name a column of yields instead")  # fmt: skip
        raise RequirementMissing("The yield of panels needs pvlib", [fault])
    return import_module("pvlib")


def _middles(weather: Weather, utc_offset: float) -> Any:
    """The middle of each step, as pandas has times; a year without a date is 2001 or 2000."""
    pandas = import_module("pandas")
    start = dt.datetime(2000 if weather.whole == 8784 else 2001, 1, 1, tzinfo=dt.UTC)
    first = start + dt.timedelta(hours=weather.hours / 2 - utc_offset)
    step = dt.timedelta(hours=weather.hours)
    return pandas.date_range(first, periods=len(weather.ghi), freq=step)


def _sun(pvlib: Any, times: Any, place: Place) -> Any:
    return pvlib.solarposition.get_solarposition(
        times, place.latitude, place.longitude, altitude=place.altitude
    )  # fmt: skip


def _check_clock(weather: Weather, elevation: Floats) -> None:
    """Refuse a file whose light comes earlier or later in the day than the sun does."""
    light = np.nan_to_num(weather.ghi).clip(0.0)
    if not light.any():
        return
    late = hours_late(light, np.sin(np.radians(elevation)).clip(0.0), weather.hours)
    if abs(late) <= _CLOCK_OFF:
        return
    fault = Fault(
        (weather.name,), f"light that comes {abs(late):.1f} h "
        f"{'later' if late > 0 else 'earlier'} than the sun does",
        "rows in the clock that utc_offset says, the first from 0 to 1 o'clock of 1 January",
        "correct utc_offset or longitude, or the order of the rows: clocks of UTC, of summer, and "
        "hours told by their end are told so",
    )  # fmt: skip
    raise InputError(f"{weather.name} has another clock", [fault])


def hours_late(light: Floats, sun: Floats, hours: float) -> float:
    """By how many hours light follows the sun: where the two agree best, between steps.

    Parameters
    ----------
    light, sun : in each step, not below zero; ``hours`` the length of a step.

    Examples
    --------
    >>> sun = np.tile(np.sin(np.arange(24) / 24 * 2 * np.pi).clip(0), 30)
    >>> round(hours_late(np.roll(sun, 3), sun, 1.0), 3)
    3.0
    """
    half = round(12 / hours)
    agree = [float(light @ np.roll(sun, shift)) for shift in range(-half, half + 1)]
    best = int(np.argmax(agree[1:-1])) + 1
    before, at, after = agree[best - 1 : best + 2]
    bend = before - 2 * at + after
    between = 0.5 * (before - after) / bend if bend else 0.0
    return (best - half + between) * hours
