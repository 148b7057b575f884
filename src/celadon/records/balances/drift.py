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

from celadon.engine import Engine
from celadon.records.balances.balance import MOST_ESTIMATED
from celadon.records.balances.drift_fit import (
    BITS,
    LEVELS,
    MOST_DAYS,
    Change,
    Fit,
    Integers,
    Shape,
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
_CONSTANT = None


def meter_drifts(engine: Engine, families: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """Look for drift in every family of meters; the table ``meter_drift`` and findings.

    Reads ``meter_day`` and ``meter_family`` of the engine, which
    :func:`celadon.records.balances.balance.meter_balances` leaves in it.
    """
    days: dict[tuple[str, str], dict[dt.date, int | None]] = defaultdict(dict)
    for row in engine.query(_PACKAGE, "family_day", METER_DAY).to_pylist():
        days[row["site"], row["meter"]][row["day"]] = _known(row)
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in families.to_pylist():
        members[row["site"], row["parent"]].append(row["child"])
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for (site, parent), children in sorted(members.items()):
        family = family_days(
            parent, days[site, parent], {child: days[site, child] for child in children}
        )
        found = family_drift(family)
        rows += [{"site": site, "parent": parent} | row for row in found.rows()]
        findings += found.findings(site)
    return METER_DRIFT.from_rows(rows), findings


def _known(row: Mapping[str, Any]) -> int | None:
    """The amount of a day; None where something is missing or more than a little estimated."""
    amount = row["measured"] + row["estimated"]
    if row["seconds_missing"] or abs(row["estimated"]) > MOST_ESTIMATED * abs(amount):
        return None
    return int(amount)


def family_days(
    parent: str,
    parent_days: Mapping[dt.date, int | None],
    child_days: Mapping[str, Mapping[dt.date, int | None]],
) -> FamilyDays:
    """The days on which every meter of a family is wholly known; lone outlying days left out."""
    children = tuple(sorted(child_days))
    rows = []
    for day in sorted(parent_days)[-MOST_DAYS:]:
        amounts = [parent_days[day], *(child_days[child].get(day) for child in children)]
        known = [amount for amount in amounts if amount is not None]
        if len(known) == len(amounts):
            rows.append((day, known))
    kept = [rows[n] for n in _ordinary([row[1][0] - sum(row[1][1:]) for row in rows])]
    return FamilyDays(
        parent,
        children,
        tuple(day for day, _ in kept),
        tuple(amounts[0] for _, amounts in kept),
        tuple(tuple(amounts[n + 1] for _, amounts in kept) for n in range(len(children))),
    )


def _ordinary(differences: Sequence[int]) -> list[int]:
    """Places whose difference does not stand far off those of the three days on either side."""
    apart = [
        abs(value - median_low(differences[max(0, n - 3) : n + 4]))
        for n, value in enumerate(differences)
    ]
    usual = median_low(apart) if apart else 0
    kept = [n for n, value in enumerate(apart) if value <= _OUTLYING * usual]
    return kept if 20 * len(kept) >= 19 * len(apart) else list(range(len(apart)))


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
        first = max(suspects, key=lambda suspect: fit.gain(suspect.values, tried))
        leading = fit.best_change(first.values, tried, days)
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
    fit: Fit, suspects: Sequence[_Suspect], tried: Sequence[Shape], days: Sequence[int]
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
    total = [sum(amounts) for amounts in zip(*family.child_amounts, strict=True)]
    largest = max(1, *(abs(value) for value in (*family.parent_amounts, *total)),
                  *(abs(v) for amounts in family.child_amounts for v in amounts))  # fmt: skip

    def scaled(amounts: Sequence[int]) -> Integers:
        return np.array([(value << BITS) // largest for value in amounts], dtype=np.int64)

    constant = np.full(len(family.days), 1 << BITS, dtype=np.int64)
    children = [
        (child, scaled(amounts))
        for child, amounts in zip(family.children, family.child_amounts, strict=True)
        if any(amounts)
    ]
    suspects = [_Suspect(child, n + 1, values) for n, (child, values) in enumerate(children)]
    if len(children) > 1:  # with one child, its change and its parent's are the same
        suspects.append(_Suspect(family.parent, None, scaled(total)))
    suspects.append(_Suspect(_CONSTANT, None, constant))
    columns = np.column_stack([constant, *(values for _, values in children)])
    return scaled(family.parent_amounts), columns, suspects


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
    limits: dict[str, list[tuple[Fraction, str | None, bool]]] = defaultdict(list)
    values = np.stack([suspect.values for suspect in suspects], axis=1)
    for example in examples(days):
        products = fit.freedoms(values * example.weights[:, None])
        for n, suspect in enumerate(suspects):
            if suspect.place is not None and suspect.meter is not None:
                limits[suspect.meter] += _limits(products, n, suspects)
    seen = {}
    for child, found in limits.items():
        freedom, instead, is_separable = min(found, key=lambda limit: limit[0])
        seen[child] = (_root(variance * LEVELS**2, freedom), instead, is_separable)
    return seen


def _limits(
    products: Sequence[Sequence[Fraction]], n: int, suspects: Sequence[_Suspect]
) -> list[tuple[Fraction, str | None, bool]]:
    """What bounds the drift of one suspect that shows: its own freedom, and that beside others."""
    own = products[n][n]
    return [(own / DETECT**2, None, True)] + [
        ((own - products[n][m] ** 2 / products[m][m]) / SEPARATE**2, other.meter, False)
        for m, other in enumerate(suspects)
        if m != n and products[m][m] > 0
    ]


def _root(variance: Fraction, freedom: Fraction) -> Fraction:
    """The root of a quotient to a millionth, rounded up; at most one."""
    if freedom <= variance:
        return Fraction(1)
    quotient = variance / freedom * 10**12
    return Fraction(isqrt(int(quotient)) + 1, 10**6)
