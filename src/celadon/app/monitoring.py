"""The monitoring plan of a site in its ledger: committed when it changes, read as of a position.

``monitoring.toml`` changes no figure, but what was planned at a time is evidence as the declaration
is: each version is kept by its hash, and the plan of a run is the one that its ledger held then.
"""

from __future__ import annotations

from pathlib import Path

from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.errors import DeclarationError
from celadon.records.finding import Finding
from celadon.records.ledger.ledger import Batch, Commit, Ledger
from celadon.records.site import Site
from celadon.records.tables import MONITORING
from celadon.report.monitoring.declared import (
    PLAN_FILE,
    MonitoringPlan,
    load_plan,
    parse_plan,
    plan_rows,
)

PROFILE = "monitoring-plan"
"""The name under which a plan is committed: a later version replaces the one before it."""


def plan_file(workspace: Workspace, site: str) -> Path:
    """Where the present plan of a site lies, if it has one."""
    return workspace.site_file(site).parent / PLAN_FILE


def commit_plan(workspace: Workspace, site: Site) -> Commit | None:
    """Commit the present plan of a site if it differs from the last one; None where it has none.

    Raises
    ------
    DeclarationError
        If the plan is at fault; nothing is committed.
    LedgerError
        If it cannot be written.
    """
    path = plan_file(workspace, site.id)
    if not path.is_file():
        return None
    plan = load_plan(path, site)
    ledger = workspace.ledger(site.id)
    last = _last(ledger, None)
    if last is not None and last.source == sha256_file(path):
        return Commit(last.position, last.rows, replayed=True)
    # a plan that comes back after another one is a new line: its place makes it another reading
    after = sha256_text(canonical_json([PROFILE, last.position if last else 0]))
    table = MONITORING.from_rows(plan_rows(plan))
    return ledger.commit(MONITORING.name, table, path, after, profile_id=PROFILE)


def commit_sound_plan(workspace: Workspace, site: Site) -> list[Finding]:
    """Commit the present plan, or tell that it is at fault: no account waits for it.

    Raises
    ------
    LedgerError
        If it cannot be written.
    """
    try:
        commit_plan(workspace, site)
    except DeclarationError as error:
        first = error.faults[0]
        numbers = {"faults": len(error.faults), "found": first.found, "rule": first.rule}
        place = " › ".join((PLAN_FILE, *first.where[1:]))
        return [Finding(site.id, "plan_at_fault", PLAN_FILE, place, numbers)]
    return []


def plan_known(workspace: Workspace, site: Site, position: int) -> MonitoringPlan:
    """The plan that a site's ledger held at a position; an empty one where it held none.

    Parameters
    ----------
    site : as it was declared then.

    Raises
    ------
    ChainBroken
        If its file is gone or was changed.
    DeclarationError
        If what was declared then does not know what the plan speaks of.
    """
    ledger = workspace.ledger(site.id)
    last = _last(ledger, position)
    if last is None:
        return MonitoringPlan()
    return parse_plan(ledger.source(last.position), PLAN_FILE, site)


def _last(ledger: Ledger, position: int | None) -> Batch | None:
    """The plan in force: the one that was committed last."""
    return max(ledger.batches(MONITORING.name, position), key=lambda b: b.position, default=None)
