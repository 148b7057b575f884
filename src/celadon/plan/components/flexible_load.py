"""Loads that can wait, and loads that can be given up for a price."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.draft import CONSUMED, POWER, Draft
from celadon.plan.components.quantities import PerEnergy, Power, PowerSeries


class ShiftableLoad(Component):
    """A load whose energy is owed within a window, at any step of it.

    Parameters
    ----------
    series : MW as it would be drawn without shifting.
    at_most : MW that can be drawn at once.
    window_hours : length of the windows, counted from the first step; energy stays within each.
    """

    kind: ClassVar[str] = "shiftable_load"
    series: PowerSeries
    at_most: Power = Field(gt=0)
    window_hours: int = Field(24, gt=0)

    def add(self, draft: Draft) -> None:
        """What is drawn, and what each window is owed."""
        horizon = draft.horizon
        asked = draft.profile(self.series, self.id)
        drawn = draft.flow(self.block("drawn"), upper=self.at_most)
        window = np.arange(horizon.count) // max(1, round(self.window_hours / horizon.hours))
        count = int(window[-1]) + 1
        owed = np.bincount(window, asked, count)
        draft.model.require(self.block("owed"), drawn.sum_by(window, count) == owed)
        draft.draw(POWER, drawn)
        draft.tally(CONSUMED, drawn)


class InterruptibleLoad(Component):
    """A load of which some may be given up, at a price and for so many hours of the year.

    Parameters
    ----------
    series : MW as it would be drawn.
    at_most : MW that can be given up at once.
    price : CNY/kWh not served.
    hours_at_most : full hours of ``at_most`` that may be given up in the year.
    """

    kind: ClassVar[str] = "interruptible_load"
    series: PowerSeries
    at_most: Power = Field(gt=0)
    price: PerEnergy = Field(ge=0)
    hours_at_most: float = Field(ge=0)

    def add(self, draft: Draft) -> None:
        """What is not served, within its limits."""
        asked = draft.profile(self.series, self.id)
        missed = draft.flow(self.block("given up"), upper=np.minimum(asked, self.at_most))
        hours = draft.horizon.hours
        most = self.hours_at_most * self.at_most
        draft.model.require(self.block("calls"), (hours * missed).sum() <= most)
        served = -missed + asked
        draft.draw(POWER, served)
        draft.tally(CONSUMED, served)
        draft.energy_cost("interruption", self.price, missed)
