"""What the months to come may draw: months of the past, or a forecast with its spread.

A *run* is one way in which all months may go, from the first to the last: so that a ratchet, which
looks back on earlier peaks, sees peaks that belong together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import numpy as np

from celadon.accounts.bill import MonthDrawn
from celadon.errors import Fault, InputError
from celadon.exact import round_half_even
from celadon.plan.profiles.columns import Columns, read_columns
from celadon.records.period import Period

MOST_MISSING = Fraction(1, 10)
"""A month of which more than this share was not read does not tell its peak."""

QUANTILES = 99
"""Ways that a spread is taken apart into, all equally likely."""

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Run:
    """One way in which the months to come may go.

    Attributes
    ----------
    name : where it is from: a count of years back, or the row or quantile of a forecast.
    weight : how likely it is beside the others; only the ratio counts.
    months : by the first day of a month to come.
    cut : those whose peak would lie below nothing, and is taken as nothing.
    """

    name: str
    weight: Fraction
    months: Mapping[dt.date, MonthDrawn]
    cut: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """Runs made of metered months, and what was seen of them.

    Attributes
    ----------
    with_gaps : months that are used although some of their readings are missing.
    left_out : months of which too little was read.
    """

    runs: tuple[Run, ...]
    with_gaps: tuple[Period, ...]
    left_out: tuple[Period, ...]


def runs_of_history(metered: Sequence[MonthDrawn], coming: Sequence[Period]) -> History:
    """The months of the past as ways in which months to come may go.

    The k-th run takes for each month to come the k-th latest metered month of its name.

    Parameters
    ----------
    metered : in their order.
    coming : whole months, in their order.
    """
    used, gaps, left_out = [], [], []
    for each in metered:
        length = (each.period.to_day - each.period.from_day).days * 24 * _HOUR
        if each.seconds_missing > MOST_MISSING * length or not _is_whole(each.period):
            left_out.append(each.period)
            continue
        used.append(each)
        if each.seconds_missing:
            gaps.append(each.period)
    by_name: dict[int, list[MonthDrawn]] = {}
    for each in reversed(used):
        by_name.setdefault(each.period.from_day.month, []).append(each)
    depth = max((len(listed) for listed in by_name.values()), default=0)
    runs = []
    for back in range(depth):
        months = {
            month.from_day: replace(by_name[month.from_day.month][back], period=month)
            for month in coming
            if len(by_name.get(month.from_day.month, ())) > back
        }
        if months:
            runs.append(Run(f"{back + 1}", Fraction(1), months))
    return History(tuple(runs), tuple(gaps), tuple(left_out))


def runs_of_forecast(path: Path, seconds: int = 900) -> tuple[Run, ...]:
    """The runs of a file of forecasts: ``month``, ``peak_kW``, and what else it gives.

    With ``spread_kW``, the standard deviation of the error, one row stands for a month, and its
    error is taken as normal: run k is the k-th of :data:`QUANTILES` equal parts in every month, a
    month above its forecast standing beside others above theirs. Without it, several rows of a
    month are ways that it may go, with ``weight`` where they are not equally likely; the k-th rows
    of all months are one run. ``energy_kWh`` of the month is asked for where a well-used capacity
    has a discount.

    Parameters
    ----------
    seconds : of the interval that a peak is over.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    columns = read_columns(path)
    rows = _rows(columns)
    if "spread_kW" in columns.names:
        return _spread(columns.name, rows, seconds)
    runs: dict[int, dict[dt.date, MonthDrawn]] = {}
    weights: dict[int, Fraction] = {}
    counted: dict[dt.date, int] = {}
    faults = []
    for row in rows:
        number = counted.get(row.month, 0)
        counted[row.month] = number + 1
        runs.setdefault(number, {})[row.month] = row.drawn(row.peak, seconds)
        if weights.setdefault(number, row.weight) != row.weight:
            faults.append(Fault(
                (columns.name, f"{row.month:%Y-%m}", "weight"), f"{float(row.weight):g}",
                f"{float(weights[number]):g}, as of the other months of this run",
                "give the rows of one run one weight",
            ))  # fmt: skip
    if faults:
        raise InputError(f"{columns.name} has {len(faults)} fault(s)", faults)
    return tuple(Run(f"{n + 1}", weights[n], months) for n, months in runs.items())


@dataclass(frozen=True, slots=True)
class _Row:
    month: dt.date
    peak: Fraction
    spread: Fraction
    energy: Fraction
    weight: Fraction

    def drawn(self, peak: Fraction, seconds: int) -> MonthDrawn:
        """The month at a peak in kW, which is never below nothing."""
        energy = round_half_even(self.energy * 1000)
        return MonthDrawn(
            Period.parse(f"{self.month:%Y-%m}"), {"": energy}, 0, max(peak, Fraction(0)) * 1000,
            None, Fraction(0), None, 0, seconds,
        )  # fmt: skip


def _spread(name: str, rows: Sequence[_Row], seconds: int) -> tuple[Run, ...]:
    twice = [row for n, row in enumerate(rows) if row.month in {r.month for r in rows[:n]}]
    if twice:
        rule = "one row a month where a spread is given"
        faults = [Fault((name, f"{row.month:%Y-%m}"), "two rows", rule,
                        "leave one out, or leave the spread out and give each row as a way it may "
                        "go") for row in twice]  # fmt: skip
        raise InputError(f"{name} has {len(faults)} fault(s)", faults)
    normal = NormalDist()
    runs = []
    for number in range(QUANTILES):
        at = Fraction(normal.inv_cdf((number + 0.5) / QUANTILES)).limit_denominator(10**6)
        months = {row.month: row.drawn(row.peak + at * row.spread, seconds) for row in rows}
        cut = frozenset(row.month for row in rows if row.peak + at * row.spread < 0)
        runs.append(Run(f"{number + 1}/{QUANTILES}", Fraction(1), months, cut))
    return tuple(runs)


def _rows(columns: Columns) -> list[_Row]:
    """The rows of a forecast, or all their faults."""
    months = columns.table["month"].to_pylist() if "month" in columns.names else None
    if months is None:
        columns.numbers("month")  # tells which columns there are
        raise AssertionError
    given = {"peak_kW": columns.numbers("peak_kW")}
    for name in ("spread_kW", "energy_kWh", "weight"):
        if name in columns.names:
            given[name] = columns.numbers(name)
    found, faults = [], []
    for number, text in enumerate(months):
        place = f"row {number + 2}"
        numbers = {name: float(values[number]) for name, values in given.items()}
        for name, value in numbers.items():
            if not np.isfinite(value) or value < 0 or (name == "weight" and value == 0):
                rule = "a number above zero" if name == "weight" else "a number, zero or above"
                faults.append(Fault((columns.name, name, place), f"{value:g}", rule,
                                    "correct the cell"))  # fmt: skip
        month = _month(text)
        if month is None:
            faults.append(Fault((columns.name, "month", place), repr(str(text)),
                                "a month such as 2026-03", "correct the cell"))  # fmt: skip
        if faults or month is None:
            continue
        exact = {name: Fraction(repr(value)) for name, value in numbers.items()}
        found.append(_Row(
            month, exact["peak_kW"], exact.get("spread_kW", Fraction(0)),
            exact.get("energy_kWh", Fraction(0)), exact.get("weight", Fraction(1)),
        ))  # fmt: skip
    if faults:
        raise InputError(f"{columns.name} has {len(faults)} fault(s)", faults)
    return found


def _month(given: object) -> dt.date | None:
    if isinstance(given, dt.datetime):
        given = given.date()
    if isinstance(given, dt.date):
        return given.replace(day=1)
    try:
        return dt.date.fromisoformat(f"{str(given).strip()[:7]}-01")
    except ValueError:
        return None


def _is_whole(period: Period) -> bool:
    (month,) = Period(period.from_day, period.to_day).widened(0).months()
    return month == period
