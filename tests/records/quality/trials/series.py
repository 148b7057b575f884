"""Clean base series for the trials: measured years and simulated meters, as integer counts.

A series says what truly passed in each slot. Measured ones come from ``../shared/data``; slots in
which the source itself is at fault (absent, negative, or an equal value for a day) are not sound,
and no trial is laid over them. The simulated ones are meters of the simulated steelworks and a few
loads made here, each hard on a rule in its own way.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from tests.conftest import REPOSITORY, SHARED_DATA

from celadon.records.period import midnight_utc
from celadon.records.site import load_site
from celadon.simulate.clock import Clock
from celadon.simulate.meters import Readings, amounts, read_meters
from celadon.simulate.works import simulate_year

Counts = NDArray[np.int64]
Flow = NDArray[np.float64]
Flags = NDArray[np.bool_]

DATA = REPOSITORY.parent / "shared" / "data"
STEADY_AT_SOURCE = 24
"""Equal counts in a row from which a measured source is taken to be at fault itself."""


@dataclass(frozen=True, slots=True)
class Series:
    """What truly passed, slot by slot.

    Parameters
    ----------
    start : local day of its first slot.
    counts : per slot, in counts of ``resolution`` of ``unit``, before the ``multiplier``.
    sound : slots in which the source itself is not at fault.
    """

    name: str
    minutes: int
    unit: str
    resolution: str
    multiplier: str
    zone: str
    start: dt.date
    counts: Counts
    sound: Flags

    @property
    def step(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.minutes)

    @property
    def days(self) -> int:
        """Whole local days that it surely covers, clock changes aside."""
        return len(self.counts) * self.minutes // 1440 - 1

    def slot(self, day: dt.date) -> int:
        """The slot that begins at a local midnight."""
        zone = ZoneInfo(self.zone)
        return int((midnight_utc(day, zone) - midnight_utc(self.start, zone)) / self.step)


def measured_names() -> Sequence[str]:
    return tuple(_MEASURED)


def simulated_names() -> Sequence[str]:
    return (*_STEELWORKS, *_LOADS)


def has_measured() -> bool:
    """Whether the measured data sets lie beside the repository."""
    return DATA.is_dir()


@cache
def series(name: str) -> Series:
    """The series of that name.

    Raises
    ------
    FileNotFoundError
        If it is a measured one and ``../shared/data`` is absent.
    """
    if name in _MEASURED:
        if not has_measured():
            raise FileNotFoundError(f"{SHARED_DATA} is absent: it is not part of the repository")
        return _MEASURED[name](name)
    return _steelworks(name) if name in _STEELWORKS else _load(name)


# Measured


def _rows(file: str) -> list[dict[str, str]]:
    path = DATA / file
    packed = path.suffix == ".gz"
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if packed
        else path.open(encoding="utf-8-sig", newline="")
    ) as text:
        return list(csv.DictReader(text))


def _column(
    file: str, column: str, scale: int, minutes: int, zone: str, start: dt.date
) -> Callable[[str], Series]:
    """A reader of one column, one count being 1/scale of a kilowatt-hour."""

    def read(name: str) -> Series:
        cells = [row[column] for row in _rows(file)]
        counts = np.array([round(float(cell or "-1") * scale) for cell in cells], dtype=np.int64)
        sound = (counts >= 0) & ~_steady(counts)
        resolution = {10: "0.1", 100: "0.01", 1000: "0.001"}[scale]
        return Series(
            name, minutes, "kWh", resolution, "1", zone, start, np.maximum(counts, 0), sound
        )

    return read


def _steady(counts: Counts) -> Flags:
    """Slots in runs of equal counts above zero that are too long."""
    begins = np.flatnonzero(np.diff(counts, prepend=counts[0] - 1))
    lengths = np.diff(np.append(begins, len(counts)))
    long = (lengths >= STEADY_AT_SOURCE) & (counts[begins] > 0)
    return np.repeat(long, lengths)


_STEEL = "uci_steel/steel_industry_15min_2018.csv.gz"
_ETT1, _ETT2 = "ett_transformer/ETTh1.csv.gz", "ett_transformer/ETTh2.csv.gz"
_SCHOOL = "mv_reference/school_hourly_eload_temp.csv"
_OFFICE = "mv_reference/building_hourly_2019_2021.csv.gz"
_YEAR_2018, _JULY_2016, _APRIL_2019 = dt.date(2018, 1, 1), dt.date(2016, 7, 1), dt.date(2019, 4, 13)

_MEASURED: Mapping[str, Callable[[str], Series]] = {
    "steel-usage": _column(_STEEL, "Usage_kWh", 100, 15, "Asia/Seoul", _YEAR_2018),
    "steel-reactive": _column(
        _STEEL, "Lagging_Current_Reactive_Power_kVarh", 100, 15, "Asia/Seoul", _YEAR_2018
    ),
    "station-1-high": _column(_ETT1, "HUFL", 1000, 60, "Asia/Shanghai", _JULY_2016),
    "station-1-low": _column(_ETT1, "LUFL", 1000, 60, "Asia/Shanghai", _JULY_2016),
    "station-2-high": _column(_ETT2, "HUFL", 1000, 60, "Asia/Shanghai", _JULY_2016),
    "station-2-reactive": _column(_ETT2, "HULL", 1000, 60, "Asia/Shanghai", _JULY_2016),
    "school": _column(_SCHOOL, "eload", 10, 60, "UTC", _YEAR_2018),
    "office": _column(_OFFICE, "eload", 10, 60, "UTC", _APRIL_2019),
}


# Simulated steelworks

_STEELWORKS = (
    "el-rolling", "ldg-made", "cog-flare", "bfg-coking", "natural-gas", "grid-line-1",
    "oxygen-release", "steam-services",
)  # fmt: skip


@cache
def _steelworks_readings() -> Mapping[str, Readings]:
    with as_file(files("celadon.simulate") / "data" / "steelworks.toml") as path:
        site = load_site(Path(path))
    return read_meters(simulate_year(Clock(2025, 20250101)), site)


def _steelworks(name: str) -> Series:
    found = _steelworks_readings()[name]
    counts = amounts(found).astype(np.int64)
    meter = found.meter
    return Series(
        name, meter.minutes, meter.measure, meter.resolution, meter.multiplier,
        "Asia/Shanghai", dt.date(2025, 1, 1), counts, np.ones(len(counts), dtype=np.bool_),
    )  # fmt: skip


# Loads made here: a year of quarter-hours in a zone whose clock changes

_ZONE, _START, _QUARTERS = "Europe/Berlin", dt.date(2025, 1, 1), 365 * 96


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The local hour of day, day of week and day of year of each slot."""

    hour: Flow
    weekday: Counts
    day: Counts


@cache
def _calendar() -> _Calendar:
    zone = ZoneInfo(_ZONE)
    first = midnight_utc(_START, zone).replace(tzinfo=dt.UTC)
    local = [
        (first + n * dt.timedelta(minutes=15)).astimezone(zone).replace(tzinfo=None)
        for n in range(_QUARTERS)
    ]
    return _Calendar(
        np.array([time.hour + time.minute / 60 for time in local]),
        np.array([time.weekday() for time in local], dtype=np.int64),
        np.array([time.timetuple().tm_yday for time in local], dtype=np.int64),
    )


def _load(name: str) -> Series:
    draws = np.random.default_rng([20250101, *name.encode()])
    flow = _LOADS[name](draws, _calendar())
    total = np.floor(np.concatenate([[0.0], np.cumsum(np.maximum(flow, 0))])).astype(np.int64)
    sound = np.ones(_QUARTERS, dtype=np.bool_)
    return Series(name, 15, "kWh", "0.1", "1", _ZONE, _START, np.diff(total), sound)


def _rough(draws: np.random.Generator, sigma: float) -> Flow:
    """A factor around 1 with some memory, cut off at three spreads: noise makes no spike."""
    white = draws.standard_normal(_QUARTERS + 8)
    smooth = np.convolve(white, np.full(8, 8**-0.5), "valid")[:_QUARTERS]
    return np.asarray(
        1 + sigma * np.clip(0.7 * smooth + 0.7 * white[:_QUARTERS], -3, 3), dtype=np.float64
    )


def _base_load(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    return 900 * _rough(draws, 0.012)


def _day_night(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    works = (calendar.weekday < 5) & (calendar.hour >= 6) & (calendar.hour < 22)
    return np.where(works, 1200.0, 240.0) * _rough(draws, 0.06)


def _batch_furnace(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    """Heats of two to five quarters at full power, short pauses, idle weekends."""
    on = np.zeros(_QUARTERS)
    at = 0
    while at < _QUARTERS:
        length = int(draws.integers(2, 6))
        on[at : at + length] = draws.uniform(0.8, 1.0)
        at += length + int(draws.integers(1, 4))
    running = np.where(calendar.weekday < 6, on, 0.0)
    return (60 + 3000 * running) * _rough(draws, 0.05)


def _pump(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    """Runs a quarter or three every few hours, else nothing at all."""
    on = np.zeros(_QUARTERS)
    at = 0
    while at < _QUARTERS:
        length = int(draws.integers(1, 4))
        on[at : at + length] = draws.uniform(0.3, 1.0, len(on[at : at + length]))
        at += length + int(draws.integers(8, 60))
    return 350 * on


def _coarse_gas(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    """A pulse is worth so much that a quarter holds none to six."""
    works = (calendar.hour >= 5) & (calendar.hour < 21)
    return np.where(works, 2.6, 0.7) * _rough(draws, 0.25)


def _boiler(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    """A heating boiler: months of full load, months of a twentieth of it."""
    winter = (1 + np.cos(2 * np.pi * (calendar.day - 20) / 365)) / 2
    night = np.where((calendar.hour < 5) | (calendar.hour >= 22), 0.6, 1.0)
    return 2000 * np.maximum(winter**1.5, 0.05) * night * _rough(draws, 0.08)


def _campaign(draws: np.random.Generator, calendar: _Calendar) -> Flow:
    """Stands by for weeks, then runs for days at sixty times that."""
    flow = np.full(_QUARTERS, 40.0)
    at = 0
    while at < _QUARTERS:
        at += int(draws.integers(10, 20)) * 96
        length = int(draws.integers(150, 400))
        flow[at : at + length] = 2400
        at += length
    return flow * _rough(draws, 0.05)


_LOADS: Mapping[str, Callable[[np.random.Generator, _Calendar], Flow]] = {
    "base-load": _base_load,
    "day-night": _day_night,
    "batch-furnace": _batch_furnace,
    "pump": _pump,
    "coarse-gas": _coarse_gas,
    "boiler": _boiler,
    "campaign": _campaign,
}
