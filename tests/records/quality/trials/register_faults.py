"""Faults of a register: reset, rollover, exchange, frozen transmission, misreadings.

The dial is turned once through the trial with everything that happens to it; readings that are
wrong though the dial is right are written over what it shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tests.records.quality.trials.draft import Counts, Draft, Fault

BROKEN = ("reset", "spike", "misreading", "exchange")
"""What may be said of a register whose readings do not go on from one to the next."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to a dial within a slot.

    Parameters
    ----------
    slot : the slot in which it happens.
    opening : what it shows afterwards, at that instant.
    passed : what passed in the slot before that instant.
    """

    slot: int
    opening: int
    passed: int


def turn_dial(truth: Counts, opening: int, modulus: int | None, turn: Turn | None = None) -> Counts:
    """What the dial shows at each instant, from one at which it shows ``opening``."""
    passed = np.concatenate([[0], np.cumsum(truth)])
    dial = opening + passed
    if turn is not None:
        dial[turn.slot + 1 :] += turn.opening - turn.passed - int(dial[turn.slot])
    return np.asarray(dial if modulus is None else dial % modulus, dtype=np.int64)


def plant_turns(draft: Draft, kinds: Sequence[str]) -> None:
    """Let the dial turn anew at drawn places, in the order of time; a rollover comes first."""
    places: list[int] = []
    for _ in kinds:
        first = draft.place(1, lambda slot: bool(draft.truth[slot] > 0))
        if first is not None and draft.truth[first] > 0:
            draft.reserve(first, first + 1)
            places.append(first)
    in_turn = sorted(kinds, key=lambda kind: kind != "rollover")
    for kind, first in zip(in_turn, sorted(places), strict=False):
        TURNS[kind](draft, first)


def _rollover(draft: Draft, first: int) -> None:
    """The dial is set so that it passes its end in the slot."""
    if draft.modulus is None:
        raise ValueError("a register without an end never passes it")
    passed = int(draft.draws.integers(1, draft.truth[first] + 1))
    opening = draft.modulus - int(draft.truth[:first].sum()) - passed
    draft.shown = turn_dial(draft.truth, opening, draft.modulus)
    size = f"at {draft.modulus}"
    draft.plant(Fault("rollover", first, first + 1, size, ("rollover",), "m"))


def _reset(draft: Draft, first: int) -> None:
    """The register loses its supply and begins again at zero within the slot."""
    before, after = _begin_anew(draft, first, 0, _some(draft, first))
    promised = after < before and not _looks_turned(draft, before, after)
    size, needs = f"{before} -> {after}", frozenset([first])
    draft.plant(Fault("reset", first, first + 1, size, ("reset",), "m", promised, needs))


def _exchange(draft: Draft, first: int) -> None:
    """A new register is put in within the slot, and a record says so."""
    opening = _opening_of_new(draft, first)
    minute = int(draft.draws.integers(1, draft.minutes))
    passed = int(draft.truth[first]) * minute // draft.minutes
    before, after = _begin_anew(draft, first, opening, passed)
    ts = draft.at(first) + dt.timedelta(minutes=minute)
    closing = before + passed
    draft.exchanges.append((ts, closing % draft.modulus if draft.modulus else closing, opening))
    size = f"{before} .. {closing}, {opening} .. {after}"
    draft.plant(Fault("exchange", first, first + 1, size, ("exchange",), "m"))


def _unrecorded(draft: Draft, first: int) -> None:
    """A new register is put in within the slot, and nobody says so."""
    opening = _opening_of_new(draft, first)
    before, after = _begin_anew(draft, first, opening, _some(draft, first))
    falls = after < before and not _looks_turned(draft, before, after)
    size, needs = f"{before} -> {after}", frozenset([first])
    promised = falls or after - before > draft.most()
    draft.plant(Fault("unrecorded", first, first + 1, size, BROKEN, "m", promised, needs))


TURNS: Mapping[str, Callable[[Draft, int], None]] = {
    "rollover": _rollover,
    "reset": _reset,
    "exchange": _exchange,
    "unrecorded": _unrecorded,
}
"""What can happen to a dial in a slot."""


def _opening_of_new(draft: Draft, first: int) -> int:
    """Zero, or what a register has that ran elsewhere; it does not pass its end again."""
    if draft.draws.random() < 0.5:
        return 0
    rest = int(draft.truth[first:].sum())
    bound = (draft.modulus or 4 * (int(draft.shown[first]) + rest)) - rest
    return int(draft.draws.integers(0, max(1, bound)))


def _some(draft: Draft, first: int) -> int:
    """A drawn part of what passes in the slot."""
    return int(draft.draws.integers(0, draft.truth[first] + 1))


def _begin_anew(draft: Draft, first: int, opening: int, passed: int) -> tuple[int, int]:
    """Begin again within a slot, after ``passed`` of it; the readings around it."""
    before = int(draft.shown[first])
    turn = Turn(0, opening, passed)
    draft.shown[first:] = turn_dial(draft.truth[first:], before, draft.modulus, turn)
    return before, int(draft.shown[first + 1])


def _looks_turned(draft: Draft, before: int, after: int) -> bool:
    """Whether a fall is what a rollover would show."""
    return draft.modulus is not None and after - before + draft.modulus <= draft.most()


def plant_frozen(draft: Draft, *, small: bool) -> bool:
    """The transmission repeats a reading; the dial goes on and is seen again afterwards."""
    after = draft.stuck_after
    length = int(draft.draws.integers(2, after)) if small else draft.log_uniform(after, 8 * after)
    first = draft.place(length + 1, lambda slot: _passed(draft, slot, length) > draft.most())
    if first is None:
        return False
    end = first + length + 1
    passed = _passed(draft, first, length)
    promised = length >= after and passed > draft.most()
    draft.shown[first:end] = draft.shown[first]
    draft.reserve(first, end)
    size = f"{length} readings equal while {passed} passed, at most {draft.most()} in a slot"
    rules = ("frozen",)
    draft.plant(Fault("frozen", first, end, size, rules, "m", promised, frozenset([end - 1])))
    return True


def _passed(draft: Draft, first: int, length: int) -> int:
    return int(draft.truth[first : first + length + 1].sum())


def plant_misreading(draft: Draft, *, small: bool) -> bool:
    """One to four readings off, by a wrong digit or by an amount."""
    length = 1 if draft.draws.random() < 0.6 else int(draft.draws.integers(2, 5))
    first = draft.place(length + 1)
    if first is None:
        return False
    end = first + length  # readings first + 1 .. end are wrong: slots first .. end
    right = draft.shown[first + 1 : end + 1].copy()
    if draft.modulus is not None and draft.shown[first] > draft.shown[end + 1]:
        return False  # the dial passes its end just here
    before, after = int(draft.shown[first]), int(draft.shown[end + 1])

    def is_seen(amount: int) -> bool:
        single = length == 1 and not before <= int(right[0]) + amount <= after
        return single or abs(amount) > draft.most(length + 1)

    drawn = [_misread(draft, int(right[0]), length, small=small) for _ in range(20)]
    sound = [amount for amount in drawn if amount and int(right.min()) + amount >= 0]
    if not sound:
        return False
    amount = next((amount for amount in sound if is_seen(amount) != small), sound[0])
    wrong = right + amount
    draft.shown[first + 1 : end + 1] = wrong
    draft.reserve(first, end + 1)
    size = f"{length} readings off by {amount}, {before} .. {after} around them"
    needs = frozenset(range(first + 1, end + 1))
    draft.plant(
        Fault("misreading", first, end + 1, size, ("misreading",), "m", is_seen(amount), needs)
    )
    return True


def _misread(draft: Draft, reading: int, length: int, *, small: bool) -> int:
    """By how much a reading is off: one digit of it mistaken, or small steps."""
    if small:
        return int(draft.draws.integers(1, max(2, draft.most(length + 1)))) * (
            1 if draft.draws.random() < 0.5 else -1
        )
    digits = len(str(max(reading, 1)))
    place = 10 ** int(draft.draws.integers(0, digits))
    digit = reading // place % 10
    other = (digit + int(draft.draws.integers(1, 10))) % 10
    return int((other - digit) * place)
