"""Heat by level in the report: every level adds up, waste heat too, and PyPSA agrees."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from tests.plan.components.heat_sites import FREE, levelled, site
from tests.plan.components.test_heat_sources import flue, warm

from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.microgrid import Plan, plan_design
from celadon.report.microgrid.energies import Energies, energies_of, sankey_flows
from celadon.report.microgrid.heat import (
    has_levels,
    level_years,
    prices_of,
    recovered,
    waste_years,
)
from celadon.report.microgrid.pypsa import write_network


@cache
def planned() -> tuple[Plan, Energies]:
    plan = plan_design(levelled())
    assert isinstance(plan, Plan)
    return plan, energies_of(plan.design, plan.sizes, plan.flows)


def test_every_level_adds_up() -> None:
    years = level_years(*planned())
    assert [year.level for year in years] == ["high", "steam", "hot-water", "floor"]
    for year in years:
        brought, taken = year.made + year.fallen, year.used + year.passed + year.let_go
        assert brought == pytest.approx(taken, abs=1e-6), year.level
        assert year.price is not None
    assert sum(y.passed for y in years) == pytest.approx(sum(y.fallen for y in years))
    assert years[0].fallen == 0.0
    assert years[-1].passed == 0.0


def test_what_is_hotter_is_never_worth_less() -> None:
    """What can be passed down is worth what it would be worth below, or more, in every hour."""
    plan, _ = planned()
    for hot, cold in (("high", "steam"), ("hot-water", "floor")):  # both pass down without limit
        dear, cheap = prices_of(plan, hot), prices_of(plan, cold)
        assert dear is not None
        assert cheap is not None
        assert (dear >= cheap - 1e-7).all()


def test_waste_heat_adds_up() -> None:
    plan, energies = planned()
    (year,) = waste_years(plan, energies)
    there = (plan.design.series["running"] * 3.0).sum()
    assert year.available == pytest.approx(there)
    assert sum(year.direct.values()) == pytest.approx(
        sum(plan.flows[f"flue.to {level}"].sum() for level in ("steam", "hot-water", "floor"))
    )
    assert year.turned == pytest.approx(plan.flows["orc.power"].sum() / 0.12)
    assert recovered(energies, "flue") == pytest.approx(sum(year.direct.values()) + year.lifted)


def test_recovered_heat_is_worth_what_it_replaces() -> None:
    """4 MW serve the water in place of power at 0.6; a pump lifts 2 MW more for their power."""
    plan = plan_design(site(warm(flue())))
    assert isinstance(plan, Plan)
    (year,) = waste_years(plan, energies_of(plan.design, plan.sizes, plan.flows))
    assert year.worth == pytest.approx(4 * 0.6)
    assert year.unused == pytest.approx(2.0)
    pump = HeatPump(id="pump", level="water", source="flue", quality=0.5, cost=FREE)
    plan = plan_design(site(warm(flue(), pump)))
    assert isinstance(plan, Plan)
    (year,) = waste_years(plan, energies_of(plan.design, plan.sizes, plan.flows))
    assert year.unused == pytest.approx(0.0, abs=1e-7)
    # heat at 0.6 less power at 0.6 is what came from the stream: 6 MW in all
    assert year.worth == pytest.approx(6 * 0.6)


def test_what_comes_to_a_node_of_the_picture_leaves_it() -> None:
    _, energies = planned()
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for origin, destination, _, amount in sankey_flows(energies):
        assert amount > 0
        assert origin != destination
        out[origin] += amount
        into[destination] += amount
    for node in ("bus:high", "bus:steam", "bus:hot-water", "bus:floor", "bus:power"):
        assert into[node] == pytest.approx(out[node], rel=1e-6), node
    assert "bus:flue" not in into
    assert out["flue"] == pytest.approx(waste_years(*planned())[0].available)


def test_a_network_of_pypsa_tells_what_it_lacks(tmp_path: Path) -> None:
    plan, _ = planned()
    assert write_network(plan.design, plan, tmp_path) == ["engine.heat_led"]
    assert has_levels(plan)


@pytest.mark.long
def test_pypsa_finds_the_same_cost(tmp_path: Path) -> None:
    """The folder's own script, where PyPSA is installed; led by heat is left out on both sides."""
    pytest.importorskip("pypsa", reason="PyPSA is an optional peer: pip install celadon[peers]")
    import runpy  # noqa: PLC0415

    design = levelled()
    free = [
        each.model_copy(update={"heat_led": False}) if each.id == "engine" else each
        for each in design.components
    ]
    plan = plan_design(site(free, 48, **design.series))
    assert isinstance(plan, Plan)
    assert not write_network(plan.design, plan, tmp_path)
    cost = runpy.run_path(str(tmp_path / "solve.py"))["cost"]
    assert cost == pytest.approx(plan.objective, rel=1e-6)
