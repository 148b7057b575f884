"""Packing: the files of many small commits into few, each batch still proved by its own line.

What a line of the chain committed, its ``content``, is a digest of the batch's rows, its source and
its profile; a pack holds the same rows, so the same digest proves them there. Before the line of a
pack is written, every batch is read back out of the written bytes and its digest compared; the old
files go once the line is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.chain import Line
from celadon.errors import Fault, LedgerError
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.committing import content_of
from celadon.records.ledger.in_force import DECLARATION, PACK, Live
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.packs import SEGMENT, rows_from, rows_pack, small_pack
from celadon.records.ledger.places import FOLDERS, Pack, Places, ranges_of
from celadon.records.ledger.rows import segment_digests
from celadon.records.ledger.sealed import write_sealed, writing

ROWS_A_PACK = 1 << 21
"""A pack holds at most so many rows, unless one batch alone has more."""

LARGEST_SMALL = 1 << 16
"""Original files of at most so many bytes go into packs; larger ones stay files of their own."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a packing did.

    Parameters
    ----------
    position : of the line that it added.
    kind : of the batches.
    batches, rows : that the pack holds.
    """

    position: int
    kind: str
    batches: int
    rows: int


def pack_places(
    present: Callable[[], Places], append: Callable[[Mapping[str, Any]], int]
) -> list[Packed]:
    """Pack every group of small files; the old ones go once the line of their pack is on disk.

    Parameters
    ----------
    present : tells where files lie now; append : commits the body of a line, gives its position.
    """
    packed: list[Packed] = []
    for kind, positions in groups_to_pack(present()):
        body = write_pack(present(), kind, positions)
        packed.append(Packed(append(body), kind, len(positions), body["rows"]))
        remove_replaced(present())
    remove_replaced(present())  # what an earlier packing that was killed has left
    return packed


def groups_to_pack(places: Places) -> Iterator[tuple[str, list[int]]]:
    """Kinds and positions of the batches that are worth a pack together.

    Files of single batches, and packs less than half full, are joined until a pack is full.
    """
    for kind in KINDS:
        group: list[int] = []
        units = rows = 0
        for positions, size in _units(places, kind):
            if units and rows + size > ROWS_A_PACK:
                if units > 1:
                    yield kind, group
                group, units, rows = [], 0, 0
            group = [*group, *positions]
            units, rows = units + 1, rows + size
        if units > 1:
            yield kind, group


def write_pack(places: Places, kind: str, positions: Sequence[int]) -> dict[str, Any]:
    """Write the files of a pack; returns the body of the line that commits it.

    Raises
    ------
    ChainBroken
        If a file to be packed is gone or was changed.
    LedgerError
        If what was written does not read back as what was committed.
    """
    lines = {position: places.lines[position - 1] for position in sorted(positions)}
    batches = {n: places.batch(Live(n, n, "", line)) for n, line in lines.items()}
    data = rows_pack(kind, ((n, read_batch(batch)) for n, batch in batches.items()))
    unproved = unproved_in(kind, data, lines)
    if unproved:
        fault = Fault(
            (str(places.folder), f"position {unproved[0]}"),
            "rows that do not give the content of their line",
            "a pack replaces files only if it proves the same",
            "celadon ledger verify --rows; nothing was changed",
        )
        raise LedgerError("The batches cannot be packed", [fault])
    small, apart = _small_files(places, lines)
    folder = places.folder / "packs"
    return {
        "kind": PACK,
        "of": kind,
        "pack": write_sealed(data, folder, ".parquet"),
        "small": write_sealed(small_pack(small), folder, ".parquet"),
        "apart": sorted(apart),
        "positions": ranges_of(positions),
        "rows": sum(line["rows"] for line in lines.values()),
    }


def remove_replaced(places: Places) -> None:
    """Remove the files that packs have taken over, and what was never finished under its name.

    Files that no line names are left: should the chain have lost its last lines, they are theirs.

    Raises
    ------
    LedgerError
        If the system does not let them be removed; the packs are made then, and hold.
    """
    with writing("The files are packed, but old ones could not be removed", places.folder):
        for name in places.replaced():
            (places.folder / name).unlink(missing_ok=True)
        for folder in FOLDERS:
            for unfinished in (places.folder / folder).glob("*.tmp"):
                unfinished.unlink()


def unproved_in(kind: str, data: bytes, lines: Mapping[int, Line]) -> list[int]:
    """The positions whose rows in the bytes of a pack are not those that their line commits."""
    table = rows_from(data)
    digests = segment_digests(KINDS[kind], table, SEGMENT)
    empty = KINDS[kind].digest(KINDS[kind].from_rows([]))
    strange = sorted(set(digests) - set(lines))
    return strange + [
        position
        for position, line in lines.items()
        if line["content"]
        != content_of(kind, digests.get(position, empty), line["source"], line["profile"])
    ]


def _units(places: Places, kind: str) -> Iterator[tuple[Sequence[int], int]]:
    """What can be joined: positions and rows of single batches and of packs less than half full."""
    seen: set[Pack] = set()
    for position, line in enumerate(places.lines, start=1):
        pack = places.pack_of(position)
        if line["kind"] != kind or pack in seen:
            continue
        if pack is None:
            yield [position], line["rows"]
        else:
            seen.add(pack)
            if 2 * pack.rows < ROWS_A_PACK:
                yield pack.positions, pack.rows


def _small_files(places: Places, lines: Mapping[int, Line]) -> tuple[dict[str, bytes], set[str]]:
    """The bytes of notes and small sources by hash, and the hashes of sources that stay files."""
    declared = {line["source"] for line in places.lines if line["kind"] == DECLARATION}
    small: dict[str, bytes] = {}
    apart: set[str] = set()
    for position, line in lines.items():
        source, pack = line["source"], places.pack_of(position)
        path: Path = places.folder / "sources" / source
        is_file = pack is None or source in pack.apart
        if source in declared or (is_file and path.stat().st_size > LARGEST_SMALL):
            apart.add(source)
        elif source not in small:
            small[source] = places.source(position)
        if line["refused"] not in small:
            small[line["refused"]] = places.notes(Live(position, position, "", line))
    return small, apart
