"""The pass over the rows of one meter in one file, in the order of the file.

``sql/midnight.sql``, ``sql/clock_shift.sql`` and ``sql/stamped.sql`` are its definitions.
"""

from __future__ import annotations

import numpy as np

from celadon.compiling import compiled
from celadon.records.quality.comparing import is_less
from celadon.records.quality.passes import MANY, NONE, Codes, Flags, Integers

MARKS = ("", "mislabelled_midnight", "clock_shift", "out_of_order")
"""Marks of rows by the code that the pass writes; the first stands for none."""

LEAST_RUNNING = 20
"""Counts; a meter that reads less may as well have stopped."""

_MIDNIGHT, _SHIFT, _DISORDER = 1, 2, 3
_DAY = 86_400


@compiled
def _offset(ts: int, clock: Integers, offsets: Integers) -> int:
    """Local time minus UTC at an instant; the clock is known from its first to its last entry."""
    place = len(offsets) - 1
    while place > 0 and clock[place] > ts:
        place -= 1
    return int(offsets[place])


@compiled
def _ends_a_day(ts: int, due: int, seconds: int, clock: Integers, offsets: Integers) -> bool:
    """Whether a stamp is that of the day which ends where another is due."""
    known = clock[0] <= ts < clock[-1] and clock[0] <= due < clock[-1]
    if not known:
        return False
    found = ts + _offset(ts, clock, offsets)
    end = due + _offset(due, clock, offsets)
    return found + _DAY == end and (end % _DAY == 0 or (end + seconds) % _DAY == 0)


@compiled
def _move_midnights(
    ts: Integers, seconds: int, clock: Integers, offsets: Integers, moved: Integers, mark: Codes
) -> None:
    for i in range(1, len(ts)):
        if ts[i] >= ts[i - 1]:
            continue
        due = ts[i - 1] + seconds
        goes_on = i + 1 == len(ts) or ts[i + 1] == due + seconds
        if goes_on and _ends_a_day(ts[i], due, seconds, clock, offsets):
            moved[i], mark[i] = due, _MIDNIGHT


@compiled
def _contradicted(ts: Integers, count: Integers, order: Integers, first: int, end: int) -> bool:
    """Whether a stamp of a stretch is given again outside it, with another count."""
    stamps = ts[order]
    for i in range(first, end):
        place = np.searchsorted(stamps, ts[i])
        while place < len(order) and stamps[place] == ts[i]:
            other = order[place]
            if not first <= other < end and count[other] != count[i]:
                return True
            place += 1
    return False


@compiled
def _begins_at(step: Integers, back: int, wanted: int) -> int:
    """Where the stretch begins that a turn back ends, at a step of that length; 0 if at none."""
    i = back - 1
    while i > 0:
        if step[i] == wanted:
            return i
        if step[i] <= 0:
            break
        i -= 1
    return 0


@compiled
def _ends_at(step: Integers, back: int, wanted: int) -> int:
    """Where the stretch ends that a turn back begins, at a step of that length; 0 if at none."""
    for i in range(back + 1, len(step)):
        if step[i] <= 0:
            break
        if step[i] == wanted:
            return i
    return 0


@compiled
def _goes_on(count: Integers, place: int, most: int) -> bool:
    """Whether the reading of a register follows the one before it in its file."""
    return bool(0 <= count[place] - count[place - 1] <= most)


@compiled
def _distance(
    ts: Integers, count: Integers, stamps: Integers, order: Integers, first: int, end: int,
    shift: int,
) -> tuple[int, int]:  # fmt: skip
    """How far a stretch, moved, is from the days beside it: a sum, and the number of its pairs.

    No difference counts for more than four times the largest count of the stretch, lest a spike
    beside decide.
    """
    whole, pairs, most = 0, 0, 4 * min(count[first:end].max(), MANY // 4)
    for i in range(first, end):
        for day in (-3, -2, -1, 1, 2, 3):
            wanted = ts[i] + shift + day * _DAY
            place = np.searchsorted(stamps, wanted)
            while place < len(order) and stamps[place] == wanted:
                other = order[place]
                if not first <= other < end:
                    whole += min(abs(count[i] - count[other]), most)
                    pairs += 1
                place += 1
    return whole, pairs


@compiled
def _likelier(
    ts: Integers, count: Integers, order: Integers, first: int, end: int, shift: int,
    seconds: int,
) -> bool:  # fmt: skip
    """Whether a stretch is nearer to the days beside it when it is moved than as it is.

    Where four rows or more got a stamp twice it may be farther: as far again if it is shorter than
    a day, else by a tenth.
    """
    stamps = ts[order]
    moved, of_moved = _distance(ts, count, stamps, order, first, end, shift)
    kept, of_kept = _distance(ts, count, stamps, order, first, end, 0)
    if not of_moved or not of_kept:
        return False
    if abs(shift) < 4 * seconds:
        return is_less(moved, of_moved, kept, of_kept)
    if ts[end - 1] - ts[first] < _DAY:
        return not is_less(2 * kept, of_kept, moved, of_moved)
    return not is_less(11 * kept, of_kept, 10 * moved, of_moved)


@compiled
def _is_sound(ts: Integers, count: Integers, first: int, end: int, most: int) -> bool:
    """Whether a stretch is no longer than two weeks, and a register goes on at both ends of it."""
    if ts[end - 1] - ts[first] > 14 * _DAY:
        return False
    return most == NONE or (_goes_on(count, first, most) and _goes_on(count, end, most))


@compiled
def _is_shifted(
    ts: Integers, count: Integers, order: Integers, first: int, end: int, shift: int, seconds: int,
    most: int,
) -> bool:  # fmt: skip
    """Whether a sound stretch is to be moved."""
    if most == NONE and not _likelier(ts, count, order, first, end, shift, seconds):
        return False
    return _contradicted(ts, count, order, first, end)


@compiled
def _move_stretches(
    ts: Integers, count: Integers, seconds: int, most: int, moved: Integers, mark: Codes
) -> None:
    """Move the stretches that turns back end; those that they begin where no such one is moved."""
    step = np.zeros(len(ts), np.int64)
    step[1:] = ts[1:] - ts[:-1]
    step[0] = seconds
    backs = np.flatnonzero(step <= 0)
    found = np.zeros((len(backs), 2), np.int64)
    for number in range(len(backs)):
        back = backs[number]
        shift = seconds - step[back]
        if shift >= _DAY or shift % 1800 != 0:
            continue
        first = _begins_at(step, back, seconds + shift)
        if first and _is_sound(ts, count, first, back, most):
            found[number, 0] = first
        end = _ends_at(step, back, seconds + shift)
        if end and _is_sound(ts, count, back, end, most):
            found[number, 1] = end
    order = np.argsort(ts, kind="mergesort")
    for number in range(len(backs)):
        back = backs[number]
        shift = step[back] - seconds
        first, end = found[number]
        if first and _is_shifted(ts, count, order, first, back, shift, seconds, most):
            end = back
        else:
            first, shift = back, -shift
            if number + 1 < len(backs) and 0 < found[number + 1, 0] < end:
                continue
            if not end or not _is_shifted(ts, count, order, first, end, shift, seconds, most):
                continue
        for i in range(first, end):
            moved[i], mark[i] = ts[i] + shift, _SHIFT


@compiled
def placed_rows(
    ts: Integers, count: Integers, seconds: int, most: int, clock: Integers, offsets: Integers,
) -> tuple[Integers, Codes]:  # fmt: skip
    """The instants of rows in the order of their file, and the mark of each.

    Parameters
    ----------
    most : counts that can pass in one step of a register, -1 for another meter.
    clock, offsets : instants from which a distance from UTC holds, and the distance; the clock has
        one entry more, the instant at which what is known of it ends.
    """
    mark = np.zeros(len(ts), np.int8)
    due = ts.copy()
    _move_midnights(ts, seconds, clock, offsets, due, mark)
    moved = due.copy()
    _move_stretches(due, count, seconds, most, moved, mark)
    front = moved[0] if len(moved) else 0
    for i in range(1, len(moved)):
        if not mark[i] and moved[i] < front:
            mark[i] = _DISORDER
        front = max(front, moved[i])
    return moved, mark


@compiled
def goes_astray(ts: Integers, row: Integers, delivery: Integers) -> bool:
    """Whether readings in the order of time share a stamp, or do not stand so in their file."""
    for i in range(1, len(ts)):
        if ts[i] == ts[i - 1] or (delivery[i] == delivery[i - 1] and row[i] <= row[i - 1]):
            return True
        if delivery[i] < delivery[i - 1]:
            return True
    return False


@compiled
def turns_back(ts: Integers, row: Integers, delivery: Integers) -> Flags:
    """Readings, in the order of time, that share a stamp of their file or stand before an earlier.

    Of each file, the last row seen so far is compared with the next in the order of time.
    """
    found = np.zeros(len(ts), np.bool_)
    last = delivery.max() if len(ts) else 0
    furthest = np.full(last + 1, -1, np.int64)
    latest = np.full(last + 1, -1, np.int64)
    for i in range(len(ts)):
        file = delivery[i]
        if latest[file] >= 0:
            found[i] = row[i] < furthest[file] or ts[i] == ts[latest[file]]
        furthest[file] = max(furthest[file], row[i])
        latest[file] = i
    return found


@compiled
def last_told(
    ts: Integers, delivery: Integers, count: Integers, row: Integers
) -> tuple[Integers, Integers, Integers, Integers]:
    """Of each instant, what the last delivery says: its place, lowest, highest, first row.

    Readings are sorted by instant and delivery.
    """
    place = np.empty(len(ts), np.int64)
    low, high, first = np.empty_like(place), np.empty_like(place), np.empty_like(place)
    n = -1
    for i in range(len(ts)):
        if i == 0 or ts[i] != ts[i - 1]:
            n += 1
        elif delivery[i] == delivery[i - 1]:
            low[n], high[n] = min(low[n], count[i]), max(high[n], count[i])
            first[n] = min(first[n], row[i])
            continue
        place[n], low[n], high[n], first[n] = i, count[i], count[i], row[i]
    return place[: n + 1], low[: n + 1], high[: n + 1], first[: n + 1]


@compiled
def in_order(ts: Integers, delivery: Integers, row: Integers) -> bool:
    """Whether readings in the order of time stand, at each instant, by delivery and row."""
    for i in range(1, len(ts)):
        if ts[i] == ts[i - 1] and (
            delivery[i] < delivery[i - 1]
            or (delivery[i] == delivery[i - 1] and row[i] < row[i - 1])
        ):
            return False
    return True


@compiled
def dips(ts: Integers, count: Integers, delivery: Integers, step: int) -> tuple[Integers, Integers]:
    """Deliveries and instants of zeros whose neighbours, a step before and after, are running.

    Readings are in the order of time. Of each delivery the last three instants are kept in mind.
    """
    last = delivery.max() + 1 if len(ts) else 0
    seen = np.full((last, 3), -(1 << 62), np.int64)
    zero = np.zeros((last, 3), np.bool_)
    running = np.zeros((last, 3), np.bool_)
    found, files = np.empty(len(ts), np.int64), np.empty(len(ts), np.int64)
    n = 0
    for i in range(len(ts)):
        file = delivery[i]
        if ts[i] != seen[file, 0]:
            for k in (2, 1):
                seen[file, k] = seen[file, k - 1]
                zero[file, k], running[file, k] = zero[file, k - 1], running[file, k - 1]
            seen[file, 0], zero[file, 0], running[file, 0] = ts[i], False, False
        if count[i] == 0:
            zero[file, 0] = True
        if count[i] < LEAST_RUNNING or running[file, 0]:
            continue
        running[file, 0] = True
        if (
            zero[file, 1]
            and running[file, 2]
            and ts[i] - seen[file, 1] == step
            and seen[file, 1] - seen[file, 2] == step
        ):
            found[n], files[n] = seen[file, 1], file
            n += 1
    return files[:n], found[:n]


@compiled
def places_within(ts: Integers, bounds: Integers, from_ts: int, to_ts: int) -> Integers:
    """The places of the readings of many meters, each in the order of time, narrowed to a time.

    Parameters
    ----------
    bounds : of each meter, its first place in ``ts`` and the place after its last.
    """
    found = np.empty_like(bounds)
    for meter in range(len(bounds)):
        first, end = bounds[meter]
        found[meter, 0] = first + np.searchsorted(ts[first:end], from_ts)
        found[meter, 1] = first + np.searchsorted(ts[first:end], to_ts)
    return found


@compiled
def regular_meters(
    ts: Integers, count: Integers, row: Integers, bounds: Integers, traits: Integers,
    days: Integers,
) -> Flags:  # fmt: skip
    """Of many meters, those whose readings give every interval of the expected time, in order.

    No day cuts an interval, and none of them dips to zero, which may concern other meters.

    Parameters
    ----------
    bounds : of each meter, its first place in ``ts``, ``count`` and ``row``, and that after its
        last.
    traits : of each meter: seconds of an interval, first and last instant of its expected time,
        and of its life.
    """
    found = np.zeros(len(bounds), np.bool_)
    for meter in range(len(bounds)):
        first, end = bounds[meter]
        seconds, from_ts, to_ts, life_from, life_to = traits[meter]
        if first == end or ts[first] < life_from or ts[end - 1] >= life_to:
            continue
        found[meter] = ts[first] <= from_ts < to_ts <= ts[end - 1] + seconds
        for edge in days:
            if (edge - ts[first]) % seconds:
                found[meter] = False
        if not found[meter]:
            continue
        for i in range(first + 1, end):
            dips_before = count[i - 1] == 0 and i - 2 >= first and count[i] >= LEAST_RUNNING
            if (
                ts[i] - ts[i - 1] != seconds
                or row[i] <= row[i - 1]
                or (dips_before and count[i - 2] >= LEAST_RUNNING)
            ):
                found[meter] = False
                break
    return found
