"""Which commits of a chain count: a file that was read again counts as it was read last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from celadon.chain import Line

DECLARATION = "declaration"
"""Kind of a line that commits a declaration rather than a batch."""

PACK = "pack"
"""Kind of a line that says in which file batches committed before it lie from here on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch in force; :func:`~celadon.records.ledger.batches.read_batch` reads its rows.

    Parameters
    ----------
    position : of its line in the chain.
    kind : reading, activity or sample.
    path : the Parquet file that holds its rows: a file of its own, or a pack of many batches.
    rows : how many it holds.
    source, source_name : hash and name of the file that it came from.
    profile : the hash of the profile that read it.
    recorded_at : when this reading of it was recorded, UTC.
    declaration : the declaration in force then; its meters say what the counts meant.
    first_ts, last_ts : the time that its readings span, naive UTC; None where it has none.
    arrived : its place in the order: the position at which its file was first recorded.
    seal : the SHA-256 of the bytes at ``path``; empty for a file that no ledger keeps.
    packed : whether ``path`` is a pack, in which its rows are those whose segment is ``position``.
    sheets : of a workbook of readings, the sheets that gave any, as their rows are numbered.
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
    seal: str = ""
    packed: bool = False
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """A line in force: its positions, and the hash of the declaration that it was read under."""

    position: int
    arrived: int
    declaration: str
    line: Line


_File = tuple[str, str, str]


class Standing:
    """What is in force at the end of a chain; lines are added as they are committed."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self.position = 0
        self.declaration = ""
        """The hash of the declaration in force; empty before the first."""
        self.declared_at = 0
        """The position of its line."""
        self._parts: dict[_File, list[Live]] = {}
        self._arrived: dict[_File, int] = {}
        self._by_content: dict[str, dict[int, Live]] = {}
        for line in lines:
            self.add(line)

    def add(self, line: Line) -> None:
        """Take the next line of the chain.

        Batches of one file, read by one profile under one declaration, are parts of one reading; a
        reading that differs in either replaces it, at the place that the file has had.
        """
        self.position += 1
        if line["kind"] == PACK:
            return
        if line["kind"] == DECLARATION:
            self.declaration, self.declared_at = line["source"], self.position
            return
        file = _file(line)
        parts = self._parts.setdefault(file, [])
        arrived = self._arrived.setdefault(file, self.position)
        if parts and (parts[0].line["profile"], parts[0].declaration) != (
            line["profile"],
            self.declaration,
        ):
            for part in parts:
                del self._by_content[part.line["content"]][part.position]
            parts.clear()
        live = Live(self.position, arrived, self.declaration, line)
        parts.append(live)
        self._by_content.setdefault(line["content"], {})[self.position] = live

    def of_content(self, content: str) -> list[Live]:
        """The lines in force of a content."""
        return list(self._by_content.get(content, {}).values())

    def live(self) -> list[Live]:
        """The lines in force, in the order in which their files first arrived."""
        return sorted((live for parts in self._parts.values() for live in parts), key=_order)


def in_force(lines: Iterable[Line]) -> list[Live]:
    """The batches that were not read again, in the order in which their files first arrived."""
    return Standing(lines).live()


def span_of(line: Line) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first and last instant of a line's readings, naive UTC; None where it has none."""
    first, last = (
        dt.datetime.fromisoformat(line[name]) if name in line else None
        for name in ("first_ts", "last_ts")
    )
    return first, last


def _order(live: Live) -> tuple[int, int]:
    return live.arrived, live.position


def _file(line: Line) -> _File:
    """What a later reading of the same file by the same profile has in common with this one."""
    return line["kind"], line["source"], line.get("profile_id") or line["profile"]
