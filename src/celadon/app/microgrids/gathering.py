"""The tables of a batch, gathered from the records of its sites in parts of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from celadon.app.disk import put, refusing_full_disk
from celadon.app.microgrids.record import Record, read_record
from celadon.app.microgrids.tables import GATHERED
from celadon.tables import Schema

SITES_A_PART = 1_000
"""Sites of one part: some megabytes at most, so that memory does not grow with the batch."""


def gather(folder: Path, sites: Sequence[str], schemas: Sequence[Schema] = GATHERED) -> int:
    """Write the tables of all sites that have a record, part by part; the number of parts.

    Raises
    ------
    DiskFullError
        If there is no room left.
    """
    starts = range(0, len(sites), SITES_A_PART)
    with refusing_full_disk(folder, "site"):
        for number, start in enumerate(starts, start=1):
            names = sites[start : start + SITES_A_PART]
            records = [each for name in names if (each := read_record(folder, name))]
            _write_part(folder, records, number, schemas)
    return len(starts)


def forget_tables(folder: Path, schemas: Sequence[Schema] = GATHERED) -> None:
    """Remove the tables of an earlier batch: until they are told anew nothing speaks of all."""
    for schema in schemas:
        for path in (folder / schema.name).glob("part-*"):
            path.unlink()


def _write_part(
    folder: Path, records: Iterable[Record], number: int, schemas: Sequence[Schema]
) -> None:
    listed = list(records)
    for schema in schemas:
        rows = (row for each in listed for row in each.rows.get(schema.name, ()))
        path = folder / schema.name / f"part-{number:04d}.parquet"
        put(schema, schema.from_rows(rows), path)
