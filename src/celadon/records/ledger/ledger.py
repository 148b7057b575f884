"""The ledger of a site: append-only, hash-chained, replayed without effect.

A batch is a Parquet file named by its SHA-256 and one line in ``manifest.jsonl``; the line is the
commit. The order of a commit: the original is kept, the batch is written, synced and renamed, then
the line is appended and synced. A kill before the line leaves at most files that no line names; a
kill after it has lost nothing. Readers follow the manifest and never list the folder.

Batch files carry neither recorded time nor batch id: the line does, with ``content``, the digest of
the canonical rows, source and profile, by which the same input is recognised; with ``rows_root``, a
Merkle root over the rows of the source; and with ``tree``, one over the lines before.

A file may be read again, because its profile or the site's declaration was wrong the first time.
Nothing is removed then, but only the last reading of the file is *in force*, at the place in the
order that the file has had since it first arrived. Many small files may be packed into few; what is
in force, and in which order, stays the same for every position.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from filelock import FileLock

from celadon.chain import Chain, Line, sha256_file
from celadon.errors import ChainBroken
from celadon.records.ledger.committing import (
    Commit,
    content_of,
    declaration_body,
    keep_source,
    means_the_same,
    notes_of,
    put_back,
    told_of,
    write_batch,
)
from celadon.records.ledger.folding import Folding
from celadon.records.ledger.heads import Head, find_head, first_lines, head_of
from celadon.records.ledger.in_force import Batch, Live, Standing, in_force
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.packing import Packed, pack_places
from celadon.records.ledger.places import MANIFEST, Places
from celadon.records.ledger.sealed import is_sound, present, writing
from celadon.records.ledger.unnamed import not_bereft, unnamed_batches
from celadon.records.ledger.verifying import Verified, verify_places
from celadon.records.ledger.witness import Witness

__all__ = ["KINDS", "Batch", "Commit", "Ledger", "utc_now"]

_Read = TypeVar("_Read")
_REFUSED = "The commit could not be made"


def utc_now() -> str:
    """The present instant, UTC, ISO 8601 with microseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


class Ledger:
    """The ledger in a folder; made on the first commit.

    An object that is kept remembers what it has verified, and is faster. Threads may share it.

    Parameters
    ----------
    folder : the site's ``ledger`` folder.
    clock : gives the recorded time; tests fix it.
    witness : what is kept elsewhere of its end, so that a loss is told; None where nothing is.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], str] = utc_now, witness: Witness | None = None
    ) -> None:
        self.folder = folder
        self.witness = witness
        self._clock = clock
        self._chain = Chain(self.manifest)
        self._folding = Folding()
        self._guard = threading.RLock()

    def __reduce__(self) -> tuple[type[Ledger], tuple[Path, Callable[[], str], Witness | None]]:
        return type(self), (self.folder, self._clock, self.witness)

    @property
    def manifest(self) -> Path:
        """The chain of commits."""
        return self.folder / MANIFEST

    def lines(self, known_at: int | None = None) -> list[Line]:
        """The commits, verified; only the first ``known_at`` where given.

        Raises
        ------
        ChainBroken
            If the chain does not verify, or lacks lines that the witness or rows beside it tell of.
        LedgerError
            If ``known_at`` lies beyond the end of the chain.
        """
        return first_lines(self._whole(self._chain.lines()), known_at, self.manifest)

    def head(self) -> Head:
        """Where the chain ends now: to be kept elsewhere, so that a loss at its end is seen."""
        return head_of(self.lines())

    def batches(self, kind: str, known_at: int | None = None) -> list[Batch]:
        """The batches of a kind that are in force, in the order of the ledger.

        Raises
        ------
        ChainBroken
            If a committed file is gone or was changed.
        """

        def read(places: Places) -> list[Batch]:
            live = in_force(first_lines(places.lines, known_at, self.manifest))
            return [places.batch(each) for each in live if each.line["kind"] == kind]

        return self.read(read)

    def commit(
        self,
        kind: str,
        table: pa.Table,
        source: Path,
        profile: str,
        refused: Sequence[Mapping[str, Any]] = (),
        profile_id: str = "",
        sheets: Sequence[str] = (),
    ) -> Commit:
        """Commit a batch; a batch of the same content that is in force does nothing.

        Counts of which the declaration in force has changed the meaning are not the same content.
        A replay puts back files of the batch that are gone or damaged, where it gives their bytes.

        Parameters
        ----------
        kind : one of :data:`KINDS`.
        table : rows of that kind's schema.
        source : the original file, which is kept by its hash.
        profile : the hash of the reader profile's content.
        refused : what of the source was not taken, kept beside the batch.
        profile_id : the profile's name. A file read again with a profile of that name replaces
            what was read of it before; without a name each content is a profile of its own.
        sheets : the sheets that gave readings, as ``records.source_rows`` numbers their rows.

        Raises
        ------
        LedgerError
            If it cannot be written, or the source changes meanwhile. The chain is as it was.
        """
        checked = (schema := KINDS[kind]).check(table)
        with writing(_REFUSED, self.folder):
            origin = sha256_file(source)
            digest, text = schema.canonical(checked)
            content = content_of(kind, digest, origin, profile)
            notes = notes_of(refused)
            with self._lock():
                known = self._same(content)
                if known is not None:
                    put_back(self._present(), known, checked, source, notes)
                    return Commit(known.position, checked.num_rows, replayed=True)
                keep_source(self.folder, source, origin)
                body = {
                    "kind": kind,
                    "content": content,
                    **write_batch(self.folder, kind, checked, text, notes),
                    **told_of(source, origin, profile, profile_id, sheets),
                }
                return Commit(self._append(body), checked.num_rows, replayed=False)

    def commit_declaration(self, source: Path) -> Commit:
        """Commit a declaration if it differs from the last one committed; its copy is kept sound.

        Raises
        ------
        LedgerError
            If it cannot be written. The chain is as it was.
        """
        with writing(_REFUSED, self.folder):
            origin = sha256_file(source)
            declared, at = self._declared()
            kept = self.folder / "sources" / origin
            if declared == origin and is_sound(kept):  # a ledger that may only be read will do
                return Commit(at, 0, replayed=True)
            with self._lock():
                standing = self._current()
                keep_source(self.folder, source, origin)
                if standing.declaration == origin:
                    return Commit(standing.declared_at, 0, replayed=True)
                body = declaration_body(source, origin, standing.position)
                return Commit(self._append(body), 0, replayed=False)

    def declaration(self, known_at: int | None = None) -> Path | None:
        """The declaration in force at a position: the file kept by its hash.

        Raises
        ------
        ChainBroken
            If it is gone.
        """
        named = Standing(first_lines(self._chain.lines(), known_at, self.manifest)).declaration
        return present(self.folder / "sources" / named) if named else None

    def refused(self, known_at: int | None = None) -> list[dict[str, Any]]:
        """What was not taken from the files, as the readings in force tell it.

        Raises
        ------
        ChainBroken
            If a file that holds it is gone or changed.
        """

        def read(places: Places) -> list[dict[str, Any]]:
            live = in_force(first_lines(places.lines, known_at, self.manifest))
            return [note for found in live for note in json.loads(places.notes(found))]

        return self.read(read)

    def source(self, position: int) -> bytes:
        """The original file that a commit was read from, its bytes verified.

        Raises
        ------
        ChainBroken
            If it is gone or was changed.
        """
        self.lines(position)
        return self.read(lambda places: places.source(position))

    def places(self) -> Places:
        """Where the files of all commits lie now."""
        return Places(self.folder, self.lines())

    def unnamed(self) -> list[str]:
        """Files of rows that no line names: of a commit that was killed, or whose line is lost."""
        return unnamed_batches(self.places, self._lock)

    def verify(self) -> int:
        """Check the chain and every file that it relies on; returns the number of commits.

        Raises
        ------
        ChainBroken
            With every file that is gone or whose bytes do not give its name.
        """
        return self.verified().head.position

    def verified(self, *, rows: bool = False, head: str | None = None) -> Verified:
        """Check the chain and every file that it relies on, and say what was checked.

        Parameters
        ----------
        rows : compute also from the rows of each batch, packed or not, what its line committed.
        head : a head that was kept elsewhere, which the chain must still have.

        Raises
        ------
        ChainBroken
            With everything that does not verify.
        """
        new = Chain(self.manifest)  # which remembers nothing: every line is verified anew
        if head is not None:
            find_head(new.lines(), head, self.manifest)
        self._whole(new.lines())
        found = self.read(lambda places: verify_places(places, new.torn, rows=rows), new.lines)
        return replace(found, unnamed=tuple(self.unnamed()))

    def pack(self) -> list[Packed]:
        """Pack the files of small commits into few; returns what was packed, nothing if too little.

        Each batch stays proved by its own line. A kill at any instant loses nothing: the old files
        go once the pack's line is on disk, those that stay behind go with the next packing.

        Raises
        ------
        ChainBroken
            If a file to be packed is gone or was changed.
        LedgerError
            If it cannot be written. The chain is as it was, or has the packs that were finished.
        """
        with self.locked("The files could not be packed"):
            return pack_places(self._present, self._append)

    def sweep(self) -> list[Path]:
        """Remove files that no commit relies on, such as a process that died leaves; returns them.

        Not for a ledger whose last lines were lost: their files may still be there.

        Raises
        ------
        LedgerError
            If a file cannot be removed.
        """
        with self.locked("Files could not be removed"):
            strays = self._present().strays()
            for path in strays:
                path.unlink()
            return strays

    @contextmanager
    def locked(self, summary: str) -> Iterator[Chain]:
        """Hold the ledger, so that nobody else writes; gives its chain.

        Parameters
        ----------
        summary : says what could not be done, should the system refuse it.
        """
        with writing(summary, self.folder), self._lock():
            yield self._chain

    def _lock(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".lock")

    def read(
        self, read: Callable[[Places], _Read], lines: Callable[[], list[Line]] | None = None
    ) -> _Read:
        """Read files where they lie, once more if they were packed away meanwhile.

        Parameters
        ----------
        read : what to do with the places of the present files.
        lines : tells the chain; by default the verified lines of this object.
        """
        told = lines or self.lines
        while True:
            known = told()
            try:
                return read(Places(self.folder, known))
            except ChainBroken:
                if len(told()) == len(known):
                    raise

    def remember(self) -> None:
        """Let the witness keep where the chain ends now, unless the chain lacks what it had."""
        if self.witness is not None:
            self.witness.keep(self._chain.current())

    def _whole(self, lines: list[Line]) -> list[Line]:
        """The lines of the chain, unless there were more."""
        if self.witness is not None:
            self.witness.heard(lines, self.manifest)
        return not_bereft(self.folder, lines)

    def _present(self) -> Places:
        """Where files lie, for a writer who holds the lock."""
        return Places(self.folder, self._whole(self._chain.current()))

    def _same(self, content: str) -> Live | None:
        """The line in force of a content whose counts still mean what they would mean today."""
        standing = self._current()
        for found in standing.of_content(content):
            if means_the_same(self.folder, found, standing.declaration):
                return found
        return None

    def _current(self) -> Standing:
        """What is in force, for a writer who holds the lock."""
        with self._guard:
            return self._folding.fold(self._whole(self._chain.current()))

    def _declared(self) -> tuple[str, int]:
        """The hash of the declaration in force, and the position of its line."""
        with self._guard:
            standing = self._folding.fold(self.lines())
            return standing.declaration, standing.declared_at

    def _append(self, body: Mapping[str, Any]) -> int:
        position = self._current().position + 1
        place = {"position": position, "tree": self._folding.tree.root()}
        self._chain.append({**body, **place, "recorded_at": self._clock()})
        self.remember()
        return position
