"""Shards worked off by several processes, which end when the one that asked does.

Where the system can fork, one process reads the program once and the workers are copies of it, made
before it has any thread or open file of a run; elsewhere each worker reads the program itself.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING

from celadon.app.national.sharding import Shard
from celadon.app.national.task import Done, Task
from celadon.errors import Fault, WorkspaceError
from celadon.processes import end_with_parent
from celadon.reference import Registry

if TYPE_CHECKING:
    from celadon.app.national.worker import Worker

_PROGRAM = "celadon.app.national.worker"
_FORKED = "forkserver"


def get_ready(workers: int) -> None:
    """Begin to read the program for workers, while the caller goes on to plan what they will do."""
    if workers > 1 and _FORKED in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver  # noqa: PLC0415  Windows has none

        _context()
        forkserver.ensure_running()


def work_off(
    task: Task, registry: Registry, shards: Sequence[Shard], workers: int
) -> Iterator[Done]:
    """Run the shards, in this process where one is enough.

    Raises
    ------
    WorkspaceError
        If a worker is ended from outside.
    """
    if workers <= 1:
        from celadon.app.national.worker import Worker  # noqa: PLC0415  most of the program

        worker = Worker(task, registry)
        yield from (worker.run(shard) for shard in shards)
        return
    pool = ProcessPoolExecutor(workers, _context(), _begin, (task,))
    try:
        futures: list[Future[Done]] = [pool.submit(_work, shard) for shard in shards]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise _lost(task) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    if _FORKED not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context(_FORKED)
    context.set_forkserver_preload([_PROGRAM])
    return context


_worker: list[Worker] = []


def _begin(task: Task) -> None:
    """Make this process a worker; it ends when the process that began it does."""
    from celadon.app.national.worker import Worker  # noqa: PLC0415  a copy has it already

    end_with_parent()
    _worker[:] = [Worker(task)]


def _work(shard: Shard) -> Done:
    """Run a shard in a process that has begun."""
    return _worker[0].run(shard)


def _lost(task: Task) -> WorkspaceError:
    fault = Fault(
        (str(task.folder),), "a worker process that was ended from outside",
        "each shard is run by a process of its own",
        "see that memory suffices (fewer --workers), then run the same again: "
        "shards that are done are kept",
    )  # fmt: skip
    return WorkspaceError("A worker process ended before its shard was done", [fault])
