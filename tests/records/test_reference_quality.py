"""The SQL of the interval rules gives what the plain loops of ``reference_quality`` give."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import Delivery, Interval, Reading, compiled_of, judge, site_of
from tests.records.reference_quality import Meter, Row, reference_intervals

PERIOD = "2025-03-29/2025-04-01"
EPOCH = dt.datetime(1970, 1, 1)
START = dt.datetime(2025, 3, 27, 12)
SLOTS = 6 * 96
METERS = 14
KINDS = ("interval", "register")


def seconds(instant: dt.datetime | None) -> int | None:
    return None if instant is None else int((instant - EPOCH).total_seconds())


def instant(seconds: int) -> dt.datetime:
    return EPOCH + dt.timedelta(seconds=seconds)


def declared(draw: random.Random, name: str, kind: str) -> dict[str, object]:
    meter: dict[str, object] = {"id": name, "kind": kind, "measure": "kg"}
    meter["minutes"] = draw.choice([15, 15, 15, 30, 60])
    meter["stuck_after"] = draw.choice([0, 2, 4, 24])
    if kind == "register" or draw.random() < 0.5:
        meter["maximum"] = str(draw.choice([40, 400, 4000]))
    if kind == "register" and draw.random() < 0.6:
        meter["modulus"] = str(draw.choice([1000, 10000, 1000000]))
    if draw.random() < 0.2:
        meter["from_day"] = dt.date(2025, 3, draw.choice([28, 29, 30]))
    if draw.random() < 0.2:
        meter["to_day"] = dt.date(2025, 3, 31)
    return meter


def good_series(draw: random.Random, meter: dict[str, object]) -> list[Reading]:
    """A series without faults."""
    minutes = int(str(meter["minutes"]))
    top = draw.choice([3, 40, 100])
    amounts = [draw.choice([0, draw.randint(0, top), top]) for _ in range(SLOTS * 15 // minutes)]
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


def spoiled(draw: random.Random, readings: list[Reading], step: dt.timedelta) -> list[Reading]:
    """The same with faults of every kind, planted without regard for each other."""
    rows = list(readings)
    for _ in range(draw.randint(0, 9)):
        if len(rows) < 80:
            break
        at, length = draw.randrange(len(rows) - 30), draw.choice([1, 1, 2, 3, 5, 26])
        window = range(at, at + length)
        fault = draw.randrange(10)
        if fault == 0:
            del rows[at : at + length * 4]
        elif fault == 1:
            for i in window:
                rows[i] = (rows[i][0], rows[i][1] * 1000)
        elif fault == 2:
            for i in window:
                rows[i] = (rows[i][0], rows[at][1])
        elif fault == 3:
            for i in window:
                rows[i] = (rows[i][0], draw.choice([0, 7, 900, 30000, 2 * 10**6]))
        elif fault == 4:
            rows[at:at] = [(rows[i][0], rows[i][1] + draw.choice([0, 0, 1])) for i in window]
        elif fault == 5:
            rows[at : at + 8] = rows[at + 4 : at + 8] + rows[at : at + 4]
        elif fault == 6:
            fall = draw.choice([rows[at][1], rows[at][1] // 2])
            rows[at:] = [(ts, count - fall) for ts, count in rows[at:]]
        elif fault == 7:
            shift = draw.choice([1, 5, 8]) * dt.timedelta(minutes=1)
            rows[at:at] = [(rows[i][0] + shift, rows[i][1]) for i in window]
        elif fault == 8:
            early = draw.choice([23, 24, 24, 25]) * dt.timedelta(hours=1)
            rows[at] = (rows[at][0] - early, rows[at][1])
        else:
            rows = [row for row in rows if draw.random() > 0.2] if len(rows) > 100 else rows
    return rows


def delivered(
    draw: random.Random, readings: list[Reading], step: dt.timedelta
) -> list[list[Reading]]:
    """Up to three files: the whole, a part of it that was known before, a correction of a part."""
    files = [spoiled(draw, readings, step)]
    if draw.random() < 0.4:
        files.insert(0, spoiled(draw, readings[: len(readings) // 2], step))
    if draw.random() < 0.4:
        at = draw.randrange(len(readings) - 40)
        files.append([(ts, count + draw.randint(0, 1)) for ts, count in readings[at : at + 30]])
    return files


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/Santiago"])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_interval_is_that_of_the_plain_loops(
    tmp_path_factory: pytest.TempPathFactory, zone: str, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    meters = [declared(draw, f"m{n}", draw.choice(KINDS)) for n in range(METERS)]
    site = site_of(*meters, zone=zone)
    steps = {str(m["id"]): dt.timedelta(minutes=int(str(m["minutes"]))) for m in meters}
    files = {
        str(m["id"]): delivered(draw, good_series(draw, m), steps[str(m["id"])]) for m in meters
    }
    deliveries = [
        Delivery(
            {name: listed[n] for name, listed in files.items() if n < len(listed)},
            name=f"{n}.csv",
            parts=draw.choice([1, 1, 3]),
        )
        for n in range(3)
    ]
    judged = judge(site, deliveries, tmp_path_factory.mktemp("ledger"), PERIOD)
    compiled = compiled_of(site, PERIOD)
    days = [
        (seconds(row["from_ts"]) or 0, seconds(row["to_ts"]) or 0)
        for row in compiled.site_days.to_pylist()
    ]
    for row in compiled.meters.to_pylist():
        expected = reference_intervals(
            Meter(
                kind=row["kind"],
                seconds=row["seconds"],
                per_count=row["per_count"],
                maximum=row["maximum"],
                modulus=row["modulus"],
                stuck_after=row["stuck_after"],
                start=seconds(row["from_ts"]) or 0,
                end=seconds(row["to_ts"]) or 0,
                life_start=seconds(row["life_from"]),
                life_end=seconds(row["life_to"]),
            ),
            [in_window(listed, row["kind"]) for listed in files[row["meter"]]],
            days,
            ZoneInfo(zone),
        )
        assert judged.of(row["meter"]) == sorted(map(placed, expected), key=str), row


def in_window(readings: list[Reading], kind: str) -> list[Row]:
    """The rows of a file in its order; the period's margins hold all of them."""
    return [(n, seconds(ts) or 0, count) for n, (ts, count) in enumerate(readings, start=2)]


def placed(step: tuple[int, int, int | None, str, str | None]) -> Interval:
    return (instant(step[0]), *step[1:])
