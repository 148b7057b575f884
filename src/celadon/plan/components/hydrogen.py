"""Hydrogen: made of power by electrolysers, kept in a store."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from celadon.errors import Fault
from celadon.plan.components.component import Component
from celadon.plan.components.cost import MassCost, PowerCost
from celadon.plan.components.draft import CONSUMED, HEAT, HYDROGEN, POWER, Draft
from celadon.plan.components.levels import Levels
from celadon.plan.components.physical_limits import refuse_electrolyser
from celadon.plan.components.quantities import EnergyPerMass, EnergyPerPower, Mass, Power, Share
from celadon.plan.components.running import RunningMachine


class Electrolyser(RunningMachine):
    """Hydrogen from power, with a least load while it runs.

    Parameters
    ----------
    consumption : kWh of power per kg of hydrogen, compression included.
    heat_share : of the power, heat that is led off for use.
    level : id of the heat level that it is led to, where there are levels.
    stand_by : power drawn by what stands by, warm, as a share of its capacity; from there it runs
        again at once, from cold it has to be started.
    start_energy : kWh of power per kW of capacity started from cold.
    """

    kind: ClassVar[str] = "electrolyser"
    consumption: EnergyPerMass = Field(gt=0)
    heat_share: Share = Field(0.0, ge=0, lt=1)
    level: str = ""
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    stand_by: Share | None = Field(None, ge=0, le=1)
    start_energy: EnergyPerPower = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _no_more_than_there_is(self) -> Self:
        refuse_electrolyser(self.consumption, self.heat_share)
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level that is not there, or is not named though heat is led off."""
        return levels.faults(self.id, self.level) if self.heat_share or self.level else []

    def energy_of_start(self) -> float:
        """MWh of power per MW started from cold."""
        return self.start_energy

    def power_of_standing(self) -> float | None:
        """Power drawn while standing by, as a share of the capacity; None where none can."""
        return self.stand_by

    def add(self, draft: Draft) -> None:
        """Power in, hydrogen and heat out."""
        power = draft.flow(self.block("power"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        run = self.run(draft, power, size)
        taken = power
        if run.warm is not None and self.stand_by:
            taken = taken + self.stand_by * run.warm
        if run.woken is not None and self.start_energy:
            taken = taken + (self.start_energy / draft.horizon.hours) * run.woken
        draft.draw(POWER, taken)
        draft.tally(CONSUMED, taken)
        draft.feed(HYDROGEN, power / self.consumption)
        if self.heat_share:
            draft.feed(self.level or HEAT, self.heat_share * power)


class HydrogenStore(Component):
    """A tank of hydrogen, cyclic over the year.

    Parameters
    ----------
    cost : yearly cost of a unit of content.
    """

    kind: ClassVar[str] = "hydrogen_store"
    cost: MassCost
    most: Mass | None = Field(None, ge=0)

    def add(self, draft: Draft) -> None:
        """Content, its limit, and what it gives to the hydrogen balance."""
        hours = draft.horizon.hours
        content = draft.flow(self.block("content"))
        size = draft.size(self.block("capacity"), self.cost, "t", self.most)
        draft.model.require(self.block("limit"), content <= size)
        before = content.at(draft.horizon.before)
        draft.feed(HYDROGEN, before / hours - content / hours)
