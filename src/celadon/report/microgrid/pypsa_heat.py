"""Heat by its levels in the words of PyPSA: let-downs, waste heat, turbines, pumps, extraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.heat_level import levels_of
from celadon.plan.components.heat_pump import carnot_performance
from celadon.plan.components.levels import Levels
from celadon.report.microgrid.pypsa import Network, sized, wide


def levels_in(network: Network) -> Levels:
    """The heat levels and waste heats of the design."""
    return levels_of(network.design.components)


def add_heat_level(network: Network, level: Any) -> None:
    """A bus; a link to the next colder level; what lets heat go where it may."""
    colder = levels_in(network).next_below(level.id)
    network.bus(level.id)
    if colder is None or level.let_down_at_most is not None or level.let_down_cost is not None:
        network.add("generators", f"{level.id}.let-go", bus=level.id, sign=-1, **wide())
    if colder is None or level.let_down_at_most == 0:
        return
    size: dict[str, Any] = dict(wide())
    if level.let_down_cost is not None:
        yearly = level.let_down_cost.yearly(network.design.rate)
        size = {"p_nom_extendable": True, "capital_cost": yearly,
                "p_nom_max": level.let_down_at_most}  # fmt: skip
    elif level.let_down_at_most is not None:
        size = {"p_nom": level.let_down_at_most}
    network.add("links", f"{level.id}.let-down", bus0=level.id, bus1=colder, **size)


def add_waste_heat(network: Network, waste: Any) -> None:
    """All of it arises; an exchanger gives it to links, each level within its pinch."""
    there = network.profile(waste.available) * network.profile(waste.schedule)
    size = max(float(there.max()), 1e-9)
    network.add("generators", waste.id, bus=waste.id, p_nom=size, p_max_pu=there / size,
                p_min_pu=there / size)  # fmt: skip
    network.add("generators", f"{waste.id}.unused", bus=waste.id, sign=-1, **wide())
    levels = levels_in(network)
    recovered = f"{waste.id}.recovered"
    network.add("links", recovered, bus0=waste.id, bus1=recovered, **sized(network, waste))
    turned: list[str] = [
        each.id for each in network.design.components
        if each.kind == "waste_heat_power" and getattr(each, "source", "") == waste.id
    ]  # fmt: skip
    hotter: list[tuple[str, str, str, float | list[float]]] = []
    for name in waste.reaches(levels):
        link = f"{waste.id}.to-{name}"
        network.add("links", link, bus0=recovered, bus1=name, **wide())
        share = waste.share_above(levels.of[name].feed)
        hotter.append(("Link", "p", link, 1.0))
        apart = [("Link", "p", machine, share) for machine in turned]
        terms = [*hotter, *apart, ("Generator", "p", waste.id, -share)]
        network.constrain(f"{waste.id} above {name}", terms, "each <=", 0.0)


def add_waste_heat_power(network: Network, machine: Any) -> None:
    """A link from the waste heat to power."""
    efficiency = machine.efficiency
    network.add("links", machine.id, bus0=machine.source, bus1="power", efficiency=efficiency,
                **sized(network, machine, efficiency))  # fmt: skip


def add_steam_turbine(network: Network, turbine: Any) -> None:
    """A link from one level to power and the other; extraction beside it."""
    ratio = turbine.power_to_heat(levels_in(network))
    if turbine.c_v is not None:
        efficiency = turbine.condensing_efficiency
        network.add("links", turbine.id, bus0=turbine.inlet, bus1="power", efficiency=efficiency,
                    **sized(network, turbine, efficiency))  # fmt: skip
        add_extraction(network, turbine, turbine.exhaust, efficiency, ratio)
        return
    heat = 1 / (1 + ratio / turbine.mechanical_efficiency)  # of what is taken in
    network.add("links", turbine.id, bus0=turbine.inlet, bus1="power", bus2=turbine.exhaust,
                efficiency=ratio * heat, efficiency2=heat,
                **sized(network, turbine, ratio * heat))  # fmt: skip


def add_extraction(
    network: Network, machine: Any, bus: str, efficiency: float, ratio: float
) -> None:
    """Heat that costs power: a link that runs backwards, and the cone that it stays in."""
    heat = f"{machine.id}.heat"
    network.add("links", heat, bus0=bus, bus1="power", efficiency=machine.c_v, p_min_pu=-1.0,
                p_max_pu=0.0, **wide())  # fmt: skip
    terms = [("Link", "p", machine.id, -efficiency),
             ("Link", "p", heat, -(ratio + machine.c_v))]  # fmt: skip
    network.constrain(f"{machine.id} cone", terms, "each <=", 0.0)


def lift_of(network: Network, pump: Any) -> Floats:
    """Heat per power of a heat pump in each step."""
    if pump.performance is not None:
        return network.profile(pump.performance)
    levels = levels_in(network)
    source, sink = pump.source_temperature, pump.sink_temperature
    if source is None:
        source = levels.source(pump.source)
    if sink is None:
        sink = levels.of[pump.level].feed
    assert source is not None  # noqa: S101  the design was planned
    return carnot_performance(network.profile(source), network.profile(sink), pump.quality)


def add_heat_pump(network: Network, pump: Any) -> None:
    """A link that runs backwards, so that its size counts heat."""
    lift = lift_of(network, pump)
    more: dict[str, Any] = {}
    if pump.source_heat is not None:
        there = network.profile(pump.source_heat)
        bus = f"{pump.id}.source"
        size = max(float(there.max()), 1e-9)
        network.add("generators", bus, bus=bus, p_nom=size, p_max_pu=there / size)
        more = {"bus2": bus, "efficiency2": (lift - 1) / lift}
    elif pump.source:
        is_waste = pump.source in levels_in(network).wastes
        bus = f"{pump.source}.recovered" if is_waste else pump.source
        more = {"bus2": bus, "efficiency2": (lift - 1) / lift}
    network.add("links", pump.id, bus0=pump.level or "heat", bus1="power",
                efficiency=np.asarray(1 / lift), p_min_pu=-1.0, p_max_pu=0.0, **more,
                **sized(network, pump))  # fmt: skip
