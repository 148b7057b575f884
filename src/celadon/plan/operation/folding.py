"""A design with its sizes settled: the programme of its flows alone, over a window of steps.

The columns of the capacities become numbers in the bounds of the rows; a row that is left with one
column becomes a bound of that column. What is known of the weather then stands in bounds only, so
that the matrix of the next window is that of this one, and the solver goes on from where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import sparse

_AMISS = 1e-9
"""A row without columns may be off by so much: rounding of what was folded in."""


@dataclass(frozen=True, slots=True, eq=False)
class Slack:
    """Columns that let rows of a block give way at a price: ``sign`` on each row, one column each.

    Parameters
    ----------
    price : kCNY per unit of the row.
    """

    name: str
    row: str
    sign: float
    price: float


def with_sizes(program: Program, sizes: Mapping[str, float]) -> Program:
    """The programme at given capacities, which no longer cost anything: they are paid.

    Only their own yearly cost is paid; what else is charged on a capacity, such as a tariff's price
    of it or a fee, stays as a constant.
    """
    places = np.array([program.columns[block].start for block in sizes], np.int64)
    given = np.array([max(0.0, size) for size in sizes.values()])
    fixed = np.zeros(program.matrix.shape[1])
    fixed[places] = given
    shift = program.matrix @ fixed
    cost, lower, upper = program.cost.copy(), program.lower.copy(), program.upper.copy()
    paid = np.array([_own_cost(program, block) for block in sizes])
    charged = float((cost[places] - paid) @ given)
    cost[places], lower[places], upper[places] = 0.0, given, given
    kept = np.ones(len(fixed))
    kept[places] = 0.0
    matrix = program.matrix.copy()
    matrix.data = matrix.data * np.repeat(kept, np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    return program.with_(
        cost=cost, lower=lower, upper=upper, matrix=matrix, charges={},
        offset=program.offset + charged,
        row_lower=program.row_lower - shift, row_upper=program.row_upper - shift,
    )  # fmt: skip


def _own_cost(program: Program, block: str) -> float:
    """The yearly cost of a unit of a capacity, under its own name."""
    if block not in program.charges:
        return 0.0
    return float(program.charges[block][0][program.columns[block].start])


def opened_with(program: Program, contents: Mapping[str, float], steps: int) -> Program:
    """The cycle of every store cut open: it begins with what is in it, not with what it ends with.

    The last content of a store stands in the first step's row as the content before it; there it
    becomes the number that is known.

    Parameters
    ----------
    contents : by block, MWh or t.
    steps : of the window, two at least.
    """
    first = {span.start for span in program.rows.values() if span.stop - span.start == steps}
    matrix = program.matrix.copy()
    low, high = program.row_lower.copy(), program.row_upper.copy()
    for block, content in contents.items():
        last = program.columns[block].stop - 1
        for place in range(matrix.indptr[last], matrix.indptr[last + 1]):
            row = int(matrix.indices[place])
            if row in first:
                low[row] -= matrix.data[place] * content
                high[row] -= matrix.data[place] * content
                matrix.data[place] = 0.0
    matrix.eliminate_zeros()
    return program.with_(matrix=matrix, row_lower=low, row_upper=high)


def with_slack(
    program: Program, slacks: Iterable[Slack], ends: Mapping[str, tuple[float, float]]
) -> Program:
    """Columns by which rows give way, and what stores end with at least.

    Parameters
    ----------
    ends : by block of a content, the least at the end and the price of a unit short of it.
    """
    height, width = program.matrix.shape
    columns, rows = dict(program.columns), dict(program.rows)
    cells: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
    costs: list[Floats] = []
    at = width
    for slack in slacks:
        span = program.rows[slack.row]
        count = span.stop - span.start
        columns[slack.name] = slice(at, at + count)
        cells.append((np.arange(span.start, span.stop), np.arange(at, at + count),
                      np.full(count, slack.sign)))  # fmt: skip
        costs.append(np.full(count, slack.price))
        at += count
    for number, (block, (_, price)) in enumerate(ends.items()):
        row = height + number
        columns[f"{block} short"], rows[f"{block} end"] = slice(at, at + 1), slice(row, row + 1)
        last = program.columns[block].stop - 1
        cells.append((np.array([row, row]), np.array([last, at]), np.ones(2)))
        costs.append(np.array([price]))
        at += 1
    entries = program.matrix.tocoo()
    least = np.array([target for target, _ in ends.values()])
    more = at - width
    joined = [np.concatenate(each) for each in zip(
        (entries.row, entries.col, entries.data), *cells, strict=True)]  # fmt: skip
    return program.with_(
        matrix=sparse(joined[0].astype(np.int64), joined[1].astype(np.int64), joined[2],
                      (height + len(ends), at)),
        cost=np.concatenate([program.cost, *costs]),
        lower=np.concatenate([program.lower, np.zeros(more)]),
        upper=np.concatenate([program.upper, np.full(more, np.inf)]),
        whole=np.zeros(at, bool), columns=columns, rows=rows,
        row_lower=np.concatenate([program.row_lower, least]),
        row_upper=np.concatenate([program.row_upper, np.full(len(ends), np.inf)]),
    )  # fmt: skip


def without_single_rows(program: Program) -> Program:
    """Rows of one column as bounds of that column; rows of none left out where they hold."""
    by_row = program.matrix.tocsr()
    terms = np.diff(by_row.indptr)
    single = np.flatnonzero(terms == 1)
    at = by_row.indptr[single]
    column, value = by_row.indices[at], by_row.data[at]
    one, two = program.row_lower[single] / value, program.row_upper[single] / value
    lower, upper = program.lower.copy(), program.upper.copy()
    np.maximum.at(lower, column, np.where(value > 0, one, two))
    np.minimum.at(upper, column, np.where(value > 0, two, one))
    crossed = (lower > upper) & (lower <= upper + _AMISS)
    lower = np.where(crossed, upper, lower)
    holds = (program.row_lower <= _AMISS) & (program.row_upper >= -_AMISS)
    kept = (terms > 1) | ((terms == 0) & ~holds)
    before = np.concatenate([[0], np.cumsum(kept)])
    rows = {
        name: slice(int(before[span.start]), int(before[span.stop]))
        for name, span in program.rows.items()
    }
    matrix: Any = csc_array(by_row[np.flatnonzero(kept)])
    return program.with_(
        matrix=matrix, lower=lower, upper=upper, rows=rows,
        row_lower=program.row_lower[kept], row_upper=program.row_upper[kept],
    )  # fmt: skip
