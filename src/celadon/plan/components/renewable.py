"""Plants of sun and wind: what the weather lets them make, and what they are let make."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import AVAILABLE, GENERATED, POWER, Backup, Draft
from celadon.plan.components.quantities import PerEnergy, Power, ShareSeries


class Renewable(Component):
    """A plant whose output is at most the weather's times its capacity.

    Formulation, row ``limits``: pv <= cf x_pv. Where the weather gives nothing the output is fixed
    at zero and no row stands.

    Parameters
    ----------
    yields : output per unit of capacity in each step, between 0 and 1.
    cost : yearly cost of a unit of capacity.
    most, least : MW, by roof, land or contract, and what stands already.
    running_cost : CNY/kWh made.
    """

    yields: ShareSeries
    cost: PowerCost
    most: Power | None = Field(None, ge=0)
    least: Power = Field(0.0, ge=0)
    machine: Power | None = Field(None, gt=0, description="only whole machines of this size")
    running_cost: PerEnergy = 0.0

    def add(self, draft: Draft) -> None:
        """Output, capacity, and the energy that is available before any is curtailed."""
        weather = draft.profile(self.yields, self.id)
        shines = np.flatnonzero(weather > 0)
        made = draft.flow(self.block("output"), upper=np.where(weather > 0, np.inf, 0.0))
        size = draft.size(
            self.block("capacity"), self.cost, "MW", self.most, self.least, self.machine
        )
        if shines.size:
            limit = made.at(shines) <= weather[shines] * size
            draft.model.require(self.block("weather"), limit)
        draft.feed(POWER, made)
        draft.trace("green", made)
        draft.tally(GENERATED, made)
        draft.tally(AVAILABLE, float(weather.clip(0.0).sum()) * size)
        draft.backups.append(Backup(self.id, alone=weather.clip(0.0) * size))
        if self.running_cost:
            draft.energy_cost("running", self.running_cost, made)


class Photovoltaics(Renewable):
    """Panels on roofs, land or water."""

    kind: ClassVar[str] = "photovoltaics"


class WindPower(Renewable):
    """Wind turbines."""

    kind: ClassVar[str] = "wind_power"
