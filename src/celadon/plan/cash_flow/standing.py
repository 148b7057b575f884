"""The plant as it stands: its loads, its grid, and what meets its heat today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from celadon.plan.components.boiler import Boiler
from celadon.plan.components.component import Component
from celadon.plan.microgrid.design import Design

_ALWAYS = (
    "demand", "daily_delivery", "shiftable_load", "interruptible_load", "grid", "byproduct_gas",
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
    kept = [_at_least(component) for component in design.components if _stands(component, standing)]
    return replace(design, components=kept, rules=())


def _stands(component: Component, standing: Sequence[str]) -> bool:
    if component.kind in _ALWAYS or getattr(component, "least", 0.0) > 0:
        return True
    if standing:
        return component.id in standing
    return isinstance(component, Boiler) and component.fuel is not None


def _at_least(component: Component) -> Component:
    """A plant of which some stands: that much, and no more."""
    least = getattr(component, "least", 0.0)
    if component.kind in _ALWAYS or not least:
        return component
    return component.model_copy(update={"most": least, "machine": None})
