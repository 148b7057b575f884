"""The model that fills a stretch from one relative: a parent, a sibling, a production meter.

The line of least squares is taken slot by slot over the stretches before and after, in exact
rationals; its total is rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from celadon.records.estimates.arithmetic import (
    Flags,
    Ints,
    Whole,
    divide,
    multiply,
    running_total,
    total_of_products,
)
from celadon.records.estimates.history import History, Series, within

TRAINING_DAYS: Final = 3
"""Days on either side that a line of least squares rests on, at least."""

TRAINING_LENGTHS: Final = 3
"""How many times the stretch's length on either side it rests on, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Relative:
    """The regression of a meter on one relative, known throughout the stretch.

    Counts are taken from an origin near the middle of each meter's range: a line of least squares
    does not depend on it, and the sums stay small. ``both`` to ``xy`` are running totals: of the
    slots known of both, of the relative's and the meter's counts there, of squares and products.
    """

    name: str
    other: History
    origins: tuple[int, int]
    both: Ints
    x: Ints
    y: Ints
    xx: Whole
    xy: Whole

    @classmethod
    def of(cls, history: History, other: History) -> Relative | None:
        """The regression on a relative, or none if it is not on the meter's own grid."""
        aligned = _on_grid(history.series, other)
        if aligned is None:
            return None
        both = aligned.series.known & history.series.known
        origins = _middle(aligned.counts), _middle(history.counts)
        x = np.where(both, aligned.counts - origins[0], 0)
        y = np.where(both, history.counts - origins[1], 0)
        return cls(
            f"relative:{other.series.meter}",
            aligned,
            origins,
            running_total(both.astype(np.int64)),
            running_total(x),
            running_total(y),
            total_of_products(x, x),
            total_of_products(x, y),
        )

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """Slots x intercept + slope x the relative's total."""
        constant, slope, scale, usable = self._line(history, places, slots)
        given = np.where(usable, self.other.sums(places, slots)[0] - self.origins[0] * slots, 0)
        total = divide(multiply(constant, np.array([slots])) + multiply(slope, given), scale)
        total = total + self.origins[1] * slots
        return (total if history.signed else np.maximum(total, 0)), usable

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """Intercept + slope x the relative, slot by slot."""
        constant, slope, scale, _ = self._line(history, places, slots)
        given = self.other.counts[places[:, None] + np.arange(slots)] - self.origins[0]
        base = constant + multiply(scale, np.array([self.origins[1]]))
        return base[:, None] + multiply(slope[:, None], given), scale

    def _line(
        self, history: History, places: Ints, slots: int
    ) -> tuple[Whole, Whole, Whole, Flags]:
        """Intercept and slope of each place, both as so many of ``1 / scale``."""
        reach = max(TRAINING_DAYS * history.day, TRAINING_LENGTHS * slots)
        first, last = (
            within(places - reach, history.slots),
            within(places + slots + reach, history.slots),
        )
        inner, outer = places, places + slots

        def trained(total: Whole) -> Whole:
            # ``take`` on plain arrays costs half of what indexing does
            return np.asarray(
                total.take(inner) - total.take(first) + total.take(last) - total.take(outer)
            )

        number = trained(self.both)
        usable = self.other.sums(places, slots)[1] & (number >= max(history.day, 12))
        x, y, xx, xy = (trained(total) for total in (self.x, self.y, self.xx, self.xy))
        run = multiply(number, xx) - multiply(x, x)
        rise = multiply(number, xy) - multiply(x, y)
        usable &= (run > 0).astype(np.bool_)
        run, rise = np.where(usable, run, 1), np.where(usable, rise, 0)
        constant = multiply(y, run) - multiply(rise, x)
        slope = multiply(rise, number)
        scale = multiply(run, np.maximum(number, 1))
        return np.where(usable, constant, 0), slope, scale, usable


def _middle(counts: Ints) -> int:
    return (int(counts.max()) + int(counts.min())) // 2 if counts.size else 0


def _on_grid(series: Series, other: History) -> History | None:
    """The other meter in the slots of the series; none if its slots are others."""
    local, theirs = series.local, other.series.local
    if other.series.seconds != series.seconds or not local.size or not theirs.size:
        return None
    if theirs is local or np.array_equal(theirs, local):
        return other
    at = int(theirs[0] - local[0]) // series.seconds
    here = slice(max(at, 0), min(local.size, at + theirs.size))
    there = slice(max(-at, 0), max(-at, 0) + here.stop - here.start)
    if here.stop <= here.start or not np.array_equal(local[here], theirs[there]):
        return None
    counts, known = np.zeros_like(series.counts), np.zeros_like(series.known)
    counts[here], known[here] = other.counts[there], other.series.known[there]
    return History.of(Series(other.series.meter, series.seconds, local, counts, known))
