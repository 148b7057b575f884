"""Parts: what one shard leaves, a file a table, committed by a record that is written last.

A part is as good as its record: what it read of each site, the code it was made with, what its
sites asked of the reference tables, and the hash of each file. A kill at any instant leaves at most
files that no record names; the next run removes them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from celadon.app.disk import FULL, disk_full
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.tables import Schema

_RECORDS = "parts"


@dataclass(frozen=True, slots=True)
class Part:
    """A committed part.

    Parameters
    ----------
    name : of its files, from what it read.
    basis : what all of it rests on: period, code, methods, wanted tables, and of the reference
        tables what no question speaks of.
    states : per site, what of its ledger and declaration was read.
    files : per table, the SHA-256 of its file.
    readings : how many were judged; seconds : how long the shard took.
    reference : digest of the reference tables under which it holds; asked : what its sites asked.
    """

    name: str
    basis: str
    states: Mapping[str, str]
    files: Mapping[str, str]
    readings: int = 0
    seconds: float = 0.0
    reference: str = ""
    asked: str = ""

    def path(self, folder: Path, table: str) -> Path:
        """Where the part of a table lies."""
        return folder / table / f"part-{self.name}.parquet"

    def is_whole(self, folder: Path) -> bool:
        """Whether every file is there with the bytes that were committed."""
        paths = {table: self.path(folder, table) for table in self.files}
        return all(
            path.is_file() and sha256_file(path) == self.files[table]
            for table, path in paths.items()
        )


def write_part(
    folder: Path,
    basis: str,
    states: Mapping[str, str],
    tables: Mapping[Schema, pa.Table],
    readings: int,
    seconds: float,
    *,
    reference: str = "",
    asked: str = "",
    write: Callable[[Schema, pa.Table, Path], None] | None = None,
) -> Part:
    """Write a part and commit it.

    Parameters
    ----------
    write : how a table is written; by its schema if nothing else is said.

    Raises
    ------
    DiskFullError
        If there is no room; nothing of the part stays.
    """
    name = sha256_text(canonical_json([basis, dict(states)]))[:16]
    written: list[Path] = []
    try:
        files = {}
        for schema, table in tables.items():
            path = folder / schema.name / f"part-{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            (write or Schema.write)(schema, table, path)
            files[schema.name] = sha256_file(path)
        part = Part(name, basis, dict(states), files, readings, seconds, reference, asked)
        commit_part(folder, part)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        if error.errno in FULL:
            raise disk_full(folder) from error
        raise
    return part


def read_parts(folder: Path) -> list[Part]:
    """The committed parts; records that cannot be read count for nothing."""
    found = []
    for path in sorted((folder / _RECORDS).glob("*.json")):
        try:
            plain = json.loads(path.read_bytes())
            found.append(Part(**plain))
        except (ValueError, TypeError):  # left by another celadon, or by a crash
            continue
    return found


def drop_part(folder: Path, part: Part) -> None:
    """Remove a part: its record first, so that no record ever names what is gone."""
    _record(folder, part.name).unlink(missing_ok=True)
    for table in part.files:
        part.path(folder, table).unlink(missing_ok=True)


def sweep(folder: Path, kept: Iterable[Part], tables: Iterable[str]) -> None:
    """Remove files that no kept part names: what a shard that was killed has left."""
    names = {part.name for part in kept}
    for table in tables:
        for path in (folder / table).glob("part-*.parquet"):
            if path.stem.removeprefix("part-") not in names:
                path.unlink()
    for path in (folder / _RECORDS).glob("*"):
        if path.suffix != ".json" or path.stem not in names:
            path.unlink()


def commit_part(folder: Path, part: Part) -> None:
    """Write the record of a part whose files lie there, at once and in place of an earlier one."""
    record = _record(folder, part.name)
    record.parent.mkdir(parents=True, exist_ok=True)
    partial = record.with_suffix(".partial")
    plain = {name: getattr(part, name) for name in Part.__slots__}
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(plain, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(record)
    finally:
        partial.unlink(missing_ok=True)


def _record(folder: Path, name: str) -> Path:
    return folder / _RECORDS / f"{name}.json"
