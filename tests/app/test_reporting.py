"""What a report is given of a run."""

from __future__ import annotations

from pathlib import Path

from tests.app.shop import MARCH, declaration, fill, make_workspace

from celadon.accounts.tables import LEAF
from celadon.app.reporting import report_content, write_site_report
from celadon.app.running import SiteRun, run
from celadon.app.workspace import Workspace


def test_flows_are_the_leaves_of_flows(filled: Workspace, month: SiteRun) -> None:
    content = report_content(filled, month)
    flows = content.flows.to_pylist()
    leaves = [x for x in month.table(LEAF).to_pylist() if x["account"] == "flow"]
    assert sum(flow["gce"] for flow in flows) == sum(leaf["value"] for leaf in leaves)
    assert {(f["origin"], f["destination"]) for f in flows} == {
        ("outside", "power"), ("power", "mill"), ("outside", "mill"),
    }  # fmt: skip


def test_the_report_is_told_what_it_rests_on(filled: Workspace, month: SiteRun) -> None:
    content = report_content(filled, month)
    assert content.account_hash == month.header["hash"]
    assert [file.name for file in content.files] == [
        "readings.csv", "books.xlsx", "laboratory.xlsx",
    ]  # fmt: skip
    assert content.known_at.position == content.known_at.of == 4


def test_without_quarter_hours_there_is_no_load(filled: Workspace, month: SiteRun) -> None:
    assert report_content(filled, month).load is None


def test_a_load_is_laid_out_by_day_and_quarter_hour(tmp_path: Path) -> None:
    text = declaration().replace("minutes = 60", "minutes = 15")
    workspace = make_workspace(tmp_path, text)
    fill(workspace)  # hourly rows: a quarter hour in four has a reading
    result = run(workspace, ["works"], MARCH)["works"]
    load = report_content(workspace, result).load
    assert load is not None
    assert load.drawn.shape == (31, 96)
    known = load.drawn >= 0
    assert known.sum() == 31 * 24
    assert known[:, ::4].all()
    assert load.drawn[0, 0] == 230_000  # hour 0 of meter e1, 230 kWh


def test_a_report_is_written_into_the_workspace(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    write_site_report(workspace, result, "en")
    folder = workspace.out("works", MARCH)
    assert (folder / "report.html").is_file()
    assert result.header["hash"][:12] in (folder / "report.html").read_text(encoding="utf-8")
