"""The nation: ``make bench`` runs a twentieth of it, ``make bench-nation`` all of it, resumed.

    python -m benchmarks.nation                 a twentieth, in a folder that is removed
    python -m benchmarks.nation --whole         3,572 enterprises in build/bench-nation, kept
    python -m benchmarks.nation --sites 72      so many, in a folder that is removed

Two runs each: with 25 meters an enterprise, read every quarter of an hour, and with monthly returns
alone. Simulating is not timed. A run that was cut off goes on where it was, and says so.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

from celadon.app.national import NationRun, Stand, run_nation
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation

NATION, METERS, YEAR = 3_572, 25, 2025
_TWENTIETH = 179
_BYTES_A_SITE = 4_000_000
_ACCOUNT = ("accounts", "verdicts", "findings", "totals")


def nation_rates(sites: int = _TWENTIETH, folder: Path | None = None) -> str:
    """The lines of both runs.

    Parameters
    ----------
    folder : where the nation is made and kept; one of its own that is removed if not given.
    """
    if folder is not None:
        return "\n".join(_lines(sites, folder))
    with tempfile.TemporaryDirectory() as passing:
        return "\n".join(_lines(sites, Path(passing)))


def _lines(sites: int, folder: Path) -> list[str]:
    return [
        _line("nation", _timed(folder / "meters", sites, METERS), sites),
        _line("returns", _timed(folder / "returns", sites, 0), sites),
    ]


def _timed(folder: Path, sites: int, meters: int) -> NationRun:
    workers = os.cpu_count() or 1
    options = NationOptions(sites, seed=1, year=YEAR, meters=meters)
    simulate_nation(folder, options, workers=workers)
    workspace = Workspace(folder)
    period = Period.parse(str(YEAR))
    return run_nation(workspace, workspace.site_ids(), period, workers=workers, told=_tell)


def _tell(stand: Stand) -> None:
    left = stand.seconds_left
    rest = "" if left is None else f", {left:.0f} s left"
    print(f"  {stand.sites:,} of {stand.all_sites:,} sites{rest}", end="\r", flush=True)  # noqa: T201


def _line(name: str, done: NationRun, sites: int) -> str:
    run = max(1, done.run)
    each = {phase: 1000 * seconds / run for phase, seconds in done.phases.items()}
    account = sum(each.get(phase, 0.0) for phase in _ACCOUNT)
    parts = " + ".join(f"{phase} {value:.1f}" for phase, value in each.items())
    kept = f", {done.kept} of them done before" if done.kept else ""
    text = (
        f"{name:9} {done.seconds:7.1f} s wall, {done.readings:,} readings, {sites} sites{kept}; "
        f"{sum(each.values()):.1f} CPU ms a site ({parts}); peak {_peak()} MB in all"
    )
    if not done.kept and sites < NATION:
        cores = os.cpu_count() or 1
        whole = sum(each.values()) * NATION / cores / 1000
        alone = account * NATION / cores / 1000
        text += (
            f"\n{'':9} all {NATION:,}: {whole:.0f} s on {cores} cores, the account {alone:.0f} s"
        )
    return text


def _peak() -> int:
    """MB of this process and as many of its largest worker as there are cores; an upper bound."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest * (os.cpu_count() or 1)) // 1024


def main() -> None:
    """Run what the words ask for."""
    parser = argparse.ArgumentParser(description="Benchmark of the national run")
    parser.add_argument("--whole", action="store_true", help="all 3,572 enterprises, kept")
    parser.add_argument("--sites", type=int, default=_TWENTIETH)
    words = parser.parse_args()
    began = time.perf_counter()
    if not words.whole:
        print(nation_rates(words.sites))  # noqa: T201
        return
    folder = Path("build") / "bench-nation"
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(1 for _ in folder.glob("meters/sites/*/site.toml"))
    needed, free = _BYTES_A_SITE * (NATION - there), shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(
            f"{folder} needs {needed / 1e9:.0f} GB for the simulated nation; {free / 1e9:.0f} GB "
            "are free. Free some of the disk, then run the same again."
        )
    print(nation_rates(NATION, folder))  # noqa: T201
    print(f"{time.perf_counter() - began:.0f} s with the simulation, in {folder}")  # noqa: T201


if __name__ == "__main__":
    main()
