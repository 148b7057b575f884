"""A heat pump: heat lifted by power, from air, water or the waste heat of a process."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import CONSUMED, HEAT, POWER, Draft
from celadon.plan.components.levels import KELVIN, Levels
from celadon.plan.components.quantities import (
    Power,
    PowerSeries,
    Share,
    ShareSeries,
    Temperature,
    TemperatureSeries,
)

PUMP = "pump"
"""How a heat pump takes heat from a level or a waste heat."""


class HeatPump(Component):
    """Heat from power; formulation, row ``limits``: COP_t hp <= x_hp.

    Parameters
    ----------
    performance : heat per power, a number or a series; or it follows from temperatures.
    source_temperature, sink_temperature : series or numbers in degrees Celsius.
        The sink is the level's own where it is not given, the source that of ``source``.
    quality : share of the Carnot performance that the machine reaches.
    level : id of the heat level that it serves, where there are levels.
    source : id of a colder heat level, or of a waste heat, that it lifts from.
    sink_at_most : degrees Celsius that the machine can reach.
    source_heat : MW of waste heat that there is; without it the source has no end.
    cost : yearly cost of a unit of heat capacity.
    """

    kind: ClassVar[str] = "heat_pump"
    performance: ShareSeries | None = None
    source_temperature: TemperatureSeries | None = None
    sink_temperature: TemperatureSeries | None = None
    quality: Share | None = Field(None, gt=0, lt=1)
    source_heat: PowerSeries | None = None
    level: str = ""
    source: str = ""
    sink_at_most: Temperature | None = None
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        has_source = self.source_temperature is not None or self.source
        has_sink = self.sink_temperature is not None or self.level
        has_all = has_source and has_sink and self.quality is not None
        if self.performance is None and not has_all:
            raise ValueError(
                "performance, or source_temperature, sink_temperature and quality, are given; a "
                "level stands for the sink_temperature, a source for the source_temperature"
            )
        if self.source and self.source_heat is not None:
            raise ValueError("source says where the heat is from: leave source_heat out")
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level or source that is not there, is not colder, or is hotter than it can reach."""
        found = levels.faults(self.id, self.level)
        if self.source and levels.source(self.source) is None:
            known = ", ".join([*levels.names, *levels.wastes]) or "none is declared"
            rule = f"the id of a heat level or a waste heat: {known}"
            remedy = "correct the id, or declare it"
            found.append(Fault((self.id, "source"), repr(self.source), rule, remedy))
        if found or not self.level:
            return found
        return self._out_of_reach(levels.told(self.level), levels.of[self.level].feed, levels)

    def _out_of_reach(self, level: str, sink: float, levels: Levels) -> list[Fault]:
        """Temperatures that do not fit its level."""
        found = []
        if self.sink_at_most is not None and sink > self.sink_at_most:
            rule = f"this machine reaches {self.sink_at_most:g} °C"
            remedy = "let it serve a colder level, or choose a machine that reaches it"
            found.append(Fault((self.id, "sink_at_most"), level, rule, remedy))
        given = self.sink_temperature
        if isinstance(given, float | int) and given < sink:
            rule = f"a machine that serves {level} is as hot"
            remedy = "leave sink_temperature out: the level says it"
            found.append(Fault((self.id, "sink_temperature"), f"{given:g} °C", rule, remedy))
        source = levels.source(self.source) if self.source else None
        if source is not None and source >= sink:
            rule = f"a pump lifts to {level} what is colder"
            remedy = "use that heat directly: it is hot enough"
            found.append(Fault((self.id, "source"), f"{self.source}, {source:g} °C", rule, remedy))
        return found

    def add(self, draft: Draft) -> None:
        """Power in, heat out, and the waste heat that is lifted."""
        lift = self._performance(draft)
        power = draft.flow(self.block("power"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        heat = lift * power
        draft.model.require(self.block("limit"), heat <= size)
        if self.source_heat is not None:
            there = draft.profile(self.source_heat, self.id)
            draft.model.require(self.block("source"), (lift - 1) * power <= there)
        if self.source:
            self._refuse_wonders(draft.levels, lift)
            draft.claim(self.source, PUMP, (lift - 1) * power)
        draft.feed(self.level or HEAT, heat)
        draft.draw(POWER, power)
        draft.tally(CONSUMED, power)

    def _refuse_wonders(self, levels: Levels, lift: Floats) -> None:
        """A performance that takes nothing from its source, or more than the second law allows."""
        sink = (levels.of[self.level].feed if self.level else np.inf) + KELVIN
        apart = sink - levels.warmest(self.source)
        most = sink / apart if self.level and apart > 0 else np.inf
        wrong = np.flatnonzero((lift <= 1) | (lift > most * (1 + 1e-9)))
        if not wrong.size:
            return
        rule = f"between 1 and {most:.2f}, the best there is between its source and its level"
        found = f"{lift[wrong[0]]:g} in step {wrong[0] + 1}"
        remedy = "give heat per power; or quality, and it follows from the temperatures"
        fault = Fault((self.id, "performance"), found, rule, remedy)
        raise DeclarationError(f"{self.id} cannot perform so", [fault])

    def _performance(self, draft: Draft) -> Floats:
        if self.performance is not None:
            return draft.profile(self.performance, self.id)
        source, sink = self.temperatures(draft)
        assert self.quality is not None  # noqa: S101  the validator holds it
        if (sink <= source).any():
            step = int(np.flatnonzero(sink <= source)[0])
            fault = Fault(
                (self.id, f"step {step}"), f"{source[step]:g} and {sink[step]:g} degrees Celsius",
                "a heat pump lifts heat from a colder source to a hotter sink",
                "use the heat directly where the source is hot enough",
            )  # fmt: skip
            raise DeclarationError(f"{self.id} has nothing to lift", [fault])
        if self.sink_at_most is not None and (sink > self.sink_at_most).any():
            fault = Fault((self.id, "sink_at_most"), f"a sink of {sink.max():g} degrees Celsius",
                          f"this machine reaches {self.sink_at_most:g} degrees Celsius",
                          "serve a colder sink, or choose a machine that reaches it")  # fmt: skip
            raise DeclarationError(f"{self.id} does not reach its sink", [fault])
        return carnot_performance(source, sink, self.quality)

    def temperatures(self, draft: Draft) -> tuple[Floats, Floats]:
        """Degrees Celsius of source and sink: as given, else those of what it names."""
        source, sink = self.source_temperature, self.sink_temperature
        if source is None:
            source = draft.levels.source(self.source)
        if sink is None:
            sink = draft.levels.of[self.level].feed
        assert source is not None  # noqa: S101  the validator and misplaced hold it
        return draft.profile(source, self.id), draft.profile(sink, self.id)


def carnot_performance(source: Floats, sink: Floats, quality: float) -> Floats:
    """Heat per power of a machine between two temperatures: quality x T_sink / (T_sink - T_source).

    Parameters
    ----------
    source, sink : degrees Celsius; the sink is hotter.
    quality : share of the Carnot performance, of one.

    Examples
    --------
    >>> import numpy as np
    >>> carnot_performance(np.array([20.0]), np.array([80.0]), 0.5).round(3).tolist()
    [2.943]
    """
    performance: Floats = quality * (sink + KELVIN) / (sink - source)
    return performance
