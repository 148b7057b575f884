"""A gap that is not estimated says why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import Delivery, Judged, Reading, interval_meter, judge, site_of
from tests.records.quality.day import START

from celadon.languages import LANGUAGES
from celadon.records.quality.filling import LEFT
from celadon.records.quality.findings import event_findings

HOUR = dt.timedelta(hours=1)


def rows(days: int, absent: range) -> list[Reading]:
    """Hourly counts that come again every day, without those of some hours."""
    return [
        (START + n * HOUR, 400 + n % 24 * 10 + n % 7) for n in range(24 * days) if n not in absent
    ]


def judged(folder: Path, days: int, absent: range, **more: Any) -> Judged:
    site = site_of(interval_meter(minutes=60, stuck_after=0, **more))
    period = f"2025-03-03/{dt.date(2025, 3, 3) + dt.timedelta(days=days)}"
    return judge(site, [Delivery({"m": rows(days, absent)})], folder, period)


def reasons(result: Judged) -> list[tuple[Any, ...]]:
    return [told for told in result.told("rule", "slots") if told[0] in LEFT.values()]


@pytest.mark.parametrize(
    ("days", "absent", "hours", "told"),
    [
        (60, range(700, 704), 168, []),
        (60, range(700, 704), 3, [("gap_too_long", 4)]),
        (60, range(400, 400 + 24 * 30), 168, [("gap_too_long", 720)]),
        (3, range(30, 34), 168, [("gap_untried", 4)]),
        (3, range(30, 34), 0, []),
    ],
    ids=["estimated", "over the limit", "a month", "little history", "none asked for"],
)
def test_a_gap_that_stays_missing_says_why(
    tmp_path: Path, days: int, absent: range, hours: int, told: list[tuple[str, int]]
) -> None:
    assert reasons(judged(tmp_path, days, absent, estimate_hours=hours)) == told


def test_the_reason_is_told_in_both_languages(tmp_path: Path) -> None:
    result = judged(tmp_path, 60, range(700, 704), estimate_hours=3)
    site = site_of(interval_meter(minutes=60, stuck_after=0, estimate_hours=3))
    found = event_findings(result.events, {site.id: site})
    (finding,) = (each for each in found if each.rule == "gap_too_long")
    for language in LANGUAGES:
        assert "4" in finding.text(language)
        assert "estimate_hours" in finding.text(language)


@pytest.mark.parametrize(
    ("hours", "english", "chinese"),
    [
        (168, "4 estimated, 0 held as missing", "估计 4 个，按缺失处理 0 个"),
        (3, "0 estimated, 4 held as missing", "估计 0 个，按缺失处理 4 个"),
    ],
)
def test_a_gap_says_what_was_done_about_it(
    tmp_path: Path, hours: int, english: str, chinese: str
) -> None:
    result = judged(tmp_path, 60, range(700, 704), estimate_hours=hours)
    site = site_of(interval_meter(minutes=60, stuck_after=0, estimate_hours=hours))
    found = event_findings(result.events, {site.id: site}, result.estimates)
    (gap,) = (each for each in found if each.rule == "gap")
    assert english in gap.text("en")
    assert chinese in gap.text("zh")


def test_of_two_gaps_only_the_one_that_was_estimated_says_so(tmp_path: Path) -> None:
    site = site_of(interval_meter(minutes=60, stuck_after=0, estimate_hours=6))
    absent = {*range(700, 704), *range(900, 910)}
    file = Delivery({"m": [row for n, row in enumerate(rows(60, range(0))) if n not in absent]})
    result = judge(site, [file], tmp_path, "2025-03-03/2025-05-02")
    found = event_findings(result.events, {site.id: site}, result.estimates)
    done = [(f.numbers["estimated"], f.numbers["missing"]) for f in found if f.rule == "gap"]
    assert sorted(done) == [(0, 10), (4, 0)]
