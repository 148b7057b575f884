"""Machines that switch: a least load, ramps, starts that are paid, standing by.

In each step some of the capacity is on. It gives between its least load and all of itself; what is
on and was not before has been started. Of many like units any part may be on (``units``: linear and
exact for a fleet); of whole machines only a whole number is (``machine``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, model_validator

from celadon.numerics.lp import Expression
from celadon.plan.components.component import Component
from celadon.plan.components.draft import Draft
from celadon.plan.components.quantities import PerPower, Power, Share

STARTS = "starts"
"""The part of the yearly cost that starts come to."""

COUNTED = (".machines on", ".machines starting", ".machines warm", ".jobs", ".calls made")
"""Ends of the blocks that count machines, jobs or calls in each step, not MW."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """How much of a machine runs in each step, MW of its capacity.

    Attributes
    ----------
    on : that gives something.
    warm : that stands by; None where none can.
    woken : that was started from cold; None where nobody asks.
    """

    on: Expression
    warm: Expression | None = None
    woken: Expression | None = None


class RunningMachine(Component):
    """What boilers, engines and electrolysers have in common when they run.

    Parameters
    ----------
    least_load : share of what is on below which it cannot run; of all its capacity where it is
        never switched off.
    ramp : share of the capacity by which the load can change in an hour.
    on_off : ``units`` where many small ones are switched one by one, ``machine`` where each whole
        machine is; without it nothing is switched off.
    start_cost : CNY/kW of capacity started.
    """

    least_load: Share = Field(0.0, ge=0, le=1)
    ramp: Share | None = Field(None, gt=0)
    on_off: Literal["", "units", "machine"] = ""
    start_cost: PerPower = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    def energy_of_start(self) -> float:
        """MWh of power per MW started from cold: none, for most."""
        return 0.0

    def power_of_standing(self) -> float | None:
        """Power drawn while standing by, as a share of the capacity; None where none can."""
        return None

    @model_validator(mode="after")
    def _switching_hangs_together(self) -> Self:
        stands_by = self.power_of_standing() is not None
        if not self.on_off and (self.pays_starts or stands_by):
            raise ValueError(
                "what a start takes needs on_off: give on_off = 'units' for many small units or "
                "'machine' for whole machines, or leave the starts out"
            )
        if self.on_off and not (self.least_load or self.pays_starts):
            raise ValueError(
                "on_off changes nothing without a least_load or a start_cost: give one of them, or "
                "leave on_off out"
            )
        if self.on_off == "machine" and self.machine is None:
            raise ValueError(
                "on_off = 'machine' switches whole machines: give the size of one as machine, or "
                "on_off = 'units' for many small ones"
            )
        if stands_by and not self.pays_starts:
            raise ValueError(
                "nothing stands by where a start from cold costs nothing: give start_cost or "
                "start_energy, or leave stand_by out"
            )
        return self

    @property
    def pays_starts(self) -> bool:
        """Whether a start costs money or power."""
        return bool(self.start_cost or self.energy_of_start())

    def step_ramp(self, hours: float) -> float | None:
        """By how much of its capacity the load can change in a step; None where by all of it."""
        if self.ramp is None or self.ramp * hours >= 1:
            return None
        return self.ramp * hours

    def run(self, draft: Draft, load: Expression, size: Expression) -> Run:
        """Hold a load, in MW of capacity, to what is on; charge starts."""
        model = draft.model
        on = self._switched(draft, "running", "machines on") if self.on_off else size
        model.require(self.block("limit"), load <= on)
        if self.least_load:
            model.require(self.block("least load"), load - self.least_load * on >= 0.0)
        if not self.on_off:
            self._ramps(draft, load, size)
            return Run(size)
        warm = None
        if self.power_of_standing() is not None:
            warm = self._switched(draft, "warm", "machines warm")
        awake = on if warm is None else on + warm
        model.require(self.block("running limit"), awake <= size)
        started = woken = None
        if self.step_ramp(draft.horizon.hours) is not None or (self.pays_starts and warm is None):
            started = self._started(draft, "started", on)
        if self.pays_starts:
            woken = started if warm is None else self._started(draft, "woken", awake)
        if started is not None:
            self._switched_ramps(draft, load, size, on, started)
        if woken is not None and self.start_cost:
            draft.cost(STARTS, self.start_cost * woken)
        return Run(on, warm, woken)

    def _switched(self, draft: Draft, in_power: str, in_machines: str) -> Expression:
        """MW of capacity in a state, in whole machines where these are switched."""
        if self.on_off == "units" or self.machine is None:
            return draft.flow(self.block(in_power))
        counts = draft.model.variables(self.block(in_machines), draft.horizon.count, whole=True)
        return self.machine * counts

    def _started(self, draft: Draft, name: str, on: Expression) -> Expression:
        """MW that are on in a step and were not in the one before; the year is a circle.

        With ramps one machine may start as another stops, each with its own leap: then starts of
        whole machines are whole too.
        """
        if name == "started" and self.step_ramp(draft.horizon.hours) is not None:
            started = self._switched(draft, name, "machines starting")
        else:
            started = draft.flow(self.block(name))
        rise = started - on + on.at(draft.horizon.before)
        draft.model.require(self.block(f"{name} at least"), rise >= 0.0)
        return started

    def _ramps(self, draft: Draft, load: Expression, size: Expression) -> None:
        """The change of load from step to step of a machine that is never switched off."""
        ramp = self.step_ramp(draft.horizon.hours)
        if ramp is None:
            return
        rise = load - load.at(draft.horizon.before)
        draft.model.require(self.block("ramp up"), rise - ramp * size <= 0.0)
        draft.model.require(self.block("ramp down"), rise + ramp * size >= 0.0)

    def _switched_ramps(
        self, draft: Draft, load: Expression, size: Expression, on: Expression, started: Expression
    ) -> None:
        """The same where some stays on, some starts and some stops.

        What stays on changes by its ramp. What starts begins anywhere up to its least load or its
        ramp, whichever is more; what stops ends from there.
        """
        ramp = self.step_ramp(draft.horizon.hours)
        if ramp is None:
            return
        model, before = draft.model, draft.horizon.before
        stopped = started - on + on.at(before)
        leap, stays = max(self.least_load, ramp), on - started
        rise = load - load.at(before)
        least = self.least_load
        up = rise - ramp * stays - leap * started + least * stopped
        down = rise + ramp * stays - least * started + leap * stopped
        model.require(self.block("ramp up"), up <= 0.0)
        model.require(self.block("ramp down"), down >= 0.0)
        model.require(self.block("started limit"), started - on <= 0.0)
        model.require(self.block("stopped limit"), started + on.at(before) - size <= 0.0)
