"""The verbs of ``ledger``: what was recorded, that it is so still, and a site in one file."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from celadon.app.workspace import Workspace
from celadon.chain import Line, read_chain, sha256_file
from celadon.errors import Fault, LedgerError
from celadon.records.ledger.archive import Exported, Opened, export_site, open_archive
from celadon.records.ledger.heads import Head, find_head
from celadon.records.ledger.history import Entry, Known, entries, instant_of, known_at
from celadon.records.ledger.joining import join
from celadon.records.ledger.ledger import Ledger, utc_now
from celadon.records.ledger.packing import Packed
from celadon.records.ledger.proof import Proved, check_proof, prove, read_proof
from celadon.records.ledger.sealed import keep_as, writing
from celadon.records.ledger.verifying import Verified

__all__ = ["Entry", "Exported", "Head", "Known", "Packed", "Proved", "Verified"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the import of an archive did.

    Parameters
    ----------
    site, position : whose ledger, and where it ends now.
    added : lines that are new here; 0 if all were known.
    restored : files that were gone or damaged here and were put back.
    kept : files of the site that differ from the archive's and were left as they are.
    lacking : the head that the ledger had here and the archive does not reach; empty if none.
    """

    site: str
    position: int
    added: int
    restored: tuple[str, ...]
    kept: tuple[str, ...]
    lacking: str = ""


def ledger_log(workspace: Workspace, site: str) -> list[Entry]:
    """Every line of a site's ledger, told.

    Raises
    ------
    WorkspaceError
        If there is no such site.
    ChainBroken
        If the chain does not verify.
    """
    return entries(_ledger(workspace, site).places())


def ledger_head(workspace: Workspace, site: str) -> Head:
    """Where a site's ledger ends: to be kept elsewhere."""
    return _ledger(workspace, site).head()


def ledger_as_of(workspace: Workspace, site: str, when: str) -> Known:
    """What a site's ledger knew at a date's end or at a time, in the site's zone.

    Raises
    ------
    LedgerError
        If it is no date and no time.
    """
    zone = ZoneInfo(workspace.site(site).zone)
    return known_at(_ledger(workspace, site).lines(), instant_of(when, zone))


def verify_ledger(
    workspace: Workspace, site: str, head: str | None = None, *, rows: bool = True
) -> Verified:
    """Verify a site's ledger: chain, files, rows; and that it still has a head that was kept.

    Raises
    ------
    ChainBroken
        With everything that does not verify.
    """
    return _ledger(workspace, site).verified(rows=rows, head=head)


def position_of_head(workspace: Workspace, site: str, head: str) -> int:
    """The position at which a site's ledger had a head.

    Raises
    ------
    ChainBroken
        If it does not have it.
    """
    ledger = _ledger(workspace, site)
    return find_head(ledger.lines(), head, ledger.manifest)


def ledger_size(workspace: Workspace, site: str) -> tuple[int, int]:
    """How many files a site's ledger relies on, and their bytes."""
    places = _ledger(workspace, site).places()
    sizes = [(places.folder / name).stat().st_size for name in places.files()]
    return len(sizes), sum(sizes)


def forget_ledger(workspace: Workspace, site: str, reason: str) -> Line:
    """Give up what is lost of a site's ledger, for good and with the reason; what is left counts.

    Raises
    ------
    LedgerError
        If nothing is lost, or no reason is given.
    """
    left = read_chain(workspace.ledger(site).manifest)
    return workspace.witness(site).forget(left, reason, utc_now())


def forgotten_ledgers(workspace: Workspace, site: str) -> list[Line]:
    """What was given up of a site's ledger before, with the reasons."""
    return workspace.witness(site).forgotten()


def pack_ledger(workspace: Workspace, site: str) -> list[Packed]:
    """Pack the small files of a site's ledger into few."""
    return _ledger(workspace, site).pack()


def prove_row(
    workspace: Workspace,
    site: str,
    file: str,
    row: int,
    sheet: str | None = None,
    head: str | None = None,
) -> dict[str, Any]:
    """The proof of one row of a file, which leads to a head, by default the last.

    Raises
    ------
    LedgerError
        If there is no such row, or it is not clear which is meant.
    """
    ledger = _ledger(workspace, site)
    at = find_head(ledger.lines(), head, ledger.manifest) if head is not None else None
    return ledger.read(lambda places: prove(places, file, row, sheet, at))


def check_row(file: Path, head: str | None = None) -> Proved:
    """What the proof in a file shows; needs no workspace.

    Raises
    ------
    InputError
        If the proof does not hold, or leads to another head.
    """
    return check_proof(read_proof(file), head, file.name)


def export_archive(workspace: Workspace, site: str, out: Path) -> Exported:
    """Write a site into one file; its present declaration is committed first.

    Parameters
    ----------
    out : a new file, or a folder in which one is named by site and position.

    Raises
    ------
    LedgerError
        If the file exists or cannot be written.
    """
    declaration = workspace.site_file(site)
    workspace.site(site)  # checked before it is committed
    ledger = workspace.ledger(site)
    ledger.commit_declaration(declaration)
    if out.is_dir():
        out /= f"{site}-{ledger.head().position}.zip"
    folder = declaration.parent / "profiles"
    profiles = {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}
    return export_site(site, ledger, profiles, out)


def import_archive(workspace: Workspace, file: Path) -> Admitted:
    """Take a site from an archive, or what it has more than the site here.

    Raises
    ------
    InputError, ChainBroken
        If the archive does not verify; nothing is changed then.
    LedgerError
        If the site here is another one, or its ledger parts from the archive's.
    """
    if not file.is_file():
        fault = Fault((str(file),), "no such file", "an archive to import", "correct the path")
        raise LedgerError(f"Cannot read {file.name}", [fault])
    staging = workspace.folder / "cache" / "incoming" / str(os.getpid())
    with writing("The archive could not be imported", workspace.folder):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            return _admit(workspace, open_archive(file, staging))
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _admit(workspace: Workspace, opened: Opened) -> Admitted:
    """Join the ledger first and write the declaration last: a site is there once it is whole."""
    ledger = workspace.ledger(opened.site)
    target = ledger.folder.parent / "site.toml"
    declared = opened.ledger.declaration()
    if declared is None:
        raise ValueError("an archive was opened without a declaration")
    before = ledger.declaration()
    ours = sha256_file(target) if target.is_file() else None
    if before is None and ours not in (None, declared.name):
        fault = Fault(
            (str(target),),
            "another declaration than the archive's, and no ledger yet",
            "an archive never replaces another site of the same id",
            "rename this site, or move its site.toml away if it is the same works",
        )
        raise LedgerError(f"There is another site {opened.site} here", [fault])
    joined = join(ledger, opened.ledger)
    present = ledger.declaration() or declared
    kept = _take_profiles(opened.folder / "profiles", target.parent / "profiles")
    if ours is None or (before is not None and ours == before.name):
        keep_as(present, target, present.name)
    elif ours != present.name:
        kept.insert(0, target.name)
    lacking = ledger.witness and ledger.witness.lacks(read_chain(ledger.manifest))
    told = str(lacking or "")
    return Admitted(opened.site, joined.position, joined.added, joined.restored, tuple(kept), told)


def _take_profiles(theirs: Path, ours: Path) -> list[str]:
    """Copy profiles that are not here; returns the names of those that are here and differ."""
    kept = []
    for path in sorted(theirs.glob("*.toml")):
        target = ours / path.name
        if not target.is_file():
            keep_as(path, target, sha256_file(path))
        elif sha256_file(target) != sha256_file(path):
            kept.append(f"profiles/{path.name}")
    return kept


def _ledger(workspace: Workspace, site: str) -> Ledger:
    workspace.site_file(site)
    return workspace.ledger(site)
