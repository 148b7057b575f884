"""Which day and which step of it the columns and rows of a programme speak of.

A block of as many columns or rows as there are steps has one for each step. Other rows are of the
day that all their steps lie in. What speaks of no step, such as a capacity or a peak, is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.components.horizon import Horizon

SHARED, SEVERAL = -1, -2
"""Days of a row that speaks of no step, and of one whose steps lie in several days."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days of a programme.

    Attributes
    ----------
    steps : of a day.
    column_step : the step of each column; :data:`SHARED` where it has none.
    column_block, row_block : the number of the block that each stands in.
    row_day : the day of each row, or :data:`SHARED`, or :data:`SEVERAL`.
    row_step : the step of the day of each row; 0 where it is of no day.
    row_rank : which of the rows of its block that speak of the same step.
    places : row, column and coefficient of every term, by rows.
    crosses : whether a term is of another day than its row.
    """

    program: Program
    days: int
    steps: int
    column_step: Index
    column_block: Index
    row_block: Index
    row_day: Index
    row_step: Index
    row_rank: Index
    places: tuple[Index, Index, Floats]
    crosses: NDArray[np.bool_]


def calendar_of(program: Program, horizon: Horizon) -> Calendar:
    """The days of a programme that was built for a horizon.

    Raises
    ------
    DeclarationError
        If the steps make no whole number of days.
    """
    steps = max(1, round(24 / horizon.hours))
    _refuse_broken_days(horizon, steps)
    count, height = horizon.count, program.matrix.shape[0]
    column_step, column_block = _by_block(program.columns, count, program.matrix.shape[1])
    of_row, row_block = _by_block(program.rows, count, height)
    terms = program.matrix.tocsr()
    row = np.repeat(np.arange(height), np.diff(terms.indptr))
    column = terms.indices.astype(np.int64)
    first, last = _reach(row, column_step[column], height, count)
    day = np.where(first // steps == last // steps, first // steps, SEVERAL)
    day = np.where(last < 0, SHARED, day)
    step = np.where(day >= 0, first % steps, 0)
    is_step = of_row != SHARED
    day = np.where(is_step, of_row // steps, day)
    step = np.where(is_step, of_row % steps, step)
    of_day = column_step[column] // steps
    crosses = (column_step[column] != SHARED) & (day[row] >= 0) & (of_day != day[row])
    return Calendar(
        program, count // steps, steps, column_step, column_block, row_block, day, step,
        _ranks(row_block, day, step, steps), (row, column, terms.data), crosses,
    )  # fmt: skip


def _refuse_broken_days(horizon: Horizon, steps: int) -> None:
    if horizon.count and horizon.count % steps == 0:
        return
    fault = Fault(
        ("design",), f"{horizon.count} steps of {horizon.hours:g} h",
        "a screening needs whole days", "plan it in full: celadon microgrid design",
    )  # fmt: skip
    raise DeclarationError("There are no typical days", [fault])


def _by_block(blocks: Mapping[str, slice], count: int, size: int) -> tuple[Index, Index]:
    """The step of each column or row, and the number of its block."""
    step, block = np.full(size, SHARED, np.int64), np.zeros(size, np.int64)
    for number, span in enumerate(blocks.values()):
        block[span] = number
        if span.stop - span.start == count:
            step[span] = np.arange(count)
    return step, block


def _reach(row: Index, step: Index, height: int, count: int) -> tuple[Index, Index]:
    """The first and the last step that each row speaks of; the last is below zero where none."""
    first, last = np.full(height, count, np.int64), np.full(height, -1, np.int64)
    known = step != SHARED
    np.minimum.at(first, row[known], step[known])
    np.maximum.at(last, row[known], step[known])
    return first, last


def _ranks(block: Index, day: Index, step: Index, steps: int) -> Index:
    """Counts rows of one block that speak of the same step; rows of no step are all apart."""
    rank = np.arange(len(block))
    days = int(day.max(initial=0)) + 1
    key = (block * days + day) * steps + step
    of_day = np.flatnonzero(day >= 0)
    order = of_day[np.argsort(key[of_day], kind="stable")]
    place = np.arange(len(order))
    begins = np.ones(len(order), bool)
    begins[1:] = key[order][1:] != key[order][:-1]
    rank[order] = place - np.maximum.accumulate(np.where(begins, place, 0))
    return rank
