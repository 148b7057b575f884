"""Faults in the rows of a file: gaps, repeats, order, stamps, and files that come later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from tests.records.quality.trials.draft import MAIN, Draft, Fault, LaterFile, Row

from celadon.records.period import midnight_utc

HOUR = dt.timedelta(hours=1)

TOLD_BY_ITS_DAY = 0.95
"""A shifted stretch of hourly readings is told by its day if its distance from the same hours of
the days beside is at most this share of what it would be an hour off."""


def plant_gap(draft: Draft, *, small: bool) -> bool:
    """Readings never arrive, for one slot to three days."""
    length = draft.log_uniform(1, 3 * draft.per_day)
    return not small and _plant_absent(draft, length)


def _plant_absent(draft: Draft, length: int) -> bool:
    first = draft.place(length + 1)
    if first is None:
        return False
    lost = _readings(draft, first, length)
    draft.remove(lost)
    end = first + length + draft.is_register
    draft.reserve(first, end)
    rules = ("gap_healed",) if draft.is_register else ("gap",)
    needs = frozenset(range(first, end))
    draft.plant(Fault("gap", first, end, f"{length} readings", rules, "m", needs=needs))
    return True


def _readings(draft: Draft, first: int, length: int) -> range:
    """The readings within a place; a register keeps the one that opens it."""
    return range(first + draft.is_register, first + draft.is_register + length)


def plant_duplicate(draft: Draft, *, small: bool) -> bool:
    """Rows stand twice: each at once again, or a block of them once more a little later."""
    length = int(draft.draws.integers(1, 13))
    first = draft.place(length + 20)
    if first is None or small:
        return False
    start = draft.index(first)
    block = [replace(row) for row in draft.rows[start : start + length]]
    if draft.draws.random() < 0.5:
        doubled = [replace(row) for row in block for _ in range(2)]
        draft.rows[start : start + length] = doubled
    else:
        behind = start + length + int(draft.draws.integers(0, 19))
        draft.rows[behind:behind] = block
    end = first + length + 20
    draft.reserve(first, end)
    fault = Fault("duplicate", first, end, f"{length} rows", ("duplicate",), MAIN, tally=length)
    draft.plant(fault)
    return True


def plant_disorder(draft: Draft, *, small: bool) -> bool:
    """Two blocks in the wrong order, a block newest first, or rows shuffled."""
    length = int(draft.draws.integers(2, 25))
    first = draft.place(length)
    if first is None or small:
        return False
    start = draft.index(first)
    block = draft.rows[start : start + length]
    kind = draft.draws.choice(["swapped", "newest first", "shuffled"])
    if kind == "swapped":
        cut = int(draft.draws.integers(1, length))
        block = block[cut:] + block[:cut]
    elif kind == "newest first":
        block = block[::-1]
    else:
        block = [block[n] for n in draft.draws.permutation(length)]
    stamps = [row.ts for row in block]
    behind = sum(max(stamps[: n + 1]) > ts for n, ts in enumerate(stamps))
    draft.rows[start : start + length] = block
    draft.reserve(first, first + length)
    size = f"{length} rows {kind}, {behind} behind a later one"
    fault = Fault(
        "out_of_order", first, first + length, size, ("out_of_order",), MAIN, behind > 0,
        tally=behind,
    )  # fmt: skip
    draft.plant(fault)
    return True


def plant_late(draft: Draft, *, small: bool) -> bool:
    """Rows that the main file lacks arrive after it."""
    length = draft.log_uniform(draft.hour, 3 * draft.per_day)
    first = draft.place(length)
    if first is None or small:
        return False
    taken = draft.remove(range(first, first + length))
    name = f"late-{len(draft.later) + 1}.csv"
    draft.later.append(LaterFile(name, taken))
    draft.reserve(first, first + length)
    fault = Fault("late", first, first + length, f"{length} rows", ("late",), name, tally=length)
    draft.plant(fault)
    return True


def plant_correction(draft: Draft, *, small: bool) -> bool:
    """The main file has wrong values; a later file brings the right ones."""
    length = draft.log_uniform(1, draft.per_day)
    first = draft.place(length)
    if first is None or small:
        return False
    right = [replace(row) for row in draft.rows if first <= row.slot < first + length]
    for row in draft.rows:
        if first <= row.slot < first + length:
            row.count += _other(draft, row.count)
    name = f"correction-{len(draft.later) + 1}.csv"
    draft.later.append(LaterFile(name, right))
    draft.reserve(first - draft.is_register, first + length)
    fault = Fault(
        "correction", first - draft.is_register, first + length, f"{length} rows",
        ("correction",), name, tally=length,
    )  # fmt: skip
    draft.plant(fault)
    return True


def _other(draft: Draft, count: int) -> int:
    """A difference to a plausible other value, never zero."""
    return int(draft.draws.integers(1, max(2, count // 2 + 2)))


def plant_conflict(draft: Draft, *, small: bool) -> bool:
    """A file gives one to four slots a second, different value."""
    length = int(draft.draws.integers(1, 5))
    first = draft.place(length + 1)
    if first is None or small:
        return False
    places = _readings(draft, first, length)
    start = draft.index(places[0])
    block = draft.rows[start : start + length]
    others = [Row(row.slot, row.ts, row.count + _other(draft, row.count)) for row in block]
    draft.rows[start + length : start + length] = others
    end = first + length + draft.is_register
    draft.reserve(first, end)
    needs = frozenset(places)
    fault = Fault("conflict", first, end, f"{length} slots", ("conflict",), "m", needs=needs)
    draft.plant(fault)
    return True


def plant_overlap(draft: Draft, *, small: bool) -> bool:
    """A second series of an interval meter, a third of an interval off, in the same file."""
    length = int(draft.draws.integers(2, 31))
    first = draft.place(length + 1)
    if first is None or small:
        return False
    start = draft.index(first)
    block = draft.rows[start : start + length]
    offset = draft.step / 3
    paired = [twin for row in block for twin in (row, Row(row.slot, row.ts + offset, row.count))]
    draft.rows[start : start + length] = paired
    draft.reserve(first, first + length + 1)
    needs = frozenset(range(first, first + length))
    fault = Fault(
        "overlap", first, first + length + 1, f"{length} slots", ("overlap",), "m", needs=needs
    )
    draft.plant(fault)
    return True


def plant_shift(draft: Draft, *, small: bool) -> bool:
    """The clock of the source is an hour early or late for a stretch of rows.

    Where all readings that get one stamp are equal, it is what repeated rows and a gap look like.
    Of hourly readings one is lost and one doubled, as a gap and a conflict would have it: there
    nothing but the course of the day tells.
    """
    by = draft.hour
    if small:
        length = int(draft.draws.integers(1, 2 * by))
    else:
        length = draft.log_uniform(2 * by, 10 * draft.per_day)
    place = draft.place(length + 2 * by + 2)
    if place is None:
        return False
    first = place + by + draft.is_register
    offset = HOUR if draft.draws.random() < 0.5 else -HOUR
    for row in draft.rows:
        if first <= row.slot < first + length:
            row.ts += offset
    end = first + length + by + draft.is_register
    draft.reserve(place, end)
    is_late = offset > dt.timedelta(0)
    size = f"{length} rows an hour {'late' if is_late else 'early'}"
    promised = length >= 2 * by and _differs(draft, first + length if is_late else first)
    if by < 4 and not draft.is_register:
        promised &= _is_told_by_its_day(draft, first, first + length, by if is_late else -by)
    fault = Fault("clock_shift", place, end, size, ("clock_shift",), MAIN, promised, tally=length)
    draft.plant(fault)
    return True


def _differs(draft: Draft, slot: int) -> bool:
    """Whether a reading of the hour before a slot differs from the one an hour after it."""
    by = draft.hour
    return not np.array_equal(draft.shown[slot - by : slot], draft.shown[slot : slot + by])


def _is_told_by_its_day(draft: Draft, first: int, end: int, shift: int) -> bool:
    """Whether a stretch is nearer to the same hours of the days beside than ``shift`` slots off."""
    true, off = (_distance(draft, first, end, by) for by in (0, shift))
    return true < off and true <= TOLD_BY_ITS_DAY * off


def _distance(draft: Draft, first: int, end: int, shift: int) -> float:
    """Mean difference of a stretch, laid some slots off, from three days before and after it."""
    slots = np.arange(first, end)
    found = []
    for days in (-3, -2, -1, 1, 2, 3):
        other = slots + shift + days * draft.per_day
        beside = (other >= 0) & (other < draft.slots) & ((other < first) | (other >= end))
        found.append(np.abs(draft.truth[slots[beside]] - draft.truth[other[beside]]))
    differences = np.concatenate(found)
    return float(differences.mean()) if len(differences) else 0.0


def plant_midnight(draft: Draft, *, small: bool) -> bool:
    """Readings that end a day carry that day's own 00:00, for one day to a fortnight."""
    days = draft.log_uniform(1, 14)
    first = draft.place((days + 2) * draft.per_day)
    if first is None or small:
        return False
    stamp_at_end = dt.timedelta(0) if draft.is_register else draft.step
    begin = draft.at(first).replace(tzinfo=dt.UTC).astimezone(draft.zone).date()
    midnights = [midnight_utc(begin + dt.timedelta(days=n), draft.zone) for n in range(1, days + 2)]
    wrong = dict(zip(midnights[1:], midnights, strict=False))
    for row in draft.rows:
        early = wrong.get(row.ts + stamp_at_end)
        if early is not None:
            row.ts = early - stamp_at_end
    # From the slot whose stamp is taken to the last that lies under a wrong one.
    place = (midnights[0] - stamp_at_end, midnights[-1])
    start, end = (round((ts - draft.first_ts) / draft.step) for ts in place)
    draft.reserve(start - draft.is_register, end + 1)
    fault = Fault(
        "mislabelled_midnight", start - draft.is_register, end + 1, f"{days} days",
        ("mislabelled_midnight",), MAIN, tally=days,
    )  # fmt: skip
    draft.plant(fault)
    return True
