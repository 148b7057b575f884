"""What is odd in the loads of a design: none at all, none above zero, or a part above the whole."""

from __future__ import annotations

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.demand import DailyDelivery, Demand
from celadon.plan.components.draft import POWER
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.security import CriticalLoad
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding

_ASKING = (Demand, DailyDelivery, ShiftableLoad, InterruptibleLoad, BatchLoad)
"""The kinds that ask for something, so that there is something to plan."""

_POWER_LOADS = (Demand, ShiftableLoad, InterruptibleLoad)
"""The kinds whose series is a load, of power; a demand may be one of heat or hydrogen."""


def load_findings(design: Design, name: str) -> list[Finding]:
    """Designs that nobody draws from, loads of nothing, critical loads above the load.

    Parameters
    ----------
    name : id of the design, for its findings.
    """
    found = []
    if not any(isinstance(each, _ASKING) for each in design.components):
        found.append(Finding(name, "no_demand", name, "design"))
    for each in design.components:
        if isinstance(each, _POWER_LOADS):
            values = design.values(each.series)
            if values is not None and not values.any():
                found.append(Finding(name, "load_of_nothing", each.id, _place(each.series)))
        if isinstance(each, CriticalLoad):
            found += _above_load(design, each, name)
    return found


def _above_load(design: Design, critical: CriticalLoad, name: str) -> list[Finding]:
    asked, load = design.values(critical.series), _power_load(design)
    if asked is None or load is None:
        return []
    over = asked - load
    steps = int((over > _SAME).sum())
    if not steps:
        return []
    worst = int(over.argmax())
    told = {"steps": steps, "asked": f"{float(asked[worst]):,.4g}",
            "load": f"{float(load[worst]):,.4g}",
            "when": str(design.horizon.stamps()[worst]).replace("T", " ")}  # fmt: skip
    return [Finding(name, "critical_above_load", critical.id, _place(critical.series), told)]


def _place(given: float | str) -> str:
    return given if isinstance(given, str) else "series"


def _power_load(design: Design) -> Floats | None:
    """MW that all loads of power ask for at most; None where a series is not there."""
    total = np.zeros(design.horizon.count)
    for each in design.components:
        if isinstance(each, BatchLoad):
            total = total + each.power * each.at_once
            continue
        if not isinstance(each, _POWER_LOADS) or (isinstance(each, Demand) and each.bus != POWER):
            continue
        values = design.values(each.series)
        if values is None:
            return None
        most = each.at_most if isinstance(each, ShiftableLoad) else 0.0
        total = total + np.maximum(values, most)
    return total


_SAME = 1e-6
"""MW by which two loads are the same."""
