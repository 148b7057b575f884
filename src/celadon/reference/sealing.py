"""Recording the shipped tables: seals of those that passed the gate, digests of every row.

After a change of a shipped table: ``python -m celadon.reference.sealing``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Mapping

from celadon.reference.gate import gated_in_full
from celadon.reference.lint.recording import record_shipped
from celadon.reference.loader import SHIPPED, content_digest
from celadon.reference.seals import SEALS, Seal


def made_seals() -> Mapping[str, Seal]:
    """The seals of the shipped tables as they are now, every row gated.

    Raises
    ------
    DeclarationError
        If a row does not pass the gate.
    """
    tables = gated_in_full(SHIPPED)
    return {
        table: Seal(
            table,
            hashlib.sha256((SHIPPED / f"{table}.csv").read_bytes()).hexdigest(),
            content_digest(table, rows),
            len(rows),
        )
        for table, rows in sorted(tables.rows.items())
    }


def seals_text(seals: Mapping[str, Seal]) -> str:
    """The seals as they are recorded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("table", "rows", "file", "content"))
    writer.writerows((s.table, s.rows, s.file, s.content) for s in seals.values())
    return text.getvalue()


def main() -> int:
    """Gate every shipped table, record its seal, and its rows for the lint."""
    SEALS.write_text(seals_text(made_seals()), encoding="utf-8")
    sys.stdout.write(f"sealed in {SEALS.name}, {record_shipped():,} rows recorded\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
