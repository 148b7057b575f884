"""The SQL of the interval rules gives what the plain loops of ``reference_quality`` give."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import Delivery, Interval, Reading, by_time, compiled_of, judge, site_of
from tests.records.quality.reference_quality import Meter, Row, reference_intervals

PERIOD = "2025-03-29/2025-04-01"
EPOCH = dt.datetime(1970, 1, 1)
START = dt.datetime(2025, 3, 28, 12)
SLOTS = 5 * 96
METERS = 14
KINDS = ("interval", "register")


def seconds(instant: dt.datetime) -> int:
    return int((instant - EPOCH).total_seconds())


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


FAULTS = (lost, thinned, thousandfold, stuck, arbitrary, repeated, swapped, fallen, close, early)


def delivered(draw: random.Random, readings: list[Reading]) -> list[list[Reading]]:
    """Up to three files: the whole, a part of it that was known before, a correction of a part."""
    files = [spoiled(draw, readings)]
    if draw.random() < 0.4:
        files.insert(0, spoiled(draw, readings[: len(readings) // 2]))
    if draw.random() < 0.4:
        at = draw.randrange(len(readings) - 40)
        files.append([(ts, count + draw.randint(0, 1)) for ts, count in readings[at : at + 30]])
    return files


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/Santiago"])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_every_interval_is_that_of_the_plain_loops(
    tmp_path_factory: pytest.TempPathFactory, zone: str, seed: int
) -> None:
    compare(tmp_path_factory.mktemp("ledger"), zone, seed)


@pytest.mark.long
@given(seed=st.integers(0, 2**32))
@settings(max_examples=1000, deadline=None)
def test_so_is_every_interval_of_ten_thousand_series(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    compare(tmp_path_factory.mktemp("ledger"), "Europe/Berlin", seed)


def compare(folder: Path, zone: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    meters = [declared(draw, f"m{n}", draw.choice(KINDS)) for n in range(METERS)]
    site = site_of(*meters, zone=zone)
    files = {str(m["id"]): delivered(draw, good_series(draw, m)) for m in meters}
    deliveries = [
        Delivery(
            {name: listed[n] for name, listed in files.items() if n < len(listed)},
            name=f"{n}.csv",
            parts=draw.choice([1, 1, 3]),
        )
        for n in range(3)
    ]
    judged = judge(site, deliveries, folder, PERIOD)
    compiled = compiled_of(site, PERIOD)
    days = [(seconds(r["from_ts"]), seconds(r["to_ts"])) for r in compiled.site_days.to_pylist()]
    for row in compiled.meters.to_pylist():
        rows = [numbered(listed) for listed in files[row["meter"]]]
        expected = reference_intervals(meter_of(row), rows, days, ZoneInfo(zone))
        assert judged.of(row["meter"]) == sorted(map(placed, expected), key=by_time), row


def meter_of(row: dict[str, Any]) -> Meter:
    """A row of the table ``meter`` as the plain loops take it."""
    return Meter(
        **{name: row[name] for name in ("kind", "seconds", "per_count", "maximum", "modulus")},
        stuck_after=row["stuck_after"],
        start=seconds(row["from_ts"]),
        end=seconds(row["to_ts"]),
        life_start=row["life_from"] and seconds(row["life_from"]),
        life_end=row["life_to"] and seconds(row["life_to"]),
    )


def numbered(readings: list[Reading]) -> list[Row]:
    """The rows of a file in its order; the period's margins hold all of them."""
    return [(n, seconds(ts), count) for n, (ts, count) in enumerate(readings, start=2)]


def placed(step: tuple[int, int, int | None, str, str | None]) -> Interval:
    return (instant(step[0]), *step[1:])
