"""How large a file may be once it is unpacked, and cells from where to where.

A small archive can unpack to more than a machine holds, by accident or by malice. What is beyond
these limits is refused before it fills the memory.
"""

from __future__ import annotations

from pathlib import Path

from celadon.errors import Fault, InputError

MOST_BYTES = 1 << 30
"""Bytes of a file, unpacked."""

MOST_CELLS = 50_000_000
"""Cells of the rectangle that holds all of a sheet's values."""


def too_large(path: Path, found: str, where: tuple[str, ...] = ()) -> InputError:
    """The error that a file holds, or says that it holds, more than is read at once."""
    rule = f"at most {MOST_BYTES >> 20} MiB unpacked and {MOST_CELLS:,} cells a sheet"
    remedy = "split the file by month or by meter; or find the stray cell far from the others"
    fault = Fault((path.name, *where), found, rule, remedy)
    return InputError(f"Cannot read {path.name}", [fault])
