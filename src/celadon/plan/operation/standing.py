"""From a plan to the system that stands as planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.operation.underway import Meant
from celadon.plan.operation.window import Standing


def standing_of(
    plan: Plan, design: Design | None = None, contents: Mapping[str, float] | None = None
) -> tuple[Standing, dict[str, float]]:
    """The system of a plan, to be run, and the contents that its stores begin with.

    A demand that the plan chose to declare stands as declared: it cannot follow what comes.

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
    grids = [e for e in plan.design.components if isinstance(e, Grid) and e.tariff]
    declared = {grid.id: _declared(plan, grid) for grid in grids if grid.basis == "contract"}
    components = [
        each.model_copy(update={"contract_kw": declared[each.id]}) if each.id in declared else each
        for each in runs.components
    ]
    meant = {grid.id: _meant(plan, grid) for grid in grids}
    standing = Standing(
        replace(runs, components=components), sizes, keep, prices, year, meant,
        _peaks_meant(plan, runs),
    )  # fmt: skip
    return standing, {**keep, **(contents or {})}


def _declared(plan: Plan, grid: Grid) -> tuple[str, ...]:
    """The demand that is declared for each month of the calendar, kW."""
    levels = plan.solution.value(grid.block("contract")) * 1000
    numbers = [int(name.rpartition("-")[2]) for name in plan.design.horizon.months]
    known = dict(zip(numbers, levels.tolist(), strict=True))
    return tuple(f"{max(0.0, known.get(n, max(known.values()))):.6f}" for n in range(1, 13))


def _peaks_meant(plan: Plan, runs: Design) -> dict[str, Floats]:
    """By connection the peak that the plan means for each month that is run, MW.

    Months of another year are those of the same name in the calendar.
    """
    found = {}
    for grid in plan.design.components:
        if isinstance(grid, Grid):
            peaks = _meant(plan, grid).peaks.tolist()
            numbers = [name.rpartition("-")[2] for name in plan.design.horizon.months]
            known = dict(zip(numbers, peaks, strict=True))
            found[grid.id] = np.array(
                [known.get(name.rpartition("-")[2], 0.0) for name in runs.horizon.months]
            )
    return found


def _meant(plan: Plan, grid: Grid) -> Meant:
    """What the plan draws, month by month."""
    horizon = plan.design.horizon
    months = len(horizon.months)
    drawn = plan.flows[grid.block("import")].clip(min=0.0)
    peaks = np.zeros(months)
    np.maximum.at(peaks, horizon.month, drawn * grid.peak_ratio)
    energy = np.bincount(horizon.month, drawn * horizon.hours, months).astype(np.float64)
    return Meant(peaks, energy)
