"""Interior-point solvers that keep a dense border cheap: PIQP and Clarabel, both optional.

Columns that are fixed have no interior: they are taken out before, and put back after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, identity, vstack

from celadon.numerics.lp.answer import Answer, no_values
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.solution import Status

_STEPS = 400
_STACKED = 400_000
"""Unknowns and rows above which several years are stacked: one year of hours has half as many."""

_ASIDE = 11.0
"""Times the root of the size: a column with so many terms is set aside; the order does so at 10."""

_DENSE = 3000
"""Terms of a column that ought to be set aside: more than a month has quarter hours, whose peak is
taken as sparse with profit, and fewer than a year has hours of daylight."""

_PIQP: dict[str, Status] = {
    "PIQP_SOLVED": "optimal",
    "PIQP_MAX_ITER_REACHED": "limit",
    "PIQP_PRIMAL_INFEASIBLE": "infeasible",
    "PIQP_DUAL_INFEASIBLE": "unbounded",
}
_CLARABEL: dict[str, Status] = {
    "Solved": "optimal",
    "AlmostSolved": "optimal",
    "MaxIterations": "limit",
    "PrimalInfeasible": "infeasible",
    "AlmostPrimalInfeasible": "infeasible",
    "DualInfeasible": "unbounded",
    "AlmostDualInfeasible": "unbounded",
}


def is_installed(method: str) -> bool:
    """Whether the solver of that name can be imported."""
    return find_spec(method) is not None


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A programme without its fixed columns, its rows sorted into equal and bounded ones."""

    program: Program
    free: NDArray[np.int64]
    fixed: Floats
    cost: Floats
    equal: NDArray[np.int64]
    bounded: NDArray[np.int64]
    matrix: Any
    row_lower: Floats
    row_upper: Floats

    def answer(
        self, claim: Status, said: str, steps: int, x: Floats, equal: Floats, bounded: Floats
    ) -> Answer:
        """The answer for the whole programme, its values held within their bounds."""
        values = self.fixed.copy()
        values[self.free] = np.clip(x, self.program.lower[self.free], self.program.upper[self.free])
        prices = np.zeros(self.program.matrix.shape[0])
        prices[self.equal], prices[self.bounded] = equal, bounded
        return Answer(claim, said, values, prices, steps)


def solve_piqp(program: Program, tolerance: float) -> Answer:
    """What PIQP finds: a proximal interior-point method on a quasi-definite factorisation."""
    piqp, opened = import_module("piqp"), _open(program)
    solver = piqp.SparseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = tolerance / 10
    solver.settings.eps_duality_gap_abs = solver.settings.eps_duality_gap_rel = tolerance / 10
    solver.settings.check_duality_gap = True
    solver.settings.max_iter = _STEPS
    width = len(opened.free)
    solver.setup(
        csc_matrix((width, width)), opened.cost,
        csc_matrix(opened.matrix[opened.equal]), opened.row_lower[opened.equal],
        _ordered_last(opened), opened.row_lower[opened.bounded],
        opened.row_upper[opened.bounded],
        program.lower[opened.free], program.upper[opened.free],
    )  # fmt: skip
    status = solver.solve()
    said, result = str(status).rpartition(".")[2], solver.result
    claim = _PIQP.get(said, "failed")
    if claim not in ("optimal", "limit"):
        return no_values(claim, said, result.info.iter)
    bounded = result.z_l - result.z_u
    return opened.answer(claim, said, result.info.iter, result.x, -result.y, bounded)


def _ordered_last(opened: _Open) -> Any:
    """The bounded rows, with zeros that let the order of the factorisation see what is dense.

    The order sets aside what touches more than ten times the root of all unknowns and rows, and
    takes the rest as sparse. In a stack of years a capacity, or the sum of a year, touches a year
    of steps, which falls below that: it is taken as sparse, and the factors grow a hundredfold.
    Zeros cost little there.
    """
    matrix = csc_matrix(opened.matrix[opened.bounded])
    size = len(opened.free) + len(opened.equal) + len(opened.bounded)
    if size < _STACKED:
        return matrix
    target = int(_ASIDE * np.sqrt(size)) + 1
    by_row = csc_matrix(_with_zeros(matrix, _DENSE, target).T)
    return csc_matrix(_with_zeros(by_row, _DENSE, target).T)


def _with_zeros(matrix: Any, least: int, target: int) -> Any:
    """The same matrix; columns of so many terms are given the others up to a target, as zeros."""
    counts = np.diff(matrix.indptr)
    dense = np.flatnonzero((counts >= least) & (counts < target))
    if not dense.size or matrix.shape[0] < 2 * target:
        return matrix
    rows, columns = [], []
    for column in dense.tolist():
        own = matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]]
        first = min(int(own.min()), matrix.shape[0] - 2 * target)
        more = np.setdiff1d(np.arange(first, first + 2 * target), own)[: target - len(own)]
        rows.append(more)
        columns.append(np.full(len(more), column))
    terms = matrix.tocoo()
    at_row = np.concatenate([terms.row, *rows])
    at_column = np.concatenate([terms.col, *columns])
    value = np.concatenate([terms.data, np.zeros(len(at_row) - len(terms.data))])
    order = np.lexsort((at_row, at_column))
    ends = np.cumsum(np.bincount(at_column, minlength=matrix.shape[1]))
    starts = np.concatenate([[0], ends])
    return csc_matrix((value[order], at_row[order], starts), shape=matrix.shape)


def solve_clarabel(program: Program, tolerance: float) -> Answer:
    """What Clarabel finds: a homogeneous interior-point method."""
    clarabel, opened = import_module("clarabel"), _open(program)
    low, high = opened.row_lower[opened.bounded], opened.row_upper[opened.bounded]
    below, above = np.isfinite(low), np.isfinite(high)
    lower, upper = program.lower[opened.free], program.upper[opened.free]
    from_below, from_above = np.isfinite(lower), np.isfinite(upper)
    bounded = opened.matrix[opened.bounded]
    unit = identity(len(opened.free), format="csr")
    matrix = vstack(
        [opened.matrix[opened.equal], -bounded[below], bounded[above],
         -unit[from_below], unit[from_above]], format="csc",
    )  # fmt: skip
    right = np.concatenate(
        [opened.row_lower[opened.equal], -low[below], high[above],
         -lower[from_below], upper[from_above]],
    )  # fmt: skip
    equal = len(opened.equal)
    cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(len(right) - equal)]
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_iter = False, _STEPS
    settings.tol_feas = settings.tol_gap_abs = settings.tol_gap_rel = tolerance / 10
    width = len(opened.free)
    found = clarabel.DefaultSolver(
        csc_matrix((width, width)), opened.cost, matrix, right, cones, settings
    ).solve()
    said = str(found.status)
    claim = _CLARABEL.get(said, "failed")
    if claim not in ("optimal", "limit"):
        return no_values(claim, said, found.iterations)
    duals = np.asarray(found.z)
    prices = np.zeros(len(opened.bounded))
    middle = equal + int(below.sum())
    prices[below] += duals[equal:middle]
    prices[above] -= duals[middle : middle + int(above.sum())]
    return opened.answer(claim, said, found.iterations, np.asarray(found.x), -duals[:equal], prices)


INTERIOR: dict[str, Callable[[Program, float], Answer]] = {
    "piqp": solve_piqp,
    "clarabel": solve_clarabel,
}
"""The solvers by name."""


def _open(program: Program) -> _Open:
    fixed = np.where(program.lower == program.upper, program.lower, 0.0)
    free = np.flatnonzero(program.lower != program.upper)
    shift = program.matrix @ fixed
    low, high = program.row_lower - shift, program.row_upper - shift
    speaks = np.isfinite(low) | np.isfinite(high)
    return _Open(
        program, free, fixed, program.cost[free],
        np.flatnonzero(low == high), np.flatnonzero((low != high) & speaks),
        csc_matrix(program.matrix)[:, free].tocsr(), low, high,
    )  # fmt: skip
