"""Run the benchmarks: ``make bench``. Each prints a ratio of CPU seconds, both sides in one run.

* day-sums: summing to meter-days before joining factors, against joining a factor to every reading.
* whole-run: a simulated works' year from raw files to account, in CPU seconds per million readings.
* correction: the same year once two readings of a meter came late, in seconds.
* quality: the quality rules over that year, in readings a CPU second.
* shard: the whole quality step over sites of 25 meters and a year, in readings a CPU second.
* rollup: 400 meters of a month from batch to carbon and units, against Polars without checks.
* accounts: a tenth of the nation from books to leaves with lineage, against a row-by-row script.
* restated: a factor is changed, and what that costs beside a run of everything.
* verdicts: 10^6 verdicts on products and machines of a nation, in CPU seconds.
* checks: the measured EPA panel through the checks, against a plain DuckDB script.
* bill, ready: a year's bill of quarter hours, those of 3,572 enterprises, and until the command
  ``celadon microgrid`` answers.
* microgrid: the reference case of a full year, beside PyPSA and linopy where they are installed.
* dispatch: a rolling step that looks a week of quarter hours ahead.
* batch: mixed sites planned on two processes, in sites a minute.
* register: 10^6 events of a programme read from disk, proved and folded, in CPU seconds.
* csv-..., xlsx-...: files of readings to rows, against the reading library alone.
* screening: microgrids of mixed sites by typical days, their true cost against the exact optimum.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.accounts import accounts_ratio
from benchmarks.batch import batch_rate
from benchmarks.bill import bill_times
from benchmarks.checks import checks_ratio
from benchmarks.correction import correction_seconds
from benchmarks.dispatch import dispatch_step
from benchmarks.microgrid import microgrid
from benchmarks.quality import quality_rates, shard_rate
from benchmarks.readers import reader_rates
from benchmarks.register import register_seconds
from benchmarks.restatement import restatement_share
from benchmarks.rollup import rollup_ratio
from benchmarks.screening import screening_rates
from benchmarks.verdicts import verdict_rate
from celadon.app.importing import import_files
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.simulate import simulate_steelworks

READINGS = 5_000_000


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, that a piece of work takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def day_sums() -> str:
    """Sum first and join after, against joining first."""
    days = READINGS // (96 * 50)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            """
            CREATE TABLE reading AS
            SELECT i % 50 AS meter, i // 50 // 96 AS day, i * 7919 % 1000 AS count
            FROM range(?) AS t(i)
            """,
            [days * 96 * 50],
        )
        connection.execute(
            """
            CREATE TABLE factor AS
            SELECT m AS meter, p * 30 AS from_day, p * 30 + 30 AS to_day, 3 + p AS num
            FROM range(50) AS a(m), range(?) AS b(p)
            """,
            [days // 30 + 1],
        )
        first = (
            "SELECT sum(d.count * num) FROM (SELECT meter, day, sum(count) AS count FROM reading "
            "GROUP BY meter, day) AS d JOIN factor AS f "
            "ON f.meter = d.meter AND d.day >= f.from_day AND d.day < f.to_day"
        )
        each = (
            "SELECT sum(r.count * num) FROM reading AS r JOIN factor AS f "
            "ON f.meter = r.meter AND r.day >= f.from_day AND r.day < f.to_day"
        )
        if connection.sql(first).fetchall() != connection.sql(each).fetchall():
            raise SystemExit("day-sums: the two ways differ")
        fast = cpu_seconds(lambda: connection.sql(first).fetchall())
        slow = cpu_seconds(lambda: connection.sql(each).fetchall())
    return (
        f"day-sums  {slow / fast:5.1f} x  ({fast:.2f} to {slow:.2f} CPU s, {READINGS:,} readings)"
    )


def whole_run() -> str:
    """The demo's year: read, committed, judged, accounted; then with a late correction."""
    with tempfile.TemporaryDirectory() as folder:
        works = simulate_steelworks(Path(folder) / "input")
        workspace = Workspace.create(Path(folder) / "workspace", "bench", "en")
        site = workspace.add_site(works.site).id

        def take() -> None:
            for file in works.files:
                import_files(workspace, site, [file.path], file.profile)

        reading = cpu_seconds(take)
        running = cpu_seconds(lambda: run(workspace, [site], Period.parse("2025")))
        rows = sum(batch.rows for batch in workspace.ledger(site).batches("reading"))
        late = correction_seconds(workspace, site, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"whole-run   {(reading + running) / rows * 1e6:5.2f} CPU s per million readings "
        f"(import {reading:.1f}, run {running:.1f}, {rows:,} readings; peak {peak} MB)\n{late}"
    )


def main() -> None:
    """Print one line per benchmark."""
    print(f"{os.cpu_count()} cores")  # noqa: T201
    for benchmark in (
        day_sums, quality_rates, shard_rate, rollup_ratio, verdict_rate, checks_ratio,
        register_seconds, whole_run,
        accounts_ratio, restatement_share, bill_times, microgrid, dispatch_step, batch_rate,
        screening_rates, reader_rates,
    ):  # fmt: skip
        print(benchmark(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
