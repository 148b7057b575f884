"""Papers that are written for an event: under a name of their own until the event is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from celadon.cases import Register
from celadon.cases.heads import PAPERS


@contextmanager
def written_apart(path: Path) -> Iterator[Path]:
    """A name beside ``path`` that nobody else has; what is still there at the end is removed.

    The one who writes moves it to ``path`` once the event that names it is recorded.
    """
    partial = path.with_name(f".{path.stem}.{uuid4().hex}{path.suffix}")
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def place_in(register: Register, path: Path) -> Mapping[str, str]:
    """Where a paper stands in the folder of its programme, as its event says; nothing elsewhere."""
    folder, own = path.resolve().parent, register.folder.resolve()
    inside = folder.parent == own and folder.name in PAPERS
    return {"paper": f"{folder.name}/{path.name}"} if inside else {}
