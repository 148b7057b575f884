"""Rules for registers on minimal series: steps cell by cell, and what is told."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest
from tests.records.build import (
    DAY,
    Delivery,
    Judged,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.quality.day import (
    COLUMNS,
    STANDING,
    START,
    STEPS,
    at,
    changed,
    event,
    measured,
    missing,
    register,
    without,
)


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


def times(result: Judged) -> tuple[int, int, int]:
    (row,) = result.times.to_pylist()
    return row["measured"], row["estimated"], row["missing"]


def test_what_two_readings_bound_is_measured_as_a_whole(tmp_path: Path) -> None:
    """Read at local midnights, three days apart: the total is exact, its split by day is not."""
    readings = [(START, 1000), (START + 3 * DAY, 1700)]
    site = site_of(register_meter(read_every="month"))
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-03/2025-03-06")
    whole = {"from_day": dt.date(2025, 3, 3), "to_day": dt.date(2025, 3, 6)}
    assert result.shared.to_pylist() == [
        {"site": "pots", "meter": "r", "day": dt.date(2025, 3, day), **whole, "amount": amount}
        for day, amount in ((3, 233), (4, 233), (5, 234))
    ]
    assert [row["estimated"] for row in result.days.to_pylist()] == [233, 233, 234]
    assert times(result) == (3 * 86_400, 0, 0)


def test_what_a_period_cuts_is_no_total_that_anyone_read(tmp_path: Path) -> None:
    readings = [(START - DAY, 1000), (START + 2 * DAY, 1300)]
    site = site_of(register_meter(read_every="month"))
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-03-03/2025-03-05")
    assert result.shared.to_pylist() == []
    assert result.sums("r") == {"measured": 0, "estimated": 200, "seconds_missing": 0}
    assert times(result) == (0, 2 * 86_400, 0)


def test_a_total_between_readings_of_which_one_was_estimated_is_estimated(tmp_path: Path) -> None:
    readings = [(START, 1000), (START + 2 * DAY, 1300)]
    site = site_of(register_meter(read_every="month"))
    file = Delivery({"r": readings}, marks={"r": {3: "estimated"}})
    result = judge(site, [file], tmp_path, "2025-03-03/2025-03-05")
    assert result.shared.to_pylist() == []
    assert times(result) == (0, 2 * 86_400, 0)


@pytest.mark.parametrize(
    ("every", "days", "rule"),
    [
        ("slot", 4, "gap_healed"),
        ("day", 4, None),
        ("day", 5, "gap_healed"),
        ("month", 34, None),
        ("month", 35, "gap_healed"),
    ],
)
def test_a_register_read_by_hand_has_no_gap_within_its_period(
    tmp_path: Path, every: str, days: int, rule: str | None
) -> None:
    site = site_of(register_meter(read_every=every))
    file = Delivery({"r": [(START, 1000), (START + days * DAY, 1000 + 96 * days)]})
    result = judge(site, [file], tmp_path, "2025-03-03/2025-04-07")
    spanned = [row[1:] for row in result.of("r") if row[2] is not None]
    assert spanned == [(86_400, 96, "estimated", rule)] * days  # cut at midnights, as it ever was
    told = {row[1] for row in result.told(*COLUMNS)}
    assert told - {"gap"} == ({rule} if rule else set())


def test_a_reading_by_hand_that_cannot_be_right_is_still_told(tmp_path: Path) -> None:
    site = site_of(register_meter(read_every="month", maximum="10"))
    file = Delivery({"r": [(START, 1000), (START + 30 * DAY, 9000)]})
    result = judge(site, [file], tmp_path, "2025-03-03/2025-04-02")
    assert [row[1] for row in result.told(*COLUMNS)] == ["spike"]


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


@pytest.mark.parametrize("hours", [2, 3])
def test_a_gap_in_which_the_dial_could_go_round_is_missing(tmp_path: Path, hours: int) -> None:
    """A dial of 1000 that can pass 400 in an hour goes round in two hours and a half."""
    dial = [n % 1000 for n in STANDING]
    gone = range(20, 20 + 4 * hours - 1)
    result = register(tmp_path, series(START, without(dial, *gone)), modulus="1000")
    spanned = next(row for row in result.of("r") if row[1] > 900)
    if hours == 2:
        assert spanned == (at(19), 7200, sum(STEPS[19:27]), "measured", "gap_healed")
    else:
        assert spanned == missing(19, "unknown_turns", 12)
        assert ("unknown_turns", at(19), at(31), 12) in result.told(
            "rule", "from_ts", "to_ts", "slots"
        )


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


@pytest.mark.parametrize("bad", [50, 51])
def test_of_two_readings_out_of_line_the_steeper_is_withheld(tmp_path: Path, bad: int) -> None:
    """A reading that falls below the one before, or rises above the next, but not by much more."""
    off = 30 if bad == 50 else -30
    readings = series(START, changed(STANDING, {bad: STANDING[bad] + off}))
    result = register(tmp_path, readings, maximum="400")
    spanned = (at(bad - 1), 1800, sum(STEPS[bad - 1 : bad + 1]), "measured", "gap_healed")
    assert result.of("r")[bad - 1] == spanned
    assert result.told(*COLUMNS) == [event("misreading", bad, 1, "r", before=STANDING[bad] + off)]


def test_what_stands_between_two_equal_readings_is_withheld(tmp_path: Path) -> None:
    """The dial stood still; the step from there is steeper than that to the wrong reading."""
    steps = changed(STEPS, {49: 0, 50: 0})
    standing = [1000 + sum(step or 0 for step in steps[:n]) for n in range(97)]
    wrong = {50: standing[50] + 3}
    result = register(tmp_path, series(START, changed(standing, wrong)))
    assert result.of("r")[49] == (at(49), 1800, 0, "measured", "gap_healed")
    assert result.told(*COLUMNS) == [event("misreading", 50, 1, "r", before=wrong[50])]


@pytest.mark.parametrize("length", [1, 2, 4])
@pytest.mark.parametrize("off", [60, -60])
def test_a_few_readings_off_by_less_than_the_maximum_are_withheld(
    tmp_path: Path, off: int, length: int
) -> None:
    """They rise, or fall, by no more than could pass; but the register falls at one of their ends.

    It passes 5 in a slot; 60 would take twelve of them.
    """
    steps = [5] * 96
    standing = [1000 + sum(steps[:n]) for n in range(97)]
    wrong = {n: standing[n] + off for n in range(50, 50 + length)}
    result = register(tmp_path, series(START, changed(standing, wrong)), maximum="400")
    spanned = (at(49), (length + 1) * 900, 5 * (length + 1), "measured", "gap_healed")
    after = 50 + length
    assert result.of("r") == [*measured(steps[:49]), spanned, *measured(steps[after:], after)]
    assert result.told(*COLUMNS) == [event("misreading", 50, length, "r", before=wrong[50])]


def test_of_five_readings_off_nothing_is_said_but_that_the_register_fell(tmp_path: Path) -> None:
    standing = [1000 + 5 * n for n in range(97)]
    wrong = {n: standing[n] + 60 for n in range(50, 55)}
    result = register(tmp_path, series(START, changed(standing, wrong)), maximum="400")
    assert result.told("rule") == [("reset",)]


@pytest.mark.parametrize(("bad", "off"), [(50, -40), (51, 40)])
def test_a_reading_in_order_whose_neighbour_rises_too_far_is_withheld(
    tmp_path: Path, bad: int, off: int
) -> None:
    """Too low, and the next rises too far; or too high, and it rises too far itself."""
    steps = [80] * 96
    standing = [1000 + sum(steps[:n]) for n in range(97)]
    wrong = {bad: standing[bad] + off}
    result = register(tmp_path, series(START, changed(standing, wrong)), maximum="400")
    spanned = (at(bad - 1), 1800, 160, "measured", "gap_healed")
    assert result.of("r")[bad - 1] == spanned
    assert result.sums("r")["measured"] == sum(steps)
    assert result.told(*COLUMNS) == [event("misreading", bad, 1, "r", before=wrong[bad])]
