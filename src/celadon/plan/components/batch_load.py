"""Batch loads: jobs of so many hours and MW, whose time of beginning is chosen."""

from __future__ import annotations

import math
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Index
from celadon.plan.components.component import Component
from celadon.plan.components.draft import CONSUMED, POWER, Draft
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.quantities import Power
from celadon.plan.components.security import steps_of


class BatchLoad(Component):
    """A furnace, mill or kiln that does so many jobs a day or a week, each without a break.

    Each job begins at a step that is chosen and ends within its window; jobs are whole, found by a
    search. What begins at times that are given is a :class:`Demand` with a series.

    Parameters
    ----------
    power : MW of one job while it runs.
    hours : that a job takes.
    jobs : owed in each window.
    window_hours : 24 for a day, 168 for a week, counted from the first step; what is left at the
        end of the year owes nothing.
    at_most : MW of all jobs that run at once; one job at a time if not given.
    starts_from, starts_until : hours of the day between which a job may begin.
    """

    kind: ClassVar[str] = "batch_load"
    power: Power = Field(gt=0)
    hours: float = Field(gt=0)
    jobs: int = Field(1, ge=1)
    window_hours: Literal[24, 168] = 24
    at_most: Power | None = Field(None, gt=0)
    starts_from: float = Field(0.0, ge=0, lt=24)
    starts_until: float = Field(24.0, gt=0, le=24)

    @model_validator(mode="after")
    def _jobs_fit(self) -> Self:
        if self.hours > self.window_hours:
            raise ValueError(
                f"a job of {self.hours:g} h is longer than its window of {self.window_hours} h: "
                "give window_hours = 168, or shorter jobs"
            )
        if self.at_most is not None and self.power > self.at_most * (1 + _EXACT):
            raise ValueError(
                f"one job draws {self.power:g} MW, and at_most allows {self.at_most:g} MW at once: "
                "raise at_most to the power of a job at least"
            )
        if self.starts_from >= self.starts_until:
            raise ValueError(
                f"no time lies from {self.starts_from:g} to {self.starts_until:g} h: "
                "starts_from comes before starts_until"
            )
        return self

    @property
    def at_once(self) -> int:
        """How many jobs may run at once."""
        return 1 if self.at_most is None else math.floor(self.at_most / self.power + _EXACT)

    def windows(self, horizon: Horizon) -> Index:
        """The window of each step."""
        return np.arange(horizon.count) // round(self.window_hours / horizon.hours)

    def may_begin(self, horizon: Horizon, steps: int) -> NDArray[np.bool_]:
        """The steps at which a job may begin: within its hours, and to end within its window."""
        step = np.arange(horizon.count)
        per = round(self.window_hours / horizon.hours)
        hour = step * horizon.hours % 24
        ends_within = (step % per + steps <= per) & (step // per < horizon.count // per)
        within: NDArray[np.bool_] = (hour >= self.starts_from) & (hour < self.starts_until)
        return within & ends_within

    def add(self, draft: Draft) -> None:
        """Beginnings, what runs, and what each whole window is owed."""
        horizon, model = draft.horizon, draft.model
        steps = steps_of(self.hours, horizon.hours, horizon.count, self.id)
        allowed, window = self.may_begin(horizon, steps), self.windows(horizon)
        self._refuse_too_many(allowed, window, steps)
        begun = model.variables(
            self.block("jobs"), horizon.count, upper=np.where(allowed, self.at_once, 0), whole=True
        )
        drawn = draft.flow(self.block("drawn"), upper=self.power * self.at_once)
        at = np.arange(horizon.count)
        goes_on = np.concatenate([[False], window[1:] == window[:-1]])
        has_ended = (at >= steps) & (window == window[at - steps])
        ended = has_ended * begun.at(at - steps)
        change = drawn - goes_on * drawn.at(horizon.before) - self.power * (begun - ended)
        model.require(self.block("running"), change == 0.0)
        whole = horizon.count // round(self.window_hours / horizon.hours)
        done = begun.sum_by(window, int(window[-1]) + 1).at(np.arange(whole))
        model.require(self.block("jobs owed"), done == float(self.jobs))
        draft.draw(POWER, drawn)
        draft.tally(CONSUMED, drawn)

    def _refuse_too_many(self, allowed: NDArray[np.bool_], window: Index, steps: int) -> None:
        """Refuse jobs for which their first whole window has no room."""
        first = np.flatnonzero(allowed & (window == 0))
        room, free_from = 0, 0
        for step in first.tolist():
            if step >= free_from:
                room, free_from = room + self.at_once, step + steps
        if room >= self.jobs:
            return
        rule = f"{room} job(s) of {self.hours:g} h fit in a window, {self.at_once} at once"
        remedy = "let more run at once with at_most, let them begin at more hours, or owe fewer"
        fault = Fault((self.id, "jobs"), f"{self.jobs} job(s)", rule, remedy)
        raise DeclarationError(f"{self.id} owes more jobs than have room", [fault])


_EXACT = 1e-9
