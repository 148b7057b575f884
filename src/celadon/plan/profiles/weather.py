"""Weather of a year from a file: radiation, air temperature and wind, row by row in local time.

EPW files name their place and clock; of CSV and Parquet files the design says them. The first row
is the first step of the year, and each row the mean of its step.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import Field

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.quantities import FINITE
from celadon.plan.profiles.columns import read_columns
from celadon.records.declaring import Declaration

_EPW_COLUMNS: Final = {"ghi": 13, "dni": 14, "dhi": 15, "temperature": 6, "wind_speed": 21}
"""Where they stand in a row of an EPW file, counted from 0."""

_EPW_HEAD, _EPW_MISSING = 8, {"ghi": 9999, "dni": 9999, "dhi": 9999, "temperature": 99.9,
                              "wind_speed": 999}  # fmt: skip
_MOST_SUN: Final = 1500.0
"""W/m2 that no mean of an hour or a quarter of it reaches on the ground."""
_LEAST_SUN: Final = -10.0
"""W/m2 that an instrument may show at night."""
_HOTTEST, _HOTTEST_MEAN = 100.0, 60.0
"""Degrees Celsius that no air reaches, and no year of it; kelvin and Fahrenheit do."""


class WeatherColumns(Declaration):
    """The columns of a file that is no EPW: W/m2, degrees Celsius and m/s."""

    model_config = FINITE

    ghi: str = Field("ghi", description="global horizontal irradiance, W/m2")
    dni: str = Field("dni", description="direct normal irradiance, W/m2")
    dhi: str = Field("dhi", description="diffuse horizontal irradiance, W/m2")
    temperature: str = Field("temp_air", description="of the air, degC")
    wind_speed: str = Field("wind_speed", description="near the panels, m/s")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a weather file is of: degrees north and east, m, and hours that its clock is ahead."""

    latitude: float
    longitude: float
    altitude: float
    utc_offset: float


@dataclass(frozen=True, eq=False)
class Weather:
    """A year of weather, means of equal steps.

    Attributes
    ----------
    ghi, dni, dhi : global horizontal, direct normal and diffuse irradiance, W/m2.
    temperature, wind_speed : degrees Celsius and m/s.
    place : of an EPW file; None of others.
    """

    name: str
    ghi: Floats
    dni: Floats
    dhi: Floats
    temperature: Floats
    wind_speed: Floats
    place: Place | None = None

    @property
    def hours(self) -> float:
        """Length of a step, from how many make a year."""
        return self.whole / len(self.ghi)

    @property
    def whole(self) -> int:
        """Hours of its year: 8,784 for one with a leap day."""
        return 8784 if len(self.ghi) % 8784 == 0 else 8760


def read_weather(path: Path, columns: WeatherColumns) -> Weather:
    """The weather of a file.

    Parameters
    ----------
    columns : the names of the columns, for a file that is no EPW.

    Raises
    ------
    InputError
        If there is no such file, it is no whole year, its radiation cannot be in W/m2, or its air
        not in degrees Celsius.
    """
    if path.suffix.lower() == ".epw":
        weather = _read_epw(path)
    else:
        table = read_columns(path)
        named = {name: table.numbers(getattr(columns, name)) for name in _EPW_COLUMNS}
        weather = Weather(path.name, **named, place=None)
    _check_year(weather)
    _check_sun(weather)
    _check_air(weather)
    return weather


def _read_epw(path: Path) -> Weather:
    if not path.is_file():
        fault = Fault((str(path),), "no such file", "an EPW file", "correct the path")
        raise InputError(f"Cannot read {path.name}", [fault])
    rows = list(csv.reader(path.read_text("utf-8", errors="replace").splitlines()))
    try:
        latitude, longitude, offset, altitude = (float(cell) for cell in rows[0][6:10])
        cells = {
            name: np.array([float(row[at]) for row in rows[_EPW_HEAD:] if row])
            for name, at in _EPW_COLUMNS.items()
        }
    except (ValueError, IndexError):
        rule = "a line LOCATION with the place, eight lines of head, 8,760 rows of 22 columns"
        fault = Fault((path.name,), "no weather as an EPW file has it", rule,
                      "download it again, or save it as CSV and name its columns")  # fmt: skip
        raise InputError(f"Cannot read {path.name}", [fault]) from None
    for name, missing in _EPW_MISSING.items():
        cells[name][cells[name] >= missing] = np.nan
    return Weather(path.name, **cells, place=Place(latitude, longitude, altitude, offset))


def _check_year(weather: Weather) -> None:
    count = len(weather.ghi)
    if count not in (8760, 8784, 17520, 17568, 35040, 35136):
        fault = Fault((weather.name,), f"{count} rows",
                      "the 8,760 hours of a year (8,784 of a leap year), or half or quarter hours",
                      "give a whole year, one row a step, the first of January first")  # fmt: skip
        raise InputError(f"{weather.name} is no year of weather", [fault])


def _check_sun(weather: Weather) -> None:
    faults = []
    for name in ("ghi", "dni", "dhi"):
        values: Floats = getattr(weather, name)
        known = values[~np.isnan(values)]
        highest, lowest = float(known.max(initial=0.0)), float(known.min(initial=0.0))
        if highest > _MOST_SUN or lowest < _LEAST_SUN or 0 < highest < 2:
            looks = "kW/m2" if highest < 2 else "kJ/m2 or J/cm2"
            if lowest < _LEAST_SUN:
                looks = "radiation with another sign"
            told = f"{name} from {lowest:g} to {highest:g}"
            faults.append(Fault((weather.name, name), told,
                                f"mean irradiance in W/m2, up to {_MOST_SUN:g}",
                                f"it looks like {looks}: write W/m2"))  # fmt: skip
    if faults:
        raise InputError(f"{weather.name} has no radiation in W/m2", faults)


def _check_air(weather: Weather) -> None:
    known = weather.temperature[~np.isnan(weather.temperature)]
    if not known.size:
        return
    lowest, highest, mean = float(known.min()), float(known.max()), float(known.mean())
    if highest <= _HOTTEST and mean <= _HOTTEST_MEAN:
        return
    fault = Fault(
        (weather.name, "temperature"),
        f"temperature from {lowest:g} to {highest:g}, {mean:.4g} in the mean",
        "the air's temperature in degrees Celsius",
        "it looks like kelvin, or Fahrenheit: write degrees Celsius",
    )  # fmt: skip
    raise InputError(f"{weather.name} has no temperature in degrees Celsius", [fault])
