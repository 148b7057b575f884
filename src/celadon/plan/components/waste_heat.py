"""Waste heat by its temperature: what is hot enough serves levels, the rest pumps or power."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Expression
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import HEAT, HYDROGEN, POWER, Draft, constant
from celadon.plan.components.heat_pump import PUMP
from celadon.plan.components.levels import KELVIN, Levels
from celadon.plan.components.quantities import (
    Power,
    PowerSeries,
    Share,
    ShareSeries,
    Temperature,
    TemperatureDifference,
)

AS_POWER = "power"
"""How a machine that makes power takes waste heat."""


class WasteHeat(Component):
    """A hot stream of the works that is cooled: flue gas, slag water, exhaust steam, cooling water.

    Its heat lies evenly between the temperature at which it arises and the lowest to which it may
    be cooled. A level takes what lies above its own temperature and the approach of the exchanger:
    ``(T_in - T_level - approach) / (T_in - T_out)`` of it, several levels together no more than
    the colder one could take alone; steam that is superheated is as hot as its superheat. What is
    left is there for heat pumps. Power takes a part of the
    stream from its hottest to its coldest. All that nobody takes goes its way.

    Parameters
    ----------
    available : MW in each step that cooling to ``cooled_to`` would give, in full production.
    schedule : share of full production in each step.
    temperature, cooled_to : degrees Celsius.
    approach : K by which the stream stays hotter than what it heats.
    to : ids of the levels that it may heat; all that are cold enough if none is named.
    cost : yearly cost of a unit of the recovery exchanger: heat to levels and to pumps.
    """

    kind: ClassVar[str] = "waste_heat"
    available: PowerSeries
    schedule: ShareSeries = 1.0
    temperature: Temperature = Field(gt=-KELVIN)
    cooled_to: Temperature = Field(gt=-KELVIN)
    approach: TemperatureDifference = Field(ge=0)
    to: tuple[str, ...] = ()
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole exchangers of this size")

    @field_validator("id")
    @classmethod
    def _no_other_bus(cls, name: str) -> str:
        if name in (POWER, HEAT, HYDROGEN):
            raise ValueError(f"{name} is a bus of its own: give the waste heat another id")
        return name

    @model_validator(mode="after")
    def _cools(self) -> Self:
        if self.cooled_to >= self.temperature:
            raise ValueError("cooled_to is below temperature: a stream gives heat as it cools")
        return self

    def share_above(self, level: float) -> float:
        """The share of its heat that a level of a temperature in degrees Celsius can take."""
        above = self.temperature - level - self.approach
        return min(1.0, max(0.0, above / (self.temperature - self.cooled_to)))

    def reaches(self, levels: Levels) -> list[str]:
        """The levels that it can heat, the hottest first."""
        named = self.to or levels.names
        return [
            name
            for name in levels.names
            if name in named and self.share_above(levels.of[name].feed) > 0
        ]

    def misplaced(self, levels: Levels) -> list[Fault]:
        """Levels that are not there, or are named though the stream is too cold for them."""
        found = []
        for name in self.to:
            found += levels.faults(self.id, name, "to")
            if name in levels.of and not self.share_above(levels.of[name].feed):
                rule = (
                    f"a stream of {self.temperature:g} °C heats what is {self.approach:g} K colder"
                )
                remedy = "take the level out, or lift the heat with a heat pump"
                found.append(Fault((self.id, "to"), levels.told(name), rule, remedy))
        return found

    def add(self, draft: Draft) -> None:
        """What there is, and what each level takes of it."""
        there = self.there(draft)
        draft.lets_go.add(self.id)
        draft.feed(self.id, constant(there))
        for name in self.reaches(draft.levels):
            taken = draft.flow(self.block(f"to {name}"))
            draft.claim(self.id, f"to {name}", taken)
            draft.feed(name, taken)

    def finish(self, draft: Draft) -> None:
        """Hold the pinch of each level, and the exchanger."""
        there = constant(self.there(draft))
        apart = draft.claims.get((self.id, AS_POWER))
        left = there if apart is None else there - apart
        direct: Expression | None = None
        for name in self.reaches(draft.levels):
            taken = draft.claims[self.id, f"to {name}"]
            direct = taken if direct is None else direct + taken
            share = self.share_above(draft.levels.of[name].feed)
            draft.model.require(self.block(f"above {name}"), share * left - direct >= 0.0)
        pumped = draft.claims.get((self.id, PUMP))
        flows = [flow for flow in (direct, pumped) if flow is not None]
        if not flows:
            return
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        whole = flows[0] if len(flows) == 1 else flows[0] + flows[1]
        draft.model.require(self.block("limit"), whole <= size)

    def there(self, draft: Draft) -> Floats:
        """MW in each step.

        Raises
        ------
        DeclarationError
            If there is less than nothing of it, or more production than full production.
        """
        whole = draft.profile(self.available, self.id)
        share = draft.profile(self.schedule, self.id)
        faults = [
            *self._outside("available", whole, np.inf, "MW, not below zero"),
            *self._outside("schedule", share, 1.0, "a share of full production, 0 to 1"),
        ]
        if faults:
            raise DeclarationError(f"{self.id} cannot be so", faults)
        return whole * share

    def _outside(self, key: str, numbers: Floats, most: float, rule: str) -> list[Fault]:
        wrong = np.flatnonzero((numbers < 0) | (numbers > most))
        if not wrong.size:
            return []
        found = f"{numbers[wrong[0]]:g} in step {wrong[0] + 1}, and {len(wrong)} step(s) in all"
        return [Fault((self.id, key), found, rule, "correct the series, its sign or its unit")]


class WasteHeatPower(Component):
    """Power from a waste heat: an organic Rankine cycle, a turbine, by its own efficiency.

    Parameters
    ----------
    source : id of the waste heat.
    efficiency : power per heat that is taken, from the stream's hottest to its coldest.
    cost : yearly cost of a unit of electric capacity.
    """

    kind: ClassVar[str] = "waste_heat_power"
    source: str
    efficiency: Share = Field(gt=0, lt=1)
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A source that is not there, or an efficiency that no machine has."""
        if self.source not in levels.wastes:
            known = ", ".join(levels.wastes) or "none is declared"
            rule, remedy = f"the id of a waste heat: {known}", "correct the id, or declare it"
            return [Fault((self.id, "source"), repr(self.source), rule, remedy)]
        waste = levels.wastes[self.source]
        best = 1 - KELVIN / levels.warmest(self.source)
        if self.efficiency <= best:
            return []
        rule = (
            f"heat that falls from {waste.temperature:g} to {waste.cooled_to:g} °C gives at most "
            f"{100 * best:.1f} % of power, even beside water at 0 °C (second law)"
        )
        remedy = "give power per heat taken from the stream, as the supplier states it"
        return [Fault((self.id, "efficiency"), f"{100 * self.efficiency:g} %", rule, remedy)]

    def add(self, draft: Draft) -> None:
        """Heat in, power out."""
        power = draft.flow(self.block("power"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        draft.model.require(self.block("limit"), power <= size)
        draft.feed(POWER, power)
        draft.trace("engine", power)
        draft.claim(self.source, AS_POWER, power / self.efficiency)
