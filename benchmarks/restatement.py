"""A changed factor: the work of accounting a nation again, as a share of accounting it whole.

    python -m benchmarks.restatement                a tenth of the nation
    python -m benchmarks.restatement --sites 3572   all of it

A simulated nation of monthly returns is run with all its lineage, in one process. Then one record
of the reference tables gets another value: of those that sites ask for, the one that about a
hundredth of them use, and the one that most of them use. The run after that does anew what is
touched, and its tables are held equal, cell by cell, to those of a run of everything.

What bounds it: a site is redone whole where one of its lines is touched; each part of the nation
that holds such a site is written anew without it; and whether a site's own files have changed is
looked up for every site, as in any run.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from celadon.app.national import NationRun, nation_folder, run_nation
from celadon.app.national.asked import Asked
from celadon.app.national.parts import read_parts
from celadon.app.national.tables import EVERY
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.reference import Record, load_registry
from celadon.reference.shapes import TABLES
from celadon.simulate.nation import NationOptions, simulate_nation
from celadon.tables import Schema

YEAR = Period.parse("2025")
_TENTH = 357
_SHARES = (0.01, 1.0)
"""About which share of the sites use the record that is changed."""


@dataclass(frozen=True, slots=True)
class _Run:
    """CPU seconds of a run, and what it did."""

    seconds: float
    done: NationRun
    rewritten: int = 0

    @property
    def computed(self) -> float:
        """CPU seconds of the shards that were run."""
        return sum(self.done.phases.values())


def restatement_share(sites: int = _TENTH, workers: int = 2) -> str:
    """The lines of both changes."""
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        simulate_nation(folder, NationOptions(sites, seed=1, year=YEAR.from_day.year),
                        workers=workers)  # fmt: skip
        workspace = Workspace(folder)
        _run(workspace)  # warm
        return "\n".join(_changed(workspace, share) for share in _SHARES)


def _changed(workspace: Workspace, wanted: float) -> str:
    shutil.rmtree(workspace.folder / "reference", ignore_errors=True)
    folder = nation_folder(workspace, YEAR)
    shutil.rmtree(folder, ignore_errors=True)
    whole = _run(workspace)
    record, using = _record(folder, wanted, whole.done.run)
    nothing = _run(workspace)
    _load(workspace.folder / "reference", record)
    again = _run(workspace)
    made = _tables(folder)
    shutil.rmtree(folder)
    _run(workspace)
    if made != _tables(folder):
        raise SystemExit("restatement: the tables are not those of a run of everything")
    lines = sum(len(table) for schema, table in made.items() if schema.name == "leaf")
    return (
        f"restated  {again.seconds / whole.seconds:6.1%}  of the CPU time of a run of everything "
        f"({whole.seconds:.2f} to {again.seconds:.2f} s, {nothing.seconds:.2f} where nothing has "
        f"changed); {again.done.run} of {whole.done.run} sites, {using} of them ask for "
        f"{record.record}; {lines:,} lines with their lineage. Sites computed "
        f"{again.computed / whole.computed:.1%}, the rest is to find out what changed and to write "
        f"{again.rewritten} of {len(again.done.parts)} parts without them"
    )


def _run(workspace: Workspace) -> _Run:
    opened = Workspace(workspace.folder)
    before = {part.name for part in read_parts(nation_folder(workspace, YEAR))}
    at = time.process_time()
    done = run_nation(opened, opened.site_ids(), YEAR, workers=1, lineage=True)
    seconds = time.process_time() - at
    return _Run(seconds, done, len(before - {part.name for part in done.parts}))


def _record(folder: Path, wanted: float, sites: int) -> tuple[Record, int]:
    """The record that is asked for by the share of sites nearest to one wanted."""
    asking: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for part in read_parts(folder):
        asked = Asked.read(part.asked)
        for site, groups in asked.sites.items():
            for question in {number for group in groups for number in asked.groups[group]}:
                kind, *told = asked.questions[question]
                if kind == "tabled":
                    asking[told[0], told[1], told[2], told[4]].add(site)
    registry, found = load_registry(), []
    for (table, subject, name, family), who in asking.items():
        close = [
            record
            for record in registry.of_table(table)
            if (record.subject, record.parameter) == (subject, name)
            and record.set in (family, record.set if not family else "")
        ]
        if len(close) == 1 and close[0].value is not None:
            found.append((abs(len(who) / sites - wanted), close[0].record, close[0], len(who)))
    *_, record, using = min(found, key=lambda each: each[:2])
    return record, using


def _load(folder: Path, record: Record) -> None:
    """Lay a row of another value over a shipped one, from a source of its own."""
    folder.mkdir()
    (row,) = (
        row for row in load_registry().rows(record.record.partition("/")[0])
        if row["record"] == record.record
    )  # fmt: skip
    value = f"{row['value']}1" if "." in row["value"] else f"{row['value']}.1"
    own = {**row, "record": f"{record.record}/own", "value": value, "source": "own-table"}
    own["replaces"] = record.record
    _write(folder / f"{record.record.partition('/')[0]}.csv", own)
    source = dict.fromkeys(TABLES["sources"].columns, "")
    source |= {
        "id": "own-table", "title_zh": "模拟", "title_en": "simulated", "force": "none",
        "status": "final", "licence": "own", "confidence": "C",
    }  # fmt: skip
    _write(folder / "sources.csv", source)


def _write(path: Path, row: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)


def _tables(folder: Path) -> dict[Schema, pa.Table]:
    """What all parts hold together."""
    found = {}
    for schema in EVERY:
        paths: Sequence[Path] = sorted((folder / schema.name).glob("part-*.parquet"))
        if paths:
            found[schema] = schema.check(pa.concat_tables(schema.read(path) for path in paths))
    return found


def main() -> None:
    """Run what the words ask for."""
    parser = argparse.ArgumentParser(description="Benchmark of a changed factor")
    parser.add_argument("--sites", type=int, default=_TENTH)
    words = parser.parse_args()
    print(restatement_share(words.sites))  # noqa: T201


if __name__ == "__main__":
    main()
