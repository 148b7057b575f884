"""The desk check at the breadth of a campaign: many products and machines, and nothing silent."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from celadon.app.desk_check import Checked, desk_check
from celadon.app.supervising import new_programme, open_register
from celadon.app.workspace import Workspace
from celadon.assess.checks.national import national_population
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation


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

    from celadon.accounts.tables import LEAF  # noqa: PLC0415

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
