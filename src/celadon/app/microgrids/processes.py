"""Sites planned by several processes; a process that is ended takes no other site with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from celadon.app.microgrids.planning import Asked
from celadon.app.microgrids.record import Record
from celadon.app.workspace import Workspace
from celadon.processes import end_with_parent


class Work(Protocol):
    """What is done for every site: planning it, or screening it."""

    @property
    def workspace(self) -> Path | None:
        """The folder of the workspace; None without one."""

    def done(self, asked: Asked, workspace: Workspace | None) -> Record:
        """Do it for a site, and leave its record."""

    def ended(self, asked: Asked) -> Record:
        """Leave the record of a site whose process was ended from outside."""


@dataclass(frozen=True, slots=True)
class Done:
    """A site that was planned, or not: its name and its status."""

    site: str
    status: str


def plan_sites(task: Work, asked: Sequence[Asked], workers: int) -> Iterator[Done]:
    """Plan sites, each told when it is done; in this process where one is enough.

    A site during which a process was ended is planned again alone; if that ends as well, the site
    is to blame, and its record says so.
    """
    if workers <= 1:
        workspace = _workspace(task)
        yield from (_done(task, each, workspace) for each in asked)
        return
    rest = iter(asked)
    while lost := (yield from _together(task, rest, workers)):
        for each in lost:
            if (yield from _together(task, iter([each]), 1)):
                yield Done(each.site.name, task.ended(each).status)


def _together(
    task: Work, rest: Iterator[Asked], workers: int
) -> Generator[Done, None, list[Asked]]:
    """Plan what is left; the sites that were being planned when a process was ended are returned.

    No more sites are taken than there are processes, so that these are few.
    """
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), begin, (task,))
    running: dict[str, Asked] = {}
    futures: set[Future[Done]] = set()
    try:
        while True:
            for each in islice(rest, workers - len(running)):
                running[each.site.name] = each
                futures.add(pool.submit(work, each))
            if not futures:
                return []
            finished, futures = wait(futures, return_when=FIRST_COMPLETED)
            for future in finished:
                done = future.result()
                del running[done.site]
                yield done
    except BrokenProcessPool:
        return list(running.values())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _workspace(task: Work) -> Workspace | None:
    return None if task.workspace is None else Workspace(task.workspace)


def _done(task: Work, asked: Asked, workspace: Workspace | None) -> Done:
    return Done(asked.site.name, task.done(asked, workspace).status)


_begun: list[tuple[Work, Workspace | None]] = []


def begin(task: Work) -> None:
    """Make this process a worker; it ends when the process that began it does."""
    end_with_parent()
    pa.set_cpu_count(1)  # the others have the rest of the machine
    _begun[:] = [(task, _workspace(task))]


def work(asked: Asked) -> Done:
    """Plan a site in a process that has begun."""
    task, workspace = _begun[0]
    return _done(task, asked, workspace)
