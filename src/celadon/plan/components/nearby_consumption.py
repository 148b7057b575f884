"""The price of nearby consumption: the fee of a connection by its capacity, not by its energy.

发改价格〔2025〕1192号, in force from October 2025, charges transmission and distribution of nearby
consumption of new energy by connected capacity, with the mean load factor of comparable users of
the place, and charges no system-standby fee. The formula is held by memory (letter D) and is to be
checked in the text:

    monthly fee = (capacity price + energy price of the two-part tariff x load factor x 730 h)
                  x connected capacity
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from celadon.plan.components.quantities import FINITE, PerEnergy, PerPower, Share
from celadon.records.declaring import Declaration

FEE: Final = "nearby consumption"
"""The part of the yearly cost that the fee is."""

CLAUSE: Final = "发改价格〔2025〕1192号"
"""Where the fee stands."""

LETTER: Final = "D"
"""Confidence of the formula: not confirmed; no figure of it is held, all are the user's."""

MONTH_HOURS: Final = 730
"""Hours of a month in the formula, in every month."""


class NearbyConsumption(Declaration):
    """The figures of the fee; those of the grid that the site is connected to.

    Parameters
    ----------
    capacity_price : CNY/kW (or CNY/kVA) of connected capacity, a month.
    energy_price : CNY/kWh, the energy part of the two-part transmission price.
    load_factor : mean of comparable industrial users of the place, of one.
    """

    model_config = FINITE

    capacity_price: PerPower = Field(ge=0)
    energy_price: PerEnergy = Field(ge=0)
    load_factor: Share = Field(gt=0, le=1)

    @property
    def monthly(self) -> float:
        """CNY/kW of connected capacity in a month, the same as kCNY/MW.

        Examples
        --------
        >>> fee = NearbyConsumption(capacity_price=30.0, energy_price=0.1, load_factor=0.5)
        >>> fee.monthly  # 30 + 0.1 x 0.5 x 730
        66.5
        """
        return self.capacity_price + self.energy_price * self.load_factor * MONTH_HOURS
