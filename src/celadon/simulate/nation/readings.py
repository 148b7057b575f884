"""Quarter-hour readings of an enterprise's meters, whose sums are what its year was drawn to be.

A day's part of the year is laid over its 96 quarter hours by the rhythm of work, with scatter;
part meters divide the main meter's flow, less what none of them sees. Counts are differences of a
floored running sum, so that no rounding adds up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from celadon.records.tables import READING
from celadon.simulate.nation.days import Days, days_of_year
from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.figures import assumed, rhythm
from celadon.simulate.nation.meters import MODULUS, SLOTS_A_DAY, SimulatedMeter

Counts = NDArray[np.int64]
Flow = NDArray[np.float64]

_MICROSECONDS = 15 * 60 * 1_000_000
_FROM_UTC = dt.timedelta(hours=8)


@dataclass(slots=True)
class MeterReadings:
    """The readings of one meter: a count for each slot, a register with one more at the end.

    ``present`` tells which of them were sent; faults change both in place.
    """

    meter: SimulatedMeter
    counts: Counts
    present: NDArray[np.bool_]


def simulate_readings(
    seed: int, enterprise: Enterprise, days: Days, meters: Sequence[SimulatedMeter]
) -> list[MeterReadings]:
    """The readings of all meters without any fault, by the meters' ids."""
    shape = _slots(seed, enterprise, days, days.drawn)
    wet = _slots(seed, enterprise, days, days.made)
    parts = [meter for meter in meters if meter.parent]
    split = _split(seed, enterprise, parts, shape)
    found = []
    for meter in meters:
        if meter.parent:
            flow = split[parts.index(meter)]
        else:
            flow = meter.total / meter.size * (wet if meter.carrier == "fresh_water" else shape)
        found.append(_read(seed, enterprise, meter, flow))
    return sorted(found, key=lambda one: one.meter.id)


def _slots(seed: int, enterprise: Enterprise, days: Days, shares: NDArray[np.float64]) -> Flow:
    """The part of the year in each quarter hour."""
    night = rhythm(enterprise.sector.rhythm).night
    hour = np.arange(SLOTS_A_DAY) / 4
    pace = np.where((hour >= 6) & (hour < 22), 1.0, night)
    generator = draws(seed, enterprise.number, f"slots/{shares is days.made}")
    scatter = generator.standard_normal((len(shares), SLOTS_A_DAY))
    day = pace * np.clip(1 + assumed("slot_noise") * scatter, 0.5, 1.5)
    day *= (shares / day.sum(axis=1))[:, np.newaxis]
    return np.asarray(day.ravel(), dtype=np.float64)


def _split(
    seed: int, enterprise: Enterprise, parts: Sequence[SimulatedMeter], shape: Flow
) -> NDArray[np.float64]:
    """What each part meter of electricity counts, in counts a slot."""
    generator = draws(seed, enterprise.number, "parts")
    weights = np.asarray([part.share for part in parts])
    scatter = generator.standard_normal((len(parts), len(shape)), dtype=np.float32)
    np.clip(scatter, -4, 4, out=scatter)
    scatter *= np.float32(assumed("slot_noise"))
    scatter += 1
    scatter *= weights[:, np.newaxis].astype(np.float32)
    level = shape * (weights.sum() / scatter.sum(axis=0))
    year = np.asarray([part.total / part.share / part.size for part in parts])
    return np.asarray(scatter * level * year[:, np.newaxis])


def _read(seed: int, enterprise: Enterprise, meter: SimulatedMeter, flow: Flow) -> MeterReadings:
    shown = np.floor(np.cumsum(flow)).astype(np.int64)
    counts = np.empty(len(shown) + (meter.kind == "register"), dtype=np.int64)
    if meter.kind == "register":
        generator = draws(seed, enterprise.number, f"register/{meter.id}")
        counts[0] = generator.integers(1000, MODULUS // 2)
        np.add(shown, counts[0], out=counts[1:])
    else:
        counts[0] = shown[0]
        np.subtract(shown[1:], shown[:-1], out=counts[1:])
    return MeterReadings(meter, counts, np.ones(len(counts), dtype=bool))


def reading_table(year: int, readings: Sequence[MeterReadings]) -> pa.Table:
    """The readings as rows of the table ``reading``, sorted by meter and time.

    Each row of the source is thought to hold a meter's day, as collection systems keep their curves
    of 96 points.
    """
    days = days_of_year(year)
    names = pa.array([one.meter.id for one in readings], pa.string())
    slots = [np.flatnonzero(one.present) for one in readings]
    meter = np.repeat(np.arange(len(readings), dtype=np.int32), [len(slot) for slot in slots])
    slot = np.concatenate(slots)
    first = dt.datetime(year, 1, 1, tzinfo=dt.UTC) - _FROM_UTC
    start = int(first.timestamp()) * 1_000_000
    counts = np.concatenate([one.counts[one.present] for one in readings])
    return pa.table(
        [
            pa.DictionaryArray.from_arrays(pa.array(meter), names).cast(pa.string()),
            pa.array(start + slot * _MICROSECONDS, pa.timestamp("us")),
            pa.array(counts),
            pa.nulls(len(slot), pa.string()),
            pa.array(2 + meter.astype(np.int64) * (days + 1) + slot // SLOTS_A_DAY),
        ],
        schema=READING.arrow(),
    )
