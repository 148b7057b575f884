"""Files written whole or not at all, and what is said where the disk is full."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from celadon.errors import Fault, WorkspaceError
from celadon.tables import Schema

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where nothing more can be written."""


class DiskFullError(WorkspaceError):
    """The disk has no room left for what a run leaves."""


def put(schema: Schema, table: pa.Table, path: Path) -> None:
    """Write a table of its own, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        schema.write(table, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def refusing_full_disk(folder: Path, each: str = "shard") -> Iterator[None]:
    """Tell what writes fail for want of room as :class:`DiskFullError`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(folder, each) from error
        raise


def disk_full(folder: Path, each: str = "shard") -> DiskFullError:
    """The refusal where the disk is full.

    Parameters
    ----------
    each : what leaves its files there piece by piece, and is kept when it is done.
    """
    fault = Fault(
        (str(folder),), "no room left on the disk", f"each {each} leaves its tables here",
        f"free some of the disk, then run the same again: {each}s that are done are kept",
    )  # fmt: skip
    return DiskFullError("The disk is full: the run stopped, and nothing is half written", [fault])
