"""What is odd in the series of a design: it may be meant, and it is told."""

from __future__ import annotations

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.renewable import Renewable
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding


def series_findings(design: Design, name: str) -> list[Finding]:
    """Loads and yields below zero, and power that is sold dearer than it is bought without limit.

    Parameters
    ----------
    name : id of the design, for its findings.
    """
    found = []
    for each in design.components:
        if isinstance(each, Demand):
            found += _below(design, each.series, name, each.id, "load_below_zero")
        if isinstance(each, Renewable):
            found += _below(design, each.yields, name, each.id, "yield_below_zero")
        if isinstance(each, Grid):
            found += _sold_dearer(design, each, name)
    return found


def _values(design: Design, given: float | str) -> Floats | None:
    """One value a step; None of a series that is not there, which the plan refuses by name."""
    if isinstance(given, str):
        return design.series.get(given)
    return np.full(design.horizon.count, given)


def _below(design: Design, given: float | str, name: str, who: str, rule: str) -> list[Finding]:
    values = _values(design, given)
    steps = 0 if values is None else int((values < 0).sum())
    return [Finding(name, rule, who, str(given), {"steps": steps})] if steps else []


def _sold_dearer(design: Design, grid: Grid, name: str) -> list[Finding]:
    """Where nothing limits it, each such step is a gain without end."""
    limited = grid.connection is not None or grid.demand_price or grid.tariff
    if limited or grid.import_at_most is not None or grid.export_at_most is not None:
        return []
    paid, earned = _values(design, grid.price), _values(design, grid.export_price)
    if paid is None or earned is None:
        return []
    factor = _values(design, grid.emission_factor)
    carbon = 0.0 if factor is None else design.carbon_price * factor
    dearer = earned - paid - carbon
    steps = int((dearer > _SAME).sum())
    if not steps:
        return []
    numbers = {"steps": steps, "most": f"{float(dearer.max()):.4g}"}
    return [Finding(name, "sold_dearer", grid.id, "export_price", numbers)]


_SAME = 1e-9
"""CNY/kWh by which two prices are the same."""
