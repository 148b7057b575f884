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
