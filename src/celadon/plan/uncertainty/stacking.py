"""The programmes of all scenarios in one: capacities shared, flows of each, and the risk.

The matrix is an arrow: one block a scenario along the diagonal, and at its side the few columns
that all share. The rows of Rockafellar and Uryasev (2000) stand below where risk has a weight: for
each scenario s its cost c_s is a column, ``excess_s >= c_s - value at risk``, and the conditional
value at risk is ``value at risk + sum_s p_s excess_s / (1 - confidence)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index, Requirement
from celadon.numerics.lp.stacking import (
    Layer,
    NewColumns,
    NewRows,
    bordered,
    places,
    without_rows,
)
from celadon.numerics.lp.stacking import stacked as stack_layers
from celadon.plan.microgrid.design import Built, Pair
from celadon.plan.uncertainty.declaration import Risk

VALUE_AT_RISK = "value at risk"
"""The column that holds it."""

_CONTRACT = ".contract"
_RISK = "risk"


@dataclass(frozen=True, eq=False)
class Part:
    """A scenario in the stack.

    Attributes
    ----------
    columns : the place in the stack of each column of its own programme.
    """

    id: str
    probability: float
    built: Built
    columns: Index

    def values(self, values: Floats) -> Floats:
        """The values of its own columns, from those of the stack."""
        own: Floats = values[self.columns]
        return own

    def cost(self, values: Floats) -> float:
        """Its yearly cost, kCNY, capacities included."""
        program = self.built.program
        return float(program.cost @ self.values(values)) + program.offset


@dataclass(frozen=True, eq=False)
class Stack:
    """The stacked programme as a design's, its scenarios, and the blocks that they share."""

    built: Built
    parts: tuple[Part, ...]
    shared: tuple[str, ...]


def shared_blocks(built: Built, risk: Risk) -> tuple[str, ...]:
    """What is decided before the scenario is known: capacities, and contracts as declared."""
    sizes = [size.block for size in built.sizes]
    if risk.contracts == "shared":
        sizes += [name for name in built.program.columns if name.endswith(_CONTRACT)]
    return tuple(sizes)


def stacked(
    programmes: Sequence[tuple[str, float, Built]], risk: Risk, rules: Sequence[str]
) -> Stack:
    """One programme of all scenarios.

    Parameters
    ----------
    programmes : id, probability and built design of each scenario.
    rules : names of the rules, whose rows are added up where they are kept as expected.
    """
    first = programmes[0][2]
    shared = shared_blocks(first, risk)
    expected = list(rules) if risk.rules == "expected" else []
    layers = [
        Layer(name, (1 - risk.weight) * probability, without_rows(each.program, expected))
        for name, probability, each in programmes
    ]
    program = stack_layers(layers, shared)
    parts = tuple(
        Part(*each, places(program.columns, layer))
        for each, layer in zip(programmes, layers, strict=True)
    )
    program = _by_charge(program, layers)
    program = bordered(program, (), [_expected_rule(rule, parts) for rule in expected])
    if risk.weight:
        program = _with_risk(program, parts, risk)
    opposed: dict[Pair, tuple[Requirement, ...]] = {}
    for part in parts:
        opposed |= part.built.opposed_in(part.id, part.columns)
    built = Built(program, first.sizes, {}, tuple(opposed), opposed, first.hours)
    return Stack(built, parts, shared)


def _by_charge(program: Program, layers: Sequence[Layer]) -> Program:
    """The programme whose parts of the cost are those expected over all scenarios."""
    charges: dict[str, tuple[Floats, float]] = {}
    for layer in layers:
        for name in layer.program.charges:
            cost, constant = program.charges[layer.block(name)]
            before, offset = charges.get(name, (np.zeros(len(cost)), 0.0))
            charges[name] = before + cost, offset + constant
    return program.with_(charges=charges)


def _expected_rule(rule: str, parts: Sequence[Part]) -> NewRows:
    """One row of a rule: what it counts as expected over the scenarios."""
    columns, values = [], []
    low = high = 0.0
    for part in parts:
        program = part.built.program
        at = program.rows[rule].start
        row = coo_array(csc_array(program.matrix)[[at], :])
        columns.append(part.columns[row.coords[1]])
        values.append(part.probability * row.data)
        low += part.probability * float(program.row_lower[at])
        high += part.probability * float(program.row_upper[at])
    at_columns = np.concatenate(columns)
    return NewRows(rule, np.zeros(len(at_columns), np.int64), at_columns, np.concatenate(values),
                   np.array([low]), np.array([high]))  # fmt: skip


def _with_risk(program: Program, parts: Sequence[Part], risk: Risk) -> Program:
    """The conditional value at risk, and its rows."""
    free, end = np.array([-np.inf]), np.array([np.inf])
    level = program.matrix.shape[1]
    columns = [NewColumns(VALUE_AT_RISK, free, end, {_RISK: np.array([risk.weight])})]
    rows = []
    for number, part in enumerate(parts):
        own = part.built.program
        cost, beyond = level + 1 + 2 * number, level + 2 + 2 * number
        weight = risk.weight * part.probability / (1 - risk.confidence)
        columns += [
            NewColumns(f"{part.id}: yearly cost", free, end),
            NewColumns(f"{part.id}: cost beyond value at risk", np.zeros(1), end,
                       {_RISK: np.array([weight])}),
        ]  # fmt: skip
        priced = np.flatnonzero(own.cost)
        paid = np.array([-own.offset])
        rows += [
            NewRows(f"{part.id}: yearly cost", np.zeros(len(priced) + 1, np.int64),
                    np.append(part.columns[priced], cost), np.append(own.cost[priced], -1.0),
                    paid, paid),
            NewRows(f"{part.id}: beyond value at risk", np.zeros(3, np.int64),
                    np.array([level, beyond, cost]), np.array([1.0, 1.0, -1.0]),
                    np.zeros(1), end),
        ]  # fmt: skip
    return bordered(program, columns, rows)
