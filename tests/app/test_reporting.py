"""What a report is given of a run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from tests.app.shop import MARCH, declaration, fill, make_workspace, take, write_readings

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


def quarter_hours(gone: range) -> list[list[Any]]:
    """A month of meter e1 by the quarter hour, but for some of them."""
    start = dt.datetime(2025, 3, 1)
    return [
        [f"{start + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M}", 50 + n % 96, "", ""]
        for n in range(31 * 96)
        if n not in gone
    ]


def test_a_load_is_laid_out_by_day_and_quarter_hour(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, declaration().replace("minutes = 60", "minutes = 15"))
    gone = range(9 * 96 + 40, 20 * 96)  # longer than what is estimated
    take(workspace, write_readings(tmp_path / "readings.csv", quarter_hours(gone)))
    load = report_content(workspace, run(workspace, ["works"], MARCH)["works"]).load
    assert load is not None
    assert load.drawn.shape == (31, 96)
    known = load.drawn >= 0
    assert known.sum() == 31 * 96 - len(gone)
    assert known[9, :40].all()
    assert not known[9, 40:].any()
    assert (load.drawn[25] == 1000 * np.arange(50, 146)).all()


def test_hourly_readings_of_a_quarter_hour_meter_show_no_load(tmp_path: Path) -> None:
    """Each is the amount of its hour: how it was drawn within the hour nobody knows."""
    workspace = make_workspace(tmp_path, declaration().replace("minutes = 60", "minutes = 15"))
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    assert report_content(workspace, result).load is None


def test_a_report_is_written_into_the_workspace(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    write_site_report(workspace, result, "en")
    folder = workspace.out("works", MARCH)
    assert (folder / "report.html").is_file()
    assert result.header["hash"][:12] in (folder / "report.html").read_text(encoding="utf-8")
