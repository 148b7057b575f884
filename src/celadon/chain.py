"""Hash chains: an append-only file of lines, each sealed by the one before.

A line is canonical JSON (sorted keys, no blanks, UTF-8) with ``prev``, the hash of the line before,
and ``hash``, the SHA-256 of the line without that key. The appended and synced line is the commit:
a line torn by a crash is not part of the chain and is overwritten by the next append. A last line
that lacks nothing but its end is part of it: its hash proves it whole. Either it was acknowledged,
and something took the end away since, or it was not, and nothing is lost by keeping it. What stands
behind the last line and is no beginning of one was not left by a crash, and is told.

Lines that are lost from the end leave a shorter chain that is sound in itself; only a head (the
hash of a last line) that was kept elsewhere can tell.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from celadon.errors import ChainBroken, Fault

GENESIS = "0" * 64
"""``prev`` of the first line of every chain."""

Line = dict[str, Any]

_RESTORE = (
    "the file was changed outside celadon: restore it from a backup; or, of a site's ledger, move "
    "the file away, then celadon ledger import-site ARCHIVE; with neither, move the folder ledger "
    "away and give it up: celadon ledger forget SITE --reason WHY (docs/ledger.md)"
)
"""What to do where a chain does not verify."""

_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks: equal values give equal text.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "焦"})
    '{"a":"焦","b":1}'
    """
    return _ENCODER.encode(value)


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


class Chain:
    """The chain in a file, which remembers what it has verified.

    A reader compares every byte with what it verified before, so that a change anywhere is seen; a
    writer looks at the end only, so that an append costs the same however long the chain is.
    Threads may share it.

    Parameters
    ----------
    path : of the file, which the first append makes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn = 0
        """Bytes behind the last whole line when the file was last read: a line never committed."""
        self._lines: list[Line] = []
        self._bytes = bytearray()
        self._bare = False  # whether the file lacks the end of its last line
        self._last = 0  # bytes of the last line
        self._stamp: tuple[int, ...] = ()
        self._guard = threading.RLock()

    def lines(self) -> list[Line]:
        """All lines, each verified against the one before; a torn tail is left out.

        Raises
        ------
        ChainBroken
            If a complete line is not canonical JSON, does not hash to its own hash or does not
            follow its predecessor; or if what stands behind the last is no beginning of a line.
        """
        with self._guard:
            self._read(0)
            return list(self._lines)

    def current(self) -> list[Line]:
        """The lines for a writer, which holds the lock: what was verified before is not read again.

        Raises
        ------
        ChainBroken
            If a line that is new to this object does not verify.
        """
        with self._guard:
            self._look_at_end()
            return list(self._lines)

    def append(self, body: Mapping[str, Any]) -> Line:
        """Seal ``body`` onto the end and sync it to disk; returns the sealed line.

        When this returns, the line survives a crash. When it raises, the chain is as it was, if
        the system still lets a file be cut. When it is killed, the line is either wholly there or
        not part of the chain. Two writers must not append at once.

        Raises
        ------
        ChainBroken
            If the end of the chain does not verify.
        """
        with self._guard:
            self._look_at_end()
            line = seal(body, self._head())
            self._write([line], _ENCODER.encode(line).encode() + b"\n")
            return line

    def extend(self, lines: Sequence[Line]) -> None:
        """Append lines that were sealed onto this very chain, in a copy of it, and sync them.

        A crash leaves the chain with some of them, from the first on.

        Raises
        ------
        ChainBroken
            If the end of the chain, or one of the lines, does not verify.
        """
        with self._guard:
            self._look_at_end()
            raw = b"".join(_ENCODER.encode(line).encode() + b"\n" for line in lines)
            if raw:
                self._write(self._verified(raw), raw)

    def _write(self, lines: list[Line], raw: bytes) -> None:
        created = not self.path.exists()
        end = len(self._bytes) - self._bare
        self._stamp = ()  # should the write fail, the end is looked at again
        try:
            with self.path.open("xb" if created else "r+b") as file:
                file.truncate(end)
                file.seek(end)
                file.write(b"\n" * self._bare + raw)
                file.flush()
                os.fsync(file.fileno())
                stamp = _stamp(os.fstat(file.fileno()))
            if created:
                sync_folder(self.path.parent)
        except OSError:
            with suppress(OSError):  # a line that was refused is not found there later
                os.truncate(self.path, end)
            raise
        self._bare = False
        self._remember(lines, raw)
        self._stamp = stamp

    def _head(self) -> str:
        return str(self._lines[-1]["hash"]) if self._lines else GENESIS

    def _look_at_end(self) -> None:
        """Read on from the last line that is known, unless nobody has written since."""
        try:
            unchanged = self._stamp == _stamp(self.path.stat())
        except FileNotFoundError:
            unchanged = False
        if not unchanged:
            self._read(len(self._bytes) - self._last)

    def _read(self, start: int) -> None:
        """Read the file from a byte on; what is not as it was verified is verified anew."""
        try:
            with self.path.open("rb") as file:
                stamp = _stamp(os.fstat(file.fileno()))
                file.seek(start)
                data = file.read()
        except FileNotFoundError:
            stamp, data = (), b""
        data, bare = _ended(data)
        known = len(self._bytes) - start
        if data[:known] != self._bytes[start:]:
            self._forget()
            if start:
                self._read(0)
                return
            known = 0
        whole = data.rfind(b"\n", known) + 1
        if whole:
            fresh = data[known:whole]
            self._remember(self._verified(fresh), fresh)
        tail = data[max(whole, known) :]
        if not _is_begun(tail):
            found = "bytes behind the last line that are no beginning of a line"
            raise _broken(self.path, len(self._lines) + 1, found)
        self.torn = len(tail)
        self._bare = bare
        self._stamp = stamp

    def _verified(self, data: bytes) -> list[Line]:
        lines: list[Line] = []
        prev = self._head()
        for number, raw in enumerate(data.split(b"\n")[:-1], start=len(self._lines) + 1):
            line = _verified(self.path, number, raw, prev)
            prev = line["hash"]
            lines.append(line)
        return lines

    def _remember(self, lines: list[Line], data: bytes) -> None:
        self._lines += lines
        self._bytes += data
        self._last = len(data) - (data.rfind(b"\n", 0, -1) + 1)

    def _forget(self) -> None:
        self._lines, self._bytes, self._last, self._stamp = [], bytearray(), 0, ()
        self._bare = False


def read_chain(path: Path) -> list[Line]:
    """All lines of a chain, each verified against the one before; a torn tail is left out.

    Raises
    ------
    ChainBroken
        If a complete line is not canonical JSON, does not hash to its own hash or does not follow
        its predecessor; or if what stands behind the last is no beginning of a line.
    """
    return Chain(path).lines()


def append(path: Path, body: Mapping[str, Any]) -> Line:
    """Seal ``body`` onto the end of a chain and sync it to disk; see :meth:`Chain.append`."""
    return Chain(path).append(body)


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in ``folder`` durable, where the system can."""
    if os.name != "posix":  # Windows has no handle on a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    """What differs when a file was written by another hand."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _ended(data: bytes) -> tuple[bytes, bool]:
    """The bytes of a chain with the end that its last line may lack, and whether it lacks it."""
    tail = data[data.rfind(b"\n") + 1 :].rstrip(b"\0")  # a crash may leave zeros for what was lost
    if not tail.endswith(b"}"):
        return data, False
    try:
        json.loads(tail.decode())
    except (ValueError, RecursionError):
        return data, False
    return data.rstrip(b"\0") + b"\n", True


def _is_begun(tail: bytes) -> bool:
    """Whether a write that was cut off can have left a tail: the beginning of a line, then zeros.

    Examples
    --------
    >>> _is_begun(b'{"batch":"4f'), _is_begun(b"4f"), _is_begun(b'{"batch":"4f"}*')
    (True, False, False)
    """
    begun = tail.rstrip(b"\0")
    if not b'{"'.startswith(begun[:2]) or min(begun, default=0x20) < 0x20:
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(begun)
    except UnicodeDecodeError:
        return False
    try:
        json.JSONDecoder().raw_decode(text)
    except ValueError:
        return True
    except RecursionError:  # deeper than any line is
        return False
    return False  # a whole line, and something behind it


def _verified(path: Path, number: int, raw: bytes, prev: str) -> Line:
    try:
        line: Line = json.loads(raw.decode())
        canonical = _ENCODER.encode(line).encode()
    except (ValueError, RecursionError):
        raise _broken(path, number, "a line that is not JSON") from None
    if not isinstance(line, dict) or canonical != raw:
        raise _broken(path, number, "a line that is not canonical JSON")
    stated = line.get("hash")
    # "prev" sorts behind "hash", so the member that was not hashed always ends in a comma
    body = raw.replace(f'"hash":"{stated}",'.encode(), b"", 1)
    if hashlib.sha256(body).hexdigest() != stated:
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
                f"{found}; {_sound(number - 1)}",
                "each line carries its own hash and the hash of the line before it",
                _RESTORE,
            )
        ],
    )


def _sound(lines: int) -> str:
    if lines == 1:
        return "the line before it verifies"
    return f"the {lines} lines before it verify" if lines else "no line before it"
