"""Forms of a workspace: opened by another program, marked where they must be, traced to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.app.shop import MARCH, fill, make_workspace

from celadon.app.filing import KINDS, fill_form, save_form
from celadon.app.monitoring import commit_plan, plan_file, plan_known
from celadon.app.referencing import confirm_reference
from celadon.app.running import SiteRun, cached_run, run
from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, WorkspaceError
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.report.statistics.workbook import SOURCES


def written(workspace: Workspace, run: SiteRun, kind: str, path: Path) -> Any:
    form, content = fill_form(workspace, run, kind, "en")
    return openpyxl.load_workbook(save_form(form, content, path))


def cells(sheet: Any) -> dict[str, dict[str, Any]]:
    """The rows under the heads of a form's sheet, by carrier and English heading."""
    head = next(row for row in sheet.iter_rows() if row[0].value == "能源名称\nEnergy")
    names = [str(cell.value).split("\n")[1] for cell in head]
    return {
        str(row[0].value): dict(zip(names, row, strict=True))
        for row in sheet.iter_rows(min_row=head[0].row + 1)
        if row[0].value
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_is_a_workbook_and_a_page(
    filled: Workspace, month: SiteRun, kind: str, tmp_path: Path
) -> None:
    book = written(filled, month, kind, tmp_path / "form.xlsx")
    assert book.sheetnames[-1] == SOURCES
    texts = [str(row[0].value) for row in book.worksheets[0].iter_rows()]
    assert "Working mode: not an official form." in texts
    form, content = fill_form(filled, month, kind, "zh")
    page = save_form(form, content, tmp_path / "form.html").read_text(encoding="utf-8")
    assert "工作模式：非正式报表" in page
    assert "http" not in page


def test_the_same_run_gives_the_same_bytes(
    filled: Workspace, month: SiteRun, tmp_path: Path
) -> None:
    form, content = fill_form(filled, month, "205-1", "zh")
    one, other = (save_form(form, content, tmp_path / f"{n}.xlsx") for n in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_figures_comments_and_sources(filled: Workspace, month: SiteRun, tmp_path: Path) -> None:
    """Coal 400 + 400 - 300 t at 26.5 GJ/t: 500 x 26.5 / 29.3076 tce; gas 29,762 Nm3."""
    book = written(filled, month, "205-1", tmp_path / "form.xlsx")
    rows = cells(book.worksheets[0])
    coal = rows["anthracite"]
    assert [coal[n].value for n in ("Opening stock", "Purchased", "Closing stock", "Consumed")] == [
        400, 400, 300, 500,
    ]  # fmt: skip
    assert coal["Coal equivalent, calorific basis"].value == 452.10
    assert rows["natural gas"]["Consumed"].value == 2.98
    missing = rows["electricity"]["Coal equivalent, equivalent basis"]
    assert missing.value is None
    assert "no coefficient" in missing.comment.text
    assert "▲" in rows["electricity"]["Coal equivalent, calorific basis"].number_format
    sources = [[cell.value for cell in row] for row in book[SOURCES].iter_rows()]
    bought = [row for row in sources if row[1] == "anthracite" and "Purchased" in str(row[2])]
    assert {row[5] for row in bought} == {
        "purchase › books.xlsx › 数据 › row 3", "purchase › books.xlsx › 数据 › row 4",
    }  # fmt: skip
    metered = [row for row in sources if row[1] == "electricity" and "Purchased" in str(row[2])]
    assert metered[0][6] == "e1 (readings.csv)"
    leaves = {row["leaf"] for row in month.tables["leaf"].to_pylist()}
    assert metered[0][5] in leaves


def test_an_official_form_keeps_out_what_is_no_official_text(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    marker = workspace.folder / "celadon.toml"
    marker.write_text(marker.read_text(encoding="utf-8").replace("working", "official"), "utf-8")
    workspace = Workspace(workspace.folder)
    run = cached_run(workspace, "works", MARCH)
    rows = cells(written(workspace, run, "205-1", tmp_path / "form.xlsx").worksheets[0])
    kept_out = rows["electricity"]["Coal equivalent, calorific basis"]
    assert kept_out.value is None
    assert "kept out of an official form" in kept_out.comment.text
    assert rows["electricity"]["Purchased"].value == 20.83  # own records have no letter
    # its heat value was measured: what keeps it out is the method, until that is confirmed
    assert rows["anthracite"]["Coal equivalent, calorific basis"].value is None
    confirm_reference(workspace, "methods/gbt-2589-2020", "Ann", "p. 4")
    rows = cells(written(workspace, run, "205-1", tmp_path / "again.xlsx").worksheets[0])
    assert rows["anthracite"]["Coal equivalent, calorific basis"].value == 452.10
    assert rows["electricity"]["Coal equivalent, calorific basis"].value is None
    assert rows["Total"]["Coal equivalent, calorific basis"].value is None


def test_a_month_without_records_is_empty(filled: Workspace, tmp_path: Path) -> None:
    run = cached_run(filled, "works", Period.parse("2025-02-01/2025-04-01"))
    rows = cells(written(filled, run, "205-1", tmp_path / "form.xlsx").worksheets[0])
    assert rows["anthracite"]["Purchased"].value is None
    assert "2025-02" in rows["anthracite"]["Purchased"].comment.text
    assert "400.00 t" in rows["anthracite"]["Purchased"].comment.text
    assert rows["electricity"]["Purchased"].value is None
    assert rows["anthracite"]["Closing stock"].value == 300


def test_a_file_is_not_replaced_unasked(filled: Workspace, month: SiteRun, tmp_path: Path) -> None:
    form, content = fill_form(filled, month, "B204-1", "en")
    path = save_form(form, content, tmp_path / "form.xlsx")
    with pytest.raises(WorkspaceError, match="exists already"):
        save_form(form, content, path)
    assert save_form(form, content, path, replace=True) == path
    with pytest.raises(WorkspaceError, match="workbook or a page"):
        save_form(form, content, tmp_path / "form.docx")


def test_a_part_of_a_month_is_no_period_of_a_form(filled: Workspace) -> None:
    run = cached_run(filled, "works", Period.parse("2025-03-01/2025-03-10"))
    with pytest.raises(WorkspaceError, match="whole months"):
        fill_form(filled, run, "205-1", "en")


def plan(version: str, rung: str = "certificate") -> str:
    return (
        f'version = "{version}"\n[[meter]]\nid = "e1"\naccuracy = "0.5S"\n'
        f'[[parameter]]\nitem = "gas"\nname = "net_calorific_value"\nrung = "{rung}"\n'
    )


def planned(workspace: Workspace, run: SiteRun) -> tuple[str, set[tuple[str, str, object]]]:
    """The version that a plan says it is, and what its check found."""
    form, _ = fill_form(workspace, run, "monitoring-plan", "en")
    told = {(one.rule, one.subject, one.numbers.get("name")) for one in form.findings}
    return dict(form.facts).get("Version of the plan", ""), told


def test_the_plan_is_the_one_that_the_ledger_held(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    before = cached_run(workspace, "works", MARCH)
    own = plan_file(workspace, "works")
    own.write_text(plan("2025-1"), encoding="utf-8")
    assert planned(workspace, before)[0] == ""
    first = cached_run(workspace, "works", MARCH)  # to change a plan makes no account stale
    assert first.header["read"] == before.header["read"]
    commit_plan(workspace, workspace.site("works"))
    first = cached_run(workspace, "works", MARCH)
    version, told = planned(workspace, first)
    assert version == "2025-1"
    assert ("plan_lower_rung", "gas", "net_calorific_value") not in told
    assert ("plan_not_arrived", "gas", "carbon_content") in told
    own.write_text(plan("2025-2", "measured"), encoding="utf-8")
    run(workspace, ["works"], MARCH)  # a run commits it, as it does the declaration
    second = cached_run(workspace, "works", MARCH)
    version, told = planned(workspace, second)
    assert version == "2025-2"
    assert ("plan_lower_rung", "gas", "net_calorific_value") in told
    assert planned(workspace, first)[0] == "2025-1"
    position = first.header["read"]["position"]
    then = run(workspace, ["works"], MARCH, known_at=position)["works"]
    assert planned(workspace, then)[0] == "2025-1"
    assert {r.header["hash"] for r in (before, first, second, then)} == {before.header["hash"]}


def test_a_plan_is_committed_once_and_may_come_back(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    site, own = workspace.site("works"), plan_file(workspace, "works")
    assert commit_plan(workspace, site) is None
    positions = []
    for text in (plan("1"), plan("1"), plan("2"), plan("1"), plan("1")):
        own.write_text(text, encoding="utf-8")
        commit = commit_plan(workspace, site)
        assert commit is not None
        positions.append((commit.position, commit.replayed, commit.rows))
    first = positions[0][0]
    assert positions == [
        (first, False, 3), (first, True, 3), (first + 1, False, 3), (first + 2, False, 3),
        (first + 2, True, 3),
    ]  # fmt: skip
    versions = [plan_known(workspace, site, n).version for n in range(first - 1, first + 3)]
    assert versions == ["", "1", "2", "1"]
    assert workspace.ledger("works").verify() == first + 2


def test_a_plan_at_fault_is_refused_and_keeps_no_account_waiting(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    own = plan_file(workspace, "works")
    own.write_text('[[meter]]\nid = "nothing"\n', encoding="utf-8")
    with pytest.raises(DeclarationError, match="monitoring plan"):
        commit_plan(workspace, workspace.site("works"))
    result = cached_run(workspace, "works", MARCH)
    rows = result.table(FINDING).to_pylist()
    (found,) = [Finding.from_row(row) for row in rows if row["rule"] == "plan_at_fault"]
    assert "'nothing'" in found.text("en")
    assert "'nothing'" in found.text("zh")
    assert planned(workspace, result)[0] == ""
