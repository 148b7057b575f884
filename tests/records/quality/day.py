"""One day for the tests of the rules: 3 March 2025 in Shanghai, 96 quarters of an hour.

It begins on 2 March at 16:00 UTC. Meters count kilograms, and one count is one kilogram, so that a
number in a file is the number in an interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Interval,
    Judged,
    Reading,
    interval_meter,
    judge,
    register_meter,
    site_of,
)

START = dt.datetime(2025, 3, 2, 16)
END = START + DAY
LIVELY = [100 + n * 37 % 23 for n in range(96)]
TOTAL = sum(LIVELY)
STEPS = [20 + n * 7 % 5 for n in range(96)]
STANDING = [1000 + sum(STEPS[:n]) for n in range(97)]
COLUMNS = ("subject", "rule", "from_ts", "to_ts", "slots", "before", "after", "source_row")


def at(slot: int) -> dt.datetime:
    return START + slot * SLOT


def measured(counts: Sequence[int | None], first: int = 0) -> list[Interval]:
    return [
        (at(first + n), 900, count, "measured", None)
        for n, count in enumerate(counts)
        if count is not None
    ]


def missing(slot: int, rule: str, slots: int = 1) -> Interval:
    return (at(slot), slots * 900, None, "missing", rule)


def changed(counts: Sequence[int], changes: Mapping[int, int | None]) -> list[int | None]:
    return [changes.get(n, count) for n, count in enumerate(counts)]


def without(counts: Sequence[int], *slots: int) -> list[int | None]:
    return changed(counts, dict.fromkeys(slots))


def judged(folder: Path, readings: Sequence[Reading], **meter: Any) -> Judged:
    """One interval meter in one file."""
    site = site_of(interval_meter(**meter))
    return judge(site, [Delivery({"m": readings})], folder)


def register(folder: Path, readings: Sequence[Reading], **meter: Any) -> Judged:
    """One register in one file."""
    site = site_of(register_meter(**meter))
    return judge(site, [Delivery({"r": readings})], folder)


def event(rule: str, slot: int, slots: int = 1, subject: str = "m", **more: Any) -> tuple[Any, ...]:
    """An event over whole slots, with the row of its first slot in an undisturbed file."""
    row = {
        "subject": subject,
        "rule": rule,
        "from_ts": at(slot),
        "to_ts": at(slot + slots),
        "slots": slots,
        "before": None,
        "after": None,
        "source_row": slot + 2,
    } | more
    return tuple(row[name] for name in COLUMNS)
