"""Each kind of component in the words of PyPSA, row for row as the programme has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.tariff_terms import tariff_terms, tariffs_of
from celadon.plan.microgrid.rules import Rule
from celadon.report.microgrid.pypsa import Network, sized, wide
from celadon.report.microgrid.pypsa_heat import (
    add_extraction,
    add_heat_level,
    add_heat_pump,
    add_steam_turbine,
    add_waste_heat,
    add_waste_heat_power,
    lift_of,
)

_KNOWN = {
    "demand": "bus level series", "daily_delivery": "tonnes", "shiftable_load":
    "series at_most window_hours", "interruptible_load": "series at_most price hours_at_most",
    "grid": "price export_price demand_price emission_factor import_at_most export_at_most "
    "connection connection_at_most peak_so_far peak_ratio",
    "photovoltaics": "yields cost most least machine running_cost",
    "wind_power": "yields cost most least machine running_cost",
    "battery": "charge_efficiency discharge_efficiency loss wear power_cost energy_cost "
    "power_at_most energy_at_most depth cycles_at_most",
    "combined_heat_and_power": "electric_efficiency heat_efficiency c_b c_v level fuel cost most "
    "least machine",
    "boiler": "efficiency fuel level cost most least machine",
    "heat_pump": "performance source_temperature sink_temperature quality source_heat level "
    "source sink_at_most cost most least machine",
    "thermal_store": "loss cost most level",
    "electrolyser": "consumption least_load heat_share level cost most least machine",
    "hydrogen_store": "cost most",
    "byproduct_gas": "arising flare_cost holder_at_most holder_least holder_cost",
    "heat_level": "temperature pressure steam_temperature let_down_at_most let_down_cost",
    "waste_heat": "available schedule temperature cooled_to approach to cost most least machine",
    "waste_heat_power": "source efficiency cost most least machine",
    "steam_turbine": "inlet exhaust isentropic_efficiency c_b c_v mechanical_efficiency "
    "condensing_efficiency return_temperature cost most least machine",
}  # fmt: skip
"""The fields of each kind that are expressed."""


def add_component(network: Network, component: Component) -> None:
    """A component in the network; what is not expressed is noted by name."""
    known = _KNOWN.get(component.kind)
    if known is None:
        network.absent.append(component.id)
        return
    expressed = {"id", "name_zh", "name_en", *known.split()}
    for name, field in type(component).model_fields.items():
        if name not in expressed and getattr(component, name) != field.get_default(
            call_default_factory=True, validated_data={}
        ):
            network.absent.append(f"{component.id}.{name}")
    _ADD[component.kind](network, component)


def _demand(network: Network, load: Any) -> None:
    network.add("loads", load.id, bus=load.level or load.bus, p_set=network.profile(load.series))


def _windows(network: Network, hours: float) -> Floats:
    """One in each step, zero at the last step of each window: a store that must be empty then."""
    horizon = network.design.horizon
    window = np.arange(horizon.count) // max(1, round(hours / horizon.hours))
    last = np.append(window[1:] != window[:-1], True)
    return np.where(last, 0.0, 1.0)


def _daily_delivery(network: Network, load: Any) -> None:
    hours = network.design.horizon.hours
    open_ = _windows(network, 24)
    network.add("links", load.id, bus0="hydrogen", bus1=load.id, **wide())
    network.add("stores", load.id, bus=load.id, e_nom=_MUCH, e_max_pu=open_)
    network.add("loads", load.id, bus=load.id, p_set=(1 - open_) * load.tonnes / hours)
    network.add("generators", f"{load.id}.beyond", bus=load.id, sign=-1, **wide())


_MUCH = 1e5
"""MWh or t that no waiting load reaches."""


def _shiftable(network: Network, load: Any) -> None:
    open_ = _windows(network, load.window_hours)
    network.add("links", load.id, bus0="power", bus1=load.id, p_nom=load.at_most)
    network.add("loads", load.id, bus=load.id, p_set=network.profile(load.series))
    network.add("stores", load.id, bus=load.id, e_nom=_MUCH, e_max_pu=open_, e_min_pu=-open_)


def _interruptible(network: Network, load: Any) -> None:
    asked = network.profile(load.series)
    network.add("loads", load.id, bus="power", p_set=asked)
    network.add("generators", f"{load.id}.given-up", bus="power", p_nom=load.at_most,
                p_max_pu=np.minimum(asked, load.at_most) / load.at_most,
                marginal_cost=load.price)  # fmt: skip
    hours = network.design.horizon.hours
    network.constrain(f"{load.id} calls", [("Generator", "p", f"{load.id}.given-up", hours)],
                      "<=", load.hours_at_most * load.at_most)  # fmt: skip


def _grid(network: Network, grid: Any) -> None:
    """Bought at a bus of its own; each month has a link whose size is its peak."""
    price, paid = _prices(network, grid)
    carbon = network.design.carbon_price * network.profile(grid.emission_factor)
    bought, sold, at = f"{grid.id}.import", f"{grid.id}.export", "power"
    if grid.demand_price:
        at = network.bus(grid.id)
        _peaks(network, grid)
    network.add("generators", bought, bus=at, marginal_cost=price + carbon,
                **_limited(network, grid.import_at_most))  # fmt: skip
    network.add("generators", sold, bus="power", sign=-1,
                marginal_cost=-paid,
                **_limited(network, grid.export_at_most))  # fmt: skip
    if grid.connection is not None:
        name = f"{grid.id}.connection"
        network.add("generators", name, bus=network.bus(name), p_nom_extendable=True, p_max_pu=0.0,
                    capital_cost=grid.connection.yearly(network.design.rate),
                    p_nom_max=grid.connection_at_most)  # fmt: skip
        for flow in (bought, sold):
            terms = [("Generator", "p", flow, 1.0), ("Generator", "p_nom", name, -1.0)]
            network.constrain(f"{flow} by connection", terms, "each <=", 0.0)


def _prices(network: Network, grid: Any) -> tuple[Floats, Floats]:
    """What is paid and earned in each step; the second part of a tariff is not expressed."""
    paid = network.profile(grid.export_price)
    if not grid.tariff:
        return network.profile(grid.price), paid
    design = network.design
    tariffs = tariffs_of(grid.tariff, design.tariffs, grid.id)
    terms = tariff_terms(tariffs, design.horizon, grid.basis, grid.id)
    return terms.price, paid if "export_price" in grid.model_fields_set else terms.export_price


def _peaks(network: Network, grid: Any) -> None:
    horizon = network.design.horizon
    each = grid.demand_price * grid.peak_ratio
    for number, month in enumerate(horizon.months):
        spent = grid.peak_so_far[number] if number < len(grid.peak_so_far) else 0.0
        network.add("links", f"{grid.id}.{month}", bus0=grid.id, bus1="power",
                    p_nom_extendable=True, p_nom_min=spent / grid.peak_ratio, capital_cost=each,
                    p_max_pu=np.where(horizon.month == number, 1.0, 0.0))  # fmt: skip
        network.offset -= spent * grid.demand_price


def _limited(network: Network, most: float | str | None) -> dict[str, Any]:
    if most is None:
        return dict(wide())
    limit = network.profile(most)
    size = max(float(limit.max()), 1e-9)
    return {"p_nom": size, "p_max_pu": limit / size}


def _renewable(network: Network, plant: Any) -> None:
    there = network.profile(plant.yields).clip(0.0)
    network.add("generators", plant.id, bus="power", marginal_cost=plant.running_cost,
                p_max_pu=there, **sized(network, plant))  # fmt: skip


def _battery(network: Network, store: Any) -> None:
    """One link is its power both ways; charging and discharging are free behind it."""
    rate, terminal = network.design.rate, f"{store.id}.terminal"
    network.add("links", f"{store.id}.power", bus0="power", bus1=terminal, p_min_pu=-1.0,
                p_nom_extendable=True, capital_cost=store.power_cost.yearly(rate),
                p_nom_max=store.power_at_most)  # fmt: skip
    network.add("links", f"{store.id}.charge", bus0=terminal, bus1=store.id,
                efficiency=store.charge_efficiency, **wide())  # fmt: skip
    out = store.discharge_efficiency
    network.add("links", f"{store.id}.discharge", bus0=store.id, bus1=terminal, efficiency=out,
                marginal_cost=store.wear * out, **wide())  # fmt: skip
    network.add("stores", store.id, bus=store.id, e_nom_extendable=True, e_cyclic=True,
                standing_loss=store.loss, capital_cost=store.energy_cost.yearly(rate),
                e_nom_max=store.energy_at_most, e_max_pu=store.depth)  # fmt: skip
    if store.cycles_at_most is not None:
        terms = [("Link", "p", f"{store.id}.discharge", out * network.design.horizon.hours),
                 ("Store", "e_nom", store.id, -store.cycles_at_most * store.depth)]  # fmt: skip
        network.constrain(f"{store.id} cycles", terms, "<=", 0.0)


def _fuel(network: Network, machine: Any) -> str:
    """The bus that a burner takes its fuel from: its own, or that of a by-product gas."""
    fuel = machine.fuel
    if fuel.gas:
        return str(fuel.gas)
    carbon = network.design.carbon_price * network.profile(fuel.emission_factor)
    bus = f"{machine.id}.fuel"
    network.add("generators", bus, bus=bus, marginal_cost=network.profile(fuel.price) + carbon,
                **wide())  # fmt: skip
    return bus


def _chp(network: Network, engine: Any) -> None:
    power, bus = engine.electric_efficiency, engine.level or "heat"
    in_proportion = {"bus2": bus, "efficiency2": engine.heat_efficiency}
    network.add("links", engine.id, bus0=_fuel(network, engine), bus1="power", efficiency=power,
                **(in_proportion if engine.heat_efficiency else {}),
                **sized(network, engine, power))  # fmt: skip
    if engine.c_b is not None:
        add_extraction(network, engine, bus, power, engine.c_b)


def _boiler(network: Network, boiler: Any) -> None:
    source = "power" if boiler.fuel is None else _fuel(network, boiler)
    network.add("links", boiler.id, bus0=source, bus1=boiler.level or "heat",
                efficiency=boiler.efficiency,
                **sized(network, boiler, boiler.efficiency))  # fmt: skip


def _store(network: Network, store: Any, bus: str, loss: float) -> None:
    network.add("stores", store.id, bus=bus, e_nom_extendable=True, e_cyclic=True,
                standing_loss=loss, capital_cost=store.cost.yearly(network.design.rate),
                e_nom_max=store.most)  # fmt: skip


def _electrolyser(network: Network, machine: Any) -> None:
    bus = machine.level or "heat"
    heat = {"bus2": bus, "efficiency2": machine.heat_share} if machine.heat_share else {}
    network.add("links", machine.id, bus0="power", bus1="hydrogen", p_min_pu=machine.least_load,
                efficiency=1 / machine.consumption, **heat, **sized(network, machine))  # fmt: skip


def _byproduct_gas(network: Network, gas: Any) -> None:
    network.add("loads", gas.id, bus=gas.id, p_set=-network.profile(gas.arising))
    network.add("generators", f"{gas.id}.flared", bus=gas.id, sign=-1,
                marginal_cost=gas.flare_cost, **wide())  # fmt: skip
    if gas.holder_at_most is not None:
        network.add("stores", f"{gas.id}.holder", bus=gas.id, e_nom_extendable=True,
                    e_cyclic=True, e_min_pu=gas.holder_least, e_nom_max=gas.holder_at_most,
                    capital_cost=gas.holder_cost.yearly(network.design.rate))  # fmt: skip


_ADD: Mapping[str, Callable[[Network, Any], None]] = {
    "demand": _demand, "daily_delivery": _daily_delivery, "shiftable_load": _shiftable,
    "interruptible_load": _interruptible, "grid": _grid, "photovoltaics": _renewable,
    "wind_power": _renewable, "battery": _battery, "combined_heat_and_power": _chp,
    "boiler": _boiler, "heat_pump": add_heat_pump, "electrolyser": _electrolyser,
    "thermal_store": lambda n, s: _store(n, s, s.level or "heat", s.loss),
    "hydrogen_store": lambda n, s: _store(n, s, "hydrogen", 0.0),
    "byproduct_gas": _byproduct_gas, "heat_level": add_heat_level, "waste_heat": add_waste_heat,
    "waste_heat_power": add_waste_heat_power, "steam_turbine": add_steam_turbine,
}  # fmt: skip


def add_rule(network: Network, rule: Rule) -> None:
    """A rule as a row: what is counted, less the share of what it is counted by."""
    limit = 0.0 if rule.denominator != "none" else rule.limit
    offset, terms = _sum(network, rule.measure.counted)
    if rule.denominator != "none":
        constant, whole = _sum(network, rule.denominator)
        terms += [(c, v, n, _times(k, -rule.limit)) for c, v, n, k in whole]
        offset -= rule.limit * constant
    sense = ">=" if rule.measure.at_least else "<="
    network.constrain(rule.name, terms, sense, limit - offset)


def _times(number: float | list[float], by: float) -> float | list[float]:
    return [n * by for n in number] if isinstance(number, list) else number * by


Terms = list[tuple[str, str, str, float | list[float]]]


def _sum(network: Network, name: str) -> tuple[float, Terms]:
    """A yearly sum as a constant and terms over the variables of the network."""
    if name == "self-used":
        (one, made), (other, sold) = _sum(network, "generated"), _sum(network, "exported")
        return one - other, made + [(c, v, n, _times(k, -1.0)) for c, v, n, k in sold]
    hours, constant = network.design.horizon.hours, 0.0
    terms: Terms = []
    for each in network.design.components:
        fixed, found = _part(network, each, name, hours)
        constant, terms = constant + fixed, terms + found
    return constant, terms


def _part(network: Network, each: Any, name: str, h: float) -> tuple[float, Terms]:
    plant = each.kind in ("photovoltaics", "wind_power")
    if name == "generated" and plant:
        return 0.0, [("Generator", "p", each.id, h)]
    if name == "available" and plant:
        there = float(network.profile(each.yields).sum()) * h
        return 0.0, [("Generator", "p_nom", each.id, there)]
    if name == "exported" and each.kind == "grid":
        return 0.0, [("Generator", "p", f"{each.id}.export", h)]
    if name == "emitted":
        return 0.0, _emitted(network, each, h)
    return _consumed(network, each, h) if name == "consumed" else (0.0, [])


def _emitted(network: Network, each: Any, h: float) -> Terms:
    fuel = getattr(each, "fuel", None)
    if each.kind == "grid":
        factor = network.profile(each.emission_factor) * h
        return [("Generator", "p", f"{each.id}.import", factor.tolist())]
    if fuel is None or fuel.gas:
        return []
    return [("Link", "p", each.id, (network.profile(fuel.emission_factor) * h).tolist())]


def _consumed(network: Network, each: Any, h: float) -> tuple[float, Terms]:
    """Power used on the site; of a battery what it loses."""
    if each.kind == "battery":
        out = each.discharge_efficiency
        return 0.0, [("Link", "p", f"{each.id}.charge", h),
                     ("Link", "p", f"{each.id}.discharge", -out * h)]  # fmt: skip
    asked = float(network.profile(each.series).sum()) * h if hasattr(each, "series") else 0.0
    if each.kind == "demand":
        return asked * (each.bus == "power"), []
    if each.kind == "interruptible_load":
        return asked, [("Generator", "p", f"{each.id}.given-up", -h)]
    drawn = each.kind in ("electrolyser", "shiftable_load", "heat_pump")
    if not drawn and not (each.kind == "boiler" and each.fuel is None):
        return 0.0, []
    backwards = each.kind == "heat_pump"
    times = (-h / lift_of(network, each)).tolist() if backwards else h
    return 0.0, [("Link", "p", each.id, times)]
