"""Every interval that a rule changed, withheld or gave: what was read, and what is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from celadon.records.quality.passes import (
    EXCHANGE,
    GAP,
    LONGER,
    MISSING,
    RULES,
    SOURCE_ESTIMATED,
    Flags,
    Integers,
)
from celadon.records.quality.readings import instant_of
from celadon.records.quality.steps import Judged, Steps

Band = tuple[int, int]
"""Lower and upper end of a 95 % interval, in counts."""


def repair_rows(
    judged: Judged, steps: Steps, bands: Mapping[int, Band]
) -> Iterator[dict[str, Any]]:
    """Rows of ``repair`` of one meter for its expected time.

    Parameters
    ----------
    steps : as they are used, estimates among them.
    bands : the interval of each estimate, by the instant of its step.
    """
    channel = judged.channel
    touched = (steps.ts < channel.to_ts) & (steps.ts + steps.seconds > channel.from_ts)
    told = (steps.rule != 0) & (steps.rule != EXCHANGE)
    told &= (steps.rule != SOURCE_ESTIMATED) & (steps.rule != LONGER)  # used as they were read
    told &= ~((steps.rule == GAP) & (steps.state == MISSING))
    odd = np.flatnonzero(touched & told)
    before = _as_read(judged, steps.ts[odd])
    for place, read in zip(odd.tolist(), before, strict=True):
        ts, count = int(steps.ts[place]), int(steps.count[place])
        low, high = bands.get(ts, (None, None))
        yield {
            "site": channel.site,
            "meter": channel.meter,
            "ts": instant_of(ts),
            "seconds": int(steps.seconds[place]),
            "rule": RULES[int(steps.rule[place])],
            "before": _small(read, channel.per_count),
            "after": _small(count if steps.state[place] != MISSING else None, channel.per_count),
            "low": _small(low, channel.per_count),
            "high": _small(high, channel.per_count),
        }


def _as_read(judged: Judged, ts: Integers) -> list[int | None]:
    """What was read at the start of steps: a count, or the plain rise of a register."""
    if judged.channel.kind == "interval":
        slots = judged.slots
        return _looked_up(slots.ts, slots.low, slots.known, ts)
    read: list[int | None] = [None] * len(ts)
    for dial in judged.dials:
        rise = dial.closing - dial.opening
        found = _looked_up(dial.ts, rise, np.ones(len(rise), np.bool_), ts)
        read = [one if other is None else other for one, other in zip(read, found, strict=True)]
    return read


def _looked_up(at: Integers, count: Integers, known: Flags, ts: Integers) -> list[int | None]:
    """The counts at instants; None where there is none, or it is not known."""
    if not len(at):
        return [None] * len(ts)
    place = np.minimum(np.searchsorted(at, ts), len(at) - 1)
    there = (at[place] == ts) & known[place]
    pairs = zip(count[place].tolist(), there.tolist(), strict=True)
    return [read if is_there else None for read, is_there in pairs]


def _small(count: int | None, per_count: int) -> int | None:
    return None if count is None else count * per_count
