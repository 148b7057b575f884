"""What all machines have in common when they run: what their size costs, and its limits."""

from __future__ import annotations

import math
from typing import Any

from celadon.plan.replay.replay import Clock


def yearly(cost: Any, clock: Clock) -> float:
    """The yearly cost of a unit: level payments whose present value is the investment.

    Payments are added up year by year, which shares nothing with the annuity of the plan; a life
    has :data:`celadon.plan.components.cost.LONGEST_LIFE` years at most.
    """
    if cost.annual is not None:
        return float(cost.annual)
    rate, years = clock.design.rate, cost.lifetime_years
    whole = int(years)
    worth = sum((1 + rate) ** -year for year in range(1, whole + 1))
    if whole != years:  # a life that ends within a year
        worth = years if rate == 0 else -math.expm1(-years * math.log1p(rate)) / rate
    return float(cost.investment * (1 / worth + cost.fixed_share))


def within(plant: Any, clock: Clock, name: str, least: float, most: float | None) -> None:
    """Note a size outside its limits, or one that is no whole number of machines."""
    size = clock.size(f"{plant.id}.{name}")
    over = 0.0 if most is None else size - most
    if plant.machine is not None:
        count = size / plant.machine
        clock.must_be_nothing(f"{plant.id} machines", abs(count - round(count)))
    clock.must_be_nothing(f"{plant.id} {name}", max(0.0, least - size, over))
