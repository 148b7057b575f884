"""A register known to be sound without proving each line again: by one hash over all its bytes.

Whoever proves a register line by line, and then adds to it, keeps beside it how many bytes it has
and the SHA-256 over all of them. The next process hashes the bytes once: where they are the same,
every line is as it was proved, and only the lines of the cases that are asked for are read. Length
and time of a file would be no proof; its bytes are. Where they differ, or nothing was kept, the
register is proved line by line as ever, and what is wrong is told. A register that was altered
together with this file is found where every line is proved: ``show``, ``verify``, ``doctor``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.chain import Line, canonical_json
from celadon.records.ledger.heads import Head

PROVED = ".events.proved"
"""The file beside a register that keeps what was proved of it; it may be deleted at any time."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The bytes of a register that are as they were proved.

    Parameters
    ----------
    length : how many events; hash : of the last, or that before the first.
    digest : over the bytes, to be carried on.
    """

    raw: bytes
    length: int
    hash: str
    digest: Any

    def lines_of(self, cases: Iterable[str]) -> dict[int, Line]:
        """The lines of cases by position, and those that speak of the programme."""
        starts: set[int] = set()
        for case in {"", *cases}:
            marked = f'"case":{canonical_json(case)},'.encode()
            found = self.raw.find(marked)
            while found >= 0:
                starts.add(self.raw.rfind(b"\n", 0, found) + 1)
                found = self.raw.find(marked, self.raw.find(b"\n", found))
        return dict(self._read(sorted(starts)))

    def _read(self, starts: Sequence[int]) -> Iterator[tuple[int, Line]]:
        position, before = 1, 0
        for start in starts:
            position += self.raw.count(b"\n", before, start)
            before = start
            yield position, json.loads(self.raw[start : self.raw.find(b"\n", start)])

    def append(self, path: Path, lines: Sequence[Line]) -> Running:
        """Append sealed lines to the file; returns the hash over all its bytes with them.

        A crash leaves the register with some of them, from the first on, or none.
        """
        added = b"".join(canonical_json(line).encode() + b"\n" for line in lines)
        end = len(self.raw)
        try:
            with path.open("r+b") as file:
                file.seek(end)
                file.write(added)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # a line that was refused is not found there later
                os.truncate(path, end)
            raise
        digest = self.digest.copy()
        digest.update(added)
        return Running(end + len(added), digest)


@dataclass(frozen=True, slots=True)
class Running:
    """The SHA-256 over the first bytes of a register, to be carried on as it grows."""

    size: int
    digest: Any

    def carried_on(self, path: Path) -> Running:
        """The hash over all bytes that the file has now; those before are as they were."""
        with path.open("rb") as file:
            file.seek(self.size)
            added = file.read()
        digest = self.digest.copy()
        digest.update(added)
        return Running(self.size + len(added), digest)


NOTHING = Running(0, hashlib.sha256())
"""The hash over no bytes."""


def read_proved(path: Path, head: Head | None) -> Proved | None:
    """The register as it was proved; None where it is not known to be so.

    Parameters
    ----------
    path : of its events; head : what is kept of it, with which the proof must agree.
    """
    try:
        kept = json.loads((path.parent / PROVED).read_bytes())
        size, length, last = int(kept["bytes"]), int(kept["position"]), str(kept["hash"])
        wanted = str(kept["sha256"])
        if head is None or (head.position, head.hash) != (length, last):
            return None
        if path.stat().st_size != size:
            return None
        raw = path.read_bytes()
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # none kept, or no such file
        return None
    digest = hashlib.sha256(raw)
    return Proved(raw, length, last, digest) if digest.hexdigest() == wanted else None


def read_proved_head(folder: Path) -> Head | None:
    """Where a register ended when it was proved; None where nothing is kept of it."""
    try:
        kept = json.loads((folder / PROVED).read_bytes())
        return Head(int(kept["position"]), str(kept["hash"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def keep_proved(folder: Path, running: Running, head: Head) -> None:
    """Keep that a register is proved as it stands, by the writer that proved every line of it."""
    target = folder / PROVED
    partial = target.with_name(f"{PROVED}.{os.getpid()}")
    told = {"bytes": running.size, "position": head.position, "hash": head.hash,
            "sha256": running.digest.hexdigest()}  # fmt: skip
    partial.write_text(canonical_json(told) + "\n", encoding="utf-8", newline="\n")
    partial.replace(target)
