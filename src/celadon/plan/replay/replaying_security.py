"""How reserves and outages come out when each is lived through, step after step."""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.plan.replay.replay import Clock
from celadon.plan.replay.replaying_running import capacity_on


def run_reserve(reserve: Any, clock: Clock) -> None:
    """What stores and engines could give more in each step, against what is asked."""
    total = np.zeros(clock.design.horizon.count)
    for machine in _machines(clock):
        block = f"{reserve.id}.from {machine.id}"
        if block not in clock.flows:
            continue
        given = clock.flow(block)
        if machine.kind == "battery":
            net = clock.flow(f"{machine.id}.discharge") - clock.flow(f"{machine.id}.charge")
            room = clock.size(f"{machine.id}.power") - net
            for_so_long = clock.flow(f"{machine.id}.content") * machine.discharge_efficiency
            clock.at_most(f"{reserve.id} energy", given * reserve.minutes / 60, for_so_long)
        else:
            running = machine.electric_efficiency * clock.flow(f"{machine.id}.fuel")
            room = capacity_on(machine, clock) - running
        clock.at_most(f"{reserve.id} headroom", given, room)
        total += given
    lacking = reserve.share * clock.series(reserve.load) - total
    clock.must_be_nothing(f"{reserve.id} reserve", float(np.max(lacking, initial=0.0)))


def run_critical_load(load: Any, clock: Clock) -> None:
    """An outage that begins at every step: stores run down, and nothing is left unserved."""
    asked = clock.series(load.series)
    lacking = asked.copy()
    steps = round(load.hours / clock.hours)
    for machine in _machines(clock):
        if machine.kind in ("photovoltaics", "wind_power"):
            there = clock.series(machine.yields).clip(0.0)
            lacking -= there * clock.size(f"{machine.id}.capacity")
        elif machine.kind == "combined_heat_and_power" and not machine.fuel.gas:
            lacking -= clock.size(f"{machine.id}.capacity")
        elif machine.kind == "battery":
            given = clock.flow(f"{load.id}.from {machine.id}")
            clock.at_most(f"{load.id} power", given, clock.size(f"{machine.id}.power"))
            lacking -= given
            content = np.roll(clock.flow(f"{machine.id}.content"), 1)  # as each step begins
            kept = (1 - machine.loss) ** clock.hours
            for after in range(steps):
                taken = np.roll(given, -after) * clock.hours / machine.discharge_efficiency
                content = content * kept - taken
                short = float(np.max(-content, initial=0.0))
                clock.must_be_nothing(f"{load.id} energy", short)
    clock.must_be_nothing(f"{load.id} served", float(np.max(lacking, initial=0.0)))


def _machines(clock: Clock) -> list[Any]:
    """All components, whose fields are those of their kind."""
    return list(clock.design.components)
