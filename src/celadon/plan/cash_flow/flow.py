"""Year by year: what is invested, renewed and left, and what the running of the plant saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from celadon.plan.cash_flow.measures import Return, internal_return, payback, present_value
from celadon.plan.components.component import Component
from celadon.plan.components.cost import Cost

_BLOCKS = {"cost": "capacity", "connection": "connection"}
"""The block that a field of cost speaks of, where it is not its own first word."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A capacity with its money, kCNY.

    Attributes
    ----------
    size : of the plan; ``added`` what of it does not stand already.
    investment : for what is added; ``lifetime`` in years, None where only a yearly cost is known.
    upkeep : in a year, for the whole size: of the investment, or the yearly cost that is given.
    annual : what the plan counts in a year for the whole size.
    """

    block: str
    size: float
    added: float
    investment: float
    lifetime: float | None
    upkeep: float
    annual: float


@dataclass(frozen=True, slots=True)
class Year:
    """One year, kCNY; money that comes in is above zero.

    Attributes
    ----------
    saving : by part of the running cost; ``upkeep`` is of capacities, against those of today.
    """

    year: int
    investment: float
    replacement: float
    residual: float
    upkeep: float
    saving: Mapping[str, float]

    @property
    def net(self) -> float:
        """All of it."""
        running = sum(self.saving.values()) + self.upkeep
        return self.investment + self.replacement + self.residual + running


@dataclass(frozen=True, eq=False)
class CashFlow:
    """The years of a plan against the plant as it stands."""

    rate: float
    years: tuple[Year, ...]

    @property
    def net(self) -> list[float]:
        """What comes in, less what is paid, in each year."""
        return [year.net for year in self.years]

    @property
    def present_value(self) -> float:
        """Net present value at the discount rate, kCNY."""
        return present_value(self.rate, self.net)

    @property
    def internal_return(self) -> Return:
        """The rate at which the present value is zero."""
        return internal_return(self.net)

    @property
    def simple_payback(self) -> float | None:
        """Years until the money is back."""
        return payback(self.net)

    @property
    def discounted_payback(self) -> float | None:
        """Years until the money is back with its interest."""
        return payback(self.net, self.rate)


def assets_of(
    components: Sequence[Component],
    sizes: Mapping[str, float],
    rate: float,
    standing: Mapping[str, float] | None = None,
) -> tuple[Asset, ...]:
    """The capacities of a plan with their money.

    Parameters
    ----------
    sizes : MW, MWh or t by block.
    standing : the same of the plant as it stands; it is not paid again.
    """
    found = []
    for component in components:
        for field in type(component).model_fields:
            cost = getattr(component, field)
            block = component.block(_BLOCKS.get(field, field.removesuffix("_cost")))
            if isinstance(cost, Cost) and block in sizes:
                found.append(_asset(block, cost, sizes[block], (standing or {}).get(block, 0.0),
                                    rate))  # fmt: skip
    return tuple(found)


def _asset(block: str, cost: Cost, size: float, standing: float, rate: float) -> Asset:
    added = max(0.0, size - standing)
    annual = cost.yearly(rate) * size
    if cost.investment is None:
        return Asset(block, size, added, 0.0, None, annual, annual)
    upkeep = cost.investment * cost.fixed_share * size
    return Asset(block, size, added, cost.investment * added, cost.lifetime_years, upkeep, annual)


def cash_flow(
    assets: Sequence[Asset],
    before: Sequence[Asset],
    running: Mapping[str, float],
    running_before: Mapping[str, float],
    rate: float,
    years: int | None = None,
) -> CashFlow:
    """The years of a plan: all is paid in year 0, and renewed when its life ends.

    What is left of a life when the years end is worth its share of the investment.

    Parameters
    ----------
    before : the capacities that stand; only their upkeep counts.
    running, running_before : yearly running costs by part, kCNY.
    years : how many are looked at; the longest life of what is bought if not given.
    """
    bought = [asset for asset in assets if asset.investment and asset.lifetime]
    count = years or max((round(asset.lifetime or 1) for asset in bought), default=20) or 1
    upkeep = sum(asset.upkeep for asset in before) - sum(asset.upkeep for asset in assets)
    parts = dict.fromkeys([*running_before, *running])
    saving = {part: running_before.get(part, 0.0) - running.get(part, 0.0) for part in parts}
    paid = -sum(asset.investment for asset in bought)
    made = [Year(0, paid, 0.0, 0.0, 0.0, {})]
    for year in range(1, count + 1):
        renewed = sum(asset.investment * _renewals(asset, year, count) for asset in bought)
        left = sum(_left(asset, count) for asset in bought) if year == count else 0.0
        made.append(Year(year, 0.0, -renewed, left, upkeep, saving))
    return CashFlow(rate, tuple(made))


def _renewals(asset: Asset, year: int, count: int) -> int:
    """How often a capacity is bought anew in a year: at each end of its life before the last."""
    life = asset.lifetime or float(count)
    ends = [n * life for n in range(1, int(count / life) + 1)]
    return sum(1 for end in ends if year - 1 < end <= year and end < count)


def _left(asset: Asset, count: int) -> float:
    """The share of the last investment that its life still has."""
    life = asset.lifetime or float(count)
    used = count % life or life
    return asset.investment * (1 - used / life)
