"""Each rule on a minimal series: the intervals cell by cell, and what is told.

The day is 3 March 2025 in Shanghai: 96 quarters from 2 March 16:00 UTC. Meters count kilograms, and
one count is one kilogram, so that a number in a file is the number in an interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import (
    DAY,
    SLOT,
    Delivery,
    Interval,
    Judged,
    Reading,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)

START = dt.datetime(2025, 3, 2, 16)
END = START + DAY
LIVELY = [100 + n * 37 % 23 for n in range(96)]
TOTAL = sum(LIVELY)
STEPS = [20 + n * 7 % 5 for n in range(96)]
STANDING = [1000 + sum(STEPS[:n]) for n in range(97)]
COLUMNS = ("subject", "rule", "from_ts", "to_ts", "slots", "before", "after", "source_row")


def at(slot: int) -> dt.datetime:
    return START + slot * SLOT


def measured(counts: Sequence[int | None], first: int = 0) -> list[Interval]:
    return [
        (at(first + n), 900, count, "measured", None)
        for n, count in enumerate(counts)
        if count is not None
    ]


def missing(slot: int, rule: str, slots: int = 1) -> Interval:
    return (at(slot), slots * 900, None, "missing", rule)


def changed(counts: Sequence[int], changes: Mapping[int, int | None]) -> list[int | None]:
    return [changes.get(n, count) for n, count in enumerate(counts)]


def without(counts: Sequence[int], *slots: int) -> list[int | None]:
    return changed(counts, dict.fromkeys(slots))


def judged(folder: Path, readings: Sequence[Reading], **meter: Any) -> Judged:
    """One interval meter in one file."""
    site = site_of(interval_meter(**meter))
    return judge(site, [Delivery({"m": readings})], folder)


def register(folder: Path, readings: Sequence[Reading], **meter: Any) -> Judged:
    """One register in one file."""
    site = site_of(register_meter(**meter))
    return judge(site, [Delivery({"r": readings})], folder)


def event(rule: str, slot: int, slots: int = 1, subject: str = "m", **more: Any) -> tuple[Any, ...]:
    """An event over whole slots, with the row of its first slot in an undisturbed file."""
    row = {
        "subject": subject,
        "rule": rule,
        "from_ts": at(slot),
        "to_ts": at(slot + slots),
        "slots": slots,
        "before": None,
        "after": None,
        "source_row": slot + 2,
    } | more
    return tuple(row[name] for name in COLUMNS)


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


# gap


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
    assert (result.of("t"), result.told("rule")) == ([], [])


def test_the_jitter_of_a_clock_is_no_gap(tmp_path: Path) -> None:
    jittered = [
        (ts + (n % 3) * dt.timedelta(seconds=40), count)
        for n, (ts, count) in enumerate(series(START, LIVELY))
    ]
    jittered[95] = (at(95), LIVELY[95])
    result = judged(tmp_path, jittered)
    assert [row[2] for row in result.of("m")] == LIVELY
    assert (result.told("rule"), result.sums("m")["measured"]) == ([], TOTAL)


# gap_healed, rollover, reset, spike and misreading of registers


def test_a_register_spans_a_gap_and_its_total_is_exact(tmp_path: Path) -> None:
    result = register(tmp_path, series(START, without(STANDING, 41, 42)))
    spanned = (at(40), 2700, sum(STEPS[40:43]), "measured", "gap_healed")
    assert result.of("r") == [*measured(STEPS[:40]), spanned, *measured(STEPS[43:], 43)]
    assert result.told(*COLUMNS) == [
        (*event("gap_healed", 40, 3, "r")[:4], 2, STANDING[40], STANDING[43], 42)
    ]
    assert result.sums("r")["measured"] == sum(STEPS)


def test_a_register_that_spans_midnight_is_shared_by_time(tmp_path: Path) -> None:
    readings = [(at(90), 1000), (at(97), 1701)]  # six slots on one side, one on the other
    site = site_of(register_meter(maximum="1000"))
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-03/2025-03-05")
    shares = [row for row in result.of("r") if row[2] is not None]
    assert shares == [
        (at(90), 6 * 900, 600, "estimated", "gap_healed"),
        (at(96), 900, 101, "estimated", "gap_healed"),
    ]
    assert [(row["measured"], row["estimated"]) for row in result.days.to_pylist()] == [
        (0, 600),
        (0, 101),
    ]


def test_a_rollover_is_counted_through_the_end_of_the_dial(tmp_path: Path) -> None:
    result = register(tmp_path, series(START, [n % 1100 for n in STANDING]), modulus="1100")
    rolled = next(n for n, (a, b) in enumerate(pairwise(STANDING)) if b // 1100 > a // 1100)
    expected = [
        (ts, s, c, state, "rollover" if STANDING[n] // 1100 < STANDING[n + 1] // 1100 else rule)
        for n, (ts, s, c, state, rule) in enumerate(measured(STEPS))
    ]
    assert result.of("r") == expected
    assert result.sums("r")["measured"] == sum(STEPS)
    first = result.told(*COLUMNS)[0]
    assert first[:6] == ("r", "rollover", at(rolled), at(rolled + 1), 1, STANDING[rolled] % 1100)


def test_a_rollover_within_a_gap_is_counted_as_well(tmp_path: Path) -> None:
    dial = [n % 1100 for n in STANDING]
    result = register(tmp_path, series(START, without(dial, 3, 4, 5, 6)), modulus="1100")
    assert result.of("r")[2] == (at(2), 5 * 900, sum(STEPS[2:7]), "measured", "rollover")
    assert result.sums("r")["measured"] == sum(STEPS)


def test_a_fall_that_no_rollover_explains_is_a_reset(tmp_path: Path) -> None:
    fallen = [n if slot <= 50 else n - STANDING[51] for slot, n in enumerate(STANDING)]
    for modulus in ({}, {"modulus": "1000000"}):
        result = register(tmp_path, series(START, fallen), **modulus)
        assert result.of("r") == [
            *measured(STEPS[:50]),
            missing(50, "reset"),
            *measured(STEPS[51:], 51),
        ]
        assert result.told(*COLUMNS) == [event("reset", 50, 1, "r", before=STANDING[50], after=0)]


def test_a_step_above_the_physical_maximum_is_withheld(tmp_path: Path) -> None:
    raised = [n if slot <= 50 else n + 5000 for slot, n in enumerate(STANDING)]
    result = register(tmp_path, series(START, raised))
    assert result.of("r")[50] == missing(50, "spike")
    assert result.told(*COLUMNS) == [
        event("spike", 50, 1, "r", before=STEPS[50] + 5000, after=raised[51])
    ]


def test_a_dial_may_show_one_count_more_than_passed(tmp_path: Path) -> None:
    coarse = [n // 4 for n in range(97)]  # a maximum of 3 in an hour is 0.75 in a quarter
    result = register(tmp_path, series(START, coarse), maximum="3")
    assert [row[2] for row in result.of("r")] == [b - a for a, b in pairwise(coarse)]
    assert result.told("rule") == []


def test_readings_out_of_line_are_withheld_and_spanned(tmp_path: Path) -> None:
    cases = {
        f"r-{bad}-{length}": (bad, length) for bad in (0, 5, 10**6, 10**9) for length in (1, 2, 7)
    }
    site = site_of(*(register_meter(name, maximum="200") for name in cases))
    files = {
        name: series(START, changed(STANDING, dict.fromkeys(range(50, 50 + length), bad)))
        for name, (bad, length) in cases.items()
    }
    result = judge(site, [Delivery(files)], tmp_path)
    for name, (_, length) in cases.items():
        passed = sum(STEPS[49 : 50 + length])
        spanned = (at(49), (length + 1) * 900, passed, "measured", "gap_healed")
        after = 50 + length
        assert result.of(name) == [
            *measured(STEPS[:49]), spanned, *measured(STEPS[after:], after)
        ], name  # fmt: skip
        assert result.sums(name)["measured"] == sum(STEPS)
    assert result.told(*COLUMNS) == sorted(
        event("misreading", 50, length, name, before=bad) for name, (bad, length) in cases.items()
    )


def test_a_reading_that_no_dial_shows_is_bad(tmp_path: Path) -> None:
    readings = series(START, changed(STANDING, {96: 9_999_999, 0: -1}))
    result = register(tmp_path, readings, modulus="10000")
    assert result.told("rule", "before") == [
        ("gap", None),
        ("gap", None),
        ("misreading", -1),
        ("misreading", 9_999_999),
    ]


def test_two_resets_are_not_an_excursion(tmp_path: Path) -> None:
    twice = [n % 700 for n in range(1000, 1000 + 97 * 10, 10)]
    result = register(tmp_path, series(START, twice))
    assert result.told("rule") == [("reset",)]
    assert sum(row[3] == "missing" for row in result.of("r")) == 1


def test_a_register_in_conflict_is_spanned(tmp_path: Path) -> None:
    readings = series(START, STANDING)
    readings.insert(51, (at(50), STANDING[50] + 1))
    result = register(tmp_path, readings)
    assert result.of("r")[49] == (at(49), 1800, STEPS[49] + STEPS[50], "measured", "gap_healed")
    assert result.told(*COLUMNS) == [
        event("conflict", 50, 1, "r", before=STANDING[50], after=STANDING[50] + 1)
    ]


def test_a_steady_register_is_not_stuck_nor_does_it_spike(tmp_path: Path) -> None:
    steps = [50] * 96
    steps[60:70] = [0, 0, 0, 95, 0, 0, 0, 90, 2, 2]  # a late telegram, then its catching up
    standing = [sum(steps[:n]) for n in range(97)]
    result = register(tmp_path, series(START, standing), stuck_after=4)
    assert (result.of("r"), result.told("rule")) == (measured(steps), [])


# stuck, spike, x1000


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
        ("gap",)
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


# conflict, overlap, duplicate, out_of_order, mislabelled_midnight, silent_slot


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


# late, correction


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
    assert [row[1:] for row in result.told("rule", "subject", "slots")] == [("2.csv", 86)]


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
