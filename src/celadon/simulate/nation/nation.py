"""A whole nation: a workspace of thousands of sites, written by some processes, resumable."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from celadon.errors import Fault, LedgerError, WorkspaceError
from celadon.reference import load_registry
from celadon.simulate.nation.books import coefficients
from celadon.simulate.nation.enterprise import MOST, site_id
from celadon.simulate.nation.figures import sectors, spring_festival
from celadon.simulate.nation.limits import process_limits
from celadon.simulate.nation.site import SiteSpec, lines, write_site
from celadon.simulate.nation.truth import COLUMNS, ENTERPRISE_COLUMNS

Progress = Callable[[int, int, int], None]
"""Called as sites are finished: how many are done, of how many, and readings written so far."""

MARKER = "celadon.toml"
"""The file that makes the folder a workspace."""

TRUTH = "truth"
"""The folder of what was drawn and planted."""

_SETTINGS = 'name = "模拟国家 simulated nation"\nlanguage = "{language}"\nmode = "working"\n'
_CHUNK = 8
_BYTES_A_SITE, _BYTES_A_READING = 60_000, 1.4


@dataclass(frozen=True, slots=True)
class NationOptions:
    """What a nation is made from.

    Parameters
    ----------
    enterprises : how many; adding more leaves the others as they are.
    seed : equal seeds give equal bytes, however many enterprises and workers there are.
    meters : mean number of meters of an enterprise; 0 for monthly returns only.
    faulty : share of enterprises in which something is planted, from 0 to 1.
    """

    enterprises: int
    seed: int = 1
    year: int = 2025
    meters: int = 0
    faulty: float = 0.2


@dataclass(frozen=True, slots=True)
class Nation:
    """What was written: sites in all and newly made, readings newly made, planted things in all."""

    folder: Path
    sites: int
    made: int
    readings: int
    planted: int


def simulate_nation(
    folder: Path,
    options: NationOptions,
    *,
    workers: int = 2,
    language: str = "zh",
    progress: Progress = lambda _done, _all, _readings: None,
) -> Nation:
    """Write a nation into a workspace folder; sites that are complete are passed over.

    Raises
    ------
    WorkspaceError
        If the options are not those of the nation that is there, the folder holds other things, or
        the disk has too little room.
    LedgerError
        If the disk fills meanwhile; the same call goes on from there.
    """
    _check(options)
    _prepare(folder, options, language)
    missing = [n for n in range(1, options.enterprises + 1) if not _is_done(folder, n)]
    _require_room(folder, options, len(missing))
    done, readings = options.enterprises - len(missing), 0
    progress(done, options.enterprises, readings)
    for numbers, rows in _written(folder, options, missing, workers):
        done, readings = done + numbers, readings + rows
        progress(done, options.enterprises, readings)
    planted = _gather(folder)
    return Nation(folder, options.enterprises, len(missing), readings, planted)


def bytes_needed(options: NationOptions, sites: int) -> int:
    """About how many bytes so many sites take on disk, with a tenth to spare."""
    readings = sites * options.meters * 366 * 96
    return round(1.1 * (sites * _BYTES_A_SITE + readings * _BYTES_A_READING))


def _check(options: NationOptions) -> None:
    faults = []
    for name, value, low, high in (
        ("--enterprises", options.enterprises, 1, MOST),
        ("--meters", options.meters, 0, 90),
        ("--faulty", options.faulty, 0, 1),
        ("--seed", options.seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            rule = f"between {low} and {high}"
            faults.append(Fault((name,), str(value), rule, "take a number between these"))
    if faults:
        raise WorkspaceError("No nation can be simulated with these options", faults)
    spring_festival(options.year)


def _prepare(folder: Path, options: NationOptions, language: str) -> None:
    """The workspace and the options that its sites were made with."""
    kept = folder / TRUTH / "nation.json"
    asked = {k: v for k, v in asdict(options).items() if k != "enterprises"}
    if kept.is_file():
        made = json.loads(kept.read_text(encoding="utf-8"))
        differing = [name for name in asked if made.get(name) != asked[name]]
        if differing:
            faults = [
                Fault((str(kept), name), f"made with {made.get(name)}, asked for {asked[name]}",
                      "all sites of a nation are made with the same options",
                      "use the same, or another folder")
                for name in differing
            ]  # fmt: skip
            raise WorkspaceError("There is another nation in this folder", faults)
        return
    if folder.is_dir() and any(folder.iterdir()):
        fault = Fault(
            (str(folder),), "files, and no nation", "a nation is written into a folder of its own",
            "name a new or an empty folder",
        )  # fmt: skip
        raise WorkspaceError("The folder holds other things", [fault])
    (folder / TRUTH / "parts").mkdir(parents=True, exist_ok=True)
    (folder / "sites").mkdir(exist_ok=True)
    _put(folder / MARKER, _SETTINGS.format(language=language))
    told = {"simulated": True, **asked}
    _put(kept, json.dumps(told, indent=1, sort_keys=True) + "\n")


def _require_room(folder: Path, options: NationOptions, sites: int) -> None:
    needed, free = bytes_needed(options, sites), shutil.disk_usage(folder).free
    if needed > free:
        fault = Fault(
            (str(folder),), f"{free / 1e9:.3f} GB free",
            f"{sites} sites with {options.meters} meters take about {needed / 1e9:.3f} GB",
            "free the disk, name a folder on another, or take fewer enterprises or meters",
        )  # fmt: skip
        raise WorkspaceError("The disk has too little room for this nation", [fault])


def _written(
    folder: Path, options: NationOptions, numbers: list[int], workers: int
) -> Iterator[tuple[int, int]]:
    """Write sites in chunks; gives of each chunk how many sites and readings it had."""
    chunks = [numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK)]
    if workers == 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield _write_chunk(folder, options, chunk)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: set[Future[tuple[int, int]]] = set()
        try:
            for chunk in chunks:
                waiting.add(pool.submit(_write_chunk, folder, options, chunk))
                if len(waiting) >= 3 * workers:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in finished)
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        finally:
            pool.shutdown(cancel_futures=True)


def _write_chunk(folder: Path, options: NationOptions, numbers: list[int]) -> tuple[int, int]:
    spec = spec_of(options)
    readings = 0
    for number in numbers:
        try:
            made = write_site(folder / "sites" / site_id(number), spec, number)
            rows = [made.row, *(planted.row() for planted in made.planted)]
            _put(_part(folder, number), lines(rows))
        except OSError as error:
            fault = Fault(
                (str(error.filename or folder),), error.strerror or str(error),
                "a site counts once it is written whole",
                "free the disk, then give the same command: it goes on from here",
            )  # fmt: skip
            raise LedgerError(f"The nation stopped at site {site_id(number)}", [fault]) from error
        readings += made.readings
    return len(numbers), readings


def spec_of(options: NationOptions) -> SiteSpec:
    """What every site of a nation is made with."""
    return _spec(options.seed, options.year, options.meters, options.faulty)


@cache
def _spec(seed: int, year: int, meters: int, faulty: float) -> SiteSpec:
    """What the reference tables say, read once in each process."""
    registry = load_registry()
    carriers = sorted({use.carrier for sector in sectors() for use in sector.uses})
    return SiteSpec(
        seed, year, meters, faulty,
        {
            sector.process: process_limits(
                registry, sector.process, dict(sector.facts), year
            )
            for sector in sectors()
            if sector.process
        },
        coefficients(registry, iter(carriers)),
    )  # fmt: skip


def _part(folder: Path, number: int) -> Path:
    return folder / TRUTH / "parts" / f"{site_id(number)}.csv"


def _is_done(folder: Path, number: int) -> bool:
    """Whether a site was written whole: its part of the truth is written last."""
    manifest = folder / "sites" / site_id(number) / "ledger" / "manifest.jsonl"
    return _part(folder, number).is_file() and manifest.is_file()


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)


def _gather(folder: Path) -> int:
    """Gather the parts into two tables; returns how many things were planted."""
    sites: list[list[str]] = [list(ENTERPRISE_COLUMNS)]
    planted: list[list[str]] = [list(COLUMNS)]
    for part in sorted((folder / TRUTH / "parts").glob("e*.csv")):
        text = part.read_text(encoding="utf-8")
        first, *others = list(csv.reader(text.splitlines()))
        sites.append(first)
        planted += others
    _put(folder / TRUTH / "enterprises.csv", lines(sites))
    _put(folder / TRUTH / "truth.csv", lines(planted))
    return len(planted) - 1


def options_of(folder: Path) -> dict[str, Any]:
    """The options that the nation of a folder was made with, but for its number of enterprises.

    Raises
    ------
    WorkspaceError
        If the folder holds no nation.
    """
    kept = folder / TRUTH / "nation.json"
    if not kept.is_file():
        fault = Fault((str(folder),), "no truth/nation.json", "a simulated nation", "simulate one")
        raise WorkspaceError("There is no simulated nation here", [fault])
    options: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return options
