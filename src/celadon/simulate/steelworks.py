"""The simulated integrated steelworks: a declaration, a year of raw files, and the truth behind.

Everything is plainly labelled as simulated and made from physical balances, typical figures and a
seed; the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from celadon.records.site import Site, load_site
from celadon.simulate.books import write_activity, write_laboratory
from celadon.simulate.clock import Clock
from celadon.simulate.faults import LATE_DAY, FileFaults, PlantedFault, plant_faults
from celadon.simulate.inbox import write_late_day, write_wide_month
from celadon.simulate.materials import keep_books, simulate_use
from celadon.simulate.meters import Readings, read_meters
from celadon.simulate.works import Works, simulate_year

LATE_AFTER_MONTH = 7
"""The late file arrives behind this month's file."""

TRUTH_COLUMNS = (
    "fault", "meter", "from", "to", "slots", "magnitude", "expected_rule", "detectable", "why",
)  # fmt: skip
"""Columns of ``truth.csv``; times are local, ``to`` is the first slot no longer concerned."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A raw file and the profile that reads it."""

    path: Path
    profile: str


@dataclass(frozen=True, slots=True)
class SimulatedWorks:
    """What was written.

    Parameters
    ----------
    site : the declaration, ``site.toml``.
    truth : the planted faults, ``truth.csv``.
    files : the raw files in the order in which they arrive.
    """

    site: Path
    truth: Path
    files: tuple[InboxFile, ...]


def simulate_steelworks(folder: Path, *, year: int = 2025, seed: int = 20250101) -> SimulatedWorks:
    """Write a simulated steelworks of about 2 million t crude steel a year into a folder.

    Parameters
    ----------
    folder : where ``site.toml``, ``truth.csv`` and ``inbox/`` are written; made if absent.
    year : calendar year in Asia/Shanghai that the readings cover.
    seed : equal seeds give equal bytes.

    Returns
    -------
    The paths written, with the profile of each raw file.
    """
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    declaration = folder / "site.toml"
    shipped = files("celadon.simulate") / "data" / "steelworks.toml"
    declaration.write_bytes(shipped.read_bytes())
    site = load_site(declaration)
    works = simulate_year(Clock(year, seed))
    readings = read_meters(works, site)
    truth, file_faults = plant_faults(works.clock, readings)
    arrived = [
        *_write_readings(inbox, works.clock, readings, file_faults),
        *_write_books(inbox, site, works),
    ]
    return SimulatedWorks(
        declaration, _write_truth(folder / "truth.csv", works.clock, truth), tuple(arrived)
    )


def _write_readings(
    inbox: Path, clock: Clock, readings: dict[str, Readings], faults: FileFaults
) -> list[InboxFile]:
    arrived: list[InboxFile] = []
    for month in range(1, 13):
        path = inbox / f"readings-{clock.year}-{month:02d}.csv"
        write_wide_month(path, clock, month, readings, faults)
        arrived.append(InboxFile(path, "readings-wide"))
        if month == LATE_AFTER_MONTH:
            late = inbox / f"readings-late-{clock.year}-{LATE_DAY[0]:02d}.csv"
            write_late_day(late, clock, readings, faults)
            arrived.append(InboxFile(late, "readings-long"))
    return arrived


def _write_books(inbox: Path, site: Site, works: Works) -> list[InboxFile]:
    amounts = simulate_use(works.clock, works.made)
    activity = inbox / "activity.xlsx"
    write_activity(activity, site, keep_books(works.clock, amounts))
    weights = {
        stream: [float(round(quantity)) for quantity in quantities]
        for stream, quantities in amounts.items()
    }
    laboratory = inbox / "laboratory.xlsx"
    write_laboratory(laboratory, site, works.clock, works.quality, weights)
    return [InboxFile(activity, "activity"), InboxFile(laboratory, "samples")]


def _write_truth(path: Path, clock: Clock, truth: list[PlantedFault]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_COLUMNS)
        for fault in truth:
            writer.writerow(
                [
                    fault.fault,
                    fault.meter,
                    clock.instant(fault.from_slot).isoformat(timespec="minutes"),
                    clock.instant(fault.to_slot).isoformat(timespec="minutes"),
                    fault.slots,
                    fault.magnitude,
                    fault.expected_rule,
                    "yes" if fault.detectable else "no",
                    fault.why,
                ]
            )
    return path
