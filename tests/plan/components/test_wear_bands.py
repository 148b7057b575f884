"""Wear by depth: one deep cycle costs more than two shallow ones."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from tests.plan.components.running_sites import horizon

from celadon.plan.components.battery import Battery
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.wear_bands import WearBand
from celadon.plan.microgrid import Design, Plan, plan_design
from celadon.plan.replay.replay import replay

BANDS = (WearBand(share=0.5, wear=0.1), WearBand(share=0.5, wear=0.4))


def battery(**changed: object) -> Battery:
    given: dict[str, object] = {
        "id": "battery", "charge_efficiency": 1.0, "discharge_efficiency": 1.0,
        "power_cost": PowerCost(annual=0.0), "energy_cost": EnergyCost(annual=0.0),
        "power_at_most": 4.0, "energy_at_most": 4.0, "wear_bands": BANDS,
    }  # fmt: skip
    return Battery(**{**given, **changed})


def planned(price: list[float], store: Battery) -> Plan:
    parts = [Demand(id="load", bus="power", series=4.0), Grid(id="grid", price="price"), store]
    plan = plan_design(Design(horizon(len(price)), {"price": np.array(price)}, parts))
    assert isinstance(plan, Plan)
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-8, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-9)
    return plan


def test_the_deep_half_is_used_only_where_it_pays() -> None:
    """A spread of 0.3 pays for the shallow half, 2 MWh; one of 0.6 for all 4 MWh."""
    small = planned([0.2, 0.5], battery())
    assert small.flows["battery.discharge"].sum() == pytest.approx(2.0)
    assert small.costs["battery wear"] == pytest.approx(0.2)
    large = planned([0.2, 0.8], battery())
    assert large.flows["battery.discharge"].sum() == pytest.approx(4.0)
    assert large.costs["battery wear"] == pytest.approx(2 * 0.1 + 2 * 0.4)


def test_two_shallow_cycles_wear_less_than_a_deep_one() -> None:
    plan = planned([0.2, 0.55, 0.2, 0.55], battery())
    assert plan.flows["battery.discharge"].sum() == pytest.approx(4.0)
    assert plan.costs["battery wear"] == pytest.approx(0.4)


def test_one_band_is_plain_wear() -> None:
    one = planned([0.2, 0.5], battery(wear_bands=(WearBand(share=1.0, wear=0.1),)))
    plain = planned([0.2, 0.5], battery(wear_bands=(), wear=0.1))
    assert one.objective == pytest.approx(plain.objective)
    assert one.costs["battery wear"] == pytest.approx(plain.costs["battery wear"])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"wear": 0.1}, "either wear or wear_bands"),
        ({"wear_bands": BANDS[:1]}, "add to 50 %"),
        ({"wear_bands": BANDS[::-1]}, "from full downwards"),
    ],
)
def test_bands_without_order_are_refused(changed: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        battery(**changed)
