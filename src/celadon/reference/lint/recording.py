"""Recording the digests of the shipped rows, which ``celadon.reference.sealing`` has done."""

from __future__ import annotations

from celadon.reference.lint.recorded import FOLDER, record
from celadon.reference.lint.rows import read_rows
from celadon.reference.loader import SHIPPED


def record_shipped() -> int:
    """Record every shipped table anew and drop records of tables that are gone; rows recorded."""
    paths = sorted(SHIPPED.glob("*.csv"))
    for old in FOLDER.glob("*.txt"):
        if old.stem not in {path.stem for path in paths}:
            old.unlink()
    number = 0
    for path in paths:
        rows = read_rows(path, path.stem)
        record(path.stem, rows)
        number += len(rows)
    return number
