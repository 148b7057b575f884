"""A boiler that burns fuel, or makes heat of power directly."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from celadon.errors import Fault
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import CONSUMED, HEAT, POWER, Draft
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.levels import Levels
from celadon.plan.components.physical_limits import refuse_boiler
from celadon.plan.components.quantities import Power, Share
from celadon.plan.components.running import RunningMachine


class Boiler(RunningMachine):
    """Heat from fuel; formulation, row ``limits``: boil <= x_boil, fuel is boil / eta_b.

    Parameters
    ----------
    efficiency : heat per net calorific value, or per power.
    fuel : what it burns; without one it is electric.
    level : id of the heat level that it serves, where there are levels.
    cost : yearly cost of a unit of heat capacity.
    """

    kind: ClassVar[str] = "boiler"
    efficiency: Share = Field(gt=0)
    fuel: Fuel | None = None
    level: str = ""
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _no_more_than_there_is(self) -> Self:
        refuse_boiler(self.efficiency, self.fuel)
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level that is not there, or is not named."""
        return levels.faults(self.id, self.level)

    def add(self, draft: Draft) -> None:
        """Heat, and what it takes."""
        heat = draft.flow(self.block("heat"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        self.run(draft, heat, size)
        draft.feed(self.level or HEAT, heat)
        taken = heat / self.efficiency
        if self.fuel is None:
            draft.draw(POWER, taken)
            draft.tally(CONSUMED, taken)
        else:
            self.fuel.burn(draft, self.id, taken)
