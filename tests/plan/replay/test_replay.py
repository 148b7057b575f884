"""The chronological check agrees with the programme, and shows what is wrong with a plan."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.plan.components.heat_sites import levelled
from tests.plan.components.running_sites import switched
from tests.plan.microgrid.sites import secured

from celadon.plan.components.kinds import KINDS
from celadon.plan.microgrid import Plan, plan_design
from celadon.plan.replay.replay import replay
from celadon.plan.replay.replaying import RUNS


@cache
def planned() -> Plan:
    plan = plan_design(secured())
    assert isinstance(plan, Plan)
    return plan


def test_every_kind_runs() -> None:
    assert set(RUNS) == set(KINDS)
    sites = (secured(), levelled(), switched())
    run = {component.kind for site in sites for component in site.components}
    assert run == set(KINDS)


def test_cost_sums_and_balances_are_those_of_the_programme() -> None:
    plan = planned()
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-9, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-10)
    for part, cost in plan.costs.items():
        assert again.costs[part] == pytest.approx(cost, abs=1e-8), part
    for name in ("available", "generated", "exported", "imported", "consumed", "emitted"):
        assert again.sums[name] == pytest.approx(plan.total(name), abs=1e-8), name


def test_what_goes_in_comes_out_or_is_lost() -> None:
    """Energy in equals energy out and loss: power over the year, by what meters would show."""
    plan, hours = planned(), 1.0
    made = plan.total("generated") + plan.total("imported")
    made += 0.38 * plan.flows["chp.fuel"].sum() * hours
    assert made == pytest.approx(plan.total("consumed") + plan.total("exported"), rel=1e-9)


@pytest.mark.parametrize(
    ("block", "breaks"),
    [
        ("battery.charge", "battery"), ("grid.import", "power balance"),
        ("chp.fuel", "coke-gas balance"), ("boiler.heat", "boiler heat"),
        ("mill.drawn", "mill"), ("bottle.content", "hydrogen balance"),
        ("stack.power", "stack"), ("trailer.delivered", "hydrogen balance"),
        ("fans.given up", "fans"), ("pv.output", "pv output"), ("grid.export", "grid"),
    ],
)  # fmt: skip
def test_a_flow_that_is_changed_is_found(block: str, breaks: str) -> None:
    plan = planned()
    changed = plan.flows[block].copy()
    changed[7] += 9.0
    again = replay(plan.design, plan.sizes, {**plan.flows, block: changed})
    assert again.largest_breach > 0.01
    told = {what for what, by in again.breaches.items() if by > 0.01}
    assert any(what.startswith(breaks) for what in told), told


def test_a_size_that_is_cut_is_found() -> None:
    plan = planned()
    for block in ("battery.energy", "tank.capacity", "wind.capacity", "grid.connection"):
        cut = {**plan.sizes, block: plan.sizes[block] * 0.5}
        assert plan.sizes[block] > 0.01, block
        again = replay(plan.design, cut, plan.flows)
        assert again.largest_breach > 1e-3, block
        assert again.cost < plan.objective


def test_a_limit_that_the_declaration_names_is_looked_at() -> None:
    plan = planned()
    grown = {**plan.sizes, "pv.capacity": 11.0}
    assert replay(plan.design, grown, plan.flows).breaches["pv capacity"] == pytest.approx(1.0)
    assert np.isclose(replay(plan.design, plan.sizes, plan.flows).breaches["pv capacity"], 0.0)
