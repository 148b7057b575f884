"""A rolling step of a 15-minute week: 672 steps ahead, opened, changed and solved in a live model.

``python -m benchmarks.dispatch``. The site is that of the tests, invented; its sizes are those of
its plan. A step is everything between two plans: the programme of the window, its change in the
solver, the solution and its proof. The plan is made anew every quarter of an hour. A heat pump
whose performance goes with the weather changes the matrix, so that the solver begins anew at every
step; with one performance all year it goes on from where it stood. Both are shown.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace

import numpy as np
from tests.plan.microgrid.sites import reference

from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.operation import standing_of
from celadon.plan.operation.rolling import Roller
from celadon.plan.operation.window import State, window

AHEAD, STEPS, TARGET = 672, 60, 100.0
"""Quarter hours ahead, rolling steps that are timed, and milliseconds to reach."""


def site(*, weather: bool) -> Design:
    """Five weeks in quarter hours; ``weather`` moves the performance of the heat pump."""
    hourly = reference(24 * 35)
    if not weather:
        series = dict(hourly.series)
        series["cop"] = np.full_like(series["cop"], 3.2)
        hourly = replace(hourly, series=series)
    series = {name: np.repeat(values, 4) for name, values in hourly.series.items()}
    count = 96 * 35
    horizon = Horizon(0.25, np.zeros(count, np.int64), ("one",))
    return replace(hourly, series=series, horizon=horizon)


def dispatch_step(steps: int = STEPS, *, weather: bool = True) -> str:
    """The line of the benchmark.

    Raises
    ------
    SystemExit
        If there is no plan, or a window is not proved.
    """
    plan = plan_design(site(weather=weather))
    if not isinstance(plan, Plan):
        raise SystemExit("dispatch: there is no plan")
    standing, opening = standing_of(plan)
    state = State(dict(opening), {"grid": np.zeros(1)})
    roller, took, built = Roller(), [], []
    for first in range(steps):
        since = time.process_time()
        stop = first + AHEAD
        series = {name: values[first:stop] for name, values in standing.design.series.items()}
        now = window(standing, series, first, stop, state)
        built.append(time.process_time() - since)
        found = roller.solve(now.program, now.built.exclusives)
        took.append(time.process_time() - since)
        if found.status != "optimal":
            raise SystemExit("dispatch: a window is not proved")
        for block in state.contents:
            state.contents[block] = max(0.0, float(found.value(block)[0]))
        drawn = float(found.value("grid.import")[0])
        state.peaks["grid"][0] = max(state.peaks["grid"][0], drawn)
    later = sorted(1000 * each for each in took[1:])
    p95 = later[int(0.95 * len(later))]
    height, width = now.program.matrix.shape
    median = statistics.median(later)
    return (
        f"dispatch    {median:5.0f} ms a rolling step of {AHEAD} quarter hours, p95 {p95:.0f}, "
        f"building it {1000 * statistics.median(built):.0f} of them; the first {1000 * took[0]:.0f}"
        f"; {height:,} rows, {width:,} columns, {roller.went_on} of {len(took)} went on "
        f"(target {TARGET:.0f})"
    )


if __name__ == "__main__":
    sys.stdout.write(f"{dispatch_step()}\n{dispatch_step(weather=False)}\n")
