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
from celadon.plan.components.quantities import Power, PowerSeries, Share, ShareSeries

KELVIN = 273.15
"""0 degrees Celsius in kelvin."""


class HeatPump(Component):
    """Heat from power; formulation, row ``limits``: COP_t hp <= x_hp.

    Parameters
    ----------
    performance : heat per power, a number or a series; or it follows from temperatures.
    source_temperature, sink_temperature : series or numbers in degrees Celsius.
    quality : share of the Carnot performance that the machine reaches.
    source_heat : MW of waste heat that there is; without it the source has no end.
    cost : yearly cost of a unit of heat capacity.
    """

    kind: ClassVar[str] = "heat_pump"
    performance: ShareSeries | None = None
    source_temperature: float | str | None = None
    sink_temperature: float | str | None = None
    quality: Share | None = Field(None, gt=0, lt=1)
    source_heat: PowerSeries | None = None
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        from_temperatures = (self.source_temperature, self.sink_temperature, self.quality)
        if self.performance is None and None in from_temperatures:
            raise ValueError(
                "performance, or source_temperature, sink_temperature and quality, are given"
            )
        return self

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
        draft.feed(HEAT, heat)
        draft.draw(POWER, power)
        draft.tally(CONSUMED, power)

    def _performance(self, draft: Draft) -> Floats:
        if self.performance is not None:
            return draft.profile(self.performance, self.id)
        assert self.source_temperature is not None  # noqa: S101  the validator holds it
        assert self.sink_temperature is not None  # noqa: S101
        assert self.quality is not None  # noqa: S101
        source = draft.profile(self.source_temperature, self.id)
        sink = draft.profile(self.sink_temperature, self.id)
        if (sink <= source).any():
            step = int(np.flatnonzero(sink <= source)[0])
            fault = Fault(
                (self.id, f"step {step}"), f"{source[step]:g} and {sink[step]:g} degrees Celsius",
                "a heat pump lifts heat from a colder source to a hotter sink",
                "use the heat directly where the source is hot enough",
            )  # fmt: skip
            raise DeclarationError(f"{self.id} has nothing to lift", [fault])
        return carnot_performance(source, sink, self.quality)


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
