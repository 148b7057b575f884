"""Trying models where the truth is known: which one to use, and how far it errs.

For a gap of so many slots, the *places* are stretches of as many slots, known throughout, that
begin in the same hour of the day. On one day in three they choose the model, on the other two they
calibrate its interval: what chooses is never what measures.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from celadon.records.estimates.arithmetic import Flags, Ints
from celadon.records.estimates.history import DAY, History
from celadon.records.estimates.models import Model, Usual, spread, usual

FEWEST_TRIALS: Final = 20
"""Separate places that an interval rests on, at least."""

SOUND_TRIALS: Final = 39
"""Separate places from which on the errors found can bound 95 % on both sides."""

CLASS_TRIALS: Final = 50
"""Separate places that each class of jumps has, at least, before there is more than one."""

MOST_CLASSES: Final = 3
"""Classes of jumps: little, middling, much."""

ENOUGH_PLACES: Final = 120
"""Separate places wanted before the hours of the day are taken together."""

HOURS_TOGETHER: Final = (1, 3, 6, 24)
"""How many hours of the day are taken together, until there are enough places."""

MOST_CHOOSING, MOST_CALIBRATING, MOST_SHAPES = 240, 1_200, 120
"""Places tried at most for choosing, for calibrating, and for the intervals of slots."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The places of one length and time of day.

    Parameters
    ----------
    choosing, calibrating : where the places are.
    separate : length of the blocks in which places count once, in slots.
    """

    choosing: Ints
    calibrating: Ints
    separate: int
    usual: Usual


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a model errs, from the places of one class of jumps.

    Parameters
    ----------
    below, above : truth less estimate, the 2.5 % and 97.5 % bounds, in counts of the whole stretch.
    trials : separate places behind them.
    places : where they are.
    """

    below: int
    above: int
    trials: int
    places: Ints


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a model errs, by how much the level jumps over the stretch.

    Parameters
    ----------
    overall : at all places.
    jumps : the jumps of the places that have one, rising.
    classes : those places from little to much; none if there are too few for two classes.
    """

    overall: Spread
    jumps: Ints
    classes: tuple[Spread, ...]

    def of(self, jump: int | None) -> Spread:
        """How far it errs where the level jumps like this; None where nobody can tell."""
        if jump is None or not self.classes:
            return self.overall
        smaller = int(np.searchsorted(self.jumps, jump))
        last = len(self.classes) - 1
        return self.classes[min(smaller * len(self.classes) // self.jumps.size, last)]

    def beyond(self, jump: int | None) -> bool:
        """Whether hardly any place jumped as much: fewer than one in fifty."""
        if jump is None:
            return False
        return 50 * (self.jumps.size - int(np.searchsorted(self.jumps, jump))) < self.jumps.size


@dataclass(slots=True)
class Bench:
    """The backtests of one meter for gaps of one length, each made once."""

    history: History
    slots: int
    _places: Ints = field(init=False)
    _hours: Ints = field(init=False)
    _pools: dict[tuple[int, int], Pool | None] = field(default_factory=dict)
    _ranked: dict[Hashable, list[Model]] = field(default_factory=dict)
    _scores: dict[Hashable, Fraction | None] = field(default_factory=dict)
    _calibrated: dict[Hashable, Calibration | None] = field(default_factory=dict)
    _slot_errors: dict[Hashable, tuple[Ints, Ints]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = np.arange(max(0, self.history.slots - self.slots + 1))
        self._places = first[self.history.sums(first, self.slots)[1]]
        self._hours = self.history.series.local[self._places] % DAY // 3600

    def pool(self, first: int) -> Pool | None:
        """The places to try for a gap, or none if there is nothing to try."""
        hour = int(self.history.series.local[first]) % DAY // 3600
        for together in HOURS_TOGETHER:
            key = together, hour // together
            if key not in self._pools:
                self._pools[key] = self._pool(self._places[self._hours // together == key[1]])
            pool = self._pools[key]
            if pool is not None and self._trials(pool) >= ENOUGH_PLACES:
                break
        return pool

    def best(self, pool: Pool, models: tuple[Model, ...]) -> tuple[Model, Calibration] | None:
        """The model that errs least, and how far; none if no model was tried often enough."""
        key = id(pool), models
        if key not in self._ranked:
            self._ranked[key] = self._rank(pool, models)
        for model in self._ranked[key]:
            calibration = self.calibration(pool, model)
            if calibration is not None:
                return model, calibration
        return None

    def calibration(self, pool: Pool, model: Model) -> Calibration | None:
        """How far a model errs; none if it was tried too seldom."""
        key = id(pool), model
        if key not in self._calibrated:
            self._calibrated[key] = self._calibrate(pool, model)
        return self._calibrated[key]

    def slot_errors(self, pool: Pool, model: Model, jump_class: Spread) -> tuple[Ints, Ints]:
        """The 2.5 % and 97.5 % bounds of truth less estimate, slot by slot."""
        key = id(pool), model, id(jump_class)
        if key not in self._slot_errors:
            places = thinned(jump_class.places, MOST_SHAPES)
            totals, _ = model.totals(self.history, places, self.slots)
            shape, scale = model.shape(self.history, places, self.slots)
            laid = spread(self.history, totals, shape, scale)
            truth = self.history.counts[places[:, None] + np.arange(self.slots)]
            errors = np.sort(truth - laid, axis=0)
            self._slot_errors[key] = bounds(errors, jump_class.trials)
        return self._slot_errors[key]

    def _trials(self, pool: Pool) -> int:
        both = pool.choosing, pool.calibrating
        return sum(separate(places, pool.separate) for places in both)

    def _pool(self, places: Ints) -> Pool | None:
        blocks = places // max(self.slots, self.history.day) % 3 == 0
        choosing = thinned(places[blocks], MOST_CHOOSING)
        calibrating = thinned(places[~blocks], MOST_CALIBRATING)
        if not choosing.size or not calibrating.size:
            return None
        own = max(self.slots, self.history.hour)
        return Pool(choosing, calibrating, own, usual(self.history, choosing, self.slots))

    def _errors(self, model: Model, places: Ints) -> tuple[Ints, Flags]:
        estimate, known = model.totals(self.history, places, self.slots)
        return self.history.sums(places, self.slots)[0] - estimate, known

    def _rank(self, pool: Pool, models: tuple[Model, ...]) -> list[Model]:
        scores = []
        for order, model in enumerate((*models, pool.usual)):
            key = id(pool), model
            if key not in self._scores:
                self._scores[key] = self._score(pool, model)
            score = self._scores[key]
            if score is not None:
                scores.append((score, order, model))
        return [model for _, _, model in sorted(scores, key=lambda found: found[:2])]

    def _score(self, pool: Pool, model: Model) -> Fraction | None:
        """The mean magnitude of a model's errors where it is chosen; none if it is too seldom."""
        errors, known = self._errors(model, pool.choosing)
        if 2 * separate(pool.choosing[known], pool.separate) < FEWEST_TRIALS:
            return None
        magnitudes = np.abs(errors[known])
        return Fraction(int(magnitudes.sum()), magnitudes.size)

    def _calibrate(self, pool: Pool, model: Model) -> Calibration | None:
        errors, known = self._errors(model, pool.calibrating)
        places, errors = pool.calibrating[known], errors[known]
        before, after, both = self.history.levels(places, self.slots)
        jumps = np.abs(after - before)
        trials = separate(places, pool.separate)
        if trials < FEWEST_TRIALS:
            return None
        overall = self._class(places, errors, pool.separate)
        order = np.flatnonzero(both)[np.argsort(jumps[both], kind="stable")]
        wanted = min(MOST_CLASSES, separate(places[order], pool.separate) // CLASS_TRIALS)
        parts = np.array_split(order, wanted) if wanted > 1 else []
        classes = tuple(self._class(places[p], errors[p], pool.separate) for p in parts)
        return Calibration(overall, jumps[order], classes)

    def _class(self, places: Ints, errors: Ints, block: int) -> Spread:
        trials = separate(places, block)
        below, above = bounds(np.sort(errors)[:, None], trials)
        return Spread(int(below[0]), int(above[0]), trials, np.sort(places))


def separate(places: Ints, block: int) -> int:
    """How many blocks of so many slots the places lie in; those in one block count once."""
    blocks = np.sort(places) // block
    return int(np.count_nonzero(blocks[1:] != blocks[:-1])) + 1 if blocks.size else 0


def thinned(places: Ints, most: int) -> Ints:
    """Every n-th place, n being the least that leaves no more than ``most``."""
    return places[:: max(1, -(-places.size // most))]


def bounds(errors: Ints, trials: int) -> tuple[Ints, Ints]:
    """The 2.5 % and 97.5 % bounds of errors that rise down the rows, for each column.

    With n errors from t separate trials, n (t - 39) / (40 t) of them, rounded down, are left out at
    either end: for n = t the split-conformal bounds. Below 39 trials none is left out and the range
    is widened about its middle, (39 + t) / 2 t times.

    Examples
    --------
    >>> errors = np.arange(-50, 51)[:, None]
    >>> [bound.tolist() for bound in bounds(errors, 101)]
    [[-49], [49]]
    >>> [bound.tolist() for bound in bounds(errors, 26)]
    [[-63], [63]]
    """
    count = errors.shape[0]
    if trials >= SOUND_TRIALS:
        left_out = count * (trials - SOUND_TRIALS) // (40 * trials)
        return errors[left_out], errors[count - 1 - left_out]
    wider = errors[-1] - errors[0]
    more = -(-wider * (SOUND_TRIALS - trials) // (4 * trials))
    return errors[0] - more, errors[-1] + more
