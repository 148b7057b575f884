"""From the readings of a meter to its slots: rows put in order, repeats and conflicts settled.

Nearly all readings are plain: in the order of time, one for each slot. They pass straight through.
Only where the rows of a file turn back are they placed in time by the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa

from celadon.exact import round_half_even
from celadon.records.quality.filing_passes import (
    MARKS,
    goes_astray,
    last_told,
    placed_rows,
    turns_back,
)
from celadon.records.quality.passes import NONE, RULES, Codes, Flags, Integers, most_counts
from celadon.records.quality.readings import Series, instants, joined

PACKAGE = "celadon.records.quality"
"""Where the SQL of the quality rules lies."""


Clock = tuple[Integers, Integers]
"""Instants from which a distance from UTC holds, with the end of the last; and the distances."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A meter as the passes know it; -1 where a limit is not declared, instants in seconds."""

    channel: int
    site: str
    meter: str
    kind: str
    seconds: int
    per_count: int
    maximum: int
    modulus: int
    stuck_after: int
    estimate_seconds: int
    quiet_seconds: int
    from_ts: int
    to_ts: int
    life_from: int | None
    life_to: int | None


@dataclass(frozen=True, slots=True)
class Slots:
    """What is known of each slot of one meter.

    Parameters
    ----------
    stamped : its readings, placed in time.
    marked : which of these were moved, or stand out of order, and how: a place and a mark each.
    ts, low, high, delivery, source_row : per slot, what the last delivery says.
    mark : per slot, the rule of the mark that its source gave the reading, 0 for none; None if it
        gave none at all.
    """

    stamped: Series
    marked: Mapping[int, str]
    ts: Integers
    low: Integers
    high: Integers
    delivery: Integers
    source_row: Integers
    mark: Codes | None = None

    @property
    def known(self) -> Flags:
        """Slots that are not in conflict."""
        known: Flags = self.low == self.high
        return known

    @property
    def is_plain(self) -> bool:
        """Whether every reading has a slot of its own."""
        return len(self.ts) == len(self.stamped)


def placed_in_time(
    series: Series, channel: Channel, clock: Clock, recounts: Mapping[int, Fraction]
) -> tuple[Series, dict[int, str]]:
    """The readings of a meter placed in time and in present counts, with the marks of rows.

    Parameters
    ----------
    recounts : deliveries whose counts the declaration has changed since, and the present counts in
        one of theirs.

    Returns
    -------
    The readings in the life of the meter, and the marks by place among them.
    """
    marks: dict[tuple[int, int], str] = {}
    turned = _turned(series)
    if turned:
        series, marks = _refiled(series, channel, clock, turned)
    for delivery, ratio in recounts.items():
        mine = np.flatnonzero(series.delivery == delivery)
        told = [round_half_even(count * ratio) for count in series.count[mine].tolist()]
        count = series.count.copy()
        count[mine] = told
        series = replace(series, count=count)
    series = _within_life(series, channel)
    return series, _at_places(series, marks)


def settled(stamped: Series, marked: Mapping[int, str]) -> Slots:
    """The slots of a meter: of several readings for one, the last delivery's lowest and highest."""
    ts = stamped.ts
    if len(ts) < 2 or (ts[1:] > ts[:-1]).all():
        count, delivery, row = stamped.count, stamped.delivery, stamped.source_row
        return Slots(stamped, marked, ts, count, count, delivery, row, stamped.mark)
    first, low, high, row = last_told(ts, stamped.delivery, stamped.count, stamped.source_row)
    mark = None if stamped.mark is None else stamped.mark[first]
    return Slots(stamped, marked, ts[first], low, high, stamped.delivery[first], row, mark)


def shared_rows(stamped: Series) -> Flags:
    """Readings of slots of which more than one row speaks."""
    same = stamped.ts[1:] == stamped.ts[:-1]
    shared: Flags = np.concatenate(([False], same)) | np.concatenate((same, [False]))
    return shared[: len(stamped)]


def reading_table(channels: Mapping[int, Channel], series: Mapping[int, Series]) -> pa.Table:
    """Readings as rows of ``recorded``."""
    listed = [(channels[number], found) for number, found in series.items() if len(found)]
    sites = np.repeat([c.site for c, _ in listed], [len(found) for _, found in listed])
    return pa.table(
        {
            "site": pa.array(sites, pa.string()),
            "channel": _column([np.full(len(found), c.channel) for c, found in listed]),
            "delivery": _column([found.delivery for _, found in listed]),
            "ts": instants(_joined([found.ts for _, found in listed])),
            "count": _column([found.count for _, found in listed]),
            "source_row": _column([found.source_row for _, found in listed]),
        }
    )


def mark_table(series: Mapping[int, Series]) -> pa.Table:
    """Marks that sources gave to their readings, as rows of ``marked``."""
    listed = [
        (number, found, np.flatnonzero(found.mark), found.mark)
        for number, found in series.items()
        if found.mark is not None
    ]
    rules = [RULES[code] for _, _, places, mark in listed for code in mark[places].tolist()]
    return pa.table(
        {
            "channel": _column([np.full(len(places), number) for number, _, places, _ in listed]),
            "delivery": _column([found.delivery[places] for _, found, places, _ in listed]),
            "source_row": _column([found.source_row[places] for _, found, places, _ in listed]),
            "mark": pa.array(rules, pa.string()),
        }
    )


def _turned(series: Series) -> list[int]:
    """Deliveries whose rows of the meter do not go on in time."""
    if not goes_astray(series.ts, series.source_row, series.delivery):
        return []
    found: list[int] = np.unique(
        series.delivery[turns_back(series.ts, series.source_row, series.delivery)]
    ).tolist()
    return found


def _at_places(series: Series, marks: Mapping[tuple[int, int], str]) -> dict[int, str]:
    """Marks by the place of the reading that they are of."""
    if not marks:
        return {}
    rows = np.unique([row for _, row in marks])
    near = np.flatnonzero((series.source_row >= rows[0]) & (series.source_row <= rows[-1]))
    found = near[np.isin(series.source_row[near], rows)].tolist()
    keys = {place: (int(series.delivery[place]), int(series.source_row[place])) for place in found}
    return {place: marks[key] for place, key in keys.items() if key in marks}


def _refiled(
    series: Series, channel: Channel, clock: Clock, turned: Sequence[int]
) -> tuple[Series, dict[tuple[int, int], str]]:
    """Readings with those of turned deliveries placed in time, and marks by delivery and row."""
    marks: dict[tuple[int, int], str] = {}
    rest = np.ones(len(series), np.bool_)
    is_register = channel.kind == "register"
    most = most_counts(channel.maximum, channel.seconds) if is_register else NONE
    parts = []
    for delivery in turned:
        mine = series.delivery == delivery
        rest &= ~mine
        part = series.where(mine)
        part = part.where(np.lexsort((part.ts, part.source_row)))
        ts, mark = placed_rows(part.ts, part.count, channel.seconds, most, *clock)
        parts.append(replace(part, ts=ts))
        for place in np.flatnonzero(mark).tolist():
            marks[delivery, int(part.source_row[place])] = MARKS[mark[place]]
    return joined([series.where(rest), *parts]), marks


def _within_life(series: Series, channel: Channel) -> Series:
    """Readings in the life of the meter; a register is also read at its last instant."""
    alive = np.ones(len(series), np.bool_)
    if channel.life_from is not None:
        alive &= series.ts >= channel.life_from
    if channel.life_to is not None:
        last = channel.life_to + (channel.kind == "register")
        alive &= series.ts < last
    return series if alive.all() else series.where(alive)


def _column(parts: Iterable[np.ndarray]) -> pa.Array:
    return pa.array(_joined(list(parts)), pa.int64())


def _joined(parts: list[np.ndarray]) -> Integers:
    whole: Integers = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    return whole
