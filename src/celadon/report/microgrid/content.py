"""All that the report of a design shows, worked out before any of it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from celadon.numerics.lp.expression import Floats
from celadon.plan.cash_flow import Asset, CashFlow
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.declaration import DesignFile
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.money import parts_in_fen
from celadon.plan.microgrid.plan import Plan
from celadon.records.finding import Finding
from celadon.report.microgrid.billing import BillLine, year_bill
from celadon.report.microgrid.carbon import CarbonLine
from celadon.report.microgrid.energies import Energies, energies_of


@dataclass(frozen=True, eq=False)
class State:
    """A plant in a year: its capacities and flows, and what follows from them.

    Parameters
    ----------
    sizes : MW, MWh or t by block.
    flows : MW in each step by block.
    """

    design: Design
    sizes: Mapping[str, float]
    flows: Mapping[str, Floats]

    @cached_property
    def energies(self) -> Energies:
        """Who brought what to which bus."""
        return energies_of(self.design, self.sizes, self.flows)

    @cached_property
    def bill(self) -> list[BillLine]:
        """What the grid bills, line by line."""
        return [
            line
            for grid in self.design.components
            if isinstance(grid, Grid)
            for line in year_bill(self.design, grid, self.sizes, self.flows)
        ]

    @property
    def running(self) -> dict[str, float]:
        """Yearly running costs by part, kCNY: all that is no capacity."""
        costs = self.energies.ran.costs
        return {part: cost for part, cost in costs.items() if part not in self.sizes}


@dataclass(frozen=True, eq=False)
class DesignReport:
    """The content of a report.

    Parameters
    ----------
    planned, before : the plan, and the plant as it stands; None where that cannot be known.
    assets : capacities with their money; ``money`` the years, None without a before.
    inputs : digest of each file that the design was read from.
    """

    declared: DesignFile
    plan: Plan
    planned: State
    before: State | None
    assets: tuple[Asset, ...]
    money: CashFlow | None
    carbon: tuple[CarbonLine, ...]
    findings: tuple[Finding, ...]
    inputs: Mapping[str, str]

    @property
    def costs(self) -> Mapping[str, int]:
        """The parts of the yearly cost as records, in fen."""
        return parts_in_fen(self.plan.costs)

    @property
    def cost(self) -> int:
        """The yearly cost as a record, in fen."""
        return sum(self.costs.values())

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each capacity."""
        return {size.block: size.unit for size in self.plan.built.sizes}
