"""The stated 95 % intervals hold the truth: gaps planted into real and simulated series.

Held: 93 % over all, 90 % in each series and length but for what chance may do to so few gaps.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from celadon.records.estimates.estimate import Estimate, Gap, Series, estimate_gaps
from celadon.records.site import load_site
from celadon.simulate import simulate_steelworks
from celadon.simulate.clock import Clock
from celadon.simulate.meters import amounts, read_meters
from celadon.simulate.works import simulate_year

QUARTERS, HOURLY = (1, 4, 16, 96, 288), (1, 4, 16, 24, 96)
SHORT, LONG = 30, 300
"""Gaps planted in a series for each length, in the test that always runs and in the long one."""

PLANT = (
    "el-rolling", "rolled-scale", "grid-line-1", "grid-line-2", "el-converter", "steam-coking",
    "ldg-made", "cog-power", "bfg-flare", "oxygen-made", "quenching-output", "power-factor",
)  # fmt: skip

Site = dict[str, Series]


@dataclass
class Cell:
    """What became of the gaps of one length in one series."""

    held: list[bool] = field(default_factory=list)
    slots_held: list[float] = field(default_factory=list)
    width: int = 0
    error: int = 0
    line_error: float = 0
    truth: int = 0

    @property
    def share(self) -> float:
        return sum(self.held) / len(self.held)

    def line(self) -> str:
        of_truth = [100 * x / self.truth for x in (self.width, self.error, self.line_error)]
        return (
            f"held {self.share:6.1%} ({np.mean(self.slots_held):6.1%} of slots)  width"
            f" {of_truth[0]:6.1f}  error {of_truth[1]:5.1f}  of a straight line {of_truth[2]:5.1f}"
        )


def rows(path: Path) -> Iterator[dict[str, str]]:
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    yield from csv.DictReader(text.splitlines())


def read(path: Path, columns: dict[str, int], seconds: int, start: dt.datetime | None) -> Site:
    """Columns of a file as counts of their last decimal; what is empty is not known."""
    found = list(rows(path))
    first = int((start - dt.datetime(1970, 1, 1)).total_seconds()) if start else 0
    local = first + seconds * np.arange(len(found), dtype=np.int64)
    if start is None:
        stamps = np.array([row["time"] for row in found], dtype="datetime64[s]")
        local = stamps.astype(np.int64)
    site = {}
    for column, scale in columns.items():
        known = np.array([row[column] != "" for row in found])
        counts = np.array([round(float(row[column] or 0) * scale) for row in found])
        site[column] = Series(column, seconds, local, counts, known)
    return site


def steel(data: Path) -> Site:
    reactive = (f"{side}_Current_Reactive_Power_kVarh" for side in ("Lagging", "Leading"))
    columns = dict.fromkeys(("Usage_kWh", *reactive), 100)
    path = data / "uci_steel" / "steel_industry_15min_2018.csv.gz"
    return read(path, columns, 900, dt.datetime(2018, 1, 1))


def transformer(number: int) -> Callable[[Path], Site]:
    def station(data: Path) -> Site:
        columns = dict.fromkeys(("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL"), 1000)
        path = data / "ett_transformer" / f"ETTh{number}.csv.gz"
        return read(path, columns, 3600, dt.datetime(2016, 7, 1))

    return station


def building(data: Path) -> Site:
    """Two years whose clocks go forward twice: that hour is not in the file."""
    path = data / "mv_reference" / "building_hourly_2019_2021.csv.gz"
    return read(path, {"eload": 100}, 3600, None)


def school(data: Path) -> Site:
    path = data / "mv_reference" / "school_hourly_eload_temp.csv"
    return read(path, {"eload": 10}, 3600, dt.datetime(2018, 1, 1))


REAL = {
    "steel": steel,
    "station 1": transformer(1),
    "station 2": transformer(2),
    "building": building,
    "school": school,
}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Site:
    clock = Clock(2025, 20250101)
    declared = load_site(simulate_steelworks(tmp_path_factory.mktemp("works")).site)
    local = np.array(dt.datetime(2025, 1, 1), dtype="datetime64[s]").astype(np.int64)
    local = local + 900 * np.arange(clock.slots)
    everywhere = np.ones(clock.slots, dtype=np.bool_)
    return {
        meter: Series(meter, 900, local, amounts(readings), everywhere)
        for meter, readings in read_meters(simulate_year(clock), declared).items()
        if meter in PLANT
    }


def planted(draws: np.random.Generator, series: Series, slots: int, wanted: int) -> list[int]:
    """Places for some gaps at once, all known, none touching another."""
    found: list[int] = []
    while len(found) < wanted:
        place = int(draws.integers(0, series.counts.size - slots + 1))
        apart = all(abs(place - other) > slots + 1 for other in found)
        if apart and series.known[place : place + slots].all():
            found.append(place)
    return found


def cut(site: Site, names: list[str], first: int, slots: int) -> Site:
    part = slice(first, first + slots)
    return {
        name: Series(name, s.seconds, s.local[part], s.counts[part], s.known[part])
        for name, s in site.items()
        if name in names
    }


def measure(site: Site, meter: str, slots: int, gaps: int, days: int | None) -> Cell:
    """Plant gaps into a series, or into stretches of so many days of it, a few at a time."""
    draws = np.random.default_rng([20250101, slots, gaps, *meter.encode()])
    relatives = [name for name in site if name != meter][:4]
    size = site[meter].counts.size
    length = min(size, days * 86_400 // site[meter].seconds) if days else size
    at_once = max(1, min(10, length // (20 * slots)))
    cell = Cell()
    while len(cell.held) < gaps:
        part = cut(site, [meter, *relatives], int(draws.integers(0, size - length + 1)), length)
        whole = part[meter]
        places = planted(draws, whole, slots, at_once)
        known = whole.known.copy()
        for place in places:
            known[place : place + slots] = False
        part[meter] = replace(whole, counts=np.where(known, whole.counts, -(10**12)), known=known)
        asked = [Gap(meter, place, slots) for place in places]
        found, left = estimate_gaps(part, asked, {meter: relatives})
        assert left == []
        for each in found:
            add(cell, whole, each)
    return cell


def add(cell: Cell, whole: Series, estimate: Estimate) -> None:
    counts, low, high, place = estimate.counts, estimate.low, estimate.high, estimate.gap.first
    truth = whole.counts[place : place + counts.size]
    total = int(truth.sum())
    ends = whole.counts[[max(place - 1, 0), min(place + counts.size, whole.counts.size - 1)]]
    cell.held.append(low <= total <= high)
    cell.slots_held.append(
        float(np.mean((estimate.slot_low <= truth) & (truth <= estimate.slot_high)))
    )
    cell.width += high - low
    cell.error += abs(total - int(counts.sum()))
    cell.line_error += abs(total - counts.size * float(ends.mean()))
    cell.truth += abs(total)


def judge(cells: dict[tuple[str, int], Cell]) -> None:
    """Print every cell and hold the shares."""
    for (meter, slots), cell in cells.items():
        print(f"{meter:38} {slots:4} slots  {cell.line()}")  # noqa: T201  the measurement itself
    held = [each for cell in cells.values() for each in cell.held]
    slots_held = np.mean([np.mean(cell.slots_held) for cell in cells.values()])
    better = np.mean([cell.error < 1.05 * cell.line_error for cell in cells.values()])
    print(f"held over all {np.mean(held):.2%}, of slots {slots_held:.2%}, gaps {len(held)}")  # noqa: T201
    assert np.mean(held) >= 0.93
    assert slots_held >= 0.93
    assert better >= 0.8
    for key, cell in cells.items():
        # Three standard errors below 90 %: what chance leaves of a true 90 %.
        allowed = 0.90 - 3 * (0.09 / len(cell.held)) ** 0.5
        assert cell.share >= allowed, (key, cell.share)


def test_intervals_hold_the_truth_in_a_simulated_works(works: Site) -> None:
    meters = ("el-rolling", "grid-line-1", "cog-power", "power-factor")
    judge({(m, n): measure(works, m, n, SHORT, None) for m in meters for n in QUARTERS})


def test_intervals_hold_the_truth_in_real_series(shared_data: Path) -> None:
    cells = {}
    for name, slots, column in (
        ("steel", (1, 16, 96), "Usage_kWh"),
        ("station 1", (1, 24), "LUFL"),
        ("school", (4, 24), "eload"),
    ):
        site = REAL[name](shared_data)
        cells |= {(name, n): measure(site, column, n, SHORT, None) for n in slots}
    judge(cells)


@pytest.mark.long
@pytest.mark.parametrize("days", [None, 150], ids=["years", "five-months"])
def test_intervals_hold_the_truth_in_every_simulated_meter(works: Site, days: int | None) -> None:
    judge({(m, n): measure(works, m, n, LONG, days) for m in works for n in QUARTERS})


@pytest.mark.long
@pytest.mark.parametrize("days", [None, 150], ids=["years", "five-months"])
@pytest.mark.parametrize("name", REAL)
def test_intervals_hold_the_truth_in_every_real_series(
    shared_data: Path, name: str, days: int | None
) -> None:
    site = REAL[name](shared_data)
    quarters = next(iter(site.values())).seconds == 900
    lengths = QUARTERS if quarters else HOURLY
    judge({(m, n): measure(site, m, n, LONG, days) for m in site for n in lengths})
