"""The kinds of component that a design may name. A new kind is a new file and a name here."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.byproduct_gas import ByproductGas
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.demand import DailyDelivery, Demand
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.renewable import Photovoltaics, WindPower
from celadon.plan.components.security import CriticalLoad, Reserve
from celadon.plan.components.thermal_store import ThermalStore

_ALL: tuple[type[Component], ...] = (
    Demand, DailyDelivery, ShiftableLoad, InterruptibleLoad, Grid, Photovoltaics, WindPower,
    Battery, CombinedHeatAndPower, ByproductGas, HeatPump, Boiler, ThermalStore, Electrolyser,
    HydrogenStore, Reserve, CriticalLoad,
)  # fmt: skip

KINDS: Mapping[str, type[Component]] = {kind.kind: kind for kind in _ALL}
"""Every kind by the name of its table in a design file."""
