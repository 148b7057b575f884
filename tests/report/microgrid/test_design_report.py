"""The report of a design: what is shown balances, adds up, and says the same in both languages."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from tests.plan.microgrid.sites import everything

from celadon.app.designing import initialise_design
from celadon.app.microgrid_reporting import report_design, write_report_of
from celadon.languages import LANGUAGES
from celadon.plan.microgrid import Plan, plan_design
from celadon.report.microgrid.charts import monthly, months, parts_of, week
from celadon.report.microgrid.content import DesignReport, State
from celadon.report.microgrid.energies import energies_of, sankey_flows
from celadon.report.microgrid.names import WORDS, Draft
from celadon.report.microgrid.pypsa import write_network


@cache
def state() -> State:
    plan = plan_design(everything())
    assert isinstance(plan, Plan)
    return State(plan.design, plan.sizes, plan.flows)


def test_what_comes_to_a_bus_leaves_it() -> None:
    flows = sankey_flows(state().energies)
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for origin, destination, _, amount in flows:
        assert amount > 0
        out[origin] += amount
        into[destination] += amount
    buses = {name for name in into if name.startswith("bus:")}
    assert {"bus:power", "bus:heat", "bus:hydrogen", "bus:coke-gas"} <= buses
    for bus in buses:
        assert into[bus] == pytest.approx(out[bus], rel=1e-5), bus


def test_the_run_of_the_report_costs_what_the_plan_does() -> None:
    found = state()
    again = energies_of(found.design, found.sizes, found.flows)
    plan = plan_design(found.design)
    assert isinstance(plan, Plan)
    assert again.ran.cost == pytest.approx(plan.objective, rel=1e-6)
    assert again.ran.largest_breach < 1e-5


def test_months_add_up_to_the_flows(content: DesignReport) -> None:
    draft = Draft(content, "en")
    energies = content.planned.energies
    brings, takes, used = parts_of(energies, "power")
    for flow in (*brings.values(), *takes.values(), used):
        assert float(sum(monthly(draft, flow))) == pytest.approx(energies.total(flow), abs=0.01)
    supplied = sum(energies.total(flow) for flow in brings.values())
    taken = sum(energies.total(flow) for flow in takes.values()) + energies.total(used)
    assert supplied == pytest.approx(taken, rel=1e-6)
    assert "<svg" in months(draft, [str(n) for n in range(1, 13)])


def test_a_week_in_which_nothing_moves_is_no_picture(content: DesignReport) -> None:
    still = {key: np.zeros_like(flow) for key, flow in content.planned.energies.moved.items()}
    planned = SimpleNamespace(design=content.planned.design,
                              energies=replace(content.planned.energies, moved=still))  # fmt: skip
    assert week(Draft(replace(content, planned=planned), "zh"), "heat", 0, "title") == ""


def test_the_bill_differs_as_the_plans_do_to_the_cent(content: DesignReport) -> None:
    assert content.before is not None
    for now in (content.planned, content.before):
        billed = sum(each.line.amount for each in now.bill)
        costs = now.energies.ran.costs
        reckoned = costs["power bought"] + costs["power sold"] + costs["demand"]
        assert billed / 100 == pytest.approx(reckoned * 1000, abs=0.5)  # 12 months, W of 8760 h
    for each in content.planned.bill:
        assert each.line.amount == round(each.line.quantity * each.line.price * 100)


def test_the_money_holds_together(content: DesignReport) -> None:
    money = content.money
    assert money is not None
    rate = money.internal_return.rate
    assert rate is not None
    worth = sum(amount / (1 + rate) ** year for year, amount in enumerate(money.net))
    assert worth == pytest.approx(0, abs=1e-3)


def test_carbon_is_by_the_factors_of_the_accounts(content: DesignReport) -> None:
    power = next(line for line in content.carbon if line.carrier == "electricity")
    assert power.factor == Fraction("0.5306")  # MEE and NBS announcement 2025 No. 47, 2023 data
    assert (power.own, power.letter) == (False, "C")
    gas = next(line for line in content.carbon if line.carrier == "natural_gas")
    heat = Fraction("3.6")  # GJ/MWh
    assert gas.factor == heat * Fraction("15.30") / 1000 * Fraction("0.99") * Fraction(44, 12)
    assert power.tonnes[1] == pytest.approx(float(power.energy[1] * power.factor), abs=1e-6)


def test_without_a_carrier_the_design_s_own_factor_is_named(tmp_path: Path) -> None:
    design, _ = initialise_design(tmp_path / "site")
    found = report_design(design)[1]
    assert found is not None
    boiler = next(line for line in found.carbon if line.source_id == "boiler")
    assert (boiler.own, boiler.factor) == (True, Fraction("0.2"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_workbook(content: DesignReport, language: str, tmp_path: Path) -> None:
    page, book = write_report_of(content, tmp_path, language)  # type: ignore[arg-type]
    text = page.read_text(encoding="utf-8")
    assert len(text) < 5_000_000
    assert "<script" not in text
    assert not re.search(r'(src|href)="https?:', text)
    assert WORDS.text("simulated", language) in text
    for section in ("design", "rules", "energy", "dispatch", "bill", "money", "carbon", "check"):
        assert f'<section id="{section}">' in text
    assert f"{content.cost / 100:,.2f}" in text
    plain = re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    if language == "en":
        named = re.sub(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号", "", plain)
        assert not re.findall(r"[\u4e00-\u9fff]+", named)
    opened = openpyxl.load_workbook(book, data_only=True)
    sheets = opened.sheetnames
    assert sheets[0] == WORDS.text("sheet_summary", language)
    assert WORDS.text("bill", language) in sheets
    with ZipFile(book) as parts:
        drawn = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        months = parts.read(drawn[0]).decode()
    assert len(drawn) == 3  # power by month, the bill by month, the years' money
    power = opened[WORDS.text("energy", language)]
    for column, first, last in re.findall(r"<c:val>.*?\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)", months):
        assert power[f"{column}{int(last) + 1}"].value == pytest.approx(
            sum(power[f"{column}{row}"].value for row in range(int(first), int(last) + 1)), abs=0.7
        )  # the row below what is drawn is the total of it


def test_the_network_says_all_that_the_design_does(tmp_path: Path) -> None:
    plan = plan_design(everything())
    assert isinstance(plan, Plan)
    assert write_network(plan.design, plan, tmp_path) == []
    told = json.loads((tmp_path / "constraints.json").read_text(encoding="utf-8"))
    assert {"local use", "export", "green", "carbon"} <= {c["name"] for c in told["constraints"]}
    assert told["objective_kcny"] == plan.objective
    links = {row["name"]: row for row in csv.DictReader((tmp_path / "links.csv").open())}
    assert float(links["chp"]["efficiency"]) == 0.38
    assert float(links["grid.a"]["capital_cost"]) == pytest.approx(3.0 * 1.05)
    buses = {row["name"] for row in csv.DictReader((tmp_path / "buses.csv").open())}
    assert {row["bus0"] for row in links.values()} <= buses
    loads = list(csv.DictReader((tmp_path / "loads-p_set.csv").open()))
    asked = np.array([float(row["load"]) for row in loads])
    assert asked == pytest.approx(plan.design.series["load"])


@pytest.mark.long
def test_pypsa_finds_the_same_cost(tmp_path: Path) -> None:
    """The folder's own script, where PyPSA is installed."""
    pytest.importorskip("pypsa", reason="PyPSA is an optional peer: pip install celadon[peers]")
    import runpy  # noqa: PLC0415

    plan = plan_design(everything())
    assert isinstance(plan, Plan)
    write_network(plan.design, plan, tmp_path)
    cost = runpy.run_path(str(tmp_path / "solve.py"))["cost"]
    assert cost == pytest.approx(plan.objective, rel=1e-6)


def test_every_word_is_used_and_there() -> None:
    import celadon.report.microgrid as package  # noqa: PLC0415

    folder = Path(str(package.__file__)).parent
    text = "\n".join(p.read_text("utf-8") for p in folder.rglob("*.py"))
    groups = (
        "blocks",
        "parts",
        "kinds",
        "bill_line",
        "band",
        "origins",
        "by_origin",
        "heat_of",
        "rows",
    )
    text = text.replace("'", '"')
    words = (key for key in WORDS if key.partition(".")[0] not in groups)
    dead = [key for key in words if f'"{key}"' not in text]
    kept = {"local_use_of_available", "local_use_of_generated", "green_share_of_consumed",
            "export_share_of_available", "local_use", "green_share", "export_share",
            "carbon_cap", "export_share_of_generated", "of_available", "of_generated",
            "of_consumed"}  # by the names of shares and rules  # fmt: skip
    assert set(dead) <= kept
    asked = set(re.findall(r'\bsay\(\s*"([a-z_]+)"', text))
    assert asked <= set(WORDS)
