"""Faults planted into good readings, and the list of them that is the truth.

Each fault is one that plants have: a lost telegram, a line sent twice, a stuck transmitter, a unit
mistaken. Where and how large is drawn from the seed. One cannot be seen by any rule on the
readings; it is listed like the others, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from celadon.exact import decimal_text, parse_decimal
from celadon.simulate.clock import SLOTS_PER_DAY, Clock, Counts
from celadon.simulate.meters import Readings

EVERY_METER = "*"
"""Stands in the list of faults for all meters of a file."""

LATE_DAY = (6, 17)
"""Month and day that the monthly file lacks and that a later file brings."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One planted fault: a row of the truth.

    Parameters
    ----------
    fault : its kind.
    meter : the meter, or ``*`` for all meters of the file.
    from_slot, to_slot : first slot concerned, first no longer concerned.
    magnitude : what the file says minus what was true, over those slots, in the unit as written.
    expected_rule : rule of the quality checks that ought to see it; empty where none can.
    why : what happened, or why no rule can see it.
    """

    fault: str
    meter: str
    from_slot: int
    to_slot: int
    magnitude: str
    expected_rule: str
    why: str

    @property
    def slots(self) -> int:
        """How many slots are concerned."""
        return self.to_slot - self.from_slot

    @property
    def detectable(self) -> bool:
        """Whether any rule on the readings can see it."""
        return bool(self.expected_rule)


@dataclass(slots=True)
class FileFaults:
    """What is wrong with the files themselves rather than with a meter.

    Parameters
    ----------
    repeated : slots whose line stands twice, each with the cells that differ the second time.
    swapped : (first slot, length): two blocks of that length stand in the wrong order.
    late : (first slot, first slot after) that the monthly file lacks.
    """

    repeated: dict[int, dict[str, int]] = field(default_factory=dict)
    swapped: list[tuple[int, int]] = field(default_factory=list)
    late: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Planter:
    clock: Clock
    readings: dict[str, Readings]
    truth: list[PlantedFault] = field(default_factory=list)
    files: FileFaults = field(default_factory=FileFaults)

    def place(self, name: str, month: int, length: int, meter: str = "") -> int:
        """A drawn slot in the day shift of a working day of the month; the meter runs around it."""
        draws = self.clock.draws(f"fault/{name}")
        while True:
            slot = self.clock.slot(month, int(draws.integers(3, 26)), 6) + int(
                draws.integers(0, 40)
            )
            if not meter or self.readings[meter].meter.kind != "interval":
                return slot
            if np.all(self.readings[meter].counts[slot - 12 : slot + length + 12] > 0):
                return slot

    def note(
        self, fault: str, meter: str, start: int, end: int, counts: int, rule: str, why: str
    ) -> None:
        """Write a fault down; ``counts`` is recorded minus true."""
        magnitude = "0"
        if counts:
            resolution = self.readings[meter].meter.resolution
            decimals = len(resolution.partition(".")[2])
            magnitude = decimal_text(counts * parse_decimal(resolution), decimals)
        self.truth.append(PlantedFault(fault, meter, start, end, magnitude, rule, why))

    def overwrite(
        self, fault: str, meter: str, month: int, length: int, change: Callable[[Counts], Counts],
        rule: str, why: str,
    ) -> None:  # fmt: skip
        """Replace a run of an interval meter by a change of its true values."""
        start = self.place(f"{fault}/{meter}", month, length, meter)
        window = slice(start, start + length)
        true = self.readings[meter].counts[window].copy()
        self.readings[meter].counts[window] = change(true)
        added = int(self.readings[meter].counts[window].sum() - true.sum())
        self.note(fault, meter, start, start + length, added, rule, why)


def plant_faults(
    clock: Clock, readings: dict[str, Readings]
) -> tuple[list[PlantedFault], FileFaults]:
    """Plant every kind of fault into the readings, in place.

    Returns
    -------
    The truth in the order of time, and the faults that belong to the files.
    """
    planter = _Planter(clock, readings)
    _plant_slow_and_unseen(planter)
    _plant_wrong_values(planter)
    _plant_gaps(planter)
    _plant_register_faults(planter)
    _plant_file_faults(planter)
    planter.truth.sort(key=lambda fault: (fault.from_slot, fault.fault, fault.meter))
    return planter.truth, planter.files


def _plant_wrong_values(planter: _Planter) -> None:
    planter.overwrite(
        "stuck", "steam-coking-use", 11, 40, lambda true: np.full_like(true, true[0]), "stuck",
        "the transmitter repeats its last value",
    )  # fmt: skip
    planter.overwrite(
        "spike", "cog-sinter", 3, 1, lambda true: true * 6, "spike",
        "one value above the physical maximum",
    )  # fmt: skip
    planter.overwrite(
        "spike", "steam-services", 7, 1, lambda true: true * 60, "spike",
        "one value far above its neighbours, yet below the physical maximum",
    )  # fmt: skip
    planter.overwrite(
        "x1000", "el-nitrogen", 5, 24, lambda true: true * 1000, "x1000",
        "values in Wh sent as kWh; they also pass the physical maximum",
    )  # fmt: skip
    planter.overwrite(
        "x1000", "air-furnace", 12, 40, lambda true: true * 1000, "x1000",
        "values in litres sent as Nm3; the meter declares no maximum",
    )  # fmt: skip


def _plant_slow_and_unseen(planter: _Planter) -> None:
    planter.overwrite(
        "drift", "cog-rolling", 10, 45 * SLOTS_PER_DAY,
        lambda true: np.rint(true * 1.02).astype(np.int64), "drift",
        "a calibration error of 2 % for some weeks: it changes no shape, and shows only against "
        "the main meter and the others below it",
    )  # fmt: skip
    planter.overwrite(
        "filled_gap", "air-made", 9, 8,
        lambda true: np.full_like(true, round(float(true.mean()))), "",
        "the source system filled a gap of two hours with its mean: plausible values, and a run "
        "too short to be called stuck",
    )  # fmt: skip


def _plant_gaps(planter: _Planter) -> None:
    for meter, month, length in (("el-coking", 2, 14), ("bfg-stoves", 11, 60)):
        start = planter.place(f"gap/{meter}", month, length, meter)
        window = slice(start, start + length)
        planter.readings[meter].present[window] = False
        lost = int(planter.readings[meter].counts[window].sum())
        why = "no readings of an interval meter: the amount is unknown"
        planter.note("gap", meter, start, start + length, -lost, "gap", why)
    day = planter.clock.slot(3, int(planter.clock.draws("fault/gap/midnight").integers(3, 26)))
    for meter, start, length, where in (
        ("el-oxygen", day - 8, 20, "over midnight"),
        ("natural-gas", planter.place("gap/natural-gas", 10, 10), 10, "within a day"),
    ):
        planter.readings[meter].present[start : start + length] = False
        why = f"no readings of a register {where}: it spans the gap and its total stays exact"
        planter.note("gap", meter, start, start + length, 0, "gap_healed", why)


def _plant_register_faults(planter: _Planter) -> None:
    slot = planter.place("reset", 4, 1)
    counts = planter.readings["el-rolling"].counts
    step = int(counts[slot + 1] - counts[slot])
    fall = int(counts[slot + 1]) - step // 2
    counts[slot + 1 :] -= fall
    why = "the register lost its supply and began again at zero within the interval"
    planter.note("reset", "el-rolling", slot, slot + 1, -fall, "reset", why)

    water = planter.readings["water-intake"]
    dial = int(parse_decimal(water.meter.modulus or "0") / parse_decimal(water.meter.resolution))
    slot = planter.place("rollover", 7, 1)
    step = int(water.counts[slot + 1] - water.counts[slot])
    water.counts += dial - int(water.counts[slot]) - step // 2
    water.counts %= dial
    why = "the register passed the end of its dial; nothing is lost"
    planter.note("rollover", "water-intake", slot, slot + 1, -dial, "rollover", why)


def _plant_file_faults(planter: _Planter) -> None:
    clock, files = planter.clock, planter.files
    slot = planter.place("duplicate", 1, 1)
    files.repeated[slot] = {}
    why = "one line of the file stands twice, alike in every cell"
    planter.note("duplicate", EVERY_METER, slot, slot + 1, 0, "duplicate", why)

    slot = planter.place("conflict", 5, 1, "el-converter")
    true = int(planter.readings["el-converter"].counts[slot])
    files.repeated[slot] = {"el-converter": true + true // 7}
    why = "the line stands twice, and this cell differs the second time"
    planter.note("conflict", "el-converter", slot, slot + 1, true // 7, "conflict", why)
    why = "the other cells of the line that stands twice"
    planter.note("duplicate", EVERY_METER, slot, slot + 1, 0, "duplicate", why)

    slot = planter.place("out_of_order", 9, 24)
    files.swapped.append((slot, 12))
    why = "two blocks of three hours stand in the wrong order"
    planter.note("out_of_order", EVERY_METER, slot, slot + 24, 0, "out_of_order", why)

    start = clock.slot(*LATE_DAY)
    files.late = (start, start + SLOTS_PER_DAY)
    why = "the day is not in its monthly file; a file sent after July's brings it"
    planter.note("late", EVERY_METER, *files.late, 0, "late", why)
