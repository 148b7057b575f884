"""The sites of a batch: every design file below a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from celadon.app.designing import DESIGN_FILE
from celadon.errors import Fault, WorkspaceError


@dataclass(frozen=True, slots=True)
class Site:
    """A design file of a batch.

    Parameters
    ----------
    name : its folder below that of the batch, with strokes; ``.`` for the folder itself.
    """

    name: str
    path: Path


def sites_below(folder: Path) -> list[Site]:
    """Every ``design.toml`` below a folder, by name; hidden folders and links are not entered.

    Raises
    ------
    WorkspaceError
        If there is none.
    """
    if not folder.is_dir():
        fault = Fault((str(folder),), "no such folder", "a folder of design files",
                      "correct the path")  # fmt: skip
        raise WorkspaceError("There is nothing to plan", [fault])
    found = []
    for here, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        if DESIGN_FILE in names:
            path = Path(here) / DESIGN_FILE
            found.append(Site(path.parent.relative_to(folder).as_posix(), path))
    if not found:
        fault = Fault((str(folder),), f"no {DESIGN_FILE} in it or below", "a folder for each site",
                      f"make one: celadon microgrid init {folder.as_posix()}/site")  # fmt: skip
        raise WorkspaceError("There is nothing to plan", [fault])
    return sorted(found, key=lambda site: site.name)
