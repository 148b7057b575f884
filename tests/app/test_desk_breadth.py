"""The desk check at the breadth of a campaign: many products and machines, and nothing silent."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pyarrow.compute as pc
import pytest

from celadon.accounts.tables import LEAF
from celadon.app.desk_check import Checked, desk_check
from celadon.app.desk_records import quantities_of
from celadon.app.supervising import new_programme, open_register
from celadon.app.workspace import Workspace
from celadon.assess.checks.national import national_population
from celadon.chain import sha256_file
from celadon.engine import Engine
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation
from celadon.tables import read_parquet


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checked]:
    folder = tmp_path_factory.mktemp("broad") / "nation"
    options = NationOptions(14, seed=9, faulty=0.7, products=6, machines=12)
    simulate_nation(folder, options, workers=1)
    workspace = Workspace(folder)
    new_programme(workspace, "s", "supervision", "模拟", "CN", 2026)
    register, names = open_register(workspace, "s"), workspace.site_ids()
    return folder, desk_check(workspace, register, names, Period.parse("2025"), "en")


def truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_planted_line_and_machine_is_found_and_no_other(
    checked: tuple[Path, Checked],
) -> None:
    folder, found = checked
    planted = truth(folder)
    lines = {(row["site"], row["place"]) for row in planted if row["kind"] == "line_violation"}
    told = {(one.case, f"p-{one.facts.split(' ·')[0][-2:]}") for one in found.proposed
            if one.facts.startswith(("p-", "simulated product"))}  # fmt: skip
    assert lines
    assert told == lines
    gone = {(row["site"], row["place"].split(" › ")[1]) for row in planted
            if row["kind"] == "eliminated_machine"}  # fmt: skip
    assert gone
    assert gone == {(one.case, one.facts.split(" is ")[0]) for one in found.proposed
                    if one.finding.startswith("m-")}  # fmt: skip
    for row in planted:
        if row["kind"] == "machine_below_grades":
            place = row["place"].split(" › ")[1]
            assert any(place in each for each in found.questions[row["site"]])


def test_no_planted_thing_is_silent_and_nobody_else_is_accused(
    checked: tuple[Path, Checked],
) -> None:
    folder, found = checked
    planted = {row["site"] for row in truth(folder)}
    assert planted <= {one.case for one in found.proposed} | found.questions.keys()
    assert {one.case for one in found.proposed} <= planted
    assert set(found.untold) == set(Workspace(folder).site_ids())


def test_questions_on_machines_that_are_alike_are_one(checked: tuple[Path, Checked]) -> None:
    for asked in checked[1].questions.values():
        alike = [each.partition(" · ")[2] for each in asked if each.startswith("e-")]
        assert len(alike) == len(set(alike))


def test_a_site_of_several_products_is_asked_product_by_product() -> None:
    from tests.assess.made import leaf  # noqa: PLC0415

    months = list(Period.parse("2025").months())
    rows = []
    for number, month in enumerate(months, 1):
        days = {"from_day": month.from_day, "to_day": month.to_day, "month": month.from_day}
        for product in ("a", "b"):
            made = 1_000_000 if (product, number) == ("b", 5) else 1_000 + number
            rows += [
                leaf(leaf=f"m{product}{number}", unit=f"u{product}", stream=product,
                     account="production", measure="amount", count=made, value=made, **days),
                leaf(leaf=f"e{product}{number}", unit=f"u{product}", stream=f"p{product}",
                     carrier="electricity", account="process_energy", measure="calorific_value",
                     count=5_000, value=614, **days),
                leaf(leaf=f"s{product}{number}", unit="works", stream=f"p{product}",
                     carrier="electricity", account="supply", measure="amount", count=5_000,
                     value=5_000, **days),
            ]  # fmt: skip
    site = {"site": "works", "owner": "模拟", "credit_code": "", "region": "", "industry": "3120"}
    asked = national_population([site], LEAF.from_rows(rows))
    names = set(asked.quantity["quantity"].to_pylist())
    assert {"output a", "output b", "energy a", "energy b", "electricity pa"} <= names
    ratios = set(asked.ratio["ratio"].to_pylist())
    assert ratios == {"energy_per_output", "energy_per_output a", "energy_per_output b"}


def test_every_finding_names_rows_that_can_be_looked_up(checked: tuple[Path, Checked]) -> None:
    folder, found = checked
    out = folder / "out" / "nation.2025"
    leaves, accounts = set(), {}
    for path in (out / "leaf").glob("part-*.parquet"):
        table = read_parquet(path, ["site", "leaf"])
        leaves |= set(zip(table["site"].to_pylist(), table["leaf"].to_pylist(), strict=True))
    for path in (out / "site_run").glob("part-*.parquet"):
        accounts |= {row["site"]: row["hash"] for row in read_parquet(path).to_pylist()}
    kinds = {"v": "verdict", "m": "equipment"}
    seen = set()
    for one in found.proposed:
        assert one.records
        for record in one.records:
            place, _, digest = record.rpartition("@")
            table, _, rest = place.partition("/")
            site, _, key = rest.partition("/")
            seen.add(table)
            if table == "leaf":
                assert (site, key) in leaves
            if table in ("leaf", "verdict"):
                assert digest == accounts[site]
            if table == "declaration":
                assert digest == sha256_file(folder / "sites" / site / "site.toml")
            if table in ("equipment", "source"):
                assert (folder / "sites" / site / "ledger" / "sources" / digest).is_file()
        told = kinds.get(one.finding[0])
        assert told is None or one.records[0].startswith(f"{told}/{one.case}/")
        assert one.rests_on or one.finding.startswith("r-")
        if one.finding.startswith("m-"):
            assert one.rests_on == (f"catalogue/{one.article}",)
    assert seen >= {"leaf", "verdict", "equipment", "declaration"}


def test_leaves_behind_a_quantity_are_those_that_the_checks_add(
    checked: tuple[Path, Checked],
) -> None:
    folder, _ = checked
    path = min((folder / "out" / "nation.2025" / "leaf").glob("part-*.parquet"))
    table = read_parquet(path)
    with Engine() as engine:
        engine.take(LEAF.name, table)
        engine.step("celadon.assess.checks", "national_amount")
        amounts = engine.table("national_amount").to_pylist()
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for site in set(table["site"].to_pylist()):
        for row, quantity in quantities_of(table.filter(pc.equal(table["site"], site))):
            counted = quantity.partition(" ")[0] == "energy"
            sums[site, quantity, row["month"].month] += row["value" if counted else "count"] or 0
    assert amounts
    assert sums == {(row["site"], row["quantity"], row["month"]): row["value"] or 0
                    for row in amounts}  # fmt: skip
