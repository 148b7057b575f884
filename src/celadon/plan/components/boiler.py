"""A boiler that burns fuel, or makes heat of power directly."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import CONSUMED, HEAT, POWER, Draft
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.quantities import Power, Share


class Boiler(Component):
    """Heat from fuel; formulation, row ``limits``: boil <= x_boil, fuel is boil / eta_b.

    Parameters
    ----------
    efficiency : heat per net calorific value, or per power.
    fuel : what it burns; without one it is electric.
    cost : yearly cost of a unit of heat capacity.
    """

    kind: ClassVar[str] = "boiler"
    efficiency: Share = Field(gt=0)
    fuel: Fuel | None = None
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    def add(self, draft: Draft) -> None:
        """Heat, and what it takes."""
        heat = draft.flow(self.block("heat"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        draft.model.require(self.block("limit"), heat <= size)
        draft.feed(HEAT, heat)
        taken = heat / self.efficiency
        if self.fuel is None:
            draft.draw(POWER, taken)
            draft.tally(CONSUMED, taken)
        else:
            self.fuel.burn(draft, self.id, taken)
