"""What is handed over from one day to another, as flows of their own.

A store takes its content over midnight; an outage that begins at eleven lasts into the next day.
Where a row speaks of a flow of another day, a new column of its own day stands for that flow. It
equals it, row by row, and what limits that flow alone limits it too. The programme stays what it
was; but its days hang together by nothing else than these equalities.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.screening.calendar import SHARED, Calendar

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, eq=False)
class _Handed:
    """New columns, by key (block, step and distance of days) and then by day.

    Attributes
    ----------
    source : the flow that each equals; ``day`` the day that it is handed to.
    of_term : the new column of each term that crosses days.
    """

    source: Index
    day: Index
    key: Index
    of_term: Index


@dataclass(frozen=True, eq=False)
class _Rows:
    """New rows with their terms; ``block`` counts from 0."""

    row: Index
    column: Index
    value: Floats
    lower: Floats
    upper: Floats
    day: Index
    step: Index
    rank: Index
    block: Index


def with_nights(calendar: Calendar) -> Calendar:
    """The same programme, with a column for each flow that a day takes from another day."""
    if not calendar.crosses.any():
        return calendar
    handed = _handed(calendar)
    width, height = len(calendar.column_step), len(calendar.row_day)
    equal, limits = _equalities(calendar, handed, width), _limits(calendar, handed, width)
    row, column, value = calendar.places
    column = column.copy()
    column[calendar.crosses] = width + handed.of_term
    middle = height + len(equal.day)
    places = (
        np.concatenate([row, height + equal.row, middle + limits.row]),
        np.concatenate([column, equal.column, limits.column]),
        np.concatenate([value, equal.value, limits.value]),
    )
    crosses = np.zeros(len(places[0]), bool)
    crosses[len(row) : len(row) + len(equal.row)] = equal.value < 0
    of_rows, of_columns = len(calendar.program.rows), len(calendar.program.columns)
    first = of_rows + int(equal.block.max()) + 1
    step = calendar.column_step[handed.source] % calendar.steps
    return replace(
        calendar,
        program=_extended(calendar.program, handed, equal, limits, places),
        column_step=_joined(calendar.column_step, handed.day * calendar.steps + step),
        column_block=_joined(calendar.column_block, of_columns + handed.key),
        row_block=_joined(calendar.row_block, of_rows + equal.block, first + limits.block),
        row_day=_joined(calendar.row_day, equal.day, limits.day),
        row_step=_joined(calendar.row_step, equal.step, limits.step),
        row_rank=_joined(calendar.row_rank, equal.rank, limits.rank),
        places=places,
        crosses=crosses,
    )


def _handed(calendar: Calendar) -> _Handed:
    row, column = calendar.places[0][calendar.crosses], calendar.places[1][calendar.crosses]
    day, step = calendar.row_day[row], calendar.column_step[column]
    distance = (step // calendar.steps - day) % calendar.days
    block = calendar.column_block[column] * calendar.steps + step % calendar.steps
    _, key = np.unique(block * calendar.days + distance, return_inverse=True)
    known, first, of_term = np.unique(
        key * calendar.days + day, return_index=True, return_inverse=True
    )
    return _Handed(column[first], known % calendar.days, known // calendar.days, of_term)


def _equalities(calendar: Calendar, handed: _Handed, width: int) -> _Rows:
    """Each new flow is the one that it stands for."""
    count = len(handed.source)
    each, ones, none = np.arange(count), np.ones(count), np.zeros(count)
    return _Rows(
        np.concatenate([each, each]), np.concatenate([width + each, handed.source]),
        np.concatenate([ones, -ones]), none, none, handed.day,
        calendar.column_step[handed.source] % calendar.steps, np.zeros(count, np.int64),
        handed.key,
    )  # fmt: skip


def _limits(calendar: Calendar, handed: _Handed, width: int) -> _Rows:
    """Rows of which a flow is the only one of any step, again for what stands for it."""
    row, column, value = calendar.places
    of_step = calendar.column_step[column] != SHARED
    alone = np.bincount(row[of_step], minlength=len(calendar.row_day)) == 1
    only = np.flatnonzero(of_step & alone[row])
    only = only[np.argsort(column[only], kind="stable")]
    flow = column[only]
    start, end = (np.searchsorted(flow, handed.source, side) for side in ("left", "right"))
    number = end - start
    new = np.repeat(np.arange(len(handed.source)), number)
    within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    source = row[only[np.repeat(start, number) + within]]  # the row of the year that is repeated
    begins = np.searchsorted(row, np.arange(len(calendar.row_day) + 1))
    lengths = (begins[1:] - begins[:-1])[source]
    copy = np.repeat(np.arange(len(source)), lengths)
    inside = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    term = np.repeat(begins[source], lengths) + inside
    is_flow = calendar.column_step[column[term]] != SHARED
    names = calendar.row_block[source] * (int(handed.key.max()) + 1) + handed.key[new]
    program = calendar.program
    return _Rows(
        copy, np.where(is_flow, width + new[copy], column[term]), value[term],
        program.row_lower[source], program.row_upper[source], handed.day[new],
        calendar.row_step[source], calendar.row_rank[source],
        np.unique(names, return_inverse=True)[1],
    )  # fmt: skip


def _extended(
    program: Program, handed: _Handed, equal: _Rows, limits: _Rows,
    places: tuple[Index, Index, Floats],
) -> Program:  # fmt: skip
    height, width = program.matrix.shape
    count = len(handed.source)
    height += len(equal.day) + len(limits.day)
    columns = dict(program.columns)
    edges = np.searchsorted(handed.key, np.arange(int(handed.key.max()) + 2))
    for key, (first, last) in enumerate(pairwise(edges)):
        columns[f"handed over {key}"] = slice(width + int(first), width + int(last))
    of_limits = int(limits.block.max(initial=-1)) + 1
    new = [f"handed over {n}" for n in range(len(edges) - 1)]
    new += [f"limit of what is handed over {n}" for n in range(of_limits)]
    return replace(
        program,
        cost=_joined(program.cost, np.zeros(count)),
        matrix=csc_array((places[2], (places[0], places[1])), shape=(height, width + count)),
        lower=_joined(program.lower, program.lower[handed.source]),
        upper=_joined(program.upper, program.upper[handed.source]),
        row_lower=_joined(program.row_lower, equal.lower, limits.lower),
        row_upper=_joined(program.row_upper, equal.upper, limits.upper),
        whole=np.zeros(width + count, bool),
        columns=columns,
        rows={**program.rows, **dict.fromkeys(new, slice(height, height))},
        charges={},
    )


def _joined(*arrays: NDArray[_Number]) -> NDArray[_Number]:
    return np.concatenate(arrays)
