"""Hash chains: an append-only file of lines, each sealed by the one before.

A line is canonical JSON (sorted keys, no blanks, UTF-8) with ``prev``, the hash of the line before,
and ``hash``, the SHA-256 of the line without that key. The appended and synced line is the commit:
a line torn by a crash is not part of the chain and is overwritten by the next append.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celadon.errors import ChainBroken, Fault

GENESIS = "0" * 64
"""``prev`` of the first line of every chain."""

Line = dict[str, Any]


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks: equal values give equal text.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "焦"})
    '{"a":"焦","b":1}'
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def sha256_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(body: Mapping[str, Any], prev: str) -> Line:
    """A line that carries ``body``, the hash of the line before it, and its own hash.

    Raises
    ------
    ValueError
        If the body uses a key of the chain itself, or is not plain JSON: text keys, no NaN. Such a
        line could be written, but would not verify when it is read again.
    """
    reserved = {"prev", "hash"} & set(body)
    if reserved:
        raise ValueError(f"a line may not bring its own {', '.join(sorted(reserved))}")
    line = {**body, "prev": prev}
    written = canonical_json(line)
    if canonical_json(json.loads(written)) != written:
        raise ValueError("a line is plain JSON, and its keys are text")
    return {**line, "hash": sha256_text(written)}


def read_chain(path: Path) -> list[Line]:
    """All lines of a chain, each verified against the one before; a torn tail is left out.

    Raises
    ------
    ChainBroken
        If a complete line is not canonical JSON, does not hash to its own hash or does not follow
        its predecessor.
    """
    return _parse(path)[0]


def append(path: Path, body: Mapping[str, Any]) -> Line:
    """Seal ``body`` onto the end of a chain and sync it to disk; returns the sealed line.

    When this returns, the line survives a crash. When it does not return, the line is either
    wholly there or not part of the chain.
    """
    lines, intact_bytes = _parse(path)
    line = seal(body, lines[-1]["hash"] if lines else GENESIS)
    created = not path.exists()
    with path.open("r+b" if not created else "xb") as file:
        file.truncate(intact_bytes)
        file.seek(intact_bytes)
        file.write(canonical_json(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if created:
        sync_folder(path.parent)
    return line


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in ``folder`` durable, where the system can."""
    if os.name != "posix":  # Windows has no handle on a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parse(path: Path) -> tuple[list[Line], int]:
    """The verified lines and the number of bytes they take."""
    if not path.exists():
        return [], 0
    data = path.read_bytes()
    intact = data.rfind(b"\n") + 1
    lines: list[Line] = []
    prev = GENESIS
    for number, raw in enumerate(data[:intact].split(b"\n")[:-1], start=1):
        line = _verified(path, number, raw, prev)
        prev = line["hash"]
        lines.append(line)
    return lines, intact


def _verified(path: Path, number: int, raw: bytes, prev: str) -> Line:
    try:
        line: Line = json.loads(raw.decode())
        canonical = canonical_json(line).encode()
    except ValueError:
        raise _broken(path, number, "a line that is not JSON") from None
    if not isinstance(line, dict) or canonical != raw:
        raise _broken(path, number, "a line that is not canonical JSON")
    body = {key: value for key, value in line.items() if key != "hash"}
    if sha256_text(canonical_json(body)) != line.get("hash"):
        raise _broken(path, number, "a line whose content does not give its hash")
    if line.get("prev") != prev:
        raise _broken(path, number, "a line that does not follow the one before it")
    return line


def _broken(path: Path, number: int, found: str) -> ChainBroken:
    return ChainBroken(
        f"The chain in {path.name} does not verify",
        [
            Fault(
                (str(path), f"line {number}"),
                found,
                "each line carries its own hash and the hash of the line before it",
                "the file was changed outside celadon: restore it from a backup",
            )
        ],
    )
