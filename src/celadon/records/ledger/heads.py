"""Heads: the hash of a chain's last line, kept elsewhere, tells whether lines were lost.

A chain whose last lines are gone is sound in itself. Who has written down its head (on paper, in a
report, in another's ledger) can tell: the head is in the chain, or the chain is no longer whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.chain import GENESIS, Line
from celadon.errors import ChainBroken, Fault, LedgerError
from celadon.records.ledger.merkle import Tree, leaf_hash

_HEAD = re.compile(r"(?:(?P<position>\d{1,18}):)?(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ended: how many lines it had, and the hash of the last."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


def head_of(lines: Sequence[Line]) -> Head:
    """The head of a chain.

    Examples
    --------
    >>> str(head_of([]))[:6]
    '0:0000'
    """
    return Head(len(lines), str(lines[-1]["hash"]) if lines else GENESIS)


def parse_head(text: str) -> Head | None:
    """The head that a text states with its position; None where it states none.

    Examples
    --------
    >>> str(parse_head("2:" + "a" * 64))[:5]
    '2:aaa'
    >>> parse_head("2 lines") is None
    True
    """
    parsed = _HEAD.fullmatch(text.strip().lower())
    if parsed is None or parsed["position"] is None:
        return None
    return Head(int(parsed["position"]), parsed["hash"])


def find_head(lines: Sequence[Line], text: str, place: Path) -> int:
    """The position at which a chain had the head that somebody kept.

    Parameters
    ----------
    text : the head as ``celadon ledger head`` prints it, or its hash alone.
    place : the file of the chain, for the error.

    Raises
    ------
    LedgerError
        If the text is no head.
    ChainBroken
        If the chain does not have it: lines were lost from its end, or it was written anew.
    """
    parsed = _HEAD.fullmatch(text.strip().lower())
    if parsed is None:
        rule = "a position, a colon and 64 hexadecimal digits; or the digits alone"
        fault = Fault(("head",), repr(text), rule, "copy it as `celadon ledger head` printed it")
        raise LedgerError("This is no head of a ledger", [fault])
    kept, position = parsed["hash"], parsed["position"]
    if kept == GENESIS:
        return 0
    found = next((n for n, line in enumerate(lines, start=1) if line["hash"] == kept), None)
    if found is None or (position is not None and int(position) != found):
        raise _lost(len(lines), position, kept, place)
    return found


def line_leaf(line: Line) -> bytes:
    """The leaf of a line in the tree over a chain's lines."""
    return leaf_hash(bytes.fromhex(line["hash"]))


def misplaced(lines: Sequence[Line]) -> list[int]:
    """The positions of lines that state another one, or another root over the lines before."""
    tree, wrong = Tree(), []
    for position, line in enumerate(lines, start=1):
        told = line.get("position", position), line.get("tree", tree.root())
        if told != (position, tree.root()):
            wrong.append(position)
        tree.add(line_leaf(line))
    return wrong


def _lost(length: int, position: str | None, kept: str, place: Path) -> ChainBroken:
    if position is not None and int(position) > length:
        found = f"a chain of {length} lines; the head kept is of line {position}"
        what = "lines are lost from its end"
    elif position is not None:
        found = f"another line {position} than the one whose hash was kept"
        what = "the chain was written anew, or the head is of another ledger"
    else:
        found = f"{length} lines, none of them with the hash {kept[:12]}..."
        what = "lines are lost from its end, or the head is of another ledger"
    rule = "a ledger only ever grows: every head that it had stays in it"
    remedy = "restore the ledger from a backup or an archive that has this head"
    return ChainBroken(f"The head that was kept is not in this ledger: {what}",
                       [Fault((str(place),), found, rule, remedy)])  # fmt: skip


def first_lines(lines: Sequence[Line], known_at: int | None, manifest: Path) -> list[Line]:
    """The lines up to a position; all of them where none is given.

    Raises
    ------
    LedgerError
        If the position lies beyond the last line.
    """
    if known_at is None:
        return list(lines)
    if not 0 <= known_at <= len(lines):
        rule, remedy = f"a position between 0 and {len(lines)}", "leave it out for the present"
        fault = Fault((str(manifest),), f"{len(lines)} commits", rule, remedy)
        raise LedgerError(f"The ledger has no position {known_at}", [fault])
    return list(lines[:known_at])
