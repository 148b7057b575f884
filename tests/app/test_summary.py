"""Totals are sums of leaves, and say what they lack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.app.shop import (
    LABORATORY,
    MARCH,
    declaration,
    fill,
    make_workspace,
    reading_rows,
    take,
    write_books,
    write_laboratory,
    write_readings,
)

from celadon.accounts.tables import LEAF
from celadon.app.running import SiteRun, run
from celadon.app.summary import TOTALLED, grouped, summarise
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.records.tables import FINDING


def leaves(result: SiteRun, account: str, measure: str) -> list[dict[str, object]]:
    rows = result.table(LEAF).to_pylist()
    return [x for x in rows if (x["account"], x["measure"]) == (account, measure)]


@pytest.mark.parametrize(("account", "measure"), TOTALLED[:3])
def test_a_total_is_the_sum_of_its_leaves(month: SiteRun, account: str, measure: str) -> None:
    total = summarise(month).total(account, measure)
    assert total is not None
    assert total.value == sum(x["value"] for x in leaves(month, account, measure))
    assert sum(total.by_confidence.values()) == total.value
    assert (total.estimated, total.seconds_missing) == (0, 0)


@pytest.mark.parametrize("by", ["unit", "month", "carrier", "scope", "stream"])
def test_the_groups_add_to_the_total(month: SiteRun, by: str) -> None:
    total = summarise(month).total("carbon", "co2")
    assert total is not None
    assert sum(grouped(month, "carbon", "co2", by).values()) == total.value


def test_a_group_by_month_is_named_by_it(month: SiteRun) -> None:
    assert list(grouped(month, "carbon", "co2", "month")) == ["2025-03"]


def test_a_whole_total_lacks_nothing(month: SiteRun) -> None:
    summary = summarise(month)
    total = summary.total("energy", "calorific_value")
    assert total is not None
    assert total.is_whole
    assert (total.lacking, total.rules) == ((), ())


def test_a_total_names_the_streams_it_lacks(month: SiteRun) -> None:
    total = summarise(month).total("energy", "equivalent_value")
    assert total is not None
    assert not total.is_whole
    assert total.lacking == ("power-bought",)
    assert total.rules == ("no_parameter",)


def test_there_is_no_water_where_none_is_declared(month: SiteRun) -> None:
    assert summarise(month).total("water", "volume") is None


def test_what_lies_inside_the_site_makes_no_total_incomplete(tmp_path: Path) -> None:
    inner = '\n[[stream]]\nid = "argon"\ncarrier = "argon"\nfrom = "mill"\nto = "flare"\n'
    workspace = make_workspace(tmp_path, declaration() + inner + 'monthly = "consumption"\n')
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    lacking = [f for f in result.table(FINDING).to_pylist() if f["rule"] == "no_parameter"]
    assert {f["subject"] for f in lacking} == {"argon", "power-bought"}
    total = summarise(result).total("energy", "calorific_value")
    assert total is not None
    assert total.is_whole


def test_a_fuel_without_energy_lacks_on_both_bases(tmp_path: Path) -> None:
    bought = '\n[[stream]]\nid = "argon"\ncarrier = "argon"\nfrom = "outside"\nto = "mill"\n'
    workspace = make_workspace(tmp_path, declaration() + bought + 'monthly = "consumption"\n')
    summary = summarise(run(workspace, ["works"], MARCH)["works"])
    for measure, streams in (
        ("calorific_value", ("argon",)),
        ("equivalent_value", ("argon", "power-bought")),
    ):
        total = summary.total("energy", measure)
        assert total is not None
        assert total.lacking == streams


def test_without_a_method_every_figure_of_the_account_lacks_it(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, declaration(country="KR", method=""))
    summary = summarise(run(workspace, ["works"], MARCH)["works"])
    for account, measure in TOTALLED[:3]:
        total = summary.total(account, measure)
        assert total is not None
        assert (total.value, total.lacking) == (0, (f"no {account} method",))
        assert total.rules == ("no_method",)


def test_a_method_not_in_force_is_named_with_its_days(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    summary = summarise(run(workspace, ["works"], Period.parse("2012-05"))["works"])
    total = summary.total("carbon", "co2")
    assert total is not None
    assert total.lacking == ("iron-and-steel-ndrc-2013 (2012-05-01 .. 2012-05-31)",)
    assert total.rules == ("method_not_in_force",)


def test_what_is_missing_of_a_total_is_its_meters_time(tmp_path: Path) -> None:
    bare = declaration().replace("[[meter]]", "[[meter]]\nestimate_hours = 0")
    workspace = make_workspace(tmp_path, bare)
    rows = reading_rows()
    del rows[100:110]  # ten hours of two interval meters; the register spans them
    take(workspace, write_readings(tmp_path / "readings.csv", rows))
    take(workspace, write_books(tmp_path / "books.xlsx"))
    take(workspace, write_laboratory(tmp_path / "laboratory.xlsx", LABORATORY))
    summary = summarise(run(workspace, ["works"], MARCH)["works"])
    total = summary.total("energy", "calorific_value")
    assert total is not None
    assert total.seconds_missing == 10 * 3600
    assert summary.quality["missing"] == 2 * 10 * 3600


def test_the_quality_of_the_month(month: SiteRun) -> None:
    quality = summarise(month).quality
    assert quality == {
        "readings": 3 * 744, "measured": 3 * 744 * 3600, "estimated": 0, "missing": 0,
    }  # fmt: skip


def test_readings_of_other_months_are_not_counted(filled: Workspace, month: SiteRun) -> None:
    part = run(filled, ["works"], Period.parse("2025-03-10/2025-03-11"))["works"]
    assert summarise(part).quality["readings"] == 3 * 24


def test_a_summary_is_plain_data(month: SiteRun) -> None:
    plain = json.loads(json.dumps(summarise(month).plain()))
    assert plain["totals"][0]["account"] == "energy"
    assert plain["findings"] == summarise(month).findings
    assert plain["header"]["hash"] == month.header["hash"]
