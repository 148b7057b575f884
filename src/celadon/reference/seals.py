"""Seals of the shipped tables: which files have passed the gate, and what they hold.

A file whose digest is recorded passed the gate when the record was made, so a start need not gate
it again; a file that differs in one byte is gated in full.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SEALS = Path(__file__).parent / "digests.csv"
"""Where the seals are recorded."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What is recorded of a table: the SHA-256 of its file, of its content, and its rows."""

    table: str
    file: str
    content: str
    rows: int


def read_seals(path: Path = SEALS) -> dict[str, Seal]:
    """The recorded seals by table; none where the file is absent."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["table"]: Seal(row["table"], row["file"], row["content"], int(row["rows"]))
            for row in csv.DictReader(file)
        }
