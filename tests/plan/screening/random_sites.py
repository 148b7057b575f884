"""Small random sites of some days, with every kind of thing that days can differ by."""

from __future__ import annotations

import numpy as np

from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, MassCost, PowerCost
from celadon.plan.components.demand import DailyDelivery, Demand
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.renewable import Photovoltaics, WindPower
from celadon.plan.components.security import Reserve
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.microgrid import Design, Horizon, Rule

DAYS = 12
"""Of two months of six."""


def random_site(number: int, days: int = DAYS) -> Design:
    """A site of its own for each number: loads, weather, prices by the day, machines, rules."""
    draws = np.random.default_rng([41, number])
    steps = days * 24
    hour = np.arange(steps) % 24
    level = np.repeat(draws.uniform(0.6, 1.3, days), 24)
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None)
    series = {
        "load": level * (2 + (hour > 7) * (hour < 19))
        + draws.normal(0, 0.1, steps).clip(-0.3, 0.3),
        "heat": draws.uniform(0.5, 1.5, steps),
        "sun": sun * np.repeat(draws.uniform(0.2, 1.0, days), 24),
        "wind": draws.uniform(0, 1, steps) ** 2,
        "price": 0.3 + 0.5 * (hour > 16) + np.repeat(draws.uniform(0, 0.2, days), 24),
        "cop": draws.uniform(2.5, 3.5, steps),
    }
    half = days // 2
    horizon = Horizon(
        hours=1.0, month=np.repeat([0, 1], [half * 24, steps - half * 24]), months=("one", "two")
    )
    components = [*_always(draws, days), *_machines(draws, number)]
    rules = [Rule("local use", "local_use", 0.6, "available")] if number % 2 else []
    if number % 4 == 1:
        rules.append(Rule("export", "export_share", 0.2, "available"))
    return Design(horizon, series, components, rules, 0.0, 0.06)


def _always(draws: np.random.Generator, days: int) -> list[Component]:
    share = days / 365
    return [
        Demand(id="works", series="load"),
        Demand(id="heating", bus="heat", series="heat"),
        Grid(
            id="grid", price="price", export_price=float(draws.uniform(0, 0.25)), demand_price=3.0,
            emission_factor=0.5, import_at_most=6.0,
        ),
        Photovoltaics(
            id="sun", yields="sun", most=float(draws.uniform(1, 5)),
            cost=PowerCost(annual=300 * share),
        ),
        Boiler(
            id="boiler", efficiency=0.9, fuel=Fuel(price=0.35, emission_factor=0.2),
            cost=PowerCost(annual=60 * share),
        ),
    ]  # fmt: skip


def _machines(draws: np.random.Generator, number: int) -> list[Component]:
    share = DAYS / 365
    fuel = Fuel(price=0.35, emission_factor=0.2)
    every: list[Component] = [
        Battery(
            id="battery", charge_efficiency=0.95, discharge_efficiency=0.95, loss=1e-4, wear=0.02,
            power_cost=PowerCost(annual=30 * share), energy_cost=EnergyCost(annual=70 * share),
        ),
        HeatPump(id="pump", performance="cop", cost=PowerCost(annual=250 * share)),
        ThermalStore(id="tank", loss=0.005, cost=EnergyCost(annual=12 * share)),
        WindPower(id="wind", yields="wind", most=2.0, cost=PowerCost(annual=500 * share)),
        CombinedHeatAndPower(
            id="engine", electric_efficiency=0.38, heat_efficiency=0.45, fuel=fuel,
            cost=PowerCost(annual=500 * share),
        ),
        ShiftableLoad(id="mill", series=0.5, at_most=1.5, window_hours=48 if number % 3 else 24),
        InterruptibleLoad(id="furnace", series=0.3, at_most=0.3, price=2.0, hours_at_most=10),
        Reserve(id="spinning", load="load", share=0.1),
    ]  # fmt: skip
    taken = [each for each in every if draws.random() < 0.6]
    if not any(isinstance(each, Battery | CombinedHeatAndPower) for each in taken):
        taken = [each for each in taken if not isinstance(each, Reserve)]
    if number % 5 == 0:
        taken += [
            Electrolyser(id="stack", consumption=55.0, cost=PowerCost(annual=400 * share)),
            HydrogenStore(id="vessel", cost=MassCost(annual=500 * share)),
            DailyDelivery(id="filling", tonnes=0.1),
        ]
    return taken
