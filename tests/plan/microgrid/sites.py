"""Invented sites for tests and benchmarks: only their shape matters, no figure is of the world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.byproduct_gas import ByproductGas
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, MassCost, PowerCost
from celadon.plan.components.demand import DailyDelivery, Demand
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.hydrogen import Electrolyser, HydrogenStore
from celadon.plan.components.renewable import Photovoltaics, WindPower
from celadon.plan.components.security import CriticalLoad, Reserve
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.reference_case import ReferenceParameters, reference_design
from celadon.plan.microgrid.rules import Rule

PARAMETERS: dict[str, Any] = {
    "p_exp": 0.28, "p_gas": 0.32, "dem": 38.0, "co2_price": 0.08, "ef_grid": 0.55,
    "ef_gas": 0.2, "exp_frac": 0.2, "self_frac": 0.6, "pv_max": 30.0, "wind_max": 20.0,
    "eta_ch": 0.95, "eta_dis": 0.95, "bat_loss": 0.0001, "tes_loss": 0.005, "chp_e": 0.38,
    "chp_h": 0.45, "boil_eff": 0.92, "bat_wear": 0.02, "load_frac": 1.0, "c_rate": 0.5,
    "rate": 0.07,
    "ann": {"pv": 330.0, "wind": 560.0, "batp": 60.0, "bate": 110.0, "chp": 700.0, "hp": 300.0,
            "boil": 60.0, "tes": 12.0},
}  # fmt: skip
"""The parameters of the reference case, invented."""


def weather(hours: int) -> tuple[Floats, Floats]:
    """Yields of sun and wind without any data at hand."""
    noise = np.random.default_rng(7)
    hour = np.arange(hours)
    day, season = np.sin(2 * np.pi * hour / 24 - 1.8), np.cos(2 * np.pi * hour / 8760)
    sun = np.clip((day - 0.15 - 0.2 * season) * noise.uniform(0.4, 1, hours), 0, 1).round(4)
    wind = np.clip(0.3 + np.cumsum(noise.normal(0, 0.04, hours)) * 0.2, 0, 1).round(4)
    return sun, wind


def profiles(
    hours: int, sun: Floats | None = None, wind: Floats | None = None
) -> dict[str, Floats]:
    """A works with two shifts, heat by season, prices by the hour."""
    noise = np.random.default_rng(11)
    hour = np.arange(hours)
    of_day, weekday = hour % 24, hour // 24 % 7 < 5
    day, season = np.sin(2 * np.pi * hour / 24 - 1.8), np.cos(2 * np.pi * hour / 8760)
    shift = np.where((of_day >= 6) & (of_day < 22) & weekday, 5.0, 1.5)
    made_sun, made_wind = weather(hours)
    price = np.select(
        [(of_day >= 8) & (of_day < 11), (of_day >= 18) & (of_day < 23), of_day < 7],
        [1.1, 1.05, 0.3], 0.65,
    )  # fmt: skip
    return {
        "load": np.maximum(0.5, 5 + shift + noise.normal(0, 0.4, hours)),
        "heat": np.maximum(0.3, 4 + 3 * season + 0.8 * day + noise.normal(0, 0.3, hours)),
        "cf_pv": made_sun if sun is None else sun,
        "cf_w": made_wind if wind is None else wind,
        "cop": 3.2 - 0.7 * season,
        "p_imp": price,
        "month": hour * 12 // hours + 1,
    }


def reference(hours: int, **changed: Any) -> Design:
    """The reference case over some hours, with some parameters changed."""
    given = ReferenceParameters.model_validate({**PARAMETERS, **changed})
    return reference_design(given, profiles(hours))


def everything(hours: int = 72) -> Design:
    """A site with one component of every kind, so that each of them runs."""
    columns = profiles(hours)
    hour = np.arange(hours)
    series = {
        "load": columns["load"], "heat": columns["heat"], "sun": columns["cf_pv"],
        "wind": columns["cf_w"], "price": columns["p_imp"],
        "outdoor": 12 + 6 * np.sin(2 * np.pi * hour / 24 - 1.8),
        "arising": 2 + np.sin(hour / 5), "batch": np.where(hour % 24 < 6, 1.2, 0.1),
        "optional": np.full(hours, 0.6), "hydrogen": np.full(hours, 0.004),
    }  # fmt: skip
    of_power = PowerCost(annual=2.0)
    machines: list[Component] = [
        Demand(id="load", bus="power", series="load"),
        Demand(id="heat", bus="heat", series="heat"),
        Demand(id="h2", bus="hydrogen", series="hydrogen"),
        DailyDelivery(id="trailer", tonnes=0.1),
        ShiftableLoad(id="mill", series="batch", at_most=2.0, window_hours=24),
        InterruptibleLoad(id="fans", series="optional", at_most=0.3, price=0.9, hours_at_most=5),
        Grid(id="grid", price="price", export_price=0.28, demand_price=3.0, emission_factor=0.55,
             export_at_most=3.0, connection=PowerCost(annual=1.0), connection_at_most=20.0,
             peak_so_far=(2.0,), peak_ratio=1.05),
        Photovoltaics(id="pv", yields="sun", cost=of_power, most=10.0, least=1.0),
        WindPower(id="wind", yields="wind", cost=PowerCost(annual=3.0), most=6.0,
                  running_cost=0.01),
        Battery(id="battery", charge_efficiency=0.95, discharge_efficiency=0.94, loss=0.001,
                wear=0.02, power_cost=PowerCost(annual=0.2), energy_cost=EnergyCost(annual=0.3),
                depth=0.9, cycles_at_most=2.0),
        ByproductGas(id="coke-gas", arising="arising", flare_cost=0.01, holder_at_most=5.0,
                     holder_least=0.1, holder_cost=EnergyCost(annual=0.05)),
        CombinedHeatAndPower(id="chp", electric_efficiency=0.38, heat_efficiency=0.45,
                             fuel=Fuel(gas="coke-gas"), cost=of_power, most=4.0),
        HeatPump(id="pump", source_temperature="outdoor", sink_temperature=60.0, quality=0.45,
                 cost=of_power, source_heat=3.0, most=9.0),
        Boiler(id="boiler", efficiency=0.92, fuel=Fuel(price=0.32, emission_factor=0.2),
               cost=PowerCost(investment=10.0, lifetime_years=20, fixed_share=0.02)),
        Boiler(id="rod", efficiency=0.99, cost=of_power, least=0.1),
        ThermalStore(id="tank", loss=0.005, cost=EnergyCost(annual=0.05), most=40.0),
        Electrolyser(id="stack", consumption=52.0, least_load=0.2, heat_share=0.15, cost=of_power,
                     most=5.0),
        HydrogenStore(id="bottle", cost=MassCost(annual=20.0), most=1.0),
    ]  # fmt: skip
    rules = [
        Rule("local use", "local_use", 0.6, "available"),
        Rule("export", "export_share", 0.2, "generated"),
        Rule("green", "green_share", 0.05, "consumed"),
        Rule("carbon", "carbon_cap", 5000.0, "none"),
    ]
    month = hour * 3 // hours
    horizon = Horizon(1.0, month, ("a", "b", "c"))
    return Design(horizon, series, machines, rules, rate=0.07, carbon_price=0.08)


def secured(hours: int = 72) -> Design:
    """The same site with a reserve and a critical load."""
    design = everything(hours)
    services = (
        Reserve(id="spinning", load="load", share=0.1),
        CriticalLoad(id="furnaces", series=1.5, hours=3),
    )
    return replace(design, components=[*design.components, *services])


def burning(price: list[float]) -> Design:
    """A load, and a battery of two hours; at prices below zero it pays to waste."""
    count = len(price)
    battery = Battery(
        id="battery", charge_efficiency=0.9, discharge_efficiency=0.8, depth=0.75, loss=0.01,
        power_cost=PowerCost(annual=0.3), energy_cost=EnergyCost(annual=0.2),
        power_at_most=2.0, energy_at_most=4.0,
    )  # fmt: skip
    machines = [
        Demand(id="load", series=3.0),
        Grid(id="grid", price="price", export_at_most=0),
        battery,
    ]
    horizon = Horizon(1.0, np.zeros(count, np.int64), ("one",))
    return Design(horizon, {"price": np.array(price)}, machines)
