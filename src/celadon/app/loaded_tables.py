"""Reference tables that were loaded into a workspace and changed by hand since.

Whoever edits a loaded table leaves no line that says who changed what. A run computes with the
table as it is, and says so; loading the table anew puts it on record.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from celadon.app.workspace import Workspace
from celadon.records.finding import Finding
from celadon.reference.audit import Audit

Changed = tuple[tuple[str, str], ...]
"""Tables by name, each ``edited`` since it was loaded, or ``gone``."""

_Stamps = tuple[tuple[str, int, int], ...]


def changed_tables(workspace: Workspace) -> Changed:
    """The tables that are no longer what the audit file says was loaded.

    A file is read again only if the system says that it was written since.

    Raises
    ------
    ChainBroken
        If the audit file was changed outside celadon.
    """
    folder = workspace.folder / "reference"
    if not (folder / "audit.jsonl").is_file():
        return ()
    return _changed(folder, _stamps(folder))


def changed_findings(site: str, changed: Changed) -> list[Finding]:
    """One finding a table; every account of the workspace may rest on it."""
    return [
        Finding(site, f"reference_table_{state}", table, f"reference/{table}.csv")
        for table, state in changed
    ]


@lru_cache(maxsize=8)  # a run of many sites asks for each
def _changed(folder: Path, stamps: _Stamps) -> Changed:  # noqa: ARG001  what is known goes by them
    from celadon.reference.load import table_states  # noqa: PLC0415  most workspaces load none

    states = table_states(Audit(folder))
    return tuple((name, state) for name, state in states.items() if state in ("edited", "gone"))


def _stamps(folder: Path) -> _Stamps:
    """Size and time of writing of the tables and of the audit file."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "audit.jsonl" or entry.name.endswith(".csv"):
                status = entry.stat()
                found.append((entry.name, status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
