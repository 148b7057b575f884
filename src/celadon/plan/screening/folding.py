"""The programme of a year folded to classes of days: one flow for all days of a class.

Every flow of a step stands for the mean over its class, and the rows of a class are added up; what
is shared by all steps (capacities, monthly peaks, rules of the year) stays. Sums over the year
stay what they were: demand, weather, prices by quantity. Nothing is known of any component.

What lies between two days, such as the content that a store takes over midnight, is the mean of
what the days before held. So with a class for every day the programme is the year's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.microgrid.design import Built
from celadon.plan.screening.calendar import SHARED, Calendar
from celadon.plan.screening.day_classes import DayClasses


@dataclass(frozen=True, eq=False)
class FoldedColumns:
    """The columns of a folded programme.

    Attributes
    ----------
    of : the folded column of each column of the year.
    free : which columns of the year are not fixed; ``fixed`` the values of those that are.
    members : how many free columns of the year each folded one stands for.
    names : the places of each block.
    lower, upper : means of the limits of the free ones.
    """

    of: Index
    free: NDArray[np.bool_]
    fixed: Floats
    members: Index
    names: Mapping[str, slice]
    lower: Floats
    upper: Floats

    @property
    def width(self) -> int:
        """How many there are."""
        return len(self.lower)

    def folded(self, coefficients: Floats, constant: float) -> tuple[Floats, float]:
        """A sum over the year as one over the folded columns, and its constant."""
        places = np.flatnonzero(coefficients)
        value = coefficients[places]
        free = np.where(self.free[places], value, 0.0)
        summed = np.bincount(self.of[places], free, self.width).astype(np.float64)
        return summed, constant + float((value * self.fixed[places]).sum())


@dataclass(frozen=True, eq=False)
class FoldedRows:
    """Groups of rows that are added up.

    Attributes
    ----------
    of : the group of each row of the year; groups follow the order of blocks.
    count : how many rows each group has.
    names : the places of each block.
    lower, upper : sums of bounds, less what fixed columns give.
    """

    of: Index
    count: Index
    names: Mapping[str, slice]
    lower: Floats
    upper: Floats

    @property
    def height(self) -> int:
        """How many groups there are."""
        return len(self.count)


def fold(built: Built, calendar: Calendar, classes: DayClasses) -> Built:
    """A design's programme on its typical days; an estimate, neither bound nor plan."""
    columns = fold_columns(calendar, classes)
    rows = fold_rows(calendar, columns, _kinds_of_rows(calendar, classes))
    row, column, value = calendar.places
    kept = columns.free[column]
    group = rows.of[row[kept]]
    matrix = csc_array(
        (value[kept] / rows.count[group], (group, columns.of[column[kept]])),
        shape=(rows.height, columns.width),
    )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    cost, offset = columns.folded(built.program.cost, built.program.offset)
    program = Program(
        cost, offset, matrix, columns.lower, columns.upper,
        rows.lower / rows.count, rows.upper / rows.count,
        np.zeros(columns.width, bool), columns.names, rows.names,
        {name: columns.folded(*each) for name, each in built.program.charges.items()},
    )  # fmt: skip
    tallies = {name: columns.folded(*each) for name, each in built.tallies.items()}
    return replace(built, program=program, tallies=tallies)


def fold_columns(calendar: Calendar, classes: DayClasses) -> FoldedColumns:
    """One column for the steps of a class; a flow that is fixed is a number, and drops out."""
    program, steps = calendar.program, calendar.steps
    of, names, width = np.empty(len(calendar.column_step), np.int64), {}, 0
    for name, span in program.columns.items():
        at = calendar.column_step[span]
        size = span.stop - span.start
        if at.size and at[0] != SHARED:
            place = classes.of_day[at // steps] * steps + at % steps
            size = classes.count * steps
            if len(at) != calendar.days * steps:  # not every step has one
                known, place = np.unique(place, return_inverse=True)
                size = len(known)
            of[span] = width + place
        else:
            of[span] = np.arange(width, width + size)
        names[name] = slice(width, width + size)
        width += size
    is_fixed = (program.lower == program.upper) & (calendar.column_step != SHARED)
    fixed = np.where(is_fixed, program.lower, 0.0)
    members = np.bincount(of, ~is_fixed, width).astype(np.int64)
    given = np.bincount(of, fixed, width) / np.bincount(of, minlength=width)
    bounds = [
        np.where(members > 0, _mean(bound, of, ~is_fixed, members), given)
        for bound in (program.lower, program.upper)
    ]
    return FoldedColumns(of, ~is_fixed, fixed, members, names, bounds[0], bounds[1])


def fold_rows(calendar: Calendar, columns: FoldedColumns, kinds: Index) -> FoldedRows:
    """Rows of one block and one kind added up; each bound stands where all of them have one."""
    program, height = calendar.program, len(calendar.row_day)
    key = calendar.row_block * (int(kinds.max(initial=0)) + 1) + kinds
    known, of = np.unique(key, return_inverse=True)
    count = np.bincount(of, minlength=len(known))
    row, column, value = calendar.places
    shift = np.bincount(of[row], value * columns.fixed[column], len(known))
    block = known // (int(kinds.max(initial=0)) + 1)
    edges = np.searchsorted(block, np.arange(len(program.rows) + 1)) if height else [0]
    names = {
        name: slice(int(edges[n]), int(edges[n + 1])) for n, name in enumerate(program.rows)
    }  # fmt: skip
    lower, upper = (
        _added(bound, of, len(known)) - shift for bound in (program.row_lower, program.row_upper)
    )
    return FoldedRows(of, count, names, lower, upper)


def numbered(*keys: Index) -> Index:
    """One number for each combination of keys, in their order."""
    if not len(keys[0]):
        return np.zeros(0, np.int64)
    found = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        _, each = np.unique(key, return_inverse=True)
        found = np.unique(found * (int(each.max()) + 1) + each, return_inverse=True)[1]
    return found


def shared_columns(calendar: Calendar) -> Index:
    """A number for the set of shared columns of each row: rows of one month's peak have one."""
    row, column, _ = calendar.places
    shared = calendar.column_step[column] == SHARED
    mixed = np.zeros(len(calendar.row_day), np.uint64)
    np.add.at(mixed, row[shared], _mixed(column[shared]))
    found: Index = np.unique(mixed, return_inverse=True)[1]
    return found


def _kinds_of_rows(calendar: Calendar, classes: DayClasses) -> Index:
    """Rows that are added up: of one class, step and rank, and of the same shared columns.

    Rows of several days, such as what a window of a week is owed, are added up to one for the year
    unless a column of their own, such as a month's tier, tells them apart.
    """
    of_day = np.where(
        calendar.row_day >= 0, classes.of_day[np.maximum(calendar.row_day, 0)], calendar.row_day
    )
    rank = np.where(calendar.row_day >= SHARED, calendar.row_rank, 0)
    return numbered(of_day, calendar.row_step, rank, shared_columns(calendar))


def _mixed(numbers: Index) -> NDArray[np.uint64]:
    """Numbers spread over 64 bits, so that sums of different sets differ (splitmix64)."""
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _mean(bound: Floats, of: Index, free: NDArray[np.bool_], members: Index) -> Floats:
    """The mean limit of the free columns; none where one of them has none."""
    finite = np.isfinite(bound)
    total = np.bincount(of, np.where(finite & free, bound, 0.0), len(members))
    found = total / np.maximum(members, 1)
    endless = np.bincount(of, ~finite & free, len(members)) > 0
    sign = np.inf if (bound[~finite] > 0).any() else -np.inf
    return np.where(endless, sign, found)


def _added(bound: Floats, of: Index, height: int) -> Floats:
    finite = np.isfinite(bound)
    found = np.bincount(of, np.where(finite, bound, 0.0), height)
    sign = np.inf if (bound[~finite] > 0).any() else -np.inf
    return np.where(np.bincount(of, ~finite, height) > 0, sign, found)
