"""The equipment of a site, as its returns of all times leave it."""

from __future__ import annotations

from typing import Any

from celadon.app.workspace import Workspace
from celadon.records.readers.equipment_rows import standing_equipment
from celadon.records.tables import EQUIPMENT


def site_equipment(
    workspace: Workspace, site_id: str, known_at: int | None = None
) -> list[dict[str, Any]]:
    """The equipment of a site as the ledger has it: of each its latest row, in order of its id.

    Raises
    ------
    WorkspaceError
        If there is no such site.
    """
    workspace.site_file(site_id)
    batches = workspace.ledger(site_id).batches(EQUIPMENT.name, known_at)
    return standing_equipment(EQUIPMENT.read(batch.path) for batch in batches)
