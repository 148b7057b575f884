"""A nation's account with all its lineage, against a script that works row by row.

    python -m benchmarks.accounts               all 3,572 enterprises
    python -m benchmarks.accounts --sites 357   so many; three times: none of the fuels is looked at
                                                by a laboratory each month, a third, and all

2.6 million lines (3,572 enterprises, 12 months, 60 lines) from declared sites, rows of books and
laboratory results in memory to the tables ``leaf``, ``leaf_input`` and ``parameter`` as Parquet
files. The other side is ``row_by_row``: a loop in Python with the same exact arithmetic and the
same lineage, written as CSV; it runs on a sample of the sites and is scaled, and its lines, inputs
and parameters are held equal on them. A script as lean as that takes some 20 microseconds a line.

What bounds ours: 10.4 million rows are filled, 1.9 GB of columns, and written. To write them as
Parquet alone takes 2 CPU seconds, a 26th of the script's time, so that a hundred times its speed is
out of reach where the lineage is written out. Of the rest 0.07 milliseconds go to each stream with
its year of rows, in Python, and 0.24 more where a laboratory looks at it.
"""

from __future__ import annotations

import argparse
import csv
import gc
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from benchmarks.plain_nation import (
    ENTERPRISES,
    LINES_A_MONTH,
    MONTHS,
    YEAR,
    Enterprise,
    enterprises,
)
from benchmarks.row_by_row import Script
from celadon.accounts.account import Accounts, compute_accounts
from celadon.accounts.book import open_book
from celadon.accounts.forms import Forms
from celadon.accounts.samples import Samples
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.national.sharding import MOST_SITES
from celadon.engine import Engine
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import Registry, load_registry

SHARES = (Fraction(0), Fraction(1, 3), Fraction(1))
"""Of the fuels those that a laboratory looks at."""

_SAMPLE, _WARM = 24, 12


@dataclass(slots=True)
class Taken:
    """CPU seconds by step, and what was made."""

    books: float = 0.0
    tables: float = 0.0
    written: float = 0.0
    lines: int = 0
    inputs: int = 0
    parameters: int = 0
    held: int = 0
    stored: int = 0

    @property
    def whole(self) -> float:
        """All of it."""
        return self.books + self.tables + self.written


def accounts_ratio(sites: int = ENTERPRISES // 10) -> str:
    """The lines of all shares; a tenth of the nation where nothing else is said."""
    registry = load_registry()
    texts = [_told(sites, share, registry) for share in SHARES]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return "\n".join(
        [*texts, f"{'':9} peak {peak} MB, inputs of both sides and all tables included"]
    )


def _told(sites: int, share: Fraction, registry: Registry) -> str:
    nation = enterprises(sites, share)
    with tempfile.TemporaryDirectory() as folder:
        taken = account_of(nation, registry, Path(folder))
        slow = _row_by_row(nation[:_SAMPLE], registry, Path(folder)) * sites / min(_SAMPLE, sites)
    expected = sites * len(MONTHS) * LINES_A_MONTH
    if taken.lines != expected:
        raise SystemExit(f"accounts: {taken.lines} lines, {expected} expected")
    scale = ENTERPRISES / sites
    each = {name: getattr(taken, name) * scale for name in ("books", "tables", "written", "whole")}
    megabytes = taken.held * scale / 1e6, taken.stored * scale / 1e6
    return (
        f"accounts  {slow / taken.whole:5.1f} x  a row-by-row script ({taken.whole:.1f} to "
        f"{slow:.0f} CPU s; {taken.lines:,} lines, {taken.inputs:,} inputs, "
        f"{taken.parameters:,} parameters; {float(share):.0%} of the fuels sampled)\n"
        f"{'':9} all {ENTERPRISES:,}: {each['whole']:.1f} CPU s (books {each['books']:.1f} + "
        f"tables {each['tables']:.1f} + Parquet {each['written']:.1f}; "
        f"{megabytes[0]:.0f} MB of columns, {megabytes[1]:.0f} MB of files)"
    )


def account_of(nation: Sequence[Enterprise], registry: Registry, folder: Path) -> Taken:
    """Account a nation, shard by shard, and leave its tables in a folder."""
    taken = Taken()
    forms = Forms(lineage=True)
    for number, begin in enumerate(range(0, len(nation), MOST_SITES)):
        gc.collect()
        gc.disable()  # as a worker of the national run does
        made = shard_account(nation[begin : begin + MOST_SITES], registry, forms, taken)
        at = time.process_time()
        for schema, table in (
            (LEAF, made.leaves), (LEAF_INPUT, made.inputs), (PARAMETER, made.parameters)
        ):  # fmt: skip
            path = folder / f"{schema.name}-{number}.parquet"
            schema.write(table, path)
            taken.held += table.nbytes
            taken.stored += path.stat().st_size
        taken.written += time.process_time() - at
        gc.enable()
    return taken


def shard_account(
    shard: Sequence[Enterprise], registry: Registry, forms: Forms | None, taken: Taken
) -> Accounts:
    """The accounts of some enterprises."""
    at = time.process_time()
    books = {
        each.site.id: open_book(each.site, registry, YEAR, each.rows, Samples(each.samples), forms)
        for each in shard
    }
    opened = time.process_time()
    with Engine(1) as engine:
        for schema in (METER_DAY, SHARED_DAY):
            engine.load(schema, schema.from_rows([]))
        made = compute_accounts(engine, books, forms)
    taken.books += opened - at
    taken.tables += time.process_time() - opened
    taken.lines += len(made.leaves)
    taken.inputs += len(made.inputs)
    taken.parameters += len(made.parameters)
    return made


def _row_by_row(sample: Sequence[Enterprise], registry: Registry, folder: Path) -> float:
    """CPU seconds of the script on a sample of sites, once it gives what we do."""
    Script(registry, folder).run(sample[:_WARM])
    at = time.process_time()
    Script(registry, folder).run(sample)
    seconds = time.process_time() - at
    made = shard_account(sample, registry, Forms(lineage=True), Taken())
    for schema, table, columns in (
        (LEAF, made.leaves, _LEAF), (LEAF_INPUT, made.inputs, LEAF_INPUT.names),
        (PARAMETER, made.parameters, _PARAMETER),
    ):  # fmt: skip
        if _texts(table, columns) != _read(folder / f"{schema.name}.csv"):
            raise SystemExit(f"accounts: the two ways differ in {schema.name}")
    return seconds


_LEAF = (
    "leaf", "site", "unit", "stream", "carrier", "from_day", "to_day", "account", "measure",
    "scope", "count", "num", "den", "value",
)  # fmt: skip
_PARAMETER = (
    "parameter", "site", "stream", "account", "name", "count", "decimals", "unit", "rung", "factor",
    "confidence",
)  # fmt: skip


def _texts(table: pa.Table, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows as texts, in an order that does not depend on how they were made."""
    plain = [table[name].to_pylist() for name in columns]
    return sorted(
        tuple("" if cell is None else str(cell) for cell in row) for row in zip(*plain, strict=True)
    )


def _read(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(tuple(row) for row in csv.reader(file))


def main() -> None:
    """Run what the words ask for."""
    parser = argparse.ArgumentParser(description="Benchmark of the account with its lineage")
    parser.add_argument("--sites", type=int, default=ENTERPRISES)
    words = parser.parse_args()
    print(accounts_ratio(words.sites))  # noqa: T201


if __name__ == "__main__":
    main()
