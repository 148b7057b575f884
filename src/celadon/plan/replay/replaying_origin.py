"""The origin of stored power, kept in two books by plain arithmetic: green in, green out, the rest.

What is green of a store is taken from the plan as its flows are; its content, and what was used and
exported of green power on the whole site, are worked out again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.replay.replay import Clock


def run_origin(store: Any, clock: Clock) -> None:
    """Keep the books of a store, and those of the site with its first store."""
    if store.origin == "separate":
        _run_green(store, clock)
    machines: list[Any] = list(clock.design.components)
    stores = [each for each in machines if each.kind == "battery"]
    if store.id != stores[0].id or store.origin == "none":
        return
    sold = _of_site(clock, "grid", "export")
    made = _of_site(clock, "photovoltaics", "output") + _of_site(clock, "wind_power", "output")
    engines = _engines(clock)
    if store.origin == "no export":
        clock.at_most("export of what is made", sold, made + engines)
        return
    other = clock.flows.get("origin of power.other exported", np.zeros(len(sold)))
    clock.at_most("other power exported", other, np.minimum(engines, sold))
    used = made - (sold - other)
    green, rest = used.copy(), _of_site(clock, "grid", "import") + engines - other
    lost = other_lost = 0.0
    for each in stores:
        charge, discharge = _green_flows(each, clock)
        green += discharge - charge
        given = clock.flow(f"{each.id}.discharge") - discharge
        taken = clock.flow(f"{each.id}.charge") - charge
        rest += given - taken
        if not each.counts_losses:
            lost += clock.energy(charge - discharge)
            other_lost += clock.energy(taken - given)
    for what, power in (("green", green), ("other", rest)):
        never = f"{what} power that was never there"
        clock.must_be_nothing(never, float(np.max(-power, initial=0.0)))
    clock.sums["self-used"] += clock.energy(used) - lost
    clock.sums["consumed"] -= lost + other_lost


def _run_green(store: Any, clock: Clock) -> None:
    """The green content, charge by charge; the other is what is left of the whole."""
    charge, discharge = _green_flows(store, clock)
    whole = clock.flow(f"{store.id}.content")
    content = clock.before(f"{store.id}.green.content")
    planned = clock.flow(f"{store.id}.green.content")
    kept = (1 - store.loss) ** clock.hours
    green = np.empty_like(whole)
    for step, (taken, given) in enumerate(zip(charge.tolist(), discharge.tolist(), strict=True)):
        content = kept * content + clock.hours * (
            store.charge_efficiency * taken - given / store.discharge_efficiency
        )
        green[step] = content
    apart = float(np.max(np.abs(green - planned), initial=0.0))
    clock.must_be_nothing(f"{store.id} green content as planned", apart)
    clock.at_most(f"{store.id} green content", green, whole)
    clock.at_most(f"{store.id} green charge", charge, clock.flow(f"{store.id}.charge"))
    clock.at_most(f"{store.id} green discharge", discharge, clock.flow(f"{store.id}.discharge"))


def _green_flows(store: Any, clock: Clock) -> tuple[Floats, Floats]:
    """What is charged and discharged as green, MW."""
    part = "green." if store.origin == "separate" else ""
    return clock.flow(f"{store.id}.{part}charge"), clock.flow(f"{store.id}.{part}discharge")


def _of_site(clock: Clock, kind: str, block: str) -> Floats:
    """A flow of all components of a kind, MW."""
    whole = np.zeros(clock.design.horizon.count)
    for each in clock.design.components:
        if each.kind == kind:
            whole += clock.flow(f"{each.id}.{block}")
    return whole


def _engines(clock: Clock) -> Floats:
    """The power of all engines and turbines, MW: each run alone."""
    from celadon.plan.replay.replaying import RUNS  # noqa: PLC0415  it keeps these books

    whole = np.zeros(clock.design.horizon.count)
    for each in clock.design.components:
        if each.kind in _ENGINES:
            alone = Clock(clock.design, clock.sizes, clock.flows, opening=clock.opening)
            RUNS[each.kind](each, alone)
            whole += alone.net["power"]
    return whole


_ENGINES = ("combined_heat_and_power", "steam_turbine", "waste_heat_power")
