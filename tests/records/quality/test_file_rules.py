"""Rules for what files bring: conflicts, repeats, displaced, silent, late and corrected rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Reading,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.quality.day import (
    COLUMNS,
    END,
    LIVELY,
    STANDING,
    START,
    STEPS,
    at,
    changed,
    event,
    judged,
    measured,
    missing,
    register,
)


def test_two_values_for_one_slot_are_a_conflict_and_no_gap(tmp_path: Path) -> None:
    readings = series(START, LIVELY)
    readings.insert(51, (at(50), LIVELY[50] + 7))
    result = judged(tmp_path, readings)
    assert result.of("m") == [
        *measured(LIVELY[:50]),
        missing(50, "conflict"),
        *measured(LIVELY[51:], 51),
    ]
    assert result.told(*COLUMNS) == [event("conflict", 50, before=LIVELY[50], after=LIVELY[50] + 7)]


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_a_conflict_is_the_same_however_the_file_is_batched(tmp_path: Path, parts: int) -> None:
    readings = [r for r in series(START, LIVELY) for _ in range(2)]
    readings[100:110] = [(ts, count + n % 2) for n, (ts, count) in enumerate(readings[100:110])]
    site = site_of(interval_meter())
    whole = judge(site, [Delivery({"m": readings})], tmp_path)
    split = judge(site, [Delivery({"m": readings}, parts=parts)], tmp_path)
    assert split.digest == whole.digest
    assert split.events == whole.events
    assert ("conflict", 5) in whole.told("rule", "slots")
    assert ("duplicate", 91) in whole.told("rule", "slots")


def test_rows_repeated_with_the_same_value_count_once(tmp_path: Path) -> None:
    readings = series(START, LIVELY)
    readings[51:51] = readings[50:51] * 2
    result = judged(tmp_path, readings)
    assert result.of("m") == measured(LIVELY)
    assert result.told(*COLUMNS) == [event("duplicate", 50, subject="file.csv")]


def test_readings_half_an_interval_apart_are_an_overlap(tmp_path: Path) -> None:
    readings = series(START, LIVELY)
    readings.append((at(50) + dt.timedelta(minutes=5), 101))
    result = judged(tmp_path, readings)
    assert [row for row in result.of("m") if row[4] is not None] == [
        (at(50), 300, None, "missing", "overlap"),
        (at(50) + dt.timedelta(minutes=5), 600, None, "missing", "overlap"),
    ]
    assert result.told("rule", "slots") == [("out_of_order", 1), ("overlap", 2)]


def test_a_meter_declared_too_coarse_is_told_once(tmp_path: Path) -> None:
    readings = series(START, LIVELY * 3, dt.timedelta(minutes=5))
    result = judged(tmp_path, readings)
    assert result.told("rule", "slots") == [("overlap", 288)]
    assert result.sums("m") == {"measured": 0, "estimated": 0, "seconds_missing": 86400}


def test_rows_out_of_order_are_placed_by_their_stamps(tmp_path: Path) -> None:
    readings = series(START, LIVELY)
    readings[40:52] = readings[46:52] + readings[40:46]
    result = judged(tmp_path, readings)
    assert result.of("m") == measured(LIVELY)
    assert result.told(*COLUMNS) == [event("out_of_order", 40, 6, "file.csv", source_row=48)]


def test_a_midnight_with_the_date_of_the_day_that_it_ends_is_moved(tmp_path: Path) -> None:
    readings = series(START - DAY, STANDING) + series(
        at(1), [STANDING[96] + n for n in range(1, 20)]
    )
    assert readings[96] == (START, STANDING[96])
    readings[96] = (START - DAY, STANDING[96])
    site = site_of(register_meter())
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-02/2025-03-04")
    assert [row[2] for row in result.of("r")[:97]] == [*STEPS, 1]
    assert ("mislabelled_midnight", START, at(1), 1, 98) in result.told(
        "rule", "from_ts", "to_ts", "slots", "source_row"
    )
    assert not {"conflict", "out_of_order", "gap_healed"} & {
        rule for (rule,) in result.told("rule")
    }


def test_the_last_midnight_of_a_file_is_moved_as_well(tmp_path: Path) -> None:
    readings = series(START, STANDING)
    readings[96] = (START, STANDING[96])
    result = register(tmp_path, readings)
    assert result.of("r") == measured(STEPS)
    assert result.told("rule", "from_ts") == [("mislabelled_midnight", END)]


def test_an_interval_stamped_at_its_end_is_moved_as_well(tmp_path: Path) -> None:
    readings = series(START, LIVELY)
    readings[95] = (readings[95][0] - DAY, LIVELY[95])
    result = judged(tmp_path, readings)
    assert result.of("m") == measured(LIVELY)
    assert result.told("rule", "from_ts") == [("mislabelled_midnight", at(95))]


@pytest.mark.parametrize("change", ["2025-03-30", "2025-10-26"])
def test_on_a_day_of_23_or_25_hours_a_midnight_is_one_local_day_early(
    tmp_path: Path, change: str
) -> None:
    day = dt.date.fromisoformat(change)
    start, hours = (
        (dt.datetime(2025, 3, 29, 23), 23)
        if day.month == 3
        else (dt.datetime(2025, 10, 25, 22), 25)
    )
    standing = [1000 + 20 * n for n in range(4 * hours + 3)]
    readings = series(start, standing)
    readings[4 * hours] = (start, standing[4 * hours])
    site = site_of(register_meter(), zone="Europe/Berlin")
    result = judge(site, [Delivery({"r": readings})], tmp_path, f"{day}/{day + DAY}")
    assert result.of("r") == [
        (start + n * SLOT, 900, 20, "measured", None) for n in range(4 * hours)
    ]


@pytest.mark.parametrize("shift", [dt.timedelta(hours=23), 2 * DAY, DAY - SLOT])
def test_a_row_that_is_displaced_otherwise_is_not_moved(
    tmp_path: Path, shift: dt.timedelta
) -> None:
    readings = series(START, STANDING)
    readings[90] = (readings[90][0] - shift, STANDING[90])
    assert "mislabelled_midnight" not in {
        rule for (rule,) in register(tmp_path, readings).told("rule")
    }


def test_all_channels_at_zero_between_running_ones_are_told_and_kept(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    site = site_of(*map(interval_meter, names))
    counts = changed(LIVELY, {50: 0})
    result = judge(site, [Delivery({n: series(START, counts) for n in names})], tmp_path)
    assert all(result.of(name) == measured(counts) for name in names)
    assert result.told(*COLUMNS) == [
        event("silent_slot", 50, subject="file.csv", before=0, after=0)
    ]


@pytest.mark.parametrize(
    "counts",
    [
        {"a": {50: 0}, "b": {}},  # one runs on
        {"a": {50: 0, 51: 0}, "b": {50: 0, 51: 0}},  # a stop of half an hour
        {"a": {50: 0}},  # one channel alone
        {"a": {50: 0}, "b": dict.fromkeys(range(96), 0)},  # the other never runs
    ],
)
def test_what_is_not_a_silent_slot(tmp_path: Path, counts: dict[str, dict[int, int]]) -> None:
    site = site_of(*map(interval_meter, counts))
    readings = {name: series(START, changed(LIVELY, c)) for name, c in counts.items()}
    assert judge(site, [Delivery(readings)], tmp_path).told("rule") == []


def deliveries(*files: Sequence[Reading]) -> list[Delivery]:
    return [Delivery({"m": readings}, name=f"{n}.csv") for n, readings in enumerate(files, start=1)]


def test_readings_that_arrive_after_later_ones_are_late_and_taken(tmp_path: Path) -> None:
    whole = series(START, LIVELY)
    files = deliveries(whole[:40] + whole[50:], whole[40:50])
    result = judge(site_of(interval_meter()), files, tmp_path)
    assert result.of("m") == measured(LIVELY)
    assert result.told(*COLUMNS) == [event("late", 40, 10, "2.csv", source_row=2)]


def test_a_later_value_replaces_an_earlier_one_and_is_told(tmp_path: Path) -> None:
    right = [(at(n), LIVELY[n]) for n in range(40, 50)]
    wrong = series(START, changed(LIVELY, {41: 990, 42: 0}))
    result = judge(site_of(interval_meter()), deliveries(wrong, right), tmp_path)
    assert result.of("m") == measured(LIVELY)
    assert result.told(*COLUMNS) == [
        event("correction", 41, 2, "2.csv", before=990, after=LIVELY[41], source_row=3)
    ]


def test_the_same_again_is_neither_late_nor_a_correction(tmp_path: Path) -> None:
    whole = series(START, LIVELY)
    result = judge(site_of(interval_meter()), deliveries(whole, whole[30:60], whole), tmp_path)
    assert (result.of("m"), result.told("rule")) == (measured(LIVELY), [])


def test_a_correction_is_that_of_the_file_that_made_it(tmp_path: Path) -> None:
    one, two = [(at(n), LIVELY[n] + 1) for n in range(96)], series(START, LIVELY)
    result = judge(site_of(interval_meter()), deliveries(one, two, two[10:20]), tmp_path)
    assert [row[1:] for row in result.told("rule", "subject", "slots")] == [("2.csv", 96)]


def test_a_correction_ends_a_conflict(tmp_path: Path) -> None:
    twice = [(at(50), 1), *series(START, LIVELY)]
    files = deliveries(twice, [(at(50), LIVELY[50])])
    result = judge(site_of(interval_meter()), files, tmp_path)
    assert result.of("m") == measured(LIVELY)
    assert ("correction", "2.csv", 1, 1, LIVELY[50]) in result.told(
        "rule", "subject", "slots", "before", "after"
    )
    assert "conflict" not in {rule for (rule,) in result.told("rule")}


def test_a_conflict_in_a_later_file_takes_the_value_away(tmp_path: Path) -> None:
    files = deliveries(series(START, LIVELY), [(at(50), 1), (at(50), 2)])
    result = judge(site_of(interval_meter()), files, tmp_path)
    assert result.of("m")[50] == missing(50, "conflict")
    assert result.told("rule", "before", "after") == [("conflict", 1, 2)]
