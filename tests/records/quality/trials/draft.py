"""A trial while it is made: the truth, what the meter showed, and the rows of its files.

Slots are numbered from the first of the trial. An interval meter has a reading per slot; a register
one per instant, of which there is one more, and slot n lies between instants n and n + 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

MAIN = "main"
"""Stands for the main file of a place's rows; which one that is is known at the end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault, and what finding it means.

    Parameters
    ----------
    first, end : the slots of its place; nothing outside it is touched.
    size : how large it is, in the words of its kind.
    rules : rules whose event names it.
    subject : the meter or the file that such an event speaks of.
    promised : whether it is above the size from which it must be found.
    needs : slots that such events must cover, as what the file says of them is not true.
    tally : rows that such events must count together, where rows of a file are concerned.
    covers : rules whose events cover as well, though they do not name it.
    """

    kind: str
    first: int
    end: int
    size: str
    rules: tuple[str, ...]
    subject: str
    promised: bool = True
    needs: frozenset[int] = frozenset()
    tally: int = 0
    covers: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """A row of a file: the reading that it holds, and the stamp and count that it gives it."""

    slot: int
    ts: dt.datetime
    count: int


@dataclass(frozen=True, slots=True)
class LaterFile:
    """Rows that arrive in a file of their own, after all others."""

    name: str
    rows: list[Row]


@dataclass(slots=True)
class Draft:
    """What planters work on.

    Parameters
    ----------
    first_ts : start of the first slot, UTC.
    truth : what truly passed, per slot.
    maximum : most counts of an hour, as declared; None where the meter declares none.
    shown : what the meter shows, per reading; wrong values are written here.
    rows : the rows of the main file in the order of the file; made from ``shown``.
    later : files that come after it.
    exchanges : records of exchanges: instant, closing, opening.
    silent : slots in which all companions read zero as well.
    reserved : places that are taken.
    stamps : the instant at which each slot begins, and the end of the last.
    """

    draws: np.random.Generator
    is_register: bool
    first_ts: dt.datetime
    minutes: int
    zone: ZoneInfo
    truth: Counts
    maximum: int | None
    modulus: int | None
    stuck_after: int
    shown: Counts
    rows: list[Row] = field(default_factory=list)
    later: list[LaterFile] = field(default_factory=list)
    exchanges: list[tuple[dt.datetime, int, int]] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    reserved: list[tuple[int, int]] = field(default_factory=list)
    stamps: list[dt.datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.stamps = [self.first_ts + slot * self.step for slot in range(len(self.truth) + 1)]

    @property
    def step(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.minutes)

    @property
    def slots(self) -> int:
        return len(self.truth)

    @property
    def per_day(self) -> int:
        return 1440 // self.minutes

    @property
    def hour(self) -> int:
        """Slots of an hour."""
        return 60 // self.minutes

    def at(self, slot: int) -> dt.datetime:
        """The instant at which a slot begins."""
        return self.stamps[slot]

    def most(self, slots: int = 1) -> int:
        """Most counts that can pass in so many slots, as the declaration has it, and one count."""
        if self.maximum is None:
            raise ValueError("this meter declares no maximum")
        return self.maximum * slots // self.hour + 1

    def place(
        self, length: int, wanted: Callable[[int], bool] = lambda _: True, tries: int = 200
    ) -> int | None:
        """A drawn first slot for a fault of that length, a day away from all others.

        The first that is ``wanted`` of all tries; if none is, the last that is free; else None.
        """
        found: int | None = None
        low, high = self.per_day, self.slots - self.per_day - length
        if high <= low:
            return None
        for _ in range(tries):
            first = int(self.draws.integers(low, high))
            if self.is_free(first, first + length):
                found = first
                if wanted(first):
                    break
        return found

    def is_free(self, first: int, end: int) -> bool:
        """Whether a place lies a day or more away from all that are taken."""
        margin = self.per_day
        return all(end + margin <= a or first >= b + margin for a, b in self.reserved)

    def reserve(self, first: int, end: int) -> None:
        """Take a place, so that no other fault touches it."""
        self.reserved.append((first, end))

    def plant(self, fault: Fault) -> None:
        """Write a fault down."""
        self.faults.append(fault)

    def index(self, slot: int) -> int:
        """Where in the main file the row of a reading stands first."""
        return next(n for n, row in enumerate(self.rows) if row.slot == slot)

    def remove(self, slots: Iterable[int]) -> list[Row]:
        """Take the rows of some readings out of the main file."""
        gone = set(slots)
        taken = [row for row in self.rows if row.slot in gone]
        self.rows = [row for row in self.rows if row.slot not in gone]
        return taken

    def log_uniform(self, low: int, high: int) -> int:
        """An integer from low to high, small ones as likely as large ones."""
        high = max(low, high)
        return round(float(np.exp(self.draws.uniform(np.log(low), np.log(high + 0.499)))))
