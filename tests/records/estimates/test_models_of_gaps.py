"""Each model against its sentence in docs/estimation.md, written out in plain exact fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import median

import numpy as np
import pytest

from celadon.records.estimates.backtest import Bench
from celadon.records.estimates.history import AFTER, BEFORE, BOTH, DAY, History, Series
from celadon.records.estimates.models import Line, Model, own_models, spread, usual
from celadon.records.estimates.relative import Relative

HOURS = 70 * 24
Slots = list[int]


def plant(seed: int, scale: int = 1, low: int = 0, seconds: int = 3600) -> Series:
    """Seventy days of a meter with a rhythm, holes, and counts from ``low`` up."""
    draws = np.random.default_rng(seed)
    slot = np.arange(HOURS)
    counts = low + (slot % 24 > 6) * (slot // 24 % 7 < 5) * 60 + draws.integers(0, 40, HOURS)
    known = draws.random(HOURS) > 0.01
    return Series("mill", seconds, slot * seconds, counts * scale, known)


class Plain:
    """The sentences, slot by slot, without arrays."""

    def __init__(self, series: Series) -> None:
        self.counts = [int(count) for count in series.counts]
        self.known = [bool(known) for known in series.known]
        self.local = [int(local) for local in series.local]
        self.at = {local: slot for slot, local in enumerate(self.local)}

    def whole(self, slots: range) -> bool:
        return all(0 <= s < len(self.known) and self.known[s] for s in slots)

    def total(self, slots: range) -> int:
        return sum(self.counts[s] for s in slots)

    def windows(self, place: int, slots: int, days: list[int], most: int, beside: int) -> Slots:
        """Starts of the nearest like windows that are known, their hours beside them as well."""
        found = []
        for day in days:
            start = self.at.get(self.local[place] + day * DAY)
            if start is None or abs(start - place) < slots + beside:
                continue
            if self.whole(range(start - beside, start + slots + beside)):
                found.append(start)
        return found[:most]

    def beside(self, start: int, slots: int, width: int) -> int:
        after = range(start + slots, start + slots + width)
        return self.total(range(start - width, start)) + self.total(after)


def expected(name: str, plain: Plain, place: int, slots: int) -> Fraction | None:
    """What the page says the total of the gap is; None where the model has not what it needs."""
    nearest = -(-(slots + (name == "shifted_day_profile")) // 24)
    days = [-nearest, nearest, -nearest - 1, nearest + 1]
    weeks = [-7, 7, -14, 14, -21, 21, -28, 28]
    here = range(place, place + slots)
    if name in ("line", "level"):
        width = 1 if name == "line" else 4
        ends = range(place - width, place), range(place + slots, place + slots + width)
        means = [Fraction(plain.total(end), width) for end in ends if plain.whole(end)]
        return sum(means, Fraction()) / len(means) * slots if means else None
    if name in ("profile", "day_profile"):
        chosen = (weeks, 6) if name == "profile" else (days, 2)
        found = plain.windows(place, slots, *chosen, 0)
        totals = [Fraction(plain.total(range(s, s + slots))) for s in found]
        return Fraction(median(totals)) if totals else None
    chosen = (weeks, 6) if name == "scaled_profile" else (days, 2)
    found = plain.windows(place, slots, *chosen, 1)
    beside_here = range(here.start - 1, here.start), range(here.stop, here.stop + 1)
    if not found or not all(plain.whole(end) for end in beside_here):
        return None
    actual = plain.beside(place, slots, 1)
    inside = sum(plain.total(range(s, s + slots)) for s in found)
    beside = sum(plain.beside(s, slots, 1) for s in found)
    if name == "scaled_profile":
        return Fraction(actual * inside, beside) if beside else None
    shift = Fraction(actual, 2) - Fraction(beside, 2 * len(found))
    return max(Fraction(inside, len(found)) + shift * slots, Fraction(0))


def families(series: Series, places: list[int], slots: int) -> dict[str, list[Model | None]]:
    history = History.of(series)
    found = own_models(history, np.array(places), slots)
    named = [(m.name, family) for family in found for m in family if m is not None]
    return dict(named)


@pytest.mark.parametrize("scale", [1, 10**10])
@pytest.mark.parametrize("slots", [1, 3, 24, 30])
def test_a_model_is_what_the_page_says(slots: int, scale: int) -> None:
    series = plant(slots, scale)
    places = [5, 200, 700, 701, 702, 900, HOURS - slots - 300, HOURS - slots - 2]
    for place in places:
        series.known[place : place + slots] = False
    history, plain = History.of(series), Plain(series)
    seen = set()
    for name, family in families(series, places, slots).items():
        for place, model in zip(places, family, strict=True):
            value = expected(name, plain, place, slots)
            if model is None:
                assert value is None, (name, place)
                continue
            totals, usable = model.totals(history, np.array([place]), slots)
            assert usable[0] == (value is not None), (name, place)
            if value is not None:
                assert totals[0] == round(value), (name, place)
                seen.add(name)
    assert seen == {
        "line", "level", "profile", "day_profile", "scaled_profile", "shifted_day_profile"
    }  # fmt: skip


@pytest.mark.parametrize("scale", [1, 10**10])
@pytest.mark.parametrize("slots", [1, 24, 40])
def test_the_line_of_least_squares_is_exact(slots: int, scale: int) -> None:
    series, other = plant(1, scale), replace(plant(2, scale), meter="press")
    place, reach = 600, max(72, 3 * slots)
    series.known[place : place + slots] = False
    other.known[place : place + slots] = True
    both = [
        s
        for s in [*range(place - reach, place), *range(place + slots, place + slots + reach)]
        if series.known[s] and other.known[s]
    ]
    x = [Fraction(int(other.counts[s])) for s in both]
    y = [Fraction(int(series.counts[s])) for s in both]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum(
        (a - mean_x) ** 2 for a in x
    )
    given = sum(int(other.counts[s]) for s in range(place, place + slots))
    value = slots * (mean_y - slope * mean_x) + slope * given
    history = History.of(series)
    model = Relative.of(history, History.of(other))
    assert model is not None
    totals, usable = model.totals(history, np.array([place]), slots)
    assert usable.tolist() == [True]
    assert totals.tolist() == [round(value)]
    shape, size = model.shape(history, np.array([place]), slots)
    each = [Fraction(int(part), int(size[0])) for part in shape[0]]
    assert sum(each) == value


def test_a_relative_stands_on_the_meter_s_own_slots() -> None:
    series = plant(3)
    history = History.of(series)

    def regression(other: Series) -> Relative | None:
        return Relative.of(history, History.of(other))

    later = slice(100, None)
    cut = Series("b", 3600, series.local[later], series.counts[later], series.known[later])
    whole, part = regression(replace(series, meter="b")), regression(cut)
    assert whole is not None
    assert part is not None
    places = np.array([600, 900])
    assert (
        part.totals(history, places, 5)[0].tolist() == whole.totals(history, places, 5)[0].tolist()
    )
    assert regression(replace(series, seconds=1800)) is None
    assert regression(replace(series, local=series.local + 1800)) is None
    assert regression(replace(series, local=series.local + 10**9)) is None
    early = part.totals(history, np.array([50]), 5)[1]
    assert early.tolist() == [False]


def test_like_windows_begin_at_the_same_local_time() -> None:
    """Clocks go forward in the fifth week: what was 96 slots a week ago is an hour off since."""
    series = plant(4)
    changed = np.where(np.arange(HOURS) >= 35 * 24 + 2, series.local + 3600, series.local)
    moved = replace(series, local=changed, known=np.ones(HOURS, dtype=np.bool_))
    history = History.of(moved)
    family = families(moved, [40 * 24], 4)["profile"]
    assert family[0] is not None
    starts, known = family[0].like.find(history, np.array([40 * 24]), 4)  # type: ignore[attr-defined]
    assert {int(s) for s in starts[known[:, 0], 0]} == {
        40 * 24 + 7 * 24 * k + (k < 0) for k in (-4, -3, -2, -1, 1, 2, 3, 4)
    }
    for start in starts[known[:, 0], 0]:
        assert (changed[start] - changed[40 * 24]) % (7 * DAY) == 0


def test_a_model_is_tried_with_no_more_than_the_gap_has() -> None:
    series = plant(5)
    end = HOURS - 6
    series.known[end:] = False
    found = families(series, [end], 6)
    line, profile = found["line"][0], found["profile"][0]
    assert isinstance(line, Line)
    assert line.sides == BEFORE
    assert profile is not None
    assert profile.like.sides == BEFORE  # type: ignore[attr-defined]
    assert profile.like.windows <= 4  # type: ignore[attr-defined]
    history = History.of(series)
    starts, taken, enough = profile.like.take(history, np.array([900]), 6)  # type: ignore[attr-defined]
    assert enough[0]
    assert (starts[taken] < 900).all()


@pytest.mark.parametrize("sides", [BEFORE, AFTER, BOTH])
def test_a_line_passes_its_ends(sides: int) -> None:
    slot = np.arange(48)
    series = Series("ramp", 3600, slot * 3600, 10 + 3 * slot, np.ones(48, dtype=np.bool_))
    history = History.of(series)
    model, place = Line("line", 1, sides), np.array([20])
    totals, _ = model.totals(history, place, 5)
    shape, size = model.shape(history, place, 5)
    laid = spread(history, totals, shape, size)[0].tolist()
    held = {BEFORE: 10 + 3 * 19, AFTER: 10 + 3 * 25}
    assert laid == ([held[sides]] * 5 if sides in held else (10 + 3 * slot[20:25]).tolist())


@pytest.mark.parametrize("low", [0, -30])
def test_slots_add_to_the_total(low: int) -> None:
    series = plant(6, low=low)
    history = History.of(series)
    assert history.signed == (low < 0)
    places = np.array([400, 500, 801])
    models = [family[1] for family in own_models(history, places, 7)]
    models.append(usual(history, places, 7))
    for model in models:
        assert model is not None
        totals, _ = model.totals(history, places, 7)
        laid = spread(history, totals, *model.shape(history, places, 7))
        assert laid.sum(axis=1).tolist() == totals.tolist(), model.name


def test_what_no_shape_tells_is_laid_evenly() -> None:
    slot = np.arange(48)
    series = Series("off", 3600, slot * 3600, slot * 0, np.ones(48, dtype=np.bool_))
    laid = spread(
        History.of(series), np.array([10]), np.zeros((1, 4), dtype=np.int64), np.array([1])
    )
    assert laid.tolist() == [[2, 3, 3, 2]]


def test_the_usual_amount_is_a_median() -> None:
    history = History.of(plant(7))
    bench = Bench(history, 3)
    pool = bench.pool(500)
    assert pool is not None
    plain = Plain(history.series)
    totals = [Fraction(plain.total(range(p, p + 3))) for p in pool.choosing.tolist()]
    assert pool.usual.total == round(Fraction(median(totals)))


def test_what_chooses_never_measures() -> None:
    history = History.of(plant(8))
    for slots, day in ((1, 24), (24, 24), (60, 60)):
        pool = Bench(history, slots).pool(500)
        assert pool is not None
        assert {int(p) // day % 3 for p in pool.choosing} == {0}
        assert {int(p) // day % 3 for p in pool.calibrating} == {1, 2}
