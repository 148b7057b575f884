"""Missing stretches filled with estimates, and every repair as a row.

Only what lies between two known amounts is estimated: a meter that has not delivered yet, or not
begun, is missing. A stretch is looked at whole, wherever a period cuts it, and its models see the
same months around it, so that a month and its year estimate alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from celadon.records.estimates.estimate import Estimate, Gap, Why, estimate_gaps
from celadon.records.estimates.history import Series
from celadon.records.quality.interval_passes import MONTHS_AROUND
from celadon.records.quality.loading import Loaded
from celadon.records.quality.passes import ESTIMATED, GAP, MISSING, OVERLAP, RULES, Integers
from celadon.records.quality.readings import instant_of
from celadon.records.quality.relatives import relatives_of
from celadon.records.quality.repairs import Band, repair_rows
from celadon.records.quality.slots import Channel
from celadon.records.quality.steps import Judged, Steps

LEFT: Mapping[Why, str] = {
    "too long": "gap_too_long",
    "too few trials": "gap_untried",
    "counts too large": "gap_too_large",
}
"""The rules that tell why a stretch stays missing."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A whole stretch of which nothing is known, between two known amounts; seconds UTC."""

    from_ts: int
    to_ts: int


@dataclass(slots=True)
class Filled:
    """A meter's steps after estimation, with the rows of ``estimate`` and ``repair``.

    Parameters
    ----------
    left : quality events that say why a stretch is not estimated.
    is_unbroken : whether nothing was missing between two known amounts.
    """

    steps: Steps
    estimates: list[dict[str, Any]] = field(default_factory=list)
    repairs: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)
    is_unbroken: bool = True


def fill(
    loaded: Loaded, judged: Mapping[int, Judged], wanted: Collection[str]
) -> dict[int, Filled]:
    """Estimate what can be estimated of the meters wanted of a site; others help to."""
    grids = _Grids(loaded, judged)
    return {
        number: _filled(grids, loaded, meter)
        for number, meter in judged.items()
        if meter.channel.meter in wanted
    }


def _filled(grids: _Grids, loaded: Loaded, meter: Judged) -> Filled:
    channel, found = meter.channel, Filled(meter.steps)
    by_month: dict[int, list[Stretch]] = defaultdict(list)
    for stretch in missing_stretches(channel, meter.steps):
        by_month[grids.month_of(channel, stretch)].append(stretch)
    chosen: list[tuple[Stretch, Estimate]] = []
    left: list[dict[str, Any]] = []
    for month, stretches in by_month.items():
        made, why = _estimated(grids, loaded, channel, month, stretches)
        chosen += made
        left += (_left_row(channel, stretch, rule) for stretch, rule in why)
    if chosen:
        found = _with_estimates(channel, meter.steps, chosen)
    found.left, found.is_unbroken = left, not by_month
    if channel.kind != "state":
        found.repairs += repair_rows(meter, found.steps, _bands(channel.seconds, chosen))
    return found


def _bands(seconds: int, chosen: list[tuple[Stretch, Estimate]]) -> dict[int, Band]:
    """The interval of each estimated slot by its instant."""
    return {
        ts: (low, high)
        for stretch, estimate in chosen
        for ts, low, high in zip(
            _instants(stretch, seconds, estimate).tolist(),
            estimate.slot_low.tolist(),
            estimate.slot_high.tolist(),
            strict=True,
        )
    }


def missing_stretches(channel: Channel, steps: Steps) -> Iterator[Stretch]:
    """The stretches within the expected time that lie between two known amounts, each whole.

    One that holds readings which overlap has no grid, and is left out.
    """
    missing = steps.state == MISSING
    known = np.flatnonzero(~missing) if missing.any() else np.arange(len(steps))
    if len(known) < 2:
        return
    ts, seconds = steps.ts, steps.seconds
    if len(known) < len(steps):
        ts, seconds = ts[known], seconds[known]
    end = ts + seconds
    half = channel.seconds // 2
    for i in np.flatnonzero(ts[1:] - end[:-1] > half).tolist():
        first, last = int(end[i]), int(ts[i + 1])
        between = steps.rule[known[i] + 1 : known[i + 1]]
        if first < channel.to_ts and last > channel.from_ts and OVERLAP not in between:
            yield Stretch(first, last)


class _Grids:
    """The meters of a shard laid on the grid of the clock, month by month, as models want them."""

    def __init__(self, loaded: Loaded, judged: Mapping[int, Judged]) -> None:
        self._loaded, self._judged = loaded, judged
        self._numbers = {(c.site, c.meter): number for number, c in loaded.channels.items()}
        self._laid: dict[tuple[int, int], Series] = {}
        self._local: dict[tuple[str, int, int], Integers] = {}

    def month_of(self, channel: Channel, stretch: Stretch) -> int:
        months = self._loaded.months[channel.site]
        return int(np.searchsorted(months, stretch.from_ts, side="right")) - 1

    def bounds(self, channel: Channel, month: int) -> tuple[int, int]:
        """The first and the last slot, counted from 1970, of the months that a model sees."""
        months = self._loaded.months[channel.site]
        first = months[max(1, month - MONTHS_AROUND)]
        last = months[min(len(months) - 1, month + MONTHS_AROUND + 1)]
        return int(first) // channel.seconds, int(last) // channel.seconds

    def series(self, site: str, meter: str, month: int, seconds: int) -> Series | None:
        """A meter on the grid of another; None where its intervals have another length."""
        number = self._numbers.get((site, meter))
        if number is None or self._judged[number].channel.seconds != seconds:
            return None
        if (number, month) not in self._laid:
            channel = self._judged[number].channel
            first, _ = self.bounds(channel, month)
            local = self._local_seconds(channel, month)
            self._laid[number, month] = _laid(self._judged[number], first, local)
        return self._laid[number, month]

    def _local_seconds(self, channel: Channel, month: int) -> Integers:
        """The local time of each slot: one array for all meters that share it."""
        key = channel.site, month, channel.seconds
        if key not in self._local:
            first, last = self.bounds(channel, month)
            ts = np.arange(first, last) * channel.seconds
            self._local[key] = self._loaded.local_seconds(channel.site, ts)
        return self._local[key]


def _laid(judged: Judged, first: int, local: Integers) -> Series:
    seconds = judged.channel.seconds
    span = np.array([first - 1, first + len(local) + 1]) * seconds
    steps = judged.steps.where(slice(*np.searchsorted(judged.steps.ts, span).tolist()))
    whole = (steps.state != MISSING) & (steps.seconds == seconds)
    place = (steps.ts[whole] + seconds // 2) // seconds - first
    within = (place >= 0) & (place < len(local))
    counts = np.zeros(len(local), np.int64)
    known = np.zeros(len(local), np.bool_)
    place = place[within]
    counts[place] = steps.count[whole][within]
    known[place] = True
    return Series(judged.channel.meter, seconds, local, counts, known)


def _estimated(
    grids: _Grids, loaded: Loaded, channel: Channel, month: int, stretches: list[Stretch]
) -> tuple[list[tuple[Stretch, Estimate]], list[tuple[Stretch, str]]]:
    """The stretches of a meter that begin in a month: their estimates, and why others have none."""
    if not channel.estimate_seconds:  # none is asked for
        return [], []
    related = relatives_of(loaded.sites[channel.site], channel.meter)
    laid = {
        meter: series
        for meter in (channel.meter, *related)
        if (series := grids.series(channel.site, meter, month, channel.seconds)) is not None
    }
    own = laid[channel.meter]
    own = laid[channel.meter] = replace(own, known=own.known.copy())
    first, last = grids.bounds(channel, month)
    by_gap: dict[tuple[int, int], Stretch] = {}
    left: list[tuple[Stretch, str]] = []
    for stretch in stretches:
        place = (stretch.from_ts + channel.seconds // 2) // channel.seconds - first
        slots = _slots(stretch, channel.seconds)
        if place >= 0 and place + slots <= last - first and slots:
            by_gap[place, slots] = stretch
            own.known[place : place + slots] = False
        else:  # it reaches beyond the months around it
            left.append((stretch, LEFT["too long"]))
    gaps = [Gap(channel.meter, place, slots) for place, slots in by_gap]
    made, not_made = estimate_gaps(
        laid, gaps, {channel.meter: related}, longest_seconds=channel.estimate_seconds
    )
    left += ((by_gap[each.gap.first, each.gap.slots], LEFT[each.why]) for each in not_made)
    return [(by_gap[each.gap.first, each.gap.slots], each) for each in made], left


def _slots(stretch: Stretch, seconds: int) -> int:
    return (stretch.to_ts - stretch.from_ts + seconds // 2) // seconds


def _left_row(channel: Channel, stretch: Stretch, rule: str) -> dict[str, Any]:
    """A quality event that says why a stretch is not estimated."""
    return {
        "site": channel.site, "subject": channel.meter, "rule": rule,
        "from_ts": instant_of(stretch.from_ts), "to_ts": instant_of(stretch.to_ts),
        "slots": _slots(stretch, channel.seconds),
    }  # fmt: skip


def _with_estimates(
    channel: Channel, steps: Steps, chosen: list[tuple[Stretch, Estimate]]
) -> Filled:
    kept = np.ones(len(steps), np.bool_)
    added = [steps]
    rows = []
    for stretch, estimate in chosen:
        inside = (steps.ts >= stretch.from_ts) & (steps.ts < stretch.to_ts)
        kept &= ~(inside & (steps.state == MISSING))
        slots, ts = estimate.gap.slots, _instants(stretch, channel.seconds, estimate)
        after = np.append(ts[1:], stretch.to_ts)
        rule = _rules_at(steps.where(inside), ts)
        added.append(
            Steps(ts, after - ts, estimate.counts, np.full(slots, ESTIMATED, np.int8), rule)
        )
        rows.append(_estimate_row(channel, stretch, estimate, RULES[int(rule[0])]))
    whole = Steps.merged([steps.where(kept), *added[1:]])
    return Filled(whole, rows)


def _instants(stretch: Stretch, seconds: int, estimate: Estimate) -> Integers:
    """The start of each slot of an estimate."""
    ts: Integers = stretch.from_ts + seconds * np.arange(estimate.gap.slots, dtype=np.int64)
    return ts


def _rules_at(missing: Steps, ts: Integers) -> np.ndarray:
    """The rule that left each instant without an amount; what no reading covers is a gap."""
    if not len(missing):
        return np.full(len(ts), GAP, np.int8)
    place = np.searchsorted(missing.ts, ts, side="right") - 1
    covers = (place >= 0) & (ts < (missing.ts + missing.seconds)[place])
    return np.where(covers, missing.rule[place], GAP).astype(np.int8)


def _estimate_row(
    channel: Channel, stretch: Stretch, estimate: Estimate, rule: str
) -> dict[str, Any]:
    return {
        "site": channel.site, "meter": channel.meter, "from_ts": instant_of(stretch.from_ts),
        "to_ts": instant_of(stretch.to_ts), "slots": estimate.gap.slots, "rule": rule,
        "model": estimate.model, "amount": int(estimate.counts.sum()) * channel.per_count,
        "low": estimate.low * channel.per_count, "high": estimate.high * channel.per_count,
        "trials": estimate.trials,
    }  # fmt: skip
