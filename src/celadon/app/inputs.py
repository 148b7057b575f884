"""What a run reads of a site: one state of its ledger, and no line behind that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.app.caching import remember
from celadon.app.loaded_tables import Changed, changed_findings, changed_tables
from celadon.app.monitoring import commit_sound_plan
from celadon.app.workspace import Workspace
from celadon.chain import Line, sha256_file
from celadon.errors import Fault, WorkspaceError
from celadon.records.finding import Finding
from celadon.records.ledger.in_force import Standing
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.ledger import Batch, Ledger
from celadon.records.ledger.originals import damaged_originals
from celadon.records.ledger.places import Places
from celadon.records.ledger.refused_rows import RefusedRow, refused_rows
from celadon.records.ledger.unnamed import unnamed_findings
from celadon.records.period import Period
from celadon.records.quality.memo import Memo
from celadon.records.quality.spans import Spans
from celadon.records.site import Site, load_site


@dataclass(frozen=True, slots=True)
class Input:
    """One site as a run reads it.

    Parameters
    ----------
    lines : of the ledger, as far as the run knows it; length : how many there are in all.
    declaration : SHA-256 of the declaration in force.
    batches : in force, by kind, in the order of the ledger.
    refused : what was not taken from the files, as findings.
    memo, spans : what earlier runs left; None where nothing is to be remembered.
    changed : reference tables that were changed by hand since they were loaded.
    withheld : rows of activity among what was not taken; what they speak of is unknown.
    """

    site: Site
    lines: list[Line]
    length: int
    declaration: str
    batches: dict[str, list[Batch]]
    refused: list[Finding]
    memo: Memo | None = None
    spans: Spans | None = None
    changed: Changed = ()
    withheld: Sequence[RefusedRow] = ()


def read_input(
    workspace: Workspace,
    site: str,
    period: Period,
    known_at: int | None = None,
    *,
    remembering: bool = True,
) -> Input:
    """Read a site as it stands, or as it was known at a position; its declaration is committed.

    Parameters
    ----------
    remembering : whether an earlier run's results may be used, and this one's kept.

    Raises
    ------
    WorkspaceError
        If there is no such site, or nothing was known of it at that position.
    DeclarationError, LedgerError
        If its declaration or ledger is at fault.
    """
    ledger = workspace.ledger(site)
    path = workspace.site_file(site)
    present_one: tuple[str, Site] | None = None
    of_plan: list[Finding] = []
    if known_at is None:
        present_one = sha256_file(path), workspace.site(site)  # checked before it is committed
        ledger.commit_declaration(path)
        of_plan = commit_sound_plan(workspace, present_one[1])
    known = ledger.lines()
    ledger.remember()
    lines = known if known_at is None else ledger.lines(known_at)
    standing = Standing(lines)
    if not standing.declaration:
        fault = Fault(
            (str(ledger.manifest), f"position {len(lines)}"), "no declaration",
            "what is known of a site begins with its declaration", "ask for a later position",
        )  # fmt: skip
        raise WorkspaceError(f"Nothing was known of {site} at position {len(lines)}", [fault])
    digest = standing.declaration
    if present_one and present_one[0] == digest:  # of which the commit has a sound copy
        declared = present_one[1]
    else:
        declared = load_site(ledger.read(lambda places: places.declaration(standing.declared_at)))
    seen = workspace.originals(site) if remembering and workspace.is_writable else None
    batches, refused, withheld = _gathered(ledger, len(lines), site, seen)
    if known_at is None:
        refused += unnamed_findings(site, ledger.unnamed())
    changed = changed_tables(workspace)
    refused += [*changed_findings(site, changed), *of_plan]
    return Input(
        declared, lines, len(known), digest, batches, refused,
        remember(workspace.cache(site, period)) if remembering else None,
        Spans(workspace.spans(site) if workspace.is_writable else None) if remembering else None,
        changed, withheld,
    )  # fmt: skip


_Gathered = tuple[dict[str, list[Batch]], list[Finding], list[RefusedRow]]


def _gathered(ledger: Ledger, position: int, site: str, seen: Path | None) -> _Gathered:
    """The batches in force by kind, and what was not taken from their files or is gone of them."""

    def read(places: Places) -> _Gathered:
        batches: dict[str, list[Batch]] = {kind: [] for kind in KINDS}
        refused: list[Finding] = []
        withheld: list[RefusedRow] = []
        lives = Standing(places.lines[:position]).live()
        for found in lives:
            if found.line["kind"] in batches:
                batches[found.line["kind"]].append(places.batch(found))
            notes = json.loads(places.notes(found))
            refused += [Finding(**note) for note in notes]
            withheld += refused_rows(found.arrived, notes)
        return batches, [*refused, *damaged_originals(places, lives, site, seen)], withheld

    return ledger.read(read)
