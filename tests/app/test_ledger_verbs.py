"""Packing and archives, seen from above: no account, finding or explanation changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import MARCH, fill, make_workspace, reading_rows, take, write_readings

from celadon.accounts.tables import LEAF
from celadon.app.chronicling import (
    export_archive,
    import_archive,
    ledger_as_of,
    ledger_head,
    pack_ledger,
    verify_ledger,
)
from celadon.app.explaining import Question, explain
from celadon.app.latest import latest_year
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.errors import LedgerError
from celadon.records.tables import FINDING


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A month in several files, one of them corrected, and a declaration that was changed."""
    workspace = make_workspace(tmp_path)
    fill(workspace)
    for number, (first, last) in enumerate([(48, 72), (60, 96), (48, 72)]):
        rows = reading_rows()[first:last]
        for row in rows:
            row[1] += 1 + number % 2
        take(workspace, write_readings(tmp_path / f"corrected-{number}.csv", rows))
    declaration = workspace.site_file("works")
    declaration.write_text(declaration.read_text(encoding="utf-8") + "\n# later\n", "utf-8")
    workspace.ledger("works").commit_declaration(declaration)
    return workspace


def told(workspace: Workspace, position: int) -> list[Any]:
    """All that a run at a position says, down to the rows of the files."""
    result = run(workspace, ["works"], MARCH, known_at=position)["works"]
    header = {key: result.header[key] for key in ("hash", "batches", "factors")}
    tree = explain(workspace, result, Question("supply", carrier="electricity"))
    tables = [LEAF.digest(result.table(LEAF)), FINDING.digest(result.table(FINDING))]
    return [header, tables, tree.value, tree.parts]


def test_packing_changes_no_run_at_any_position(workspace: Workspace) -> None:
    length = ledger_head(workspace, "works").position
    before = [told(workspace, position) for position in range(1, length + 1)]
    year = latest_year(workspace, "works")
    assert pack_ledger(workspace, "works")
    assert [told(workspace, position) for position in range(1, length + 1)] == before
    assert told(workspace, length + 1) == before[-1]
    assert latest_year(workspace, "works") == year
    assert verify_ledger(workspace, "works").rows > 0


def test_an_account_is_the_same_where_its_archive_is_imported(
    workspace: Workspace, tmp_path: Path
) -> None:
    position = ledger_head(workspace, "works").position
    before = told(workspace, position)
    pack_ledger(workspace, "works")
    made = export_archive(workspace, "works", tmp_path / "works.zip")
    office = Workspace.create(tmp_path / "office", "", "en")
    assert import_archive(office, made.path).position == position + 1
    assert told(office, position) == before
    assert ledger_head(office, "works") == made.head
    assert office.site("works").id == "works"


def test_what_was_known_at_an_instant_can_be_run(workspace: Workspace) -> None:
    lines = workspace.ledger("works").lines()
    known = ledger_as_of(workspace, "works", lines[2]["recorded_at"])
    assert known.position == 3
    assert run(workspace, ["works"], MARCH, known_at=known.position)["works"].header["hash"]


def test_an_import_that_is_refused_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    made = export_archive(workspace, "works", tmp_path / "works.zip")
    office = make_workspace(tmp_path / "other")
    fill(office)
    before = {p: p.read_bytes() for p in office.folder.rglob("*") if p.is_file()}
    with pytest.raises(LedgerError, match="part at position"):
        import_archive(office, made.path)
    assert {p: p.read_bytes() for p in office.folder.rglob("*") if p.is_file()} == before
