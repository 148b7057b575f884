"""A whole nation: a workspace of thousands of sites, written by some processes, resumable."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from celadon.errors import Fault, LedgerError, WorkspaceError
from celadon.processes import end_with_parent
from celadon.reference import load_registry
from celadon.simulate.nation.books import coefficients
from celadon.simulate.nation.breadth import product_limits
from celadon.simulate.nation.enterprise import MOST, site_id
from celadon.simulate.nation.figures import sectors, spring_festival
from celadon.simulate.nation.limits import process_limits
from celadon.simulate.nation.site import MadeSite, SiteSpec, lines, put, write_site
from celadon.simulate.nation.truth import COLUMNS, ENTERPRISE_COLUMNS

Progress = Callable[[int, int, int], None]
"""Called as sites are finished: how many are done, of how many, and readings written so far."""

MARKER = "celadon.toml"
"""The file that makes the folder a workspace."""

TRUTH = "truth"
"""The folder of what was drawn and planted."""

_OPTIONS, _ASIDE = "nation.json", "unfinished"
_SETTINGS = 'name = "模拟国家 simulated nation"\nlanguage = "{language}"\nmode = "working"\n'
_CHUNK = 8
_BYTES_A_SITE, _BYTES_A_READING = 60_000, 1.4
_BYTES_A_PRODUCT, _BYTES_A_MACHINE = 2_000, 60


@dataclass(frozen=True, slots=True)
class NationOptions:
    """What a nation is made from.

    Parameters
    ----------
    enterprises : how many; adding more leaves the others as they are.
    seed : equal seeds give equal bytes, however many enterprises and workers there are.
    meters : mean number of meters of an enterprise; 0 for monthly returns only.
    faulty : share of enterprises in which something is planted, from 0 to 1.
    products : further products of each enterprise, each with a line and a norm of its own.
    machines : machines in the list of equipment of each enterprise.
    """

    enterprises: int
    seed: int = 1
    year: int = 2025
    meters: int = 0
    faulty: float = 0.2
    products: int = 0
    machines: int = 0


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
    _check_folder(folder, options)
    missing = [n for n in range(1, options.enterprises + 1) if not _is_done(folder, n)]
    _require_room(folder, options, len(missing))
    with _telling_stops(folder):
        _prepare(folder, options, language)
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
    broad = sites * (options.products * _BYTES_A_PRODUCT + options.machines * _BYTES_A_MACHINE)
    return round(1.1 * (sites * _BYTES_A_SITE + broad + readings * _BYTES_A_READING))


def _check(options: NationOptions) -> None:
    faults = []
    for name, value, low, high in (
        ("--enterprises", options.enterprises, 1, MOST),
        ("--meters", options.meters, 0, 90),
        ("--faulty", options.faulty, 0, 1),
        ("--products", options.products, 0, 60),
        ("--machines", options.machines, 0, 900),
        ("--seed", options.seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            rule = f"between {low} and {high}"
            faults.append(Fault((name,), str(value), rule, "take a number between these"))
    if faults:
        raise WorkspaceError("No nation can be simulated with these options", faults)
    spring_festival(options.year)


def _check_folder(folder: Path, options: NationOptions) -> None:
    """Whether this nation may be written there; nothing is written yet."""
    kept = folder / TRUTH / _OPTIONS
    if kept.is_file():
        asked = _of_all_sites(options)
        earlier = _of_all_sites(NationOptions(1))  # of a nation from before an option was there
        made = {**earlier, **json.loads(kept.read_text(encoding="utf-8"))}
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
    if any(path.is_file() for path in folder.rglob("*")):
        fault = Fault(
            (str(folder),), "files, and no nation", "a nation is written into a folder of its own",
            "name a new or an empty folder",
        )  # fmt: skip
        raise WorkspaceError("The folder holds other things", [fault])


def _of_all_sites(options: NationOptions) -> dict[str, Any]:
    """The options that all sites of a nation share."""
    return {name: value for name, value in asdict(options).items() if name != "enterprises"}


def _prepare(folder: Path, options: NationOptions, language: str) -> None:
    """The workspace and the options that its sites are made with; these make it a nation."""
    if (folder / MARKER).is_file():
        return
    told = {"simulated": True, **_of_all_sites(options)}
    (folder / TRUTH / "parts").mkdir(parents=True, exist_ok=True)
    (folder / "sites").mkdir(exist_ok=True)
    put(folder / TRUTH / _OPTIONS, json.dumps(told, indent=1, sort_keys=True) + "\n")
    put(folder / MARKER, _SETTINGS.format(language=language))


@contextmanager
def _telling_stops(folder: Path) -> Iterator[None]:
    """Tell what stops a nation from outside: a disk that refuses, a process that was ended."""
    try:
        yield
    except OSError as error:
        raise _stopped(folder, error) from error
    except BrokenProcessPool as error:
        fault = Fault(
            (str(folder),), "a worker process that was ended from outside",
            "a site counts once it is written whole",
            "see that memory suffices (fewer --workers), then give the same command: it goes on "
            "from here",
        )  # fmt: skip
        raise LedgerError("A worker process ended before its sites were done", [fault]) from error


def _stopped(folder: Path, error: OSError, site: str = "") -> LedgerError:
    """What a refusal of the disk means; sites that are done stay."""
    fault = Fault(
        (str(error.filename or folder),), error.strerror or str(error),
        "a site counts once it is written whole",
        "free the disk, then give the same command: it goes on from here",
    )  # fmt: skip
    at = f" at site {site}" if site else ""
    return LedgerError(f"The nation stopped{at}", [fault])


def _require_room(folder: Path, options: NationOptions, sites: int) -> None:
    there = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )
    needed, free = bytes_needed(options, sites), shutil.disk_usage(there).free
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
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool:
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
            made = _write_whole(folder, spec, number)
            rows = [made.row, *(planted.row() for planted in made.planted)]
            put(_part(folder, number), lines(rows))
        except OSError as error:
            raise _stopped(folder, error, site_id(number)) from error
        readings += made.readings
    return len(numbers), readings


def _write_whole(folder: Path, spec: SiteSpec, number: int) -> MadeSite:
    """Write a site aside, and move it among the others once it is whole."""
    site = folder / "sites" / site_id(number)
    if site.exists():
        return write_site(site, spec, number)
    aside = folder / TRUTH / _ASIDE / site_id(number)
    shutil.rmtree(aside, ignore_errors=True)  # left by a process that was killed
    try:
        made = write_site(aside, spec, number)
        aside.replace(site)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return made


def spec_of(options: NationOptions) -> SiteSpec:
    """What every site of a nation is made with."""
    return _spec(
        options.seed, options.year, options.meters, options.faulty, options.products,
        options.machines,
    )  # fmt: skip


@cache
def _spec(  # one argument for each option, so that it is kept by their values
    seed: int, year: int, meters: int, faulty: float, products: int, machines: int
) -> SiteSpec:
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
        coefficients(registry, iter(carriers)), products, machines,
        product_limits(registry, year) if products else (),
    )  # fmt: skip


def _part(folder: Path, number: int) -> Path:
    return folder / TRUTH / "parts" / f"{site_id(number)}.csv"


def _is_done(folder: Path, number: int) -> bool:
    """Whether a site was written whole: its part of the truth is written last."""
    manifest = folder / "sites" / site_id(number) / "ledger" / "manifest.jsonl"
    return _part(folder, number).is_file() and manifest.is_file()


def _gather(folder: Path) -> int:
    """Gather the parts into two tables; returns how many things were planted."""
    sites: list[list[str]] = [list(ENTERPRISE_COLUMNS)]
    planted: list[list[str]] = [list(COLUMNS)]
    for part in sorted((folder / TRUTH / "parts").glob("e*.csv")):
        text = part.read_text(encoding="utf-8")
        first, *others = list(csv.reader(text.splitlines()))
        sites.append(first)
        planted += others
    put(folder / TRUTH / "enterprises.csv", lines(sites))
    put(folder / TRUTH / "truth.csv", lines(planted))
    with suppress(OSError):  # where another process still writes a site
        (folder / TRUTH / _ASIDE).rmdir()
    return len(planted) - 1


def options_of(folder: Path) -> dict[str, Any]:
    """The options that the nation of a folder was made with, but for its number of enterprises.

    Raises
    ------
    WorkspaceError
        If the folder holds no nation.
    """
    kept = folder / TRUTH / _OPTIONS
    if not kept.is_file():
        fault = Fault((str(folder),), "no truth/nation.json", "a simulated nation", "simulate one")
        raise WorkspaceError("There is no simulated nation here", [fault])
    options: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return options
