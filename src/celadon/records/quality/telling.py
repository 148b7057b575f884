"""What the passes found odd, handed to the SQL that tells it.

The definitions of what is told (``row_event.sql``, ``silent_slot.sql``, ``meter_event.sql``) ask
only for rows with something to tell. So the tables that they read are given here with those rows
alone: the rows of slots of which several speak, of files that turn back, that came late; readings
withheld; steps with a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from celadon.engine import Engine
from celadon.records.quality.filing_passes import dips
from celadon.records.quality.loading import Loaded
from celadon.records.quality.passes import GAP, MISSING, NONE, RULES, STATES, Codes, Flags, Integers
from celadon.records.quality.readings import Series, instants
from celadon.records.quality.slots import PACKAGE, Slots, shared_rows
from celadon.records.quality.steps import DialSteps, Judged, Steps

_OF_ROWS, _OF_METERS = ("contested", "row_event", "silent_slot"), ("meter_event",)
_TEXT = np.array([rule or None for rule in RULES], dtype=object)
_STATE = np.array(STATES, dtype=object)


def odd_rows(loaded: Loaded, judged: Mapping[int, Judged]) -> dict[str, pa.Table]:
    """What there is to tell of a site's meters, by the names of the tables that tell it."""
    return {
        "arrival": _arrivals(judged),
        "stamped": _stamped(loaded, judged),
        "slot": _slots(judged),
        "near": _near(judged),
        "withheld": _withheld(judged),
        "longer_step": _longer_steps(judged),
        "standing": _standing(judged),
        "register_step": _register_steps(judged),
        "uncovered": _uncovered(judged),
        "exchanged": exchange_table(loaded),
    }


def tell(engine: Engine, odd: Sequence[Mapping[str, pa.Table]]) -> bool:
    """Leave ``row_event``, ``silent_slot`` and ``meter_event`` in the engine, if there is any.

    Parameters
    ----------
    odd : what there is to tell of each site; one at least.

    Returns
    -------
    Whether there is anything to tell; that a file arrived alone is nothing.
    """
    whole = {name: pa.concat_tables([each[name] for each in odd]) for name in odd[0]}
    for name, table in whole.items():
        engine.take(name, table)
    rows = whole["stamped"].num_rows
    others = sum(t.num_rows for name, t in whole.items() if name not in ("arrival", "stamped"))
    if not (rows or others):
        return False
    others += engine.table("recount").num_rows
    for names, number in ((_OF_ROWS, rows), (_OF_METERS, others)):
        for name in names:  # each statement takes its time, and most have nothing to tell
            engine.step(PACKAGE, name, is_empty=not number)
    return True


def step_table(steps: Iterable[tuple[int, Steps]]) -> pa.Table:
    """Steps of meters as rows of ``placed``."""
    listed = [(number, found) for number, found in steps if len(found)]
    count = _joined([found.count for _, found in listed])
    state = _joined([found.state for _, found in listed])
    return pa.table(
        {
            "channel": _numbers((number, len(found)) for number, found in listed),
            "ts": instants(_joined([found.ts for _, found in listed])),
            "seconds": _joined([found.seconds for _, found in listed]),
            "count": pa.array(count, pa.int64(), mask=state == MISSING),
            "state": pa.array(_STATE[state], pa.string()),
            "rule": pa.array(_TEXT[_joined([f.rule for _, f in listed])], pa.string()),
        }
    )


def exchange_table(loaded: Loaded) -> pa.Table:
    """Exchanges of registers as rows of ``exchanged``."""
    rows = [(number, *found) for number, listed in loaded.exchanges.items() for found in listed]
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(5)]
    names = ("channel", "ts", "closing", "opening", "source_row")
    table = dict(zip(names, columns, strict=True))
    files = pa.array([row[5] for row in rows], pa.string())
    return pa.table(table | {"ts": instants(table["ts"]), "file": files})


def _arrivals(judged: Mapping[int, Judged]) -> pa.Table:
    rows: list[tuple[int, ...]] = []
    for number, found in judged.items():
        stamped = found.slots.stamped
        if not len(stamped):
            continue
        zeros = np.bincount(stamped.delivery[stamped.count == 0])
        told = np.bincount(stamped.delivery)
        for delivery, first, last in _first_and_last(stamped):
            none = int(zeros[delivery]) if delivery < len(zeros) else 0
            rows.append((number, delivery, first, last, int(told[delivery]), none))
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(6)]
    return pa.table(
        {
            "channel": columns[0],
            "delivery": columns[1],
            "first_ts": instants(columns[2]),
            "last_ts": instants(columns[3]),
            "rows": columns[4],
            "zeros": columns[5],
        }
    )


def _first_and_last(stamped: Series) -> list[tuple[int, int, int]]:
    """Of each delivery its number and the first and the last instant that it speaks of."""
    delivery = stamped.delivery
    if not len(delivery):
        return []
    edges = np.flatnonzero(delivery[1:] != delivery[:-1]) + 1
    starts = np.concatenate(([0], edges))
    ends = np.concatenate((edges, [len(delivery)])) - 1
    found: dict[int, tuple[int, int]] = {}
    for number, first, last in zip(
        delivery[starts].tolist(), stamped.ts[starts].tolist(), stamped.ts[ends].tolist(),
        strict=True,
    ):  # fmt: skip
        known = found.get(number, (first, last))
        found[number] = min(known[0], first), max(known[1], last)
    return [(number, *edge) for number, edge in sorted(found.items())]


def _stamped(loaded: Loaded, judged: Mapping[int, Judged]) -> pa.Table:
    """Readings that share a slot, were moved or recounted, came late, or fell silent."""
    silent = _silent(judged)
    numbers, parts, marks = [], [], []
    for number, found in judged.items():
        stamped = found.slots.stamped
        told = shared_rows(stamped) if not found.slots.is_plain else np.zeros(len(stamped), bool)
        told[list(found.slots.marked)] = True
        for delivery in loaded.recounts.get(number, {}):
            told |= stamped.delivery == delivery
        front = None
        for delivery, first, last in _first_and_last(stamped):
            if front is not None and first <= front:
                told |= (stamped.delivery == delivery) & (stamped.ts <= front)
            front = last if front is None else max(front, last)
        if found.channel.kind == "interval":
            told |= _beside(stamped, silent, found.channel.seconds)
        if told.any():
            numbers.append((number, int(told.sum())))
            parts.append(stamped.where(told))
            marks += [found.slots.marked.get(place) for place in np.flatnonzero(told).tolist()]
    return pa.table(
        {
            "channel": _numbers(numbers),
            "delivery": _joined([part.delivery for part in parts]),
            "ts": instants(_joined([part.ts for part in parts])),
            "count": _joined([part.count for part in parts]),
            "source_row": _joined([part.source_row for part in parts]),
            "mark": pa.array(marks, pa.string()),
        }
    )


def _silent(judged: Mapping[int, Judged]) -> dict[int, Integers]:
    """Per delivery, the instants at which two or more interval meters drop to zero for one slot."""
    silent: dict[int, list[int]] = defaultdict(list)
    for found in judged.values():
        if found.channel.kind == "interval":
            stamped = found.slots.stamped
            files, ts = dips(stamped.ts, stamped.count, stamped.delivery, found.channel.seconds)
            for delivery, instant in zip(files.tolist(), ts.tolist(), strict=True):
                silent[delivery].append(instant)
    counted = {
        delivery: np.unique(listed, return_counts=True) for delivery, listed in silent.items()
    }
    return {delivery: ts[number >= 2] for delivery, (ts, number) in counted.items()}


def falls_silent(judged: Mapping[int, Judged]) -> bool:
    """Whether two or more meters of a file drop to zero for one slot."""
    return any(len(ts) for ts in _silent(judged).values())


def _beside(stamped: Series, silent: Mapping[int, Integers], seconds: int) -> Flags:
    """Readings at silent instants of their delivery, and one step before and after."""
    told = np.zeros(len(stamped), np.bool_)
    for delivery, ts in silent.items():
        if len(ts):
            near = np.concatenate((ts - seconds, ts, ts + seconds))
            told |= np.isin(stamped.ts, near) & (stamped.delivery == delivery)
    return told


def _slots(judged: Mapping[int, Judged]) -> pa.Table:
    """Slots in conflict or out of line, and all of state meters."""
    parts = []
    for number, found in judged.items():
        slots = found.slots
        told = slots.low != slots.high
        if found.channel.kind == "state":
            told = np.ones(len(slots.ts), np.bool_)
        if found.bad:
            told |= np.isin(slots.ts, [ts for _, ts, *_ in found.bad])
        parts.append((number, slots, np.flatnonzero(told)))
    marks = _TEXT[_joined([_marks(slots, told) for _, slots, told in parts])]
    return pa.table(
        {
            "channel": _numbers((number, len(told)) for number, _, told in parts),
            "ts": instants(_joined([slots.ts[told] for _, slots, told in parts])),
            "low": _joined([slots.low[told] for _, slots, told in parts]),
            "high": _joined([slots.high[told] for _, slots, told in parts]),
            "delivery": _joined([slots.delivery[told] for _, slots, told in parts]),
            "source_row": _joined([slots.source_row[told] for _, slots, told in parts]),
            "mark": pa.array(marks, pa.string()),
        }
    )


def _marks(slots: Slots, told: Integers) -> Codes:
    """The rules of the marks of slots."""
    return np.zeros(len(told), np.int8) if slots.mark is None else slots.mark[told]


def _odd_slots(judged: Mapping[int, Judged]) -> list[tuple[int, Judged, Integers]]:
    return [
        (number, found, np.flatnonzero(found.withheld))
        for number, found in judged.items()
        if found.withheld is not None
    ]


def _near(judged: Mapping[int, Judged]) -> pa.Table:
    parts = _odd_slots(judged)
    count = _joined([found.slots.low[odd] for _, found, odd in parts])
    known = _joined([found.slots.known[odd] for _, found, odd in parts]).astype(bool)
    return pa.table(
        {
            "channel": _numbers((number, len(odd)) for number, _, odd in parts),
            "ts": instants(_joined([found.slots.ts[odd] for _, found, odd in parts])),
            "read": pa.array(count, pa.int64(), mask=~known),
            "delivery": _joined([found.slots.delivery[odd] for _, found, odd in parts]),
            "source_row": _joined([found.slots.source_row[odd] for _, found, odd in parts]),
        }
    )


def _withheld(judged: Mapping[int, Judged]) -> pa.Table:
    parts = _odd_slots(judged)
    rules = _joined([found.withheld[odd] for _, found, odd in parts if found.withheld is not None])
    return pa.table(
        {
            "channel": _numbers((number, len(odd)) for number, _, odd in parts),
            "ts": instants(_joined([found.slots.ts[odd] for _, found, odd in parts])),
            "rule": pa.array(_TEXT[rules], pa.string()),
        }
    )


def _longer_steps(judged: Mapping[int, Judged]) -> pa.Table:
    rows = [(number, *each) for number, found in judged.items() for each in found.longer]
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(5)]
    names = ("channel", "ts", "times", "seconds", "stretch")
    table = dict(zip(names, columns, strict=True))
    return pa.table(table | {"ts": instants(table["ts"])})


def _standing(judged: Mapping[int, Judged]) -> pa.Table:
    rows = [(number, *bad) for number, found in judged.items() for bad in found.bad]
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(6)]
    return pa.table(
        {
            "channel": columns[0],
            "ts": instants(columns[2]),
            "count": columns[3],
            "delivery": _deliveries(columns[4]),
            "source_row": columns[5],
            "fault": pa.array(_TEXT[columns[1]], pa.string()),
        }
    )


def _register_steps(judged: Mapping[int, Judged]) -> pa.Table:
    parts: list[tuple[int, DialSteps, Integers]] = [
        (number, dial, np.flatnonzero(dial.rule))
        for number, found in judged.items()
        for dial in found.dials
    ]
    ts = _joined([dial.ts[odd] for _, dial, odd in parts])
    end_ts = _joined([dial.end_ts[odd] for _, dial, odd in parts])
    opening = _joined([dial.opening[odd] for _, dial, odd in parts])
    closing = _joined([dial.closing[odd] for _, dial, odd in parts])
    rule = _TEXT[_joined([dial.rule[odd] for _, dial, odd in parts])]
    return pa.table(
        {
            "channel": _numbers((number, len(odd)) for number, _, odd in parts),
            "ts": instants(ts),
            "end_ts": instants(end_ts),
            "seconds": end_ts - ts,
            "rule": pa.array(rule, pa.string()),
            "before": np.where(rule == "spike", closing - opening, opening).astype(np.int64),
            "after": closing,
            "delivery": _deliveries(_joined([dial.delivery[odd] for _, dial, odd in parts])),
            "source_row": _joined([dial.source_row[odd] for _, dial, odd in parts]),
        }
    )


def _uncovered(judged: Mapping[int, Judged]) -> pa.Table:
    parts = [
        (number, found.steps.where(found.steps.rule == GAP), found.channel.seconds)
        for number, found in judged.items()
    ]
    seconds = _joined([gaps.seconds for _, gaps, _ in parts])
    slot = _joined([np.full(len(gaps), step, np.int64) for _, gaps, step in parts])
    return pa.table(
        {
            "channel": _numbers((number, len(gaps)) for number, gaps, _ in parts),
            "ts": instants(_joined([gaps.ts for _, gaps, _ in parts])),
            "seconds": seconds,
            "slots": (seconds + slot // 2) // np.maximum(slot, 1),
        }
    )


def _deliveries(numbers: Integers) -> pa.Array:
    """Deliveries by number; none where an exchange gives the reading."""
    return pa.array(numbers, pa.int64(), mask=numbers == NONE)


def _numbers(parts: Iterable[tuple[int, int]]) -> pa.Array:
    """The number of a meter, once for each of its rows."""
    listed = list(parts)
    return pa.array(np.repeat([n for n, _ in listed], [rows for _, rows in listed]), pa.int64())


def _joined(parts: list[np.ndarray]) -> Integers:
    whole: Integers = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    return whole
