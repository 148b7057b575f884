"""The plant as it stands: its loads, its grid, and what meets its heat today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from celadon.plan.components.boiler import Boiler
from celadon.plan.components.component import Component
from celadon.plan.components.heat_level import HeatLevel
from celadon.plan.components.waste_heat import WasteHeat
from celadon.plan.microgrid.design import Design

_ALWAYS = (
    "demand", "daily_delivery", "shiftable_load", "interruptible_load", "batch_load", "grid",
    "byproduct_gas", "heat_level", "waste_heat",
)  # fmt: skip
"""Kinds that a plant has before anything is built."""


def standing_design(design: Design, standing: Sequence[str] = ()) -> Design:
    """A design with only what stands today, under no rule.

    Loads, connections and by-product gases stand; so do boilers that burn a fuel, for heat is made
    somehow today; and every plant that the design says has a ``least`` capacity, at that.

    Parameters
    ----------
    standing : ids of the machines that stand, in place of the boilers.
    """
    kept = [
        component
        if component.kind == "waste_heat" and component.id in standing
        else _at_least(component)
        for component in design.components
        if _stands(component, standing)
    ]
    return replace(design, components=kept, rules=())


def _stands(component: Component, standing: Sequence[str]) -> bool:
    if component.kind in _ALWAYS or getattr(component, "least", 0.0) > 0:
        return True
    if standing:
        return component.id in standing
    return isinstance(component, Boiler) and component.fuel is not None


def _at_least(component: Component) -> Component:
    """A plant of which some stands: that much, and no more.

    Of a waste heat the stream is there today, of its exchanger and of a let-down that costs only
    what the design says.
    """
    if isinstance(component, WasteHeat):
        return component.model_copy(update={"most": component.least, "machine": None})
    if isinstance(component, HeatLevel) and component.let_down_cost is not None:
        return component.model_copy(update={"let_down_at_most": 0.0, "let_down_cost": None})
    least = getattr(component, "least", 0.0)
    if component.kind in _ALWAYS or not least:
        return component
    changed: dict[str, object] = {"most": least, "machine": None}
    if getattr(component, "on_off", "") == "machine":  # how many stand is not said
        changed["on_off"] = "units"
    return component.model_copy(update=changed)
