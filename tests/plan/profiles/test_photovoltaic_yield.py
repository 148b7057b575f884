"""Panels in a year of weather: by hand at single hours, by the shared data over a year."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from celadon.app.designing import design_microgrid
from celadon.errors import InputError, RequirementMissing
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.plan import Plan
from celadon.plan.profiles import photovoltaic_yield as room
from celadon.plan.profiles.photovoltaic_yield import PhotovoltaicYield, photovoltaic_yield
from celadon.plan.profiles.series import SeriesDeclared, yielded
from celadon.plan.profiles.weather import Weather, read_weather
from celadon.plan.profiles.weather_checks import light_apart, weather_findings

SHANGHAI = {"latitude": 31.198, "longitude": 121.336, "altitude_m": 3.0, "utc_offset": 8.0}
PANELS: dict[str, Any] = {"tilt": 20.0, "azimuth": 180.0, "losses": 0.14, "dc_ac_ratio": 1.2}
NAMES = {"ghi": "ghi_Wm2", "dni": "dni_Wm2", "dhi": "dhi_Wm2", "temperature": "temp_air_C",
         "wind_speed": "wind_speed_10m_ms"}  # fmt: skip
NOON = 79 * 24 + 11
"""The hour from 11 to 12 o'clock of 21 March."""


def weather(noon: tuple[float, float, float], air: float = 20.0, wind: float = 2.0) -> Weather:
    """A year of darkness but for one hour: global, direct normal and diffuse W/m2."""
    light = np.zeros((3, 8760))
    light[:, NOON] = noon
    return Weather("w.csv", *light, np.full(8760, air), np.full(8760, wind))


def panels(**changed: Any) -> PhotovoltaicYield:
    return PhotovoltaicYield.model_validate({"file": "w.csv", **SHANGHAI, **PANELS, **changed})


def by_hand(on_plane: float, air: float = 20.0, wind: float = 2.0) -> float:
    """From W/m2 on the plane to AC: Sandia's cell temperature and PVWatts, as published.

    King et al., SAND2004-3535, table 1: open rack, glass and polymer; Dobos, NREL/TP-6A20-62641.
    """
    cell = on_plane * math.exp(-3.56 - 0.075 * wind) + air + 3 * on_plane / 1000
    made = on_plane / 1000 * (1 - 0.0035 * (cell - 25)) * (1 - 0.14)
    inverter = 1 / 1.2 / 0.96
    load = made / inverter
    efficiency = 0.96 / 0.9637 * (-0.0162 * load - 0.0059 / load + 0.9858)
    return min(efficiency * made, 1 / 1.2)


def test_an_overcast_hour_by_hand() -> None:
    """Without a beam the sky is alike all round: half of 1 + cos of the tilt, and the ground."""
    tilt = math.radians(20)
    sky, ground = (1 + math.cos(tilt)) / 2, (1 - math.cos(tilt)) / 2
    on_plane = 300 * sky + 300 * 0.25 * ground
    found = photovoltaic_yield(panels(), weather((300, 0, 300)))
    assert found[NOON] == pytest.approx(by_hand(on_plane), rel=1e-9)
    assert found.sum() == found[NOON]


def test_a_clear_hour_by_hand() -> None:
    """Near the equinox the sun stands over the equator; its hour angle by the clock of 120 east."""
    day = 80
    declination = math.radians(23.45 * math.sin(math.radians(360 * (284 + day) / 365)))
    turn = math.radians(360 * (day - 81) / 364)
    equation = 9.87 * math.sin(2 * turn) - 7.53 * math.cos(turn) - 1.5 * math.sin(turn)
    hour = 11.5 + (4 * (121.336 - 120) + equation) / 60
    angle, north, tilt = math.radians(15 * (hour - 12)), math.radians(31.198), math.radians(20)
    height = math.sin(north) * math.sin(declination)
    height += math.cos(north) * math.cos(declination) * math.cos(angle)
    onto = math.sin(north - tilt) * math.sin(declination)
    onto += math.cos(north - tilt) * math.cos(declination) * math.cos(angle)
    beam, diffuse = 800.0, 120.0
    whole = beam * height + diffuse
    above = 1361 * (1 + 0.033 * math.cos(2 * math.pi * day / 365))
    clear = beam / above  # the part of the diffuse that comes from around the sun (Hay and Davies)
    on_plane = beam * onto + diffuse * clear * onto / height
    on_plane += diffuse * (1 - clear) * (1 + math.cos(tilt)) / 2
    on_plane += whole * 0.25 * (1 - math.cos(tilt)) / 2
    found = photovoltaic_yield(panels(), weather((whole, beam, diffuse)))[NOON]
    assert found == pytest.approx(by_hand(on_plane), rel=0.004)  # sun position by a plain formula


def test_the_year_of_the_shared_data(shared_data: Path) -> None:
    """1262 hours at full power; the profile itself is pvlib's own, rounded, with other days."""
    folder = shared_data / "weather"
    sheet = folder / "shanghai_hongqiao_tmyx_hourly.csv"
    asked = panels(file=sheet.name, **NAMES)
    found = photovoltaic_yield(asked, read_weather(sheet, asked))
    (epw,) = folder.glob("*.epw")
    alone = PhotovoltaicYield.model_validate({"file": epw.name, **PANELS})
    weather_file = read_weather(epw, alone)
    assert found == pytest.approx(photovoltaic_yield(alone, weather_file), abs=1e-6)
    assert weather_file.place is not None
    assert weather_file.place.utc_offset == 8.0
    known = np.genfromtxt(sheet, delimiter=",", names=True)["pv_cf"]
    assert np.abs(found - known).max() < 5e-4
    assert found.sum() == pytest.approx(1262, abs=1)


def in_clock(offset: float, length: int = 8760) -> Weather:
    """Light from all the sky at 120 east, in a clock so many hours ahead of UTC."""
    hour = np.arange(length) * (8760 / length if length % 8760 == 0 else 8784 / length)
    sun = np.cos((hour % 24 + 0.5 - 12 - (offset - 8)) / 24 * 2 * np.pi).clip(0)
    air = np.full(length, 20.0)
    return Weather("w.csv", 800 * sun, 0 * sun, 800 * sun, air, air / 10)


def test_the_clock_of_a_file_is_held_against_the_sun() -> None:
    here = panels(longitude=120.0)
    assert photovoltaic_yield(here, in_clock(8.0)).sum() > 1000
    for offset, told in ((0.0, "8.0 h earlier"), (9.0, "1.0 h later"), (7.0, "1.0 h earlier")):
        with pytest.raises(InputError, match="another clock") as caught:
            photovoltaic_yield(here, in_clock(offset))
        found = caught.value.faults[0].found
        number = float(told.split()[0])
        assert told.split()[-1] in found
        assert float(found.split("comes ")[1].split()[0]) == pytest.approx(number, abs=0.4)


def test_steps_of_a_quarter_hour_and_leap_years() -> None:
    here = panels(longitude=120.0)
    hours = photovoltaic_yield(here, in_clock(8.0)).sum()
    quarters = photovoltaic_yield(here, in_clock(8.0, 35040)).sum() / 4
    assert quarters == pytest.approx(hours, rel=0.01)
    assert len(photovoltaic_yield(here, in_clock(8.0, 8784))) == 8784


def saved(folder: Path, year: Weather, **changed: Floats) -> SeriesDeclared:
    columns = {"ghi": year.ghi, "dni": year.dni, "dhi": year.dhi, "temp_air": year.temperature,
               "wind_speed": year.wind_speed, **changed}  # fmt: skip
    pq.write_table(pa.table(columns), folder / "w.parquet")
    place = {**SHANGHAI, "longitude": 120.0}
    return SeriesDeclared.model_validate({"pv": {"file": "w.parquet", **place, **PANELS}})


def test_a_series_of_panels_has_the_leap_day_of_its_year(tmp_path: Path) -> None:
    declared = saved(tmp_path, in_clock(8.0))
    plain = yielded("sun", declared, tmp_path, Horizon.year(2025), "d")
    leap = yielded("sun", declared, tmp_path, Horizon.year(2024), "d")
    assert (len(plain.values), len(leap.values)) == (8760, 8784)
    assert plain.findings == ()
    assert [finding.rule for finding in leap.findings] == ["leap_day_repeated"]
    assert 0 <= plain.values.min() <= plain.values.max() <= 1


def test_missing_weather_is_a_gap_and_never_darkness(tmp_path: Path) -> None:
    holed = in_clock(8.0).temperature.copy()
    holed[NOON : NOON + 2] = np.nan
    declared = saved(tmp_path, in_clock(8.0), temp_air=holed)
    with pytest.raises(InputError, match="has gaps"):
        yielded("sun", declared, tmp_path, Horizon.year(2025), "d")
    filled = declared.model_copy(update={"fill_at_most_hours": 3.0})
    (finding,) = yielded("sun", filled, tmp_path, Horizon.year(2025), "d").findings
    assert finding.rule == "gap_filled"


@pytest.mark.parametrize(
    ("times", "told"),
    [(1e-3, "looks like kW/m2"), (3.6, "kJ/m2"), (-1.0, "another sign")],
)  # fmt: skip
def test_radiation_in_another_unit_is_told(times: float, told: str, tmp_path: Path) -> None:
    year = in_clock(8.0)
    declared = saved(tmp_path, year, ghi=year.ghi * times)
    with pytest.raises(InputError, match="no radiation in W/m2") as caught:
        yielded("sun", declared, tmp_path, Horizon.year(2025), "d")
    assert told in str(caught.value)


def test_files_that_are_no_weather_are_told(tmp_path: Path) -> None:
    for name, text in (("a.epw", "LOCATION,x\n"), ("b.epw", ""), ("c.csv", "ghi\n5\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        place = {} if name.endswith("epw") else SHANGHAI
        declared = SeriesDeclared.model_validate({"pv": {"file": name, **place, **PANELS}})
        with pytest.raises(InputError):
            yielded("sun", declared, tmp_path, Horizon.year(2025), "d")
    short = Weather("w", *np.ones((3, 100)), np.ones(100), np.ones(100))
    with pytest.raises(InputError, match="no year of weather") as caught:
        yielded("sun", saved(tmp_path, short), tmp_path, Horizon.year(2025), "d")
    assert "100 rows" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"pv": {"file": "w.csv", **PANELS}}, "only EPW says them"),
     ({"pv": {"file": "w.epw", **SHANGHAI, **PANELS}}, "says latitude"),
     ({"pv": {"file": "w.epw", **PANELS}, "column": "sun"}, "one of them only"),
     ({"pv": {"file": "w.epw", **PANELS}, "unit": "kW"}, "go with loads"),
     ({"pv": {"file": "w.epw", **PANELS, "tilt": 120}}, "tilt")],
)  # fmt: skip
def test_a_declaration_that_cannot_be_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        SeriesDeclared.model_validate(given)


def test_without_pvlib_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda _: None)
    with pytest.raises(RequirementMissing) as caught:
        photovoltaic_yield(panels(), in_clock(8.0))
    assert "pip install celadon[pv]" in caught.value.faults[0].remedy


DESIGN = """\
[design]
id = "roofed"
year = 2024

[series.sun.pv]
file = "w.parquet"
latitude = 31.198
longitude = 120
utc_offset = 8
tilt = 20
azimuth = 180
losses = "14 %"

[[demand]]
id = "works"
series = "3 MW"

[[grid]]
id = "grid"
price = "0.65 CNY/kWh"

[[photovoltaics]]
id = "roof"
yields = "sun"
most = "2 MW"
cost = { annual = "330 CNY/kW" }
"""


def test_a_design_needs_no_profile_but_the_weather(tmp_path: Path) -> None:
    saved(tmp_path, in_clock(8.0))
    (tmp_path / "design.toml").write_text(DESIGN, encoding="utf-8")
    found = design_microgrid(tmp_path / "design.toml")
    assert isinstance(found.outcome, Plan)
    assert found.outcome.sizes["roof.capacity"] == pytest.approx(2.0)
    assert "leap_day_repeated" in {finding.rule for finding in found.findings}


@pytest.mark.parametrize("shift", [273.15, 45.0])
def test_air_that_is_not_in_degrees_celsius_is_refused(tmp_path: Path, shift: float) -> None:
    declared = saved(tmp_path, in_clock(8.0), temp_air=np.full(8760, 20.0 + shift))
    with pytest.raises(InputError, match="degrees Celsius") as caught:
        yielded("sun", declared, tmp_path, Horizon.year(2025), "d")
    (fault,) = caught.value.faults
    assert "kelvin" in fault.remedy


def test_light_that_does_not_fit_together_is_told(tmp_path: Path) -> None:
    def told(latitude: float = 31.198, **changed: Floats) -> list[str]:
        declared = saved(tmp_path, in_clock(8.0), **changed)
        assert declared.pv is not None
        there = declared.pv.model_copy(update={"latitude": latitude})
        known = declared.model_copy(update={"pv": there})
        read = yielded("sun", known, tmp_path, Horizon.year(2025), "d")
        return [finding.rule for finding in read.findings]

    light = in_clock(8.0).ghi
    assert told() == []
    assert told(ghi=light - 5.0) == ["radiation_below_zero"]
    assert told(dni=light, dhi=0 * light) == ["radiation_apart"]
    assert told(latitude=-31.198) == ["south_of_the_equator"]


def test_the_shared_data_fit_together_and_columns_exchanged_do_not(shared_data: Path) -> None:
    sheet = shared_data / "weather" / "shanghai_hongqiao_tmyx_hourly.csv"
    asked = panels(file=sheet.name, **NAMES)
    year = read_weather(sheet, asked)
    elevation = room.sun_elevation(asked, year)
    assert light_apart(year, elevation) < 0.1
    assert light_apart(replace(year, dni=year.dhi, dhi=year.dni), elevation) > 0.2
    assert weather_findings(asked, year, "d") == ()
