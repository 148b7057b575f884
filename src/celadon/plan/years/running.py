"""What running costs in each year of a stage: its own prices, the flows that the stage shares.

The programme knows a stage by its mean year. A price on a path multiplies a part of the cost; the
flows of the stage at the prices of each year cost, in present value, exactly what the mean does.
Where that does not hold, as where an efficiency is on a path, every year shows the mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.design import Design
from celadon.plan.replay.replay import replay
from celadon.plan.years.outlook import Outlook, Stage
from celadon.plan.years.staging import stage_design

_APART = 1e-6
"""Years whose mean is so near to that of the stage, relative, make it up."""


def running_by_year(
    design: Design,
    outlook: Outlook,
    stage: Stage,
    running: Mapping[str, float],
    sizes: Mapping[str, float],
    flows: Mapping[str, Floats],
) -> tuple[Mapping[str, Floats], frozenset[str]]:
    """The parts of a stage's running cost in each of its years, kCNY.

    Parameters
    ----------
    design : as it is in the first year.
    running : by part, the mean of the stage; ``sizes`` and ``flows`` as the stage has them.

    Returns
    -------
    By part, a cost for each year, whose discounted mean is that of the stage; and the parts that
    show the mean in every year.
    """
    paid = _paid(design, outlook, stage, sizes, flows)
    span = outlook.span(stage)
    weights = outlook.discount[span] / outlook.weight(stage)
    scale = max(1.0, *(abs(cost) for cost in running.values())) if running else 1.0
    yearly: dict[str, Floats] = {}
    means = set()
    for part, mean in running.items():
        of_years = np.array([costs.get(part, 0.0) for costs in paid])
        apart = mean - float(weights @ of_years)
        if abs(apart) <= _APART * scale:
            yearly[part] = of_years + apart  # rounding of the solver, spread evenly
        else:
            yearly[part] = np.full(len(weights), mean)
            means.add(part)
    return yearly, frozenset(means)


def _paid(
    design: Design,
    outlook: Outlook,
    stage: Stage,
    sizes: Mapping[str, float],
    flows: Mapping[str, Floats],
) -> list[Mapping[str, float]]:
    """The costs of each year by plain arithmetic; years with the same prices are run once."""
    known: dict[tuple[float, ...], Mapping[str, float]] = {}
    found = []
    for year in range(stage.begins, stage.ends + 1):
        at = year - outlook.years.first
        key = tuple(float(times[at]) for times in outlook.times.values())
        if key not in known:
            of_year = stage_design(design, outlook, Stage(year, year))
            known[key] = replay(of_year, sizes, flows).costs
        found.append(known[key])
    return found
