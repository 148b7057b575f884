"""The verb ``simulate``: a nation of made-up enterprises, or sites that plan microgrids."""

from __future__ import annotations

from pathlib import Path

from celadon.languages import Language
from celadon.simulate.microgrids import PopulationOptions, SimulatedSite, simulate_microgrids
from celadon.simulate.nation import Nation, NationOptions, simulate_nation
from celadon.simulate.nation.nation import Progress

__all__ = [
    "Nation",
    "NationOptions",
    "PopulationOptions",
    "Progress",
    "SimulatedSite",
    "simulate",
    "simulate_sites",
]


def simulate(
    folder: Path,
    options: NationOptions,
    *,
    workers: int,
    language: Language,
    progress: Progress = lambda _done, _all, _readings: None,
) -> Nation:
    """Write a simulated nation into a folder, or what of it is not there yet.

    Raises
    ------
    WorkspaceError
        If the options or the folder do not fit, or the disk has too little room.
    LedgerError
        If the disk fills meanwhile; the same call goes on from there.
    """
    return simulate_nation(folder, options, workers=workers, language=language, progress=progress)


def simulate_sites(folder: Path, options: PopulationOptions) -> list[SimulatedSite]:
    """Write simulated sites that plan microgrids into a new folder, with the truth about them.

    Raises
    ------
    WorkspaceError
        If there is something in the folder already.
    """
    return simulate_microgrids(folder, options)
