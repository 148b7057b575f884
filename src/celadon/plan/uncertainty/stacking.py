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
from celadon.numerics.lp.expression import Floats, Index
from celadon.numerics.lp.program import sparse
from celadon.plan.microgrid.design import Built
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
    writer = _Writer(shared, first.program)
    parts = [writer.part(*each) for each in programmes]
    expected = rules if risk.rules == "expected" else ()
    for part in parts:
        writer.rows(part, without=expected)
    for rule in expected:
        writer.expected_rule(rule, parts)
    writer.charge(parts, 1 - risk.weight)
    if risk.weight:
        writer.risk(parts, risk)
    writer.bound_shared(parts)
    built = Built(
        writer.program(), first.sizes, {},
        tuple((f"{part.id}: {one}", f"{part.id}: {other}")
              for part in parts for one, other in part.built.exclusives),
    )  # fmt: skip
    return Stack(built, tuple(parts), shared)


class _Writer:
    """Columns, rows and charges of the stack while it is written."""

    def __init__(self, shared: Sequence[str], first: Program) -> None:
        self.columns: dict[str, slice] = {}
        self.rows_: dict[str, slice] = {}
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.whole: list[np.ndarray] = []
        self.entries: list[tuple[Index, Index, Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.charges: dict[str, tuple[dict[int, float], list[tuple[Index, Floats]], float]] = {}
        self.width = self.height = 0
        self.shared = tuple(shared)
        for name in shared:
            self._columns_like(name, first, first.columns[name])

    def part(self, name: str, probability: float, built: Built) -> Part:
        """The columns of a scenario."""
        program = built.program
        places = np.zeros(program.matrix.shape[1], np.int64)
        for block, span in program.columns.items():
            to = self.columns[block] if block in self.shared else self._columns_like(
                f"{name}: {block}", program, span)  # fmt: skip
            places[span] = np.arange(to.start, to.stop)
        return Part(name, probability, built, places)

    def rows(self, part: Part, without: Sequence[str]) -> None:
        """The rows of a scenario, but for some."""
        program = part.built.program
        kept = np.ones(program.matrix.shape[0], bool)
        for rule in without:
            kept[program.rows[rule]] = False
        to = np.cumsum(kept) - 1 + self.height
        matrix = coo_array(program.matrix)
        rows, columns = matrix.coords
        of_kept = kept[rows]
        self.entries.append((to[rows[of_kept]], part.columns[columns[of_kept]],
                             matrix.data[of_kept]))  # fmt: skip
        for block, span in program.rows.items():
            if block not in without:
                start = int(to[span.start]) if span.stop > span.start else self.height
                self.rows_[f"{part.id}: {block}"] = slice(start, start + span.stop - span.start)
        self.low.append(program.row_lower[kept])
        self.high.append(program.row_upper[kept])
        self.height += int(kept.sum())

    def expected_rule(self, rule: str, parts: Sequence[Part]) -> None:
        """One row of a rule: what it counts as expected over the scenarios."""
        low = high = 0.0
        for part in parts:
            program = part.built.program
            at = program.rows[rule].start
            row = coo_array(csc_array(program.matrix)[[at], :])
            columns = row.coords[1]
            rows = np.full(len(columns), self.height)
            self.entries.append((rows, part.columns[columns], part.probability * row.data))
            low += part.probability * program.row_lower[at]
            high += part.probability * program.row_upper[at]
        self._row(rule, low, high)

    def charge(self, parts: Sequence[Part], weight: float) -> None:
        """The expected cost of each part of it."""
        for name in dict.fromkeys(name for part in parts for name in part.built.program.charges):
            terms, constant = [], 0.0
            for part in parts:
                if name in part.built.program.charges:
                    cost, offset = part.built.program.charges[name]
                    times = weight * part.probability
                    terms.append((part.columns, times * cost))
                    constant += times * offset
            self.charges[name] = ({}, terms, constant)

    def risk(self, parts: Sequence[Part], risk: Risk) -> None:
        """The conditional value at risk, and its rows."""
        level = self._column(VALUE_AT_RISK, -np.inf)
        costs = {level: risk.weight}
        for part in parts:
            program = part.built.program
            cost = self._column(f"{part.id}: yearly cost", -np.inf)
            beyond = self._column(f"{part.id}: cost beyond value at risk", 0.0)
            costs[beyond] = risk.weight * part.probability / (1 - risk.confidence)
            priced = np.flatnonzero(program.cost)
            here = np.full(len(priced), self.height)
            self.entries.append((here, part.columns[priced], program.cost[priced]))
            self.entries.append(_entry(self.height, [cost], [-1.0]))
            self._row(f"{part.id}: yearly cost", -program.offset, -program.offset)
            self.entries.append(_entry(self.height, [level, beyond, cost], [1.0, 1.0, -1.0]))
            self._row(f"{part.id}: beyond value at risk", 0.0, np.inf)
        self.charges[_RISK] = (costs, [], 0.0)

    def bound_shared(self, parts: Sequence[Part]) -> None:
        """What is shared keeps the bounds of every scenario."""
        self.low_, self.high_ = np.concatenate(self.lower), np.concatenate(self.upper)
        for part in parts:
            program = part.built.program
            for name in self.shared:
                own, to = program.columns[name], self.columns[name]
                self.low_[to] = np.maximum(self.low_[to], program.lower[own])
                self.high_[to] = np.minimum(self.high_[to], program.upper[own])

    def program(self) -> Program:
        """The arrays."""
        charges = {}
        for name, (single, terms, constant) in self.charges.items():
            cost = np.zeros(self.width)
            for place, value in single.items():
                cost[place] += value
            for columns, values in terms:
                np.add.at(cost, columns, values)
            charges[name] = (cost, constant)
        rows, columns, values = (np.concatenate(each) for each in zip(*self.entries, strict=True))
        return Program(
            cost=sum((cost for cost, _ in charges.values()), np.zeros(self.width)),
            offset=sum(constant for _, constant in charges.values()),
            matrix=sparse(rows, columns, values, (self.height, self.width)),
            lower=self.low_, upper=self.high_, row_lower=np.concatenate(self.low),
            row_upper=np.concatenate(self.high), whole=np.concatenate(self.whole),
            columns=self.columns, rows=self.rows_, charges=charges,
        )  # fmt: skip

    def _columns_like(self, name: str, program: Program, span: slice) -> slice:
        size = span.stop - span.start
        self.columns[name] = to = slice(self.width, self.width + size)
        self.lower.append(program.lower[span])
        self.upper.append(program.upper[span])
        self.whole.append(program.whole[span])
        self.width += size
        return to

    def _column(self, name: str, lower: float) -> int:
        self.columns[name] = slice(self.width, self.width + 1)
        self.lower.append(np.array([lower]))
        self.upper.append(np.array([np.inf]))
        self.whole.append(np.zeros(1, bool))
        self.width += 1
        return self.width - 1

    def _row(self, name: str, low: float, high: float) -> None:
        self.rows_[name] = slice(self.height, self.height + 1)
        self.low.append(np.array([low]))
        self.high.append(np.array([high]))
        self.height += 1


def _entry(row: int, columns: list[int], values: list[float]) -> tuple[Index, Index, Floats]:
    return np.full(len(columns), row), np.array(columns, np.int64), np.array(values)
