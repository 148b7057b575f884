"""What is odd in the heat of a design before it is planned: levels and waste heat without a use."""

from __future__ import annotations

from celadon.plan.components.heat_level import HeatLevel, levels_of
from celadon.plan.components.levels import Levels
from celadon.plan.components.waste_heat import WasteHeat
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding

_NAMING = ("level", "source", "inlet", "exhaust")
"""The fields by which a machine or a demand names a level or a waste heat."""


def heat_findings(name: str, design: Design) -> list[Finding]:
    """Levels that nobody uses, and waste heat that can be of no use."""
    levels = levels_of(design.components)
    named = {getattr(component, field, "") for component in design.components for field in _NAMING}
    found = []
    for component in design.components:
        if isinstance(component, HeatLevel) and component.id not in named:
            told = {"temperature": f"{component.supply:.1f}"}
            found.append(Finding(name, "level_unused", component.id, "heat_level", told))
        if isinstance(component, WasteHeat) and component.id not in named:
            found += _of_waste(name, component, levels)
    return found


def _of_waste(name: str, waste: WasteHeat, levels: Levels) -> list[Finding]:
    if waste.reaches(levels):
        return []
    told = {"temperature": f"{waste.temperature:g}", "approach": f"{waste.approach:g}"}
    if not levels:
        return [Finding(name, "waste_heat_without_levels", waste.id, "heat_level", told)]
    coldest = levels.names[-1]
    told["coldest"] = f"{levels.of[coldest].supply:.1f}"
    return [Finding(name, "waste_heat_of_no_use", waste.id, coldest, told)]
