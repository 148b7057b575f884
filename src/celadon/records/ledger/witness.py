"""The witness of a ledger: where it ended, kept outside its folder.

A ledger that is gone, or shorter than it was, is sound in itself: what is no longer there tells
nothing. So a workspace keeps the head of each ledger beside them all, in a small file a site that
holds what ``celadon ledger head`` prints. It need not be the newest, for every head that a chain
had stays in it: it is written after the line, without a sync, and a kill between costs nothing.

A ledger that is given up on purpose is forgotten by a line of a chain of its own, with the reason.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from celadon.chain import Chain, Line, read_chain
from celadon.errors import ChainBroken, Fault, LedgerError
from celadon.records.ledger.heads import Head, head_of, parse_head
from celadon.records.ledger.sealed import writing

SUFFIX = ".head"
"""Of the files that keep heads, named by their sites."""

FORGOTTEN = "forgotten.jsonl"
"""The chain of the ledgers that were given up, beside the heads."""


class Witness:
    """The head that is kept of one ledger.

    Parameters
    ----------
    path : the file that keeps it, named by the site; made when it is first kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: Head | None = None

    @property
    def site(self) -> str:
        """Whose ledger it is."""
        return self.path.name.removesuffix(SUFFIX)

    def head(self) -> Head | None:
        """The head that is kept; None where none is, or a crash has left no byte of it.

        Raises
        ------
        LedgerError
            If something else stands in the file.
        """
        try:
            text = self.path.read_text(encoding="utf-8-sig", errors="replace").strip("\0 \r\n")
        except FileNotFoundError:
            return None
        if not text:
            return None
        found = parse_head(text)
        if found is None:
            fault = Fault(
                (str(self.path),), repr(text[:80]), "where a ledger ended: a position and a hash",
                "put back what it held; or, if that is lost, "
                f"celadon ledger forget {self.site} --reason WHY",
            )  # fmt: skip
            raise LedgerError(f"The head that was kept of {self.site} cannot be read", [fault])
        return found

    def keep(self, lines: Sequence[Line]) -> None:
        """Keep where a chain ends, unless it lacks the head that was kept before.

        Where nothing can be written, the earlier head goes on to bear witness.
        """
        head = head_of(lines)
        known = self._known or self.head()
        if head == known or not head.position or (known and not _holds(lines, known)):
            return
        partial = self.path.with_name(f".{self.site}.{os.getpid()}.{threading.get_ident()}")
        with suppress(OSError):
            self.path.parent.mkdir(exist_ok=True)
            partial.write_text(f"{head}\n", encoding="utf-8")
            partial.replace(self.path)
            self._known = head

    def heard(self, lines: Sequence[Line], manifest: Path) -> None:
        """Hold a chain against the head that was kept.

        Raises
        ------
        ChainBroken
            If it lacks that head: lines of it are lost, all of them, or it was written anew.
        """
        if self._known is not None and _holds(lines, self._known):
            return
        self._known = self.head()  # which somebody may have forgotten meanwhile
        if self._known is not None and not _holds(lines, self._known):
            raise _lost(self.site, self._known, lines, manifest)

    def lacks(self, lines: Sequence[Line]) -> Head | None:
        """The head that was kept, if a chain lacks it."""
        known = self.head()
        return None if known is None or _holds(lines, known) else known

    def parts_from(self, lines: Sequence[Line]) -> bool:
        """Whether a chain as long as it was kept has another line where that one ended."""
        known = self.lacks(lines)
        return known is not None and len(lines) >= known.position

    def forget(self, lines: Sequence[Line], reason: str, recorded_at: str) -> Line:
        """Give up the head that is kept, by a line that says why.

        Parameters
        ----------
        lines : of the ledger as it is now; none where it is gone.

        Raises
        ------
        LedgerError
            If no reason is given, there is nothing to forget, or it cannot be written.
        """
        if not reason.strip():
            fault = Fault(("--reason",), "nothing", "why a ledger is given up", "write the reason")
            raise LedgerError("A ledger is forgotten with a reason", [fault])
        text = self._given_up(lines)
        told: dict[str, Any] = {
            "kind": "forgotten", "site": self.site, "head": text, "left": len(lines),
            "reason": reason.strip(), "recorded_at": recorded_at,
        }  # fmt: skip
        with writing("The ledger could not be forgotten", self.path.parent):
            with FileLock(self.path.with_name(".lock")):
                line = Chain(self.path.with_name(FORGOTTEN)).append(told)
            self.path.unlink()
        self._known = None
        return line

    def forgotten(self) -> list[Line]:
        """What was given up of this site before, in its order.

        Raises
        ------
        ChainBroken
            If the file that tells it was changed.
        """
        path = self.path.with_name(FORGOTTEN)
        return [line for line in read_chain(path) if line["site"] == self.site]

    def _given_up(self, lines: Sequence[Line]) -> str:
        """The head that is to be forgotten, as it is kept."""
        try:
            known = self.head()
        except LedgerError:
            return self.path.read_text(encoding="utf-8", errors="replace").strip()
        if known is None or _holds(lines, known):
            found = "no head of it" if known is None else "a ledger that has the head kept of it"
            fault = Fault(
                (str(self.path),), found, "only what is lost is given up",
                "nothing is to be done" if known else "correct the site's id",
            )  # fmt: skip
            raise LedgerError(f"Nothing is lost of the ledger of {self.site}", [fault])
        return str(known)


def _holds(lines: Sequence[Line], head: Head) -> bool:
    return len(lines) >= head.position > 0 and lines[head.position - 1]["hash"] == head.hash


def _lost(site: str, head: Head, lines: Sequence[Line], manifest: Path) -> ChainBroken:
    found = f"{len(lines)} of the lines that it had, {head.position}; head {head}"
    summary = f"Lines of the ledger of {site} are lost"
    if len(lines) >= head.position:
        found = f"another line {head.position} than it had, head {head}"
        summary = f"The ledger of {site} was written anew"
    elif not lines:
        found = f"none of the lines that it had, {head.position}; head {head}"
        summary = f"The ledger of {site} is gone" if not manifest.is_file() else summary
    return ChainBroken(summary, [
        Fault(
            (str(manifest),), found,
            "what was recorded once is never dropped in silence: a workspace keeps in heads/ "
            "where each ledger ended",
            remedy_of_loss(site, str(manifest.parent)),
        )
    ])  # fmt: skip


def remedy_of_loss(site: str, folder: str) -> str:
    """What to do where a site's ledger, or a part of it, is gone."""
    return (
        f"restore {folder} from a backup, or take an archive of the site (celadon ledger "
        "import-site ARCHIVE); if it is given up on purpose: "
        f"celadon ledger forget {site} --reason WHY"
    )
