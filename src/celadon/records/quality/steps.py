"""What the passes make of the slots of one meter: its steps, and what there is to tell of them.

A *step* is a stretch of time with an amount: a slot of an interval meter, the time between two
readings of a register, or a stretch of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from celadon.records.quality.interval_passes import interval_pass
from celadon.records.quality.passes import (
    ESTIMATED,
    EXCHANGE,
    GAP,
    HEALED,
    LONGER,
    MARKED_BAD,
    MEASURED,
    MISSING,
    NONE,
    OVERLAP,
    ROLLOVER,
    SOURCE_ESTIMATED,
    THOUSANDFOLD,
    Codes,
    Flags,
    Integers,
    uncovered_stretches,
)
from celadon.records.quality.register_passes import reading_faults, register_steps
from celadon.records.quality.slots import Channel, Slots

_KNOWN_RULES = (0, HEALED, ROLLOVER, EXCHANGE)


class Exchange(NamedTuple):
    """An exchange of a register: instant in seconds UTC, closing and opening reading, its place."""

    ts: int
    closing: int
    opening: int
    source_row: int
    file: str


class LongerStep(NamedTuple):
    """A reading at a longer step than declared: its instant, and what it stands for.

    Declared intervals, seconds, and the number of its stretch of such readings.
    """

    ts: int
    times: int
    seconds: int
    stretch: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps in the order of time; ``rule`` and ``state`` by their code, a count of -1 is none."""

    ts: Integers
    seconds: Integers
    count: Integers
    state: Codes
    rule: Codes

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def none(cls) -> Self:
        """No steps."""
        long, short = np.zeros(0, np.int64), np.zeros(0, np.int8)
        return cls(long, long, long, short, short)

    @classmethod
    def merged(cls, parts: Sequence[Steps]) -> Steps:
        """The steps of all parts, in the order of time."""
        listed = [part for part in parts if len(part)]
        if len(listed) < 2:
            return listed[0] if listed else cls.none()
        whole = cls(
            np.concatenate([part.ts for part in listed]),
            np.concatenate([part.seconds for part in listed]),
            np.concatenate([part.count for part in listed]),
            np.concatenate([part.state for part in listed]),
            np.concatenate([part.rule for part in listed]),
        )
        return whole.where(np.argsort(whole.ts, kind="stable"))

    def where(self, chosen: np.ndarray | slice) -> Steps:
        """The steps that a mask, places or a slice choose."""
        return Steps(
            self.ts[chosen], self.seconds[chosen], self.count[chosen], self.state[chosen],
            self.rule[chosen],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DialSteps:
    """What a register passed between good readings, with the readings at either end."""

    ts: Integers
    end_ts: Integers
    amount: Integers
    rule: Codes
    opening: Integers
    closing: Integers
    delivery: Integers
    """Of the reading that opens the step; -1 for one that an exchange gives."""
    source_row: Integers
    is_estimated: Flags
    """Whether the source estimated the reading at either end."""


@dataclass(slots=True)
class Judged:
    """One meter judged: its steps, and the rows that a rule has something to tell of."""

    channel: Channel
    slots: Slots
    steps: Steps
    withheld: Codes | None = None
    """Per slot of an interval meter, its rule: the one that withholds it, or another."""
    longer: Sequence[LongerStep] = ()
    """Readings of an interval meter that come at longer steps than declared."""
    bad: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """Readings of a register that cannot be right: rule, instant, count, delivery, row."""
    dials: list[DialSteps] = field(default_factory=list)
    exchanges: Sequence[Exchange] = ()


def judge_interval(channel: Channel, slots: Slots, months: Integers) -> Judged:
    """The steps of an interval meter."""
    known = slots.known
    is_bad = None if slots.mark is None else known & (slots.mark == MARKED_BAD)
    if is_bad is not None:
        known &= ~is_bad
    rule, close, times, seconds = interval_pass(
        slots.ts, slots.low, known, months, channel.seconds, channel.maximum, channel.stuck_after
    )
    if is_bad is not None:
        rule[is_bad] = np.where(close[is_bad], OVERLAP, MARKED_BAD)
        is_believed = (rule == 0) | (rule == LONGER)
        rule[is_believed & (slots.mark == SOURCE_ESTIMATED)] = SOURCE_ESTIMATED
    bare = _uncovered(channel, slots.ts, slots.ts + seconds)
    if close.any():
        after = np.minimum(np.diff(slots.ts, append=slots.ts[-1] + channel.seconds), seconds)
        seconds = np.where(close, after, seconds)
    is_estimated = (rule == THOUSANDFOLD) | (rule == SOURCE_ESTIMATED)
    is_measured = (rule == 0) | (rule == LONGER)
    state = np.where(is_measured, MEASURED, np.where(is_estimated, ESTIMATED, MISSING))
    count = np.where(state == MISSING, NONE, slots.low)
    large = np.flatnonzero(rule == THOUSANDFOLD)
    count[large] = _thousandth(count[large])
    steps = Steps(slots.ts, seconds, count, state.astype(np.int8), rule)
    whole = Steps.merged([steps, bare])
    longer = _longer_stretches(slots.ts, times, seconds) if (times > 1).any() else ()
    return Judged(channel, slots, whole, withheld=rule, longer=longer)


def _longer_stretches(ts: Integers, times: Integers, seconds: Integers) -> list[LongerStep]:
    """The readings at longer steps, those numbered alike that follow one another alike."""
    begins = np.diff(times, prepend=1) != 0
    return [
        LongerStep(*found)
        for found in zip(
            *(each[times > 1].tolist() for each in (ts, times, seconds, begins.cumsum())),
            strict=True,
        )
    ]


def judge_register(channel: Channel, slots: Slots, exchanges: Sequence[Exchange]) -> Judged:
    """The steps of a register, dial by dial."""
    judged = Judged(channel, slots, Steps.none(), exchanges=exchanges)
    spans: list[tuple[int, int]] = []
    for dial in range(len(exchanges) + 1):
        shown = _of_dial(slots, exchanges, dial)
        fault = _faults(channel, shown)
        told = np.where(fault == 0, shown.mark, fault)
        for i in np.flatnonzero(told).tolist():
            place = int(shown.delivery[i]), int(shown.source_row[i])
            judged.bad.append((int(told[i]), int(shown.ts[i]), int(shown.count[i]), *place))
        good = shown.where(fault == 0)
        if not len(good.ts):
            continue
        ts, count, mark = good.ts, good.count, good.mark
        spans.append((int(ts[0]), int(ts[-1])))
        amount, rule = register_steps(
            ts, count, channel.seconds, channel.quiet_seconds, channel.maximum, channel.modulus
        )
        rule[(rule == 0) & (good.is_given[:-1] | good.is_given[1:])] = EXCHANGE
        is_estimated = (mark[:-1] == SOURCE_ESTIMATED) | (mark[1:] == SOURCE_ESTIMATED)
        judged.dials.append(
            DialSteps(
                ts[:-1], ts[1:], amount, rule, count[:-1], count[1:], good.delivery[:-1],
                good.source_row[:-1], is_estimated,
            )
        )  # fmt: skip
    first, last = ([spans[0][0]], [spans[-1][1]]) if spans else ([], [])
    bare = _uncovered(channel, np.array(first, np.int64), np.array(last, np.int64))
    judged.steps = Steps.merged([*(_of_steps(found) for found in judged.dials), bare])
    return judged


@dataclass(frozen=True, slots=True)
class _Shown:
    """Readings of one dial; those given by an exchange have no mark, and no delivery: -1."""

    ts: Integers
    count: Integers
    delivery: Integers
    source_row: Integers
    is_given: Flags
    mark: Codes

    def where(self, chosen: Flags) -> _Shown:
        return _Shown(
            self.ts[chosen], self.count[chosen], self.delivery[chosen], self.source_row[chosen],
            self.is_given[chosen], self.mark[chosen],
        )  # fmt: skip


def _of_dial(slots: Slots, exchanges: Sequence[Exchange], dial: int) -> _Shown:
    """The readings that one dial showed, with those given by the exchanges at its ends."""
    known = slots.known
    if dial:
        known &= slots.ts > exchanges[dial - 1].ts
    if dial < len(exchanges):
        known &= slots.ts < exchanges[dial].ts
    ts, count = slots.ts[known], slots.low[known]
    delivery, row = slots.delivery[known], slots.source_row[known]
    mark = np.zeros(len(ts), np.int8) if slots.mark is None else slots.mark[known]
    given = np.zeros(len(ts), np.bool_)
    if dial:
        begun = exchanges[dial - 1]
        ts, count = np.insert(ts, 0, begun.ts), np.insert(count, 0, begun.opening)
        row, given = np.insert(row, 0, begun.source_row), np.insert(given, 0, True)
        delivery, mark = np.insert(delivery, 0, NONE), np.insert(mark, 0, 0)
    if dial < len(exchanges):
        ended = exchanges[dial]
        ts, count = np.append(ts, ended.ts), np.append(count, ended.closing)
        row, given = np.append(row, ended.source_row), np.append(given, True)
        delivery, mark = np.append(delivery, NONE), np.append(mark, np.int8(0))
    return _Shown(ts, count, delivery, row, given, mark)


def _faults(channel: Channel, shown: _Shown) -> Codes:
    """What is wrong with each reading of a dial, 0 if nothing; marks that say so come first."""
    fault: Codes = np.where(shown.mark == MARKED_BAD, shown.mark, np.int8(0))
    trusted = np.flatnonzero(fault == 0) if fault.any() else slice(None)
    fault[trusted] = reading_faults(
        shown.ts[trusted], shown.count[trusted], channel.maximum, channel.modulus
    )
    return fault


def _of_steps(dial: DialSteps) -> Steps:
    known = np.where(dial.is_estimated, ESTIMATED, MEASURED)
    state = np.where(np.isin(dial.rule, _KNOWN_RULES), known, MISSING).astype(np.int8)
    rule = np.where((dial.rule == 0) & dial.is_estimated, SOURCE_ESTIMATED, dial.rule)
    return Steps(dial.ts, dial.end_ts - dial.ts, dial.amount, state, rule.astype(np.int8))


def _uncovered(channel: Channel, ts: Integers, end: Integers) -> Steps:
    start, length = uncovered_stretches(ts, end, channel.seconds, channel.from_ts, channel.to_ts)
    count = np.full(len(start), NONE, np.int64)
    state = np.full(len(start), MISSING, np.int8)
    return Steps(start, length, count, state, np.full(len(start), GAP, np.int8))


def _thousandth(count: Integers) -> Integers:
    """A thousandth, half to even."""
    whole, rest = count // 1000, count % 1000
    rounded: Integers = whole + ((rest > 500) | ((rest == 500) & (whole % 2 == 1)))
    return rounded
