"""What is odd in the machines and the money of a design: possible, seldom meant, and told."""

from __future__ import annotations

from collections.abc import Iterable

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.cost import Cost
from celadon.plan.components.heat_level import levels_of
from celadon.plan.components.heat_pump import HeatPump, carnot_performance
from celadon.plan.components.hydrogen import Electrolyser
from celadon.plan.components.levels import Levels
from celadon.plan.components.physical_limits import HYDROGEN_GROSS
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding

PERFORMANCE_SELDOM = 20.0
"""Heat per power above which a heat pump is told: at half the Carnot performance and 60 degrees it
lifts by 8 K, about what its own two exchangers need between their sides, so that the share of
Carnot no longer says anything."""


def invests(components: Iterable[Component]) -> bool:
    """Whether money is spent once and spread over a life, for which a discount rate counts."""
    return any(
        isinstance(value, Cost) and value.investment
        for component in components
        for _, value in component
    )


def machine_findings(design: Design, name: str) -> list[Finding]:
    """Heat pumps that hardly lift, and electrolysers that are fed with steam from nowhere.

    Parameters
    ----------
    name : id of the design, for its findings.
    """
    found, levels = [], levels_of(design.components)
    for each in design.components:
        if isinstance(each, Electrolyser) and each.consumption < HYDROGEN_GROSS:
            told = {"consumption": f"{each.consumption:.4g}", "gross": f"{HYDROGEN_GROSS:.2f}"}
            found.append(Finding(name, "electrolyser_of_vapour", each.id, "consumption", told))
        if isinstance(each, HeatPump):
            found += _of_pump(design, each, levels, name)
    return found


def _of_pump(design: Design, pump: HeatPump, levels: Levels, name: str) -> list[Finding]:
    values = _performance(design, pump, levels)
    if values is None:
        return []
    steps = int((values > PERFORMANCE_SELDOM).sum())
    if not steps:
        return []
    told = {"steps": steps, "most": f"{float(values.max()):,.4g}",
            "seldom": f"{PERFORMANCE_SELDOM:g}"}  # fmt: skip
    return [Finding(name, "performance_seldom", pump.id, "performance", told)]


def _performance(design: Design, pump: HeatPump, levels: Levels) -> Floats | None:
    """Heat per power in each step; None where the plan refuses it by name."""
    if pump.performance is not None:
        return design.values(pump.performance)
    source = pump.source_temperature
    sink = pump.sink_temperature
    if source is None:
        source = levels.source(pump.source)
    if sink is None and pump.level in levels.of:
        sink = levels.of[pump.level].feed
    if source is None or sink is None or pump.quality is None:
        return None
    cold, hot = design.values(source), design.values(sink)
    if cold is None or hot is None or (hot <= cold).any():
        return None
    return carnot_performance(cold, hot, pump.quality)
