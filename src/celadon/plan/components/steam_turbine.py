"""A steam turbine between two steam levels: power from the drop that a reducing valve would waste.

Of a kilogram of steam the turbine makes the drop of its enthalpy: from the state of the hotter
level to that of the colder one at the same entropy (IAPWS-IF97), times its isentropic efficiency.
What is left above the returned condensate is heat of the colder level. The quotient of the two is
the power-to-heat ratio c_b. Energy is conserved: what is taken in is power and heat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import Field, model_validator

from celadon.errors import Fault, ModelError
from celadon.numerics.steam import (
    enthalpy,
    entropy,
    expanded_enthalpy,
    liquid_enthalpy,
    vapour_enthalpy,
    vapour_entropy,
)
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import POWER, Draft
from celadon.plan.components.levels import KELVIN, Level, Levels
from celadon.plan.components.quantities import Power, Share, Temperature


@dataclass(frozen=True, slots=True)
class Drop:
    """An expansion between two levels, kJ/kg.

    Attributes
    ----------
    inlet, exhaust : enthalpy before, and after at the isentropic efficiency.
    returned : of the condensate.
    """

    inlet: float
    exhaust: float
    returned: float

    @property
    def power_to_heat(self) -> float:
        """Mechanical power per heat of the exhaust: c_b before losses of the generator."""
        return (self.inlet - self.exhaust) / (self.exhaust - self.returned)


def steam_drop(
    inlet: Level, exhaust: Level, isentropic_efficiency: float, returned: float | None = None
) -> Drop:
    """The expansion of steam from one level to another.

    Parameters
    ----------
    inlet, exhaust : levels of steam; the first is superheated where it says so, else dry.
    isentropic_efficiency : of one.
    returned : degrees Celsius of the condensate; boiling at the exhaust's pressure if not given.

    Raises
    ------
    ModelError
        If a state lies outside IAPWS-IF97.

    Examples
    --------
    >>> drop = steam_drop(Level(250.36, 4.0, 400.0), Level(151.84, 0.5), 0.75)
    >>> round(drop.inlet - drop.exhaust, 1), round(drop.power_to_heat, 4)
    (365.4, 0.1655)
    """
    assert inlet.pressure is not None  # noqa: S101  the turbine looked
    assert exhaust.pressure is not None  # noqa: S101
    if inlet.steam_temperature is None:
        before, spread = vapour_enthalpy(inlet.pressure), vapour_entropy(inlet.pressure)
    else:
        before = enthalpy(inlet.pressure, inlet.steam_temperature)
        spread = entropy(inlet.pressure, inlet.steam_temperature)
    ideal = expanded_enthalpy(exhaust.pressure, spread)
    after = before - isentropic_efficiency * (before - ideal)
    if returned is None:
        return Drop(before, after, liquid_enthalpy(exhaust.pressure))
    return Drop(before, after, enthalpy(exhaust.pressure, returned))


class SteamTurbine(Component):
    """Power from steam that falls from one level to a colder one, or on into a condenser.

    Back-pressure: ``power = c_b heat``, taken in ``heat + power / mechanical_efficiency``. With
    extraction and a condenser (``c_v`` and ``condensing_efficiency``): ``power >= c_b heat``,
    ``power + c_v heat <= capacity``, taken in ``(power + c_v heat) / condensing_efficiency``.

    Parameters
    ----------
    inlet, exhaust : ids of the two levels; the exhaust is the colder one.
    isentropic_efficiency : c_b then follows from the states of the two levels of steam.
    c_b : power per heat in back-pressure, where it is given instead.
    c_v : power lost per heat extracted.
    mechanical_efficiency : of the gear and the generator.
    condensing_efficiency : power per heat taken in when nothing is extracted.
    return_temperature : degrees Celsius of the condensate; boiling at the exhaust's if not given.
    cost : yearly cost of a unit of electric capacity.
    """

    kind: ClassVar[str] = "steam_turbine"
    inlet: str
    exhaust: str
    isentropic_efficiency: Share | None = Field(None, gt=0, le=1)
    c_b: Share | None = Field(None, gt=0)
    c_v: Share | None = Field(None, ge=0)
    mechanical_efficiency: Share = Field(1.0, gt=0, le=1)
    condensing_efficiency: Share | None = Field(None, gt=0, lt=1)
    return_temperature: Temperature | None = Field(None, gt=0)
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.isentropic_efficiency is None) == (self.c_b is None):
            raise ValueError("either isentropic_efficiency or c_b is given, and not both")
        if (self.c_v is None) != (self.condensing_efficiency is None):
            raise ValueError("extraction needs both c_v and condensing_efficiency")
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """Levels that are not there or no steam, steam that falls uphill, more out than in."""
        found = levels.faults(self.id, self.inlet, "inlet")
        found += levels.faults(self.id, self.exhaust, "exhaust")
        if found or not (self.inlet and self.exhaust):
            return found
        hot, cold = levels.of[self.inlet], levels.of[self.exhaust]
        if hot.supply <= cold.supply:
            told = f"{levels.told(self.inlet)} → {levels.told(self.exhaust)}"
            return [Fault((self.id, "exhaust"), told, "steam falls from a hotter level to a colder",
                          "exchange inlet and exhaust")]  # fmt: skip
        if self.isentropic_efficiency is not None:
            for key, name in (("inlet", self.inlet), ("exhaust", self.exhaust)):
                if levels.of[name].pressure is None:
                    told = f"{levels.told(name)}, without a pressure"
                    rule = "the drop follows from two levels of steam"
                    remedy = "give the level its pressure, or the turbine its c_b"
                    found.append(Fault((self.id, key), told, rule, remedy))
        return found or self._second_thoughts(levels)

    def _second_thoughts(self, levels: Levels) -> list[Fault]:
        """A state that the steam cannot have, and what no machine can make of it."""
        try:
            ratio = self.power_to_heat(levels)
        except ModelError as error:
            return list(error.faults)
        if ratio <= 0:
            rule = (
                "the condensate is colder than the exhaust, and the exhaust colder than the inlet"
            )
            return [
                Fault((self.id, "return_temperature"), f"c_b = {ratio:.3g}", rule, "correct it")
            ]
        hot, cold = (levels.of[self.inlet].feed, levels.of[self.exhaust].supply)
        best = (hot - cold) / (cold + KELVIN)
        if ratio > best:
            rule = f"from {hot:.0f} to {cold:.0f} °C at most c_b = {best:.3f} (second law)"
            remedy = "give power by heat of the exhaust, as the supplier states it"
            return [Fault((self.id, "c_b"), f"c_b = {ratio:.3g}", rule, remedy)]
        return self._more_than_taken(ratio)

    def _more_than_taken(self, ratio: float) -> list[Fault]:
        """A condensing efficiency by which more would come out than goes in."""
        if self.c_v is None or self.condensing_efficiency is None:
            return []
        most = (ratio + self.c_v) / (1 + ratio)
        if self.condensing_efficiency <= most:
            return []
        told = f"{100 * self.condensing_efficiency:g} %"
        rule = (
            "no more comes out than goes in: "
            f"at c_b = {ratio:.3f} and c_v = {self.c_v:g} at most {100 * most:.1f} %"
        )
        return [Fault((self.id, "condensing_efficiency"), told, rule, "correct one of the three")]

    def power_to_heat(self, levels: Levels) -> float:
        """c_b: electric power per heat of the colder level, in back-pressure."""
        if self.c_b is not None:
            return self.c_b
        assert self.isentropic_efficiency is not None  # noqa: S101  the validator holds it
        drop = steam_drop(
            levels.of[self.inlet], levels.of[self.exhaust], self.isentropic_efficiency,
            self.return_temperature,
        )  # fmt: skip
        return drop.power_to_heat * self.mechanical_efficiency

    def add(self, draft: Draft) -> None:
        """Heat taken in from one level, power, and heat given to the other."""
        ratio = self.power_to_heat(draft.levels)
        heat = draft.flow(self.block("heat"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        if self.c_v is None or self.condensing_efficiency is None:
            power = ratio * heat
            draft.model.require(self.block("limit"), power <= size)
            intake = heat + power / self.mechanical_efficiency
        else:
            intake = draft.flow(self.block("intake"))
            whole = self.condensing_efficiency * intake
            power = whole - self.c_v * heat
            draft.model.require(self.block("limit"), whole <= size)
            draft.model.require(self.block("cone"), power - ratio * heat >= 0.0)
        draft.feed(POWER, power)
        draft.trace("engine", power)
        draft.trace("engine", power)
        draft.feed(self.exhaust, heat)
        draft.claim(self.inlet, "turbine", intake)
