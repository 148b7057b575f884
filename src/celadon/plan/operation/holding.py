"""Batteries that stand back where what came would set a new peak.

A peak of a month is paid for the whole month: between two plans a controller therefore watches what
is drawn, charges less where a new peak would come, and then discharges. It sees one step at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.design import Design

_ROUNDING = 1e-6
"""MW; less above a peak is rounding."""


@dataclass(frozen=True, eq=False)
class Planned:
    """What a battery should do: MW taken in and given out, and MWh in it at the end of each step.

    Attributes
    ----------
    power, most : its capacities, MW and MWh.
    kept : the share of its content that a step leaves in it.
    efficiencies : of charge and discharge.
    """

    charge: Floats
    discharge: Floats
    content: Floats
    power: float
    most: float
    kept: float
    efficiencies: tuple[float, float]


def planned_of(
    each: Battery, sizes: Mapping[str, float], hours: float, flows: Mapping[str, Floats]
) -> Planned:
    """A battery with its sizes and its flows of some steps, by block."""
    return Planned(
        flows[each.block("charge")], flows[each.block("discharge")], flows[each.block("content")],
        sizes[each.block("power")], each.depth * sizes[each.block("energy")],
        (1 - each.loss) ** hours, (each.charge_efficiency, each.discharge_efficiency),
    )  # fmt: skip


def held_back(
    batteries: Mapping[str, Planned], contents: Mapping[str, float], room: Floats, hours: float
) -> dict[str, Floats]:
    """The contents of batteries that keep to their plan, but set no new peak.

    Where there is less room than nothing, they charge less, and discharge what is left of it within
    their power and what is in them. What was not charged is made up in steps in which the plan
    charges too, as far as there is room.

    Parameters
    ----------
    contents : before the first step, MWh.
    room : MW that may be drawn more in each step until a peak is a new one; below zero, what is
        drawn above it if all keep to their plan.

    Examples
    --------
    >>> plan = Planned(np.array([2.0, 1.0]), np.zeros(2), np.array([2.0, 3.0]), 2, 9, 1, (1, 1))
    >>> held_back({"battery": plan}, {"battery": 0.0}, np.array([-0.5, 3.0]), 1.0)["battery"]
    array([1.5, 3. ])
    """
    now = dict(contents)
    found = {name: np.empty(len(room)) for name in batteries}
    for step, left in enumerate(room.tolist()):
        more = 0.0
        for name, plan in batteries.items():
            meant = float(plan.charge[step] - plan.discharge[step])
            least, most = _bounds(plan, now[name], hours)
            wished = _wished(plan, now[name], meant, step, hours)
            taken = min(max(min(wished, meant + left - more), least), most)
            more += taken - meant
            now[name] = min(max(_after(plan, now[name], taken, hours), 0.0), plan.most)
            found[name][step] = now[name]
    return found


def _wished(plan: Planned, content: float, meant: float, step: int, hours: float) -> float:
    """MW of the plan, and where it charges, what is owed to it besides."""
    owed = float(plan.content[step]) - _after(plan, content, meant, hours)
    return meant + (max(0.0, owed) / (hours * plan.efficiencies[0]) if meant > 0 else 0.0)


def _bounds(plan: Planned, content: float, hours: float) -> tuple[float, float]:
    """MW that a battery may take in at least and at most in a step; below zero it gives."""
    into, out = plan.efficiencies
    there = content * plan.kept
    gives = min(plan.power, there * out / hours)
    takes = min(plan.power, max(0.0, plan.most - there) / (into * hours))
    return -gives, takes


def _after(plan: Planned, content: float, taken: float, hours: float) -> float:
    into, out = plan.efficiencies
    return content * plan.kept + hours * (taken * into if taken > 0 else taken / out)


def room_below(
    design: Design,
    grids: Sequence[Grid],
    flows: Mapping[str, Floats],
    peaks: Mapping[str, Floats],
) -> Floats:
    """MW that the connections may draw more in each step until one sets a new peak.

    Parameters
    ----------
    design : of the steps; ``peaks`` stand by its months.
    grids : those whose peaks are paid for.
    """
    month, room = design.horizon.month, np.zeros(design.horizon.count)
    for grid in grids:
        drawn = flows[grid.block("import")] - flows[grid.block("export")]
        room += peaks[grid.id][month] / grid.peak_ratio - drawn
    return room


def is_needed(room: Floats) -> bool:
    """Whether a new peak would come anywhere."""
    return bool((room < -_ROUNDING).any())
