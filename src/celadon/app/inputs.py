"""What a run reads of a site: one state of its ledger, and no line behind that."""

from __future__ import annotations

import json
from dataclasses import dataclass

from celadon.app.caching import remember
from celadon.app.workspace import Workspace
from celadon.chain import Line, sha256_file
from celadon.errors import Fault, WorkspaceError
from celadon.records.finding import Finding
from celadon.records.ledger.in_force import Standing
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.ledger import Batch, Ledger
from celadon.records.ledger.places import Places
from celadon.records.ledger.sealed import present
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
    """

    site: Site
    lines: list[Line]
    length: int
    declaration: str
    batches: dict[str, list[Batch]]
    refused: list[Finding]
    memo: Memo | None = None
    spans: Spans | None = None


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
    if known_at is None:
        present_one = sha256_file(path), workspace.site(site)  # checked before it is committed
        ledger.commit_declaration(path)
    known = ledger.lines()
    lines = known if known_at is None else ledger.lines(known_at)
    standing = Standing(lines)
    if not standing.declaration:
        fault = Fault(
            (str(ledger.manifest), f"position {len(lines)}"), "no declaration",
            "what is known of a site begins with its declaration", "ask for a later position",
        )  # fmt: skip
        raise WorkspaceError(f"Nothing was known of {site} at position {len(lines)}", [fault])
    source = present(ledger.folder / "sources" / standing.declaration)
    digest = sha256_file(source)
    declared = present_one[1] if present_one and present_one[0] == digest else load_site(source)
    batches, refused = _gathered(ledger, len(lines))
    if known_at is None:
        refused += unnamed_findings(site, ledger.unnamed())
    return Input(
        declared, lines, len(known), digest, batches, refused,
        remember(workspace.cache(site, period)) if remembering else None,
        Spans(workspace.spans(site) if workspace.is_writable else None) if remembering else None,
    )  # fmt: skip


def _gathered(ledger: Ledger, position: int) -> tuple[dict[str, list[Batch]], list[Finding]]:
    """The batches in force by kind, and what was not taken from their files."""

    def read(places: Places) -> tuple[dict[str, list[Batch]], list[Finding]]:
        batches: dict[str, list[Batch]] = {kind: [] for kind in KINDS}
        refused: list[Finding] = []
        for found in Standing(places.lines[:position]).live():
            if found.line["kind"] in batches:
                batches[found.line["kind"]].append(places.batch(found))
            refused += [Finding(**note) for note in json.loads(places.notes(found))]
        return batches, refused

    return ledger.read(read)
