"""When the rows of a file of profiles are: their clock, their order, what their stamps tell.

A design counts in local standard time, at the start of each step. A file may say how far its clock
is from UTC, may stand in another order, or be stamped at the ends of its steps. What can be told
from the file is taken so and told; nothing is moved in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from celadon.numerics.lp.expression import Index
from celadon.records.finding import Finding

Instants = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Stamps:
    """The column of times of a file.

    Attributes
    ----------
    shown : as the clock of the file shows them, to the minute.
    ahead : minutes by which that clock is ahead of UTC at each row; None where it does not say.
    file, column : where they stand.
    """

    shown: Instants
    ahead: Index | None
    file: str
    column: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a design.

    Attributes
    ----------
    zone : its name; empty where the design names none and goes by the clock of its file.
    ahead : minutes by which its standard time is ahead of UTC.
    """

    zone: str = ""
    ahead: int = 0

    @classmethod
    def of(cls, zones: Iterable[str], year: int) -> Clock:
        """The clock of the first zone that is named.

        Examples
        --------
        >>> Clock.of(["", "Europe/Berlin"], 2025)
        Clock(zone='Europe/Berlin', ahead=60)
        """
        zone = next(filter(None, zones), "")
        return cls(zone, _standard(ZoneInfo(zone), year) if zone else 0)


NO_ZONE = Clock()
"""Of a design that names no zone."""


@dataclass(frozen=True, eq=False)
class Settled:
    """The start of the step of each row in local standard time, and what was found on the way."""

    times: Instants
    findings: tuple[Finding, ...]


def settled(stamps: Stamps, clock: Clock, year: int, design: str) -> Settled:
    """The local standard time at which the step of each row begins.

    Parameters
    ----------
    year : of the design, by which stamps at the ends of its steps are known.
    design : its id, for findings.
    """
    times, found = _in_standard_time(stamps, clock, design)
    times, more = _in_order(times, stamps, design)
    times, last = _at_starts(times, stamps, year, design)
    return Settled(times, (*found, *more, *last))


def step_minutes(times: Instants) -> int:
    """The step that most rows have to the next instant; 0 without two instants.

    Examples
    --------
    >>> step_minutes(np.array(["2025-01-01T00:00", "2025-01-01T00:15"], "datetime64[m]"))
    15
    """
    steps = np.diff(np.unique(times)).astype(np.int64)
    if not steps.size or np.isnat(times).any():
        return 0
    return int(np.bincount(steps).argmax()) if steps.max() < _LONG else 60


def _standard(zone: ZoneInfo, year: int) -> int:
    """Minutes by which the standard time of a zone is ahead of UTC: the least of its year."""
    noons = (dt.datetime(year, month, 15, 12, tzinfo=zone) for month in range(1, 13))
    return min(round((noon.utcoffset() or dt.timedelta()).total_seconds() / 60) for noon in noons)


def _in_standard_time(
    stamps: Stamps, clock: Clock, design: str
) -> tuple[Instants, tuple[Finding, ...]]:
    """Stamps that say their distance from UTC, in the standard time of the design.

    Without a zone of the design that of the file is kept: the least distance that it says, as
    summer time is ahead of standard time.
    """
    if stamps.ahead is None or not len(stamps.shown):
        return stamps.shown, ()
    said = int(stamps.ahead.min())
    kept = clock.ahead if clock.zone else said
    times = stamps.shown + (kept - stamps.ahead).astype("timedelta64[m]")
    told = {"said": offset_text(said), "kept": offset_text(kept), "zone": clock.zone or "-",
            "hours": f"{abs(kept - said) / 60:g}"}  # fmt: skip
    rule = "times_from_utc" if said == kept else "times_of_another_clock"
    return times, (Finding(design, rule, stamps.file, stamps.column, told),)


def _in_order(times: Instants, stamps: Stamps, design: str) -> tuple[Instants, list[Finding]]:
    """Stamps where the rows do not follow each other: midnights of the wrong day, and the rest.

    A midnight that ends a day under that day's own date is known by its place in the file, by the
    pass that also finds it in the readings of a ledger.
    """
    if not len(times) or not (np.diff(times).astype(np.int64) < 0).any():
        return times, []
    # compiled code that only a file out of order needs
    from celadon.records.quality.filing_passes import MARKS, placed_rows  # noqa: PLC0415

    seconds = times.astype("datetime64[s]").astype(np.int64)
    # as long as a clock without summer time is known: all that is there, and the days beside it
    known = np.array([seconds.min() - 86_400, seconds.max() + 2 * 86_400], np.int64)
    none = np.zeros(len(times), np.int64)
    moved, mark = placed_rows(seconds, none, 60 * step_minutes(times), -1, known, none[:1])
    found = []
    midnights = np.flatnonzero(mark == MARKS.index("mislabelled_midnight"))
    if len(midnights):
        times = times.copy()
        times[midnights] = moved[midnights].astype("datetime64[s]").astype("datetime64[m]")
        found.append(_told("profile_midnights", midnights, stamps, design))
    behind = np.flatnonzero(mark == MARKS.index("out_of_order"))
    if len(behind):
        found.append(_told("profile_out_of_order", behind, stamps, design))
    return times, found


def _told(rule: str, rows: Index, stamps: Stamps, design: str) -> Finding:
    first = int(rows[0])
    when = str(stamps.shown[first]).replace("T", " ")
    told = {"rows": len(rows), "row": first + 2, "when": when}
    return Finding(design, rule, stamps.file, stamps.column, told)


def _at_starts(
    times: Instants, stamps: Stamps, year: int, design: str
) -> tuple[Instants, list[Finding]]:
    """Stamps that tell the ends of the steps of a year: from its first end to the next year."""
    minutes = step_minutes(times)
    start, end = (np.datetime64(f"{each}-01-01", "m") for each in (year, year + 1))
    step = np.timedelta64(minutes, "m")
    if not minutes or times.min() != start + step or times.max() != end:
        return times, []
    told = {"minutes": minutes}
    return times - step, [Finding(design, "stamped_at_ends", stamps.file, stamps.column, told)]


def offset_text(minutes: int) -> str:
    """A distance from UTC as it is written.

    Examples
    --------
    >>> offset_text(480), offset_text(-210)
    ('+08:00', '-03:30')
    """
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


_LONG = 10**6
"""Minutes between two instants beyond which no step is counted."""
