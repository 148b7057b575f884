"""Compiled passes over sorted readings: what the SQL of this room defines, at the speed of memory.

Each pass takes the readings of one meter in the order of time and walks over them once or twice. A
test holds the passes equal, cell by cell, to their definitions in ``sql/``. Here is what all of
them share.

Instants are whole seconds since 1970, UTC; amounts are integer counts. No pass leaves 64 bits: what
may is compared by division.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from celadon.compiling import compiled

Integers = NDArray[np.int64]
"""Instants in seconds, or counts."""

Codes = NDArray[np.int8]
"""Rules or states by their code."""

Flags = NDArray[np.bool_]
"""Yes or no of each."""

RULES = (
    "", "overlap", "x1000", "stuck", "spike", "conflict", "gap_healed", "rollover", "reset",
    "unknown_turns", "exchange", "gap", "misreading", "frozen", "marked_bad", "source_estimated",
    "longer_step",
)  # fmt: skip
"""Rules by the code that passes write; the first stands for none."""

(
    OVERLAP, THOUSANDFOLD, STUCK, SPIKE, CONFLICT, HEALED, ROLLOVER, RESET, TURNS, EXCHANGE, GAP,
    MISREADING, FROZEN, MARKED_BAD, SOURCE_ESTIMATED, LONGER,
) = range(1, 17)  # fmt: skip
"""The codes by name."""

STATES = ("measured", "estimated", "missing")
"""States by their code."""

MEASURED, ESTIMATED, MISSING = range(3)
"""The codes of states by name."""

NONE = -1
"""Stands for a limit that is not declared, or an amount that is not known."""

MANY = 1 << 62
"""More than any count, and still within 64 bits after an addition."""


@compiled
def most_counts(maximum: int, seconds: int) -> int:
    """Counts that can pass in a time, and one more: a pulse may fall into the next interval."""
    if maximum > 0 and seconds > MANY // maximum:
        return MANY
    return maximum * seconds // 3600 + 1


@compiled
def uncovered_stretches(
    ts: Integers, end: Integers, seconds: int, from_ts: int, to_ts: int
) -> tuple[Integers, Integers]:
    """Stretches of the expected time that no reading covers: their starts and lengths.

    Less than half an interval is the jitter of a clock.
    """
    start = np.empty(len(ts) + 1, np.int64)
    length = np.empty(len(ts) + 1, np.int64)
    n = 0
    last = from_ts
    for i in range(len(ts) + 1):
        first = ts[i] if i < len(ts) else to_ts
        one, other = max(last, from_ts), min(first, to_ts)
        if 2 * (other - one) >= seconds:
            start[n], length[n] = one, other - one
            n += 1
        if i < len(ts):
            last = end[i] if i == 0 else max(last, end[i])
    return start[:n], length[:n]
