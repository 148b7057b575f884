"""A proved plan: capacities, flows, costs, shares, and the price of every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.draft import AVAILABLE, CONSUMED, EXPORTED, GENERATED, SELF_USED
from celadon.plan.components.origin import ENGINES
from celadon.plan.microgrid.design import Built, Design
from celadon.plan.microgrid.origin import OriginAccount, origin_account
from celadon.plan.microgrid.proved import Proved
from celadon.plan.microgrid.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleKept:
    """How a plan stands to a rule.

    Attributes
    ----------
    share : what it comes to: of one, or t of carbon dioxide; None where its denominator is zero.
    price : kCNY a year by MWh (or t) that the rule asks for, as the rate at its limit; zero where
        it costs nothing.
    point : the same by point of the share (or t).
    """

    rule: Rule
    share: float | None
    price: float
    point: float

    @property
    def is_binding(self) -> bool:
        """Whether the rule shapes the plan."""
        return self.point > _COSTS_NOTHING


_COSTS_NOTHING = 1e-6
"""kCNY a point."""


@dataclass(frozen=True, eq=False)
class Plan(Proved):
    """The cheapest system that keeps the rules, with its proof; its objective is a year's cost."""

    design: Design
    built: Built

    @cached_property
    def costs(self) -> Mapping[str, float]:
        """The parts of the yearly cost, kCNY; together they are the objective."""
        return self.solution.charges()

    @cached_property
    def sizes(self) -> Mapping[str, float]:
        """The capacities by block, in MW, MWh or t."""
        return {size.block: self.value(size.block) for size in self.built.sizes}

    @cached_property
    def flows(self) -> Mapping[str, Floats]:
        """Every block with one value a step: MW, and MWh or t for contents."""
        count = self.design.horizon.count
        return {
            name: self.solution.value(name)
            for name, span in self.built.program.columns.items()
            if span.stop - span.start == count
        }

    @cached_property
    def together(self) -> Mapping[tuple[str, str], int]:
        """Steps in which two flows that exclude each other run at once, by pair."""
        steps = {
            (one, other): int(at_once(self.flows[one], self.flows[other]).sum())
            for one, other in self.built.exclusives
        }
        return {pair: count for pair, count in steps.items() if count}

    @cached_property
    def peaks(self) -> Mapping[str, Floats]:
        """The highest power of each billing month, MW, by connection."""
        names = [name for name in self.built.program.columns if name.endswith(".peak")]
        return {name: self.solution.value(name) for name in names}

    def value(self, block: str) -> float:
        """The one number of a block; what lies below nothing by rounding is nothing."""
        return max(0.0, float(self.solution.value(block)[0]))

    def total(self, name: str) -> float:
        """A yearly sum, MWh or t.

        Green power used is not below nothing: what is exported beyond the green is of engines.
        """
        if name == SELF_USED and name not in self.built.tallies:
            return max(0.0, self.total(GENERATED) - self.total(EXPORTED))
        if name not in self.built.tallies:
            return 0.0
        coefficients, offset = self.built.tallies[name]
        return float(coefficients @ self.solution.values) + offset

    def share(self, what: str, denominator: str) -> float | None:
        """One yearly sum by another; None where there is nothing to share."""
        whole = self.total(denominator)
        return self.total(what) / whole if whole > _NOTHING else None

    @cached_property
    def shares(self) -> Mapping[str, float | None]:
        """The shares that rules speak of, each by its denominator."""
        return {
            "local_use_of_available": self.share(SELF_USED, AVAILABLE),
            "local_use_of_generated": self.share(SELF_USED, GENERATED),
            "green_share_of_consumed": self.share(SELF_USED, CONSUMED),
            "export_share_of_available": self.share(EXPORTED, AVAILABLE),
            "export_share_of_generated": self.share(EXPORTED, GENERATED),
        }

    @cached_property
    def origin(self) -> OriginAccount:
        """How the origin of stored power was told, and the year by origin."""
        return origin_account(self.design, self.flows, self.total(ENGINES))

    @cached_property
    def rules(self) -> tuple[RuleKept, ...]:
        """The compliance sheet: every rule, what the plan comes to, and what it costs."""
        return tuple(self._kept(rule) for rule in self.design.rules)

    def _kept(self, rule: Rule) -> RuleKept:
        row = float(self.solution.price(rule.name)[0])
        price = max(0.0, row if rule.measure.at_least else -row)
        if rule.denominator == "none":
            return RuleKept(rule, self.total(rule.measure.counted), price, price)
        share = self.share(rule.measure.counted, rule.denominator)
        return RuleKept(rule, share, price, price * self.total(rule.denominator) / 100)

    @cached_property
    def limit_prices(self) -> Mapping[str, float]:
        """What a limited capacity would save by unit and year if its limit were raised, kCNY.

        The rate at the limit, of those that bind; the whole of a unit saves less. Capacities of
        whole machines have none: see :attr:`without_limit_price`.
        """
        prices = {
            block: -float(self.solution.reduced_cost(block)[0])
            for block in self._at_limit
            if block not in self.without_limit_price
        }
        return {block: price for block, price in prices.items() if price > _COSTS_NOTHING}

    @cached_property
    def without_limit_price(self) -> frozenset[str]:
        """Capacities at their limit whose machines are bought or switched whole.

        What is whole is held where it was found, and a price then says what breaking that would
        cost, not what a larger capacity would save.
        """
        program = self.built.program
        touched = program.matrix.tocsr()[:, program.whole].indptr
        speaks_of_whole = np.diff(touched) > 0
        stepped = {size.block for size in self.built.sizes if size.step}
        return frozenset(
            block
            for block in self._at_limit
            if block in stepped
            or speaks_of_whole[program.matrix[:, program.columns[block]].indices].any()
        )

    @cached_property
    def _at_limit(self) -> tuple[str, ...]:
        return tuple(
            size.block
            for size in self.built.sizes
            if np.isfinite(size.most) and self.value(size.block) >= size.most * (1 - 1e-6)
        )


def at_once(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """The steps in which two flows, MW, run at once by more than rounding.

    Examples
    --------
    >>> at_once(np.array([1.0, 1.0]), np.array([0.5, 1e-9])).tolist()
    [True, False]
    """
    return np.minimum(one, other) > _TOGETHER


_TOGETHER = 1e-4
"""MW."""

_NOTHING = 1e-6
"""MWh of a year that count as none."""
