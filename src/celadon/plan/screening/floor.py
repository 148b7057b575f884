"""A programme of typical days that no design of the year can beat.

Any plan of the year gives mean flows of each class of days. Rows that are added up over a class
hold for the means wherever a flow has one coefficient in all of them. Where it has several, such as
a performance that follows the weather, a price that changes from day to day, or a peak that is only
of one month, the most favourable one is taken for all. What stores hand over from day to day is one
row for all nights. So every plan of the year, with its own capacities, peaks and yearly sums, is a
solution here that costs no more: the least cost here is a lower bound on all of them.

It rests on flows being no less than zero. Nothing is known of any component.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, vstack

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.screening.calendar import SEVERAL, SHARED, Calendar
from celadon.plan.screening.day_classes import DayClasses
from celadon.plan.screening.folding import (
    FoldedColumns,
    FoldedRows,
    fold_columns,
    fold_rows,
    numbered,
    shared_columns,
)
from celadon.plan.screening.nights import with_nights

_SAME = 1e-12
"""Relative: coefficients that differ by less are one."""


def floor_program(calendar: Calendar, classes: DayClasses) -> Program | None:
    """The programme whose least cost is a lower bound on that of the year.

    Returns
    -------
    None where a flow may lie below zero: then nothing is proved.
    """
    calendar = with_nights(calendar)
    program = calendar.program
    if (program.lower[calendar.column_step != SHARED] < 0).any():
        return None
    columns = fold_columns(calendar, classes)
    rows = fold_rows(calendar, columns, _kinds_of_rows(calendar, classes))
    terms = _terms(calendar, columns, rows)
    from_below, from_above = np.isfinite(rows.lower), np.isfinite(rows.upper)
    twice = np.flatnonzero(from_below & from_above & terms.several)
    upper = rows.upper.copy()
    upper[twice] = np.inf  # a row held from both sides becomes two, each with its own favour
    row, second = terms.row, np.isin(terms.row, twice)
    favourable = np.where(from_below[row], terms.greatest, terms.least) / rows.count[row]
    shape = (rows.height, columns.width)
    first = csc_array((favourable, (row, terms.column)), shape=shape)
    value = terms.least[second] / rows.count[row[second]]
    other = csc_array((value, (row[second], terms.column[second])), shape=shape).tocsr()[twice]
    matrix = csc_array(vstack([first, other]))
    matrix.eliminate_zeros()
    count = np.concatenate([rows.count, rows.count[twice]])
    return Program(
        _least_costs(program.cost, columns), columns.folded(program.cost, program.offset)[1],
        matrix, columns.lower, columns.upper,
        np.concatenate([rows.lower, np.full(len(twice), -np.inf)]) / count,
        np.concatenate([upper, rows.upper[twice]]) / count,
        np.zeros(columns.width, bool), columns.names, {"of the year": slice(0, len(count))}, {},
    )  # fmt: skip


def _kinds_of_rows(calendar: Calendar, classes: DayClasses) -> Index:
    """Rows that are added up: of one class, step and rank, whatever columns they share.

    Rows that reach over midnight are added up over the whole year, for a mean says nothing of the
    nights of one class; of rows of several days only shared columns tell them apart.
    """
    crossing = np.zeros(len(calendar.row_day), bool)
    crossing[calendar.places[0][calendar.crosses]] = True
    of_day = classes.of_day[np.maximum(calendar.row_day, 0)]
    of_day = np.where(calendar.row_day >= 0, np.where(crossing, -3, of_day), calendar.row_day)
    several = calendar.row_day == SEVERAL
    rank = np.where(several, 0, calendar.row_rank)
    shared = np.where(several, shared_columns(calendar), 0)
    return numbered(of_day, calendar.row_step, rank, shared)


@dataclass(frozen=True, eq=False)
class _Terms:
    """Coefficients of folded columns in folded rows.

    Attributes
    ----------
    least, greatest : what they may be for all members together; equal where there is but one.
    several : of each row, whether they differ for any of its columns.
    """

    row: Index
    column: Index
    least: Floats
    greatest: Floats
    several: NDArray[np.bool_]


def _terms(calendar: Calendar, columns: FoldedColumns, rows: FoldedRows) -> _Terms:
    row, column, value = calendar.places
    kept = columns.free[column]
    shape = (rows.height, len(columns.of))
    each = coo_array((value[kept], (rows.of[row[kept]], column[kept])), shape=shape)
    each.sum_duplicates()
    pair = each.coords[0].astype(np.int64) * columns.width + columns.of[each.coords[1]]
    order = np.argsort(pair, kind="stable")
    known, first, number = np.unique(pair[order], return_index=True, return_counts=True)
    sorted_values = each.data[order]
    least = np.minimum.reduceat(sorted_values, first) if len(first) else np.zeros(0)
    greatest = np.maximum.reduceat(sorted_values, first) if len(first) else np.zeros(0)
    of_row, of_column = known // columns.width, known % columns.width
    members = columns.members[of_column]
    absent = number < members  # some of its days have no such row: there the coefficient is zero
    least = np.where(absent, np.minimum(least, 0.0), least)
    greatest = np.where(absent, np.maximum(greatest, 0.0), greatest)
    apart = greatest - least > _SAME * np.maximum(np.abs(least), np.abs(greatest))
    several = np.zeros(rows.height, bool)
    several[of_row[apart]] = True
    return _Terms(of_row, of_column, least * members, greatest * members, several)


def _least_costs(cost: Floats, columns: FoldedColumns) -> Floats:
    """The cost of a class of days at the day on which its flow costs least."""
    least = np.full(columns.width, np.inf)
    np.minimum.at(least, columns.of[columns.free], cost[columns.free])
    return np.where(columns.members > 0, least, 0.0) * columns.members
