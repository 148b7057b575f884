"""Rules for interval meters on minimal series: intervals cell by cell, and what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Judged,
    Reading,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.quality.day import (
    COLUMNS,
    LIVELY,
    STANDING,
    START,
    STEPS,
    TOTAL,
    at,
    changed,
    event,
    judged,
    measured,
    missing,
    without,
)


def test_a_sound_day_is_measured_and_nothing_is_told(tmp_path: Path) -> None:
    result = judge(
        site_of(interval_meter(), register_meter()),
        [Delivery({"m": series(START, LIVELY), "r": series(START, STANDING)})],
        tmp_path,
    )
    assert result.of("m") == measured(LIVELY)
    assert result.of("r") == measured(STEPS)
    assert result.told(*COLUMNS) == []
    assert result.sums("m") == {"measured": TOTAL, "estimated": 0, "seconds_missing": 0}
    assert result.readings == 96 + 97


def test_a_gap_of_an_interval_meter_is_missing(tmp_path: Path) -> None:
    result = judged(tmp_path, series(START, without(LIVELY, 40, 41, 42)))
    assert result.of("m") == sorted([*measured(without(LIVELY, 40, 41, 42)), missing(40, "gap", 3)])
    assert result.told(*COLUMNS) == [event("gap", 40, 3, source_row=None)]
    assert result.sums("m")["seconds_missing"] == 3 * 900


def test_gaps_at_both_ends_of_the_period(tmp_path: Path) -> None:
    result = judged(tmp_path, series(at(2), LIVELY[2:90]))
    assert result.of("m") == [
        missing(0, "gap", 2),
        *measured(LIVELY[2:90], 2),
        missing(90, "gap", 6),
    ]
    assert result.told("rule", "from_ts", "slots") == [("gap", START, 2), ("gap", at(90), 6)]


def test_a_gap_over_midnight_is_cut_there(tmp_path: Path) -> None:
    readings = series(START, LIVELY[:90]) + series(at(100), LIVELY[4:])
    site = site_of(interval_meter())
    result = judge(site, [Delivery({"m": readings})], tmp_path, "2025-03-03/2025-03-05")
    gap = [row for row in result.of("m") if row[4] == "gap"]
    assert gap == [missing(90, "gap", 6), missing(96, "gap", 4)]
    assert result.told("rule", "from_ts", "to_ts", "slots") == [("gap", at(90), at(100), 10)]
    assert [row["seconds_missing"] for row in result.days.to_pylist()] == [5400, 3600]


@pytest.mark.parametrize("kind", ["interval", "register"])
def test_a_meter_that_never_reported_is_missing_throughout(tmp_path: Path, kind: str) -> None:
    meter = register_meter("m") if kind == "register" else interval_meter()
    site = site_of(meter, interval_meter("other"))
    result = judge(site, [Delivery({"other": series(START, LIVELY)})], tmp_path)
    assert result.of("m") == [missing(0, "gap", 96)]
    assert result.told("subject", "rule", "slots") == [("m", "gap", 96)]
    assert result.sums("m") == {"measured": 0, "estimated": 0, "seconds_missing": 86400}


def test_without_any_delivery_all_is_missing(tmp_path: Path) -> None:
    result = judge(site_of(interval_meter()), [], tmp_path)
    assert result.of("m") == [missing(0, "gap", 96)]


def test_a_state_is_neither_summed_nor_missed(tmp_path: Path) -> None:
    site = site_of({"id": "t", "kind": "state", "measure": "degC"})
    result = judge(site, [Delivery({"t": series(START, [-5, 7])})], tmp_path)
    assert (result.of("t"), result.told("rule")) == ([], [("state_gap",)])


def test_the_jitter_of_a_clock_is_no_gap(tmp_path: Path) -> None:
    jittered = [
        (ts + (n % 3) * dt.timedelta(seconds=40), count)
        for n, (ts, count) in enumerate(series(START, LIVELY))
    ]
    jittered[95] = (at(95), LIVELY[95])
    result = judged(tmp_path, jittered)
    assert [row[2] for row in result.of("m")] == LIVELY
    assert (result.told("rule"), result.sums("m")["measured"]) == ([], TOTAL)


def test_equal_counts_in_a_row_are_stuck(tmp_path: Path) -> None:
    stuck = changed(LIVELY, dict.fromkeys(range(30, 54), 111))
    assert LIVELY[29] != 111 != LIVELY[54]
    result = judged(tmp_path, series(START, stuck))
    assert result.of("m") == [
        *measured(LIVELY[:30]),
        *(missing(n, "stuck") for n in range(30, 54)),
        *measured(LIVELY[54:], 54),
    ]
    assert result.told(*COLUMNS) == [event("stuck", 30, 24, before=111)]


def test_what_is_not_stuck(tmp_path: Path) -> None:
    cases: dict[str, tuple[int, int, dict[str, Any]]] = {
        "one-less-than-too-many": (23, 111, {}),
        "a-standstill": (40, 0, {}),
        "so-small-that-it-is-rounded-to-the-same": (40, 3, {}),
        "switched-off": (40, 111, {"stuck_after": 0}),
        "allowed": (40, 111, {"stuck_after": 41}),
    }
    site = site_of(*(interval_meter(name, **more) for name, (*_, more) in cases.items()))
    counts = {
        name: changed(LIVELY, dict.fromkeys(range(30, 30 + length), count))
        for name, (length, count, _) in cases.items()
    }
    files = {name: series(START, listed) for name, listed in counts.items()}
    result = judge(site, [Delivery(files)], tmp_path)
    assert result.told("subject", "rule") == []
    assert all(result.of(name) == measured(listed) for name, listed in counts.items())


def test_a_coarse_meter_at_a_steady_load_is_not_stuck(tmp_path: Path) -> None:
    counts = [5] * 96
    assert judged(tmp_path, series(START, counts)).told("rule") == []


def test_a_gap_or_a_conflict_ends_a_stuck_run(tmp_path: Path) -> None:
    counts = changed(LIVELY, dict.fromkeys(range(30, 60), 111))
    counts[45] = None
    assert judged(tmp_path, series(START, counts)).told("rule") == [("gap",)]


def test_a_stuck_run_may_begin_the_day_before(tmp_path: Path) -> None:
    readings = series(START - 20 * SLOT, [111] * 24) + series(at(4), LIVELY[4:])
    result = judged(tmp_path, readings)
    assert result.of("m")[:5] == [
        *(missing(n, "stuck") for n in range(4)),
        *measured(LIVELY[4:5], 4),
    ]
    assert result.told("rule", "slots") == [("stuck", 4)]


def test_a_count_above_the_physical_maximum_is_a_spike(tmp_path: Path) -> None:
    result = judged(tmp_path, series(START, changed(LIVELY, {50: 152})), maximum="600")
    assert result.of("m")[50] == missing(50, "spike")
    assert result.told(*COLUMNS) == [event("spike", 50, before=152)]
    for allowed in (150, 151):  # and one count, as a pulse may fall into the next interval
        counts = changed(LIVELY, {50: allowed})
        assert judged(tmp_path, series(START, counts), maximum="600").told("rule") == []


def long_series(days: int, changes: Mapping[int, int | None] | None = None) -> list[Reading]:
    """A longer series of the same kind, so that a meter has a level to be judged by."""
    counts = [100 + n * 37 % 23 for n in range(96 * days)]
    return series(START, changed(counts, changes or {}))


def judged_month(folder: Path, readings: Sequence[Reading], **meter: Any) -> Judged:
    site = site_of(interval_meter(**meter))
    return judge(site, [Delivery({"m": readings})], folder, "2025-03-03/2025-03-23")


def test_one_count_far_above_its_neighbours_is_a_spike(tmp_path: Path) -> None:
    result = judged_month(tmp_path, long_series(20, {500: 700}))
    assert result.of("m")[500] == missing(500, "spike")
    assert result.told(*COLUMNS) == [event("spike", 500, before=700)]
    assert judged_month(tmp_path, long_series(20, {500: 560})).told("rule") == []


def test_one_count_while_the_meter_idles_is_a_spike(tmp_path: Path) -> None:
    """Above all that it usually reads, but no more than three times its level when it runs."""
    counts = [60 + n % 5 if n // 96 % 7 >= 5 else 2500 + n * 37 % 91 for n in range(96 * 20)]
    sunday = 96 * 6 + 40
    result = judged_month(tmp_path, series(START, changed(counts, {sunday: 7000})))
    assert result.told(*COLUMNS) == [event("spike", sunday, before=7000)]
    busy = changed(counts, {40: 7000})  # among counts of 2500 it is not out of line
    assert judged_month(tmp_path, series(START, busy)).told("rule") == []


def test_what_a_meter_reads_at_most_is_not_told_by_the_end_of_a_month(tmp_path: Path) -> None:
    """It runs down in the last hour of February, and at twice that in March."""
    counts = [4100, 2800, 1200, *[0] * 381, *(6000 + n * 37 % 91 for n in range(96 * 26))]
    file = Delivery({"m": series(START - 4 * DAY, counts)})
    result = judge(site_of(interval_meter()), [file], tmp_path, "2025-02-27/2025-03-29")
    assert result.told("rule") == []


@pytest.mark.parametrize("beside", [499, 501])
def test_next_to_a_gap_a_count_is_not_compared(tmp_path: Path, beside: int) -> None:
    """After an outage a meter may deliver at once what passed meanwhile."""
    result = judged_month(tmp_path, long_series(20, {500: 700, beside: None}))
    assert result.told("rule") == [("gap",)]


def test_but_a_count_that_is_thousands_is_withheld_even_there(tmp_path: Path) -> None:
    changes = {500: 100_000, 501: 100_000, 502: None}
    result = judged_month(tmp_path, long_series(20, changes))
    assert result.told("rule", "slots") == [("gap", 1), ("spike", 2)]
    assert judged_month(tmp_path, long_series(20, changes), maximum="999999").told("rule") == [
        ("gap",),
        ("spike",),
    ]


def test_a_pulsed_meter_does_not_spike(tmp_path: Path) -> None:
    """A converter gives gas in blows; a filter is washed once in five days."""
    files = {}
    for every in (8, 96, 500):
        blows = [900 if n % every == 0 else 0 for n in range(96 * 20)]
        washes = [900 if n % every == 0 else 30 + n % 3 for n in range(96 * 20)]
        files |= {f"blow-{every}": series(START, blows), f"wash-{every}": series(START, washes)}
    site = site_of(*map(interval_meter, files))
    result = judge(site, [Delivery(files)], tmp_path, "2025-03-03/2025-03-23")
    assert result.told("subject", "rule") == []


def test_a_coarse_meter_does_not_spike(tmp_path: Path) -> None:
    counts = [n % 3 for n in range(96 * 20)]
    assert judged_month(tmp_path, series(START, changed(counts, {500: 60}))).told("rule") == []


@pytest.mark.parametrize("maximum", [None, "2000"])
def test_a_run_a_thousand_times_too_large_is_divided_as_an_estimate(
    tmp_path: Path, maximum: str | None
) -> None:
    more = {} if maximum is None else {"maximum": maximum}
    wrong = {n: (100 + n * 37 % 23) * 1000 for n in range(40, 52)} | {45: 104_500, 46: 105_500}
    result = judged(tmp_path, series(START, changed(LIVELY, wrong)), **more)
    repaired = [(at(n), 900, LIVELY[n], "estimated", "x1000") for n in range(40, 52)]
    repaired[5] = (*repaired[5][:2], 104, *repaired[5][3:])  # half to even
    repaired[6] = (*repaired[6][:2], 106, *repaired[6][3:])
    assert result.of("m") == [*measured(LIVELY[:40]), *repaired, *measured(LIVELY[52:], 52)]
    assert result.told(*COLUMNS) == [event("x1000", 40, 12, before=wrong[40])]


def test_a_small_count_within_the_run_is_divided_with_it(tmp_path: Path) -> None:
    wrong = dict.fromkeys(range(40, 52), 120_000) | {45: 4_000, 46: 125_000, 44: 119_000}
    result = judged(tmp_path, series(START, changed(LIVELY, wrong)), stuck_after=0)
    assert result.of("m")[45] == (at(45), 900, 4, "estimated", "x1000")


def test_a_gap_parts_a_run_and_each_part_is_judged(tmp_path: Path) -> None:
    wrong = {n: LIVELY[n] * 1000 for n in range(40, 52)}
    result = judged(tmp_path, series(START, changed(LIVELY, wrong | {46: None})))
    assert result.told("rule", "slots") == [("gap", 1), ("x1000", 5), ("x1000", 6)]


def test_a_run_within_the_physical_maximum_is_not_thousandfold(tmp_path: Path) -> None:
    large = {n: LIVELY[n] * 1000 for n in range(40, 52)}
    counts = changed(LIVELY, large)
    assert judged(tmp_path, series(START, counts), maximum="1000000").told("rule") == []


def test_a_thousandfold_run_within_a_campaign_is_told_from_it(tmp_path: Path) -> None:
    """A meter that runs at sixty times its level now and then is a thousand times above that."""
    campaign = [40 + n % 5 for n in range(96)]
    campaign[30:60] = [2300 + n * 37 % 91 for n in range(30)]
    wrong = {n: campaign[n] * 1000 for n in range(40, 48)}
    result = judged(tmp_path, series(START, changed(campaign, wrong)), stuck_after=0)
    repaired = [(at(n), 900, campaign[n], "estimated", "x1000") for n in range(40, 48)]
    assert result.of("m") == [*measured(campaign[:40]), *repaired, *measured(campaign[48:], 48)]
    assert result.told(*COLUMNS) == [event("x1000", 40, 8, before=wrong[40])]


def test_a_run_half_of_which_idles_is_thousandfold(tmp_path: Path) -> None:
    """Heats and pauses in turn: the lower middle one of the run is a pause."""
    furnace = [2500 + n * 37 % 23 if n % 2 else 60 + n % 5 for n in range(96)]
    furnace[60:] = [2500 + n * 37 % 23 for n in range(36)]
    wrong = {n: furnace[n] * 1000 for n in range(20, 32)}
    result = judged(tmp_path, series(START, changed(furnace, wrong)), stuck_after=0)
    assert result.told(*COLUMNS) == [event("x1000", 20, 12, before=wrong[20])]


def test_a_thousandfold_run_over_most_of_two_months_of_three_is_told(tmp_path: Path) -> None:
    """Half of the months are mostly a thousandfold, but not half of the slots."""
    counts = [100 + n * 37 % 23 for n in range(96 * 79)]  # from 3 March to 20 May
    wrong = {n: counts[n] * 1000 for n in range(96 * 43, 96 * 70)}  # from 15 April to 11 May
    result = judge(
        site_of(interval_meter(stuck_after=0)),
        [Delivery({"m": series(START, changed(counts, wrong))})],
        tmp_path,
        "2025-03-03/2025-05-21",
    )
    assert result.told("rule", "from_ts", "slots") == [("x1000", at(96 * 43), 96 * 27)]
    assert result.sums("m")["estimated"] == sum(counts[96 * 43 : 96 * 70])
