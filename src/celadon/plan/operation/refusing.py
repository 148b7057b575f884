"""What a dispatch cannot begin with, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.errors import Fault, InputError
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.demand import DailyDelivery
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.components.running import RunningMachine
from celadon.plan.operation.window import Standing

_ROUNDING = 1e-6


def refuse(standing: Standing, hours: float, every: float, contents: Mapping[str, float]) -> None:
    """Refuse a dispatch that cannot begin.

    Raises
    ------
    InputError
        With every fault: window, contents of stores, loads owed by the day.
    """
    faults = [
        *_of_window(standing, hours, every), *_of_contents(standing, contents),
        *_of_components(standing, hours, every),
    ]  # fmt: skip
    if faults:
        raise InputError("The dispatch cannot begin", faults)


def _of_window(standing: Standing, hours: float, every: float) -> list[Fault]:
    horizon = standing.design.horizon
    whole = horizon.count * horizon.hours
    faults = []
    for name, given in (("--window", hours), ("--every", every)):
        if given <= 0 or given / horizon.hours != round(given / horizon.hours):
            rule = f"whole steps of {horizon.hours:g} h, one at least"
            faults.append(Fault((name,), f"{given:g} h", rule, "give such a length"))
    if hours > whole:
        faults.append(Fault(("--window",), f"{hours:g} h", f"at most the {whole:g} h of the data",
                            "give a shorter window, or longer series"))  # fmt: skip
    if every > hours:
        faults.append(Fault(("--every",), f"{every:g} h", f"at most the window of {hours:g} h",
                            "plan anew before a plan ends"))  # fmt: skip
    if hours < 2 * horizon.hours:
        faults.append(Fault(("--window",), f"{hours:g} h", "two steps at least",
                            "give a longer window"))  # fmt: skip
    return faults


def _of_contents(standing: Standing, contents: Mapping[str, float]) -> list[Fault]:
    faults = []
    for block, content in contents.items():
        if block not in standing.keep:
            known = ", ".join(standing.keep) or "there is none"
            faults.append(Fault(("--content", block), "no such store", f"one of {known}",
                                "correct the id"))  # fmt: skip
            continue
        most = _most(standing, block)
        if not -_ROUNDING <= content <= most + _ROUNDING:
            faults.append(Fault(
                ("--content", block), f"{content:g}", f"between 0 and its capacity of {most:g}",
                "correct the content, in MWh or t",
            ))  # fmt: skip
    return faults


def _most(standing: Standing, block: str) -> float:
    """The most that a store holds."""
    who = block.partition(".")[0]
    for each in standing.design.components:
        if each.id == who and isinstance(each, Battery):
            return each.depth * standing.sizes[f"{who}.energy"]
    capacity = standing.sizes.get(f"{who}.capacity", standing.sizes.get(f"{who}.holder", 0.0))
    return float(capacity)


def _of_components(standing: Standing, hours: float, every: float) -> list[Fault]:
    faults = []
    for each in standing.design.components:
        days = 24.0 if isinstance(each, DailyDelivery) else None
        owed = float(each.window_hours) if isinstance(each, ShiftableLoad | MovableLoad) else days
        if owed is not None and (every % owed or hours % owed):
            faults.append(Fault(
                ("--every", each.id), f"{every:g} h, in a window of {hours:g} h",
                f"whole spans of {owed:g} h, within which its energy is owed",
                f"give --every and --window as multiples of {owed:g}",
            ))  # fmt: skip
        fields = _hangs_on_before(each)
        if fields:
            named = " + ".join(fields)
            faults.append(Fault(
                (each.id,), f"{named}, which hangs on what ran before",
                "a dispatch begins each window without what was on before it",
                f"leave {named} out of {each.id} to run it, or give what it draws as a load with "
                "a series; microgrid design plans it whole",
            ))  # fmt: skip
    return faults


def _hangs_on_before(each: Component) -> list[str]:
    """What of a component hangs on more of the steps before than what stores hold, by field."""
    if isinstance(each, RunningMachine):
        given = {"on_off": bool(each.on_off), "ramp": each.ramp is not None}
        return [name for name, is_given in given.items() if is_given]
    if isinstance(each, InterruptibleLoad):
        return ["call_hours"] if each.call_hours is not None else []
    if isinstance(each, BatchLoad):
        return [each.kind]
    return ["wear_bands"] if isinstance(each, Battery) and each.wear_bands else []
