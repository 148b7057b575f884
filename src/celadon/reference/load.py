"""Taking a user's table into a workspace: through the gate of the shipped ones, whole or not.

A load is committed by its line in the audit file. The table is staged before that line is written
and put in place after it, so that a crash leaves the old table or the new one; the next load puts
in place what a crash left staged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from celadon.chain import sha256_file, sync_folder
from celadon.errors import ChainBroken, Fault
from celadon.reference.audit import LOADED, Audit, write_whole
from celadon.reference.loaded_rows import LoadedRow
from celadon.reference.planning import Load, plan_load
from celadon.reference.user_table import UserSheet

__all__ = ["Load", "LoadedRow", "plan_load", "refuse_changed", "settle", "table_states", "take"]

_STAGED = "staged"


def take(audit: Audit, file: Path, sheets: Sequence[UserSheet], asked: str, by: str) -> Load:
    """Load a file; what changes nothing writes nothing.

    Raises
    ------
    DeclarationError
        With every fault of every row; nothing is loaded.
    ChainBroken
        If a table that was loaded has been changed outside celadon since.
    LedgerError
        If the system refuses to write.
    """
    with audit.writing():
        settle(audit)
        refuse_changed(audit)
        load = plan_load(audit.folder, sheets, asked, by)
        if not load.changes:
            return load
        told = audit.keep(file)
        wrote = {}
        for table, data in load.files.items():
            wrote[table] = hashlib.sha256(data).hexdigest()
            write_whole(audit.folder / _STAGED / f"{wrote[table]}.csv", data)
        counts: dict[str, int] = {}
        for row in load.rows:
            counts[row.kind] = counts.get(row.kind, 0) + 1
        audit.append(LOADED, {**told, "by": by.strip(), "wrote": wrote, "rows": counts})
        settle(audit)
    return replace(load, done=True)


def settle(audit: Audit) -> None:
    """Put in place what a load staged and a crash kept from it; a writer holds the lock."""
    folder = audit.folder / _STAGED
    if not folder.is_dir():
        return
    latest: dict[str, str] = {}
    for line in audit.lines():
        if line["kind"] == LOADED:
            latest |= line["wrote"]
    for table, digest in latest.items():
        staged = folder / f"{digest}.csv"
        if staged.is_file() and sha256_file(staged) == digest:
            # by its name alone: a full disk cannot keep it from its place
            staged.replace(audit.folder / f"{table}.csv")
    sync_folder(audit.folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def table_states(audit: Audit) -> dict[str, str]:
    """How each table of a workspace stands: ``as_loaded``, ``edited`` since, or ``by_hand``."""
    latest: dict[str, str] = {}
    for line in audit.lines():
        if line["kind"] == LOADED:
            latest |= line["wrote"]
    states = dict.fromkeys(latest, "gone")
    for path in sorted(audit.folder.glob("*.csv")):
        digest = latest.get(path.stem)
        same = digest == sha256_file(path)
        states[path.stem] = "by_hand" if digest is None else "as_loaded" if same else "edited"
    return states


def refuse_changed(audit: Audit, among: Sequence[str] = ("edited",)) -> None:
    """Go no further on tables that somebody changed outside celadon since they were loaded.

    Raises
    ------
    ChainBroken
        If there are any in one of the states named.
    """
    states = table_states(audit)
    faults = [
        Fault(
            (str(audit.folder / f"{name}.csv"),), _CHANGED[state],
            "a table that was loaded is as its line in the audit file says",
            "move the file out of the folder and load it: celadon reference load FILE",
        )
        for name, state in states.items()
        if state in among
    ]  # fmt: skip
    if faults:
        raise ChainBroken(f"{len(faults)} loaded table(s) changed outside celadon", faults)


_CHANGED = {"edited": "another content than was loaded", "gone": "no file"}
