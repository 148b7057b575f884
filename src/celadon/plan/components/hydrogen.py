"""Hydrogen: made of power by electrolysers, kept in a store."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.cost import MassCost, PowerCost
from celadon.plan.components.draft import CONSUMED, HEAT, HYDROGEN, POWER, Draft
from celadon.plan.components.quantities import EnergyPerMass, Mass, Power, Share


class Electrolyser(Component):
    """Hydrogen from power, with a least load while it runs.

    Parameters
    ----------
    consumption : kWh of power per kg of hydrogen, compression included.
    least_load : share of its capacity below which it must not run; it is held above it always,
        which keeps the programme linear. A machine that is switched off at times is several units
        of which each has its own size.
    heat_share : of the power, heat that is led off for use.
    """

    kind: ClassVar[str] = "electrolyser"
    consumption: EnergyPerMass = Field(gt=0)
    least_load: Share = Field(0.0, ge=0, lt=1)
    heat_share: Share = Field(0.0, ge=0, lt=1)
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    def add(self, draft: Draft) -> None:
        """Power in, hydrogen and heat out."""
        power = draft.flow(self.block("power"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        draft.model.require(self.block("limit"), power <= size)
        if self.least_load:
            least = power - self.least_load * size
            draft.model.require(self.block("least load"), least >= 0.0)
        draft.draw(POWER, power)
        draft.tally(CONSUMED, power)
        draft.feed(HYDROGEN, power / self.consumption)
        if self.heat_share:
            draft.feed(HEAT, self.heat_share * power)


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
