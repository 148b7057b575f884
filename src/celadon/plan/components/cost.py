"""What a capacity costs in a year: its investment spread over its life, and its upkeep."""

from __future__ import annotations

import math
from typing import Self

from pydantic import Field, model_validator

from celadon.plan.components.quantities import FINITE, PerEnergy, PerMass, PerPower, Share
from celadon.records.declaring import Declaration


def annuity(rate: float, years: float) -> float:
    """The share of an investment that is paid each year, interest included.

    ``rate / (1 - (1 + rate) ** -years)``; without interest ``1 / years``.

    Parameters
    ----------
    rate : real discount rate, of one.
    years : economic life.

    Examples
    --------
    >>> round(annuity(0.07, 25), 6), annuity(0, 20)
    (0.085811, 0.05)
    """
    if rate == 0:
        return 1 / years
    return rate / -math.expm1(-years * math.log1p(rate))


SHORTEST_LIFE, LONGEST_LIFE = 0.1, 100.0
"""Years that an investment may be spread over: nothing is bought anew each month, and after 100
years an annuity at 7 % is the interest alone within 0.2 %."""


class Cost(Declaration):
    """A yearly cost given whole, or made of an investment, a life and upkeep.

    Parameters
    ----------
    annual : the yearly cost itself, a_k of the formulation.
    investment : paid once.
    lifetime_years : economic life of the investment, 0.1 to 100.
    fixed_share : upkeep in a year, of the investment; no more than the whole of it.
    """

    model_config = FINITE

    annual: float | None = Field(None, ge=0)
    investment: float | None = Field(None, ge=0)
    lifetime_years: float | None = Field(None, ge=SHORTEST_LIFE, le=LONGEST_LIFE)
    fixed_share: Share = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.annual is None) == (self.investment is None):
            raise ValueError("either annual or investment is given, and not both")
        if self.investment is not None and self.lifetime_years is None:
            raise ValueError("an investment needs lifetime_years")
        return self

    def yearly(self, rate: float) -> float:
        """The cost of a unit in a year, at a discount rate.

        Examples
        --------
        >>> PowerCost(investment=2000, lifetime_years=20, fixed_share=0.5).yearly(0)
        1100.0
        """
        if self.annual is not None:
            return self.annual
        assert self.investment is not None  # noqa: S101  the validator holds it
        assert self.lifetime_years is not None  # noqa: S101
        return self.investment * (annuity(rate, self.lifetime_years) + self.fixed_share)


class PowerCost(Cost):
    """The cost of a unit of power, in CNY/kW."""

    annual: PerPower | None = Field(None, ge=0)
    investment: PerPower | None = Field(None, ge=0)


class EnergyCost(Cost):
    """The cost of a unit of stored energy, in CNY/kWh."""

    annual: PerEnergy | None = Field(None, ge=0)
    investment: PerEnergy | None = Field(None, ge=0)


class MassCost(Cost):
    """The cost of a unit of stored hydrogen, in CNY/kg."""

    annual: PerMass | None = Field(None, ge=0)
    investment: PerMass | None = Field(None, ge=0)
