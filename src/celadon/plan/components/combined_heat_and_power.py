"""Combined heat and power: an engine or turbine that makes both from one fuel."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from celadon.errors import Fault
from celadon.numerics.lp import Expression
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import HEAT, POWER, Backup, Draft
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.levels import Levels
from celadon.plan.components.physical_limits import refuse_engine
from celadon.plan.components.quantities import Power, Share
from celadon.plan.components.running import RunningMachine


class CombinedHeatAndPower(RunningMachine):
    """Power and heat from fuel; formulation, row ``limits``: eta_e fuel <= x_chp.

    In proportion where ``heat_efficiency`` is given. With ``c_b`` and ``c_v`` it is a turbine with
    extraction, between back-pressure and condensing: power >= c_b heat,
    power + c_v heat = eta_e fuel <= x_chp; ``electric_efficiency`` is that without extraction.

    Parameters
    ----------
    electric_efficiency, heat_efficiency : of the fuel's net calorific value; ``0 %`` of heat where
        none is used.
    c_b : power per heat in back-pressure; ``c_v`` power lost per heat extracted.
    heat_led : whether it follows heat: it never makes more than is asked for, in the same step, at
        its level and the colder ones, stores that are filled included.
    level : id of the heat level that it serves, where there are levels.
    fuel : what it burns.
    cost : yearly cost of a unit of electric capacity.
    """

    kind: ClassVar[str] = "combined_heat_and_power"
    electric_efficiency: Share = Field(gt=0, le=1)
    heat_efficiency: Share | None = Field(None, ge=0, le=1)
    c_b: Share | None = Field(None, gt=0)
    c_v: Share | None = Field(None, ge=0)
    heat_led: bool = False
    level: str = ""
    fuel: Fuel
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _heat_one_way(self) -> Self:
        if (self.c_b is None) != (self.c_v is None):
            raise ValueError("extraction needs both c_b and c_v")
        if (self.heat_efficiency is None) == (self.c_b is None):
            raise ValueError(
                "either heat_efficiency, or c_b and c_v, are given, and not both; an engine whose "
                'heat is not used has heat_efficiency = "0 %"'
            )
        refuse_engine(self.electric_efficiency, self.heat_efficiency or 0.0)
        if self.c_b is None or self.c_v is None:
            return self
        most = (self.c_b + self.c_v) / (1 + self.c_b)
        if self.electric_efficiency > most:
            raise ValueError(
                f"at c_b = {self.c_b:g} and c_v = {self.c_v:g} more power and heat would come out "
                f"than fuel goes in: electric_efficiency is at most {100 * most:.1f} %"
            )
        return self

    def misplaced(self, levels: Levels) -> list[Fault]:
        """A level that is not there, or is not named though heat is made."""
        if self.level or self.heat_efficiency != 0:
            return levels.faults(self.id, self.level)
        return []

    def add(self, draft: Draft) -> None:
        """Fuel, and power and heat in proportion."""
        fuel = draft.flow(self.block("fuel"))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        run = self.run(draft, self.electric_efficiency * fuel, size)
        power, heat = self._made(draft, fuel)
        draft.feed(POWER, power)
        draft.trace("engine", power)
        if self.level or not draft.levels:
            draft.feed(self.level or HEAT, heat)
        self.fuel.burn(draft, self.id, fuel)
        headroom = run.on - self.electric_efficiency * fuel
        alone = None if self.fuel.gas else size.stretched(draft.horizon.count)
        draft.backups.append(Backup(self.id, headroom=headroom, alone=alone))

    def _made(self, draft: Draft, fuel: Expression) -> tuple[Expression, Expression]:
        """Power and heat: in proportion, or anywhere in the cone of extraction."""
        whole = self.electric_efficiency * fuel
        if self.c_b is None or self.c_v is None:
            assert self.heat_efficiency is not None  # noqa: S101  the validator holds it
            heat = self.heat_efficiency * fuel
            if self.heat_led:
                draft.led[self.id] = (self.level or HEAT, heat)
            return whole, heat
        heat = draft.flow(self.block("heat"))
        power = whole - self.c_v * heat
        draft.model.require(self.block("cone"), power - self.c_b * heat >= 0.0)
        if self.heat_led:
            draft.led[self.id] = (self.level or HEAT, heat)
        return power, heat

    def finish(self, draft: Draft) -> None:
        """Led by heat: no more is made than is asked for at its level and below."""
        if not self.heat_led:
            return
        bus, heat = draft.led[self.id]
        reach = [bus, *(draft.levels.served_by(bus) if self.level else ())]
        asked = [draft.asked[name] for name in reach if name in draft.asked]
        draft.model.require(self.block("led by heat"), sum(asked, -heat) >= 0.0)
