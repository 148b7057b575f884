"""What is thought of the steps to come: the truth, the day before, or the same day last week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.design import Design

Forecast = Literal["perfect", "yesterday", "last-week"]

FORECASTS: Final[Mapping[Forecast, int]] = {"perfect": 0, "yesterday": 24, "last-week": 168}
"""Each forecast, and how many hours back it looks."""


def announced(design: Design) -> frozenset[str]:
    """The series that are known beforehand: prices, factors and limits of contracts."""
    given: list[object] = []
    for each in design.components:
        if isinstance(each, Grid):
            given += [each.price, each.export_price, each.emission_factor]
            given += [each.import_at_most, each.export_at_most]
        if isinstance(each, Boiler | CombinedHeatAndPower) and each.fuel is not None:
            given += [each.fuel.price, each.fuel.emission_factor]
    return frozenset(name for name in given if isinstance(name, str))


def expected(series: Floats, now: int, stop: int, steps_back: int) -> Floats:
    """The values of steps ``now`` to ``stop``, as one knows who has seen those before ``now``.

    Each is that of the newest step seen which lies a whole number of ``steps_back`` before it.
    Before the first step of the data stands their last.

    Examples
    --------
    >>> expected(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 2, 6, 2).tolist()
    [1.0, 2.0, 1.0, 2.0]
    """
    ahead = np.arange(stop - now)
    return series[(now + ahead % steps_back - steps_back) % len(series)]
