"""Combined heat and power: an engine or turbine that makes both from one fuel."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import HEAT, POWER, Backup, Draft
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.quantities import Power, Share


class CombinedHeatAndPower(Component):
    """Power and heat from fuel; formulation, row ``limits``: eta_e fuel <= x_chp.

    Parameters
    ----------
    electric_efficiency, heat_efficiency : of the fuel's net calorific value.
    fuel : what it burns.
    cost : yearly cost of a unit of electric capacity.
    """

    kind: ClassVar[str] = "combined_heat_and_power"
    electric_efficiency: Share = Field(gt=0, le=1)
    heat_efficiency: Share = Field(ge=0, le=1)
    fuel: Fuel
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    def add(self, draft: Draft) -> None:
        """Fuel, and power and heat in proportion."""
        fuel = draft.flow(self.block("fuel"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        draft.model.require(self.block("limit"), self.electric_efficiency * fuel <= size)
        draft.feed(POWER, self.electric_efficiency * fuel)
        draft.feed(HEAT, self.heat_efficiency * fuel)
        self.fuel.burn(draft, self.id, fuel)
        headroom = size - self.electric_efficiency * fuel
        alone = None if self.fuel.gas else size.stretched(draft.horizon.count)
        draft.backups.append(Backup(self.id, headroom=headroom, alone=alone))
