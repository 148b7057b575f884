"""What every shipped figure was when it first came: one line a row, its key and its content.

A shipped id never comes to mean something else. ``python -m tests.reference.recording`` writes the
rows that are new, and refuses where a row that is recorded has changed or gone.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from celadon.reference.loader import FIGURE_TABLES, Row, shipped_tables
from celadon.reference.shapes import TABLES

FOLDER = Path(__file__).with_name("recorded")
DIGITS = 10
TABLES_KEPT = (*FIGURE_TABLES, "norm_corrections")


def short(cells: list[str]) -> str:
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:DIGITS]


def line_of(table: str, row: Row) -> tuple[str, str]:
    """Short digests of a row's key, and of what its id means."""
    shape = TABLES[table]
    meaning = shape.protected or shape.columns
    content = [row.cells[column] for column in sorted({*shape.key, *meaning})]
    return short([row.cells[column] for column in shape.key]), short(content)


def recorded(table: str) -> dict[str, str]:
    path = FOLDER / f"{table}.txt"
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return dict(line.split(" ") for line in lines if line)


def present(table: str) -> dict[str, str]:
    return dict(line_of(table, row) for row in shipped_tables().rows[table].values())


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Keys of recorded rows that mean something else now, or are gone."""
    return [key for key, content in before.items() if now.get(key) != content]


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for table in TABLES_KEPT:
        before, now = recorded(table), present(table)
        if changed(before, now):
            sys.stderr.write(f"{table}: recorded rows have changed; give them new ids instead\n")
            return 1
        text = "".join(f"{key} {content}\n" for key, content in sorted(now.items()))
        (FOLDER / f"{table}.txt").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
