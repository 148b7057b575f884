"""A load that is moved: what it may do, and that it is run again alike."""

from __future__ import annotations

import numpy as np
import pytest

from celadon.errors import InputError
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.operation import Rolling, Standing, dispatch
from celadon.plan.replay.replay import replay


def design(prices: list[float], load: list[float], **given: object) -> Design:
    horizon = Horizon(1.0, np.zeros(len(prices), np.int64), ("one",))
    plain = {"id": "mill", "series": "load", "at_most": 1.0, "window_hours": 4, **given}
    series = {"price": np.array(prices), "load": np.array(load)}
    parts = [Demand(id="works", series="load"), Grid(id="grid", price="price"),
             MovableLoad.model_validate(plain)]  # fmt: skip
    return Design(horizon, series, parts)


def planned(given: Design) -> Plan:
    plan = plan_design(given)
    assert isinstance(plan, Plan)
    again = replay(given, plan.sizes, plan.flows)
    assert again.cost == pytest.approx(plan.objective, abs=1e-9)
    assert again.largest_breach < 1e-9
    return plan


def test_energy_moves_within_its_window_only() -> None:
    """3 and 2 are dear; only within four hours is there anything cheaper."""
    plan = planned(design([3, 1, 1, 1, 2, 2, 2, 2], [1.0] * 8))
    assert plan.objective == pytest.approx(3 + 1 + 1 + 1 - 2 + 8)
    assert plan.flows["grid.import"][0] == pytest.approx(0.0)


def test_no_more_is_taken_out_than_is_drawn_or_let() -> None:
    plan = planned(design([3, 1, 1, 1], [0.4, 1, 1, 1]))
    assert plan.objective == pytest.approx(3 + 0.4)
    plan = planned(design([3, 1, 1, 1], [1.0] * 4, into=0.1))
    assert plan.objective == pytest.approx(6 - 2 * 0.3)


def test_rebound_and_price_are_paid() -> None:
    plan = planned(design([3, 1, 1, 1], [1.0] * 4, rebound=0.2, price=0.5))
    assert plan.objective == pytest.approx(3 + 1.2 + 0.5)
    assert plan.costs["moving"] == pytest.approx(0.5)
    stays = planned(design([1.1, 1, 1, 1], [1.0] * 4, rebound=0.2))
    assert stays.objective == pytest.approx(4.1)


def test_it_is_dispatched_by_whole_windows() -> None:
    given = design([3, 1, 1, 1, 2, 1, 2, 2], [1.0] * 8)
    standing = Standing(given, {}, {}, {}, 8)
    done = dispatch(standing, Rolling(4, 4, "perfect"), {})
    assert done.cost == pytest.approx(planned(given).objective)
    with pytest.raises(InputError):
        dispatch(standing, Rolling(4, 3, "perfect"), {})
