"""Loads that can wait, and loads that can be given up for a price."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from celadon.numerics.lp import Expression
from celadon.plan.components.component import Component
from celadon.plan.components.draft import CONSUMED, POWER, Draft
from celadon.plan.components.quantities import PerEnergy, Power, PowerSeries, Share
from celadon.plan.components.security import steps_of


class ShiftableLoad(Component):
    """A load whose energy is owed within a window, at any step of it.

    Parameters
    ----------
    series : MW as it would be drawn without shifting.
    at_most : MW that can be drawn at once.
    window_hours : length of the windows, counted from the first step; energy stays within each.
    rebound : of the energy that is put off, how much more is drawn when it is made up for.
    """

    kind: ClassVar[str] = "shiftable_load"
    series: PowerSeries
    at_most: Power = Field(gt=0)
    window_hours: int = Field(24, gt=0)
    rebound: Share = Field(0.0, ge=0)

    def add(self, draft: Draft) -> None:
        """What is drawn, and what each window is owed."""
        horizon = draft.horizon
        asked = draft.profile(self.series, self.id)
        drawn = draft.flow(self.block("drawn"), upper=self.at_most)
        window = np.arange(horizon.count) // max(1, round(self.window_hours / horizon.hours))
        count = int(window[-1]) + 1
        if self.rebound:
            off = draft.flow(self.block("put off"), upper=asked)
            made_up = draft.flow(self.block("made up"))
            draft.model.require(self.block("shifted"), drawn + off - made_up == asked)
            repaid = made_up - (1 + self.rebound) * off
            draft.model.require(self.block("owed"), repaid.sum_by(window, count) == 0.0)
            draft.exclusive(self.block("put off"), self.block("made up"))
        else:
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
    hours_a_day : the same in a day.
    call_hours : length of a call; then load is given up only within calls, which are whole.
    calls_at_most, calls_a_day : calls in the year and in a day.

    Notes
    -----
    A plan of a year foresees all, so that the notice of a call changes nothing in it.
    """

    kind: ClassVar[str] = "interruptible_load"
    series: PowerSeries
    at_most: Power = Field(gt=0)
    price: PerEnergy = Field(ge=0)
    hours_at_most: float = Field(ge=0)
    hours_a_day: float | None = Field(None, ge=0)
    call_hours: float | None = Field(None, gt=0)
    calls_at_most: int | None = Field(None, ge=0)
    calls_a_day: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _calls_have_a_length(self) -> Self:
        counted = self.calls_at_most is not None or self.calls_a_day is not None
        if counted and self.call_hours is None:
            raise ValueError(
                "calls are counted, and how long one lasts is not said: give call_hours, or limit "
                "the hours with hours_at_most and hours_a_day"
            )
        return self

    def add(self, draft: Draft) -> None:
        """What is not served, within its limits."""
        asked = draft.profile(self.series, self.id)
        missed = draft.flow(self.block("given up"), upper=np.minimum(asked, self.at_most))
        hours = draft.horizon.hours
        most = self.hours_at_most * self.at_most
        draft.model.require(self.block("calls"), (hours * missed).sum() <= most)
        if self.hours_a_day is not None:
            of_day = (hours * missed).sum_by(draft.horizon.day, draft.horizon.days)
            draft.model.require(self.block("day"), of_day <= self.hours_a_day * self.at_most)
        if self.call_hours is not None:
            self._call(draft, missed, self.call_hours)
        served = -missed + asked
        draft.draw(POWER, served)
        draft.tally(CONSUMED, served)
        draft.energy_cost("interruption", self.price, missed)

    def _call(self, draft: Draft, missed: Expression, hours: float) -> None:
        """Load is given up within whole calls, each as long as it is."""
        horizon, model = draft.horizon, draft.model
        steps = steps_of(hours, horizon.hours, horizon.count, self.id)
        made = model.variables(self.block("calls made"), horizon.count, upper=1, whole=True)
        at = np.arange(horizon.count)
        called = made
        for since in range(1, steps):
            called = called + made.at((at - since) % horizon.count)
        model.require(self.block("within calls"), missed - self.at_most * called <= 0.0)
        if self.calls_at_most is not None:
            model.require(self.block("calls a year"), made.sum() <= float(self.calls_at_most))
        if self.calls_a_day is not None:
            of_day = made.sum_by(horizon.day, horizon.days)
            model.require(self.block("calls a day"), of_day <= float(self.calls_a_day))
