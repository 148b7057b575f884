"""What burns: bought gas with a price and a factor, or a by-product gas of the works itself."""

from __future__ import annotations

from pydantic import Field

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
    gas : id of a by-product gas that is burnt instead; it has no price and its carbon is counted
        where the gas arises.
    """

    model_config = FINITE

    price: PriceSeries = 0.0
    emission_factor: CarbonSeries = 0.0
    gas: str = Field("", description="id of a by-product gas")

    def burn(self, draft: Draft, who: str, flow: Expression) -> None:
        """Take a flow of fuel, in MW of net calorific value."""
        if self.gas:
            draft.burners[self.gas] = who
            draft.draw(self.gas, flow)
            return
        draft.energy_cost("fuel", draft.profile(self.price, who), flow)
        draft.emit(draft.profile(self.emission_factor, who), flow)
