"""What is estimated, what is left missing, and what an estimate must hold whatever the data."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.records.estimates.backtest import Bench, bounds, separate, thinned
from celadon.records.estimates.estimate import Estimate, Gap, LeftMissing, Series, estimate_gaps
from celadon.records.estimates.history import DAY, History

Found = tuple[list[Estimate], list[LeftMissing]]


def meter(counts: np.ndarray, seconds: int = 3600, name: str = "mill") -> Series:
    local = np.arange(counts.size, dtype=np.int64) * seconds
    return Series(name, seconds, local, counts.astype(np.int64), np.ones(counts.size, np.bool_))


def lost(series: Series, *gaps: tuple[int, int]) -> Series:
    """The series without its gaps; what stands in them must not matter."""
    counts, known = series.counts.copy(), series.known.copy()
    for first, slots in gaps:
        counts[first : first + slots] = -(10**15)
        known[first : first + slots] = False
    return replace(series, counts=counts, known=known)


def estimate(series: Series, *gaps: tuple[int, int], others: tuple[Series, ...] = ()) -> Found:
    holes = lost(series, *gaps)
    asked = [Gap(series.meter, *gap) for gap in gaps]
    relatives = {series.meter: [other.meter for other in others]}
    return estimate_gaps({each.meter: each for each in (holes, *others)}, asked, relatives)


def rhythm(days: int, seed: int = 1, slots_a_day: int = 24) -> np.ndarray:
    """Weekdays and weekends, day and night, and noise."""
    slot = np.arange(days * slots_a_day)
    day = slot // slots_a_day
    busy = (day % 7 < 5) * (slot % slots_a_day * 3 > slots_a_day)
    return 200 + 600 * busy + np.random.default_rng(seed).integers(0, 50, slot.size)


def same(one: Estimate, other: Estimate) -> bool:
    plain = all(
        getattr(one, n) == getattr(other, n) for n in ("gap", "model", "low", "high", "trials")
    )
    arrays = ("counts", "slot_low", "slot_high")
    return plain and all(np.array_equal(getattr(one, n), getattr(other, n)) for n in arrays)


def test_the_model_that_fits_is_found() -> None:
    slot = np.arange(100 * 24)
    (ramp,), _ = estimate(meter(1000 + slot), (1000, 5))
    assert (ramp.model, ramp.counts.tolist()) == ("line", [2000, 2001, 2002, 2003, 2004])
    (weekly,), _ = estimate(meter(rhythm(100)), (1000, 24))
    assert weekly.model == "profile"
    draws = np.random.default_rng(2).integers(0, 900, slot.size)
    works = meter(draws, name="works")
    (child,), _ = estimate(meter(3 * draws + 7), (1000, 9), others=(works,))
    assert child.model == "relative:works"
    assert child.counts.tolist() == (3 * draws[1000:1009] + 7).tolist()
    (chance,), _ = estimate(meter(draws), (1000, 24))
    assert chance.model == "usual"


def test_a_perfect_model_still_allows_a_count_a_slot() -> None:
    (found,), _ = estimate(meter(np.full(2400, 5)), (1000, 4))
    assert (found.counts.tolist(), found.low, found.high) == ([5, 5, 5, 5], 16, 24)
    assert (found.slot_low.tolist(), found.slot_high.tolist()) == ([4] * 4, [6] * 4)
    (off,), _ = estimate(meter(np.zeros(2400)), (1000, 4))
    assert (off.low, off.high, off.slot_low.tolist()) == (0, 4, [0] * 4)


def test_why_a_gap_stays_missing() -> None:
    series = meter(rhythm(100))
    whys = [
        estimate(series, (1000, 7 * 24 + 1))[1],
        estimate(replace(series, counts=series.counts * 10**15), (1000, 4))[1],
        estimate(meter(rhythm(8)), (40, 48))[1],
        estimate(meter(rhythm(1)[:1]), (0, 1))[1],
    ]
    assert [[left.why for left in why] for why in whys] == [
        ["too long"], ["counts too large"], ["too few trials"], ["too few trials"]
    ]  # fmt: skip
    holes = lost(series, (1000, 3))
    found, left = estimate_gaps({"mill": holes}, [Gap("mill", 1000, 3)], {}, longest_seconds=7200)
    assert (found, [each.why for each in left]) == ([], ["too long"])


@pytest.mark.parametrize(("first", "slots"), [(-1, 2), (2399, 2), (998, 4), (1000, 0)])
def test_what_is_no_gap_is_refused(first: int, slots: int) -> None:
    holes = lost(meter(rhythm(100)), (1000, 4))
    with pytest.raises(ValueError, match="mill: a gap"):
        estimate_gaps({"mill": holes}, [Gap("mill", first, slots)], {})


def test_estimates_come_in_the_order_asked_and_alone_are_the_same() -> None:
    series = lost(meter(rhythm(100)), (1000, 4), (300, 24), (500, 1), (700, 4), (2390, 10), (0, 3))
    asked = [
        Gap("mill", *g) for g in ((1000, 4), (300, 24), (500, 1), (700, 4), (2390, 10), (0, 3))
    ]
    found, left = estimate_gaps({"mill": series}, asked, {})
    assert (left, [each.gap for each in found]) == ([], asked)
    backwards, _ = estimate_gaps({"mill": series}, asked[::-1], {})
    for each, other in zip(found, backwards[::-1], strict=True):
        ((alone,), _) = estimate_gaps({"mill": series}, [each.gap], {})
        assert same(each, other)
        assert same(each, alone)


def test_at_the_ends_only_one_side_is_known() -> None:
    slot = np.arange(2400)
    (first, last), _ = estimate(meter(10_000 + 10 * slot), (0, 4), (2396, 4))
    assert (first.model, last.model) == ("line", "line")
    assert first.counts.tolist() == [10_040] * 4
    assert first.low <= int((10_000 + 10 * slot[:4]).sum()) <= first.high
    assert last.low <= int((10_000 + 10 * slot[-4:]).sum()) <= last.high


@pytest.mark.parametrize("slots", [1, 4, 24, 72])
def test_a_new_level_after_the_gap_gives_a_wide_interval(slots: int) -> None:
    """Nobody knows when within the gap the level fell: neither level may be ruled out."""
    counts = 5000 + np.random.default_rng(slots).integers(0, 100, 120 * 24)
    as_ever, fallen = counts.copy(), counts.copy()
    fallen[1500 + slots :] = fallen[1500 + slots :] // 2
    (steady,), _ = estimate(meter(as_ever), (1500, slots))
    (jumped,), _ = estimate(meter(fallen), (1500, slots))
    assert steady.high - steady.low < 150 * slots
    assert jumped.low < 2550 * slots
    assert jumped.high > 5050 * slots
    assert (jumped.slot_low < 2550).all()
    assert (jumped.slot_high > 5050).all()


def test_more_jumps_more_doubt() -> None:
    """Where the level often moves, a gap over a great jump is less sure than over a small one."""
    draws = np.random.default_rng(5)
    campaigns = np.repeat(np.arange(900) % 2, draws.integers(5, 40, 900))[: 600 * 24]
    counts = 100 + 900 * campaigns + draws.integers(0, 20, campaigns.size)
    edges = np.flatnonzero(np.diff(campaigns)) + 1
    moving = [int(e) for e in edges if 1000 < e < 3000][:5]
    still = [s for s in range(1000, 3000, 37) if np.ptp(campaigns[s - 3 : s + 4]) == 0][:5]
    found, _ = estimate(meter(counts), *[(p, 1) for p in moving], *[(p, 1) for p in still])
    widths = [each.high - each.low for each in found]
    assert np.median(widths[:5]) > 5 * np.median(widths[5:])
    assert {found[n].trials > 100 for n in range(10)} == {True}


def test_a_meter_that_counts_below_zero_may_be_estimated_below_zero() -> None:
    slot = np.arange(100 * 24)
    counts = np.rint(100 * np.sin(slot * 2 * np.pi / 24)).astype(np.int64)
    counts += np.random.default_rng(1).integers(-3, 4, slot.size)
    (night,), _ = estimate(meter(counts), (42 * 24 + 14, 8))
    assert night.high < 0
    assert night.low <= counts[42 * 24 + 14 : 42 * 24 + 22].sum() <= night.high


def test_huge_counts_give_the_same_in_their_scale() -> None:
    """Products beyond 64 bits are no less exact: only the rounding to one count is finer."""
    scale = 10**11
    small, _ = estimate(meter(rhythm(100)), (1000, 24), (300, 3))
    large, _ = estimate(meter(rhythm(100) * scale), (1000, 24), (300, 3))
    for one, other in zip(small, large, strict=True):
        assert one.model == other.model
        assert abs(int(one.counts.sum()) * scale - int(other.counts.sum())) <= scale // 2
        assert abs(one.high * scale - other.high) <= 2 * scale


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(-50, 10**6), min_size=40, max_size=240),
    holes=st.lists(st.tuples(st.integers(0, 239), st.integers(1, 30)), min_size=1, max_size=5),
    seconds=st.sampled_from([900, 3600, 7 * 60, DAY]),
)
def test_an_estimate_holds_together(
    counts: list[int], holes: list[tuple[int, int]], seconds: int
) -> None:
    series = meter(np.array(counts * 4), seconds)
    gaps: list[tuple[int, int]] = []
    for first, slots in sorted(holes):
        if first + slots <= series.counts.size and (not gaps or first > sum(gaps[-1])):
            gaps.append((first, slots))
    holed = lost(series, *gaps)
    found, left = estimate_gaps({"mill": holed}, [Gap("mill", *gap) for gap in gaps], {})
    assert len(found) + len(left) == len(gaps)
    for each in found:
        total = int(each.counts.sum())
        assert each.counts.dtype == np.int64
        assert each.counts.size == each.gap.slots
        assert each.low <= total <= each.high
        assert each.high - total >= each.gap.slots
        assert (each.slot_low <= each.counts).all()
        assert (each.counts < each.slot_high).all()
        assert each.trials >= 20
        if (holed.counts[holed.known] >= 0).all():
            assert each.low >= 0
            assert (each.slot_low >= 0).all()


def test_bounds_are_split_conformal() -> None:
    """With n trials the k-th least error bounds 2.5 %, k being (n + 1) / 40 rounded down."""
    for n in (39, 40, 79, 80, 200, 399):
        low, high = bounds(np.arange(1, n + 1)[:, None], n)
        assert (low[0], high[0]) == ((n + 1) // 40, n + 1 - (n + 1) // 40)
    low, high = bounds(np.array([[-10], [0], [30]]), 20)
    assert (low[0], high[0]) == (-20, 40)  # 40 wide, 19 / 80 of it more at either end


def test_a_gap_without_a_jump_belongs_to_all_places() -> None:
    bench = Bench(History.of(meter(rhythm(400))), 4)
    pool = bench.pool(500)
    assert pool is not None
    errs = bench.calibration(pool, pool.usual)
    assert errs is not None
    assert len(errs.classes) == 3
    assert errs.of(None) is errs.overall
    assert errs.overall.trials == sum(each.trials for each in errs.classes)
    assert errs.of(0) is errs.classes[0]
    assert errs.of(10**9) is errs.classes[2]
    assert errs.beyond(int(errs.jumps[-1]) + 1)
    assert not errs.beyond(int(errs.jumps[-20]))
    assert not errs.beyond(None)


def test_places_in_one_block_are_one_trial() -> None:
    places: list[list[int]] = [[], [3], [3, 4, 23], [23, 24], [0, 24, 47, 96]]
    assert [separate(np.array(each), 24) for each in places] == [0, 1, 1, 2, 3]
    assert thinned(np.arange(10), 4).tolist() == [0, 3, 6, 9]


def test_hours_are_taken_together_where_days_are_few() -> None:
    year, month = (History.of(meter(rhythm(days))) for days in (300, 30))
    hours = []
    for history in (year, month):
        pool = Bench(history, 1).pool(100)
        assert pool is not None
        hours.append({int(p) % 24 for p in (*pool.choosing, *pool.calibrating)})
    assert hours[0] == {4}
    assert hours[1] == {0, 1, 2, 3, 4, 5}


def test_many_gaps_are_quick() -> None:
    """2,000 single slots of one meter: the bound is ten times what one core takes."""
    series = meter(rhythm(365, slots_a_day=96), 900)
    places = np.random.default_rng(3).choice(np.arange(0, 35_040, 2), 2000, replace=False)
    begin = time.process_time()
    found, left = estimate(series, *[(int(p), 1) for p in np.sort(places)])
    assert time.process_time() - begin < 5
    assert (len(found), left) == (2000, [])
