"""What burns: bought gas with a price and a factor, or a by-product gas of the works itself."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from celadon.numerics.lp import Expression
from celadon.plan.components.draft import Draft
from celadon.plan.components.quantities import FINITE, CarbonSeries, PriceSeries
from celadon.records.declaring import Declaration


class Fuel(Declaration):
    """A fuel as a burner sees it.

    Parameters
    ----------
    price : CNY/kWh of net calorific value.
    emission_factor : t of carbon dioxide per MWh of net calorific value.
    carrier : of the reference table ``carriers``, whose factor holds in place of a typed one.
    gas : id of a by-product gas that is burnt instead; it has no price and its carbon is counted
        where the gas arises.
    """

    model_config = FINITE

    price: PriceSeries = 0.0
    emission_factor: CarbonSeries = 0.0
    carrier: str = Field("", description="a carrier, whose factor is taken from the tables")
    gas: str = Field("", description="id of a by-product gas")

    @model_validator(mode="after")
    def _one_factor(self) -> Self:
        if self.carrier and "emission_factor" in self.model_fields_set:
            raise ValueError("either emission_factor or carrier is given, and not both")
        if self.carrier and self.gas:
            raise ValueError("a by-product gas has its carbon where it arises: leave carrier out")
        return self

    def burn(self, draft: Draft, who: str, flow: Expression) -> None:
        """Take a flow of fuel, in MW of net calorific value."""
        if self.gas:
            draft.burners[self.gas] = who
            draft.draw(self.gas, flow)
            return
        draft.energy_cost("fuel", draft.profile(self.price, who), flow)
        draft.emit(draft.profile(self.emission_factor, who), flow)
