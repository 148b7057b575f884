"""Which commits of a chain count: a file that was read again counts as it was read last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from celadon.chain import Line
from celadon.records.ledger.sealed import verified

DECLARATION = "declaration"
"""Kind of a line that commits a declaration rather than a batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch in force.

    Parameters
    ----------
    position : of its line in the chain.
    kind : reading, activity or sample.
    path : its Parquet file.
    rows : how many it holds.
    source, source_name : hash and name of the file that it came from.
    profile : the hash of the profile that read it.
    recorded_at : when this reading of it was recorded, UTC.
    declaration : the declaration in force then; its meters say what the counts meant.
    first_ts, last_ts : the time that its readings span, naive UTC; None where it has none.
    arrived : its place in the order: the position at which its file was first recorded.
    """

    position: int
    kind: str
    path: Path
    rows: int
    source: str
    source_name: str
    profile: str
    recorded_at: str
    declaration: Path | None = None
    first_ts: dt.datetime | None = None
    last_ts: dt.datetime | None = None
    arrived: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """A line in force: its positions, and the hash of the declaration that it was read under."""

    position: int
    arrived: int
    declaration: str
    line: Line


def in_force(lines: list[Line]) -> list[Live]:
    """The batches that were not read again, in the order in which their files first arrived.

    Batches of one file, read by one profile under one declaration, are parts of one reading.
    """
    files: dict[tuple[str, str, str], list[Live]] = {}
    declaration = ""
    for position, line in enumerate(lines, start=1):
        if line["kind"] == DECLARATION:
            declaration = line["source"]
            continue
        parts = files.setdefault(_file(line), [])
        arrived = parts[0].arrived if parts else position
        if parts and (parts[0].line["profile"], parts[0].declaration) != (
            line["profile"],
            declaration,
        ):
            parts.clear()
        parts.append(Live(position, arrived, declaration, line))
    return sorted((live for parts in files.values() for live in parts), key=_order)


def _order(live: Live) -> tuple[int, int]:
    return live.arrived, live.position


def _file(line: Line) -> tuple[str, str, str]:
    """What a later reading of the same file by the same profile has in common with this one."""
    return line["kind"], line["source"], line.get("profile_id") or line["profile"]


def batch_of(live: Live, folder: Path) -> Batch:
    """The batch of a line in force; ``folder`` is the ledger's.

    Raises
    ------
    ChainBroken
        If a file of it is gone or was changed: what was tampered with is never computed with.
    """
    line = live.line
    span = [
        dt.datetime.fromisoformat(line[name]) if name in line else None
        for name in ("first_ts", "last_ts")
    ]
    return Batch(
        position=live.position,
        kind=line["kind"],
        path=verified(folder / "batches" / f"{line['batch']}.parquet"),
        rows=line["rows"],
        source=line["source"],
        source_name=line["source_name"],
        profile=line["profile"],
        recorded_at=line["recorded_at"],
        declaration=verified(folder / "sources" / live.declaration) if live.declaration else None,
        first_ts=span[0],
        last_ts=span[1],
        arrived=live.arrived,
    )
