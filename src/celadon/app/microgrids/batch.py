"""The verb ``microgrid batch``: what is done is kept, the rest is planned on several processes."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from celadon.app.caching import code_state
from celadon.app.microgrids.gathering import forget_tables, gather
from celadon.app.microgrids.planning import Asked, Task
from celadon.app.microgrids.processes import Work, plan_sites
from celadon.app.microgrids.record import FOUND, PLANNED, read_record, sweep
from celadon.app.microgrids.sites import Site, sites_below
from celadon.app.microgrids.state import state_of
from celadon.app.microgrids.tables import GATHERED, MICROGRID_REASON
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, WorkspaceError
from celadon.reference import load_registry
from celadon.tables import Schema

UNTOLD = 1.0
"""Seconds after which a rate is one: a site that is refused at once would make millions a day."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a batch stands.

    Parameters
    ----------
    sites : planned in this run, of ``all_sites``; ``kept`` : done by an earlier one.
    without : sites of this run without a plan.
    seconds : since planning began.
    """

    sites: int
    all_sites: int
    kept: int
    without: int
    seconds: float

    @property
    def sites_a_minute(self) -> float | None:
        """The rate so far; None in the first :data:`UNTOLD` seconds, which tell none."""
        return 60 * self.sites / self.seconds if self.seconds >= UNTOLD else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the rate so far; None before there is one."""
        if self.sites == self.all_sites:
            return 0.0
        if self.seconds < UNTOLD or not self.sites:
            return None
        return self.seconds * (self.all_sites - self.sites) / self.sites


Told = Callable[[Stand], None]
"""Called when a site is done."""


@dataclass(frozen=True, slots=True)
class Without:
    """A site without a plan: its status, and why, each as place, found, rule and remedy."""

    site: str
    status: str
    reason: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch comes to.

    Parameters
    ----------
    folder : where its tables lie.
    run, kept : how many sites were planned now, and how many an earlier run had done.
    statuses : how many sites are of each status.
    cost : of all plans together, fen.
    without : the sites without a plan.
    simulated : how many sites have invented figures.
    """

    folder: Path
    sites: int
    run: int
    kept: int
    statuses: Mapping[str, int]
    cost: int
    without: tuple[Without, ...]
    simulated: int
    seconds: float


def plan_batch(
    folder: Path,
    out: Path,
    workspace: Workspace | None = None,
    *,
    method: str | None = None,
    seconds: float | None = None,
    flows: bool = False,
    workers: int | None = None,
    told: Told = lambda _stand: None,
) -> Batch:
    """Plan every design below a folder, and leave the tables of all.

    A site whose files are as an earlier run read them is not planned again, while the code and the
    reference tables are the same, whether it has a plan or not. A kill at any instant loses the
    sites that were being planned.

    Parameters
    ----------
    out : where records and tables go.
    method : the solver of all sites; chosen by size if not given.
    seconds : the most that is solved for one site; None without a limit.
    flows : leave the flows of every step too, which are most of the bytes.
    workers : processes; one a core if not given. No digit depends on it.
    told : called when a site is done.

    Raises
    ------
    WorkspaceError
        If there is no design, another batch is at work in ``out``, or the disk is full.
    """
    began = time.perf_counter()
    sites = sites_below(folder)
    place = None if workspace is None else workspace.folder.resolve()
    task = Task(out.resolve(), place, method, seconds, flows)
    with held(out):
        basis = _basis(workspace, method)
        asked = [Asked(site, state_of(site, basis, workspace)) for site in sites]
        rest = [each for each in asked if not _holds(out, each, seconds, flows=flows)]
        work_through(task, out, asked, rest, workers, told)
        gather(out, [site.name for site in sites])
        return _summary(out, sites, len(rest), began)


def work_through(
    task: Work,
    out: Path,
    asked: Sequence[Asked],
    rest: Sequence[Asked],
    workers: int | None,
    told: Told,
    tables: Sequence[Schema] = GATHERED,
) -> None:
    """Do for the rest of the sites what is done for each, and tell how far it is.

    What belongs to no site that is asked for any more goes, and so do the tables of an earlier run.
    """
    sweep(out, frozenset(each.site.name for each in asked))
    forget_tables(out, tables)
    count = max(1, min(workers or os.cpu_count() or 1, len(rest)))
    began, without, kept = time.perf_counter(), 0, len(asked) - len(rest)
    told(Stand(0, len(rest), kept, 0, 0.0))
    for number, done in enumerate(plan_sites(task, rest, count), start=1):
        without += done.status not in FOUND
        told(Stand(number, len(rest), kept, without, time.perf_counter() - began))


def _basis(workspace: Workspace | None, method: str | None) -> str:
    """What all plans rest on beside their own files."""
    registry = workspace.registry() if workspace else load_registry()
    return sha256_text(canonical_json([code_state(), registry.digest, method]))


def _holds(out: Path, asked: Asked, seconds: float | None, *, flows: bool) -> bool:
    record = read_record(out, asked.site.name)
    return record is not None and record.holds(asked.state, seconds, flows=flows)


def _summary(out: Path, sites: Sequence[Site], run: int, began: float) -> Batch:
    """The whole in short, from one record after the other."""
    statuses: Counter[str] = Counter()
    without, cost, simulated = [], 0, 0
    for site in sites:
        record = read_record(out, site.name)
        if record is None:
            continue
        head = record.head
        statuses[record.status] += 1
        cost += head["cost"] or 0
        simulated += bool(head["simulated"])
        if record.status != PLANNED:
            faults = tuple(
                Fault((row["place"],), row["found"], row["rule"], row["remedy"])
                for row in record.rows.get(MICROGRID_REASON.name, ())
            )
            without.append(Without(site.name, record.status, head["reason"], faults))
    return Batch(
        out, len(sites), run, len(sites) - run, dict(statuses), cost, tuple(without), simulated,
        time.perf_counter() - began,
    )  # fmt: skip


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold the folder, so that no other batch writes there."""
    if out.is_file():
        fault = Fault((str(out),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{out} is not a folder", [fault])
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        fault = Fault(
            (str(out),), "another batch that is at work here", "one batch of a folder at a time",
            "wait for it, or end it; what it has done is kept",
        )  # fmt: skip
        raise WorkspaceError("Another batch is at work", [fault]) from None
    try:
        yield
    finally:
        lock.release()
