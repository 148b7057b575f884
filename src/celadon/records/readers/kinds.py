"""Whether readings are as the meter is declared: an amount or a register, and of which length.

A register never falls but when it starts again, and stands far above its steps; an amount goes up
and down. Judged only where there is enough to judge by, and never taken for the declaration: the
readings are taken as declared, and the contradiction is told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from celadon.records.finding import Finding
from celadon.records.readers.clock import Longs
from celadon.records.readers.counts import MeterColumn
from celadon.records.readers.profile import Profile
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site

INTERVAL, REGISTER = "interval", "register"
"""The kinds that values can be told by; a state runs in every way."""

ENOUGH = 96
"""Readings of a meter below which its kind is not judged: a load may rise for half a day."""

_FALLS_OF_AN_AMOUNT = 0.2  # share of steps that go down, at least
_FALLS_OF_A_REGISTER = 0.005  # at most: exchanges, rollovers, and a repeated row
_STEPS_BELOW = 20  # a register stands this many of its mean steps above zero


def judged_kind(values: Longs) -> str | None:
    """What counts in the order of time run like; None where it cannot be told.

    Examples
    --------
    >>> judged_kind(np.arange(5000, 5100)), judged_kind(np.arange(100) * 37 % 50)
    ('register', 'interval')
    """
    if len(values) < ENOUGH:
        return None
    steps = np.diff(values)
    falls = np.count_nonzero(steps < 0) / len(steps)
    if falls >= _FALLS_OF_AN_AMOUNT:
        return INTERVAL
    rises = steps[steps > 0]
    if falls <= _FALLS_OF_A_REGISTER and len(rises) > len(steps) // 4:
        level, mean = float(np.median(values)), float(rises.sum()) / len(steps)
        return REGISTER if level >= _STEPS_BELOW * mean else None
    return None


def contradicted(
    grid: Grid, site: Site, columns: Sequence[MeterColumn], counted: pa.Table
) -> list[Finding]:
    """One finding for each meter whose readings run like one of another kind."""
    number, micros, count = (counted[name].to_numpy() for name in ("number", "micros", "count"))
    if not len(number):
        return []
    order = np.lexsort((micros, number)) if _disordered(number, micros) else None
    if order is not None:
        number, count = number[order], count[order]
    edges = np.flatnonzero(np.diff(number)) + 1
    findings = []
    for first, values in zip([0, *edges.tolist()], np.split(count, edges), strict=True):
        meter = columns[int(number[first])].meter
        judged = judged_kind(values) if meter.kind in (INTERVAL, REGISTER) else None
        if judged not in (None, meter.kind):
            numbers = {"declared": meter.kind, "judged": judged, "rows": len(values)}
            place = " › ".join((*grid.where, meter.id))
            findings.append(Finding(site.id, "kind_differs", meter.id, place, numbers))
    return findings


def _disordered(number: Longs, micros: Longs) -> bool:
    step = np.diff(number)
    return bool(((step < 0) | ((step == 0) & (np.diff(micros) < 0))).any())


def denied(
    grid: Grid, profile: Profile, site: Site, series: Sequence[tuple[MeterColumn, int]]
) -> list[Finding]:
    """One finding for each series of which the file itself says that it is of another kind.

    Parameters
    ----------
    series : the columns of a long sheet, each with the place of its first row.
    """
    index = grid.find(profile.columns.get("kind", ()))
    if index is None:
        return []
    findings = []
    for column, first in series:
        said = grid.columns[index][first].as_py().strip()
        judged, meter = profile.words.get(said, said), column.meter
        if judged and judged != meter.kind:
            numbers = {"declared": meter.kind, "judged": judged}
            place = " › ".join(grid.place(index, grid.rows[first].as_py()))
            findings.append(Finding(site.id, "kind_denied", meter.id, place, numbers))
    return findings


def of_other_length(
    grid: Grid, site: Site, columns: Sequence[MeterColumn], number: Longs
) -> list[Finding]:
    """One finding for each interval meter and length of which the file itself says another.

    Parameters
    ----------
    number : per row of the sheet, the number of its column; -1 where it is of none.
    """
    if grid.seconds is None:
        return []
    seconds, rows = grid.seconds.to_numpy(), grid.rows.to_numpy()
    findings = []
    for place, column in enumerate(columns):
        meter = column.meter
        if meter.kind != INTERVAL:
            continue
        own = (number == place) & (seconds > 0) & (seconds != meter.minutes * 60)
        for length in np.unique(seconds[own]).tolist():
            runs = runs_of(rows[own & (seconds == length)])
            numbers = {
                "declared": f"{meter.minutes} min", "judged": _length(length),
                "rows": int(np.count_nonzero(own & (seconds == length))), **rows_told(runs),
            }  # fmt: skip
            where = " › ".join((*grid.where, rows_place(runs), meter.id))
            findings.append(Finding(site.id, "length_denied", meter.id, where, numbers))
    return findings


def _length(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
