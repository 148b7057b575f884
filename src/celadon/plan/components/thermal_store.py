"""A store of heat: a tank, a pit, a bed of sand."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from celadon.errors import Fault
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost
from celadon.plan.components.draft import HEAT, Draft
from celadon.plan.components.levels import Levels
from celadon.plan.components.quantities import Energy, Share


class ThermalStore(Component):
    """Content that gives and takes heat freely; formulation, row ``heat`` and ``tes <= x_tes``.

    What it gives in a step is (1 - loss)^h tes_{t-1} - tes_t, cyclic over the year.

    Parameters
    ----------
    loss : share of the content lost in an hour.
    cost : yearly cost of a unit of content.
    level : id of the heat level that it keeps heat of, where there are levels.
    """

    kind: ClassVar[str] = "thermal_store"
    loss: Share = Field(0.0, ge=0, lt=1)
    cost: EnergyCost
    most: Energy | None = Field(None, ge=0)
    level: str = ""

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level that is not there, or is not named."""
        return levels.faults(self.id, self.level)

    def add(self, draft: Draft) -> None:
        """Content, its limit, and what it gives to the heat balance."""
        hours = draft.horizon.hours
        content = draft.flow(self.block("content"))
        size = draft.size(self.block("capacity"), self.cost, "MWh", self.most)
        draft.model.require(self.block("limit"), content <= size)
        kept = (1 - self.loss) ** hours * content.at(draft.horizon.before)
        given = kept / hours - content / hours
        draft.feed(self.level or HEAT, given)
        draft.ask(self.level or HEAT, -given)
