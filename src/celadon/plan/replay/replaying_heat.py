"""Heat by its levels, run by plain arithmetic: let-downs, waste heat, turbines, heat pumps.

Temperatures, shares above a level and the drop of steam are worked out again from the declarations,
by other ways than those of the programme: wet steam by the shares of water and vapour, superheated
steam by halving an interval of temperatures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.numerics import steam
from celadon.numerics.lp.expression import Floats
from celadon.plan.replay.paying import within, yearly
from celadon.plan.replay.replay import Clock


def run_heat_level(level: Any, clock: Clock) -> None:
    """What is passed down comes out below, whole; a level that passes all on loses nothing."""
    colder = _next_below(level, clock)
    if colder is None or level.let_down_at_most is not None or level.let_down_cost is not None:
        clock.lets_go.add(level.id)
    if f"{level.id}.let down" not in clock.flows:
        return
    passed = clock.flow(f"{level.id}.let down")
    most = np.inf if level.let_down_at_most is None else level.let_down_at_most
    if level.let_down_cost is not None:
        size = clock.size(f"{level.id}.let_down")
        clock.must_be_nothing(f"{level.id} let-down capacity", max(0.0, size - most))
        clock.pay(f"{level.id}.let_down", yearly(level.let_down_cost, clock) * size)
        most = size
    clock.at_most(f"{level.id} let down", passed, most)
    clock.bring(level.id, -passed)
    assert colder is not None, f"{level.id} passes heat to nothing"  # noqa: S101
    clock.bring(colder, passed)


def run_waste_heat(waste: Any, clock: Clock) -> None:
    """What each level takes lies above its temperature; what nobody takes is lost."""
    there = clock.series(waste.available) * clock.series(waste.schedule)
    clock.lets_go.add(waste.id)
    clock.bring(waste.id, there)
    machines: list[Any] = list(clock.design.components)
    turned: Floats = np.zeros(len(there))
    used: Floats = np.zeros(len(there))
    for each in machines:
        if each.kind == "waste_heat_power" and each.source == waste.id:
            turned = turned + clock.flow(f"{each.id}.power") / each.efficiency
        if each.kind == "heat_pump" and each.source == waste.id:
            used = used + (_lift(each, clock) - 1) * clock.flow(f"{each.id}.power")
    hotter: Floats = np.zeros(len(there))
    for level in sorted(_levels(clock), key=lambda each: -_supply(each)):
        block = f"{waste.id}.to {level.id}"
        if block not in clock.flows:
            continue
        taken = clock.flow(block)
        hotter = hotter + taken
        warm = waste.temperature - _feed(level) - waste.approach
        share = max(0.0, min(1.0, warm / (waste.temperature - waste.cooled_to)))
        clock.at_most(f"{waste.id} above {level.id}", hotter, share * (there - turned))
        clock.at_most(f"{waste.id} to {level.id}", taken, np.inf)
        clock.bring(waste.id, -taken)
        clock.bring(level.id, taken)
    if f"{waste.id}.capacity" in clock.sizes:
        size = clock.size(f"{waste.id}.capacity")
        clock.at_most(f"{waste.id} recovered", hotter + used, size)
        within(waste, clock, "capacity", waste.least, waste.most)
        clock.pay(f"{waste.id}.capacity", yearly(waste.cost, clock) * size)


def run_waste_heat_power(machine: Any, clock: Clock) -> None:
    """Power at its efficiency, of heat that is there."""
    power, size = clock.flow(f"{machine.id}.power"), clock.size(f"{machine.id}.capacity")
    clock.at_most(f"{machine.id} power", power, size)
    within(machine, clock, "capacity", machine.least, machine.most)
    clock.bring("power", power)
    clock.bring(machine.source, -power / machine.efficiency)
    clock.pay(f"{machine.id}.capacity", yearly(machine.cost, clock) * size)


def run_steam_turbine(turbine: Any, clock: Clock) -> None:
    """Power by the drop of the steam; what goes in comes out as power, heat or the condenser's."""
    heat, size = clock.flow(f"{turbine.id}.heat"), clock.size(f"{turbine.id}.capacity")
    ratio = _ratio(turbine, clock)
    if turbine.c_v is None:
        power = ratio * heat
        intake = power / turbine.mechanical_efficiency + heat
        clock.at_most(f"{turbine.id} power", power, size)
    else:
        intake = clock.flow(f"{turbine.id}.intake")
        power = intake * turbine.condensing_efficiency - turbine.c_v * heat
        clock.at_most(f"{turbine.id} power", power + turbine.c_v * heat, size)
        clock.at_most(f"{turbine.id} cone", ratio * heat, power)
        rest = intake - power - heat  # to the condenser
        clock.must_be_nothing(f"{turbine.id} energy", float(np.max(-rest, initial=0.0)))
    within(turbine, clock, "capacity", turbine.least, turbine.most)
    clock.bring("power", power)
    clock.bring(turbine.inlet, -intake)
    clock.bring(turbine.exhaust, heat)
    clock.pay(f"{turbine.id}.capacity", yearly(turbine.cost, clock) * size)


def run_heat_pump(pump: Any, clock: Clock) -> None:
    """Heat is what is lifted and the power that lifts it."""
    power, size = clock.flow(f"{pump.id}.power"), clock.size(f"{pump.id}.capacity")
    lift = _lift(pump, clock)
    clock.at_most(f"{pump.id} heat", lift * power, size)
    within(pump, clock, "capacity", pump.least, pump.most)
    if pump.source_heat is not None:
        clock.at_most(f"{pump.id} source", (lift - 1) * power, clock.series(pump.source_heat))
    if pump.source:
        clock.bring(pump.source, power - lift * power)
    clock.bring(pump.level or "heat", lift * power)
    clock.bring("power", -power)
    clock.sums["consumed"] += clock.energy(power)
    clock.pay(f"{pump.id}.capacity", yearly(pump.cost, clock) * size)


def run_extraction(engine: Any, clock: Clock) -> tuple[Floats, Floats]:
    """Power and heat of an engine: in proportion, or within the cone of extraction."""
    fuel = clock.flow(f"{engine.id}.fuel")
    if engine.c_b is None:
        power, heat = engine.electric_efficiency * fuel, engine.heat_efficiency * fuel
    else:
        heat = clock.flow(f"{engine.id}.heat")
        power = engine.electric_efficiency * fuel - engine.c_v * heat
        clock.at_most(f"{engine.id} cone", engine.c_b * heat, power)
        over = float(np.max(power + heat - fuel, initial=0.0))
        clock.must_be_nothing(f"{engine.id} energy", over)
    if engine.heat_led:
        clock.at_most(f"{engine.id} led by heat", heat, _asked(engine, clock))
    return power, heat


def _ratio(turbine: Any, clock: Clock) -> float:
    """Power per heat in back-pressure: as given, or by the states of the steam."""
    if turbine.c_b is not None:
        return float(turbine.c_b)
    hot, cold = _level(turbine.inlet, clock), _level(turbine.exhaust, clock)
    if hot.steam_temperature is None:
        before, spread = steam.vapour_enthalpy(hot.pressure), steam.vapour_entropy(hot.pressure)
    else:
        before = steam.enthalpy(hot.pressure, hot.steam_temperature)
        spread = steam.entropy(hot.pressure, hot.steam_temperature)
    drop = turbine.isentropic_efficiency * (before - _expanded(cold.pressure, spread))
    returned = (
        steam.liquid_enthalpy(cold.pressure)
        if turbine.return_temperature is None
        else steam.enthalpy(cold.pressure, turbine.return_temperature)
    )
    return float(turbine.mechanical_efficiency * drop / (before - drop - returned))


def _expanded(pressure: float, entropy: float) -> float:
    """Enthalpy at a pressure and an entropy, by shares of vapour or by halving, kJ/kg."""
    low, high = steam.liquid_entropy(pressure), steam.vapour_entropy(pressure)
    if entropy <= high:
        dry = (entropy - low) / (high - low)
        liquid, vapour = steam.liquid_enthalpy(pressure), steam.vapour_enthalpy(pressure)
        return dry * vapour + (1 - dry) * liquid
    cold, hot = steam.saturation_temperature(pressure) + 1e-9, 800.0
    for _ in range(60):
        middle = (cold + hot) / 2
        if steam.entropy(pressure, middle) < entropy:
            cold = middle
        else:
            hot = middle
    return steam.enthalpy(pressure, (cold + hot) / 2)


def _asked(engine: Any, clock: Clock) -> Floats:
    """What is asked for at the level of an engine and at the colder ones that it reaches, MW."""
    reach = ["heat"]
    if engine.level:
        reach, level = [engine.level], _level(engine.level, clock)
        while level is not None and level.let_down_at_most != 0:
            colder = _next_below(level, clock)
            level = None if colder is None else _level(colder, clock)
            reach += [] if colder is None else [colder]
    asked: Floats = np.zeros(clock.design.horizon.count)
    machines: list[Any] = list(clock.design.components)
    for each in machines:
        if each.kind == "demand" and each.bus == "heat" and (each.level or "heat") in reach:
            asked = asked + clock.series(each.series)
        if each.kind == "thermal_store" and (each.level or "heat") in reach:
            content = clock.flow(f"{each.id}.content")
            before = np.concatenate([[clock.before(f"{each.id}.content")], content[:-1]])
            asked = asked + (content - (1 - each.loss) ** clock.hours * before) / clock.hours
        if each.kind == "heat_pump" and each.source in reach:
            asked = asked + (_lift(each, clock) - 1) * clock.flow(f"{each.id}.power")
        if each.kind == "steam_turbine" and each.inlet in reach:
            asked = asked + _intake(each, clock)
    return asked


def _intake(turbine: Any, clock: Clock) -> Floats:
    if turbine.c_v is not None:
        return clock.flow(f"{turbine.id}.intake")
    heat = clock.flow(f"{turbine.id}.heat")
    intake: Floats = heat * (1 + _ratio(turbine, clock) / turbine.mechanical_efficiency)
    return intake


def _lift(pump: Any, clock: Clock) -> Floats:
    """Heat per power in each step."""
    if pump.performance is not None:
        return clock.series(pump.performance)
    source, sink = pump.source_temperature, pump.sink_temperature
    if source is None:
        source = _source_temperature(pump.source, clock)
    if sink is None:
        sink = _feed(_level(pump.level, clock))
    colder, hotter = clock.series(source) + 273.15, clock.series(sink) + 273.15
    lift: Floats = pump.quality / (1 - colder / hotter)
    return lift


def _source_temperature(name: str, clock: Clock) -> float:
    machines: list[Any] = list(clock.design.components)
    source = next(each for each in machines if each.id == name)
    return float(source.cooled_to) if source.kind == "waste_heat" else _supply(source)


def _levels(clock: Clock) -> list[Any]:
    machines: list[Any] = list(clock.design.components)
    return [each for each in machines if each.kind == "heat_level"]


def _level(name: str, clock: Clock) -> Any:
    return next(each for each in _levels(clock) if each.id == name)


def _supply(level: Any) -> float:
    """Degrees Celsius."""
    if level.temperature is not None:
        return float(level.temperature)
    return steam.saturation_temperature(level.pressure)


def _feed(level: Any) -> float:
    """Degrees Celsius of what feeds a level: it makes the superheat too."""
    hottest = level.steam_temperature
    return _supply(level) if hottest is None else float(hottest)


def _next_below(level: Any, clock: Clock) -> str | None:
    """The hottest of the colder levels."""
    colder = [(_supply(each), each.id) for each in _levels(clock)
              if _supply(each) < _supply(level)]  # fmt: skip
    return str(max(colder)[1]) if colder else None
