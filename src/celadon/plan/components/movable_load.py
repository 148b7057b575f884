"""A part of a load that can be taken out of some hours and drawn in others nearby."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from celadon.numerics.lp.expression import Index
from celadon.plan.components.component import Component
from celadon.plan.components.draft import CONSUMED, POWER, Draft
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.quantities import PerEnergy, PowerSeries, Share


class MovableLoad(Component):
    """Power that is moved between the hours of a window, of a load that is declared elsewhere.

    With o taken out of a step and i drawn in addition, over each window w
    sum i = (1 + rebound) sum o: what is taken out is made up for before the window ends.

    Parameters
    ----------
    series : MW of the load that it is a part of, a ``demand`` already; no more is taken out.
    at_most : MW that can be taken out of a step.
    into : MW that can be drawn in addition in a step; as ``at_most`` where it is not given.
    window_hours : length of the windows, counted from the first step.
    rebound : energy that moving costs, of what is moved.
    price : CNY/kWh moved, for shifts of people or wear.
    """

    kind: ClassVar[str] = "movable_load"
    series: PowerSeries
    at_most: PowerSeries
    into: PowerSeries | None = None
    window_hours: int = Field(24, gt=0)
    rebound: Share = Field(0.0, ge=0)
    price: PerEnergy = Field(0.0, ge=0)

    def add(self, draft: Draft) -> None:
        """What is taken out, what is drawn in addition, and that each window makes up for it."""
        profile, horizon = draft.profile, draft.horizon
        can_go = np.minimum(profile(self.at_most, self.id), profile(self.series, self.id))
        room = profile(self.at_most if self.into is None else self.into, self.id)
        out = draft.flow(self.block("out"), upper=can_go.clip(0.0))
        into = draft.flow(self.block("into"), upper=room.clip(0.0))
        window = windows_of(horizon, self.window_hours)
        count = int(window[-1]) + 1
        made_up = (into - (1 + self.rebound) * out).sum_by(window, count)
        draft.model.require(self.block("made up"), made_up == 0.0)
        draft.draw(POWER, into - out)
        draft.tally(CONSUMED, into - out)
        if self.price:
            draft.energy_cost("moving", self.price, out)
        if self.rebound:  # elsewhere only the difference counts
            draft.exclusive(self.block("out"), self.block("into"))


def windows_of(horizon: Horizon, hours: float) -> Index:
    """The window of each step, counted from 0."""
    found: Index = np.arange(horizon.count) // max(1, round(hours / horizon.hours))
    return found
