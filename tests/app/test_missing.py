"""What to obtain, with the weight of each thing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.app.shop import make_workspace

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.missing import reference_missing, rests_text
from celadon.app.running import SiteRun, run
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json
from celadon.exact import decimal_text
from celadon.records.period import Period
from celadon.reference.entries import find_entry

CHOICE = "electricity_selection/enterprise_gbt32150|2025|average|national|CN"
"""The row by which the programme of the works chose its factor of 2025; the factor itself is A."""


def test_every_row_below_official_is_listed_with_its_weight(
    filled: Workspace, month: SiteRun
) -> None:
    found = {m.what: m for m in reference_missing(filled, month) if m.kind == "record"}
    weak = {
        row["factor"]: row["confidence"]
        for row in month.table(PARAMETER).to_pylist()
        if row["rung"] == "default" and row["confidence"] != "A"
    }
    letter = weak.pop("electricity/2023/average/CN/co2_factor")
    assert {name: m.confidence for name, m in found.items()} == {**weak, CHOICE: letter}
    grid = found[CHOICE]
    carbon = [x for x in month.table(LEAF).to_pylist() if x["account"] == "carbon"]
    power = sum(x["value"] for x in carbon if x["stream"] == "power-bought")
    share = Fraction(power, sum(abs(x["value"]) for x in carbon))
    assert grid.weight == f"{decimal_text(share * 100, 2)} % of carbon"
    assert [(r.account, r.percent) for r in grid.rests] == [
        ("carbon", decimal_text(share * 100, 2))
    ]
    assert rests_text(grid, "en") == grid.weight
    assert "2025 No.47" in grid.fetch


def test_where_to_look_is_said_or_said_not_to_be_known(filled: Workspace, month: SiteRun) -> None:
    registry = filled.registry()
    for missing in reference_missing(filled, month):
        if missing.kind == "record" and missing.what in registry.records:
            locator = registry.records[missing.what].locator
            assert (missing.locator, missing.source != "") == (locator, True)
            assert missing.fetch.endswith(locator or "table and page not known")


def test_a_row_weighs_in_every_total_that_rests_on_it(filled: Workspace, month: SiteRun) -> None:
    name = "coal_equivalents/national/electricity_calorific_value/coal_equivalent"
    (found,) = [m for m in reference_missing(filled, month) if m.what == name]
    assert [r.account for r in found.rests] == ["energy", "process_energy"]
    assert "综合能耗" in rests_text(found, "zh")


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
    assert found == {"methods/gbt-2589-2020": "D", "methods/iron-and-steel-ndrc-2013": "B"}


def test_a_method_that_was_not_in_force_is_among_what_is_missing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    result = run(workspace, ["works"], Period.parse("2012-05"))["works"]
    texts = [m.fetch for m in reference_missing(workspace, result) if m.kind == "parameter"]
    assert any("iron-and-steel-ndrc-2013" in text and "not yet in force" in text for text in texts)


def test_nothing_is_missing_twice(filled: Workspace, month: SiteRun) -> None:
    plain = [canonical_json(m.plain()) for m in reference_missing(filled, month)]
    assert len(plain) == len(set(plain))


def test_a_method_is_told_with_the_equations_used_and_what_rests_on_them(
    filled: Workspace, month: SiteRun
) -> None:
    name = "methods/iron-and-steel-ndrc-2013"
    (english,) = [m for m in reference_missing(filled, month) if m.what == name]
    (chinese,) = [m for m in reference_missing(filled, month, "zh") if m.what == name]
    assert "compare its equations: combustion" in english.fetch
    assert "核对其公式：combustion" in chinese.fetch
    assert [(r.account, r.percent) for r in english.rests] == [("carbon", "100.00")]
    assert english.source == find_entry(filled.registry(), name).source.cited("en")  # type: ignore[union-attr]
