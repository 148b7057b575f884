"""Readings of an interval meter that come at longer steps than it declares: counted once."""

from __future__ import annotations

import datetime as dt
import random
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Reading,
    batches_of,
    compiled_of,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.quality.day import COLUMNS, LIVELY, START, TOTAL, at, event, judged, measured
from tests.records.quality.test_passes import TABLES, rows

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.records.quality.definition import judge_by_definition
from celadon.records.quality.findings import event_findings
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.memo import Memo
from celadon.records.quality.passes import NONE
from celadon.records.quality.step_passes import longer_steps
from celadon.records.site import Site
from celadon.records.tables import METER_DAY
from celadon.tables import Schema

HOUR = dt.timedelta(hours=1)
MONTH = [100 + n * 37 % 23 for n in range(96 * 31)]
FIRST = dt.datetime(2025, 2, 28, 16)
"""1 March 2025 in Shanghai."""


def in_hours(counts: list[int], first: int = 0, last: int | None = None) -> list[Reading]:
    """Quarters of an hour, from a slot to another in readings of an hour each."""
    last = len(counts) if last is None else last
    hours = [sum(counts[n : n + 4]) for n in range(first, last, 4)]
    quarters = series(FIRST, counts)
    return [*quarters[:first], *series(FIRST + first * SLOT, hours, HOUR), *quarters[last:]]


def month(folder: Path, readings: list[Reading], **meter: Any) -> tuple[Site, Any]:
    site = site_of(interval_meter(**({"estimate_hours": 168} | meter)))
    return site, judge(site, [Delivery({"m": readings})], folder, "2025-03")


def hour(slot: int, count: int) -> tuple[object, ...]:
    return (at(slot), 3600, count, "measured", "longer_step")


def test_a_whole_file_by_the_hour_is_the_sum_of_its_readings(tmp_path: Path) -> None:
    site, result = month(tmp_path, in_hours(MONTH))
    assert result.sums("m") == {"measured": sum(MONTH), "estimated": 0, "seconds_missing": 0}
    assert result.told("rule", "slots", "before", "after") == [("longer_step", 744, 900, 3600)]
    (finding,) = event_findings(result.events, {site.id: site})
    assert "come every 60 min, declared are 15 min" in finding.text("en")
    assert "from 2025-03-01 with minutes = 60" in finding.remedy("en")
    assert "744 个读数每 60 分钟一次，声明为 15 分钟" in finding.text("zh")
    assert "自 2025-03-01 起" in finding.remedy("zh")


def test_a_logger_that_changes_to_hours_adds_nothing(tmp_path: Path) -> None:
    cut = 26 * 96
    _, result = month(tmp_path, in_hours(MONTH, cut))
    assert result.sums("m") == {"measured": sum(MONTH), "estimated": 0, "seconds_missing": 0}
    assert not result.estimates.num_rows
    assert result.told("rule", "from_ts", "to_ts", "slots", "source_row") == [
        ("longer_step", FIRST + cut * SLOT, FIRST + 31 * DAY, 5 * 24, cut + 2)
    ]
    days = {row["day"].day: row["measured"] for row in result.days.to_pylist()}
    assert days == {n + 1: sum(MONTH[n * 96 : n * 96 + 96]) for n in range(31)}


def test_and_back_again(tmp_path: Path) -> None:
    first, last = 10 * 96 + 4, 12 * 96 + 40
    _, result = month(tmp_path, in_hours(MONTH, first, last))
    assert result.sums("m") == {"measured": sum(MONTH), "estimated": 0, "seconds_missing": 0}
    assert result.told("rule", "from_ts", "to_ts", "slots") == [
        ("longer_step", FIRST + first * SLOT, FIRST + last * SLOT, (last - first) // 4)
    ]


def test_eight_steps_are_needed(tmp_path: Path) -> None:
    """What a shorter row misses is a gap; the eighth step makes it a row."""
    for steps, rule in ((7, "gap"), (8, "longer_step")):
        listed = series(START, LIVELY[:40])
        listed += series(at(40), [9] * steps, HOUR)
        listed += series(at(40 + 4 * steps), LIVELY[40 + 4 * steps :])
        result = judged(tmp_path, listed, stuck_after=0)
        assert {told for (told,) in result.told("rule")} == {rule}
    assert result.of("m") == [
        *measured(LIVELY[:40]),
        *(hour(40 + 4 * n, 9) for n in range(8)),
        *measured(LIVELY[72:], 72),
    ]
    row = event("longer_step", 40, 32, before=900, after=3600)
    assert result.told(*COLUMNS) == [(*row[:4], 8, *row[5:])]


def test_an_hour_that_is_lost_is_a_gap_of_an_hour(tmp_path: Path) -> None:
    hours = series(START, LIVELY[:24], HOUR)
    del hours[12], hours[15], hours[20]  # what is left between is too short to be a row of its own
    result = judged(tmp_path, hours)
    assert result.sums("m") == {
        "measured": TOTAL - sum(LIVELY[24:]) - LIVELY[12] - LIVELY[16] - LIVELY[22],
        "estimated": 0,
        "seconds_missing": 3 * 3600,
    }
    assert [row[0] for row in result.of("m") if row[3] == "missing"] == [
        START + n * HOUR for n in (12, 16, 22)
    ]
    assert result.told("rule", "slots") == [
        ("gap", 4), ("gap", 4), ("gap", 4), ("longer_step", 21)
    ]  # fmt: skip


def test_an_outage_that_loses_three_of_four_at_random_stays_a_gap(tmp_path: Path) -> None:
    for seed in range(30):
        draw = random.Random(seed)  # noqa: S311
        outage = range(30, 62)
        left = [(ts, n) for n, (ts, _) in enumerate(series(START, LIVELY))
                if n not in outage or draw.random() < 0.25]  # fmt: skip
        result = judged(tmp_path, [(ts, LIVELY[n]) for ts, n in left])
        assert {told for (told,) in result.told("rule")} == {"gap"}, seed
        assert result.sums("m")["seconds_missing"] == (96 - len(left)) * 900


@pytest.mark.parametrize(("minutes", "every"), [(15, 30), (15, 720), (1, 5), (5, 15), (30, 180)])
def test_other_steps_are_told_alike(tmp_path: Path, minutes: int, every: int) -> None:
    counts = [5000 + n * 37 % 91 for n in range(1440 // every * 12)]
    listed = series(FIRST, counts, dt.timedelta(minutes=every))
    site = site_of(interval_meter(minutes=minutes))
    result = judge(site, [Delivery({"m": listed})], tmp_path, "2025-03-01/2025-03-13")
    assert result.sums("m") == {"measured": sum(counts), "estimated": 0, "seconds_missing": 0}
    told = [("longer_step", len(counts), minutes * 60, every * 60)]
    assert result.told("rule", "slots", "before", "after") == told


def test_the_maximum_is_that_of_the_time_a_reading_stands_for(tmp_path: Path) -> None:
    hours = series(START, [90 + n for n in range(24)], HOUR)
    for maximum, rules in (("112", set()), ("111", {"spike"})):  # and one count
        result = judged(tmp_path, hours, maximum=maximum)
        assert {rule for (rule,) in result.told("rule")} == {"longer_step"} | rules
    assert result.of("m")[23] == (START + 23 * HOUR, 3600, None, "missing", "spike")


def test_marks_of_the_source_are_kept(tmp_path: Path) -> None:
    hours = series(START, [90 + n for n in range(24)], HOUR)
    marks = {"m": {6: "bad", 9: "estimated"}}
    site = site_of(interval_meter())
    result = judge(site, [Delivery({"m": hours}, marks=marks)], tmp_path)
    found = {row[0]: row[1:] for row in result.of("m")}
    assert found[START + 4 * HOUR] == (3600, None, "missing", "marked_bad")
    assert found[START + 7 * HOUR] == (3600, 97, "estimated", "source_estimated")


def test_the_jitter_of_a_clock_does_not_break_a_row(tmp_path: Path) -> None:
    hours = [
        (ts + (n % 3) * dt.timedelta(seconds=100), count)
        for n, (ts, count) in enumerate(series(START, LIVELY[:24], HOUR))
    ]
    hours[23] = START + 23 * HOUR, LIVELY[23]
    result = judged(tmp_path, hours)
    assert [row[2] for row in result.of("m")] == LIVELY[:24]
    assert result.told("rule") == [("longer_step",)]


@pytest.mark.parametrize(("name", "day"), [("2025-03", 30), ("2025-10", 26)])
@pytest.mark.parametrize("step", ["hour", "day"])
def test_days_of_23_and_25_hours(tmp_path: Path, name: str, day: int, step: str) -> None:
    """Hours go on over the change; of readings at each midnight one comes 23 or 25 hours after."""
    site = site_of(interval_meter(estimate_hours=168), zone="Europe/Berlin")
    start = dt.datetime.fromisoformat(f"{name}-01") - dt.timedelta(hours=1 if day == 30 else 2)
    hours = 743 if day == 30 else 745
    listed = series(start, [n % 7 + 20 for n in range(hours)], HOUR)
    if step == "day":
        change = hours - 24 * 31
        midnights = [start + n * DAY + (change * HOUR if n >= day else 0 * HOUR) for n in range(31)]
        listed = [(ts, 1000 + n) for n, ts in enumerate(midnights)]
    result = judge(site, [Delivery({"m": listed})], tmp_path, name)
    total = sum(count for _, count in listed)
    assert result.sums("m") == {"measured": total, "estimated": 0, "seconds_missing": 0}
    assert result.told("rule", "slots") == [("longer_step", len(listed))]
    if step == "day":
        days = {row["day"].day: row["measured"] for row in result.days.to_pylist()}
        assert days == {n + 1: 1000 + n for n in range(31)}


def test_a_reading_over_midnight_is_shared_and_the_sum_is_exact(tmp_path: Path) -> None:
    hours = series(START - HOUR / 2, [101] * 25, HOUR)
    result = judged(tmp_path, hours, stuck_after=0)
    assert result.sums("m") == {"measured": 23 * 101, "estimated": 101, "seconds_missing": 0}


def test_values_that_come_later_take_the_place_of_the_stretch(tmp_path: Path) -> None:
    """Backfilled by the quarter hour, nothing is left of it; and the month is as from one run."""
    cut = 26 * 96
    site = site_of(interval_meter(estimate_hours=168), interval_meter("other"))
    quarters = Delivery({"m": series(FIRST, MONTH)[cut:]}, "late.csv")
    whole = Delivery({"m": in_hours(MONTH, cut), "other": series(FIRST, MONTH)})
    batches = batches_of([whole, quarters], tmp_path)
    period = Period.parse("2025-03")
    site_given = {site.id: site}

    def run(listed: list[Any], known: dict[str, Memo] | None) -> tuple[Any, dict[str, Memo]]:
        with Engine(1) as engine:
            compiled = compiled_of(site, "2025-03")
            found = judge_readings(
                engine, compiled, {site.id: listed}, site_given, period, None, known
            )
        tables = {
            "meter_day": found.meter_days, "shared_day": found.shared_days,
            "meter_time": found.meter_times, "quality_event": found.events,
            "estimate": found.estimates, "repair": found.repairs, "state_day": found.state_days,
        }  # fmt: skip
        return tables, {site.id: Memo(found.work[site.id].names.plain(), tables)}

    before, memo = run(batches[:1], None)
    assert pc.sum(before["meter_day"]["measured"]).as_py() == 2 * sum(MONTH)
    full, _ = run(batches, None)
    after, _ = run(batches, memo)
    for name, table in full.items():
        assert after[name].equals(table), name
    assert "longer_step" not in full["quality_event"]["rule"].to_pylist()
    assert pc.sum(full["meter_day"]["measured"]).as_py() == 2 * sum(MONTH)
    assert len(METER_DAY.check(full["meter_day"])) == 2 * 31


@pytest.mark.parametrize("day", range(1, 32, 6))
def test_days_do_not_depend_on_the_period_that_is_asked_for(tmp_path: Path, day: int) -> None:
    draw = random.Random(day)  # noqa: S311
    hours = [row for row in in_hours(MONTH, 8 * 96) if draw.random() < 0.9]
    site = site_of(interval_meter())
    whole = judge(site, [Delivery({"m": hours})], tmp_path, "2025-03")
    part = judge(site, [Delivery({"m": hours})], tmp_path, f"2025-03-{day:02}/2025-04-01")
    assert part.days.to_pylist() == [row for row in whole.days.to_pylist() if row["day"].day >= day]


def reference(ts: list[int], seconds: int) -> list[int]:
    """What each reading stands for, in declared intervals, word for word as it is defined."""
    steps = []
    for one, other in pairwise(ts):
        step = 86_400 if other - one in (82_800, 90_000) else other - one
        steps.append((step + seconds // 2) // seconds)
    covered: dict[int, int] = {}
    for first in range(len(steps)):
        for last in range(first + 8, len(steps) + 1):
            own = steps[first]
            if set(steps[first:last]) != {own} or own < 2 or own * seconds > 86_400:
                break
            is_whole = (first == 0 or steps[first - 1] != own) and steps[last : last + 1] != [own]
            if not is_whole:
                continue
            after = range(last, min(len(steps), last + 24))
            before = range(first - 1, max(-1, first - 25), -1)
            inside = list(range(first, last))
            for way in (after, before):
                for place in way:
                    if steps[place] < own or steps[place] % own or steps[place] * seconds > 86_400:
                        break
                    inside.append(place)
            for place in inside:
                covered[place] = max(covered.get(place, 1), own)
    found = [covered.get(place, 1) for place in range(len(ts))]
    for place in range(1, len(ts)):
        own = covered.get(place - 1, 1)
        if place not in covered and own > 1 and (place == len(steps) or steps[place] > own):
            found[place] = own
    return found


def drawn(draw: random.Random) -> list[int]:
    """Instants at steps of every kind, in rows, with losses and jitter."""
    ts = [0]
    while len(ts) < 400:
        step = 900 * draw.choice([1, 1, 2, 2, 3, 4, 4, 8, 12, 96, 100])
        for _ in range(draw.choice([1, 2, 7, 8, 9, 20])):
            lost = draw.choice([1, 1, 1, 1, 1, 1, 2, 3, 700])
            ts.append(ts[-1] + step * lost + draw.choice([0, 0, 0, 0, -3600, 3600, 5, 300]))
    return sorted(set(ts))


def test_the_pass_is_the_plain_reference() -> None:
    seen = set[int]()
    for seed in range(200):
        ts = drawn(random.Random(seed))  # noqa: S311
        times, span = longer_steps(np.array(ts), 900)
        assert times.tolist() == reference(ts, 900), seed
        ends = (np.array(ts) + span)[:-1][times[:-1] > 1]
        assert (ends <= np.array(ts[1:])[times[:-1] > 1]).all(), seed
        seen |= set(times.tolist())
    assert {1, 2, 3, 4, 8, 96} <= seen


@pytest.mark.parametrize("few", [0, 1, 2])
def test_a_meter_with_hardly_any_reading(few: int) -> None:
    times, span = longer_steps(np.arange(few) * 3600, 900)
    assert (times.tolist(), span.tolist()) == ([1] * few, [900] * few)
    assert NONE not in times


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_the_passes_are_their_definition_on_steps_of_every_kind(tmp_path: Path, zone: str) -> None:
    for seed in range(4):
        draw = random.Random(seed)  # noqa: S311
        site = site_of(*(interval_meter(f"m{n}", maximum="400") for n in range(12)), zone=zone)
        start = dt.datetime(2025, 3, 20)
        files = {
            f"m{n}": [
                (start + dt.timedelta(seconds=ts), draw.randint(0, 500)) for ts in drawn(draw)
            ]
            for n in range(12)
        }
        batches = batches_of([Delivery(files)], tmp_path)
        period = Period.parse("2025-03-25/2025-04-10")
        given = compiled_of(site, str(period)), {site.id: batches}, {site.id: site}, period
        with Engine(1) as passes, Engine(1) as definition:
            judge_readings(passes, *given)
            judge_by_definition(definition, *given)
            told: dict[Schema, Any] = {schema: rows(passes, schema) for schema in TABLES}
            for schema, found in told.items():
                assert found == rows(definition, schema), schema.name


def test_a_long_file_of_many_rows_is_light(tmp_path: Path) -> None:
    """A month by the minute comes every two, with losses: thousands of rows, none joined to all."""
    draw = random.Random(1)  # noqa: S311
    site = site_of(interval_meter(minutes=1, stuck_after=0))
    every = 2 * dt.timedelta(minutes=1)
    listed = series(FIRST, [40 + n * 37 % 23 for n in range(31 * 720)], every)
    listed = [row for row in listed if draw.random() < 0.95]
    batches = batches_of([Delivery({"m": listed})], tmp_path)
    period = Period.parse("2025-03")
    given = compiled_of(site, str(period)), {site.id: batches}, {site.id: site}, period
    with Engine(1, memory_limit="1GB") as definition, Engine(1) as passes:
        before = time.process_time()
        judge_by_definition(definition, *given)
        assert time.process_time() - before < 10
        judge_readings(passes, *given)
        for schema in TABLES:
            assert rows(passes, schema) == rows(definition, schema), schema.name
        days = definition.fetch(METER_DAY)
    assert pc.sum(days["measured"]).as_py() == sum(count for _, count in listed)


@pytest.mark.parametrize("hours", [8, 9])
def test_many_steps_of_a_register_in_a_month_are_one_finding(tmp_path: Path, hours: int) -> None:
    site = site_of(register_meter("r", maximum="4000"))
    readings = series(FIRST, [n * 7 for n in range(hours + 1)], HOUR)
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-01/2025-03-02")
    assert result.told("rule", "slots").count(("gap_healed", 3)) == hours
    found = [
        each
        for each in event_findings(result.events, {site.id: site})
        if each.rule in ("gap_healed", "longer_register_steps")
    ]
    if hours == 8:
        assert [each.rule for each in found] == ["gap_healed"] * 8
        return
    [each] = found
    assert (each.place, each.numbers) == (
        "r › 2025-03", {"steps": 9, "slots": 27, "declared": 15},
    )  # fmt: skip
    assert "9 steps between readings are longer than the declared 15 min" in each.text("en")
    assert "跨越 27 个缺少的读数" in each.text("zh")
    assert "minutes" in each.remedy("en")
