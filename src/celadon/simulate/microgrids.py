"""A population of simulated sites that each plan a microgrid, some broken, with the truth.

Sizes, loads, weather, prices and costs are invented; equal seeds give equal bytes, and a site is
the same however many there are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from celadon.errors import Fault, WorkspaceError

BROKEN = {
    "green_out_of_reach": "infeasible",
    "gain_without_end": "unbounded",
    "gap_in_load": "refused",
    "cost_without_unit": "refused",
    "no_profiles": "refused",
}
"""What can be planted in a site, and the status of the batch that it must lead to."""

TRUTH = ("site", "peak_MW", "components", "planted", "status")
"""The columns of the truth table."""

_Hours = NDArray[np.float64]
_MIXES = (
    ("photovoltaics",),
    ("photovoltaics", "battery"),
    ("photovoltaics", "wind_power", "battery"),
    ("photovoltaics", "heat_pump", "boiler", "thermal_store"),
    ("photovoltaics", "battery", "combined_heat_and_power", "boiler"),
    ("photovoltaics", "wind_power", "battery", "heat_pump", "boiler", "thermal_store"),
    ("photovoltaics", "wind_power", "battery", "combined_heat_and_power", "heat_pump", "boiler",
     "thermal_store"),
)  # fmt: skip
_LEAST_MW, _MOST_MW = 0.5, 40.0


@dataclass(frozen=True, slots=True)
class PopulationOptions:
    """How many sites, and how they are drawn.

    Parameters
    ----------
    broken : share of the sites in which something is planted, of one.

    Raises
    ------
    WorkspaceError
        If a number is out of its range.
    """

    sites: int
    seed: int = 1
    year: int = 2025
    broken: float = 0.1

    def __post_init__(self) -> None:
        faults = []
        if self.sites < 1:
            faults.append(Fault(("--sites",), str(self.sites), "one site at least", "ask for more"))
        if not 0 <= self.broken <= 1:
            rule = "a share from 0 to 1"
            faults.append(Fault(("--broken",), str(self.broken), rule, "give a share"))
        if self.seed < 0:
            faults.append(Fault(("--seed",), str(self.seed), "zero or more", "give another seed"))
        if not 1990 <= self.year <= 2100:
            rule = "a year from 1990 to 2100"
            faults.append(Fault(("--year",), str(self.year), rule, "give another year"))
        if faults:
            raise WorkspaceError("The population cannot be simulated", faults)


@dataclass(frozen=True, slots=True)
class SimulatedSite:
    """A simulated site: its files, and the truth about it.

    Attributes
    ----------
    planted : one of :data:`BROKEN`; empty where nothing is.
    profiles : text of the CSV file; None where it is kept back.
    """

    name: str
    peak: float
    components: tuple[str, ...]
    planted: str
    design: str
    profiles: str | None

    @property
    def status(self) -> str:
        """What a batch must find."""
        return BROKEN.get(self.planted, "planned")


def simulate_microgrids(folder: Path, options: PopulationOptions) -> list[SimulatedSite]:
    """Write the sites into a new folder, and ``truth.csv`` beside them.

    Returns
    -------
    The sites, without the text of their profiles.

    Raises
    ------
    WorkspaceError
        If there is something in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        rule = "a population is written into a new folder"
        fault = Fault((str(folder),), "something is there", rule, "choose another folder")
        raise WorkspaceError("Nothing is overwritten", [fault])
    made = []
    for site in population(options):
        place = folder / site.name
        place.mkdir(parents=True)
        (place / "design.toml").write_text(site.design, encoding="utf-8", newline="\n")
        if site.profiles is not None:
            (place / "profiles.csv").write_text(site.profiles, encoding="utf-8", newline="\n")
        kept = SimulatedSite(
            site.name, site.peak, site.components, site.planted, site.design, None
        )  # fmt: skip
        made.append(kept)
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH)
        writer.writerows(
            (each.name, f"{each.peak:.3f}", " ".join(each.components), each.planted, each.status)
            for each in made
        )
    return made


def population(options: PopulationOptions) -> Iterator[SimulatedSite]:
    """The sites one by one.

    Examples
    --------
    >>> sites = list(population(PopulationOptions(sites=2, seed=3, broken=0.0)))
    >>> [site.name for site in sites], sites[0].status
    (['site-00001', 'site-00002'], 'planned')
    """
    for number in range(1, options.sites + 1):
        draws = np.random.default_rng([options.seed, number])
        is_broken = draws.random() < options.broken
        planted = str(draws.choice(list(BROKEN))) if is_broken else ""
        peak = float(np.clip(np.exp(draws.normal(1.6, 1.0)), _LEAST_MW, _MOST_MW))
        mix = _MIXES[int(draws.integers(len(_MIXES)))]
        name = f"site-{number:05d}"
        profiles = _profiles(draws, options.year, peak, gap=planted == "gap_in_load")
        design = "\n\n".join(_tables(draws, name, number, options.year, peak, mix, planted)) + "\n"
        kept_back = planted == "no_profiles"
        yield SimulatedSite(name, peak, mix, planted, design, None if kept_back else profiles)


def _profiles(draws: np.random.Generator, year: int, peak: float, *, gap: bool) -> str:
    """A year of hours as CSV: a load of one of three shapes, heat, weather, a price."""
    start, end = (np.datetime64(f"{each}-01-01", "h") for each in (year, year + 1))
    times = np.arange(start, end)
    count = len(times)
    hour, of_day = np.arange(count), np.arange(count) % 24
    weekday = ((times.astype("datetime64[D]").astype(np.int64) + 3) % 7) < 5
    day, season = np.sin(2 * np.pi * of_day / 24 - 1.8), np.cos(2 * np.pi * hour / count)
    shifts = (np.ones(count, bool), weekday & (of_day >= 6) & (of_day < 22),
              weekday & (of_day >= 8) & (of_day < 18))[int(draws.integers(3))]  # fmt: skip
    load = peak * (0.35 + 0.5 * shifts + draws.normal(0, 0.03, count)).clip(0.05)
    heat = peak * draws.uniform(0.2, 0.7) * (0.6 + 0.4 * season + draws.normal(0, 0.03, count))
    cloud = np.repeat(draws.uniform(0.25, 1.0, count // 24 + 1), 24)[:count]
    sun = ((day - 0.1 - 0.25 * season) * cloud).clip(0, 1)
    gusts = np.cumsum(draws.normal(0, 1, count + 48))
    wind = (0.28 + 0.12 * season + 0.03 * (gusts[48:] - gusts[:-48])).clip(0, 1)
    price = draws.uniform(0.9, 1.1) * np.select(
        [(of_day >= 8) & (of_day < 11), (of_day >= 18) & (of_day < 23), of_day < 7],
        [1.05, 1.0, 0.32], 0.63,
    )  # fmt: skip
    columns: list[_Hours] = [
        (1000 * load).round(1), (1000 * heat).clip(0).round(1), sun.round(4), wind.round(4),
        (15 - 12 * season + 4 * day).round(1), price.round(4),
    ]  # fmt: skip
    cells = [[str(cell) for cell in column.tolist()] for column in columns]
    if gap:
        cells[0][1000:1400] = [""] * 400
    text = io.StringIO()
    text.write("time,load_kW,heat_kW,sun,wind,outdoor_degC,price_CNY_per_kWh\n")
    stamps = [stamp.replace("T", " ") for stamp in np.datetime_as_string(times, unit="m").tolist()]
    text.writelines(",".join(row) + "\n" for row in zip(stamps, *cells, strict=True))
    return text.getvalue()


def _tables(
    draws: np.random.Generator, name: str, number: int, year: int, peak: float,
    mix: tuple[str, ...], planted: str,
) -> Iterator[str]:  # fmt: skip
    """The tables of a design file."""
    yield (
        f'# Simulated (模拟): no figure is of any real site.\n[design]\nid = "{name}"\n'
        f'name_zh = "模拟厂区 {number}"\nname_en = "Simulated site {number}"\nsimulated = true\n'
        f'year = {year}\ndiscount_rate = "7 %"\ncarbon_price = "80 CNY/tCO2"'
    )
    yield '[profiles]\nfile = "profiles.csv"\ntime = "time"'
    for series, unit in (("load_kW", "kW"), ("heat_kW", "kW"), ("sun", ""), ("wind", ""),
                         ("outdoor_degC", "degC"), ("price_CNY_per_kWh", "CNY/kWh")):  # fmt: skip
        told = f'\nunit = "{unit}"' if unit else ""
        yield f'[series.{series.partition("_")[0]}]\ncolumn = "{series}"{told}'
    yield '[[demand]]\nid = "works"\nbus = "power"\nseries = "load"'
    is_heated = "boiler" in mix
    if is_heated:
        yield '[[demand]]\nid = "heating"\nbus = "heat"\nseries = "heat"'
    export = 2.5 if planted == "gain_without_end" else draws.uniform(0.2, 0.3)
    demand_price = "" if planted == "gain_without_end" else '\ndemand_price = "38 CNY/kW"'
    yield (
        f'[[grid]]\nid = "grid"\nprice = "price"\nexport_price = "{export:.3f} CNY/kWh"'
        f'{demand_price}\nemission_factor = "0.55 tCO2/MWh"\npeak_ratio = "1.05"'
    )
    for component in mix:
        yield _component(draws, component, peak, planted)
    if planted == "gain_without_end":
        return
    for kind in ("local_use", "export_share"):
        yield f'[[rule]]\nkind = "{kind}"\nset = "MIIT-2025-77"'
    if planted == "green_out_of_reach":
        yield '[[rule]]\nkind = "green_share"\nlimit = "99 %"'


def _component(draws: np.random.Generator, kind: str, peak: float, planted: str) -> str:
    """One component, sized to the site, at a cost drawn around an invented one."""
    cost = draws.uniform(0.85, 1.15)
    life = 'lifetime_years = 20, fixed_share = "1.5 %"'
    per_power = {"photovoltaics": 2600, "wind_power": 4800, "combined_heat_and_power": 5500,
                 "heat_pump": 2800, "boiler": 450}  # fmt: skip
    unit = "" if planted == "cost_without_unit" else " CNY/kW"
    head = f'[[{kind}]]\nid = "{kind.replace("_", "-")}"\n'
    if kind == "battery":
        return (
            f'{head}charge_efficiency = "95 %"\ndischarge_efficiency = "95 %"\nloss = "0.01 %"\n'
            f'wear = "0.02 CNY/kWh"\n'
            f'power_cost = {{ investment = "{300 * cost:.0f} CNY/kW", {life} }}\n'
            f'energy_cost = {{ investment = "{800 * cost:.0f} CNY/kWh", {life} }}'
        )
    if kind == "thermal_store":
        return f'{head}loss = "0.5 %"\ncost = {{ investment = "{120 * cost:.0f} CNY/kWh", {life} }}'
    fuel = f'fuel = {{ price = "{0.33 * cost:.3f} CNY/kWh", emission_factor = "0.2 tCO2/MWh" }}\n'
    both = 'electric_efficiency = "38 %"\nheat_efficiency = "45 %"\n'
    more = {
        "photovoltaics": f'yields = "sun"\nmost = "{peak * draws.uniform(0.4, 1.5):.2f} MW"\n',
        "wind_power": f'yields = "wind"\nmost = "{peak * draws.uniform(0.2, 1.0):.2f} MW"\n',
        "combined_heat_and_power": both + fuel,
        "heat_pump": 'source_temperature = "outdoor"\nsink_temperature = 65\nquality = "45 %"\n',
        "boiler": 'efficiency = "92 %"\n' + fuel,
    }[kind]  # fmt: skip
    return f'{head}{more}cost = {{ investment = "{per_power[kind] * cost:.0f}{unit}", {life} }}'
