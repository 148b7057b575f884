"""A demand that has to be met in every step: power, heat or hydrogen."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from celadon.errors import Fault
from celadon.plan.components.component import Component
from celadon.plan.components.draft import CONSUMED, HEAT, HYDROGEN, POWER, Draft, constant
from celadon.plan.components.levels import Levels
from celadon.plan.components.quantities import Mass, PowerSeries


class Demand(Component):
    """A load of a site, as measured or planned; formulation, rows ``power`` and ``heat``.

    Parameters
    ----------
    bus : what is asked for.
    level : of heat, the id of the heat level that it is asked for at.
    series : MW in each step; of hydrogen, t an hour.
    """

    kind: ClassVar[str] = "demand"
    bus: Literal["power", "heat", "hydrogen"] = POWER
    level: str = ""
    series: PowerSeries

    @model_validator(mode="after")
    def _level_is_of_heat(self) -> Self:
        if self.level and self.bus != HEAT:
            raise ValueError(f"only heat has a level: write bus = 'heat', or take {self.level} out")
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level that is not there, or is not named."""
        return levels.faults(self.id, self.level) if self.bus == HEAT else []

    def add(self, draft: Draft) -> None:
        """Take the demand from its bus, or deliver it day by day."""
        asked = draft.profile(self.series, self.id)
        draft.draw(self.level or self.bus, asked)
        if self.bus == HEAT:
            draft.ask(self.level or HEAT, constant(asked))
        if self.bus == POWER:
            draft.tally(CONSUMED, constant(asked))


class DailyDelivery(Component):
    """Hydrogen to be delivered day by day, at any hour of the day.

    Parameters
    ----------
    tonnes : t of hydrogen each day, as in ``0.2 t``.
    """

    kind: ClassVar[str] = "daily_delivery"
    tonnes: Mass = Field(ge=0)

    def add(self, draft: Draft) -> None:
        """A delivered flow whose sum over each day is owed."""
        delivered = draft.flow(self.block("delivered"))
        draft.draw(HYDROGEN, delivered)
        horizon = draft.horizon
        of_day = (horizon.hours * delivered).sum_by(horizon.day, horizon.days)
        draft.model.require(self.block("delivery"), of_day >= self.tonnes)
