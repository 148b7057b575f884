"""Sealed files: named by the SHA-256 of their bytes, written whole or not at all.

A file is written under a passing name, synced, and only then given its own; its folder is synced
after it. A crash leaves at most a passing name, which no commit mentions.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celadon.chain import sha256_file, sync_folder
from celadon.errors import ChainBroken, Fault, LedgerError

_BLOCK = 1 << 20


@contextmanager
def writing(summary: str, folder: Path) -> Iterator[None]:
    """Turn what the system refuses while files are written into an error that says what to do.

    Raises
    ------
    LedgerError
        With the summary, and the place that the system names, else the folder.
    """
    try:
        yield
    except OSError as error:
        fault = Fault(
            (str(error.filename or folder),),
            error.strerror or str(error),
            "a commit is written and synced to disk before it counts",
            "free the disk or correct the permissions, then do the same again; "
            "what was committed before is safe",
        )
        raise LedgerError(summary, [fault]) from error


def write_sealed(data: bytes, folder: Path, suffix: str) -> str:
    """Keep bytes in a folder, made if it is not there; returns their hash, the file's stem."""
    name = hashlib.sha256(data).hexdigest()
    partial = _partial(folder)
    try:
        partial.write_bytes(data)
        settle(partial, folder / f"{name}{suffix}")
    finally:
        partial.unlink(missing_ok=True)
    return name


def keep_copy(source: Path, folder: Path) -> str:
    """Keep a copy of a file by its hash, which is returned; a sound copy is not made twice."""
    digest = hashlib.sha256()
    partial = _partial(folder)
    try:
        with source.open("rb") as read, partial.open("wb") as written:
            while block := read.read(_BLOCK):
                digest.update(block)
                written.write(block)
        target = folder / digest.hexdigest()
        if not is_sound(target):
            settle(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return digest.hexdigest()


def keep_as(source: Path, target: Path, digest: str) -> None:
    """Keep a copy of a file of a hash under a name, unless one of that hash is there."""
    if target.is_file() and sha256_file(target) == digest:
        return
    partial = _partial(target.parent)
    try:
        shutil.copyfile(source, partial)
        settle(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def is_sound(path: Path) -> bool:
    """Whether a sealed file is there and its bytes give its name."""
    return path.is_file() and sha256_file(path) == path.name.partition(".")[0]


def damage(path: Path) -> Fault:
    """What is wrong with a sealed file that is not sound."""
    found = "other bytes than were committed" if path.is_file() else "no such file"
    rule = "a committed file has the SHA-256 that it is named by"
    return Fault((str(path),), found, rule, "restore it from a backup")


def present(path: Path) -> Path:
    """The path of a sealed file that is there; its bytes are not read.

    Raises
    ------
    ChainBroken
        If it is gone.
    """
    if not path.is_file():
        raise ChainBroken("A file of the ledger is gone", [damage(path)])
    return path


def verified(path: Path) -> Path:
    """The path of a sealed file whose bytes give its name.

    Raises
    ------
    ChainBroken
        If it is gone, or was changed since it was committed.
    """
    if not is_sound(present(path)):
        raise ChainBroken("A file of the ledger does not verify", [damage(path)])
    return path


def read_sealed(path: Path) -> bytes:
    """The bytes of a sealed file.

    Raises
    ------
    ChainBroken
        If it is gone, or its bytes do not give its name.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:  # never there, or packed away this moment
        raise ChainBroken("A file of the ledger is gone", [damage(path)]) from None
    if hashlib.sha256(data).hexdigest() != path.name.partition(".")[0]:
        raise ChainBroken("A file of the ledger does not verify", [damage(path)])
    return data


def _partial(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{os.getpid()}.tmp"


def settle(partial: Path, target: Path) -> None:
    """Sync a finished file and give it its name, so that it survives a crash whole."""
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    sync_folder(target.parent)
