"""A microgrid to be designed: its steps, its series, its components, its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from celadon.accounts.bill import Tariff
from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index, Requirement
from celadon.plan.components.component import Component
from celadon.plan.components.draft import Draft, Size
from celadon.plan.components.heat_level import levels_of, twin_levels
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.levels import Levels
from celadon.plan.components.origin import hold_origin
from celadon.plan.components.tariff_terms import TariffTerms
from celadon.plan.microgrid.factors import Factor
from celadon.plan.microgrid.rules import Rule

Pair = tuple[str, str]
"""Two blocks, such as what a battery charges and what it discharges."""


@dataclass(frozen=True, eq=False)
class Design:
    """Everything that a plan follows from.

    Parameters
    ----------
    series : profiles by name: MW, CNY/kWh, ratios or degrees Celsius, one value a step.
    rate : discount rate of investments, of one.
    carbon_price : kCNY per t of carbon dioxide.
    tariffs : of the bill, by the name that a connection gives.
    terms : by connection, what its tariffs come to on these steps, where the steps are a part of
        a year; worked out from the tariffs where not given.
    factors : those taken from the reference tables, by component; they stand in its fields too.
    """

    horizon: Horizon
    series: Mapping[str, Floats]
    components: Sequence[Component]
    rules: Sequence[Rule] = ()
    rate: float = 0.0
    carbon_price: float = 0.0
    tariffs: Mapping[str, Tariff] = field(default_factory=dict)
    terms: Mapping[str, TariffTerms] = field(default_factory=dict)
    factors: Mapping[str, Factor] = field(default_factory=dict)

    def values(self, given: float | str) -> Floats | None:
        """A number or a series of it, one value a step; None of a series that is not there."""
        if isinstance(given, str):
            return self.series.get(given)
        return np.full(self.horizon.count, float(given))


@dataclass(frozen=True, eq=False)
class Built:
    """A design as a programme, with what reads its answer.

    Attributes
    ----------
    sizes : the capacities that are chosen.
    tallies : the yearly sums, each as coefficients of the columns and a constant.
    exclusives : pairs of blocks of which no machine has both at once.
    hulls : by pair, rows for each step that hold wherever only one of them runs; see
        :mod:`celadon.plan.microgrid.apart`.
    hours : length of a step.
    """

    program: Program
    sizes: tuple[Size, ...]
    tallies: Mapping[str, tuple[Floats, float]]
    exclusives: tuple[Pair, ...] = field(default=())
    hulls: Mapping[Pair, tuple[Requirement, ...]] = field(default_factory=dict)
    hours: float = 1.0

    def opposed_in(self, layer: str, columns: Index) -> dict[Pair, tuple[Requirement, ...]]:
        """The pairs that exclude each other under the names of a stack, with the rows of each.

        Parameters
        ----------
        layer : the name of this programme in the stack.
        columns : the place in the stack of each of its columns.
        """
        return {
            (f"{layer}: {one}", f"{layer}: {other}"): tuple(
                row.on(columns) for row in self.hulls.get((one, other), ())
            )
            for one, other in self.exclusives
        }


def build(design: Design) -> Built:
    """The programme of a design: every component in turn, then the rules, then the balances.

    Raises
    ------
    DeclarationError
        If two components have one id, or one names a series, gas or bus that is not there.
    """
    _refuse_twins(design.components)
    draft = Draft(
        design.horizon, design.series, design.rate, design.carbon_price, design.tariffs,
        _levels(design.components), terms=design.terms,
    )  # fmt: skip
    for component in design.components:
        component.add(draft)
    for component in design.components:
        component.finish(draft)
    hold_origin(draft)
    for rule in design.rules:
        rule.add(draft)
    draft.close()
    tallies = {name: draft.model.coefficients(total) for name, total in draft.tallies.items()}
    return Built(
        draft.model.program(), tuple(draft.sizes), tallies, tuple(draft.exclusives), draft.hulls,
        design.horizon.hours,
    )  # fmt: skip


def is_in_wholes(built: Built) -> bool:
    """Whether machines, jobs or calls of it are whole."""
    return built.program.has_whole or any(size.step for size in built.sizes)


def _levels(components: Sequence[Component]) -> Levels:
    """The heat levels of a site; every machine that names a wrong one, or none, is told."""
    levels = levels_of(components)
    faults = twin_levels(levels)
    for component in components:
        faults += component.misplaced(levels)
    if faults:
        raise DeclarationError(f"{len(faults)} fault(s) in the heat levels", faults)
    return levels


def _refuse_twins(components: Sequence[Component]) -> None:
    ids = [component.id for component in components]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        rule = "each component has an id of its own"
        faults = [Fault((each,), "two components", rule, "give one of them another id")
                  for each in twice]  # fmt: skip
        raise DeclarationError("Two components have the same id", faults)
