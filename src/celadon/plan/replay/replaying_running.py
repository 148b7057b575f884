"""How machines that switch, jobs and calls come out when they are counted step after step."""

from __future__ import annotations

from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.replay.replay import Clock


def capacity_on(machine: Any, clock: Clock) -> Floats:
    """MW of a machine's capacity that are on in each step: all of it where it is never off."""
    if not machine.on_off:
        return np.full(clock.design.horizon.count, clock.size(f"{machine.id}.capacity"))
    return _state(machine, clock, "running", "machines on")


def run_switched(machine: Any, clock: Clock, load: Floats) -> Floats:
    """Least load, ramps, starts: of a load in MW of the capacity.

    Returns
    -------
    MW of power that standing by and starts from cold take in each step.
    """
    on, size = capacity_on(machine, clock), clock.size(f"{machine.id}.capacity")
    clock.at_most(f"{machine.id} load", load, on)
    lacking = float(np.max(machine.least_load * on - load, initial=0.0))
    clock.must_be_nothing(f"{machine.id} least load", lacking)
    warm = np.zeros_like(on)
    stand_by = getattr(machine, "stand_by", None)
    if machine.on_off and stand_by is not None:
        warm = _state(machine, clock, "warm", "machines warm")
    clock.at_most(f"{machine.id} capacity on", on + warm, size)
    started = _started(machine, clock, on)
    woken = started if stand_by is None else _rises(on + warm)
    if machine.ramp is not None:
        _ramps(machine, clock, load, on, started)
    if machine.start_cost:
        clock.pay("starts", machine.start_cost * float(woken.sum()))
    drawn: Floats = (stand_by or 0.0) * warm
    return drawn + getattr(machine, "start_energy", 0.0) * woken / clock.hours


def run_batch_load(load: Any, clock: Clock) -> None:
    """Each job lived through from its beginning: as many as are owed, never more than allowed."""
    begun = clock.flow(f"{load.id}.jobs")
    jobs = np.round(begun).astype(int)
    clock.must_be_nothing(f"{load.id} whole jobs", float(np.abs(begun - jobs).max()))
    steps, per = round(load.hours / clock.hours), round(load.window_hours / clock.hours)
    drawn, count = np.zeros(len(jobs)), len(jobs)
    done = [0] * (count // per)
    for start in np.flatnonzero(jobs).tolist():
        hour = start * clock.hours % 24
        is_early = not load.starts_from <= hour < load.starts_until
        is_late = start % per + steps > per or start // per >= len(done)
        clock.must_be_nothing(f"{load.id} times", float(is_early or is_late))
        drawn[start : start + steps] += load.power * jobs[start]
        if not is_late:
            done[start // per] += int(jobs[start])
    amiss = max((abs(number - load.jobs) for number in done), default=0)
    clock.must_be_nothing(f"{load.id} jobs owed", float(amiss))
    most = load.power if load.at_most is None else load.at_most
    clock.at_most(f"{load.id} power", drawn, most)
    apart = float(np.abs(drawn - clock.flow(f"{load.id}.drawn")).max())
    clock.must_be_nothing(f"{load.id} drawn", apart)
    clock.bring("power", -drawn)
    clock.sums["consumed"] += clock.energy(drawn)


def check_rebound(load: Any, clock: Clock) -> None:
    """What is put off is made up for within its window, with what that costs in energy."""
    asked, drawn = clock.series(load.series), clock.flow(f"{load.id}.drawn")
    off, made_up = clock.flow(f"{load.id}.put off"), clock.flow(f"{load.id}.made up")
    clock.at_most(f"{load.id} put off", off, asked)
    apart = float(np.abs(asked - off + made_up - drawn).max())
    clock.must_be_nothing(f"{load.id} drawn", apart)
    steps = max(1, round(load.window_hours / clock.hours))
    for start in range(0, len(asked), steps):
        window = slice(start, start + steps)
        owed = (1 + load.rebound) * off[window].sum() - made_up[window].sum()
        clock.must_be_nothing(f"{load.id} owed", float(owed) * clock.hours)


def check_calls(load: Any, clock: Clock, missed: Floats) -> None:
    """Hours of each day, and calls: whole, so long, so many."""
    per = max(1, round(24 / clock.hours))
    if load.hours_a_day is not None:
        for start in range(0, len(missed), per):
            hours = float(missed[start : start + per].sum()) * clock.hours
            over = hours - load.hours_a_day * load.at_most
            clock.must_be_nothing(f"{load.id} hours of a day", max(0.0, over))
    if load.call_hours is None:
        return
    made = clock.flow(f"{load.id}.calls made")
    calls = np.round(made).astype(int)
    clock.must_be_nothing(f"{load.id} whole calls", float(np.abs(made - calls).max()))
    called = np.zeros(len(missed))
    for start in np.flatnonzero(calls).tolist():
        for since in range(round(load.call_hours / clock.hours)):
            called[(start + since) % len(missed)] += calls[start]
    clock.at_most(f"{load.id} within calls", missed, called * load.at_most)
    if load.calls_at_most is not None:
        over = max(0, int(calls.sum()) - load.calls_at_most)
        clock.must_be_nothing(f"{load.id} calls a year", float(over))
    if load.calls_a_day is not None:
        days = [int(calls[start : start + per].sum()) for start in range(0, len(calls), per)]
        over = max(0, max(days) - load.calls_a_day)
        clock.must_be_nothing(f"{load.id} calls a day", float(over))


def wear_of(store: Any, clock: Clock, flows: tuple[Floats, Floats, Floats], energy: float) -> float:
    """kCNY that a year wears a battery, band by band from full downwards.

    Parameters
    ----------
    flows : charge, discharge and content, MW and MWh at the end of each step.
    energy : its capacity, MWh.
    """
    if not store.wear_bands:
        return clock.energy(flows[1]) * float(store.wear)
    left, paid = list(flows), 0.0
    for number, band in enumerate(store.wear_bands, start=1):
        own = left
        if number < len(store.wear_bands):
            own = [clock.flow(f"{store.id}.band {number} {each}")
                   for each in ("charge", "discharge", "content")]  # fmt: skip
            left = [whole - part for whole, part in zip(left, own, strict=True)]
        charge, discharge, content = own
        clock.at_most(f"{store.id} band {number}", content, band.share * store.depth * energy)
        for name, flow in (("charge", charge), ("discharge", discharge)):
            clock.at_most(f"{store.id} band {number} {name}", flow, np.inf)
        before = np.concatenate([[clock.before(f"{store.id}.content")], content[:-1]])
        before[0] = content[-1]
        kept = (1 - store.loss) ** clock.hours * before
        gained = charge * store.charge_efficiency - discharge / store.discharge_efficiency
        apart = np.abs(kept + clock.hours * gained - content)
        clock.must_be_nothing(f"{store.id} band {number} content", float(apart.max()))
        paid += clock.energy(discharge) * band.wear
    return paid


def _state(machine: Any, clock: Clock, in_power: str, in_machines: str) -> Floats:
    """MW of capacity in a state; machines are whole."""
    if machine.on_off == "units":
        return clock.flow(f"{machine.id}.{in_power}")
    counts = clock.flow(f"{machine.id}.{in_machines}")
    apart = float(np.abs(counts - np.round(counts)).max())
    clock.must_be_nothing(f"{machine.id} whole machines", apart)
    on: Floats = machine.machine * np.round(counts)
    return on


def _rises(on: Floats) -> Floats:
    """What is on and was not in the step before; the year is a circle."""
    return np.maximum(on - np.roll(on, 1), 0.0)


def _started(machine: Any, clock: Clock, on: Floats) -> Floats:
    """MW started in each step: what is on and was not. Starts that the plan pays are no others."""
    rises = _rises(on)
    planned = _planned_starts(machine, clock)
    if planned is None:
        return rises
    lacking = float(np.max(rises - planned, initial=0.0))
    clock.must_be_nothing(f"{machine.id} starts", lacking)
    if machine.start_cost and getattr(machine, "stand_by", None) is None:
        needless = float(np.max(planned - rises, initial=0.0))
        clock.must_be_nothing(f"{machine.id} starts paid of what does not start", needless)
    return rises


def _planned_starts(machine: Any, clock: Clock) -> Floats | None:
    """MW that the plan says are started; None where it does not say."""
    whole, part = f"{machine.id}.machines starting", f"{machine.id}.started"
    if machine.on_off == "machine" and whole in clock.flows:
        starting: Floats = machine.machine * clock.flow(whole)
        return starting
    return clock.flow(part) if machine.on_off and part in clock.flows else None


def _ramps(machine: Any, clock: Clock, load: Floats, on: Floats, started: Floats) -> None:
    """The change of load from each step to the next, by what stays, starts and stops."""
    ramp = min(1.0, machine.ramp * clock.hours)
    leap = max(ramp, machine.least_load) if machine.on_off else ramp
    worst, last, last_on = 0.0, float(load[-1]), float(on[-1])
    for now, now_on, new in zip(load.tolist(), on.tolist(), started.tolist(), strict=True):
        gone = last_on + new - now_on
        stays = now_on - new
        up = ramp * stays + leap * new - machine.least_load * gone
        down = ramp * stays + leap * gone - machine.least_load * new
        worst = max(worst, now - last - up, last - now - down)
        last, last_on = now, now_on
    clock.must_be_nothing(f"{machine.id} ramp", worst)
