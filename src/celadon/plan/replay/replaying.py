"""How each kind of component runs, step after step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.billing import plan_bills
from celadon.plan.replay.paying import within as _within
from celadon.plan.replay.paying import yearly as _yearly
from celadon.plan.replay.replay import Clock
from celadon.plan.replay.replaying_heat import (
    run_extraction,
    run_heat_level,
    run_heat_pump,
    run_steam_turbine,
    run_waste_heat,
    run_waste_heat_power,
)
from celadon.plan.replay.replaying_movable import run_movable_load
from celadon.plan.replay.replaying_origin import run_origin
from celadon.plan.replay.replaying_running import (
    check_calls,
    check_rebound,
    run_batch_load,
    run_switched,
    wear_of,
)
from celadon.plan.replay.replaying_security import run_critical_load, run_reserve


def _demand(load: Any, clock: Clock) -> None:
    asked = clock.series(load.series)
    clock.bring(getattr(load, "level", "") or load.bus, -asked)
    if load.bus == "power":
        clock.sums["consumed"] += clock.energy(asked)


def _daily_delivery(load: Any, clock: Clock) -> None:
    delivered = clock.flow(f"{load.id}.delivered")
    clock.bring("hydrogen", -delivered)
    of_day: dict[int, float] = {}
    steps = round(24 / clock.hours)
    for step, rate in enumerate(delivered.tolist()):
        day = step // steps
        of_day[day] = of_day.get(day, 0.0) + rate * clock.hours
    clock.must_be_nothing(f"{load.id} owed", max(0.0, load.tonnes - min(of_day.values())))


def _shiftable(load: Any, clock: Clock) -> None:
    drawn, asked = clock.flow(f"{load.id}.drawn"), clock.series(load.series)
    clock.at_most(f"{load.id} power", drawn, load.at_most)
    if load.rebound:
        check_rebound(load, clock)
    steps = max(1, round(load.window_hours / clock.hours))
    for start in range(0, 0 if load.rebound else len(asked), steps):
        owed = asked[start : start + steps].sum() - drawn[start : start + steps].sum()
        clock.must_be_nothing(f"{load.id} owed", float(owed) * clock.hours)
    clock.bring("power", -drawn)
    clock.sums["consumed"] += clock.energy(drawn)


def _interruptible(load: Any, clock: Clock) -> None:
    missed, asked = clock.flow(f"{load.id}.given up"), clock.series(load.series)
    clock.at_most(f"{load.id} given up", missed, np.minimum(asked, load.at_most))
    spent = clock.energy(missed) - load.hours_at_most * load.at_most
    clock.must_be_nothing(f"{load.id} calls", max(0.0, spent))
    check_calls(load, clock, missed)
    clock.bring("power", missed - asked)
    clock.sums["consumed"] += clock.energy(asked - missed)
    clock.pay("interruption", clock.energy(missed) * load.price)


def _grid(grid: Any, clock: Clock) -> None:
    bought, sold = clock.flow(f"{grid.id}.import"), clock.flow(f"{grid.id}.export")
    clock.bring("power", bought - sold)
    clock.emit(clock.series(grid.emission_factor), bought)
    clock.sums["imported"] += clock.energy(bought)
    clock.sums["exported"] += clock.energy(sold)
    if grid.tariff:
        _pay_bills(grid, clock)
    else:
        clock.pay("power bought", clock.energy(clock.series(grid.price) * bought))
        _pay_peaks(grid, clock, bought)
    if not grid.tariff or "export_price" in grid.model_fields_set:
        clock.pay("power sold", -clock.energy(clock.series(grid.export_price) * sold))
    for flow, limit in ((bought, grid.import_at_most), (sold, grid.export_at_most)):
        clock.at_most(f"{grid.id} limit", flow, np.inf if limit is None else clock.series(limit))
    if grid.connection is not None:
        size = clock.size(f"{grid.id}.connection")
        peaks = grid.peak_ratio if grid.nearby_consumption is not None else 1.0
        clock.at_most(f"{grid.id} connection", np.maximum(peaks * bought, sold), size)
        clock.pay(f"{grid.id}.connection", _yearly(grid.connection, clock) * size)
        if grid.nearby_consumption is not None:
            fee = grid.nearby_consumption
            by_energy = fee.energy_price * 730 * fee.load_factor * size
            monthly = fee.capacity_price * size + by_energy
            clock.pay("nearby consumption", monthly * len(clock.design.horizon.months))


def _pay_peaks(grid: Any, clock: Clock, bought: Floats) -> None:
    highest = [0.0] * len(clock.design.horizon.months)
    for month, power in zip(clock.design.horizon.month.tolist(), bought.tolist(), strict=True):
        highest[month] = max(highest[month], power * grid.peak_ratio)
    spent = [*grid.peak_so_far, *[0.0] * len(highest)]
    paid = sum(max(peak - before, 0.0) for peak, before in zip(highest, spent, strict=False))
    clock.pay("demand", paid * grid.demand_price)


_PARTS = {"energy": "power bought", "tier": "tiers", "export": "power sold", "demand": "demand"}


def _pay_bills(grid: Any, clock: Clock) -> None:
    """What the bill of each month comes to, by the functions that bill a site."""
    for month in plan_bills(clock.design, grid, clock.sizes, clock.flows, linear=True):
        for part, name in _PARTS.items():
            clock.pay(name, month.part(part) / 1000)


def _renewable(plant: Any, clock: Clock) -> None:
    made, size = clock.flow(f"{plant.id}.output"), clock.size(f"{plant.id}.capacity")
    there = clock.series(plant.yields).clip(0.0) * size
    clock.at_most(f"{plant.id} output", made, there)
    _within(plant, clock, "capacity", plant.least, plant.most)
    clock.bring("power", made)
    clock.sums["generated"] += clock.energy(made)
    clock.sums["available"] += clock.energy(there)
    clock.pay(f"{plant.id}.capacity", _yearly(plant.cost, clock) * size)
    clock.pay("running", clock.energy(made) * plant.running_cost)


def _battery(store: Any, clock: Clock) -> None:
    charge, discharge = clock.flow(f"{store.id}.charge"), clock.flow(f"{store.id}.discharge")
    power, energy = clock.size(f"{store.id}.power"), clock.size(f"{store.id}.energy")
    start = clock.before(f"{store.id}.content")
    end = float(clock.flow(f"{store.id}.content")[-1])
    content, least, most = start, start, start
    kept = (1 - store.loss) ** clock.hours
    for taken, given in zip(charge.tolist(), discharge.tolist(), strict=True):
        content = kept * content + clock.hours * (
            store.charge_efficiency * taken - given / store.discharge_efficiency
        )
        least, most = min(least, content), max(most, content)
    clock.must_be_nothing(f"{store.id} content at the end", content - end)
    clock.must_be_nothing(f"{store.id} content", max(0.0, -least, most - store.depth * energy))
    clock.at_most(f"{store.id} charge", charge, power)
    clock.at_most(f"{store.id} discharge", discharge, power)
    if store.cycles_at_most is not None:
        over = clock.energy(discharge) - store.cycles_at_most * store.depth * energy
        clock.must_be_nothing(f"{store.id} cycles", max(0.0, over))
    clock.bring("power", discharge - charge)
    clock.sums["consumed"] += clock.energy(charge - discharge)
    run_origin(store, clock)
    worn = wear_of(store, clock, (charge, discharge, clock.flow(f"{store.id}.content")), energy)
    clock.pay("battery wear", worn)
    clock.pay(f"{store.id}.power", _yearly(store.power_cost, clock) * power)
    clock.pay(f"{store.id}.energy", _yearly(store.energy_cost, clock) * energy)


def _chp(engine: Any, clock: Clock) -> None:
    fuel, size = clock.flow(f"{engine.id}.fuel"), clock.size(f"{engine.id}.capacity")
    clock.at_most(f"{engine.id} power", engine.electric_efficiency * fuel, size)
    run_switched(engine, clock, engine.electric_efficiency * fuel)
    _within(engine, clock, "capacity", engine.least, engine.most)
    power, heat = run_extraction(engine, clock)
    clock.bring("power", power)
    if engine.level or engine.heat_efficiency != 0:
        clock.bring(engine.level or "heat", heat)
    _burn(engine.fuel, fuel, clock)
    clock.pay(f"{engine.id}.capacity", _yearly(engine.cost, clock) * size)


def _boiler(boiler: Any, clock: Clock) -> None:
    heat, size = clock.flow(f"{boiler.id}.heat"), clock.size(f"{boiler.id}.capacity")
    clock.at_most(f"{boiler.id} heat", heat, size)
    run_switched(boiler, clock, heat)
    _within(boiler, clock, "capacity", boiler.least, boiler.most)
    clock.bring(boiler.level or "heat", heat)
    taken = heat / boiler.efficiency
    if boiler.fuel is None:
        clock.bring("power", -taken)
        clock.sums["consumed"] += clock.energy(taken)
    else:
        _burn(boiler.fuel, taken, clock)
    clock.pay(f"{boiler.id}.capacity", _yearly(boiler.cost, clock) * size)


def _thermal_store(store: Any, clock: Clock) -> None:
    content, size = clock.flow(f"{store.id}.content"), clock.size(f"{store.id}.capacity")
    given = _given(f"{store.id}.content", (1 - store.loss) ** clock.hours, clock)
    clock.bring(store.level or "heat", given)
    clock.at_most(f"{store.id} content", content, size)
    clock.pay(f"{store.id}.capacity", _yearly(store.cost, clock) * size)


def _electrolyser(machine: Any, clock: Clock) -> None:
    power, size = clock.flow(f"{machine.id}.power"), clock.size(f"{machine.id}.capacity")
    clock.at_most(f"{machine.id} power", power, size)
    taken = power + run_switched(machine, clock, power)
    _within(machine, clock, "capacity", machine.least, machine.most)
    clock.bring("power", -taken)
    clock.bring("hydrogen", power / machine.consumption)
    if machine.heat_share:
        clock.bring(machine.level or "heat", machine.heat_share * power)
    clock.sums["consumed"] += clock.energy(taken)
    clock.pay(f"{machine.id}.capacity", _yearly(machine.cost, clock) * size)


def _hydrogen_store(store: Any, clock: Clock) -> None:
    content, size = clock.flow(f"{store.id}.content"), clock.size(f"{store.id}.capacity")
    clock.bring("hydrogen", _given(f"{store.id}.content", 1.0, clock))
    clock.at_most(f"{store.id} content", content, size)
    clock.pay(f"{store.id}.capacity", _yearly(store.cost, clock) * size)


def _byproduct_gas(gas: Any, clock: Clock) -> None:
    flared = clock.flow(f"{gas.id}.flared")
    clock.at_most(f"{gas.id} flared", flared, np.inf)
    clock.bring(gas.id, clock.series(gas.arising) - flared)
    clock.pay("flare", clock.energy(flared) * gas.flare_cost)
    if gas.holder_at_most is not None:
        content, size = clock.flow(f"{gas.id}.content"), clock.size(f"{gas.id}.holder")
        clock.bring(gas.id, _given(f"{gas.id}.content", 1.0, clock))
        clock.at_most(f"{gas.id} holder", content, size)
        low = float(np.max(gas.holder_least * size - content, initial=0.0))
        clock.must_be_nothing(f"{gas.id} holder level", low)
        clock.pay(f"{gas.id}.holder", _yearly(gas.holder_cost, clock) * size)


def _given(block: str, kept: float, clock: Clock) -> Floats:
    """What a store gives in each step, MW, from one content to the next."""
    content, before = clock.flow(block), clock.before(block)
    given = np.empty_like(content)
    for step, now in enumerate(content.tolist()):
        given[step] = (kept * before - now) / clock.hours
        before = now
    return given


def _burn(fuel: Any, flow: Floats, clock: Clock) -> None:
    if fuel.gas:
        clock.bring(fuel.gas, -flow)
        return
    clock.pay("fuel", clock.energy(clock.series(fuel.price) * flow))
    clock.emit(clock.series(fuel.emission_factor), flow)


RUNS: Mapping[str, Callable[[Any, Clock], None]] = {
    "movable_load": run_movable_load, "batch_load": run_batch_load,
    "demand": _demand, "daily_delivery": _daily_delivery, "shiftable_load": _shiftable,
    "interruptible_load": _interruptible, "grid": _grid, "photovoltaics": _renewable,
    "wind_power": _renewable, "battery": _battery, "combined_heat_and_power": _chp,
    "boiler": _boiler, "heat_pump": run_heat_pump, "thermal_store": _thermal_store,
    "electrolyser": _electrolyser, "hydrogen_store": _hydrogen_store,
    "byproduct_gas": _byproduct_gas, "reserve": run_reserve, "critical_load": run_critical_load,
    "heat_level": run_heat_level, "waste_heat": run_waste_heat,
    "waste_heat_power": run_waste_heat_power, "steam_turbine": run_steam_turbine,
}  # fmt: skip
"""How each kind runs; a kind that is absent here would stop the check, not pass it."""
