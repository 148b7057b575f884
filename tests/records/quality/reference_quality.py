"""The rules that turn readings into intervals, once more, in plain loops.

The SQL of ``celadon.records`` is held to this, cell by cell. Nothing here is fast or shared with
it: instants are whole seconds, a meter is one at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 86400
Row = tuple[int, int, int]
"""Row of the file, instant, count."""

Step = tuple[int, int, int | None, str, str | None]
"""Start, seconds, count, state, rule."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter in integers, as the engine knows it; instants in seconds since 1970, UTC."""

    kind: str
    seconds: int
    per_count: int
    maximum: int | None
    modulus: int | None
    stuck_after: int
    start: int
    end: int
    life_start: int | None = None
    life_end: int | None = None


def reference_intervals(
    meter: Meter,
    deliveries: Sequence[Sequence[Row]],
    days: Sequence[tuple[int, int]],
    zone: ZoneInfo,
) -> list[Step]:
    """The intervals of one meter; ``days`` are the local days of the period."""
    slots = known_slots(meter, deliveries, zone)
    if meter.kind == "register":
        good = good_readings(meter, slots)
        steps = register_steps(meter, good)
        spans = [(good[0][0], good[-1][0])] if good else []
    else:
        steps = interval_steps(meter, slots)
        spans = [(ts, ts + meter.seconds) for ts in sorted(slots)]
    placed = steps + uncovered(meter, spans)
    return [part for step in placed for part in cut(meter, step, days)]


def known_slots(
    meter: Meter, deliveries: Sequence[Sequence[Row]], zone: ZoneInfo
) -> dict[int, tuple[int, int]]:
    """Each slot with the lowest and highest value that the last delivery gives it."""
    slots: dict[int, tuple[int, int]] = {}
    for rows in deliveries:
        said: dict[int, list[int]] = defaultdict(list)
        for ts, count in stamped(meter, sorted(rows), zone):
            born = meter.life_start is None or ts >= meter.life_start
            last = meter.life_end is not None and ts >= meter.life_end
            closing = meter.kind == "register" and ts == meter.life_end
            if born and (not last or closing):
                said[ts].append(count)
        slots |= {ts: (min(counts), max(counts)) for ts, counts in said.items()}
    return slots


def stamped(meter: Meter, rows: Sequence[Row], zone: ZoneInfo) -> list[tuple[int, int]]:
    """Readings in the order of the file, a mislabelled midnight moved to the day's end."""
    placed = []
    for index, (_, ts, count) in enumerate(rows):
        before = rows[index - 1][1] if index else None
        after = rows[index + 1][1] if index + 1 < len(rows) else None
        due = None if before is None else before + meter.seconds
        fits = due is not None and (after is None or after == due + meter.seconds)
        if due is not None and before is not None and fits and ts < before:
            found, expected = local(ts, zone), local(due, zone)
            ends = {expected.time(), (expected + dt.timedelta(seconds=meter.seconds)).time()}
            if expected - found == dt.timedelta(days=1) and dt.time() in ends:
                placed.append((due, count))
                continue
        placed.append((ts, count))
    return placed


def local(instant: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.fromtimestamp(instant, zone).replace(tzinfo=None)


def interval_steps(meter: Meter, slots: Mapping[int, tuple[int, int]]) -> list[Step]:
    times = sorted(slots)
    counts = [slots[ts][0] if slots[ts][0] == slots[ts][1] else None for ts in times]
    rules = [rule for _, rule in sorted(judged(meter, times, counts).items())]
    steps: list[Step] = []
    for index, (ts, count, rule) in enumerate(zip(times, counts, rules, strict=True)):
        seconds = meter.seconds
        if rule == "overlap" and index + 1 < len(times):
            seconds = min(seconds, times[index + 1] - ts)
        if count is None:
            steps.append((ts, seconds, None, "missing", "conflict"))
        elif rule is None:
            steps.append((ts, seconds, count, "measured", None))
        elif rule == "x1000":
            steps.append((ts, seconds, half_even(count, 1000), "estimated", rule))
        else:
            steps.append((ts, seconds, None, "missing", rule))
    return steps


def judged(
    meter: Meter, times: Sequence[int], counts: Sequence[int | None]
) -> dict[int, str | None]:
    """The rule that withholds each slot, by its place; the first that holds."""
    level, usual_most = levels(counts)
    most = None if meter.maximum is None else meter.maximum * meter.seconds // 3600 + 1
    far, lone_far = far_slots(meter, times, counts, level, most)
    stuck = stuck_slots(meter, times, counts)
    found: dict[int, str | None] = {}
    for i, count in enumerate(counts):
        if is_close(meter, times, i):
            found[i] = "overlap"
        elif i in far:
            found[i] = "x1000"
        elif i in stuck:
            found[i] = "stuck"
        elif (
            i in lone_far
            or (count is not None and most is not None and count > most)
            or stands_out(meter, times, counts, i, level, usual_most)
        ):
            found[i] = "spike"
        else:
            found[i] = None
    return found


def levels(counts: Sequence[int | None]) -> tuple[int, int]:
    """The median of the positive counts and their 999th of a thousand; zero without any."""
    positive = sorted(count for count in counts if count is not None and count > 0)
    if not positive:
        return 0, 0
    n = len(positive)
    return positive[(n + 1) // 2 - 1], positive[max(1, n - n // 1000) - 1]


def is_close(meter: Meter, times: Sequence[int], i: int) -> bool:
    half = meter.seconds // 2
    before = i > 0 and times[i] - times[i - 1] <= half
    return before or (i + 1 < len(times) and times[i + 1] - times[i] <= half)


def runs(times: Sequence[int], chosen: Sequence[int], step: int) -> list[list[int]]:
    """Places gathered into runs of slots that follow each other."""
    found: list[list[int]] = []
    for i in chosen:
        if found and times[i] - times[found[-1][-1]] == step:
            found[-1].append(i)
        else:
            found.append([i])
    return found


def far_slots(
    meter: Meter, times: Sequence[int], counts: Sequence[int | None],
    level: int, most: int | None,
) -> tuple[set[int], set[int]]:  # fmt: skip
    """Slots of thousandfold runs, and slots as far off in runs too short for that."""
    thousandfold: set[int] = set()
    short: set[int] = set()
    chosen = [i for i, c in enumerate(counts) if c is not None and level >= 20 and c > 20 * level]
    for run in runs(times, chosen, meter.seconds):
        values = sorted(counts[i] or 0 for i in run)
        middle = values[(len(values) + 1) // 2 - 1]
        if len(run) < 3:
            short |= {i for i in run if (counts[i] or 0) > 200 * level and most is None}
        elif 100 * level <= middle <= 10000 * level and (most is None or values[-1] > most):
            thousandfold |= set(run)
    positive = sum(count is not None and count > 0 for count in counts)
    return thousandfold, (short if len(short) <= max(2, positive // 100) else set())


def stuck_slots(meter: Meter, times: Sequence[int], counts: Sequence[int | None]) -> set[int]:
    if meter.stuck_after == 0:
        return set()
    found: set[int] = set()
    start = 0
    for i in range(1, len(times) + 1):
        goes_on = (
            i < len(times)
            and counts[i] is not None
            and counts[i] == counts[start]
            and times[i] - times[i - 1] == meter.seconds
        )
        if not goes_on:
            if (counts[start] or 0) >= 20 and 1 < i - start >= meter.stuck_after:
                found |= set(range(start, i))
            start = i
    return found


def stands_out(
    meter: Meter, times: Sequence[int], counts: Sequence[int | None],
    i: int, level: int, usual_most: int,
) -> bool:  # fmt: skip
    """Whether a count is far above the level and the counts around it, and not a habit."""
    count = counts[i]
    if count is None or level < 20 or not 0 < i < len(times) - 1:
        return False
    if times[i] - times[i - 1] != meter.seconds or times[i + 1] - times[i] != meter.seconds:
        return False
    if counts[i - 1] is None or counts[i + 1] is None:
        return False
    near = [
        value
        for j in (i - 2, i - 1, i + 1, i + 2)
        if 0 <= j < len(counts) and (value := counts[j]) is not None
    ]
    return count > 5 * level and count > 5 * max(near) and count > 2 * usual_most


def half_even(count: int, by: int) -> int:
    whole, rest = divmod(count, by)
    return whole + (2 * rest > by or (2 * rest == by and whole % 2 == 1))


def fits(meter: Meter, one: tuple[int, int], other: tuple[int, int]) -> bool:
    most = (meter.maximum or 0) * (other[0] - one[0]) // 3600 + 1
    rise = other[1] - one[1]
    rolled = meter.modulus is not None and 0 <= rise + meter.modulus <= most
    return 0 <= rise <= most or rolled


def good_readings(meter: Meter, slots: Mapping[int, tuple[int, int]]) -> list[tuple[int, int]]:
    """Readings of a register without conflicts and without those that cannot be right."""
    shown = [(ts, low) for ts, (low, high) in sorted(slots.items()) if low == high]
    possible = [r for r in shown if r[1] >= 0 and (meter.modulus is None or r[1] < meter.modulus)]
    ordered = [
        reading
        for i, reading in enumerate(possible)
        if not (
            0 < i < len(possible) - 1
            and possible[i - 1][1] <= possible[i + 1][1]
            and not possible[i - 1][1] <= reading[1] <= possible[i + 1][1]
        )
    ]
    stretches: list[list[tuple[int, int]]] = []
    for reading in ordered:
        if stretches and fits(meter, stretches[-1][-1], reading):
            stretches[-1].append(reading)
        else:
            stretches.append([reading])
    good = []
    for i, stretch in enumerate(stretches):
        if 0 < i < len(stretches) - 1:
            before, after = stretches[i - 1][-1], stretches[i + 1][0]
            if after[0] - before[0] <= DAY and fits(meter, before, after):
                continue
        good += stretch
    return good


def register_steps(meter: Meter, good: Sequence[tuple[int, int]]) -> list[Step]:
    steps: list[Step] = []
    for (start, opening), (end, closing) in pairwise(good):
        seconds, rise = end - start, closing - opening
        most = (meter.maximum or 0) * seconds // 3600 + 1
        if rise > most:
            steps.append((start, seconds, None, "missing", "spike"))
        elif seconds > meter.seconds and meter.modulus is not None and meter.modulus <= most:
            steps.append((start, seconds, None, "missing", "unknown_turns"))
        elif rise >= 0:
            rule = "gap_healed" if seconds > meter.seconds else None
            steps.append((start, seconds, rise, "measured", rule))
        elif meter.modulus is not None and 0 <= rise + meter.modulus <= most:
            steps.append((start, seconds, rise + meter.modulus, "measured", "rollover"))
        else:
            steps.append((start, seconds, None, "missing", "reset"))
    return steps


def uncovered(meter: Meter, spans: Sequence[tuple[int, int]]) -> list[Step]:
    """Stretches of the expected time that no span covers, half an interval long or longer."""
    stretches = [(end, start) for (_, end), (start, _) in pairwise(spans)]
    stretches.append((meter.start, spans[0][0] if spans else meter.end))
    if spans:
        stretches.append((spans[-1][1], meter.end))
    found: list[Step] = []
    for one, other in stretches:
        start, end = max(one, meter.start), min(other, meter.end)
        if 2 * (end - start) >= meter.seconds:
            found.append((start, end - start, None, "missing", "gap"))
    return found


def cut(meter: Meter, step: Step, days: Sequence[tuple[int, int]]) -> list[Step]:
    """A step cut at local midnights and at the ends of the expected time, in small units."""
    start, seconds, count, state, rule = step
    parts: list[Step] = []
    for day_start, day_end in days:
        one = max(start, day_start, meter.start)
        other = min(start + seconds, day_end, meter.end)
        if one >= other:
            continue
        share = None
        if count is not None:
            amount = count * meter.per_count
            share = shared(amount, other - start, seconds) - shared(amount, one - start, seconds)
        is_cut = (one, other) != (start, start + seconds)
        told = "estimated" if is_cut and state == "measured" else state
        parts.append((one, other - one, share, told, rule))
    return parts


def shared(amount: int, part: int, whole: int) -> int:
    """An amount's share, cut towards zero."""
    share = abs(amount) * part // whole
    return share if amount >= 0 else -share
