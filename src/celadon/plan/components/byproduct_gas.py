"""A by-product gas of the works: what arises, what is held, what is flared."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost
from celadon.plan.components.draft import HEAT, HYDROGEN, POWER, Draft, constant
from celadon.plan.components.quantities import Energy, PerEnergy, PowerSeries, Share


class ByproductGas(Component):
    """Coke-oven, blast-furnace or converter gas, with a holder and a flare.

    Burners name its id as their fuel's ``gas``.

    Parameters
    ----------
    arising : MW of net calorific value in each step.
    flare_cost : CNY/kWh let go.
    holder_at_most : MWh that the holder takes; without a holder none is kept.
    holder_least : share of the holder that always stays in it.
    holder_cost : yearly cost of the holder where its size is chosen; else it stands already.
    """

    kind: ClassVar[str] = "byproduct_gas"
    arising: PowerSeries
    flare_cost: PerEnergy = Field(0.0, ge=0)
    holder_at_most: Energy | None = Field(None, ge=0)
    holder_least: Share = Field(0.0, ge=0, lt=1)
    holder_cost: EnergyCost = EnergyCost(annual=0.0)

    @field_validator("id")
    @classmethod
    def _no_other_bus(cls, name: str) -> str:
        if name in (POWER, HEAT, HYDROGEN):
            raise ValueError(f"{name} is a bus of its own: give the gas another id")
        return name

    def add(self, draft: Draft) -> None:
        """The gas that arises, less what is flared, through the holder."""
        hours = draft.horizon.hours
        draft.gases.add(self.id)
        draft.feed(self.id, constant(draft.profile(self.arising, self.id)))
        flared = draft.flow(self.block("flared"))
        draft.draw(self.id, flared)
        if self.flare_cost:
            draft.energy_cost("flare", self.flare_cost, flared)
        if self.holder_at_most is None:
            return
        content = draft.flow(self.block("content"))
        size = draft.size(self.block("holder"), self.holder_cost, "MWh", self.holder_at_most)
        draft.model.require(self.block("holder limit"), content <= size)
        if self.holder_least:
            level = content - self.holder_least * size
            draft.model.require(self.block("holder level"), level >= 0.0)
        before = content.at(draft.horizon.before)
        draft.feed(self.id, before / hours - content / hours)
