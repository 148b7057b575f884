"""Compiled passes, whose machine code is kept for exactly the sources that it was compiled from.

numba keeps compiled functions by the source of the function's own file and does not look at what it
calls: after a change in a file that others call into, they would go on with the old code. So the
code is kept in a folder named by a digest of all files that hold passes; another source is another
folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from numba import config, njit

_PACKAGE = Path(__file__).parent
_MARK = b"from celadon.compiling import"


def sources_digest(package: Path = _PACKAGE) -> str:
    """Digest of every file below a folder that takes a decorator from here."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        if _MARK in text:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + text)
    return digest.hexdigest()[:16]


def _folder() -> str:
    """Where the code is kept: where the user says, else beside the bytecode.

    Where neither can be written, numba falls back to the user's own cache.
    """
    given: str = config.CACHE_DIR  # type: ignore[attr-defined]
    return str(Path(given or _PACKAGE / "__pycache__") / f"passes-{sources_digest()}")


config.CACHE_DIR = _folder()  # type: ignore[attr-defined]

compiled = njit(cache=True)
"""Compile a function at its first call, and keep the code."""

compiled_free = njit(cache=True, nogil=True)
"""The same for a function that lets other threads run meanwhile."""
