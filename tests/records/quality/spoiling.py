"""Series with faults of every kind, planted at random and without regard for each other."""

from __future__ import annotations

import datetime as dt
import random

from tests.records.build import Delivery, Reading

PERIOD = "2025-03-29/2025-04-01"
START = dt.datetime(2025, 3, 28, 12)
SLOTS = 5 * 96
METERS = 14
KINDS = ("interval", "register")


def declared(draw: random.Random, name: str, kind: str) -> dict[str, object]:
    meter: dict[str, object] = {"id": name, "kind": kind, "measure": "kg"}
    meter["minutes"] = draw.choice([15, 15, 15, 30, 60])
    meter["stuck_after"] = draw.choice([0, 2, 4, 24])
    if kind == "register" or draw.random() < 0.5:
        meter["maximum"] = str(draw.choice([40, 400, 4000]))
    if kind == "register" and draw.random() < 0.6:
        meter["modulus"] = str(draw.choice([1000, 10000, 1000000]))
    if kind == "register" and draw.random() < 0.2:
        meter["read_every"] = draw.choice(["day", "month"])
    if draw.random() < 0.2:
        meter["from_day"] = dt.date(2025, 3, draw.choice([28, 29, 30]))
    if draw.random() < 0.2:
        meter["to_day"] = dt.date(2025, 3, 31)
    return meter


def good_series(draw: random.Random, meter: dict[str, object]) -> list[Reading]:
    """A series without faults."""
    minutes = int(str(meter["minutes"]))
    top = draw.choice([3, 40, 100])
    number = SLOTS * 15 // minutes
    amounts = [draw.choice([0, draw.randint(0, top), top]) for _ in range(number)]
    if draw.random() < 0.5:  # a load that goes by the hour, so that a shifted clock shows
        daily = 1440 // minutes
        amounts = [20 + top * (n % daily) // daily + draw.randint(0, 3) for n in range(number)]
    if meter["kind"] == "register":
        dial = int(str(meter.get("modulus", 10**9)))
        standing = draw.randrange(min(dial, 5000))
        counts = []
        for amount in amounts:
            counts.append(standing % dial)
            standing += amount
    else:
        counts = amounts
    return [(START + n * dt.timedelta(minutes=minutes), c) for n, c in enumerate(counts)]


def spoiled(draw: random.Random, readings: list[Reading]) -> list[Reading]:
    """The same with faults of every kind, planted without regard for each other."""
    rows = list(readings)
    for _ in range(draw.randint(0, 9)):
        if len(rows) < 80:
            break
        at, length = draw.randrange(len(rows) - 30), draw.choice([1, 1, 2, 3, 5, 26])
        draw.choice(FAULTS)(draw, rows, at, at + length)
    return rows


def lost(_: random.Random, rows: list[Reading], at: int, end: int) -> None:
    del rows[at : at + (end - at) * 4]


def thinned(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[:] = [row for row in rows if draw.random() > 0.2]


def thousandfold(_: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at:end] = [(ts, count * 1000) for ts, count in rows[at:end]]


def stuck(_: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at:end] = [(ts, rows[at][1]) for ts, _ in rows[at:end]]


def arbitrary(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at:end] = [(ts, draw.choice([0, 7, 900, 30000, 2 * 10**6])) for ts, _ in rows[at:end]]


def repeated(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at:at] = [(ts, count + draw.choice([0, 0, 1])) for ts, count in rows[at:end]]


def swapped(_: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at : at + 8] = rows[at + 4 : at + 8] + rows[at : at + 4]


def fallen(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    fall = draw.choice([rows[at][1], rows[at][1] // 2])
    rows[at:] = [(ts, count - fall) for ts, count in rows[at:]]


def close(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    shift = draw.choice([1, 5, 8]) * dt.timedelta(minutes=1)
    rows[at:at] = [(ts + shift, count) for ts, count in rows[at:end]]


def early(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    ts, count = rows[at]
    rows[at] = (ts - draw.choice([23, 24, 24, 25]) * dt.timedelta(hours=1), count)


def shifted(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    shift = draw.choice([-8, -4, -1, 1, 2, 4]) * dt.timedelta(minutes=15)
    rows[at : at + 20] = [(ts + shift, count) for ts, count in rows[at : at + 20]]


def frozen(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at : at + 6] = [(ts, rows[at][1]) for ts, _ in rows[at : at + 6]]
    jump = draw.choice([0, 300, 3000])
    rows[at + 6 :] = [(ts, count + jump) for ts, count in rows[at + 6 :]]


def misread(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    off = draw.choice([-30, -1, 1, 10, 30, 200])
    rows[at:end] = [(ts, count + off) for ts, count in rows[at:end]]


def sparse(draw: random.Random, rows: list[Reading], at: int, end: int) -> None:
    """Only every so many readings is there: those between are lost, or summed in it."""
    every, length = draw.choice([2, 2, 3, 4, 8, 96]), draw.choice([40, 80, 200])
    part = rows[at : at + length]
    kept = part[::every]
    if draw.random() < 0.6:
        sums = [sum(count for _, count in part[n : n + every]) for n in range(0, len(part), every)]
        kept = [(ts, count) for (ts, _), count in zip(kept, sums, strict=True)]
    rows[at : at + length] = kept


def silent(_: random.Random, rows: list[Reading], at: int, end: int) -> None:
    rows[at] = (rows[at][0], 0)


FAULTS = (
    shifted,
    silent,
    lost,
    thinned,
    thousandfold,
    stuck,
    arbitrary,
    repeated,
    swapped,
    fallen,
    close,
    early,
    frozen,
    misread,
    sparse,
    sparse,
)


def delivered(draw: random.Random, readings: list[Reading]) -> list[list[Reading]]:
    """Up to three files: the whole, a part of it that was known before, a correction of a part."""
    files = [spoiled(draw, readings)]
    if draw.random() < 0.4:
        files.insert(0, spoiled(draw, readings[: len(readings) // 2]))
    if draw.random() < 0.4:
        at = draw.randrange(len(readings) - 40)
        files.append([(ts, count + draw.randint(0, 1)) for ts, count in readings[at : at + 30]])
    return files


def exchanged(draw: random.Random, readings: list[Reading]) -> list[tuple[dt.datetime, int, int]]:
    """Up to two exchanges: instant, closing, opening, most of which do not fit what was read."""
    found = []
    for _ in range(draw.choice([0, 0, 1, 2])):
        ts, count = draw.choice(readings)
        found.append((ts + dt.timedelta(minutes=draw.choice([0, 7])), count, draw.randint(0, 50)))
    return found


def deliveries(draw: random.Random, meters: list[dict[str, object]]) -> list[Delivery]:
    """Files of all meters, with every fault."""
    files = {str(m["id"]): delivered(draw, good_series(draw, m)) for m in meters}
    return [
        Delivery(
            {name: listed[n] for name, listed in files.items() if n < len(listed) and listed[n]},
            name=f"{n}.csv",
            parts=draw.choice([1, 1, 3]),
            marks={
                name: marks(draw, listed[n])
                for name, listed in files.items()
                if n < len(listed) and listed[n]
            },
        )
        for n in range(3)
    ]


def marks(draw: random.Random, readings: list[Reading]) -> dict[int, str]:
    """Marks that a source gives to some of its rows, by row: stretches, and single ones."""
    found = {}
    for _ in range(draw.choice([0, 0, 1, 3])):
        word, at = draw.choice(["bad", "estimated", "remark"]), draw.randrange(len(readings))
        found |= dict.fromkeys(range(at + 2, at + 2 + draw.choice([1, 2, 6])), word)
    return found
