"""Drift: a child meter that slowly, or at once, reads otherwise against its parent than before.

A parent's day is fitted by its children's, each with its own factor, and a constant. Then a change
is added to the fit: of one child, of all of them (the parent drifted), or of the constant (a load
that no child meters), from any day on, at once or over 60 to 180 days, or for some weeks only. A
child is named if its change explains the days far better than no change and clearly better than
every other suspect.

How small a drift can be seen and named depends on how steady the balance is and on how much the
children move apart from each other. That size is worked out from the days themselves and shown as
``seen_from``; where it is above 3 %, the answer is that it cannot be told.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from statistics import median_low
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from celadon.engine import Engine
from celadon.records.balances.balance import MOST_ESTIMATED
from celadon.records.balances.drift_bounds import Floats, Freedoms
from celadon.records.balances.drift_exact import Integers
from celadon.records.balances.drift_fit import (
    BITS,
    LEVELS,
    MOST_DAYS,
    Change,
    Fit,
    Shapes,
    examples,
    is_better,
    shapes,
)
from celadon.records.balances.drift_found import (
    FEWEST_DAYS,
    METER_DRIFT,
    PROMISED,
    FamilyDays,
    FamilyDrift,
    Spell,
)
from celadon.records.finding import Finding
from celadon.records.quality.readings import runs_of
from celadon.records.tables import METER_DAY

__all__ = [
    "METER_DRIFT",
    "PROMISED",
    "FamilyDays",
    "FamilyDrift",
    "family_days",
    "family_drift",
    "meter_drifts",
]

_PACKAGE = "celadon.records.balances"

SMALLEST_NAMED = Fraction(15, 1000)
"""A child is not named for less."""

SURE = 40
"""By how many variances of a day a change must lower the squares."""

DETECT, SEPARATE = 9, 8
"""Spreads that a drift must have to be seen, and to be told from another suspect."""

LEAST_OF_SEEN = Fraction(2, 5)
"""A drift is named from this part of the size at which it is sure to be."""

ROUNDS = 4
"""Changes that are looked for, one after the other."""

_OUTLYING = 10
_EPOCH = dt.date(1970, 1, 1).toordinal()
_CONSTANT = None


def meter_drifts(engine: Engine, families: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """Look for drift in every family of meters; the table ``meter_drift`` and findings.

    Reads ``meter_day`` and ``meter_family`` of the engine, which
    :func:`celadon.records.balances.balance.meter_balances` leaves in it.
    """
    if not families.num_rows:
        return METER_DRIFT.from_rows([]), []
    days = _meter_days(engine.query(_PACKAGE, "family_day", METER_DAY))
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in families.to_pylist():
        members[row["site"], row["parent"]].append(row["child"])
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for (site, parent), children in sorted(members.items()):
        found = family_drift(
            _family(parent, sorted(children), {m: days.get((site, m)) for m in (parent, *children)})
        )
        rows += [{"site": site, "parent": parent} | row for row in found.rows()]
        findings += found.findings(site)
    return METER_DRIFT.from_rows(rows), findings


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of one meter by their ordinal, in order; whether enough of each is known."""

    day: Integers
    amount: NDArray[Any]
    known: NDArray[np.bool_]


def _meter_days(table: pa.Table) -> dict[tuple[str, str], _Days]:
    """The days of each meter; one of which a part is missing, or more than a little estimated, is
    not known."""
    day = table["day"].cast(pa.int32()).to_numpy().astype(np.int64) + _EPOCH
    measured, estimated = table["measured"].to_numpy(), table["estimated"].to_numpy()
    known = table["seconds_missing"].to_numpy() == 0
    amount = measured.astype(object) + estimated if _is_large(measured) else measured + estimated
    for row in np.flatnonzero(known & (estimated != 0)).tolist():
        known[row] = abs(int(estimated[row])) <= MOST_ESTIMATED * abs(int(amount[row]))
    meters = pc.binary_join_element_wise(table["site"], table["meter"], " ")
    return {
        (site, meter): _Days(day[a:b], amount[a:b], known[a:b])
        for name, a, b in runs_of(meters)
        for site, meter in (name.split(" "),)
    }


def _is_large(amounts: Integers) -> bool:
    """Whether two such amounts may not fit 64 bits together."""
    return bool(len(amounts)) and max(int(amounts.max()), -int(amounts.min())) >= 1 << 61


def family_days(
    parent: str,
    parent_days: Mapping[dt.date, int | None],
    child_days: Mapping[str, Mapping[dt.date, int | None]],
) -> FamilyDays:
    """The days on which every meter of a family is wholly known; lone outlying days left out."""
    days = {child: _of_dates(told) for child, told in child_days.items()}
    return _family(parent, sorted(child_days), days | {parent: _of_dates(parent_days)})


def _of_dates(told: Mapping[dt.date, int | None]) -> _Days:
    listed = sorted(told.items())
    return _Days(
        np.array([day.toordinal() for day, _ in listed], np.int64),
        np.array([0 if amount is None else amount for _, amount in listed], object),
        np.array([amount is not None for _, amount in listed], np.bool_),
    )


def _family(
    parent: str, children: Sequence[str], days_of: Mapping[str, _Days | None]
) -> FamilyDays:
    own = days_of[parent] or _of_dates({})
    at, known = own.day[-MOST_DAYS:], own.known[-MOST_DAYS:].copy()
    columns = [own.amount[-MOST_DAYS:]]
    for child in children:
        there = days_of[child]
        if there is None or not len(there.day):
            known[:] = False
            columns.append(np.zeros(len(at), np.int64))
            continue
        place = np.minimum(np.searchsorted(there.day, at), len(there.day) - 1)
        known &= (there.day[place] == at) & there.known[place]
        columns.append(there.amount[place])
    amounts = _narrow([column[known] for column in columns])
    kept = _ordinary(amounts[0] - np.sum(amounts[1:], axis=0))
    first, *rest = (tuple(column[kept].tolist()) for column in amounts)
    days = tuple(map(dt.date.fromordinal, at[known][kept].tolist()))
    return FamilyDays(parent, tuple(children), days, first, tuple(rest))


def _narrow(columns: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Columns that 64 bits hold, and any difference of their sums; else Python's own integers."""
    ends = (end for column in columns if len(column) for end in (column.min(), column.max()))
    largest = max((abs(int(end)) for end in ends), default=0)
    wide = 4 * largest * len(columns) * _OUTLYING >= 1 << 63
    return [column.astype(object if wide else np.int64) for column in columns]


def _ordinary(differences: NDArray[Any]) -> NDArray[np.intp]:
    """Places whose difference does not stand far off those of the three days on either side."""
    if not len(differences):
        return np.array([], np.intp)
    usual = differences.copy()
    if len(differences) > 6:
        usual[3:-3] = np.sort(sliding_window_view(differences, 7), axis=1)[:, 3]
    for n in {*range(min(3, len(usual))), *range(max(len(usual) - 3, 0), len(usual))}:
        usual[n] = median_low(differences[max(0, n - 3) : n + 4].tolist())
    apart = np.abs(differences - usual)
    limit = _OUTLYING * int(np.sort(apart)[(len(apart) - 1) // 2])
    kept = np.flatnonzero(apart <= limit)
    return kept if 20 * len(kept) >= 19 * len(apart) else np.arange(len(apart))


@dataclass(frozen=True, slots=True)
class _Suspect:
    """What may have changed: a child by its place, the parent, or a load without a meter."""

    meter: str | None
    place: int | None
    values: Integers


def family_drift(family: FamilyDays) -> FamilyDrift:
    """Look for drift in the days of one family."""
    found = FamilyDrift(family)
    if len(family.days) < FEWEST_DAYS:
        return found
    target, columns, suspects = _scaled(family)
    days = [day.toordinal() for day in family.days]
    tried = shapes(days)
    explained: set[str | None] = set()
    for _ in range(ROUNDS):
        fit = Fit(columns, target)
        first, best = fit.leading([suspect.values for suspect in suspects], tried)
        leading = fit.best_change(suspects[first].values, tried, days, best)
        if leading is None:
            break
        variance = fit.variance(leading.residuals, days)
        of_named = {child: found.seen_from[child] for child in found.named}
        found.seen_from = _seen_from(fit, suspects, variance, days) | of_named
        if leading.reduction < SURE * variance:
            break
        change, suspect, rivals = _ranked(fit, suspects, tried, days)
        if explained & {s.meter for s in (suspect, *rivals)}:
            break  # what is left of a change already told, which grew otherwise than tried
        if not _explain(found, change, suspect, rivals, target):
            found.unclear = True
            break
        explained.add(suspect.meter)
        columns = np.column_stack([columns, change.column])
    return found


def _ranked(
    fit: Fit, suspects: Sequence[_Suspect], tried: Shapes, days: Sequence[int]
) -> tuple[Change, _Suspect, list[_Suspect]]:
    """The change that explains most, its suspect, and those that explain nearly as much."""
    changes = ((fit.best_change(s.values, tried, days), s) for s in suspects)
    ranked = sorted(
        ((change, suspect) for change, suspect in changes if change is not None),
        key=lambda pair: -pair[0].reduction,
    )
    best, suspect = ranked[0]
    rivals = [
        other for rival, other in ranked[1:] if not is_better(best.residuals, rival.residuals, days)
    ]
    return best, suspect, rivals


def _scaled(family: FamilyDays) -> tuple[Integers, Integers, list[_Suspect]]:
    """The parent, the constant with the children that read anything, and all suspects."""
    told = (family.parent_amounts, *family.child_amounts)
    own, *children_of = _narrow([np.array(amounts, object) for amounts in told])
    total: NDArray[Any] = np.sum(children_of, axis=0)
    largest = max(1, *(int(np.abs(amounts).max()) for amounts in (own, total, *children_of)))

    def scaled(amounts: NDArray[Any]) -> Integers:
        if largest >= 1 << (62 - BITS):
            amounts = amounts.astype(object)
        small: Integers = ((amounts << BITS) // largest).astype(np.int64)
        return small

    constant = np.full(len(family.days), 1 << BITS, dtype=np.int64)
    children = [
        (child, scaled(amounts))
        for child, amounts in zip(family.children, children_of, strict=True)
        if amounts.any()
    ]
    suspects = [_Suspect(child, n + 1, values) for n, (child, values) in enumerate(children)]
    if len(children) > 1:  # with one child, its change and its parent's are the same
        suspects.append(_Suspect(family.parent, None, scaled(total)))
    suspects.append(_Suspect(_CONSTANT, None, constant))
    columns = np.column_stack([constant, *(values for _, values in children)])
    return scaled(own), columns, suspects


def _explain(
    found: FamilyDrift,
    change: Change,
    suspect: _Suspect,
    rivals: Sequence[_Suspect],
    target: Integers,
) -> bool:
    """Write down what a change means; whether it is clear enough to look for another behind it."""
    days, shape = found.family.days, change.shape
    until = days[shape.last] + dt.timedelta(days=1)
    spell = Spell(days[shape.start], until, shape.last == len(days) - 1)
    size = change.size
    if suspect.place is not None and suspect.meter is not None and not rivals:
        limit = found.seen_from[suspect.meter][0] * LEAST_OF_SEEN
        read = -size / (change.coefficients[suspect.place] + size)
        if abs(size) >= max(limit, SMALLEST_NAMED):
            found.named[suspect.meter] = (spell, read)
            return True
    share = size * Fraction(int(suspect.values.sum()), max(int(target.sum()), 1))
    meters = tuple(s.meter for s in (suspect, *rivals) if s.meter is not None)
    found.shifts.append((spell, share, meters))
    return suspect.place is None and not rivals


def _seen_from(
    fit: Fit, suspects: Sequence[_Suspect], variance: Fraction, days: Sequence[int]
) -> dict[str, tuple[Fraction, str | None, bool]]:
    """Per child the drift that would be seen and named, whichever example of a change it takes."""
    values = np.stack([suspect.values for suspect in suspects], axis=1)
    freedoms = [fit.freedoms(values * example.weights[:, None]) for example in examples(days)]
    parts = np.full((len(suspects), len(suspects)), float(SEPARATE**2))
    np.fill_diagonal(parts, DETECT**2)
    low, high = (np.stack([getattr(f, end) / parts for f in freedoms]) for end in ("low", "high"))
    seen = {}
    for n, suspect in enumerate(suspects):
        if suspect.place is not None and suspect.meter is not None and freedoms:
            size, m = _least(freedoms, n, low[:, n], high[:, n], variance * LEVELS**2)
            seen[suspect.meter] = (size, None if m == n else suspects[m].meter, m == n)
    return seen


def _least(
    freedoms: Sequence[Freedoms], n: int, low: Floats, high: Floats, variance: Fraction
) -> tuple[Fraction, int]:
    """The drift of suspect ``n`` that would be seen, and which suspect limits it: maybe itself.

    What bounds it most is its own freedom in an example, or that beside another suspect; of those
    that bound it alike the first.

    Parameters
    ----------
    low, high : bounds on what bounds it, of shape [examples, suspects]. Where they leave one that
        may be it, and agree on its size to a millionth, nothing is computed exactly.
    """
    limit = high.min()
    limit += abs(limit) * 1e-9
    able = np.argwhere(low <= limit).tolist()
    if len(able) == 1:
        ((which, m),) = able
        if low[which, m] > 0:
            sizes = {_root(variance, Fraction(end[which, m])) for end in (low, high)}
            if len(sizes) == 1:
                return sizes.pop(), m
    best: tuple[Fraction, int] | None = None
    for which, m in sorted(able, key=lambda place: (place[0], place[1] != n)):
        at = freedoms[which].at
        if m == n:
            bound = at(n, n) / DETECT**2
        elif at(m, m) > 0:
            bound = (at(n, n) - at(n, m) ** 2 / at(m, m)) / SEPARATE**2
        else:
            continue
        if best is None or bound < best[0]:
            best = bound, m
    assert best is not None  # noqa: S101  what bounds most is among what may
    return _root(variance, best[0]), best[1]


def _root(variance: Fraction, freedom: Fraction) -> Fraction:
    """The root of a quotient to a millionth, rounded up; at most one."""
    if freedom <= variance:
        return Fraction(1)
    above = variance.numerator * freedom.denominator * 10**12
    return Fraction(isqrt(above // (variance.denominator * freedom.numerator)) + 1, 10**6)
