"""A small nation through the one path of every run: accounts, verdicts, and what was planted."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from celadon.app.result import SiteRun
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation

ALWAYS = {"no_method", "no_parameter"}
"""Findings that tell what the tables lack, not what an enterprise did."""

Row = dict[str, str]


def rows(folder: Path, name: str) -> list[Row]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ran(folder: Path, options: NationOptions) -> dict[str, SiteRun]:
    simulate_nation(folder, options, workers=1)
    workspace = Workspace(folder)
    return run(workspace, workspace.site_ids(), Period.parse(str(options.year)))


def is_seen(fault: Row, result: SiteRun) -> bool:
    what, _, name = fault["expected"].partition(":")
    if what == "verdict":
        return name in {row["outcome"] for row in result.tables["verdict"].to_pylist()}
    if what == "finding":
        return name in {row["rule"] for row in result.tables["finding"].to_pylist()}
    events = result.tables["quality_event"].to_pylist()
    return (fault["place"], name) in {(row["subject"], row["rule"]) for row in events}


def check(folder: Path, results: dict[str, SiteRun]) -> None:
    """Every planted thing that a run can see is seen, and nothing else is complained of."""
    planted: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, "truth"):
        planted[row["site"]].append(row)
    for site, result in results.items():
        for fault in planted[site]:
            if fault["expected"] and not fault["expected"].startswith("nation:"):
                assert is_seen(fault, result), fault
        told = {fault["expected"] for fault in planted[site]}
        if not told & {"verdict:over_limit", "verdict:below_baseline"}:
            outcomes = {r["outcome"] for r in result.tables["verdict"].to_pylist()}
            assert not outcomes & {"over_limit", "below_baseline"}, planted[site]
        if not any(told):
            assert {r["rule"] for r in result.tables["finding"].to_pylist()} <= ALWAYS, site


def unit_energy(result: SiteRun) -> float:
    leaves = result.tables["leaf"].to_pylist()
    energy = sum(
        leaf["value"] for leaf in leaves
        if leaf["account"] == "process_energy" and leaf["measure"] == "calorific_value"
    )  # fmt: skip
    made = sum(leaf["count"] for leaf in leaves if leaf["account"] == "production")
    return float(energy / made)


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, SiteRun]]:
    folder = tmp_path_factory.mktemp("run") / "returns"
    return folder, ran(folder, NationOptions(36, seed=6, faulty=0.6))


def test_the_account_gives_the_unit_energy_that_was_drawn(
    returns: tuple[Path, dict[str, SiteRun]],
) -> None:
    folder, results = returns
    spoiled = {row["site"] for row in rows(folder, "truth") if row["kind"].startswith("return/")}
    clean = [row for row in rows(folder, "enterprises") if row["site"] not in spoiled]
    assert len(clean) > 12
    for row in clean:
        found = unit_energy(results[row["site"]])
        assert found == pytest.approx(float(row["unit_energy"]), rel=2e-4), row["site"]


def test_planted_violations_and_errors_are_found_and_clean_sites_are_clean(
    returns: tuple[Path, dict[str, SiteRun]],
) -> None:
    check(*returns)
    kinds = {row["kind"] for row in rows(returns[0], "truth") if row["expected"]}
    assert {"violation", "return/missing_month", "return/doubled_delivery"} <= kinds


def test_every_enterprise_has_accounts_and_the_judged_have_verdicts(
    returns: tuple[Path, dict[str, SiteRun]],
) -> None:
    folder, results = returns
    outcomes = set()
    for row in rows(folder, "enterprises"):
        result = results[row["site"]]
        accounts = {leaf["account"] for leaf in result.tables["leaf"].to_pylist()}
        assert {"energy", "water", "production"} <= accounts, row["site"]
        outcomes |= {verdict["outcome"] for verdict in result.tables["verdict"].to_pylist()}
    assert {"grade_1", "grade_2", "grade_3", "over_limit", "cannot_tell"} <= outcomes


def test_carbon_is_booked_where_a_method_covers_the_sector(
    returns: tuple[Path, dict[str, SiteRun]],
) -> None:
    for result in returns[1].values():
        leaves = [x for x in result.tables["leaf"].to_pylist() if x["account"] == "carbon"]
        assert bool(leaves) == bool(result.site.accounting.carbon_method)


def test_faults_of_meters_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "metered"
    results = ran(folder, NationOptions(3, seed=2, meters=8, faulty=1.0))
    check(folder, results)
    assert any(row["kind"].startswith("meter/") for row in rows(folder, "truth"))


@pytest.mark.long
def test_a_nation_of_twenty_with_meters(tmp_path: Path) -> None:
    folder = tmp_path / "metered"
    check(folder, ran(folder, NationOptions(20, seed=11, meters=15, faulty=0.5)))
