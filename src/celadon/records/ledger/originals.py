"""The original files that batches in force were read from: kept as evidence, looked at in each run.

Readings come from the batches, so nothing is computed with an original, and one that is gone or
changed changes no account. It is told all the same: without it nobody can show what was read. A
file is not read again while the system says that nobody has written to it since its bytes gave its
name; ``celadon ledger verify`` reads every byte.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from celadon.records.finding import Finding
from celadon.records.ledger.in_force import Live
from celadon.records.ledger.places import Places
from celadon.records.ledger.sealed import is_sound

Stamps = dict[str, list[int]]
"""Size and time of writing of files whose bytes gave their names."""


def damaged_originals(
    places: Places, lives: Iterable[Live], site: str, seen: Path | None = None
) -> list[Finding]:
    """A finding for each original that is gone or no longer has the bytes that were committed.

    Parameters
    ----------
    seen : where it is kept from run to run what was sound; may be deleted at any time.
    """
    known = _read(seen)
    sound: Stamps = {}
    found: dict[str, Finding] = {}
    for live in lives:
        name = places.original(live)
        if name is None or name in sound or name in found:
            continue
        path = places.folder / name
        stamp = _stamp(path)
        if stamp and (known.get(name) == stamp or is_sound(path)):
            sound[name] = stamp
            continue
        numbers = {"position": live.position}
        found[name] = Finding(site, "damaged_original", live.line["source_name"], name, numbers)
    if seen is not None and sound != known:
        _write(seen, sound)
    return list(found.values())


def _stamp(path: Path) -> list[int]:
    """Size and time of writing; nothing where there is no such file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _read(seen: Path | None) -> Stamps:
    if seen is None or not seen.is_file():
        return {}
    try:
        plain = json.loads(seen.read_bytes())
    except ValueError:  # a cache may be damaged: then every file is read
        return {}
    return plain if isinstance(plain, dict) else {}


def _write(seen: Path, stamps: Stamps) -> None:
    seen.parent.mkdir(parents=True, exist_ok=True)
    partial = seen.with_name(f"{seen.name}.{os.getpid()}")
    partial.write_text(json.dumps(stamps), encoding="utf-8")
    partial.replace(seen)
