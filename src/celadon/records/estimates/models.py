"""The models that can fill a stretch from the meter itself: lines, like windows, its usual amount.

Each gives the total of a stretch at many places, and the shape of its slots, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from celadon.records.estimates.arithmetic import (
    SAFE,
    Flags,
    Ints,
    Whole,
    divide,
    multiply,
    peak,
)
from celadon.records.estimates.history import (
    AFTER,
    BEFORE,
    BOTH,
    WEEKS,
    History,
    Likeness,
    days_around,
    within,
)

MOST_WEEKS: Final = 6
"""How many like windows of the weeks around are taken, of the eight looked at."""

MOST_DAYS: Final = 2
"""How many like windows of the days around are taken."""


class Model(Protocol):
    """A way to fill a stretch, with what it needs already decided for a gap."""

    @property
    def name(self) -> str:
        """The name under which an estimate cites it."""

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The estimate at each place, and whether what it needs is known there."""

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """Per place and slot a whole number, and per place how many of it make one count."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line between the means of ``width`` slots before and after.

    Where only one side is known, its mean is held.
    """

    name: str
    width: int
    sides: int

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The mean of both ends, over all slots."""
        before, after, known = self._ends(history, places, slots)
        ends = 2 if self.sides == BOTH else 1
        both = multiply(before + after, np.array([slots]))
        return divide(both, np.array([ends * self.width])), known

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """The line at the middle of each slot, the ends lying half a slot outside."""
        before, after, _ = self._ends(history, places, slots)
        if self.sides != BOTH:
            level = np.repeat((before + after)[:, None], slots, axis=1)
            return level, np.full(places.shape, self.width)
        number = np.arange(1, slots + 1)
        line = multiply(before[:, None], number[::-1]) + multiply(after[:, None], number)
        return line, np.full(places.shape, self.width * (slots + 1))

    def _ends(self, history: History, places: Ints, slots: int) -> tuple[Ints, Ints, Flags]:
        before, known_before = history.sums(places - self.width, self.width)
        after, known_after = history.sums(places + slots, self.width)
        if self.sides == BEFORE:
            return before, np.zeros_like(after), known_before
        if self.sides == AFTER:
            return np.zeros_like(before), after, known_after
        return before, after, known_before & known_after


@dataclass(frozen=True, slots=True)
class Profile:
    """The median total of like windows; its slots share it as those windows did together."""

    name: str
    like: Likeness

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The median; of an even number of windows, the mean of the middle two."""
        starts, taken, enough = self.like.take(history, places, slots)
        totals = np.where(taken, history.sums(starts, slots)[0], SAFE)
        totals.sort(axis=0)
        middle = totals[(self.like.windows - 1) // 2] + totals[self.like.windows // 2]
        return divide(np.where(enough, middle, 0), np.array(2)), enough

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """The sum of the windows, slot by slot."""
        starts, taken, _ = self.like.take(history, places, slots)
        return window_shape(history, starts, taken, slots), np.full(places.shape, self.like.windows)


@dataclass(frozen=True, slots=True)
class Scaled:
    """Like windows, scaled by what the slots next to the stretch counted to what theirs did."""

    name: str
    like: Likeness

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The sum of the windows x what lies next to the stretch / what lies next to them."""
        starts, taken, enough = self.like.take(history, places, slots)
        beside = np.where(taken, neighbours(history, self.like, starts, slots)[0], 0).sum(axis=0)
        inside = np.where(taken, history.sums(starts, slots)[0], 0).sum(axis=0)
        here, known = neighbours(history, self.like, places, slots)
        usable = enough & known & (beside > 0)
        numerator = multiply(np.where(usable, inside, 0), np.where(usable, here, 0))
        return divide(numerator, np.where(usable, beside, 1)), usable

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """The sum of the windows, slot by slot; only its proportions are used."""
        starts, taken, _ = self.like.take(history, places, slots)
        return window_shape(history, starts, taken, slots), np.ones(places.shape, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Shifted:
    """Like windows, each slot shifted by what the slots next to the stretch were above theirs."""

    name: str
    like: Likeness

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:
        """The mean of the windows + the mean shift of a slot, over all slots."""
        starts, taken, enough = self.like.take(history, places, slots)
        shift, known = self._shift(history, places, starts, taken, slots)
        inside = np.where(taken, history.sums(starts, slots)[0], 0).sum(axis=0)
        scale = self.like.windows * self._beside
        usable = enough & known
        total = multiply(inside, np.array([self._beside])) + multiply(shift, np.array([slots]))
        total = divide(np.where(usable, total, 0), np.array([scale]))
        return total if history.signed else np.maximum(total, 0), usable

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:
        """The mean of the windows, slot by slot, with the shift added to each."""
        starts, taken, _ = self.like.take(history, places, slots)
        shift, _ = self._shift(history, places, starts, taken, slots)
        shape = multiply(window_shape(history, starts, taken, slots), np.array([self._beside]))
        return shape + shift[:, None], np.full(places.shape, self.like.windows * self._beside)

    @property
    def _beside(self) -> int:
        return self.like.margin_before + self.like.margin_after

    def _shift(
        self, history: History, places: Ints, starts: Ints, taken: Flags, slots: int
    ) -> tuple[Ints, Flags]:
        """By how much the slots beside are above those of the windows, windows x slots beside."""
        beside = np.where(taken, neighbours(history, self.like, starts, slots)[0], 0).sum(axis=0)
        here, known = neighbours(history, self.like, places, slots)
        return here * self.like.windows - beside, known


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """The median total that this meter had in such stretches, whatever else was going on."""

    name: str
    total: int
    weights: Whole
    scale: int

    def totals(self, history: History, places: Ints, slots: int) -> tuple[Ints, Flags]:  # noqa: ARG002
        """The same at every place."""
        known = np.ones(places.shape, dtype=np.bool_)
        return np.full(places.shape, self.total, dtype=np.int64), known

    def shape(self, history: History, places: Ints, slots: int) -> tuple[Whole, Whole]:  # noqa: ARG002
        """The mean of those stretches, slot by slot."""
        return np.tile(self.weights, (places.size, 1)), np.full(places.shape, self.scale)


def usual(history: History, places: Ints, slots: int) -> Usual:
    """The usual amount of a stretch, from the places where one was known."""
    totals = np.sort(history.sums(places, slots)[0])
    middle = totals[(totals.size - 1) // 2] + totals[totals.size // 2]
    taken = np.ones((places.size, 1), dtype=np.bool_)
    weights = window_shape(history, places[:, None], taken, slots)[0]
    return Usual("usual", int(divide(np.array([middle]), np.array(2))[0]), weights, places.size)


def neighbours(history: History, like: Likeness, starts: Ints, slots: int) -> tuple[Ints, Flags]:
    """The counts in the margins next to stretches, and whether those are known."""
    before, known_before = history.sums(starts - like.margin_before, like.margin_before)
    after, known_after = history.sums(starts + slots, like.margin_after)
    return before + after, known_before & known_after


def window_shape(history: History, starts: Ints, taken: Flags, slots: int) -> Ints:
    """The sum of the windows taken, per place and slot."""
    number, last = np.arange(slots), history.slots - 1
    if starts.shape[1] == 1:  # many windows at one place: together
        window = history.counts[within(starts[taken][:, None] + number, last)]
        return np.asarray(window.sum(axis=0, dtype=np.int64)[None, :])
    total = np.zeros((starts.shape[1], slots), dtype=np.int64)
    for start, take in zip(starts, taken, strict=True):
        window = history.counts[within(start[:, None] + number, last)]
        total += np.where(take[:, None], window, 0)
    return total


def spread(history: History, totals: Ints, shape: Whole, scale: Whole) -> Ints:
    """Totals laid over their slots in the proportions of a shape; each row adds to its total.

    A slot is the difference of two rounded running totals. A meter that counts below zero keeps
    the shape as it is and lays what is left evenly over it.
    """
    slots = shape.shape[1]
    if peak(shape) * slots >= SAFE:
        shape = shape.astype(object)
    if history.signed:
        left = multiply(totals, scale) - shape.sum(axis=1)
        passed = multiply(np.cumsum(shape, axis=1), np.array([slots]))
        passed = passed + multiply(left[:, None], np.arange(1, slots + 1))
        running = divide(passed, multiply(scale, np.array([slots]))[:, None])
    else:
        shape = np.maximum(shape, 0)
        empty = shape.sum(axis=1) == 0
        passed = np.cumsum(np.where(empty[:, None], 1, shape), axis=1)
        running = divide(multiply(totals[:, None], passed), passed[:, -1:])
    return np.diff(running, axis=1, prepend=0)


def own_models(history: History, places: Ints, slots: int) -> list[list[Model | None]]:
    """Per family, the model that each gap has what it needs for, or none.

    A model remembers how many like windows the gap has and on which sides, so that it is tried
    where it is given no more than at the gap.
    """
    hour = history.hour
    weeks = Likeness(WEEKS)
    days = Likeness(days_around(history, slots))
    weeks_beside = Likeness(WEEKS, hour, hour)
    days_beside = Likeness(days_around(history, slots, hour), hour, hour)
    families = [
        _lines("line", 1, history, places, slots),
        _lines("level", 4, history, places, slots),
        _alike(Profile, "profile", MOST_WEEKS, weeks, history, places, slots),
        _alike(Profile, "day_profile", MOST_DAYS, days, history, places, slots),
    ]
    if not history.signed:
        families.append(
            _alike(Scaled, "scaled_profile", MOST_WEEKS, weeks_beside, history, places, slots)
        )
    shifted = _alike(Shifted, "shifted_day_profile", MOST_DAYS, days_beside, history, places, slots)
    return [*families, shifted]


def _lines(name: str, width: int, history: History, places: Ints, slots: int) -> list[Model | None]:
    before = history.sums(places - width, width)[1]
    after = history.sums(places + slots, width)[1]
    models: list[Model | None] = [None, *(Line(name, width, sides) for sides in (1, 2, 3))]
    return [models[code] for code in before * BEFORE + after * AFTER]


def _alike(
    kind: type[Profile] | type[Scaled] | type[Shifted],
    name: str,
    most: int,
    like: Likeness,
    history: History,
    places: Ints,
    slots: int,
) -> list[Model | None]:
    known = like.find(history, places, slots)[1]
    known &= np.cumsum(known, axis=0) <= most
    if like.margin_before:
        known &= neighbours(history, like, places, slots)[1]
    earlier = np.array(like.days)[:, None] < 0
    sides = np.where((known & earlier).any(axis=0), BEFORE, 0)
    sides += np.where((known & ~earlier).any(axis=0), AFTER, 0)
    made: dict[tuple[int, int], Model | None] = {(0, 0): None}
    windows: list[int] = known.sum(axis=0).tolist()
    found = list(zip(windows, sides.tolist(), strict=True))
    for count, side in set(found) - {(0, 0)}:
        chosen = Likeness(like.days, like.margin_before, like.margin_after, count, side)
        made[count, side] = kind(name, chosen)
    return [made[key] for key in found]
