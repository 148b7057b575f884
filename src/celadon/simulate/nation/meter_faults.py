"""Faults planted into readings: what collection systems lose, repeat and mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np

from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.meters import SLOTS_A_DAY
from celadon.simulate.nation.readings import MeterReadings
from celadon.simulate.nation.truth import Planted

_Told = tuple[int, int, str, str, str]
"""First slot, first slot no longer concerned, size, expected rule, why."""

_Plant = Callable[[np.random.Generator, MeterReadings], _Told]

_MARGIN = 30 * SLOTS_A_DAY


def plant_meter_faults(
    seed: int, enterprise: Enterprise, readings: Sequence[MeterReadings], number: int, year: int
) -> list[Planted]:
    """Plant so many faults, each into a part meter of its own, in place.

    The main meters stay right, so that the account of a faulty enterprise is the one that it would
    have without these faults.
    """
    generator = draws(seed, enterprise.number, "meter faults")
    parts = [one for one in readings if one.meter.parent]
    chosen = generator.permutation(len(parts))[:number]
    found = []
    for index in chosen:
        one = parts[int(index)]
        kinds = [kind for kind, (fits, _) in KINDS.items() if fits in ("", one.meter.kind)]
        kind = kinds[int(generator.integers(len(kinds)))]
        start, end, size, expected, why = KINDS[kind][1](generator, one)
        found.append(
            Planted(
                enterprise.site,
                f"meter/{kind}",
                one.meter.id,
                _local(year, start),
                _local(year, end),
                size,
                expected,
                why,
            )
        )
    return found


def _local(year: int, slot: int) -> str:
    first = dt.datetime(year, 1, 1)  # noqa: DTZ001  local, as the truth is told
    return (first + dt.timedelta(minutes=15 * slot)).isoformat(timespec="minutes")


def _place(generator: np.random.Generator, one: MeterReadings, length: int) -> int:
    """A drawn slot around which the meter runs: in the day, with no stillness near."""
    still = one.counts if one.meter.kind == "interval" else np.diff(one.counts)
    usual = float(still.mean())
    for _ in range(200):
        day = int(generator.integers(_MARGIN, len(still) - _MARGIN)) // SLOTS_A_DAY
        slot = day * SLOTS_A_DAY + int(generator.integers(28, 60))
        if float(still[slot - 8 : slot + length + 8].min()) > 0.3 * usual:
            return slot
    return _MARGIN


def _gap(generator: np.random.Generator, one: MeterReadings) -> _Told:
    length = int(generator.integers(8, 120))
    start = _place(generator, one, min(length, 24))
    one.present[start : start + length] = False
    if one.meter.kind == "register":
        why = "no readings of a register: it spans the gap and its total stays exact"
        return start, start + length, f"{length} readings", "quality:gap_healed", why
    return start, start + length, f"{length} readings", "quality:gap", "no readings"


def _stuck(generator: np.random.Generator, one: MeterReadings) -> _Told:
    length = int(generator.integers(32, 64))
    start = _place(generator, one, 24)
    one.counts[start : start + length] = one.counts[start]
    return start, start + length, f"{length} readings", "quality:stuck", "repeats its last value"


def _spike(generator: np.random.Generator, one: MeterReadings) -> _Told:
    start = _place(generator, one, 1)
    one.counts[start] *= 40
    return start, start + 1, "x 40", "quality:spike", "one value above the physical maximum"


def _x1000(generator: np.random.Generator, one: MeterReadings) -> _Told:
    length = int(generator.integers(16, 48))
    start = _place(generator, one, 24)
    one.counts[start : start + length] *= 1000
    return start, start + length, "x 1000", "quality:x1000", "the unit mistaken"


def _reset(generator: np.random.Generator, one: MeterReadings) -> _Told:
    start = _place(generator, one, 1)
    one.counts[start:] -= one.counts[start]
    return start, start + 1, "to 0", "quality:reset", "a register that began again from zero"


def _clock(generator: np.random.Generator, one: MeterReadings) -> _Told:
    """The meter's clock runs an hour late for some weeks."""
    start = _place(generator, one, 24) // SLOTS_A_DAY * SLOTS_A_DAY
    length = 21 * SLOTS_A_DAY
    one.counts[start + 4 : start + length] = one.counts[start : start + length - 4].copy()
    why = "a clock an hour late; a load that is the same at all hours does not show it"
    return start, start + length, "1 h", "", why


KINDS: dict[str, tuple[str, _Plant]] = {
    "gap": ("", _gap),
    "stuck": ("interval", _stuck),
    "spike": ("interval", _spike),
    "x1000": ("interval", _x1000),
    "reset": ("register", _reset),
    "clock_shift": ("interval", _clock),
}
"""The faults of meters by kind, each with the kind of meter that has it; empty for any."""
