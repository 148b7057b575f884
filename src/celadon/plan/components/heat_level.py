"""A heat level: hot water, oil or steam at a temperature, with a balance of its own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator

from celadon.errors import Fault
from celadon.numerics.steam import CRITICAL_PRESSURE, TRIPLE_PRESSURE, saturation_temperature
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import HEAT, HYDROGEN, POWER, Draft
from celadon.plan.components.levels import KELVIN, Level, Levels, Waste
from celadon.plan.components.physical_limits import refuse_hotter
from celadon.plan.components.quantities import Power, Pressure, Temperature
from celadon.plan.components.waste_heat import WasteHeat

_SAME = 0.01
"""K by which two levels must differ."""


class HeatLevel(Component):
    """Heat at one temperature; what is left over is passed down to the next colder level.

    Passing down (a reducing valve, a heat exchanger, steam whose superheat is taken up by water
    sprayed into it) keeps all energy and loses only worth; nothing is ever passed up. Surplus of
    the coldest level, and of one that passes down no more than so much, may be let go.

    Parameters
    ----------
    temperature : degrees Celsius of supply, of water or oil.
    pressure : MPa, absolute, of steam; its temperature is that at which it condenses (IAPWS-IF97).
    steam_temperature : degrees Celsius of superheated steam, which a turbine takes in.
    let_down_at_most : MW that can be passed to the next colder level; zero for none.
    let_down_cost : yearly cost of a unit of what passes down, where it is not there yet.
    """

    kind: ClassVar[str] = "heat_level"
    temperature: Temperature | None = Field(None, gt=-KELVIN)
    pressure: Pressure | None = None
    steam_temperature: Temperature | None = Field(None, gt=0)
    let_down_at_most: Power | None = Field(None, ge=0)
    let_down_cost: PowerCost | None = None

    @field_validator("id")
    @classmethod
    def _no_other_bus(cls, name: str) -> str:
        if name in (POWER, HEAT, HYDROGEN):
            raise ValueError(f"{name} is a bus of its own: give the level another id")
        return name

    @field_validator("temperature", "steam_temperature")
    @classmethod
    def _no_hotter_than_can_be(cls, temperature: float | None) -> float | None:
        return refuse_hotter(temperature)

    @field_validator("pressure")
    @classmethod
    def _boils(cls, pressure: float | None) -> float | None:
        if pressure is not None and not TRIPLE_PRESSURE <= pressure <= CRITICAL_PRESSURE:
            raise ValueError(
                f"{pressure:g} MPa: steam condenses at a temperature of its own between "
                f"{TRIPLE_PRESSURE:g} and {CRITICAL_PRESSURE:g} MPa, absolute; above that give the "
                "temperature of the level, or check the unit"
            )
        return pressure

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.temperature is None) == (self.pressure is None):
            raise ValueError("either temperature (of water or oil) or pressure (of steam) is given")
        if self.steam_temperature is None:
            return self
        if self.pressure is None or self.steam_temperature < self.supply:
            raise ValueError(
                "steam_temperature is of superheated steam: it stands beside a pressure, at or "
                "above the temperature at which steam condenses there"
            )
        return self

    @property
    def supply(self) -> float:
        """Degrees Celsius at which the level gives its heat."""
        if self.temperature is not None:
            return self.temperature
        assert self.pressure is not None  # noqa: S101  the validator holds it
        return saturation_temperature(self.pressure)

    @property
    def level(self) -> Level:
        """The level as machines see it."""
        return Level(self.supply, self.pressure, self.steam_temperature, self.let_down_at_most)

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A colder level whose superheat this one cannot give."""
        colder = levels.next_below(self.id)
        if colder is None or self.let_down_at_most == 0:
            return []
        mine, wanted = levels.of[self.id].feed, levels.of[colder].feed
        if mine >= wanted:
            return []
        rule = f"{levels.told(self.id)} cannot give {colder} its steam of {wanted:g} °C"
        remedy = "write let_down_at_most = '0 MW' here, or leave out the superheat there"
        return [Fault((self.id, "let_down_at_most"), f"{mine:.1f} °C", rule, remedy)]

    def add(self, draft: Draft) -> None:
        """What is passed down to the next colder level."""
        colder = draft.levels.next_below(self.id)
        if colder is None or self.let_down_at_most is not None or self.let_down_cost is not None:
            draft.lets_go.add(self.id)
        if colder is None or self.let_down_at_most == 0:
            return
        most = self.let_down_at_most
        passed = draft.flow(self.block("let down"))
        if self.let_down_cost is not None:
            size = draft.size(self.block("let_down"), self.let_down_cost, "MW", most)
            draft.model.require(self.block("let-down limit"), passed <= size)
        elif most is not None:
            draft.model.require(self.block("let-down limit"), passed <= most)
        draft.draw(self.id, passed)
        draft.feed(colder, passed)


def levels_of(components: Iterable[Component]) -> Levels:
    """The heat levels and waste heats among the components of a site."""
    parts = list(components)
    return Levels(
        {each.id: each.level for each in parts if isinstance(each, HeatLevel)},
        {each.id: Waste(each.temperature, each.cooled_to)
         for each in parts if isinstance(each, WasteHeat)},
    )  # fmt: skip


def twin_levels(levels: Levels) -> list[Fault]:
    """Levels of one temperature: which would serve the other?"""
    names = levels.names
    rule = "each heat level has a temperature of its own, so that it is known which serves which"
    return [
        Fault((other, "temperature"), f"{levels.told(other)}, as {one} is", rule,
              "make one level of them, or correct a temperature or pressure")
        for one, other in pairwise(names)
        if levels.of[one].supply - levels.of[other].supply < _SAME
    ]  # fmt: skip
