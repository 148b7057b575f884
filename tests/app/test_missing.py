"""What to obtain, with the weight of each thing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.app.shop import make_workspace

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.missing import reference_missing
from celadon.app.running import SiteRun, run
from celadon.app.workspace import Workspace
from celadon.exact import decimal_text
from celadon.records.period import Period


def test_every_record_below_official_is_listed_with_its_weight(
    filled: Workspace, month: SiteRun
) -> None:
    found = {m.what: m for m in reference_missing(filled, month) if m.kind == "record"}
    weak = {
        row["factor"]: row["confidence"]
        for row in month.table(PARAMETER).to_pylist()
        if row["rung"] == "default" and row["confidence"] != "A"
    }
    assert {name: m.confidence for name, m in found.items()} == weak
    grid = found["electricity/2023/average/CN/co2_factor"]
    carbon = [x for x in month.table(LEAF).to_pylist() if x["account"] == "carbon"]
    power = sum(x["value"] for x in carbon if x["stream"] == "power-bought")
    share = Fraction(power, sum(abs(x["value"]) for x in carbon))
    assert grid.weight == f"{decimal_text(share * 100, 2)} % of carbon"
    assert "2025 No.47" in grid.fetch


def test_a_record_weighs_by_the_account_in_which_it_weighs_most(
    filled: Workspace, month: SiteRun
) -> None:
    inputs = month.table(LEAF_INPUT).to_pylist()
    parameters = {row["parameter"]: row["factor"] for row in month.table(PARAMETER).to_pylist()}
    name = "coal_equivalents/national/electricity_calorific_value/coal_equivalent"
    touched = {r["leaf"] for r in inputs if parameters.get(r["ref"]) == name}
    shares = []
    for account in ("energy", "process_energy"):
        rows = [
            x
            for x in month.table(LEAF).to_pylist()
            if (x["account"], x["measure"]) == (account, "calorific_value")
        ]
        part = sum(abs(x["value"]) for x in rows if x["leaf"] in touched)
        shares.append((Fraction(part, sum(abs(x["value"]) for x in rows)), account))
    share, account = max(shares)
    (found,) = [m for m in reference_missing(filled, month) if m.what == name]
    assert found.weight == f"{decimal_text(share * 100, 2)} % of {account}"


def test_what_stays_empty_is_told_in_either_language(filled: Workspace, month: SiteRun) -> None:
    (english,) = [m for m in reference_missing(filled, month) if m.kind == "parameter"]
    (chinese,) = [m for m in reference_missing(filled, month, "zh") if m.kind == "parameter"]
    assert english.what == chinese.what == "power-bought"
    assert "the figure stays empty" in english.fetch
    assert "该数值留空" in chinese.fetch


def test_methods_that_were_not_read_in_the_official_text(filled: Workspace, month: SiteRun) -> None:
    found = {m.what: m.confidence for m in reference_missing(filled, month) if m.kind == "method"}
    assert found == {"gbt-2589-2020": "D", "iron-and-steel-ndrc-2013": "B"}


def test_a_method_that_was_not_in_force_is_among_what_is_missing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    result = run(workspace, ["works"], Period.parse("2012-05"))["works"]
    texts = [m.fetch for m in reference_missing(workspace, result) if m.kind == "parameter"]
    assert any("iron-and-steel-ndrc-2013" in text and "not yet in force" in text for text in texts)


def test_nothing_is_missing_twice(filled: Workspace, month: SiteRun) -> None:
    plain = [tuple(m.plain().values()) for m in reference_missing(filled, month)]
    assert len(plain) == len(set(plain))
