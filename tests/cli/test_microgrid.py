"""``celadon microgrid`` and ``calc microgrid.design``: an example, its plan, its refusals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cli.speaking import document, refused, typed
from tests.plan.microgrid.sites import PARAMETERS, profiles

from celadon.plan.microgrid.tables import MICROGRID_COST, MICROGRID_FLOW, MICROGRID_RULE

DESIGN = "design.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document("microgrid", "init", tmp_path / "site")
    return tmp_path / "site"


def quicker(folder: Path) -> None:
    """The example with what is quickly planned: a load, a connection, a roof, its rules."""
    text = (folder / DESIGN).read_text(encoding="utf-8")
    head, *tables = text.split("\n[[")
    kept = [t for t in tables if t.startswith(("demand", "grid", "photovoltaics", "rule"))]
    kept = [t for t in kept if "heating" not in t]
    (folder / DESIGN).write_text("\n[[".join([head, *kept]), encoding="utf-8")


def test_the_example_is_planned_proved_and_written(folder: Path) -> None:
    quicker(folder)
    found = document("microgrid", "design", folder / DESIGN)
    assert found["status"] == "planned"
    assert found["simulated"]
    assert found["proof"]["gap"] <= 1e-6
    assert found["proof"]["largest_violation"] <= 1e-6
    assert found["replay"]["largest_breach"] <= 1e-6
    assert found["replay"]["cost_kcny"] == pytest.approx(found["proof"]["objective_kcny"], rel=1e-6)
    parts = sum(Fraction(part) for part in found["costs_cny"].values())
    assert parts == Fraction(found["cost_cny"])
    costs = MICROGRID_COST.read(folder / "out" / "microgrid_cost.parquet")
    assert sum(costs["value"].to_pylist()) == parts * 100
    rules = MICROGRID_RULE.read(folder / "out" / "microgrid_rule.parquet").to_pylist()
    assert {r["rule"]: r["limit"] for r in rules} == {
        "local use": 600_000, "export share": 200_000, "green share": 300_000
    }  # fmt: skip
    assert {r["source"] for r in rules} == {"miit-2025-77", "ndrc-2025-1192"}
    flows = MICROGRID_FLOW.read(folder / "out" / "microgrid_flow.parquet")
    assert len(flows) % 8760 == 0


def test_both_languages_tell_the_plan(folder: Path) -> None:
    quicker(folder)
    english = typed("microgrid", "design", folder / DESIGN, "--lang", "en").stdout
    chinese = typed("microgrid", "design", folder / DESIGN, "--lang", "zh").stdout
    assert "CNY a year" in english
    assert "simulated figures" in english
    assert "年成本" in chinese
    assert "模拟数据" in chinese
    assert "工信厅联节〔2025〕77号" in english


def test_an_example_never_overwrites(folder: Path) -> None:
    error = refused("microgrid", "init", folder)
    assert error["summary"] == "There is a design.toml already"


def test_where_no_design_keeps_all_demands(folder: Path) -> None:
    quicker(folder)
    text = (folder / DESIGN).read_text(encoding="utf-8")
    set_by = 'kind = "green_share"\nset = "NDRC-2025-1192"'
    assert set_by in text
    text = text.replace(set_by, 'kind = "green_share"\nlimit = "90 %"')
    (folder / DESIGN).write_text(text, encoding="utf-8")
    told = typed("microgrid", "design", folder / DESIGN, "--lang", "en")
    assert told.exit_code == 2
    assert "no design keeps all demands" in told.stdout
    assert "green share: 90.00 % → " in told.stdout
    assert "no cause  local use, export share" in told.stdout
    done = typed("microgrid", "design", folder / DESIGN, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["status"]) == (2, "infeasible")
    assert found["concessions"][0]["enough"] < 0.9
    assert found["wrote"] == []


def test_what_stops_a_design(folder: Path, tmp_path: Path) -> None:
    assert (
        "no such file"
        in refused("microgrid", "design", tmp_path / "none.toml")["faults"][0]["found"]
    )
    text = (folder / DESIGN).read_text(encoding="utf-8")
    (folder / DESIGN).write_text(text.replace('\nmost = "12 MW"', "\nmost = 12"), encoding="utf-8")
    error = refused("microgrid", "design", folder / DESIGN)
    assert "without its unit" in error["faults"][0]["rule"]
    (folder / DESIGN).write_text(
        text.replace('series = "load"', 'series = "lod"'), encoding="utf-8"
    )
    error = refused("microgrid", "design", folder / DESIGN)
    assert "one of the series" in error["faults"][0]["rule"]
    ledger = text.replace('column = "load_kW"\nunit = "kW"', 'site = "works"')
    (folder / DESIGN).write_text(ledger, encoding="utf-8")
    assert "workspace" in refused("microgrid", "design", folder / DESIGN)["summary"]


def test_the_reference_case_as_a_model(tmp_path: Path) -> None:
    pq.write_table(pa.table(profiles(72)), tmp_path / "profiles.parquet")
    file = tmp_path / "case.json"
    paths = {name: str(tmp_path / f"{name}.parquet") for name in ("profiles", "dispatch")}
    file.write_text(json.dumps({**PARAMETERS, **paths}))
    found = document("calc", "microgrid.design", "--file", file)["results"]
    assert set(found["capacities"]) == set(PARAMETERS["ann"])
    assert len(found["peaks"]) == 12
    assert {price["rule"] for price in found["prices"]} == {"export", "self"}
    assert found["residuals"]["largest_violation"] <= 1e-6
    assert sum(Fraction(part) for part in found["costs"].values()) == Fraction(found["cost_cny"])
    flows = pq.read_table(tmp_path / "dispatch.parquet").to_pydict()
    load = profiles(72)["load"]
    net = [i - e + p + w + d - c + 0.38 * f - h for i, e, p, w, d, c, f, h in zip(
        *(flows[name] for name in ("imp", "exp", "pv", "wind", "dis", "ch", "fuel", "hp")),
        strict=True)]  # fmt: skip
    assert net == pytest.approx(load.tolist())
    error = refused("calc", "microgrid.design", "profiles=none.csv", "--file", file)
    assert error["summary"] == "Cannot read none.csv"
    error = refused("calc", "microgrid.design", "pv_max=-1", "--file", file)
    assert error["faults"][0]["where"] == ["microgrid.design", "pv_max"]
