"""The fee by connected capacity: its formula by hand, its price, its letter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.nearby_consumption import NearbyConsumption
from celadon.plan.microgrid import Design, Plan, plan_design
from celadon.plan.microgrid.connection_fee import connection_findings, connection_price
from celadon.plan.replay.replay import replay

FEE = NearbyConsumption(capacity_price=30.0, energy_price=0.1, load_factor=0.5)
NOTHING = PowerCost(annual=0.0)


def planned(
    fee: NearbyConsumption = FEE, store: float = 100.0, peak_ratio: float = 1.0
) -> tuple[Plan, Grid]:
    """Two months of two hours, a load of 1 and 3 MW, and a store that may level them."""
    grid = Grid(
        id="grid", price=0.5, connection=NOTHING, nearby_consumption=fee, peak_ratio=peak_ratio
    )
    machines: list[Component] = [
        Demand(id="works", series="load"), grid,
        Battery(id="store", charge_efficiency=1.0, discharge_efficiency=1.0, power_cost=NOTHING,
                energy_cost=EnergyCost(annual=store)),
    ]  # fmt: skip
    horizon = Horizon(1.0, np.array([0, 0, 1, 1]), ("a", "b"))
    plan = plan_design(Design(horizon, {"load": np.array([1.0, 3.0, 1.0, 3.0])}, machines))
    assert isinstance(plan, Plan)
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-9
    assert again.cost == pytest.approx(plan.objective)
    assert again.costs["nearby consumption"] == pytest.approx(plan.costs["nearby consumption"])
    return plan, grid


def test_the_formula_by_hand() -> None:
    """30 CNY/kW and 0.1 CNY/kWh x 0.5 x 730 h: 66.5 CNY/kW a month, 3 MW, two months."""
    assert FEE.monthly == 66.5
    plan, _ = planned(store=1000.0)
    assert plan.sizes["grid.connection"] == pytest.approx(3.0)
    assert plan.costs["nearby consumption"] == pytest.approx(2 * 66.5 * 3.0)
    assert plan.objective == pytest.approx(2 * 66.5 * 3.0 + 0.5 * 8)


def test_the_capacity_is_chosen_against_its_fee() -> None:
    """A store of 100 CNY/kWh saves 1 MW each for 1 MWh: cheaper than 133 CNY/kW of fee."""
    plan, grid = planned()
    assert plan.sizes["grid.connection"] == pytest.approx(2.0)
    assert plan.sizes["store.energy"] == pytest.approx(1.0)
    assert connection_price(plan, grid) == pytest.approx(2 * 66.5)


def test_peaks_within_a_step_are_connected_too() -> None:
    plan, grid = planned(store=1000.0, peak_ratio=1.1)
    assert plan.sizes["grid.connection"] == pytest.approx(3.3)
    assert connection_price(plan, grid) == pytest.approx(2 * 66.5)


def test_its_letter_is_told() -> None:
    plan, _ = planned()
    (found,) = connection_findings(plan, "d")
    for language in ("en", "zh"):
        told = found.text(language)
        for part in ("1192", " D", "66.50", "266,000", "2.000"):
            assert part.strip() in told, part


@pytest.mark.parametrize(
    ("given", "told"),
    [({"connection": None}, "by connected capacity"), ({"demand_price": 38.0}, "already")],
)
def test_what_would_be_charged_twice_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Grid(**{"id": "grid", "price": 0.5, "connection": NOTHING,
                "nearby_consumption": FEE, **given})  # fmt: skip
