"""The ledger of a site: append-only, hash-chained, replayed without effect.

A batch is a Parquet file named by its SHA-256 and one line in ``manifest.jsonl``; the line is the
commit. The order of a commit: the original is kept, the batch is written, synced and renamed, then
the line is appended and synced. A kill before the line leaves at most files that no line names; a
kill after it has lost nothing. Readers follow the manifest and never list the folder.

Batch files carry neither recorded time nor batch id: the line does, with ``content``, the digest of
the canonical rows, the source and the profile, by which the same input is recognised.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
from filelock import FileLock

from celadon.chain import (
    Line,
    append,
    canonical_json,
    read_chain,
    sha256_file,
    sha256_text,
    sync_folder,
)
from celadon.errors import ChainBroken, Fault, LedgerError
from celadon.records.tables import ACTIVITY, READING, SAMPLE
from celadon.tables import Schema

KINDS: dict[str, Schema] = {schema.name: schema for schema in (READING, ACTIVITY, SAMPLE)}
"""Kinds of batch, each with the schema of its file."""

_DECLARATION = "declaration"


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did: its position in the chain, and whether the content was there already."""

    position: int
    rows: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """One live batch: its place in the order, its file, and the source that it came from."""

    position: int
    kind: str
    path: Path
    rows: int
    source: str
    source_name: str
    profile: str
    recorded_at: str


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
        """The batches of a kind in chain order.

        Raises
        ------
        ChainBroken
            If a committed file is gone.
        """
        return [
            self._batch(position, line)
            for position, line in enumerate(self.lines(known_at), start=1)
            if line["kind"] == kind
        ]

    def commit(
        self,
        kind: str,
        table: pa.Table,
        source: Path,
        profile: str,
        refused: Sequence[Mapping[str, Any]] = (),
    ) -> Commit:
        """Commit a batch; a batch of the same content does nothing.

        Parameters
        ----------
        kind : one of :data:`KINDS`.
        table : rows of that kind's schema.
        source : the original file, which is kept by its hash.
        profile : the hash of the reader profile's content.
        refused : what of the source was not taken, kept beside the batch.
        """
        schema = KINDS[kind]
        checked = schema.check(table)
        origin = sha256_file(source)
        content = sha256_text(canonical_json([kind, schema.digest(checked), origin, profile]))
        with self._lock():
            known = self._position_of(content)
            if known is not None:
                return Commit(known, checked.num_rows, replayed=True)
            self._keep(source, origin)
            buffer = BytesIO()
            schema.write(checked, buffer)
            batch = self._write_batch(buffer.getvalue(), ".parquet")
            notes = self._write_batch(canonical_json(list(refused)).encode(), ".json")
            body = {
                "kind": kind,
                "refused": notes,
                "content": content,
                "batch": batch,
                "rows": checked.num_rows,
                "source": origin,
                "source_name": source.name,
                "profile": profile,
                **_span(kind, checked),
            }
            return Commit(self._append(body), checked.num_rows, replayed=False)

    def commit_declaration(self, source: Path) -> Commit:
        """Commit a declaration if it differs from the last one committed."""
        origin = sha256_file(source)
        with self._lock():
            lines = self.lines()
            last = [(n, line) for n, line in enumerate(lines, 1) if line["kind"] == _DECLARATION][
                -1:
            ]
            if last and last[0][1]["source"] == origin:
                return Commit(last[0][0], 0, replayed=True)
            self._keep(source, origin)
            content = sha256_text(canonical_json([_DECLARATION, origin, len(lines)]))
            body = {
                "kind": _DECLARATION,
                "content": content,
                "rows": 0,
                "source": origin,
                "source_name": source.name,
            }
            return Commit(self._append(body), 0, replayed=False)

    def declaration(self, known_at: int | None = None) -> Path | None:
        """The declaration in force at a position: the file kept by its hash."""
        named = [line for line in self.lines(known_at) if line["kind"] == _DECLARATION]
        return self.folder / "sources" / named[-1]["source"] if named else None

    def refused(self, known_at: int | None = None) -> list[dict[str, Any]]:
        """What was not taken from each source, as told by its last commit with each profile."""
        last = {
            (line["source"], line["profile"]): line["refused"]
            for line in self.lines(known_at)
            if "refused" in line
        }
        return [
            note
            for name in last.values()
            for note in json.loads((self.folder / "batches" / f"{name}.json").read_bytes())
        ]

    def verify(self) -> int:
        """Check the chain and every file it names; returns the number of commits.

        Raises
        ------
        ChainBroken
            With every file that is gone or whose bytes do not give its name.
        """
        lines = self.lines()
        named = [
            *(
                self.folder / "batches" / f"{line['batch']}.parquet"
                for line in lines
                if "batch" in line
            ),
            *(self.folder / "sources" / line["source"] for line in lines),
        ]
        faults = [_damage(path) for path in named if not _sound(path)]
        if faults:
            raise ChainBroken(f"{len(faults)} file(s) of the ledger do not verify", faults)
        return len(lines)

    def sweep(self) -> list[Path]:
        """Remove files that no commit names, left by a process that died; returns them."""
        with self._lock():
            lines = self.lines()
            kept = {self.folder / name for line in lines for name in _files(line)}
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

    def _lock(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".lock")

    def _position_of(self, content: str) -> int | None:
        for position, line in enumerate(self.lines(), start=1):
            if line["content"] == content:
                return position
        return None

    def _append(self, body: dict[str, Any]) -> int:
        append(self.manifest, {**body, "recorded_at": self._clock()})
        return len(self.lines())

    def _batch(self, position: int, line: Line) -> Batch:
        path = self.folder / "batches" / f"{line['batch']}.parquet"
        if not path.is_file():
            raise ChainBroken("A file of the ledger is gone", [_damage(path)])
        return Batch(
            position,
            line["kind"],
            path,
            line["rows"],
            line["source"],
            line["source_name"],
            line["profile"],
            line["recorded_at"],
        )

    def _keep(self, source: Path, origin: str) -> None:
        target = self._folder("sources") / origin
        if target.is_file():
            return
        partial = target.with_suffix(".tmp")
        shutil.copyfile(source, partial)
        _settle(partial, target)

    def _write_batch(self, data: bytes, suffix: str) -> str:
        partial = self._folder("batches") / f"{os.getpid()}.tmp"
        partial.write_bytes(data)
        name = sha256_file(partial)
        _settle(partial, partial.with_name(f"{name}{suffix}"))
        return name

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _settle(partial: Path, target: Path) -> None:
    """Sync a finished file and give it its name, so that it survives a crash whole."""
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    sync_folder(target.parent)


def _sound(path: Path) -> bool:
    return path.is_file() and sha256_file(path) == path.name.partition(".")[0]


def _files(line: Line) -> list[str]:
    """The files that a commit names, relative to the ledger's folder."""
    names = [f"sources/{line['source']}"]
    if "batch" in line:
        names += [f"batches/{line['batch']}.parquet", f"batches/{line['refused']}.json"]
    return names


def _damage(path: Path) -> Fault:
    found = "other bytes than were committed" if path.is_file() else "no such file"
    rule = "a committed file has the SHA-256 that it is named by"
    return Fault((str(path),), found, rule, "restore it from a backup")


def _span(kind: str, table: pa.Table) -> dict[str, Any]:
    """What a reader of the manifest needs to pass over a batch without opening it."""
    if kind != "reading" or table.num_rows == 0:
        return {}
    stamps = table["ts"].cast(pa.int64()).to_numpy()
    moments = [
        (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(m))).isoformat()  # noqa: DTZ001
        for m in (stamps.min(), stamps.max())
    ]
    meters = len(table["meter"].unique())
    return {"meters": meters, "first_ts": moments[0], "last_ts": moments[1]}
