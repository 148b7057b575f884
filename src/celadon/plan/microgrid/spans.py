"""A year of whole numbers planned span by span, by a search of its own for each.

A span is a day or three, or a week where jobs are owed by the week. It begins where the last one
ended and leads to what the split plan has in its stores at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.deadline import is_late
from celadon.numerics.lp.expression import Floats, Index

_HOURS, _LONGER = (24.0, 168.0), (72.0, 168.0)
"""Lengths of a span, the first of which no jobs straddle; longer ones, which find more at four
times the cost, where there are no more whole numbers than these."""

_FEW = 3000

_GAP, _SECONDS = 1e-3, 4.0
"""At which the search of a span ends, relative and by the clock."""

_SOFT, _HARD = 5.0, 1e3
"""kCNY by unit of a row between spans: of one that the rest of the year can make good, and of one
that nothing but whole numbers can."""

_NEAR = 1e-5
_SHARED = -1


def whole_by_spans(program: Program, split: Solution, count: int, hours: float) -> Floats:
    """Values of all columns, whole where they must be; rows of the year may be broken.

    Parameters
    ----------
    program : with its whole columns.
    split : a solution that lets them be split; what lies ahead of a span is as there.
    count, hours : of the steps.
    """
    each_hours = _LONGER if program.whole.sum() <= _FEW else _HOURS
    lengths = [spans_of(program, count, round(each / hours)) for each in each_hours]
    chosen = next((each for each in lengths if not _straddled(program, each)), lengths[-1])
    return _Spans(program, split, chosen).planned()


def spans_of(program: Program, count: int, steps: int) -> Index:
    """The span of every column that has one for each step; -1 for capacities and peaks.

    What is left of the last span belongs to the one before.
    """
    of_step = np.minimum(np.arange(count) // steps, max(1, count // steps) - 1)
    spans = np.full(len(program.cost), _SHARED, np.int64)
    for span in program.columns.values():
        if span.stop - span.start == count:
            spans[span] = of_step
    return spans


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Of each row the first and last span that it speaks of, how many, and what stands in it."""

    first: Index
    last: Index
    many: Index
    has_whole: NDArray[np.bool_]
    has_free: NDArray[np.bool_]


def _rows_of(program: Program, spans: Index) -> _Rows:
    coo = program.matrix.tocoo()
    height, count = program.matrix.shape[0], int(spans.max()) + 1
    dated = spans[coo.col] >= 0
    pairs = np.unique(coo.row[dated].astype(np.int64) * count + spans[coo.col[dated]])
    of_row, of_span = pairs // count, pairs % count
    first, last = np.full(height, count), np.full(height, _SHARED)
    np.minimum.at(first, of_row, of_span)
    np.maximum.at(last, of_row, of_span)
    has_whole, has_free = np.zeros(height, bool), np.zeros(height, bool)
    has_whole[coo.row[program.whole[coo.col]]] = True
    has_free[coo.row[~program.whole[coo.col]]] = True
    return _Rows(first, last, np.bincount(of_row, minlength=height), has_whole, has_free)


def _straddled(program: Program, spans: Index) -> bool:
    rows = _rows_of(program, spans)
    is_owed = np.isfinite(program.row_lower) & ~rows.has_free
    return bool((is_owed & (rows.many > 1)).any())


class _Spans:
    """The spans of a programme, planned one after the other."""

    def __init__(self, program: Program, split: Solution, spans: Index) -> None:
        self.program, self.spans, self.prices = program, spans, split.prices
        self.values = split.values.copy()
        self.by_row = program.matrix.tocsr()
        self.rows = _rows_of(program, spans)
        self.shared = np.flatnonzero(spans == _SHARED)
        self.only_shared = np.flatnonzero(self.rows.last == _SHARED)
        is_limit = ~np.isfinite(program.row_lower) & ~self.rows.has_free
        self.budget = is_limit & (self.rows.many > 1)

    def planned(self) -> Floats:
        """All spans in turn; where nothing is split there is nothing to search."""
        for span in range(int(self.spans.max()) + 1):
            own = np.flatnonzero(self.spans == span)
            whole = own[self.program.whole[own]]
            numbers = self.values[whole]
            is_split = np.abs(numbers - np.round(numbers)).max(initial=0.0) > _NEAR
            if is_split and not is_late():
                self._plan(span, own)
            self.values[whole] = np.round(self.values[whole])
        return self.values

    def _plan(self, span: int, own: Index) -> None:
        """Search one span: what was before is known, what comes after is as it was split.

        Capacities may grow at their whole cost. Rows that other spans share may give way at a
        price, for the year is solved again as a whole; a budget of the year is used at its price.
        """
        program, columns = self.program, np.concatenate([own, self.shared])
        touched = np.unique(program.matrix[:, own].indices)
        kept = np.union1d(touched[~self._is_left_to_next(touched, span)], self.only_shared)
        rows = self.by_row[kept]
        shift = self._elsewhere(rows, kept, columns, span)
        lower, upper, cost = (
            each[columns].copy() for each in (program.lower, program.upper, program.cost)
        )
        ahead = slice(len(own), None)
        lower[ahead] = np.clip(self.values[self.shared], lower[ahead], upper[ahead])
        paid = float(cost[ahead] @ lower[ahead])
        budgets = kept[self.budget[kept]]
        cost -= self.by_row[budgets][:, columns].T @ self.prices[budgets]
        soft = np.flatnonzero((self.rows.many[kept] > 1) & ~self.budget[kept])
        weight = np.where(self.rows.has_free[kept[soft]], _SOFT, _HARD)
        found = solve(
            _with_slack(
                Program(
                    cost, -paid, csc_array(rows[:, columns]), lower, upper,
                    program.row_lower[kept] - shift, program.row_upper[kept] - shift,
                    program.whole[columns], {}, {"rows": slice(0, len(kept))}, {},
                ), soft, weight,
            ), gap=_GAP, seconds=_SECONDS,
        )  # fmt: skip
        if found.status in ("optimal", "limit"):
            self.values[columns] = found.values[: len(columns)]

    def _elsewhere(self, rows: csc_array, kept: Index, columns: Index, span: int) -> Floats:
        """What other spans bring to the rows; to a budget only those that are behind."""
        values = self.values.copy()
        values[columns] = 0.0
        brought: Floats = rows @ values
        values[self.spans > span] = 0.0
        return np.where(self.budget[kept], rows @ values, brought)

    def _is_left_to_next(self, rows: Index, span: int) -> NDArray[np.bool_]:
        """Rows that join whole numbers to flows of the next span are seen from there."""
        neighbours = (self.rows.last[rows] > span) & (self.rows.many[rows] == _NEIGHBOURS)
        left: NDArray[np.bool_] = neighbours & self.rows.has_whole[rows] & self.rows.has_free[rows]
        return left


_NEIGHBOURS = 2


def _with_slack(program: Program, soft: Index, weight: Floats) -> Program:
    """The programme in which some rows give way at a price."""
    count, (height, width) = len(soft), program.matrix.shape
    unit = csc_array((np.ones(count), (soft, np.arange(count))), shape=(height, count))
    nothing = np.zeros(2 * count)
    return program.with_(
        cost=np.concatenate([program.cost, weight, weight]),
        matrix=csc_array(hstack([program.matrix, unit, -unit])),
        lower=np.concatenate([program.lower, nothing]),
        upper=np.concatenate([program.upper, nothing + np.inf]),
        whole=np.concatenate([program.whole, nothing > 0]),
        columns={"columns": slice(0, width + 2 * count)},
    )
