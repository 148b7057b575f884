"""A loaded reference table that somebody edits by hand draws a word in every run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.app.nation import MARCH as MONTH
from tests.app.nation import make_nation, site_id
from tests.app.shop import MARCH, fill, make_workspace

from celadon.app.caching import recall
from celadon.app.national import run_nation, summarise_nation
from celadon.app.referencing import load_reference
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.errors import ChainBroken
from celadon.records.finding import Finding
from celadon.records.tables import FINDING

# Every value is made up for the tests; no standard states it.
TEXT = "subject,parameter,set,value,unit,source\nslag,net_calorific_value,mine,{},GJ/t,arithmetic\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    take(workspace, tmp_path)
    return workspace


def take(workspace: Workspace, folder: Path) -> None:
    file = folder / "fuels.csv"
    file.write_text(TEXT.format("20.1"), encoding="utf-8")
    load_reference(workspace, file)


def found(workspace: Workspace) -> list[Finding]:
    rows = run(workspace, ["works"], MARCH)["works"].table(FINDING).to_pylist()
    told = (Finding.from_row(row) for row in rows)
    return [one for one in told if one.rule.startswith("reference_table")]


def test_a_table_as_it_was_loaded_draws_no_word(workspace: Workspace) -> None:
    assert found(workspace) == []
    assert recall(workspace, "works", MARCH) is not None


def test_an_edited_table_is_found_and_its_remedy_mends_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    found(workspace)
    table = workspace.folder / "reference" / "fuels.csv"
    table.write_text(table.read_text("utf-8").replace("20.1", "20.2"), "utf-8")
    assert recall(workspace, "works", MARCH) is None
    [told] = found(workspace)
    assert (told.rule, told.subject, told.place) == (
        "reference_table_edited", "fuels", "reference/fuels.csv",
    )  # fmt: skip
    assert "celadon reference load FILE --table fuels" in told.remedy("en")
    assert recall(workspace, "works", MARCH) is not None
    # the remedy as it is printed: out of the folder, and loaded
    moved = tmp_path / "moved.csv"
    shutil.move(table, moved)
    [gone] = found(workspace)
    assert gone.rule == "reference_table_gone"
    assert load_reference(workspace, moved, "fuels", "A. Person").done
    assert "20.2" in table.read_text("utf-8")
    assert recall(workspace, "works", MARCH) is None  # what it told of the table is over
    assert found(workspace) == []


def test_a_change_of_bytes_alone_is_found_and_forgotten_with_it(workspace: Workspace) -> None:
    """The rows are as they were, so the digest of the tables is; the file is not."""
    table = workspace.folder / "reference" / "fuels.csv"
    before = table.read_bytes()
    table.write_bytes(before + b"\r\n")
    assert [one.rule for one in found(workspace)] == ["reference_table_edited"]
    table.write_bytes(before)
    assert recall(workspace, "works", MARCH) is None
    assert found(workspace) == []


def test_an_audit_file_that_was_changed_is_refused(workspace: Workspace) -> None:
    audit = workspace.folder / "reference" / "audit.jsonl"
    audit.write_bytes(audit.read_bytes().replace(b"fuels", b"fuelz", 1))
    with pytest.raises(ChainBroken):
        found(workspace)


def test_a_nation_tells_it_of_every_account_that_rests_on_it(tmp_path: Path) -> None:
    nation = make_nation(tmp_path, 2)
    sites = [site_id(0), site_id(1)]
    take(nation, tmp_path)
    done = run_nation(nation, sites, MONTH, workers=1)
    assert "reference_table_edited" not in summarise_nation(done, nation.registry()).findings
    table = nation.folder / "reference" / "fuels.csv"
    table.write_bytes(table.read_bytes() + b"\r\n")
    again = run_nation(nation, sites, MONTH, workers=1)
    assert (again.run, again.kept) == (2, 0)
    assert summarise_nation(again, nation.registry()).findings["reference_table_edited"] == 2
