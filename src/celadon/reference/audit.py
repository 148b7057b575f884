"""The audit file of a workspace's reference tables: what was loaded, confirmed and withdrawn.

reference/audit.jsonl              the chain; a line is never edited, another one withdraws it
reference/originals/<sha256>.csv   every file that a line speaks of, by the hash of its bytes
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from celadon.chain import Chain, Line, sha256_file, sync_folder
from celadon.errors import ChainBroken, Fault, LedgerError

LOADED, CONFIRMED, WITHDRAWN = "loaded", "confirmed", "withdrawn"
"""The kinds of line."""


def utc_now() -> str:
    """The time now, in ISO 8601 with its zone."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


class Audit:
    """The audit file in the folder ``reference`` of a workspace; made by its first line.

    Parameters
    ----------
    clock : gives the recorded time; tests fix it.
    """

    def __init__(self, folder: Path, clock: Callable[[], str] = utc_now) -> None:
        self.folder = folder
        self.path = folder / "audit.jsonl"
        self._clock = clock
        self._chain = Chain(self.path)

    def lines(self) -> list[Line]:
        """All lines in their order, verified.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        """
        return self._chain.lines()

    def append(self, kind: str, body: Mapping[str, Any]) -> Line:
        """Write a line; the writer holds the lock of :meth:`writing`."""
        return self._chain.append({**body, "kind": kind, "recorded_at": self._clock()})

    def original(self, line: Mapping[str, Any]) -> Path | None:
        """Where the file lies that a line speaks of; None where it speaks of none."""
        if not line.get("sha256"):
            return None
        return self.folder / "originals" / f"{line['sha256']}{line['suffix']}"

    def keep(self, file: Path) -> dict[str, str]:
        """Keep a copy of a file by its hash; what a line says of it."""
        told = {"file": file.name, "sha256": sha256_file(file), "suffix": file.suffix.lower()}
        target = self.original(told)
        if target is not None and not (target.is_file() and sha256_file(target) == told["sha256"]):
            write_whole(target, file.read_bytes())
        return told

    def damaged(self) -> list[Fault]:
        """What of the kept files is gone or changed; the chain is verified on the way."""
        found: list[Fault] = []
        for line in self.lines():
            path = self.original(line)
            if path is None:
                continue
            sound = path.is_file() and sha256_file(path) == line["sha256"]
            if not sound:
                words = "a file whose content does not give its name" if path.is_file() else "gone"
                rule = "every file that was loaded or shown is kept by the hash of its bytes"
                remedy = f"put {line['file']} back there, from a backup or from where it came"
                found.append(Fault((str(path),), words, rule, remedy))
        return list(dict.fromkeys(found))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for one writer.

        Raises
        ------
        LedgerError
            If the system refuses to write.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                yield
        except OSError as error:
            fault = Fault(
                (str(error.filename or self.folder),),
                error.strerror or str(error),
                "a line of the audit file counts once it is written and synced to disk",
                "free the disk or correct the permissions, then do the same again",
            )
            raise LedgerError("The reference tables could not be written", [fault]) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a passing name, sync it, and give it its own: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def verify(audit: Audit) -> int:
    """Check the chain and every file that it keeps; the number of lines.

    Raises
    ------
    ChainBroken
        If a line or a kept file was changed.
    """
    faults = audit.damaged()
    if faults:
        raise ChainBroken(f"{len(faults)} kept file(s) of the reference tables changed", faults)
    return len(audit.lines())
