"""Estimation of what a meter did not record: a stated model, a value, a 95 % interval.

Every model is tried where the truth is known; the one that errs least there is used, and its
errors there are the interval. Where too little is known to try, nothing is estimated. The page
docs/estimation.md states the method in full, with an example to recompute by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from celadon.records.estimates.arithmetic import SAFE, Ints, peak
from celadon.records.estimates.backtest import Bench, Pool, Spread
from celadon.records.estimates.history import History, Series
from celadon.records.estimates.models import Model, own_models, spread
from celadon.records.estimates.relative import Relative

__all__ = ["Estimate", "Gap", "LeftMissing", "Series", "estimate_gaps"]

LONGEST_SECONDS: Final = 7 * 86_400
"""A longer gap stays missing unless the caller says otherwise."""

MOST_RELATIVES: Final = 8
"""Relatives tried for a meter, the first that are named."""

Why = Literal["too long", "too few trials", "counts too large"]
"""Why a gap stays missing."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Slots ``first`` to ``first + slots - 1`` of a meter, none of them known."""

    meter: str
    first: int
    slots: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a gap most likely held, in counts.

    Parameters
    ----------
    gap : where.
    model : the model used: ``line``, ``level``, ``profile``, ``day_profile``, ``scaled_profile``,
        ``shifted_day_profile``, ``relative:<meter>`` or ``usual``.
    counts : per slot; their sum estimates the total of the gap.
    low, high : the 95 % interval of the total; not below 0 for a meter that never was.
    slot_low, slot_high : the 95 % interval of each slot.
    trials : separate places that the interval rests on.
    """

    gap: Gap
    model: str
    counts: Ints
    low: int
    high: int
    slot_low: Ints
    slot_high: Ints
    trials: int


@dataclass(frozen=True, slots=True)
class LeftMissing:
    """A gap that is not estimated, and why."""

    gap: Gap
    why: Why


def estimate_gaps(
    series: Mapping[str, Series],
    gaps: Iterable[Gap],
    relatives: Mapping[str, Sequence[str]],
    *,
    longest_seconds: int = LONGEST_SECONDS,
) -> tuple[list[Estimate], list[LeftMissing]]:
    """Estimate gaps of the meters of one site.

    Parameters
    ----------
    series : each meter on its own grid; gaps must not be marked as known.
    gaps : what to estimate.
    relatives : per meter, others that may explain it, the likeliest first: its parent, production
        of its process unit, siblings. Only those on the meter's own grid are used.
    longest_seconds : gaps longer than this stay missing.

    Returns
    -------
    The estimates, and the gaps that stay missing with the reason; both in the order of ``gaps``. An
    estimate depends on what is known of the series alone, not on which other gaps are asked for.

    Raises
    ------
    ValueError
        If a gap lies outside its series or holds a known slot.

    Examples
    --------
    >>> import numpy as np
    >>> hours = np.arange(60 * 24)
    >>> counts = 100 + 50 * (hours % 24 // 8) + hours % 3
    >>> known = (hours < 700) | (hours >= 704)
    >>> meter = Series("mill", 3600, hours * 3600, counts, known)
    >>> (estimate,), missing = estimate_gaps({"mill": meter}, [Gap("mill", 700, 4)], {})
    >>> estimate.model, estimate.counts.tolist(), (estimate.low, estimate.high), missing
    ('profile', [101, 102, 100, 101], (400, 408), [])
    """
    listed = list(gaps)
    by_length: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, gap in enumerate(listed):
        by_length[gap.meter, gap.slots].append(number)
    site = _Site(series, relatives)
    done: dict[int, Estimate | LeftMissing] = {}
    for (meter, slots), numbers in by_length.items():
        asked = [listed[number] for number in numbers]
        why = _refused(series[meter], slots, longest_seconds)
        found = (
            _of_one_length(site.history(meter), asked, site.regressions(meter))
            if why is None
            else (LeftMissing(gap, why) for gap in asked)
        )
        done |= dict(zip(numbers, found, strict=True))
    ordered = [done[number] for number in range(len(listed))]
    estimates = [each for each in ordered if isinstance(each, Estimate)]
    return estimates, [each for each in ordered if isinstance(each, LeftMissing)]


class _Site:
    """The histories and the regressions of the meters, each made once."""

    def __init__(
        self, series: Mapping[str, Series], relatives: Mapping[str, Sequence[str]]
    ) -> None:
        self._series, self._relatives = series, relatives
        self._histories: dict[str, History] = {}
        self._regressions: dict[str, list[Relative]] = {}

    def history(self, meter: str) -> History:
        if meter not in self._histories:
            self._histories[meter] = History.of(self._series[meter])
        return self._histories[meter]

    def regressions(self, meter: str) -> list[Relative]:
        if meter not in self._regressions:
            named = [name for name in self._relatives.get(meter, ()) if name in self._series]
            others = (self.history(name) for name in named[:MOST_RELATIVES])
            found = (Relative.of(self.history(meter), other) for other in others)
            self._regressions[meter] = [relative for relative in found if relative is not None]
        return self._regressions[meter]


def _refused(series: Series, slots: int, longest_seconds: int) -> Why | None:
    if slots * series.seconds > longest_seconds:
        return "too long"
    if 8 * peak(series.counts[series.known]) * max(series.counts.size, 8 * slots) >= SAFE:
        return "counts too large"
    return None


def _of_one_length(
    history: History, gaps: Sequence[Gap], regressions: Sequence[Relative]
) -> Iterator[Estimate | LeftMissing]:
    """Estimates of gaps of one meter and length, in their order."""
    slots = gaps[0].slots
    places = np.array([gap.first for gap in gaps], dtype=np.int64)
    _check(history, places, slots)
    bench = Bench(history, slots)
    before, after, known = history.levels(places, slots)
    families = [*own_models(history, places, slots)]
    for relative in regressions:
        usable = relative.totals(history, places, slots)[1]
        families.append([relative if use else None for use in usable])
    jobs: defaultdict[tuple[int, Model, int], list[int]] = defaultdict(list)
    chosen: dict[int, _Choice] = {}
    for number, models in enumerate(zip(*families, strict=True)):
        levels = (int(before[number]), int(after[number])) if known[number] else None
        choice = _choose(bench, gaps[number], tuple(m for m in models if m is not None), levels)
        if choice is not None:
            chosen[number] = choice
            jobs[id(choice.pool), choice.model, id(choice.errs)].append(number)
    made: dict[int, Estimate] = {}
    for numbers in jobs.values():
        choices = [chosen[number] for number in numbers]
        made |= dict(zip(numbers, _lay(bench, places[numbers], choices), strict=True))
    for number, gap in enumerate(gaps):
        yield made[number] if number in made else LeftMissing(gap, "too few trials")


def _check(history: History, places: Ints, slots: int) -> None:
    meter = history.series.meter
    if slots < 1 or (places < 0).any() or (places + slots > history.slots).any():
        raise ValueError(f"{meter}: a gap lies outside the series")
    if (history.known[places + slots] != history.known[places]).any():
        raise ValueError(f"{meter}: a gap holds a slot that is known")


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was decided for a gap: the model, how far it errs, the levels it must allow for."""

    gap: Gap
    pool: Pool
    model: Model
    errs: Spread
    levels: tuple[int, int] | None


def _choose(
    bench: Bench, gap: Gap, models: tuple[Model, ...], levels: tuple[int, int] | None
) -> _Choice | None:
    pool = bench.pool(gap.first)
    best = bench.best(pool, models) if pool is not None else None
    if pool is None or best is None:
        return None
    model, calibration = best
    jump = abs(levels[1] - levels[0]) if levels is not None else None
    allowed = levels if calibration.beyond(jump) else None
    return _Choice(gap, pool, model, calibration.of(jump), allowed)


def _lay(bench: Bench, places: Ints, choices: Sequence[_Choice]) -> Iterator[Estimate]:
    """Estimates of gaps that share a model, its places and its class of jumps."""
    history, slots, choice = bench.history, bench.slots, choices[0]
    totals, _ = choice.model.totals(history, places, slots)
    shape, scale = choice.model.shape(history, places, slots)
    laid = spread(history, totals, shape, scale)
    below, above = bench.slot_errors(choice.pool, choice.model, choice.errs)
    for total, counts, each in zip(totals.tolist(), laid, choices, strict=True):
        least, most = sorted(each.levels or (total, total))
        low = min(total - slots, min(total, least) + choice.errs.below)
        high = max(total + slots, max(total, most) + choice.errs.above)
        slot_least, slot_most = counts, counts
        if each.levels:
            slot_least = np.minimum(counts, least // slots)
            slot_most = np.maximum(counts, -(-most // slots))
        slot_low = np.minimum(counts - 1, slot_least + below)
        slot_high = np.maximum(counts + 1, slot_most + above)
        if not history.signed:
            low, slot_low = max(low, 0), np.maximum(slot_low, 0)
        yield Estimate(
            each.gap, choice.model.name, counts, low, high, slot_low, slot_high, choice.errs.trials
        )
