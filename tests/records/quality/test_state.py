"""State meters: the SQL of a day is the plain loops', cell by cell; and what is odd is told."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import compiled_of, site_of
from tests.records.quality.reference_state import StateMeter, reference_state_days

from celadon.engine import Engine
from celadon.records.compiled import METER, SITE_CLOCK
from celadon.records.quality.state import average, mean, shown, state_days, state_events
from celadon.records.quality.tables import STATE_DAY
from celadon.records.site import Site
from celadon.records.tables import SITE_DAY
from celadon.tables import Column, Schema

EPOCH = dt.datetime(1970, 1, 1)
SLOT = Schema(
    "slot",
    "What is known of each slot.",
    "各时点的已知读数。",
    (
        *(
            Column(name, "timestamp" if name == "ts" else "bigint", name, name)
            for name in ("channel", "ts", "low", "high", "delivery", "source_row")
        ),
        Column("mark", "text", "mark", "mark", nullable=True),
    ),
    ("channel", "ts"),
)
Known = tuple[dt.datetime, int, int]
"""Instant, lowest and highest count given for it."""


@dataclass(frozen=True, slots=True)
class Shown:
    days: pa.Table
    events: pa.Table

    def of(self, meter: str) -> list[dict[str, Any]]:
        return [row for row in self.days.to_pylist() if row["meter"] == meter]

    def told(self) -> list[tuple[Any, ...]]:
        names = ("subject", "rule", "from_ts", "to_ts", "slots", "before")
        return [tuple(row[name] for name in names) for row in self.events.to_pylist()]


def state_meter(name: str = "s", **more: Any) -> dict[str, Any]:
    """A state meter in degrees Celsius, a count being one degree."""
    return {"id": name, "kind": "state", "measure": "degC", **more}


def look(
    site: Site,
    readings: Mapping[str, Sequence[Known]],
    period: str,
    threads: int = 1,
    marks: Mapping[str, Mapping[int, str]] | None = None,
) -> Shown:
    """The days and events of state meters from what is known of their slots, and marks by row."""
    compiled = compiled_of(site, period)
    names = sorted(meter.id for meter in site.meters)
    rows = [
        {
            "channel": names.index(name) + 1, "ts": ts, "low": low, "high": high,
            "delivery": 1, "source_row": number,
            "mark": (marks or {}).get(name, {}).get(number),
        }
        for name, listed in readings.items()
        for number, (ts, low, high) in enumerate(listed, start=2)
    ]  # fmt: skip
    with Engine(threads) as engine:
        engine.load(METER, compiled.meters)
        engine.load(SITE_DAY, compiled.site_days)
        engine.load(SITE_CLOCK, compiled.site_clocks)
        engine.load(SLOT, SLOT.from_rows(rows))
        engine.take("delivery", pa.table({"delivery": [1], "file": ["states.csv"]}))
        engine.step("celadon.records.quality", "channel")
        return Shown(state_days(engine), state_events(engine))


def steady(start: dt.datetime, values: Sequence[int | None], minutes: int = 15) -> list[Known]:
    return [
        (start + n * dt.timedelta(minutes=minutes), value, value)
        for n, value in enumerate(values)
        if value is not None
    ]


MIDNIGHT = dt.datetime(2025, 3, 2, 16)
DAY = "2025-03-03/2025-03-04"


def one_day(
    values: Sequence[int | None], marks: Mapping[int, str] | None = None, **meter: Any
) -> tuple[dict[str, Any], Shown]:
    site, readings = site_of(state_meter(**meter)), {"s": steady(MIDNIGHT, values)}
    seen = look(site, readings, DAY, marks={"s": marks or {}})
    (row,) = seen.of("s")
    return row, seen


def test_an_average_weighs_each_value_by_the_time_that_it_held() -> None:
    readings = [(MIDNIGHT, 20, 20), (MIDNIGHT + dt.timedelta(minutes=20), -10, -10)]
    readings += steady(MIDNIGHT + dt.timedelta(minutes=30), [0] * 94)
    (row,) = look(site_of(state_meter()), {"s": readings}, DAY).of("s")
    assert row["weighted"] == 20 * 1200 - 10 * 600
    assert (row["seconds"], row["seconds_missing"], row["low"], row["high"]) == (86400, 0, -10, 20)


def test_a_reading_holds_at_most_twice_its_minutes() -> None:
    row, seen = one_day([5] * 40 + [None] * 16 + [9] * 40)
    assert (row["seconds"], row["seconds_missing"]) == (80 * 900 + 900, 15 * 900)
    assert row["weighted"] == 5 * 41 * 900 + 9 * 40 * 900
    start = MIDNIGHT + dt.timedelta(minutes=15 * 41)
    end = MIDNIGHT + dt.timedelta(minutes=15 * 56)
    assert ("s", "state_gap", start, end, 15, None) in seen.told()


def test_one_reading_left_out_is_bridged() -> None:
    row, seen = one_day([*range(40), None, *range(41, 96)])
    assert (row["seconds"], row["seconds_missing"]) == (86400, 0)
    assert seen.told() == []


def test_a_conflict_has_no_value_and_ends_the_one_before() -> None:
    readings = steady(MIDNIGHT, [*range(96)])
    readings[10] = (readings[10][0], 3, 400)
    seen = look(site_of(state_meter()), {"s": readings}, DAY)
    (row,) = seen.of("s")
    assert (row["seconds"], row["seconds_missing"]) == (95 * 900, 900)
    assert row["weighted"] == 900 * (sum(range(96)) - 10)
    assert seen.told() == []  # a conflict is told by the rule of conflicts


def test_above_the_maximum_there_is_no_value() -> None:
    values = [*range(96)]
    values[30:32] = [2000, 2001]
    row, seen = one_day(values, maximum="100")
    assert (row["seconds"], row["high"]) == (94 * 900, 95)
    start = MIDNIGHT + dt.timedelta(minutes=15 * 30)
    end = start + dt.timedelta(minutes=30)
    assert seen.told() == [("s", "state_beyond_maximum", start, end, 2, 2000)]


def test_what_its_source_calls_bad_has_no_value_and_ends_the_one_before() -> None:
    values = [20] * 48 + [900, 901] + [20] * 46
    day, seen = one_day(values, {50: "marked_bad", 51: "marked_bad"}, stuck_after=0, maximum="900")
    assert (day["high"], day["seconds"], day["seconds_missing"]) == (20, 94 * 900, 2 * 900)
    noon = MIDNIGHT + dt.timedelta(hours=12)
    told = ("s", "marked_bad", noon, noon + dt.timedelta(minutes=30), 2, 900)
    assert seen.told() == [told]


def test_what_its_source_estimated_is_used_and_told() -> None:
    values = [20] * 48 + [30, 95] + [20] * 46
    marks = {50: "source_estimated", 51: "source_estimated"}
    day, seen = one_day(values, marks, stuck_after=0, maximum="90")
    assert (day["high"], day["seconds_missing"]) == (30, 900)
    assert [(rule, slots, before) for _, rule, _, _, slots, before in seen.told()] == [
        ("source_estimated", 1, 30),
        ("state_beyond_maximum", 1, 95),
    ]


def test_a_run_of_equal_readings_is_told_and_kept() -> None:
    values = [*range(96)]
    values[30:60] = [30] * 30
    row, seen = one_day(values)
    assert row["seconds"] == 86400
    start = MIDNIGHT + dt.timedelta(minutes=15 * 30)
    end = MIDNIGHT + dt.timedelta(minutes=15 * 60)
    assert seen.told() == [("s", "state_stuck", start, end, 30, 30)]
    assert one_day(values, stuck_after=0)[1].told() == []


def test_a_value_at_which_a_meter_rests_is_a_habit() -> None:
    values = [*range(96)]
    values[20:46] = [100] * 26
    values[60:90] = [100] * 30
    assert one_day(values)[1].told() == []


def test_a_meter_without_a_reading_is_missing_and_not_zero() -> None:
    row, seen = one_day([])
    assert (row["weighted"], row["seconds"], row["seconds_missing"]) == (0, 0, 86400)
    assert (row["low"], row["high"]) == (None, None)
    assert [event[1] for event in seen.told()] == ["state_gap"]
    (meter,) = site_of(state_meter()).meters
    assert (average(row, meter), shown(row["low"], meter)) == ("", "")


def test_sums_beyond_64_bits_are_exact() -> None:
    huge = 2**60 + 1
    row, _ = one_day([huge] * 96)
    assert row["weighted"] == huge * 86400
    assert mean([row], site_of(state_meter()).meters[0]) == huge


def test_an_amount_has_no_state_day() -> None:
    site = site_of(state_meter(), {"id": "m", "kind": "interval", "measure": "kg"})
    seen = look(site, {"s": steady(MIDNIGHT, [1] * 96), "m": steady(MIDNIGHT, [1] * 96)}, DAY)
    assert seen.days["meter"].unique().to_pylist() == ["s"]


# Random series, in zones with and without clock changes.

ZONES = {
    "Asia/Shanghai": dt.date(2025, 3, 29),
    "Europe/Berlin": dt.date(2025, 3, 29),
    "America/Santiago": dt.date(2025, 4, 4),
    "Australia/Lord_Howe": dt.date(2025, 4, 4),
}


@pytest.mark.parametrize("zone", ZONES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_every_cell_is_that_of_the_plain_loops(zone: str, seed: int) -> None:
    compare(zone, seed)


@pytest.mark.long
@given(seed=st.integers(0, 2**32), zone=st.sampled_from(sorted(ZONES)))
@settings(max_examples=700, deadline=None)
def test_so_is_every_cell_of_ten_thousand_series(zone: str, seed: int) -> None:
    compare(zone, seed)


def compare(zone: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    first = ZONES[zone]
    period = f"{first}/{first + dt.timedelta(days=4)}"
    meters = [drawn_meter(draw, f"s{n:02d}", first) for n in range(14)]
    site = site_of(*meters, zone=zone)
    readings = {m["id"]: drawn_readings(draw, m, first) for m in meters}
    bad = {name: drawn_marks(draw, len(listed)) for name, listed in readings.items()}
    seen = look(site, readings, period, threads=2, marks=bad)
    compiled = compiled_of(site, period)
    bounds = [(seconds(r["from_ts"]), seconds(r["to_ts"])) for r in compiled.site_days.to_pylist()]
    days = [row["day"] for row in compiled.site_days.to_pylist()]
    for row in compiled.meters.to_pylist():
        plain = StateMeter(
            row["seconds"], row["maximum"], seconds(row["from_ts"]), seconds(row["to_ts"])
        )
        untrusted = bad[row["meter"]]
        known = [
            (seconds(ts), low, high + 1 if untrusted.get(place) == "marked_bad" else high)
            for place, (ts, low, high) in enumerate(readings[row["meter"]], start=2)
        ]  # a bad reading counts as one of two values does: for none
        expected = reference_state_days(plain, known, bounds)
        found = {r["day"]: tuple(r.values())[3:] for r in seen.of(row["meter"])}
        assert found == {
            day: cells for day, cells in zip(days, expected, strict=True) if cells is not None
        }, row


def drawn_meter(draw: random.Random, name: str, first: dt.date) -> dict[str, Any]:
    meter = state_meter(name, minutes=draw.choice([1, 5, 15, 30, 60]))
    if draw.random() < 0.4:
        meter["maximum"] = str(draw.choice([50, 90]))
    if draw.random() < 0.3:
        meter["from_day"] = first + dt.timedelta(days=draw.choice([-1, 1, 2]))
    if draw.random() < 0.3:
        meter["to_day"] = first + dt.timedelta(days=3)
    return meter


def drawn_readings(draw: random.Random, meter: Mapping[str, Any], first: dt.date) -> list[Known]:
    """Jittered, thinned, with gaps, conflicts, doubles within a second, from before to after."""
    at = dt.datetime.combine(first, dt.time()) - dt.timedelta(days=1)
    end = at + dt.timedelta(days=6)
    step = dt.timedelta(minutes=max(int(meter["minutes"]), 5))
    found: dict[dt.datetime, Known] = {}
    while at < end:
        low = draw.choice([0, draw.randint(-100, 100)])
        high = low + (draw.random() < 0.05) * draw.randint(0, 9)
        found[at] = (at, low, high)
        if draw.random() < 0.3:
            at += dt.timedelta(microseconds=draw.randrange(step // dt.timedelta(microseconds=1)))
        elif draw.random() < 0.1:
            at += dt.timedelta(microseconds=draw.choice([1, 400_000, 1_000_000]))
        elif draw.random() < 0.03:
            at += draw.randint(1, 30) * dt.timedelta(hours=1)
        else:
            at += step
    return list(found.values())


def drawn_marks(draw: random.Random, rows: int) -> dict[int, str]:
    """Marks of a few rows."""
    some = [row for row in range(2, rows + 2) if draw.random() < 0.03]
    return {row: draw.choice(["marked_bad", "source_estimated"]) for row in some}


def seconds(instant: dt.datetime) -> int:
    return (instant - EPOCH) // dt.timedelta(seconds=1)


# Measured series.


def written(path: Path, time: str, value: str, form: str) -> Iterator[tuple[dt.datetime, Decimal]]:
    """The local time and the value of each row of a file."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    for row in csv.DictReader(text.splitlines()):
        yield dt.datetime.strptime(row[time], form), Decimal(row[value])  # noqa: DTZ007


def known_of(rows: Iterator[tuple[dt.datetime, Decimal]], zone: str, size: str) -> list[Known]:
    """Rows as the ledger knows them: a time that stands twice with two values is a conflict."""
    low: dict[dt.datetime, int] = {}
    high: dict[dt.datetime, int] = {}
    for local, value in rows:
        count = round(value / Decimal(size))
        ts = local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None)
        low[ts] = min(low.get(ts, count), count)
        high[ts] = max(high.get(ts, count), count)
    return [(ts, low[ts], high[ts]) for ts in sorted(low)]


def held_to_plain_loops(readings: list[Known], period: str, zone: str, minutes: int) -> Shown:
    site = site_of(state_meter(minutes=minutes, resolution="0.001"), zone=zone)
    seen = look(site, {"s": readings}, period)
    compiled = compiled_of(site, period)
    (row,) = compiled.meters.to_pylist()
    plain = StateMeter(row["seconds"], None, seconds(row["from_ts"]), seconds(row["to_ts"]))
    bounds = [(seconds(r["from_ts"]), seconds(r["to_ts"])) for r in compiled.site_days.to_pylist()]
    expected = reference_state_days(
        plain, [(seconds(ts), low, high) for ts, low, high in readings], bounds
    )
    assert [tuple(r.values())[3:] for r in seen.of("s")] == expected
    return seen


def test_a_machine_with_a_clock_change(shared_data: Path) -> None:
    """Twelve local times stand twice; where their values differ there is no value."""
    path = shared_data / "nab_machine" / "machine_temperature_system_failure.csv"
    rows = list(written(path, "timestamp", "value", "%Y-%m-%d %H:%M:%S"))
    known = known_of(iter(rows), "America/New_York", "0.001")
    assert len(rows) - len(known) == 12
    seen = held_to_plain_loops(known, "2013-12-03/2014-02-19", "America/New_York", 5)
    assert sum(row["seconds_missing"] for row in seen.of("s")) == 12 * 300


def test_a_room_with_ten_gaps(shared_data: Path) -> None:
    path = shared_data / "nab_machine" / "ambient_temperature_system_failure.csv"
    rows = written(path, "timestamp", "value", "%Y-%m-%d %H:%M:%S")
    known = known_of(rows, "Etc/GMT+5", "0.001")
    seen = held_to_plain_loops(known, "2013-07-04/2014-05-28", "Etc/GMT+5", 60)
    gaps = [event for event in seen.told() if event[1] == "state_gap"]
    steps = [b[0] - a[0] for a, b in pairwise(known)]
    longer = [step for step in steps if step > dt.timedelta(hours=2)]
    assert len(gaps) == len(longer) >= 8
    missing = sum(row["seconds_missing"] for row in seen.of("s"))
    assert missing == sum((step.total_seconds() - 7200 for step in longer), 0.0)


def test_oil_of_a_transformer(shared_data: Path) -> None:
    """Gapless: the average of a month is the plain mean of its hours."""
    path = shared_data / "ett_transformer" / "ETTh1.csv.gz"
    known = known_of(written(path, "date", "OT", "%Y-%m-%d %H:%M:%S"), "Asia/Shanghai", "0.001")
    seen = held_to_plain_loops(known, "2017", "Asia/Shanghai", 60)
    march = [row for row in seen.of("s") if row["day"].month == 3]
    hours = [
        low for ts, low, _ in known if (ts + dt.timedelta(hours=8)).strftime("%Y%m") == "201703"
    ]
    (meter,) = site_of(state_meter(resolution="0.001")).meters
    assert mean(march, meter) == Fraction(sum(hours), len(hours) * 1000)


def test_a_pump_read_each_second(shared_data: Path) -> None:
    """Runs of some minutes on a day, apart from each other; what lies between is missing."""
    path = shared_data / "skab_pump" / "skab_runs.parquet"
    table = pq.read_table(path, columns=["datetime", "Temperature"]).to_pylist()
    rows = ((row["datetime"], Decimal(str(row["Temperature"]))) for row in table)
    known = known_of(rows, "Europe/Moscow", "0.001")
    seen = held_to_plain_loops(known, "2020-02-08/2020-03-15", "Europe/Moscow", 1)
    known_seconds = sum(row["seconds"] for row in seen.of("s"))
    assert known_seconds < 36 * 86400 // 20
    assert STATE_DAY.digest(seen.days)
