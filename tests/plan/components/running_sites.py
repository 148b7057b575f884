"""Invented sites whose machines switch: small enough for a search over all at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, MassCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.components.wear_bands import WearBand
from celadon.plan.microgrid import Design

NOTHING = PowerCost(annual=0.0)
"""What stands already costs nothing more."""


def horizon(hours: int, step: float = 1.0) -> Horizon:
    """Some hours of one month."""
    return Horizon(step, np.zeros(round(hours / step), np.int64), ("one",))


def engine(**changed: Any) -> CombinedHeatAndPower:
    """An engine of 4 MW that stands, and is switched as units."""
    given: dict[str, Any] = {
        "id": "engine", "electric_efficiency": 0.4, "heat_efficiency": 0.4,
        "fuel": Fuel(price=0.2), "cost": NOTHING, "most": 4.0, "least": 4.0, "least_load": 0.5,
        "on_off": "units", "start_cost": 0.3,
    }  # fmt: skip
    return CombinedHeatAndPower(**{**given, **changed})


def works(machine: Component, price: list[float], load: float = 4.0) -> Design:
    """A machine beside a grid whose price is given by the hour."""
    parts = [
        Demand(id="load", bus="power", series=load), Grid(id="grid", price="price"), machine,
    ]  # fmt: skip
    return Design(horizon(len(price)), {"price": np.array(price)}, parts)


def switched(hours: int = 24) -> Design:
    """A site with every way to switch, shift and interrupt, and a battery that wears by depth."""
    hour = np.arange(hours)
    series = {
        "load": 5 + 2 * np.sin(2 * np.pi * hour / 24 - 1.8), "heat": 5 + np.cos(hour / 5),
        "sun": np.clip(np.sin(2 * np.pi * hour / 24 - 1.8), 0, 1),
        "price": np.where(hour % 24 < 7, 0.25, np.where(hour % 24 < 18, 0.6, 1.2)),
        "optional": np.full(hours, 0.8), "mill": np.where(hour % 24 < 6, 1.2, 0.2),
    }  # fmt: skip
    parts: list[Component] = [
        Demand(id="load", bus="power", series="load"),
        Demand(id="heat", bus="heat", series="heat"),
        Demand(id="h2", bus="hydrogen", series=0.02),
        Grid(id="grid", price="price", export_price=0.2, demand_price=5.0),
        Photovoltaics(id="pv", yields="sun", cost=PowerCost(annual=2.0), most=8.0),
        Battery(id="battery", charge_efficiency=0.95, discharge_efficiency=0.95, loss=0.0005,
                power_cost=PowerCost(annual=0.2), energy_cost=EnergyCost(annual=0.2), depth=0.9,
                wear_bands=(WearBand(share=0.4, wear=0.02), WearBand(share=0.3, wear=0.05),
                            WearBand(share=0.3, wear=0.3))),
        engine(most=None, least=0.0, cost=PowerCost(annual=2.0), ramp=0.3, fuel=Fuel(price=0.25)),
        Boiler(id="boiler", efficiency=0.9, fuel=Fuel(price=0.01), cost=PowerCost(annual=1.0),
               machine=1.0, least=1.0, on_off="machine", least_load=0.3, start_cost=0.02, ramp=0.5),
        Boiler(id="rod", efficiency=0.99, cost=PowerCost(annual=1.0), ramp=0.4),
        Electrolyser(id="stack", consumption=52.0, cost=PowerCost(annual=1.0), least_load=0.2,
                     on_off="units", stand_by=0.02, start_energy=0.3, start_cost=0.01, ramp=0.5),
        HydrogenStore(id="bottle", cost=MassCost(annual=5.0), most=1.0),
        BatchLoad(id="kiln", power=1.5, hours=3, jobs=2, starts_from=5, starts_until=22),
        ShiftableLoad(id="mill", series="mill", at_most=2.0, rebound=0.1),
        MovableLoad(id="crane", series="optional", at_most=0.2),
        InterruptibleLoad(id="fans", series="optional", at_most=0.5, price=0.05, hours_at_most=9,
                          hours_a_day=5, call_hours=2, calls_at_most=3, calls_a_day=2),
    ]  # fmt: skip
    return Design(horizon(hours), series, parts, rate=0.05)
