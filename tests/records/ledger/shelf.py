"""What the tests of the ledger are built from: small batches, files, and what lies in a folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count as counting
from pathlib import Path

import pyarrow as pa

from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch, Ledger
from celadon.records.tables import READING

START = dt.datetime(2025, 3, 3)
SLOT = dt.timedelta(minutes=15)


def readings(
    *counts: int, meter: str = "m", first_row: int = 2, start: dt.datetime = START
) -> pa.Table:
    """Readings of a meter, a quarter of an hour apart, a row of the source each."""
    return READING.from_rows(
        {"meter": meter, "ts": start + n * SLOT, "count": count, "source_row": first_row + n}
        for n, count in enumerate(counts)
    )


def clocked(folder: Path) -> Ledger:
    """A ledger whose clock ticks a second a commit, from the beginning of 2025."""
    ticks = counting()
    begin = dt.datetime(2025, 1, 1)
    return Ledger(folder, clock=lambda: f"{begin + dt.timedelta(seconds=next(ticks)):%FT%T}Z")


def file_of(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def counts(batches: Iterable[Batch]) -> list[list[int]]:
    return [read_batch(batch)["count"].to_pylist() for batch in batches]


def files(ledger: Ledger) -> set[str]:
    return {
        p.relative_to(ledger.folder).as_posix() for p in ledger.folder.rglob("*") if p.is_file()
    }
