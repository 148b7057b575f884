"""The national run: what is done is kept, the rest is run shard by shard on several processes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from celadon.accounts.answers import rest_digest
from celadon.app.caching import code_state
from celadon.app.disk import DiskFullError, put, refusing_full_disk
from celadon.app.loaded_tables import Changed, changed_tables
from celadon.app.national.across import ACROSS, certificate_rows, site_run_rows, write_across
from celadon.app.national.parts import (
    Part,
    drop_part,
    read_parts,
    sweep,
)
from celadon.app.national.progress import Stand, Told
from celadon.app.national.restating import Restating
from celadon.app.national.sharding import Candidate, Shard, candidate, shards_of
from celadon.app.national.tables import (
    EVERY,
    FAILED,
    NATION_TOTAL,
    SITE_FAILED,
    TOTALS,
    nation_folder,
    wanted_tables,
)
from celadon.app.national.task import Done, Failed, Task
from celadon.app.national.totals import add_up, write_totals
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, WorkspaceError
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.reference.methods import methods_digest
from celadon.tables import Schema

_LEAST_BYTES, _BYTES_A_SITE, _BYTES_OF_DAYS = 64_000_000, 40_000, 200_000


@dataclass(frozen=True, slots=True)
class NationRun:
    """What a national run did.

    Parameters
    ----------
    folder : where its tables lie; parts : those that stand for the sites asked for.
    run, kept : how many sites were computed, and how many an earlier run had done.
    failed : the sites that could not be run, with why.
    across : what only shows across sites, as far as it speaks of the sites asked for.
    phases : CPU seconds of all workers by floor.
    """

    folder: Path
    period: Period
    sites: tuple[str, ...]
    parts: tuple[Part, ...]
    run: int
    kept: int
    readings: int
    failed: tuple[Failed, ...]
    seconds: float
    across: tuple[Finding, ...] = ()
    phases: dict[str, float] = field(default_factory=dict)


def run_nation(
    workspace: Workspace,
    sites: Sequence[str],
    period: Period,
    *,
    workers: int | None = None,
    days: bool = False,
    lineage: bool = False,
    told: Told = lambda _stand: None,
) -> NationRun:
    """Run many sites and leave one part of each table a shard.

    A site whose ledger and declaration are as an earlier run read them is not run again, while the
    code is the same and the reference tables answer what it asked as before. A kill at any instant
    loses the running shards only.

    Parameters
    ----------
    workers : processes; one a core if not given. No digit depends on it.
    days, lineage : leave the days of meters too, and what explains every leaf.
    told : called when a shard is done.

    Raises
    ------
    WorkspaceError
        If the workspace may only be read, another run is at work, or the disk is full.
    """
    began = time.perf_counter()
    registry = workspace.registry()
    folder = nation_folder(workspace, period)
    workers = max(1, workers or os.cpu_count() or 1)
    with refusing_full_disk(folder), _held(workspace, folder):
        schemas = wanted_tables(days=days, lineage=lineage)
        basis = _basis(registry, changed_tables(workspace), period, schemas)
        named = {schema.name: schema for schema in schemas}
        plan = _plan(workspace, sites, Restating(folder, basis, registry, named))
        _check_room(folder, len(plan.wanted), days=days)
        for path in _over_all(folder):
            path.unlink(missing_ok=True)  # until it is told anew, nothing speaks of all sites
        shards = shards_of(plan.wanted, workers)
        threads = max(1, (os.cpu_count() or 1) // workers)
        task = Task(workspace.folder.resolve(), period, basis, threads, days, lineage)
        follow = _Following(plan, told, began)
        for done in _work(task, registry, shards, min(workers, len(shards))):
            follow.done(done)
        made = (part for part in follow.parts if part is not None)
        parts = sorted([*plan.kept, *made], key=lambda part: part.name)
        rows = site_run_rows(folder, parts)
        across = write_across(folder, rows, certificate_rows(folder, parts))
        _write_failed(folder, follow.failed)
        asked = set(sites)
        mine = [row for row in rows if row["site"] in asked]
        write_totals(folder, add_up(mine, registry, sum(1 for _ in period.months()), len(asked)))
    return NationRun(
        folder, period, tuple(sites), tuple(parts), follow.sites - len(follow.failed),
        plan.kept_sites, sum(part.readings for part in parts), tuple(follow.failed),
        time.perf_counter() - began, tuple(f for f in across if f.site in asked), follow.phases,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be run, and what an earlier run has done."""

    wanted: list[Candidate]
    kept: list[Part]
    kept_sites: int


class _Following:
    """Adds up what the shards did."""

    def __init__(self, plan: _Plan, told: Told, began: float) -> None:
        self._plan, self._told, self._began = plan, told, began
        self._all_readings = sum(each.readings for each in plan.wanted)
        self.parts: list[Part | None] = []
        self.failed: list[Failed] = []
        self.phases: dict[str, float] = {}
        self.sites = self._readings = 0
        self._tell()

    def done(self, done: Done) -> None:
        """A shard is done."""
        self.parts.append(done.part)
        self.failed += done.failed
        self.sites += len(done.shard.sites)
        self._readings += done.shard.readings
        for name, seconds in done.phases.items():
            self.phases[name] = self.phases.get(name, 0.0) + seconds
        self._tell()

    def _tell(self) -> None:
        plan, seconds = self._plan, time.perf_counter() - self._began
        self._told(
            Stand(
                self.sites, len(plan.wanted), self._readings, self._all_readings,
                plan.kept_sites, len(self.failed), seconds,
            )
        )  # fmt: skip


def _basis(
    registry: Registry, changed: Changed, period: Period, schemas: Sequence[Schema]
) -> str:  # fmt: skip
    """What all parts rest on beside their sites, and what these ask of the reference tables."""
    tables = [schema.name for schema in schemas]
    parts = [str(period), code_state(), rest_digest(registry), changed, methods_digest(), tables]
    return sha256_text(canonical_json(parts))


def _plan(workspace: Workspace, sites: Sequence[str], restating: Restating) -> _Plan:
    """Keep what holds of the parts: all, all but some sites, or nothing; the rest is run again."""
    folder, asked = restating.folder, set(sites)
    known = set(workspace.site_ids())
    now = {site: candidate(workspace, site) for site in sites}
    kept, again, done = [], set(asked), set[str]()
    # a part that a kill left beside the one that takes its place is the older of the two
    for part in sorted(read_parts(folder), key=lambda part: not restating.is_current(part)):
        here, gone = part.states.keys(), restating.touched(part)
        is_asked = not here.isdisjoint(asked)
        if is_asked or not here <= known:
            states = {s: (now.get(s) or candidate(workspace, s)).state for s in here & known}
            gone |= {site for site, state in part.states.items() if states.get(site) != state}
        is_whole = part.is_whole(folder) if is_asked or gone else True
        if not is_whole or 2 * len(gone) > len(here) or not done.isdisjoint(here):
            drop_part(folder, part)
            again |= (here & known) - done
            continue
        kept.append(restating.kept(part, gone))
        done |= here - gone
        again = (again | (gone & known)) - (here - gone)
    sweep(folder, kept, [schema.name for schema in EVERY])
    wanted = [now.get(site) or candidate(workspace, site) for site in sorted(again)]
    return _Plan(wanted, kept, len(asked - again))


def _work(task: Task, registry: Registry, shards: Sequence[Shard], workers: int) -> Iterator[Done]:
    """Run the shards, in this process where one is enough."""
    from celadon.app.national.worker import (  # noqa: PLC0415  nothing new needs none of it
        Worker,
        begin,
        work,
    )

    if workers <= 1:
        worker = Worker(task, registry)
        yield from (worker.run(shard) for shard in shards)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, begin, (task,))
    try:
        futures: list[Future[Done]] = [pool.submit(work, shard) for shard in shards]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise _lost(task) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _lost(task: Task) -> WorkspaceError:
    fault = Fault(
        (str(task.folder),), "a worker process that was ended from outside",
        "each shard is run by a process of its own",
        "see that memory suffices (fewer --workers), then run the same again: "
        "shards that are done are kept",
    )  # fmt: skip
    return WorkspaceError("A worker process ended before its shard was done", [fault])


@contextmanager
def _held(workspace: Workspace, folder: Path) -> Iterator[None]:
    """Hold the folder, so that no other run writes there."""
    if not workspace.is_writable:
        fault = Fault(
            (str(workspace.folder),), "a workspace that may only be read",
            "a national run leaves its tables in out/", "copy the workspace, or run single sites",
        )  # fmt: skip
        raise WorkspaceError("The run has nowhere to leave its tables", [fault])
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        fault = Fault(
            (str(folder),), "another run that is at work here", "one run of a period at a time",
            "wait for it, or end it; what it has done is kept",
        )  # fmt: skip
        raise WorkspaceError("Another run of this period is at work", [fault]) from None
    try:
        yield
    finally:
        lock.release()


def _check_room(folder: Path, sites: int, *, days: bool) -> None:
    """Refuse before anything is done where what the run leaves will not fit.

    Raises
    ------
    DiskFullError
        If it will not.
    """
    needed = _LEAST_BYTES + sites * (_BYTES_A_SITE + (_BYTES_OF_DAYS if days else 0))
    free = shutil.disk_usage(folder).free
    if sites and free < needed:
        fault = Fault(
            (str(folder),), f"{free / 1e9:.3f} GB free",
            f"the tables of {sites} sites take about {needed / 1e9:.3f} GB",
            "free some of the disk, or run fewer sites at once, then give the same command",
        )  # fmt: skip
        raise DiskFullError("The disk has too little room for what this run leaves", [fault])


def _write_failed(folder: Path, failed: Sequence[Failed]) -> None:
    """The sites that could not be run: a table of its own, as the last run found them."""
    rows = [
        {
            "site": each.site, "number": number, "error": each.error, "summary": each.summary,
            "place": fault.place, "found": fault.found, "rule": fault.rule, "remedy": fault.remedy,
        }
        for each in failed
        for number, fault in enumerate(each.faults or (_NO_FAULT,), start=1)
    ]  # fmt: skip
    put(SITE_FAILED, SITE_FAILED.from_rows(rows), folder / SITE_FAILED.name / FAILED)


def _over_all(folder: Path) -> list[Path]:
    """What a run leaves over all its sites, beside the parts of shards."""
    files = {FINDING: ACROSS, SITE_FAILED: FAILED, NATION_TOTAL: TOTALS}
    return [folder / schema.name / file for schema, file in files.items()]


_NO_FAULT = Fault((), "", "", "")
