"""Invented sites with heat levels for tests: only their shape matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.hydrogen import Electrolyser
from celadon.plan.components.steam_turbine import SteamTurbine
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.components.waste_heat import WasteHeat, WasteHeatPower
from celadon.plan.microgrid.design import Design

FREE = PowerCost(annual=0.0)
GAS = Fuel(price=0.3, emission_factor=0.2)


def site(components: Sequence[Component], steps: int = 1, **series: Floats) -> Design:
    """A site over some hours of one month."""
    horizon = Horizon(1.0, np.zeros(steps, np.int64), ("a",))
    return Design(horizon, series, components)


def levelled(steps: int = 48) -> Design:
    """A works with three levels and every machine that knows of them."""
    hour = np.arange(steps)
    day = np.sin(2 * np.pi * hour / 24 - 1.8)
    series = {
        "load": 4 + day, "steam": 3 + 0.5 * day, "hot": 2 - 0.6 * day, "floor": 1.5 + 0 * day,
        "running": np.where(hour % 24 < 16, 1.0, 0.3), "hydrogen": np.full(steps, 0.004),
        "outdoor": 8 + 5 * day,
    }  # fmt: skip
    machine = PowerCost(annual=1.0)
    machines: list[Component] = [
        HeatLevel(id="high", pressure=4.0, steam_temperature=400.0),
        HeatLevel(id="steam", pressure=0.5, let_down_at_most=1.5, let_down_cost=machine),
        HeatLevel(id="hot-water", temperature=90.0),
        HeatLevel(id="floor", temperature=40.0),
        Demand(id="load", series="load"),
        Demand(id="h2", bus="hydrogen", series="hydrogen"),
        Demand(id="process", bus="heat", level="steam", series="steam"),
        Demand(id="washing", bus="heat", level="hot-water", series="hot"),
        Demand(id="rooms", bus="heat", level="floor", series="floor"),
        Grid(id="grid", price=0.7, export_price=0.2, emission_factor=0.55),
        Boiler(id="boiler", level="high", efficiency=0.9, fuel=GAS, cost=machine),
        CombinedHeatAndPower(id="engine", level="hot-water", electric_efficiency=0.4,
                             heat_efficiency=0.45, heat_led=True, fuel=GAS, cost=machine),
        CombinedHeatAndPower(id="extraction", level="steam", electric_efficiency=0.42, c_b=0.6,
                             c_v=0.15, fuel=GAS, cost=machine, most=1.5),
        SteamTurbine(id="turbine", inlet="high", exhaust="steam", isentropic_efficiency=0.75,
                     mechanical_efficiency=0.96, cost=machine),
        SteamTurbine(id="tail", inlet="high", exhaust="hot-water", c_b=0.3, c_v=0.12,
                     condensing_efficiency=0.25, cost=machine, most=0.4, least=0.4),
        WasteHeat(id="flue", available=3.0, schedule="running", temperature=260.0, cooled_to=60.0,
                  approach=10.0, cost=machine),
        WasteHeatPower(id="orc", source="flue", efficiency=0.12, cost=machine, least=0.05,
                       most=0.05),
        HeatPump(id="pump", level="hot-water", source="flue", quality=0.5, sink_at_most=120.0,
                 cost=machine),
        HeatPump(id="lift", level="hot-water", source="floor", quality=0.5, cost=machine,
                 least=0.2),
        HeatPump(id="air", level="floor", source_temperature="outdoor", quality=0.4, cost=machine),
        Electrolyser(id="stack", level="floor", consumption=52.0, heat_share=0.15, cost=machine),
        ThermalStore(id="tank", level="hot-water", loss=0.005, cost=EnergyCost(annual=0.05),
                     most=20.0),
    ]  # fmt: skip
    return site(machines, steps, **series)


def two_levels(**changed: Any) -> list[Component]:
    """Steam of 10 bar and water of 90 degrees, one boiler at the steam, a grid."""
    return [
        HeatLevel(id="steam", pressure=1.0, **changed),
        HeatLevel(id="water", temperature=90.0),
        Demand(id="process", bus="heat", level="steam", series=6.0),
        Demand(id="rooms", bus="heat", level="water", series=4.0),
        Boiler(id="boiler", level="steam", efficiency=0.8, fuel=GAS, cost=FREE),
        Grid(id="grid", price=0.6),
    ]
