"""A small invented site whose scenarios are solved in no time; no figure is of the world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.rules import Rule

HOURS = 48


def shop(rules: tuple[Rule, ...] = (), **of_sun: float) -> Design:
    """A load, the sun, a battery, and a grid whose peak costs money."""
    hour = np.arange(HOURS)
    series = {
        "load": 3.0 + np.sin(hour / 24 * 2 * np.pi - 1.0),
        "sun": np.clip(np.sin(hour % 24 / 24 * 2 * np.pi - np.pi / 2), 0, 1),
        "price": np.where(hour % 24 < 8, 0.4, 0.9),
    }
    parts: list[Component] = [
        Demand(id="works", series="load"),
        Grid(id="grid", price="price", demand_price=1.0, emission_factor=0.5),
        Photovoltaics(id="roof", yields="sun",
                      cost=PowerCost(annual=of_sun.get("annual", 4.0)),
                      most=of_sun.get("most", 30.0)),
        Battery(id="battery", charge_efficiency=0.95, discharge_efficiency=0.95, wear=0.01,
                power_cost=PowerCost(annual=0.2), energy_cost=EnergyCost(annual=0.3)),
    ]  # fmt: skip
    return Design(
        Horizon(1.0, np.zeros(HOURS, np.int64), ("one",)), series, parts, rules, carbon_price=0.05
    )


def with_series(design: Design, **times: float) -> Design:
    """The design with some series multiplied, by plain arithmetic."""
    return replace(design, series={n: s * times.get(n, 1.0) for n, s in design.series.items()})
