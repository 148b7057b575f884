"""What a state meter showed by day, once more, in plain loops; shares nothing with the SQL.

Instants are whole seconds since 1970; a reading is (instant, lowest value, highest value). Readings
come in their order of time, which the second alone does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Known = tuple[int, int, int]
"""Instant, lowest and highest value that the last delivery gives it."""

Day = tuple[int, int, int | None, int | None, int]
"""Weighted sum, seconds known, lowest, highest, seconds missing."""


@dataclass(frozen=True, slots=True)
class StateMeter:
    """A state meter as the engine knows it: expected from ``start`` to ``end``."""

    seconds: int
    maximum: int | None
    start: int
    end: int


def reference_state_days(
    meter: StateMeter, readings: Sequence[Known], days: Sequence[tuple[int, int]]
) -> list[Day | None]:
    """Of each local day, what the meter showed; None on days on which it is not expected."""
    pieces = held(meter, readings)
    found: list[Day | None] = []
    for day_start, day_end in days:
        start, end = max(day_start, meter.start), min(day_end, meter.end)
        if start >= end:
            found.append(None)
            continue
        weighted = known = 0
        values = []
        for begin, until, value in pieces:
            seconds = min(until, end) - max(begin, start)
            if seconds > 0:
                weighted += value * seconds
                known += seconds
                values.append(value)
        low, high = (min(values), max(values)) if values else (None, None)
        found.append((weighted, known, low, high, end - start - known))
    return found


def held(meter: StateMeter, readings: Sequence[Known]) -> list[tuple[int, int, int]]:
    """Start, end and value of what each good reading stands for."""
    pieces = []
    for index, (instant, low, high) in enumerate(readings):
        until = instant + 2 * meter.seconds
        if index + 1 < len(readings):
            until = min(until, readings[index + 1][0])
        if low == high and (meter.maximum is None or low <= meter.maximum):
            pieces.append((instant, until, low))
    return pieces
