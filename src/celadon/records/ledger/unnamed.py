"""Rows that lie in a ledger's folder and that no line of its chain names.

A commit writes its files first and its line last. A kill in between leaves files that no line
names: they were never acknowledged, and the same import again names them. Lines that are lost from
the chain leave such files too, and those were acknowledged. Which of the two it was, the folder
cannot tell where lines are left; a chain without any line can tell more, for its first line is the
first thing that is ever committed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from celadon.chain import Line
from celadon.errors import ChainBroken, Fault
from celadon.records.finding import Finding
from celadon.records.ledger.places import MANIFEST, Places

_FIRST_BATCH = re.compile(rb'\{"batch":"(?P<name>[0-9a-f]{0,64})')


def unnamed_batches(
    places: Callable[[], Places], lock: Callable[[], AbstractContextManager[object]]
) -> list[str]:
    """The files of rows that no line names, relative to the ledger's folder.

    A commit that is under way is waited for, where the folder can be written.

    Parameters
    ----------
    places : tells where the files of all commits lie now.
    lock : holds the ledger, so that nobody else writes.
    """
    if not _unnamed(places()):
        return []
    try:
        with lock():
            return _unnamed(places())
    except OSError:  # it may only be read, so nobody commits
        return _unnamed(places())


def _unnamed(places: Places) -> list[str]:
    named = {f"batches/{line['batch']}.parquet" for line in places.lines if "batch" in line}
    return [name for name in _batches(places.folder) if name not in named]


def unnamed_findings(site: str, names: Sequence[str]) -> list[Finding]:
    """One finding for all files of rows that no line names; the first of them is its place."""
    if not names:
        return []
    return [Finding(site, "unnamed_rows", "ledger", names[0], {"files": len(names)})]


def not_bereft(folder: Path, lines: list[Line]) -> list[Line]:
    """The lines of a chain, unless there are none beside rows that a first commit cannot have left.

    The first commit of all writes at most one file of rows before its line; and where its line was
    cut off, that names the file, or none if it is of a declaration.

    Raises
    ------
    ChainBroken
        If lines of the chain are lost.
    """
    if lines:
        return lines
    batches = _batches(folder)
    packs = [f"packs/{path.name}" for path in folder.glob("packs/*.parquet")]
    manifest = folder / MANIFEST
    begun = manifest.read_bytes().rstrip(b"\0") if manifest.is_file() else b""
    if not packs and (not batches or _first_left(begun, batches)):
        return lines
    files = [*batches, *packs]
    cut = "a first line that is cut off" if begun else "no line"
    raise ChainBroken(
        "Lines of the ledger are lost",
        [
            Fault(
                (str(manifest), "line 1"),
                f"{cut}, and {len(files)} file(s) of rows beside it, such as {files[0]}",
                "rows are committed by lines, the first of which is written before a second batch",
                "restore manifest.jsonl from a backup, or take an archive of the site (celadon "
                "ledger import-site ARCHIVE); with neither, move the folder ledger away and import "
                "the files again: their originals lie in its folder sources",
            )
        ],
    )


def _first_left(begun: bytes, batches: list[str]) -> bool:
    """Whether a first commit that was cut off can have left these files of rows."""
    if len(batches) > 1:
        return False
    told = _FIRST_BATCH.match(begun)
    of_a_batch = b'{"batch":"'.startswith(begun) or told is not None
    return of_a_batch and batches[0].startswith(f"batches/{told['name'].decode() if told else ''}")


def _batches(folder: Path) -> list[str]:
    return sorted(f"batches/{path.name}" for path in folder.glob("batches/*.parquet"))
