"""A battery: its power, its energy, and what each MWh through it wears."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.draft import CONSUMED, POWER, Backup, Draft
from celadon.plan.components.quantities import Energy, PerEnergy, Power, Share


class Battery(Component):
    """A store of electricity; formulation, rows ``limits`` and ``battery``.

    soc_t = (1 - loss)^h soc_{t-1} + h (eta_c ch_t - dis_t / eta_d), cyclic over the year.

    Parameters
    ----------
    charge_efficiency, discharge_efficiency : of one.
    loss : share of the content lost in an hour.
    wear : CNY/kWh discharged.
    power_cost, energy_cost : yearly cost of a unit of power and of energy.
    depth : share of the energy that may be used.
    cycles_at_most : full cycles of a year that the warranty allows.
    """

    kind: ClassVar[str] = "battery"
    charge_efficiency: Share = Field(gt=0, le=1)
    discharge_efficiency: Share = Field(gt=0, le=1)
    loss: Share = Field(0.0, ge=0, lt=1)
    wear: PerEnergy = Field(0.0, ge=0)
    power_cost: PowerCost
    energy_cost: EnergyCost
    power_at_most: Power | None = Field(None, ge=0)
    energy_at_most: Energy | None = Field(None, ge=0)
    depth: Share = Field(1.0, gt=0, le=1)
    cycles_at_most: float | None = Field(None, gt=0)

    def add(self, draft: Draft) -> None:
        """Charge, discharge, content, and the two capacities."""
        hours, model = draft.horizon.hours, draft.model
        charge, discharge = draft.flow(self.block("charge")), draft.flow(self.block("discharge"))
        content = draft.flow(self.block("content"))
        power = draft.size(self.block("power"), self.power_cost, "MW", self.power_at_most)
        energy = draft.size(self.block("energy"), self.energy_cost, "MWh", self.energy_at_most)
        model.require(self.block("charge limit"), charge <= power)
        model.require(self.block("discharge limit"), discharge <= power)
        model.require(self.block("content limit"), content <= self.depth * energy)
        kept = (1 - self.loss) ** hours * content.at(draft.horizon.before)
        taken_in = (hours * self.charge_efficiency) * charge
        given_out = (hours / self.discharge_efficiency) * discharge
        model.require(self.block("balance"), kept + taken_in - given_out - content == 0.0)
        if self.cycles_at_most is not None:
            through = (hours * discharge).sum()
            most = (self.cycles_at_most * self.depth) * energy
            model.require(self.block("cycles"), through <= most)
        draft.feed(POWER, discharge)
        draft.draw(POWER, charge)
        draft.tally(CONSUMED, charge - discharge)  # what is lost, since the store is cyclic
        if self.wear:
            draft.energy_cost("battery wear", self.wear, discharge)
        draft.exclusive(self.block("charge"), self.block("discharge"))
        draft.backups.append(
            Backup(self.id, headroom=power - discharge + charge, power=power, content=content,
                   efficiency=self.discharge_efficiency, kept=(1 - self.loss) ** hours)
        )  # fmt: skip
