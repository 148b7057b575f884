"""Days of a year that are alike, as the programme sees them.

Two days are alike where the programme has the same numbers for them: demands, prices, weather,
performance, limits. No component is known here: whatever varies from day to day in the programme
is what days are compared by, each kind of number on its own scale. Classes are Ward's: those two
are joined, again and again, that add least to the squared distance of days from their class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage

from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.screening.calendar import SHARED, Calendar

_VARIES = 1e-9
"""Relative to the largest number of its kind: what differs by less does not vary."""


@dataclass(frozen=True, eq=False)
class DayClasses:
    """Which class each day of the year is of.

    Attributes
    ----------
    of_day : the class of each day, counted from 0 in the order of their first days.
    typical : of each class the day that is nearest to its mean.
    """

    of_day: Index
    typical: Index

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.typical)

    @property
    def weights(self) -> Index:
        """How many days each class stands for; together all of them."""
        weights: Index = np.bincount(self.of_day, minlength=self.count)
        return weights


def day_classes(calendar: Calendar, count: int) -> DayClasses:
    """At most so many classes of days; each extreme day is a class of its own.

    Examples
    --------
    >>> import numpy as np
    >>> from celadon.numerics.lp import Model
    >>> from celadon.plan.components.horizon import Horizon
    >>> from celadon.plan.screening.calendar import calendar_of
    >>> model = Model()
    >>> bought = model.variables("bought", 4 * 24)
    >>> model.require("power balance", bought == np.repeat([1.0, 2.0, 1.0, 5.0], 24))
    >>> days = Horizon(hours=1.0, month=np.zeros(4 * 24, int), months=("one",))
    >>> day_classes(calendar_of(model.program(), days), 3).of_day.tolist()
    [0, 1, 0, 2]
    """
    kinds = _what_varies(calendar)
    if not kinds:
        return DayClasses(np.zeros(calendar.days, np.int64), np.zeros(1, np.int64))
    numbers = np.hstack(kinds)
    if count >= calendar.days:
        every = np.arange(calendar.days)
        return DayClasses(every, every)
    apart = extreme_days(calendar)[: max(0, count - 1)]
    others = np.setdiff1d(np.arange(calendar.days), apart)
    found = np.empty(calendar.days, np.int64)
    found[apart] = count + np.arange(len(apart))
    wanted = min(count - len(apart), len(others))
    if len(others) > 1:
        found[others] = cut_tree(linkage(numbers[others], "ward"), [wanted]).ravel()
    else:
        found[others] = 0
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    of_day: Index = np.argsort(np.argsort(first))[inverse]
    return DayClasses(of_day, _typical(numbers, of_day))


def extreme_days(calendar: Calendar) -> Index:
    """The days on which a bus is asked for most at once, and most beyond what weather gives it.

    Weather is counted at the largest plants that are allowed; without a limit it gives nothing.
    """
    program, found = calendar.program, []
    weather = _weather(calendar)
    for name, span in program.rows.items():
        if not name.endswith(" balance") or not (calendar.row_day[span] >= 0).all():
            continue
        asked = program.row_lower[span]
        if len(asked) != calendar.days * calendar.steps or not np.ptp(asked) > _VARIES:
            continue
        found += [
            int(each.reshape(calendar.days, -1).max(axis=1).argmax())
            for each in (asked, asked - weather)
        ]
    return np.array(list(dict.fromkeys(found)), np.int64)


def _weather(calendar: Calendar) -> Floats:
    """What capacities with a limit are let give in each step, where that varies."""
    row, column, value = calendar.places
    most = calendar.program.upper[column]
    speaks = (calendar.column_step[column] == SHARED) & np.isfinite(most) & (value < 0)
    speaks &= calendar.row_day[row] >= 0
    step = (calendar.row_day * calendar.steps + calendar.row_step)[row]
    count = calendar.days * calendar.steps
    given = np.zeros(count)
    for block in np.unique(column[speaks]):
        of_block = speaks & (column == block)
        in_step = np.bincount(step[of_block], -value[of_block] * most[of_block], count)
        if np.ptp(in_step) > _VARIES:
            given += in_step
    return given


def _what_varies(calendar: Calendar) -> list[Floats]:
    """Every kind of number that varies between days, a row a day, on its own scale."""
    found: dict[bytes, Floats] = {}
    for kind in (*_of_columns(calendar), *_of_rows(calendar), *_of_terms(calendar)):
        by_day = kind.reshape(calendar.days, calendar.steps)
        scale = float(by_day.std())
        largest = float(np.abs(by_day).max())
        if np.abs(by_day - by_day[0]).max() > _VARIES * max(1.0, largest) and scale > 0:
            scaled = (by_day - by_day.mean()) / scale
            found.setdefault(scaled.round(6).tobytes(), scaled)  # the same twice weighs once
    return list(found.values())


def _of_columns(calendar: Calendar) -> list[Floats]:
    """Costs and finite limits of the flows."""
    program, count = calendar.program, calendar.days * calendar.steps
    spans = [span for span in program.columns.values() if span.stop - span.start == count]
    numbers = [array[span] for span in spans for array in (program.cost, program.upper)]
    return [each for each in numbers if np.isfinite(each).all()]


def _of_rows(calendar: Calendar) -> list[Floats]:
    """Finite bounds of the rows of each block, by the step that they speak of."""
    found: list[Floats] = []
    for span in calendar.program.rows.values():
        of_day = calendar.row_day[span]
        if not (of_day >= 0).all():
            continue
        step = of_day * calendar.steps + calendar.row_step[span]
        for bound in (calendar.program.row_lower[span], calendar.program.row_upper[span]):
            if np.isfinite(bound).all():
                by_step = np.bincount(step, bound, calendar.days * calendar.steps)
                found.append(by_step.astype(np.float64))
                break
    return found


def _of_terms(calendar: Calendar) -> list[Floats]:
    """Coefficients of each block of columns in each block of rows, by the step of the row."""
    row, column, value = calendar.places
    of_day = calendar.row_day[row] >= 0
    row, column, value = row[of_day], column[of_day], value[of_day]
    count, blocks = calendar.days * calendar.steps, len(calendar.program.columns)
    pair = calendar.row_block[row] * blocks + calendar.column_block[column]
    known, pair = np.unique(pair, return_inverse=True)
    step = calendar.row_day[row] * calendar.steps + calendar.row_step[row]
    summed: Floats = np.bincount(pair * count + step, value, len(known) * count).astype(np.float64)
    return [summed[n * count : (n + 1) * count] for n in range(len(known))]


def _typical(numbers: Floats, of_day: Index) -> Index:
    """Of each class the day nearest to its mean; the first of several."""
    found = []
    for each in range(int(of_day.max()) + 1):
        days = np.flatnonzero(of_day == each)
        apart = numbers[days] - numbers[days].mean(axis=0)
        found.append(int(days[(apart**2).sum(axis=1).argmin()]))
    return np.array(found, np.int64)
