"""A real works' electricity, 15 minutes, 2018: the public data set UCI 851.

The expected total is the sum of its column Usage_kWh by decimals, made anew here from the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from celadon.accounts.tables import LEAF
from celadon.app.explaining import Question, explain
from celadon.app.importing import import_files
from celadon.app.missing import reference_missing
from celadon.app.running import SiteRun, run
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.records.tables import FINDING, METER_DAY, QUALITY_EVENT

EXAMPLE = REPOSITORY / "examples" / "steel-15min"
YEAR = Period.parse("2018")
TOTAL = Decimal("959636.71")


@pytest.fixture(scope="module")
def source(shared_data: Path) -> Path:
    return shared_data / "uci_steel" / "steel_industry_15min_2018.csv.gz"


@pytest.fixture(scope="module")
def workspace(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("steel")
    workspace = Workspace.create(folder / "workspace", "steel", "en")
    workspace.add_site(EXAMPLE / "site.toml")
    (done,) = import_files(workspace, "steel-15min", [source], "steel-15min")
    assert (done.rows, done.findings) == (5 * 35_040, ())
    return workspace


@pytest.fixture(scope="module")
def year(workspace: Workspace) -> SiteRun:
    return run(workspace, ["steel-15min"], YEAR)["steel-15min"]


def test_the_total_is_exact(year: SiteRun, source: Path) -> None:
    with gzip.open(source, "rt", encoding="utf-8-sig", newline="") as file:
        written = sum(Decimal(row["Usage_kWh"]) for row in csv.DictReader(file))
    assert written == TOTAL
    days = [row for row in year.table(METER_DAY).to_pylist() if row["meter"] == "usage"]
    assert len(days) == 365
    assert sum(row["measured"] for row in days) == TOTAL * 1000
    leaves = [row for row in year.table(LEAF).to_pylist() if row["account"] == "supply"]
    assert len(leaves) == 12
    assert sum(row["value"] for row in leaves) == TOTAL * 1000
    assert {(row["estimated"], row["seconds_missing"]) for row in leaves} == {(0, 0)}


def test_each_day_has_the_rows_that_the_file_writes_for_it(year: SiteRun, source: Path) -> None:
    """By the order of rows 96 are a day, whatever their stamps say."""
    with gzip.open(source, "rt", encoding="utf-8-sig", newline="") as file:
        usage = [Decimal(row["Usage_kWh"]) for row in csv.DictReader(file)]
    days = {
        row["day"]: row["measured"]
        for row in year.table(METER_DAY).to_pylist()
        if row["meter"] == "usage"
    }
    for number in range(365):
        day = dt.date(2018, 1, 1) + dt.timedelta(number)
        assert days[day] == sum(usage[96 * number : 96 * (number + 1)]) * 1000


def test_mislabelled_midnights_are_found_and_mended(year: SiteRun) -> None:
    events = [e for e in year.table(QUALITY_EVENT).to_pylist() if e["rule"] != "silent_slot"]
    assert {event["rule"] for event in events} == {"mislabelled_midnight"}
    assert sum(event["slots"] for event in events) == 365


def test_one_silent_quarter_hour_is_told_and_kept(year: SiteRun) -> None:
    silent = [e for e in year.table(QUALITY_EVENT).to_pylist() if e["rule"] == "silent_slot"]
    assert [event["slots"] for event in silent] == [1]
    assert sum(row["seconds_missing"] for row in year.table(METER_DAY).to_pylist()) == 0


def test_no_chinese_factor_is_applied_and_the_figures_are_named(
    workspace: Workspace, year: SiteRun
) -> None:
    assert year.header["factors"] == []
    assert year.header["methods"] == {}
    assert year.tables["verdict"].num_rows == 0
    assert {row["account"] for row in year.table(LEAF).to_pylist()} == {"supply"}
    summary = summarise(year)
    for account, measure in (("energy", "calorific_value"), ("carbon", "co2")):
        total = summary.total(account, measure)
        assert total is not None
        assert (total.value, total.lacking) == (0, (f"no {account} method",))
    assert {m.kind for m in reference_missing(workspace, year)} == {"parameter"}
    rules = set(year.table(FINDING)["rule"].to_pylist())
    assert rules == {"no_method", "mislabelled_midnight", "silent_slot"}


def test_a_month_names_its_rows(workspace: Workspace, year: SiteRun) -> None:
    """January's 2,976 readings stand in the rows behind the header."""
    leaf = "supply/works/electricity-purchased/purchased/amount/2018-01"
    tree = explain(workspace, year, Question("supply", leaf=leaf))
    meter = tree.parts[0].parts[0].parts[0]
    assert [(part.value, part.label) for part in meter.parts] == [
        ("2976 readings", "rows 2 to 2977")
    ]
    assert meter.parts[0].source == "steel_industry_15min_2018.csv.gz"
