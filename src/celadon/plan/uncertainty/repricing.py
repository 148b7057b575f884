"""A system that is bought, under other prices, loads and weather: the year run anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celadon.numerics.lp import Program, solve
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.solving import chosen
from celadon.plan.microgrid.apart import held_apart
from celadon.plan.microgrid.design import Built, Design, build
from celadon.plan.microgrid.fixed import dispatch_fixed, fixed
from celadon.plan.uncertainty.brackets import Cut, bracketed
from celadon.plan.uncertainty.parameters import scaled

WIDTH = 2e-4
"""How wide the bracket of a yearly cost may be, of the cost; half of it is the error either way."""

_SAME = 1e-9
_PROVED = 1e-6
_FEW = 8


@dataclass(frozen=True, eq=False)
class Bought:
    """A design with the capacities that it was bought with.

    Attributes
    ----------
    sizes : MW, MWh or t by block; contracts that are declared too.
    """

    design: Design
    sizes: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Repriced:
    """The yearly cost of a bought system in each draw, kCNY.

    Attributes
    ----------
    low, high : bounds that are proved; they are one where a draw was solved for itself. Both are
        infinite in a draw that the system cannot serve.
    solved : how many years were solved.
    """

    low: Floats
    high: Floats
    solved: int

    @property
    def costs(self) -> Floats:
        """The middle of the bounds."""
        served = np.isfinite(self.high)
        middle: Floats = np.where(served, (self.low + self.high) / 2, np.inf)
        return middle

    @property
    def served(self) -> NDArray[np.bool_]:
        """Whether the system can serve each draw."""
        return np.isfinite(self.high)


def reprice(bought: Bought, what: Sequence[str], times: Floats) -> Repriced:
    """The yearly cost of a bought system under multipliers, one row a draw.

    Where multipliers change prices only, few years are solved and the rest proved to lie within
    :data:`WIDTH` of them; where they change loads, weather or machines every draw is solved.

    Parameters
    ----------
    what : names of parameters; one column of ``times`` each.

    Raises
    ------
    DeclarationError
        If there is no such parameter.
    """
    prices = _Prices.of(bought, what, times)
    if prices is not None:
        found = bracketed(times, prices.solve_at, WIDTH)
        if found is not None:
            return Repriced(found.low, found.high, found.solved)
    return _one_by_one(bought, what, times)


def changed(design: Design, what: Sequence[str], times: Floats) -> Design:
    """The design with its parameters multiplied."""
    for name, each in zip(what, times.tolist(), strict=True):
        design = scaled(design, name, each)
    return design


def _one_by_one(bought: Bought, what: Sequence[str], times: Floats) -> Repriced:
    costs, bounds = [], []
    for row in times:
        design = changed(bought.design, what, row)
        found = dispatch_fixed(build(design), bought.sizes, horizon=design.horizon)
        is_proved = found.status == "optimal"
        costs.append(found.objective if is_proved else np.inf)
        bounds.append(found.bound if is_proved else np.inf)
    low, high = np.array(bounds), np.array(costs)
    served = np.where(np.isfinite(high), high, 0.0)
    near = low >= served - _PROVED * np.maximum(1.0, np.abs(served))
    return Repriced(np.where(near, high, low), high, len(times))


@dataclass(frozen=True, eq=False)
class _Prices:
    """A programme whose costs alone depend on the multipliers, and linearly so.

    Attributes
    ----------
    cost, offset : at multipliers of one; ``slopes``, ``offsets`` how they grow with each.
    """

    built: Built
    program: Program
    cost: Floats
    offset: float
    slopes: Floats
    offsets: Floats

    @classmethod
    def of(cls, bought: Bought, what: Sequence[str], times: Floats) -> _Prices | None:
        """None where a multiplier changes more than costs, or costs not linearly."""
        if len(times) < _FEW:
            return None
        built = build(bought.design)
        held = fixed(built, bought.sizes).program
        if held.has_whole:
            return None
        slopes, offsets = [], []
        for name, column in zip(what, times.T, strict=True):
            far = float(column[np.abs(column - 1).argmax()])
            step = far - 1 or 1.0  # of what is not uncertain at all nothing is known, nor needed
            other = build(scaled(bought.design, name, far)).program
            if not _same_but_costs(built.program, other):
                return None
            slopes.append((other.cost - held.cost) / step)
            offsets.append((other.offset - held.offset) / step)
        prices = cls(built, held, held.cost, held.offset, np.array(slopes), np.array(offsets))
        for row in times[:2]:  # two parameters that multiply each other show here
            program = build(changed(bought.design, what, row)).program
            cost, offset = prices.at(row)
            size = max(1.0, float(np.abs(program.cost).max()))
            if np.abs(cost - program.cost).max() > _SAME * size:
                return None
            if abs(offset - program.offset) > _SAME * max(1.0, abs(offset)):
                return None
        return prices

    def at(self, times: Floats) -> tuple[Floats, float]:
        """Costs of the columns and the constant at some multipliers."""
        return (self.cost + (times - 1) @ self.slopes,
                self.offset + float((times - 1) @ self.offsets))  # fmt: skip

    def solve_at(self, times: Floats) -> Cut | None:
        """The least cost at some multipliers; None where it is not proved.

        Flows that no machine has at once are kept apart; the bound is that of before, which holds
        for both.
        """
        cost, offset = self.at(times)
        program = self.program.with_(cost=cost, offset=offset, charges={})
        quickest = chosen(program)[0]
        found = solve(program, quickest)
        if found.status != "optimal":
            found = solve(program)
        if found.status != "optimal":
            return None
        apart, _ = held_apart(program, found, self.built.exclusives, quickest)
        return found.bound, apart.objective, self.slopes @ apart.values + self.offsets


def _same_but_costs(one: Program, other: Program) -> bool:
    if one.matrix.shape != other.matrix.shape or one.matrix.nnz != other.matrix.nnz:
        return False
    return (
        np.array_equal(one.matrix.indices, other.matrix.indices)
        and np.array_equal(one.matrix.data, other.matrix.data)
        and np.array_equal(one.lower, other.lower)
        and np.array_equal(one.upper, other.upper)
        and np.array_equal(one.row_lower, other.row_lower)
        and np.array_equal(one.row_upper, other.row_upper)
    )
