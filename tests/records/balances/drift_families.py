"""Families of meters with a known truth: measured and simulated days, scaled, with a loss.

A *steady* family loses a nearly constant share of what it passes; the noise of that share is a
thousandth of the parent or less. What disturbs a family otherwise is named in ``DISTURBANCES``.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from celadon.records.balances.drift import FamilyDays
from celadon.simulate.clock import Clock
from celadon.simulate.works import simulate_year

Days = NDArray[np.float64]
FIRST = dt.date(2025, 1, 1)
LENGTH = 365
SCALE = 5_000_000
"""Small units of the parent's mean day."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A family, and the drift planted into one of its children, if any."""

    family: FamilyDays
    child: str
    size: float


def measured_profiles(shared_data: Path) -> dict[str, Days]:
    """Day sums of a steel works and of four buildings."""
    steel = shared_data / "uci_steel" / "steel_industry_15min_2018.csv.gz"
    reference = shared_data / "mv_reference"
    return {
        "steel": _column(steel, "Usage_kWh").reshape(LENGTH, 96).sum(axis=1),
        "commercial": _column(reference / "commercial_daily_eload_temp.csv", "eload"),
        "occupied": _column(reference / "building_daily_with_occupancy.csv", "eload"),
        "school": _by_day(_column(reference / "school_hourly_eload_temp.csv", "eload")),
        "building": _by_day(_column(reference / "building_hourly_2019_2021.csv.gz", "eload")),
    }


def simulated_profiles() -> dict[str, Days]:
    """Day sums of the simulated works: every meter that is not all but constant."""
    flows = simulate_year(Clock(2025, 20250101)).flows
    days = {name: flow.reshape(LENGTH, 96).sum(axis=1) for name, flow in flows.items()}
    return {name: flow for name, flow in days.items() if flow.std() > 0.03 * flow.mean()}


def _column(path: Path, name: str) -> Days:
    """A column, empty cells filled with its mean."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    values = np.array([float(row[name] or "nan") for row in rows])
    return np.where(np.isnan(values), np.nanmean(values), values)


def _by_day(hours: Days) -> Days:
    return hours[: len(hours) // 24 * 24].reshape(-1, 24).sum(axis=1)


def drawn_family(
    profiles: Mapping[str, Days],
    seed: int,
    *,
    planted: bool,
    noise: float = 0.001,
    disturbance: str = "",
) -> Planted:
    """A family of one to six children by a seed; every child at least a tenth, or its even part.

    A planted drift is 3 to 5 % up or down: a step, or a ramp over 90 to 120 days, that begins
    between day 100 and day 270 (180 for a ramp).
    """
    draw = np.random.default_rng(seed)
    shares = _shares(draw)
    names = sorted(profiles)
    children = np.stack(
        [share * _child(draw, profiles[names[draw.integers(len(names))]]) for share in shares],
        axis=1,
    )
    total = children.sum(axis=1)
    parent = total * (1 + draw.uniform(0, 0.04) + _slow_noise(draw, noise))
    if disturbance:
        parent = parent + DISTURBANCES[disturbance](draw, total)
    child, size = int(draw.integers(len(shares))), 0.0
    if planted:
        size = float(draw.choice([-1, 1]) * draw.uniform(0.03, 0.05))
        children[:, child] *= 1 + size * _onset(draw)
    return Planted(_whole(parent, children), f"c{child}", size)


def _shares(draw: np.random.Generator) -> Days:
    number = int(draw.integers(1, 7))
    while True:
        shares = draw.dirichlet(np.full(number, 2.0))
        if number == 1 or shares.min() >= min(0.1, 0.6 / number):
            return shares


def _child(draw: np.random.Generator, profile: Days) -> Days:
    """A year of a profile from a drawn day on, with a variation of its own of 5 %; mean one."""
    days = np.roll(profile, -int(draw.integers(len(profile))))[:LENGTH]
    days = np.maximum(days * (1 + _slow_noise(draw, 0.05)), 0)
    return np.asarray(days / days.mean())


def _slow_noise(draw: np.random.Generator, spread: float) -> Days:
    """Noise of which half stays from one day to the next."""
    noise = np.empty(LENGTH)
    noise[0] = draw.standard_normal() * spread
    for day in range(1, LENGTH):
        noise[day] = noise[day - 1] / 2 + draw.standard_normal() * spread * np.sqrt(0.75)
    return noise


def _onset(draw: np.random.Generator) -> Days:
    day = np.arange(LENGTH)
    if draw.random() < 0.5:
        return np.where(day >= draw.integers(100, 270), 1.0, 0.0)
    return np.clip((day - draw.integers(100, 180)) / draw.integers(90, 120), 0, 1)


def _whole(parent: Days, children: Days) -> FamilyDays:
    def counted(days: Days) -> tuple[int, ...]:
        return tuple(int(value) for value in np.rint(days * SCALE))

    return FamilyDays(
        "p",
        tuple(f"c{n}" for n in range(children.shape[1])),
        tuple(FIRST + dt.timedelta(days=n) for n in range(LENGTH)),
        counted(parent),
        tuple(counted(child) for child in children.T),
    )


def _seasonal(draw: np.random.Generator, total: Days) -> Days:
    turn = 2 * np.pi * (np.arange(LENGTH) - draw.integers(LENGTH)) / LENGTH
    return draw.uniform(0.005, 0.015) * (1 + np.cos(turn)) * total.mean()


def _wandering(draw: np.random.Generator, total: Days) -> Days:
    walk = np.cumsum(draw.standard_normal(LENGTH)) * 0.0005
    return np.abs(0.01 + walk) * total.mean()


def _square(draw: np.random.Generator, total: Days) -> Days:
    return draw.uniform(0.01, 0.03) * total * total / total.mean()


def _working_days(_: np.random.Generator, total: Days) -> Days:
    return np.where(np.arange(LENGTH) % 7 < 5, 0.02, 0.0) * total.mean()


def _new_load(draw: np.random.Generator, total: Days) -> Days:
    begins = np.arange(LENGTH) >= draw.integers(90, 300)
    return draw.uniform(0.005, 0.03) * begins * total.mean()


DISTURBANCES: Mapping[str, Callable[[np.random.Generator, Days], Days]] = {
    "seasonal": _seasonal,
    "wandering": _wandering,
    "square": _square,
    "working_days": _working_days,
    "new_load": _new_load,
}
"""What no child meters, over a year: a season, a random walk, losses that grow with the square of
the load, a load on working days, a load that comes to stay."""
