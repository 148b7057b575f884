"""From a plan to the system that stands as planned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.operation.window import Standing


def standing_of(
    plan: Plan, design: Design | None = None, contents: Mapping[str, float] | None = None
) -> tuple[Standing, dict[str, float]]:
    """The system of a plan, to be run, and the contents that its stores begin with.

    Parameters
    ----------
    design : with the series of another year; those of the plan if not given.
    contents : by block, in place of what the plan begins its year with.
    """
    runs = design or plan.design
    sizes = {block: max(0.0, size) for block, size in plan.sizes.items()}
    keep = {
        name: max(0.0, float(flow[-1]))
        for name, flow in plan.flows.items()
        if name.endswith(".content")
    }
    prices = {kept.rule.name: kept.price for kept in plan.rules}
    hours = plan.design.horizon.hours
    year = plan.design.horizon.count if runs is plan.design else runs.horizon.count
    assert np.isclose(hours, runs.horizon.hours)  # noqa: S101  one file declares both
    return Standing(runs, sizes, keep, prices, year), {**keep, **(contents or {})}
