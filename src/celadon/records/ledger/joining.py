"""Joining: a copy of a ledger that has grown, onto the same ledger as it was.

A copy that this ledger already holds changes nothing; one that goes on where this one ends is
taken; two that part are never mixed. Files that are damaged here and sound in the copy are put
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.chain import Line
from celadon.errors import Fault, LedgerError
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.packing import remove_replaced
from celadon.records.ledger.places import Places
from celadon.records.ledger.sealed import is_sound, keep_as


@dataclass(frozen=True, slots=True)
class Joined:
    """What a join did.

    Parameters
    ----------
    position : at which the chain ends now.
    added : lines that are new.
    restored : files that were gone or damaged here, relative to the ledger's folder.
    """

    position: int
    added: int
    restored: tuple[str, ...]


def join(ledger: Ledger, copy: Ledger) -> Joined:
    """Take from a verified copy what it has more.

    Raises
    ------
    LedgerError
        If the two part, with the position where; or if it cannot be written.
    """
    with ledger.locked("The copy could not be taken") as chain:
        mine, theirs = chain.lines(), copy.lines()
        _demand_same(ledger, mine, theirs)
        common = _common(mine, theirs)
        if common < min(len(mine), len(theirs)):
            raise _parted(ledger, mine, theirs, common)
        added = theirs[len(mine) :]
        restored = _restore(ledger.folder, copy.folder, mine, theirs)
        if added:
            for name in Places(copy.folder, theirs).files():
                _copy(name, copy.folder, ledger.folder)
            chain.extend(added)
            remove_replaced(Places(ledger.folder, chain.current()))
        ledger.remember()
    return Joined(max(len(mine), len(theirs)), len(added), restored)


def _demand_same(ledger: Ledger, mine: Sequence[Line], theirs: Sequence[Line]) -> None:
    """Take no copy of another ledger in the place of one that is gone."""
    witness = ledger.witness
    if witness is None or not witness.lacks(mine) or not witness.parts_from(theirs):
        return
    rule = "the head that is kept of a ledger that is gone stands in a copy of it"
    remedy = (
        "take the copy into a workspace of its own; or, to give up what was here: "
        f"celadon ledger forget {witness.site} --reason WHY"
    )
    fault = Fault((str(witness.path),), f"{witness.head()}, which it lacks", rule, remedy)
    raise LedgerError(f"The archive is of another ledger than {witness.site} had", [fault])


def _common(mine: Sequence[Line], theirs: Sequence[Line]) -> int:
    pairs = zip(mine, theirs, strict=False)
    return next(
        (n for n, (a, b) in enumerate(pairs) if a["hash"] != b["hash"]), min(len(mine), len(theirs))
    )


def _restore(folder: Path, copy: Path, mine: list[Line], theirs: list[Line]) -> tuple[str, ...]:
    """Put back what this ledger relies on, is not sound here, and is sound in the copy."""
    wanted = [name for name in Places(folder, mine).files() if not is_sound(folder / name)]
    there = set(Places(copy, theirs).files())
    found = [name for name in wanted if name in there]
    for name in found:
        _copy(name, copy, folder)
    return tuple(found)


def _copy(name: str, source: Path, target: Path) -> None:
    keep_as(source / name, target / name, Path(name).stem)


def _parted(
    ledger: Ledger, mine: Sequence[Line], theirs: Sequence[Line], common: int
) -> LedgerError:
    here, there = (lines[common] for lines in (mine, theirs))
    found = (
        f"line {common + 1} is {here['hash'][:12]}... here (recorded {here['recorded_at']}), "
        f"{there['hash'][:12]}... there (recorded {there['recorded_at']})"
    )
    same = f"the first {common} lines are the same" if common else "no line is the same"
    rule = f"a copy goes on where a ledger ends, or is part of it; {same}"
    remedy = (
        "keep one of the two: import what the other has more from its original files; or take the "
        "archive into a workspace of its own"
    )
    fault = Fault((str(ledger.manifest), f"line {common + 1}"), found, rule, remedy)
    return LedgerError(f"The two ledgers part at position {common + 1}", [fault])
