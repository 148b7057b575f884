"""The head of a register, kept beside it: how many events it has, and the hash of the last.

A chain that lost its last lines is sound in itself. The head is written before the first event and
after every append, so that a register with fewer events than its head says has lost some, and says
so; and so has one without a head. What was proved of it, its documents and its papers witness that
there were events where both are gone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.cases.proved import read_proved_head
from celadon.chain import Chain, Line, sync_folder
from celadon.errors import ChainBroken, Fault
from celadon.records.ledger.heads import Head, head_of, parse_head

HEAD = "events.head"
"""The file of the head, in the folder of a programme."""

RESTORE = (
    "the register was changed outside celadon: restore the folder of the programme from a backup"
)
"""What to do with a register that is not as it was written."""
PAPERS = ("notices", "published")
"""Folders of papers that were written for an event, which names their digest."""

DOCUMENTS = "documents"
"""The folder of what events name by SHA-256."""

_KEPT = "every event that was recorded stays in the register"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a register beside its events: its head, and what was proved of it."""

    head: Head | None
    proved: Head | None

    @property
    def last(self) -> Head | None:
        """The one that says most."""
        return self.head or self.proved


def read_kept(folder: Path) -> Kept:
    """What is kept of a register; read before its lines, for who writes now is no loss.

    Raises
    ------
    ChainBroken
        If the file of the head states none.
    """
    proved = read_proved_head(folder)  # before the head: it is written after it
    return Kept(read_head(folder), proved)


def begin_head(folder: Path) -> None:
    """Keep the head of a register without events, where none is kept: from now on it has one."""
    if read_head(folder) is None:
        write_head(folder, head_of([]))


def read_head(folder: Path) -> Head | None:
    """The head that is kept; None where none is, as before the first act.

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


def compare(chain: Chain, lines: Sequence[Line], kept: Kept, name: str) -> None:
    """Compare a chain with what was kept of it.

    Raises
    ------
    ChainBroken
        If lines are lost from its end, it was written anew, or its head is gone.
    """
    for head in (kept.head, kept.proved):
        if head is None or not head.position:
            continue
        if head.position > len(lines):
            raise _lost(chain, len(lines), head, name)
        if lines[head.position - 1]["hash"] != head.hash:
            where = (str(chain.path), f"line {head.position}")
            fault = Fault(where, "another event than the one whose hash was kept", _KEPT, RESTORE)
            raise ChainBroken("The register was written anew", [fault])
    if kept.head is None:
        _witnessed(chain, lines, name)


def _witnessed(chain: Chain, lines: Sequence[Line], name: str) -> None:
    """Refuse a register without a head of which something tells that it had one."""
    folder = chain.path.parent
    if lines or chain.torn:
        fault = Fault(
            (str(folder / HEAD),), f"no head, beside {len(lines)} event(s)",
            "a head is kept from the first event on; without it nobody can tell whether the last "
            "events are there",
            f"restore {HEAD} and {chain.path.name} from a backup; with none, celadon supervise "
            f"verify {name} --mend WHO goes on from what is there, with a remark that says so",
        )  # fmt: skip
        raise ChainBroken("The head of the register is gone", [fault])
    left = sum(1 for each in (DOCUMENTS, *PAPERS) for _ in (folder / each).glob("[!.]*"))
    if left:
        rule = f"documents are kept for events; {chain.path.name} and {HEAD} are beside them"
        fault = Fault((str(chain.path),), f"{left} document(s), and no event", rule, RESTORE)
        raise ChainBroken("The events of the register are gone", [fault])


def of_register(error: ChainBroken) -> ChainBroken:
    """What a chain says is wrong with it, with what is to be done of a register."""
    told = [Fault(each.where, each.found, each.rule, RESTORE) for each in error.faults]
    return ChainBroken(error.summary, told)


def lost_lines(lines: Sequence[Line], kept: Kept) -> Sequence[int]:
    """The numbers of events that are no longer there; the next one where the head alone is gone."""
    there, last = len(lines), kept.last
    if last is not None and last.position > there:
        return range(there + 1, last.position + 1)
    return [there + 1] if kept.head is None and lines else ()


def lost_text(number: int, kept: Kept, there: Head) -> str:
    """What a remark says of an event that is lost, or of a head that is."""
    if kept.last is not None and kept.last.position >= number:
        return f"event {number} is lost; the head kept was {kept.last}"
    return f"the head was gone; what is left ends with {there}"


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
