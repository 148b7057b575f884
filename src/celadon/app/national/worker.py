"""One shard run in one process: its tables written and committed, its bad sites told."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from celadon.accounts.answers import Answers
from celadon.accounts.forms import Forms
from celadon.app.disk import FULL, DiskFullError, disk_full
from celadon.app.inputs import Input, read_input
from celadon.app.national.asked import Asked
from celadon.app.national.figures import site_rows
from celadon.app.national.parts import Part, write_part
from celadon.app.national.sharding import Shard, state_of
from celadon.app.national.tables import SITE_RUN, nation_folder, wanted_tables
from celadon.app.national.task import Done, Failed, Task
from celadon.app.shard import compute_shard, shard_verdicts
from celadon.app.watching import Watch
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.chain import GENESIS
from celadon.engine import Engine
from celadon.errors import CeladonError
from celadon.processes import end_with_parent
from celadon.records.compiled import check_carriers
from celadon.records.finding import finding_table
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.tables import Schema

OF_A_SITE = (CeladonError, duckdb.Error, pa.ArrowException, OSError)
"""What one site's files can bring about; it ends that site's run and no other's."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was computed of sites together."""

    inputs: Mapping[str, Input]
    tables: Mapping[Schema, pa.Table]
    readings: int
    asked: Asked


class Worker:
    """Runs shards, one after the other; keeps the reference tables and forms between them."""

    def __init__(self, task: Task, registry: Registry | None = None) -> None:
        self.task = task
        self.workspace = Workspace(task.folder)
        self.registry = registry or self.workspace.registry()
        self._forms = Forms(lineage=task.lineage)
        self._answers = Answers(self.registry)
        self._phases: dict[str, float] = {}
        self._since = 0.0

    def run(self, shard: Shard) -> Done:
        """Run a shard; a site at fault is told, and the shard goes on without it.

        Raises
        ------
        DiskFullError
            If there is no room left; nothing of the shard stays.
        """
        gc.disable()  # a shard makes many objects and lets them go together
        gc.freeze()  # what was there before, the reference tables above all, is not looked through
        try:
            return self._run(shard)
        finally:
            gc.collect()
            gc.unfreeze()
            gc.enable()

    def _run(self, shard: Shard) -> Done:
        began = time.perf_counter()
        self._phases, self._since = {}, time.process_time()
        self.workspace = Workspace(self.task.folder)  # which remembers no ledger of shards before
        self._forms.tidy()
        failed: list[Failed] = []
        inputs = dict(self._inputs(shard.sites, failed))
        self._mark("read")
        results = list(self._computed(inputs, failed))
        part = None
        if results:
            part = self._write(results, began)
            self._mark("write")
        return Done(shard, part, tuple(failed), dict(self._phases))

    def _inputs(self, sites: Sequence[str], failed: list[Failed]) -> Iterator[tuple[str, Input]]:
        for site in sites:
            try:
                given = read_input(self.workspace, site, self.task.period, remembering=False)
                check_carriers(given.site, self.registry.carriers)
            except OF_A_SITE as error:
                failed.append(self._told(site, error))
                continue
            yield site, given

    def _computed(self, inputs: Mapping[str, Input], failed: list[Failed]) -> Iterator[Made]:
        """The tables of sites together; where one stops them, of each half without the other."""
        if not inputs:
            return
        try:
            made = self._tables(inputs)
        except OF_A_SITE as error:
            listed = list(inputs.items())
            if len(listed) == 1:
                failed.append(self._told(listed[0][0], error))
                return
            middle = len(listed) // 2
            for half in (listed[:middle], listed[middle:]):
                yield from self._computed(dict(half), failed)
            return
        yield made

    def _tables(self, inputs: Mapping[str, Input]) -> Made:
        task = self.task
        watch = Watch(lambda floor, _seconds: self._mark(floor))
        with Engine(task.threads) as engine:
            computed = compute_shard(engine, inputs, self.registry, task.period, watch, self._forms)
        declared = [given.site for given in inputs.values()]
        leaves = computed.accounts.leaves
        verdicts = shard_verdicts(declared, leaves, self.registry, task.period)
        self._mark("verdicts")
        found = [finding for given in inputs.values() for finding in computed.findings_of(given)]
        findings = finding_table(found)
        self._mark("findings")
        sites = site_rows(inputs, computed, found, task.period)
        self._mark("totals")
        made = {**computed.tables, VERDICT.name: verdicts, FINDING.name: findings}
        made[SITE_RUN.name] = sites
        wanted = wanted_tables(days=task.days, lineage=task.lineage)
        asked = Asked.of(computed.books, self._answers)
        return Made(dict(inputs), {s: made[s.name] for s in wanted}, computed.readings, asked)

    def _write(
        self,
        results: Sequence[Made],
        began: float,
    ) -> Part:
        tables = {
            schema: pa.concat_tables([made.tables[schema] for made in results])
            for schema in results[0].tables
        }
        states = {
            site: state_of(given.lines[-1]["hash"] if given.lines else GENESIS, given.declaration)
            for made in results
            for site, given in made.inputs.items()
        }
        readings = sum(made.readings for made in results)
        asked = results[0].asked.joined(made.asked for made in results[1:])
        folder = nation_folder(self.workspace, self.task.period)
        seconds = round(time.perf_counter() - began, 3)
        return write_part(
            folder, self.task.basis, states, tables, readings, seconds,
            reference=self.registry.digest, asked=asked.text(),
        )  # fmt: skip

    def _told(self, site: str, error: Exception) -> Failed:
        """What stands against a site; where the disk is full, no site is to blame."""
        at: BaseException | None = error
        while at is not None:
            if isinstance(at, OSError) and at.errno in FULL:
                raise disk_full(self.task.folder) from error
            at = at.__cause__
        if isinstance(error, DiskFullError):
            raise error
        return Failed.of(site, error)

    def _mark(self, phase: str) -> None:
        now = time.process_time()
        self._phases[phase] = self._phases.get(phase, 0.0) + now - self._since
        self._since = now


_worker: list[Worker] = []


def begin(task: Task) -> None:
    """Make this process a worker; it ends when the process that began it does."""
    end_with_parent()
    _worker[:] = [Worker(task)]


def work(shard: Shard) -> Done:
    """Run a shard in a process that has begun."""
    return _worker[0].run(shard)
