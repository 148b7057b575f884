"""``celadon microgrid dispatch``: a year run window by window, and what stops it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed
from tests.cli.test_bill import FLAT
from tests.cli.test_microgrid import DESIGN, quicker

from celadon.plan.operation.tables import MICROGRID_DISPATCH, MICROGRID_DISPATCH_COST

BATTERY = """
[[battery]]
id = "battery"
charge_efficiency = "95 %"
discharge_efficiency = "95 %"
power_cost = { annual = "1 CNY/kW" }
energy_cost = { annual = "1 CNY/kWh" }
energy_at_most = "4 MWh"
power_at_most = "2 MW"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document("microgrid", "init", tmp_path / "site")
    path = tmp_path / "site"
    quicker(path)
    with (path / DESIGN).open("a", encoding="utf-8") as file:
        file.write(BATTERY)
    return path


def test_a_year_is_run_and_its_regret_told(folder: Path) -> None:
    found = document("microgrid", "dispatch", folder / DESIGN)
    assert (found["forecast"], found["window_hours"], found["year"]) == ("yesterday", 48, 2025)
    assert Fraction(found["regret_cny"]) > 0
    assert found["proof"]["largest_breach"] < 1e-6
    assert found["unserved_mwh"] == {}
    parts = sum(Fraction(part) for part in found["costs_cny"].values())
    assert parts == Fraction(found["cost_cny"])
    into = folder / "out" / "dispatch"
    costs = MICROGRID_DISPATCH_COST.read(into / "microgrid_dispatch_cost.parquet")
    assert sum(costs["value"].to_pylist()) == parts * 100
    assert len(MICROGRID_DISPATCH.read(into / "microgrid_dispatch.parquet")) % 8760 == 0


def test_a_year_under_a_tariff_is_paid_by_its_bills(folder: Path) -> None:
    (folder / "flat.toml").write_text(FLAT, encoding="utf-8")
    text = (folder / DESIGN).read_text(encoding="utf-8")
    grid = text[text.index("[[grid]]") :].partition("\n\n")[0]
    under = '[[grid]]\nid = "grid"\ntariff = "flat.toml"\nbasis = "measured"'
    (folder / DESIGN).write_text(text.replace(grid, under), encoding="utf-8")
    found = document("microgrid", "dispatch", folder / DESIGN)
    bills = found["bills"]["grid"]
    months = sum(Fraction(month) for month in bills["months_cny"].values())
    assert months == Fraction(bills["total_cny"]) >= Fraction(bills["planned_cny"])
    costs = found["costs_cny"]
    paid = sum(Fraction(costs.get(part, "0")) for part in ("power bought", "tiers", "demand"))
    assert float(months) == pytest.approx(float(paid), abs=0.5)
    assert found["proof"]["largest_breach"] < 1e-6
    assert Fraction(found["regret_cny"]) > 0
    told = typed("microgrid", "dispatch", folder / DESIGN, "--lang", "en").stdout
    assert "CNY by the bill" in told


def test_another_year_is_run_with_the_sizes_of_this_one(folder: Path) -> None:
    text = (folder / "profiles.csv").read_text(encoding="utf-8")
    other = folder / "other.csv"
    other.write_text(text.replace("2025-", "2023-"), encoding="utf-8")
    same = document("microgrid", "dispatch", folder / DESIGN, "--forecast", "perfect")
    found = document(
        "microgrid", "dispatch", folder / DESIGN, "--forecast", "perfect", "--year-of", other
    )
    assert found["year"] == 2023
    assert Fraction(found["cost_cny"]) == pytest.approx(Fraction(same["cost_cny"]), rel=1e-6)


def test_both_languages_tell_the_dispatch(folder: Path) -> None:
    english = typed("microgrid", "dispatch", folder / DESIGN, "--lang", "en").stdout
    chinese = typed("microgrid", "dispatch", folder / DESIGN, "--lang", "zh").stdout
    assert "in hindsight" in english
    assert "后悔值" in chinese


def test_what_cannot_begin_is_refused(folder: Path) -> None:
    error = refused(
        "microgrid", "dispatch", folder / DESIGN, "--window", "9000", "--content", "battery=99MWh"
    )
    assert [fault["found"] for fault in error["faults"]] == ["9000 h", "99"]
    refused("microgrid", "dispatch", folder / DESIGN, "--content", "battery=much")
    refused("microgrid", "dispatch", folder / DESIGN, "--forecast", "oracle")


def test_gaps_of_another_year_are_refused_by_name(folder: Path) -> None:
    lines = (folder / "profiles.csv").read_text(encoding="utf-8").splitlines()
    other = folder / "other.csv"
    other.write_text("\n".join(lines[:200] + lines[260:]), encoding="utf-8")
    error = refused("microgrid", "dispatch", folder / DESIGN, "--year-of", other)
    assert "without a value" in error["faults"][0]["found"]
