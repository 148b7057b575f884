"""A clock that stood wrong for a stretch of rows: when it is moved back, and when it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.records.build import Delivery, Judged, Reading, interval_meter, judge, site_of
from tests.records.quality.day import START, measured

DAYS = 8
HOUR = dt.timedelta(hours=1)
PERIOD = "2025-03-03/2025-03-11"


def course(minutes: int) -> list[int]:
    """Eight days with a course that comes again every day, and a little that does not."""
    per_day = 1440 // minutes
    return [
        400 + 300 * abs(n % per_day - per_day // 2) // per_day + n * 37 % 11
        for n in range(DAYS * per_day)
    ]


def readings(counts: Sequence[int], minutes: int) -> list[Reading]:
    step = dt.timedelta(minutes=minutes)
    return [(START + n * step, count) for n, count in enumerate(counts)]


def shifted(rows: Sequence[Reading], first: int, end: int, by: dt.timedelta) -> list[Reading]:
    return [(ts + by if first <= n < end else ts, count) for n, (ts, count) in enumerate(rows)]


def judged(folder: Path, rows: Sequence[Reading], minutes: int) -> Judged:
    site = site_of(interval_meter(minutes=minutes, stuck_after=0))
    return judge(site, [Delivery({"m": rows})], folder, PERIOD)


@pytest.mark.parametrize("by", [-HOUR, HOUR])
@pytest.mark.parametrize("rows", [8, 40, 200])
def test_quarter_hours_an_hour_off_are_moved_back(
    tmp_path: Path, by: dt.timedelta, rows: int
) -> None:
    counts = course(15)
    result = judged(tmp_path, shifted(readings(counts, 15), 300, 300 + rows, by), 15)
    assert result.of("m") == measured(counts)
    assert result.told("rule", "slots") == [("clock_shift", rows)]


@pytest.mark.parametrize("by", [-HOUR, HOUR])
def test_hours_are_moved_back_where_the_course_of_the_day_tells(
    tmp_path: Path, by: dt.timedelta
) -> None:
    counts = course(60)
    result = judged(tmp_path, shifted(readings(counts, 60), 75, 95, by), 60)
    assert [(row[2], row[3]) for row in result.of("m")] == [(n, "measured") for n in counts]
    assert result.told("rule", "slots") == [("clock_shift", 20)]


def test_hours_without_a_course_stay_a_gap_and_a_conflict(tmp_path: Path) -> None:
    """One row lost and one doubled: what is as near moved as it is may be just that."""
    counts = [400] * (DAYS * 24)
    counts[94] = 401  # the last of the stretch, so that two values share a stamp
    result = judged(tmp_path, shifted(readings(counts, 60), 75, 95, HOUR), 60)
    assert result.told("rule") == [("conflict",), ("gap",)]


def test_a_gap_and_a_conflict_of_as_many_rows_are_no_shift(tmp_path: Path) -> None:
    """Four readings lost and, two days later, four told twice: the days beside are nearer as is."""
    rows = readings(course(15), 15)
    doubled = [(ts, count + 40) for ts, count in rows[500:504]]
    result = judged(tmp_path, rows[:300] + rows[304:504] + doubled + rows[504:], 15)
    assert ("conflict", 4) in result.told("rule", "slots")
    assert ("gap", 4) in result.told("rule", "slots")
    assert "clock_shift" not in {rule for (rule,) in result.told("rule")}


def test_a_spike_on_the_day_before_does_not_decide(tmp_path: Path) -> None:
    counts = course(60)
    rows = shifted(readings(counts, 60), 75, 95, HOUR)
    rows[85 - 24] = (rows[85 - 24][0], 5_000_000)
    assert ("clock_shift", 20) in judged(tmp_path, rows, 60).told("rule", "slots")


@pytest.mark.parametrize("lost", [30, 70])
def test_a_row_lost_before_is_not_taken_for_where_the_clock_went_wrong(
    tmp_path: Path, lost: int
) -> None:
    """From there to where stamps come twice looks like a stretch as well, of a clock ahead."""
    counts = course(60)
    rows = shifted(readings(counts, 60), 75, 95, -HOUR)
    result = judged(tmp_path, rows[:lost] + rows[lost + 1 :], 60)
    assert result.told("rule", "slots") == [("clock_shift", 20), ("gap", 1)]
    kept = [count for n, count in enumerate(counts) if n != lost]
    assert [row[2] for row in result.of("m") if row[4] != "gap"] == kept
