"""What holds for every series: nothing is made, lost or doubled, and order does not matter."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Judged,
    batches_of,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)

from celadon.errors import TableError
from celadon.records.quality.findings import event_findings
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT

START = dt.datetime(2025, 3, 2, 16)
FOUR_DAYS = "2025-03-03/2025-03-07"


def day_sums(
    result: Judged, zone_hours: int = 8
) -> dict[tuple[str, dt.date], tuple[int, int, int]]:
    """Intervals summed to days again, by meter and local day."""
    sums: dict[tuple[str, dt.date], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in result.intervals.to_pylist():
        day = (row["ts"] + dt.timedelta(hours=zone_hours)).date()
        place = ["measured", "estimated", "missing"].index(row["state"])
        sums[row["meter"], day][place] += row["seconds"] if place == 2 else row["count"]
    return {key: (a, b, c) for key, (a, b, c) in sums.items()}


@given(
    seeds=st.lists(st.integers(0, 10**6), min_size=8, max_size=8),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
)
@settings(max_examples=5, deadline=None)
def test_dropped_readings_never_change_the_total_of_a_register(
    tmp_path_factory: pytest.TempPathFactory, seeds: list[int], zone: str
) -> None:
    """While the first and the last are present, and whatever the dial does in between."""
    site = site_of(*(register_meter(f"r{n}", modulus="20000") for n in range(8)), zone=zone)
    hours = 8 if zone == "Asia/Shanghai" else 1
    start = dt.datetime(2025, 3, 3) - dt.timedelta(hours=hours)
    files, totals = {}, {}
    for n, seed in enumerate(seeds):
        draw = random.Random(seed)  # noqa: S311
        steps = [draw.randint(0, 100) for _ in range(4 * 96)]
        standing = [(19_000 + sum(steps[:i])) % 20_000 for i in range(len(steps) + 1)]
        share = draw.choice([0, 0.02, 0.3, 0.9])
        inner = range(1, len(steps))
        gone = {i for i in inner if draw.random() < share}
        files[f"r{n}"] = [r for i, r in enumerate(series(start, standing)) if i not in gone]
        totals[f"r{n}"] = sum(steps)
    result = judge(site, [Delivery(files)], tmp_path_factory.mktemp("l"), FOUR_DAYS)
    for meter, total in totals.items():
        sums = result.sums(meter)
        assert sums["seconds_missing"] == 0
        assert sums["measured"] + sums["estimated"] == total, meter
    told = {rule for (rule,) in result.told("rule")}
    assert told <= {"rollover", "gap_healed"}
    assert day_sums(result, hours) == {
        (row["meter"], row["day"]): (row["measured"], row["estimated"], row["seconds_missing"])
        for row in result.days.to_pylist()
    }


def spoiled_site(seed: int) -> tuple[Any, list[Delivery]]:
    """A site of both kinds with faults of all sorts, in two files."""
    draw = random.Random(seed)  # noqa: S311
    site = site_of(
        *(interval_meter(f"i{n}") for n in range(4)), *(register_meter(f"r{n}") for n in range(4))
    )
    one: dict[str, list[tuple[dt.datetime, int]]] = {}
    two: dict[str, list[tuple[dt.datetime, int]]] = {}
    for n in range(4):
        counts = [draw.randint(80, 120) for _ in range(3 * 96)]
        for _ in range(3):
            counts[draw.randrange(250)] = draw.choice([0, 5000, 100_000])
        rows = [r for r in series(START, counts) if draw.random() > 0.02]
        rows += draw.sample(rows, 5)
        rows += [(ts, count + 1) for ts, count in draw.sample(rows, 3)]
        one[f"i{n}"] = rows
        standing = [1000 + 20 * i for i in range(3 * 96)]
        standing[draw.randrange(250)] = 0
        one[f"r{n}"] = [r for r in series(START, standing) if draw.random() > 0.05]
        two[f"i{n}"] = [(ts, count + 2) for ts, count in draw.sample(rows, 10)]
        two[f"r{n}"] = draw.sample(one[f"r{n}"], 10)
    return site, [Delivery(one, "1.csv"), Delivery(two, "2.csv")]


def test_threads_do_not_change_a_bit(tmp_path: Path) -> None:
    site, files = spoiled_site(7)
    batches = batches_of(files, tmp_path)
    results = [judge(site, batches, tmp_path, FOUR_DAYS, threads) for threads in (1, 2, 8, 8)]
    for schema, tables in (
        (INTERVAL, [r.intervals for r in results]),
        (METER_DAY, [r.days for r in results]),
        (QUALITY_EVENT, [r.events for r in results]),
    ):
        assert len({schema.digest(table) for table in tables}) == 1, schema.name


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=3, deadline=None)
def test_neither_batches_nor_the_order_of_rows_within_them_change_a_bit(
    tmp_path_factory: pytest.TempPathFactory, seed: int, one: int, other: int
) -> None:
    site, files = spoiled_site(seed)
    folder = tmp_path_factory.mktemp("l")
    whole = judge(site, files, folder, FOUR_DAYS)
    parts = [
        Delivery(f.readings, f.name, parts=n, rows=f.rows)
        for f, n in zip(files, (one, other), strict=True)
    ]
    shuffled = batches_of(parts, folder)
    random.Random(seed).shuffle(shuffled)  # noqa: S311  what arrived when is in the batch
    split = judge(site, arrived(shuffled), folder, FOUR_DAYS)
    assert split.digest == whole.digest
    assert QUALITY_EVENT.digest(split.events) == QUALITY_EVENT.digest(whole.events)


def arrived(batches: list[Any]) -> list[Any]:
    """Parts of a file arrive with its first part."""
    first: dict[str, int] = {}
    for batch in sorted(batches, key=lambda b: b.position):
        first.setdefault(batch.source, batch.position)
    return [replace(batch, arrived=first[batch.source]) for batch in batches]


def test_days_are_the_sums_of_intervals(tmp_path: Path) -> None:
    site, files = spoiled_site(3)
    result = judge(site, files, tmp_path, FOUR_DAYS)
    assert day_sums(result) == {
        (row["meter"], row["day"]): (row["measured"], row["estimated"], row["seconds_missing"])
        for row in result.days.to_pylist()
    }
    assert all(
        sum(i["seconds"] for i in result.intervals.to_pylist() if i["meter"] == meter) == 4 * 86400
        for meter in ("i0", "r0")
    )


def test_clean_noise_tells_nothing(tmp_path: Path) -> None:
    """Forty sorts of clean series, a month each: no rule may speak."""
    draw = np.random.default_rng(20250303)
    slots = 96 * 28
    hours = np.arange(slots) / 4 % 24
    shapes = {
        "flat": np.full(slots, 1.0),
        "day": 1 + 0.6 * np.sin(hours / 24 * 2 * np.pi),
        "shifts": np.where((hours > 6) & (hours < 22), 1.0, 0.12),
        "weekends": np.where(np.arange(slots) // 96 % 7 < 5, 1.0, 0.05),
        "batches": np.where(np.arange(slots) % 13 < 4, 1.0, 0.2),
        "pulses": np.where(np.arange(slots) % 9 == 0, 1.0, 0.0),
        "walk": np.exp(np.cumsum(draw.normal(0, 0.05, slots)) * 0.3),
        "rare": np.where(np.arange(slots) % 500 == 77, 1.0, 0.03),
    }
    meters, readings = [], {}
    for name, shape in shapes.items():
        for level in (3, 60, 900, 40_000):
            noisy = shape * level * (1 + draw.normal(0, 0.08, slots).clip(-0.3, 0.3))
            counts = np.rint(noisy).astype(int).tolist()
            kind = f"{name}-{level}"
            meters.append(interval_meter(kind))
            readings[kind] = series(START, counts)
            standing = np.concatenate([[5], 5 + np.cumsum(counts)]).tolist()
            maximum = str(4 * (max(counts) + 1))
            meters.append(register_meter(f"r-{kind}", maximum=maximum))
            readings[f"r-{kind}"] = series(START, standing)
    result = judge(site_of(*meters), [Delivery(readings)], tmp_path, "2025-03-03/2025-03-31")
    assert result.told("subject", "rule", "from_ts", "before") == []
    for meter, listed in readings.items():
        counts = [count for _, count in listed]
        total = counts[-1] - counts[0] if meter.startswith("r-") else sum(counts)
        assert result.sums(meter) == {"measured": total, "estimated": 0, "seconds_missing": 0}


@pytest.mark.parametrize(("month", "day"), [("2025-03", 30), ("2025-10", 26)])
def test_days_of_23_and_25_hours_sum_what_is_theirs(tmp_path: Path, month: str, day: int) -> None:
    site = site_of(interval_meter(), register_meter(), zone="Europe/Berlin")
    start = dt.datetime.fromisoformat(f"{month}-01") - dt.timedelta(hours=1 if day == 30 else 2)
    days = {30: 743, 26: 745}[day] * 4  # quarters of the month
    files = {
        "m": series(start, [n % 7 + 20 for n in range(days)]),
        "r": series(start, [10 * n for n in range(days + 1)]),
    }
    result = judge(site, [Delivery(files)], tmp_path, month)
    assert result.told("rule") == []
    by_day = {r["day"].day: r["measured"] for r in result.days.to_pylist() if r["meter"] == "r"}
    assert by_day.pop(day) == {30: 920, 26: 1000}[day]
    assert set(by_day.values()) == {960}
    assert result.sums("m")["measured"] == sum(count for _, count in files["m"])


def test_a_register_that_spans_a_clock_change_is_shared_by_true_time(tmp_path: Path) -> None:
    site = site_of(register_meter(), zone="Europe/Berlin")
    readings = [(dt.datetime(2025, 3, 29, 23), 0), (dt.datetime(2025, 3, 31, 22), 4700)]
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-30/2025-04-01")
    assert [(row["day"].day, row["estimated"]) for row in result.days.to_pylist()] == [
        (30, 2300),
        (31, 2400),
    ]


def test_a_meter_counts_while_it_lives(tmp_path: Path) -> None:
    life = {"from_day": dt.date(2025, 3, 4), "to_day": dt.date(2025, 3, 6)}
    site = site_of(interval_meter(**life), register_meter(**life))
    counts = [100 + n * 37 % 23 for n in range(4 * 96)]
    standing = [20 * n for n in range(4 * 96 + 1)]
    files = Delivery({"m": series(START, counts), "r": series(START, standing)})
    result = judge(site, [files], tmp_path, FOUR_DAYS)
    assert {row["day"].day for row in result.days.to_pylist()} == {4, 5}
    assert result.sums("m") == {
        "measured": sum(counts[96 : 3 * 96]), "estimated": 0, "seconds_missing": 0,
    }  # fmt: skip
    assert result.sums("r")["measured"] == 20 * 192
    assert result.told("rule") == []


def test_what_came_before_a_meter_lived_is_no_part_of_its_first_step(tmp_path: Path) -> None:
    site = site_of(register_meter(from_day=dt.date(2025, 3, 4)))
    readings = [
        (START, 0),
        (START + DAY + SLOT, 999),
        *series(START + DAY + 2 * SLOT, range(1000, 1300)),
    ]
    result = judge(site, [Delivery({"r": readings})], tmp_path, FOUR_DAYS)
    assert [row["day"].day for row in result.days.to_pylist()] == [4, 5, 6]
    assert result.of("r")[0] == (START + DAY, 900, None, "missing", "gap")


LONG = [1000 + 20 * n for n in range(10 * 96 + 1)]


@pytest.mark.parametrize("gap", [(90, 110), (50, 800), (1, 960)])
def test_days_do_not_depend_on_the_period_that_is_asked_for(
    tmp_path: Path, gap: tuple[int, int]
) -> None:
    """A register's gap over the edge of a period is spanned from however far away."""
    site = site_of(register_meter(), interval_meter())
    register = [r for n, r in enumerate(series(START, LONG)) if not gap[0] <= n < gap[1]]
    counts = [100 + n * 37 % 23 for n in range(960)]
    monthly = [
        Delivery({"r": register[n : n + 200], "m": series(START, counts)[n : n + 200]}, f"{n}.csv")
        for n in range(0, 960, 200)
    ]
    whole = judge(site, monthly, tmp_path, "2025-03-03/2025-03-13")
    for first in (3, 5, 12):
        last = min(first + 2, 13)
        part = judge(site, monthly, tmp_path, f"2025-03-{first:02}/2025-03-{last:02}")
        assert part.days.to_pylist() == [
            row for row in whole.days.to_pylist() if first <= row["day"].day < last
        ]


def test_only_the_period_is_told_of(tmp_path: Path) -> None:
    counts: list[int | None] = [100 + n * 37 % 23 for n in range(5 * 96)]
    for slot in (50, 146, 242, 338):
        counts[slot] = None
    readings = series(START, counts)
    readings += [(ts, count + 1) for ts, count in readings[20:480:96]]
    readings += readings[10:480:96]
    site = site_of(interval_meter())
    result = judge(site, [Delivery({"m": readings})], tmp_path, "2025-03-05/2025-03-06")
    times = {(rule, row_from) for rule, row_from in result.told("rule", "from_ts")}
    assert {rule for rule, _ in times} == {"gap", "conflict", "duplicate", "out_of_order"}
    assert all(START + 2 * DAY <= instant < START + 3 * DAY for _, instant in times)


@pytest.mark.parametrize(
    ("meter", "count"),
    [
        (interval_meter(multiplier="100000000"), 10**12),
        (interval_meter(), 2**62),
    ],
)
def test_an_amount_beyond_64_bits_is_an_error_and_no_wrap(
    tmp_path: Path, meter: dict[str, Any], count: int
) -> None:
    readings = series(START, [count + n for n in range(96)])
    with pytest.raises(TableError, match="too large to be counted") as caught:
        judge(site_of(meter), [Delivery({"m": readings})], tmp_path)
    assert "multiplier" in caught.value.faults[0].remedy


def test_a_register_near_the_end_of_64_bits_is_right(tmp_path: Path) -> None:
    top = 2**63 - 1
    readings = series(START, [top - 10 * (96 - n) for n in range(97)])
    result = judge(site_of(register_meter()), [Delivery({"r": readings})], tmp_path)
    assert result.sums("r")["measured"] == 960


def test_findings_of_events_have_places_of_their_own(tmp_path: Path) -> None:
    site = site_of(interval_meter(), zone="Europe/Berlin")
    start = dt.datetime(2025, 10, 25, 22)
    counts: list[int | None] = [100 + n * 37 % 23 for n in range(100)]
    for slot in (9, 13):  # 02:15 of the first and of the second pass
        counts[slot] = None
    result = judge(
        site, [Delivery({"m": series(start, counts)})], tmp_path, "2025-10-26/2025-10-27"
    )
    findings = event_findings(result.events, {site.id: site})
    assert [f.place for f in findings] == [
        "m › 2025-10-26 02:15 .. 2025-10-26 02:30",
        "m › 2025-10-26 02:15 (+0100) .. 2025-10-26 02:30 (+0100)",
    ]
    assert len({f.id for f in findings}) == 2
    assert all(f.text(language) for f in findings for language in ("en", "zh"))


def test_every_event_can_be_told_in_both_languages(tmp_path: Path) -> None:
    site, files = spoiled_site(11)
    result = judge(site, files, tmp_path, FOUR_DAYS)
    findings = event_findings(result.events, {site.id: site})
    assert len({f.id for f in findings}) == len(findings) > 10
    assert all("None" not in f.text(language) for f in findings for language in ("en", "zh"))
