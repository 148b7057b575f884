"""Verifying a ledger: its chain, every file that it names, and the rows that lines committed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from celadon.errors import ChainBroken, Fault
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.committing import content_of
from celadon.records.ledger.heads import Head, head_of, misplaced
from celadon.records.ledger.in_force import Live
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.packing import unproved_in
from celadon.records.ledger.places import Places
from celadon.records.ledger.sealed import is_sound, read_sealed


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at and found sound.

    Parameters
    ----------
    head : how many commits, and the hash of the last one.
    files, size : files that the chain relies on, and their bytes.
    torn : bytes behind the last line: of a commit that was cut off and never acknowledged.
    rows : rows that were compared with what their lines committed; 0 if that was not asked for.
    unnamed : files of rows that no line names: of a commit that was killed before its line, or of
        a line that is lost.
    """

    head: Head
    files: int
    size: int
    torn: int
    rows: int
    unnamed: tuple[str, ...] = ()


def verify_places(places: Places, torn: int, *, rows: bool = False) -> Verified:
    """Verify what a chain's lines rely on; the chain itself was verified when it was read.

    Parameters
    ----------
    torn : bytes behind the last whole line.
    rows : whether to compute from the rows of each batch what its line committed.

    Raises
    ------
    ChainBroken
        With everything that does not verify.
    """
    files = places.files()
    faults = [
        places.fault(name, positions)
        for name, positions in files.items()
        if not is_sound(places.folder / name)
    ]
    if faults:
        raise ChainBroken(f"{len(faults)} file(s) of the ledger do not verify", faults)
    wrong = misplaced(places.lines)
    wrong += _unproved(places) if rows else []
    if wrong:
        raise ChainBroken(
            f"{len(wrong)} line(s) of the ledger do not tell the truth",
            [_untrue(places, position) for position in sorted(set(wrong))],
        )
    return Verified(
        head_of(places.lines),
        len(files),
        sum((places.folder / name).stat().st_size for name in files),
        torn,
        sum(line["rows"] for line in places.lines if line["kind"] in KINDS) if rows else 0,
    )


def _unproved(places: Places) -> Iterator[int]:
    """The positions whose rows are not those that their line committed."""
    for pack in places.packs():
        inside = {n: places.lines[n - 1] for n in pack.positions if places.pack_of(n) is pack}
        every = {n: places.lines[n - 1] for n in pack.positions}
        data = read_sealed(places.folder / pack.rows_file)
        yield from (n for n in unproved_in(pack.kind, data, every) if n in inside)
    for position, line in enumerate(places.lines, start=1):
        if line["kind"] in KINDS and places.pack_of(position) is None:
            table = read_batch(places.batch(Live(position, position, "", line)))
            digest = KINDS[line["kind"]].digest(table)
            if line["content"] != content_of(line["kind"], digest, line["source"], line["profile"]):
                yield position


def _untrue(places: Places, position: int) -> Fault:
    line = places.lines[position - 1]
    return Fault(
        (str(places.folder / "manifest.jsonl"), f"line {position}", line.get("source_name", "")),
        "a digest that what it speaks of does not give",
        "a line commits the digest of its rows and of the lines before it",
        "the ledger was written by something else than celadon: restore it from a backup or an "
        "archive",
    )
