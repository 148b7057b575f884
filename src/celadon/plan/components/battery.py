"""A battery: its power, its energy, and what each MWh through it wears."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.draft import CONSUMED, POWER, Backup, Draft
from celadon.plan.components.origin import FOLLOWED, Origin, follow_store
from celadon.plan.components.quantities import Energy, PerEnergy, Power, Share
from celadon.plan.components.wear_bands import WEAR, WearBand, refuse_bands, wear_by_bands


class Battery(Component):
    """A store of electricity; formulation, rows ``limits`` and ``battery``.

    soc_t = (1 - loss)^h soc_{t-1} + h (eta_c ch_t - dis_t / eta_d), cyclic over the year.

    Parameters
    ----------
    charge_efficiency, discharge_efficiency : of one.
    loss : share of the content lost in an hour.
    wear : CNY/kWh discharged; ``wear_bands`` in its place where depth makes it dearer.
    power_cost, energy_cost : yearly cost of a unit of power and of energy.
    depth : share of the energy that may be used.
    cycles_at_most : full cycles of a year that the warranty allows, of the energy that may be used:
        at a depth of 90 %, 300 cycles are 270 times the nominal energy.
    origin : whether green power is told from other power in it, for rules and for export.
    losses_are_use : whether what it loses of green power counts as used by the site; it does not
        where the origin is known, unless so declared.
    """

    kind: ClassVar[str] = "battery"
    charge_efficiency: Share = Field(gt=0, le=1)
    discharge_efficiency: Share = Field(gt=0, le=1)
    loss: Share = Field(0.0, ge=0, lt=1)
    wear: PerEnergy = Field(0.0, ge=0)
    wear_bands: tuple[WearBand, ...] = ()
    power_cost: PowerCost
    energy_cost: EnergyCost
    power_at_most: Power | None = Field(None, ge=0)
    energy_at_most: Energy | None = Field(None, ge=0)
    depth: Share = Field(1.0, gt=0, le=1)
    cycles_at_most: float | None = Field(None, gt=0)
    origin: Origin = "none"
    losses_are_use: bool | None = None

    @model_validator(mode="after")
    def _losses_of_known_origin(self) -> Self:
        if self.losses_are_use is False and self.origin not in FOLLOWED:
            raise ValueError(
                'losses that are no use need origin = "separate" or "green only": without it '
                "nobody knows whose they are"
            )
        return self

    @model_validator(mode="after")
    def _wear_one_way(self) -> Self:
        refuse_bands(self.wear_bands, self.wear)
        return self

    @property
    def counts_losses(self) -> bool:
        """Whether what is lost of green power counts as used: only where so declared, if known."""
        return self.origin not in FOLLOWED if self.losses_are_use is None else self.losses_are_use

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
            draft.energy_cost(WEAR, self.wear, discharge)
        if self.wear_bands:
            wear_by_bands(draft, self, (charge, discharge, content), energy)
        follow_store(
            draft, self.id, self.origin, (charge, discharge, content),
            (1 - self.loss) ** hours, (self.charge_efficiency, self.discharge_efficiency),
            counts_losses=self.counts_losses,
        )  # fmt: skip
        draft.exclusive(
            self.block("charge"), self.block("discharge"),
            charge + discharge <= power,
            given_out - kept <= 0.0,  # what is given was there before
            taken_in + kept - self.depth * energy <= 0.0,  # what is taken in has room
        )  # fmt: skip
        draft.backups.append(
            Backup(self.id, headroom=power - discharge + charge, power=power, content=content,
                   efficiency=self.discharge_efficiency, kept=(1 - self.loss) ** hours)
        )  # fmt: skip
