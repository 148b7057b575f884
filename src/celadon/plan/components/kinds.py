"""The kinds of component that a design may name. A new kind is a new file and a name here."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.byproduct_gas import ByproductGas
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.demand import DailyDelivery, Demand
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.components.renewable import Photovoltaics, WindPower
from celadon.plan.components.security import CriticalLoad, Reserve
from celadon.plan.components.steam_turbine import SteamTurbine
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.components.waste_heat import WasteHeat, WasteHeatPower

_ALL: tuple[type[Component], ...] = (
    Demand, DailyDelivery, ShiftableLoad, InterruptibleLoad, MovableLoad, BatchLoad, Grid,
    Photovoltaics, WindPower, Battery, CombinedHeatAndPower, ByproductGas, HeatPump, Boiler,
    ThermalStore, Electrolyser, HydrogenStore, Reserve, CriticalLoad, HeatLevel, WasteHeat,
    WasteHeatPower, SteamTurbine,
)  # fmt: skip

KINDS: Mapping[str, type[Component]] = {kind.kind: kind for kind in _ALL}
"""Every kind by the name of its table in a design file."""
