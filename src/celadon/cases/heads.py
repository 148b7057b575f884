"""The head of a register, kept beside it: how many events it has, and the hash of the last.

A chain that lost its last lines is sound in itself. The head is written after every append, so that
a register with fewer events than its head says has lost some, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from celadon.chain import Chain, Line, sync_folder
from celadon.errors import ChainBroken, Fault
from celadon.records.ledger.heads import Head, parse_head

HEAD = "events.head"
"""The file of the head, in the folder of a programme."""

RESTORE = (
    "the register was changed outside celadon: restore the folder of the programme from a backup"
)
"""What to do with a register that is not as it was written."""
_KEPT = "every event that was recorded stays in the register"


def read_head(folder: Path) -> Head | None:
    """The head that is kept; None where none is, as in a register of an earlier edition.

    Raises
    ------
    ChainBroken
        If the file states no head.
    """
    path = folder / HEAD
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    head = parse_head(text)
    if head is None:
        rule = "a position, a colon and 64 hexadecimal digits"
        fault = Fault((str(path),), repr(text[:20]), rule, RESTORE)
        raise ChainBroken("The head of the register cannot be read", [fault])
    return head


def write_head(folder: Path, head: Head) -> None:
    """Keep the head of a register; the old one stays until the new one is on disk."""
    path = folder / HEAD
    partial = path.with_name(f".{HEAD}.{os.getpid()}")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{head}\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(folder)


def compare(chain: Chain, lines: Sequence[Line], head: Head | None, name: str) -> None:
    """Compare a chain with the head that was kept of it.

    Raises
    ------
    ChainBroken
        If lines are lost from its end, or it was written anew.
    """
    if head is None or not head.position:
        return
    if head.position > len(lines):
        raise _lost(chain, len(lines), head, name)
    if lines[head.position - 1]["hash"] != head.hash:
        where = (str(chain.path), f"line {head.position}")
        fault = Fault(where, "another event than the one whose hash was kept", _KEPT, RESTORE)
        raise ChainBroken("The register was written anew", [fault])


def of_register(error: ChainBroken) -> ChainBroken:
    """What a chain says is wrong with it, with what is to be done of a register."""
    told = [Fault(each.where, each.found, each.rule, RESTORE) for each in error.faults]
    return ChainBroken(error.summary, told)


def lost_lines(lines: Sequence[Line], head: Head | None) -> Sequence[int]:
    """The numbers of events that the head tells of and that are no longer there."""
    return range(len(lines) + 1, head.position + 1) if head is not None else ()


def _lost(chain: Chain, there: int, head: Head, name: str) -> ChainBroken:
    remedy = (
        f"restore {chain.path.name} from a backup; with none, celadon supervise verify {name} "
        "--mend WHO gives each lost number to a remark that says so"
    )
    where = (str(chain.path), f"line {there + 1}")
    if chain.torn:
        found = f"line {there + 1} is torn: {chain.torn} bytes of it are left"
        if head.position > there + 1:
            found += f"; lines {there + 2} to {head.position} are gone"
        return ChainBroken("An event of the register is torn", [Fault(where, found, _KEPT, remedy)])
    found = f"{there} events; the head kept is of event {head.position}"
    return ChainBroken(
        "Events are lost from the end of the register", [Fault(where, found, _KEPT, remedy)]
    )
