"""Originals that a ledger kept, when their ledger is lost and they are to be imported again.

They are named by their hashes, so their names tell neither what they were called nor in which order
they came; and a correction has to come after what it corrects. The order is that of the manifest if
one lies beside them and names them all, else that in which they were written to the disk.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from celadon.records.ledger.places import MANIFEST

_HASH = re.compile(r"[0-9a-f]{64}")
_MOST = 1 << 22  # bytes of a declaration; files of rows may be far larger
_DECLARES = re.compile(r"\s*(\[\s*)?site\b")


def is_kept(path: Path) -> bool:
    """Whether a file is an original in the ``sources`` of a ledger, by its name.

    Examples
    --------
    >>> is_kept(Path("aside/sources") / ("0" * 64)), is_kept(Path("march.csv"))
    (True, False)
    """
    return path.parent.name == "sources" and _HASH.fullmatch(path.name) is not None


def is_declaration(path: Path) -> bool:
    """Whether a file is the declaration of a site, whatever it is called."""
    if path.suffix not in ("", ".toml") or path.stat().st_size > _MOST:
        return False
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return False
    if not any(_DECLARES.match(line) for line in text.splitlines()):
        return False
    try:
        return isinstance(tomllib.loads(text).get("site"), dict)
    except tomllib.TOMLDecodeError:
        return False


def in_order(files: Sequence[Path]) -> tuple[list[Path], str]:
    """Files as they are to be imported, and by what originals among them were put in order.

    Originals come where the first of them stood, without the declarations, which a ledger keeps
    beside them and which are no rows. Other files stay as they are.

    Returns
    -------
    The files; and ``manifest``, ``time``, or nothing where no original is among them.
    """
    kept = [path for path in files if is_kept(path)]
    if not kept:
        return list(files), ""
    rows = [path for path in kept if not is_declaration(path)]
    named = {folder: _named(folder.parent / MANIFEST) for folder in {path.parent for path in rows}}
    known = {p: named[p.parent][p.name] for p in rows if p.name in named[p.parent]}
    by = "manifest" if len(known) == len(rows) else "time"
    if by == "manifest":
        rows.sort(key=lambda path: known[path])
    else:
        rows.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    first = files.index(kept[0])
    before, after = files[:first], [path for path in files[first:] if not is_kept(path)]
    return [*before, *rows, *after], by


def _named(manifest: Path) -> dict[str, int]:
    """The originals that the lines of a manifest name, each with its first line.

    The manifest need not verify: what is taken from it is an order, and a line that was changed
    names a file that is not there, or none.
    """
    found: dict[str, int] = {}
    if not manifest.is_file():
        return found
    for number, raw in enumerate(manifest.read_bytes().split(b"\n"), start=1):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and isinstance(line.get("source"), str):
            found.setdefault(line["source"], number)
    return found
