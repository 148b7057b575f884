"""The kinds of component that a design may name. A new kind is a new file and a name here."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.plan.microgrid.battery import Battery
from celadon.plan.microgrid.boiler import Boiler
from celadon.plan.microgrid.byproduct_gas import ByproductGas
from celadon.plan.microgrid.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.microgrid.component import Component
from celadon.plan.microgrid.demand import DailyDelivery, Demand
from celadon.plan.microgrid.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.microgrid.grid import Grid
from celadon.plan.microgrid.heat_pump import HeatPump
from celadon.plan.microgrid.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.microgrid.renewable import Photovoltaics, WindPower
from celadon.plan.microgrid.security import CriticalLoad, Reserve
from celadon.plan.microgrid.thermal_store import ThermalStore

_ALL: tuple[type[Component], ...] = (
    Demand, DailyDelivery, ShiftableLoad, InterruptibleLoad, Grid, Photovoltaics, WindPower,
    Battery, CombinedHeatAndPower, ByproductGas, HeatPump, Boiler, ThermalStore, Electrolyser,
    HydrogenStore, Reserve, CriticalLoad,
)  # fmt: skip

KINDS: Mapping[str, type[Component]] = {kind.kind: kind for kind in _ALL}
"""Every kind by the name of its table in a design file."""
