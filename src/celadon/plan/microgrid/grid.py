"""The connection to the public grid: what is bought, what is sold, and what the peaks cost."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from celadon.numerics.lp import Expression
from celadon.plan.microgrid.component import Component
from celadon.plan.microgrid.cost import PowerCost
from celadon.plan.microgrid.draft import EXPORTED, IMPORTED, POWER, Draft
from celadon.plan.microgrid.quantities import (
    CarbonSeries,
    PerPower,
    Power,
    PowerSeries,
    PriceSeries,
    Share,
)


class Grid(Component):
    """Import and export with prices by the hour; formulation, rows ``demand`` and ``power``.

    Parameters
    ----------
    price, export_price : CNY/kWh paid and earned.
    demand_price : CNY/kW of the highest power drawn in each billing month.
    emission_factor : t of carbon dioxide per MWh drawn.
    import_at_most, export_at_most : MW, technical limits.
    connection : yearly cost of a connection whose capacity is chosen; it binds both directions.
    connection_at_most : MW, the largest connection to be had.
    peak_so_far : MW already metered in each month; that part of the peak is spent.
    peak_ratio : how far a peak of the billing window lies above that of a step; hourly means hide
        peaks of quarter hours.
    """

    kind: ClassVar[str] = "grid"
    price: PriceSeries
    export_price: PriceSeries = 0.0
    demand_price: PerPower = Field(0.0, ge=0)
    emission_factor: CarbonSeries = 0.0
    import_at_most: PowerSeries | None = None
    export_at_most: PowerSeries | None = None
    connection: PowerCost | None = None
    connection_at_most: Power | None = Field(None, ge=0)
    peak_so_far: tuple[Power, ...] = Field((), max_length=12)
    peak_ratio: Share = Field(1.0, ge=1)

    def add(self, draft: Draft) -> None:
        """Import, export, monthly peaks, and the connection where it is a decision."""
        bought, sold = draft.flow(self.block("import")), draft.flow(self.block("export"))
        draft.feed(POWER, bought)
        draft.draw(POWER, sold)
        draft.energy_cost("power bought", draft.profile(self.price, self.id), bought)
        draft.energy_cost("power sold", -draft.profile(self.export_price, self.id), sold)
        draft.tally(IMPORTED, bought)
        draft.tally(EXPORTED, sold)
        draft.emit(draft.profile(self.emission_factor, self.id), bought)
        draft.exclusive(self.block("import"), self.block("export"))
        self._peaks(draft, bought)
        self._limits(draft, bought, sold)

    def _peaks(self, draft: Draft, bought: Expression) -> None:
        """The highest power of each billing month, one variable a month."""
        if not self.demand_price:
            return
        months = len(draft.horizon.months)
        floor = np.zeros(months)
        floor[: len(self.peak_so_far)] = self.peak_so_far[:months]
        peak = draft.model.variables(self.block("peak"), months, lower=floor)
        drawn = bought if self.peak_ratio == 1 else self.peak_ratio * bought
        draft.model.require(self.block("demand"), drawn <= peak.at(draft.horizon.month))
        draft.cost("demand", self.demand_price * (peak - floor))

    def _limits(self, draft: Draft, bought: Expression, sold: Expression) -> None:
        model = draft.model
        if self.import_at_most is not None:
            most = draft.profile(self.import_at_most, self.id)
            model.require(self.block("import limit"), bought <= most)
        if self.export_at_most is not None:
            most = draft.profile(self.export_at_most, self.id)
            model.require(self.block("export limit"), sold <= most)
        if self.connection is not None:
            size = draft.size(
                self.block("connection"), self.connection, "MW", self.connection_at_most
            )
            model.require(self.block("import by connection"), bought <= size)
            model.require(self.block("export by connection"), sold <= size)
