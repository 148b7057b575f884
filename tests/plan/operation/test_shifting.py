"""What moving load saves: by hand to 0.01 CNY, and beside the plan's own count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.components.test_tariff import months, site

from celadon.accounts.bill import Tariff
from celadon.errors import InputError
from celadon.plan.components.flexible_load import ShiftableLoad
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.microgrid.design import Design
from celadon.plan.operation.shifting import shift_loads
from celadon.plan.operation.shifting_tables import MICROGRID_SHIFT, shift_tables

FOUR_DEAR_HOURS = Tariff.model_validate({
    "id": "two", "valid_from": "2025-01-01", "source": "simulated", "confidence": "D",
    "simulated": True, "rates": [{"id": "energy", "price": "0.6", "varies": True}],
    "ratios": {"high": "1.5", "flat": "1"},
    "hours": [{"band": "high", "start": "08:00", "end": "12:00"}, {"band": "flat"}],
    "basic": {"measured_price": "33", "contract_price": "30", "overrun_from": "1.05"},
})  # fmt: skip


def plant(*loads: Any, days: int = 31, **grid: Any) -> Design:
    """1 MW at all times."""
    given = {"basis": "measured", **grid}
    base = site(given, FOUR_DEAR_HOURS, horizon=months(days), load=1.0, stores=False)
    return replace(base, components=[*base.components, *loads])


def mill(**given: Any) -> MovableLoad:
    return MovableLoad(**{"id": "mill", "series": "load", "at_most": 0.2, **given})


@pytest.mark.parametrize(
    ("rebound", "energy", "peak"),
    [
        # a day: 4 h x 200 kW from 0.90 to 0.60 CNY/kWh; 20 h carry 40 kW more each
        (0.0, 31 * 800 * 0.3, 40.0),
        # 840 kWh come back for 800: 42 kW more
        (0.05, 31 * (800 * 0.9 - 840 * 0.6), 42.0),
    ],
)
def test_a_month_by_hand(rebound: float, energy: float, peak: float) -> None:
    found = shift_loads(plant(mill(rebound=rebound)))
    assert found.saved == pytest.approx(round(100 * (energy - 33 * peak)), abs=1)
    bands = found.by_band()
    assert bands["high"][:2] == pytest.approx((124e6, 31 * 3.2e6), abs=10)
    assert bands["high"][2] - bands["high"][3] == pytest.approx(31 * 800 * 90, abs=1)
    assert found.by_part()["demand"] == pytest.approx(
        (3_300_000, round(3300 * (1000 + peak))), abs=1
    )
    hours = found.by_hour()
    assert [hour[1] for hour in hours[7:13]] == pytest.approx([0, 6.2, 6.2, 6.2, 6.2, 0], abs=1e-3)
    assert found.check.largest_breach < 1e-6
    assert found.plan.gap < 1e-6
    cost = found.plan.objective * 1e5
    assert float(sum(each.exact for each in found.after) * 100) == pytest.approx(cost, abs=1)


def test_moving_that_costs_more_than_it_saves_is_not_done() -> None:
    found = shift_loads(plant(mill(price=0.4)))
    assert (found.saved, found.moving) == (0, 0)
    paid = shift_loads(plant(mill(price=0.1)))
    assert paid.moving == pytest.approx(31 * 800 * 10, abs=1)
    assert paid.net == pytest.approx(31 * 800 * 20 - 33 * 4000, abs=2)


def test_loads_are_ranked_by_what_each_saves_alone() -> None:
    small = mill(id="small", at_most=0.05)
    own = np.where(np.arange(744) % 24 == 9, 0.1, 0.0)
    tank = ShiftableLoad(id="tank", series="tank", at_most=0.1)
    given = plant(small, mill(), tank)
    given = replace(given, series={**given.series, "tank": own})
    found = shift_loads(given)
    assert [each.load for each in found.alone] == ["mill", "tank", "small"]
    # the tank fills the hours at 1 MW less its own 100 kW at the peak, which it thereby takes off
    assert found.alone[1].power == pytest.approx(0.1)
    assert found.net >= max(each.net for each in found.alone)
    tables = {schema.name: table for schema, table in shift_tables("d", found)}
    counts = tables[MICROGRID_SHIFT.name].to_pydict()
    assert set(counts["load"]) == {"mill", "small", "tank"}
    assert sum(c for c, who in zip(counts["count"], counts["load"], strict=True) if who == "tank"
               ) == pytest.approx(0, abs=800)  # fmt: skip


def test_a_declared_demand_is_sunk_where_it_stands() -> None:
    """1,200 kW are declared: peaks below cost nothing, and cutting them saves nothing."""
    declared = {"basis": "contract", "capacity_kva": "2000", "contract_kw": "1200"}
    found = shift_loads(plant(mill(), **declared))
    assert found.saved == pytest.approx(31 * 800 * 30, abs=1)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (plant(), "movable_load"),
        (plant(mill(), import_at_most=0.9), "grid"),
        (plant(mill(), basis="contract", connection={"annual": 1.0}), "grid"),
    ],
)
def test_what_cannot_be_shifted_is_refused(given: Design, where: str) -> None:
    with pytest.raises(InputError) as refused:
        shift_loads(given)
    assert refused.value.faults[0].where[0] == where
