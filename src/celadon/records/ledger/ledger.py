"""The ledger of a site: append-only, hash-chained, replayed without effect.

A batch is a Parquet file named by its SHA-256 and one line in ``manifest.jsonl``; the line is the
commit. The order of a commit: the original is kept, the batch is written, synced and renamed, then
the line is appended and synced. A kill before the line leaves at most files that no line names; a
kill after it has lost nothing. Readers follow the manifest and never list the folder.

Batch files carry neither recorded time nor batch id: the line does, with ``content``, the digest of
the canonical rows, the source and the profile, by which the same input is recognised.

A file may be read again, because its profile or the site's declaration was wrong the first time.
Nothing is removed then, but only the last reading of the file is *in force*, at the place in the
order that the file has had since it first arrived.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock

from celadon.chain import Line, append, canonical_json, read_chain, sha256_file, sha256_text
from celadon.errors import ChainBroken, Fault, LedgerError
from celadon.records.ledger.declared_counts import declared_counts
from celadon.records.ledger.in_force import DECLARATION, Batch, Live, batch_of, in_force
from celadon.records.ledger.sealed import (
    damage,
    is_sound,
    keep_copy,
    present,
    read_sealed,
    write_sealed,
)
from celadon.records.tables import ACTIVITY, EXCHANGE, READING, SAMPLE
from celadon.tables import Schema

KINDS: dict[str, Schema] = {schema.name: schema for schema in (READING, EXCHANGE, ACTIVITY, SAMPLE)}
"""Kinds of batch, each with the schema of its file."""

__all__ = ["KINDS", "Batch", "Commit", "Ledger", "utc_now"]


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did: its position in the chain, and whether the content was there already."""

    position: int
    rows: int
    replayed: bool


def utc_now() -> str:
    """The present instant, UTC, ISO 8601 with microseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


class Ledger:
    """The ledger in a folder; made on the first commit.

    Parameters
    ----------
    folder : the site's ``ledger`` folder.
    clock : gives the recorded time; tests fix it.
    """

    def __init__(self, folder: Path, clock: Callable[[], str] = utc_now) -> None:
        self.folder = folder
        self._clock = clock

    @property
    def manifest(self) -> Path:
        """The chain of commits."""
        return self.folder / "manifest.jsonl"

    def lines(self, known_at: int | None = None) -> list[Line]:
        """The commits, verified; only the first ``known_at`` where given.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        LedgerError
            If ``known_at`` lies beyond the end of the chain.
        """
        lines = read_chain(self.manifest)
        if known_at is None:
            return lines
        if not 0 <= known_at <= len(lines):
            raise LedgerError(
                f"The ledger has no position {known_at}",
                [
                    Fault(
                        (str(self.manifest),),
                        f"{len(lines)} commits",
                        f"a position between 0 and {len(lines)}",
                        "leave the position out for the present state",
                    )
                ],
            )
        return lines[:known_at]

    def batches(self, kind: str, known_at: int | None = None) -> list[Batch]:
        """The batches of a kind that are in force, in the order of the ledger.

        Raises
        ------
        ChainBroken
            If a committed file is gone.
        """
        live = in_force(self.lines(known_at))
        return [batch_of(found, self.folder) for found in live if found.line["kind"] == kind]

    def commit(
        self,
        kind: str,
        table: pa.Table,
        source: Path,
        profile: str,
        refused: Sequence[Mapping[str, Any]] = (),
        profile_id: str = "",
    ) -> Commit:
        """Commit a batch; a batch of the same content that is in force does nothing.

        Counts of which the declaration in force has changed the meaning are not the same content.

        Parameters
        ----------
        kind : one of :data:`KINDS`.
        table : rows of that kind's schema.
        source : the original file, which is kept by its hash.
        profile : the hash of the reader profile's content.
        refused : what of the source was not taken, kept beside the batch.
        profile_id : the profile's name. A file read again with a profile of that name replaces
            what was read of it before; without a name each content is a profile of its own.

        Raises
        ------
        LedgerError
            If it cannot be written, or the source changes meanwhile. The chain is as it was.
        """
        schema = KINDS[kind]
        checked = schema.check(table)
        with self._writing():
            origin = sha256_file(source)
            content = sha256_text(canonical_json([kind, schema.digest(checked), origin, profile]))
            with self._lock():
                lines = self.lines()
                for found in in_force(lines):
                    if found.line["content"] == content and self._means_the_same(found, lines):
                        return Commit(found.position, checked.num_rows, replayed=True)
                self._keep(source, origin)
                buffer = BytesIO()
                schema.write(checked, buffer)
                folder = self.folder / "batches"
                body = {
                    "kind": kind,
                    "content": content,
                    "batch": write_sealed(buffer.getvalue(), folder, ".parquet"),
                    "refused": write_sealed(_notes(refused), folder, ".json"),
                    "rows": checked.num_rows,
                    "source": origin,
                    "source_name": source.name,
                    "profile": profile,
                    **({"profile_id": profile_id} if profile_id else {}),
                    **_span(kind, checked),
                }
                return Commit(self._append(lines, body), checked.num_rows, replayed=False)

    def commit_declaration(self, source: Path) -> Commit:
        """Commit a declaration if it differs from the last one committed.

        Raises
        ------
        LedgerError
            If it cannot be written. The chain is as it was.
        """
        with self._writing():
            origin = sha256_file(source)
            known = _declared_at(self.lines(), origin)
            if known:  # nothing to write, so a ledger that may only be read will do
                return Commit(known, 0, replayed=True)
            with self._lock():
                lines = self.lines()
                known = _declared_at(lines, origin)
                if known:
                    return Commit(known, 0, replayed=True)
                self._keep(source, origin)
                body = {
                    "kind": DECLARATION,
                    "content": sha256_text(canonical_json([DECLARATION, origin, len(lines)])),
                    "rows": 0,
                    "source": origin,
                    "source_name": source.name,
                }
                return Commit(self._append(lines, body), 0, replayed=False)

    def declaration(self, known_at: int | None = None) -> Path | None:
        """The declaration in force at a position: the file kept by its hash.

        Raises
        ------
        ChainBroken
            If it is gone.
        """
        named = [line for line in self.lines(known_at) if line["kind"] == DECLARATION]
        return present(self.folder / "sources" / named[-1]["source"]) if named else None

    def refused(self, known_at: int | None = None) -> list[dict[str, Any]]:
        """What was not taken from the files, as the readings in force tell it.

        Raises
        ------
        ChainBroken
            If a file that holds it is gone or changed.
        """
        names = [found.line["refused"] for found in in_force(self.lines(known_at))]
        folder = self.folder / "batches"
        return [note for name in names for note in json.loads(read_sealed(folder / f"{name}.json"))]

    def verify(self) -> int:
        """Check the chain and every file it names; returns the number of commits.

        Raises
        ------
        ChainBroken
            With every file that is gone or whose bytes do not give its name.
        """
        lines = self.lines()
        named = dict.fromkeys(self.folder / name for line in lines for name in _files(line))
        faults = [damage(path) for path in named if not is_sound(path)]
        if faults:
            raise ChainBroken(f"{len(faults)} file(s) of the ledger do not verify", faults)
        return len(lines)

    def sweep(self) -> list[Path]:
        """Remove files that no commit names, left by a process that died; returns them.

        Raises
        ------
        LedgerError
            If a file cannot be removed.
        """
        with self._writing(), self._lock():
            kept = {self.folder / name for line in self.lines() for name in _files(line)}
            strays = [
                path
                for name in ("batches", "sources")
                if (self.folder / name).is_dir()
                for path in sorted((self.folder / name).iterdir())
                if path not in kept
            ]
            for path in strays:
                path.unlink()
            return strays

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what the system refuses into an error that says what to do."""
        try:
            yield
        except OSError as error:
            fault = Fault(
                (str(error.filename or self.folder),),
                error.strerror or str(error),
                "a commit is written and synced to disk before it counts",
                "free the disk or correct the permissions, then do the same again; "
                "what was committed before is safe",
            )
            raise LedgerError("The commit could not be made", [fault]) from error

    def _lock(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".lock")

    def _keep(self, source: Path, origin: str) -> None:
        if keep_copy(source, self.folder / "sources") != origin:
            rule = "a file does not change while it is imported"
            fault = Fault((str(source),), "other bytes than a moment ago", rule, "import it again")
            raise LedgerError(f"{source.name} changed while it was imported", [fault])

    def _means_the_same(self, found: Live, lines: list[Line]) -> bool:
        """Whether counts read under an earlier declaration are what they would be read as today."""
        named = [line["source"] for line in lines if line["kind"] == DECLARATION]
        if found.line["kind"] != "reading" or not found.declaration:
            return True
        sources = self.folder / "sources"
        then, now = (declared_counts(sources / name) for name in (found.declaration, named[-1]))
        return all(then[meter] == meaning for meter, meaning in now.items() if meter in then)

    def _append(self, lines: list[Line], body: Mapping[str, Any]) -> int:
        append(self.manifest, {**body, "recorded_at": self._clock()})
        return len(lines) + 1


def _declared_at(lines: list[Line], origin: str) -> int:
    """The position of the declaration in force if it is that of ``origin``, else 0."""
    for position in range(len(lines), 0, -1):
        line = lines[position - 1]
        if line["kind"] == DECLARATION:
            return position if line["source"] == origin else 0
    return 0


def _files(line: Line) -> list[str]:
    """The files that a commit names, relative to the ledger's folder."""
    names = [f"sources/{line['source']}"]
    if "batch" in line:
        names += [f"batches/{line['batch']}.parquet", f"batches/{line['refused']}.json"]
    return names


def _notes(refused: Sequence[Mapping[str, Any]]) -> bytes:
    return canonical_json([dict(note) for note in refused]).encode()


def _span(kind: str, table: pa.Table) -> dict[str, Any]:
    """What a reader of the manifest needs to pass over a batch without opening it."""
    if kind != "reading" or table.num_rows == 0:
        return {}
    ends = pc.min_max(table["ts"]).as_py()
    meters = len(table["meter"].unique())
    first, last = ends["min"].isoformat(), ends["max"].isoformat()
    return {"meters": meters, "first_ts": first, "last_ts": last}
