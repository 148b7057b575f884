"""From flows to readings: what each declared meter would have written down, as integer counts.

Amounts are rounded as a meter rounds: the running total is cut to its resolution, and an interval
is the difference of two totals, so that no rounding is ever lost or counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celadon.exact import parse_decimal
from celadon.records.site import Meter, Site
from celadon.simulate.clock import Clock, Counts, Flow
from celadon.simulate.works import Works


@dataclass(slots=True)
class Readings:
    """The readings of one meter over a year.

    Parameters
    ----------
    meter : its declaration.
    counts : in counts of its resolution; one per slot, and for a register one more that closes the
        last slot. Intervals belong to the slot, registers and states to the instant it begins.
    present : whether each reading reached the file.
    """

    meter: Meter
    counts: Counts
    present: NDArray[np.bool_]

    @property
    def unit_per_count(self) -> float:
        """How much of its unit, as the file writes it, one count is."""
        return float(parse_decimal(self.meter.resolution))


def read_meters(works: Works, site: Site) -> dict[str, Readings]:
    """What every declared meter reads, before any fault, in the order of their declaration.

    Raises
    ------
    KeyError
        If the declaration names a meter that the works does not simulate.
    """
    return dict(_read(works, site))


def amounts(readings: Readings) -> Counts:
    """The counts recorded in each slot: the steps of a register, or the values as they stand."""
    if readings.meter.kind == "register":
        return np.diff(readings.counts)
    return readings.counts


def _read(works: Works, site: Site) -> Iterator[tuple[str, Readings]]:
    for meter in site.meters:
        if meter.kind == "state":
            size = float(parse_decimal(meter.resolution))
            counts = np.rint(works.states[meter.id] / size).astype(np.int64)
        else:
            totals = _running_total(works.flows[meter.id], float(meter.count_size))
            counts = np.diff(totals)
            if meter.kind == "register":
                counts = totals + _opening(works.clock, meter)
        yield meter.id, Readings(meter, counts, np.ones(len(counts), dtype=np.bool_))


def _running_total(flow: Flow, count_size: float) -> Counts:
    total = np.concatenate([[0.0], np.cumsum(flow)]) / count_size
    return np.floor(total).astype(np.int64)


def _opening(clock: Clock, meter: Meter) -> int:
    """A register has run before: it opens the year somewhere in the first third of its dial."""
    if meter.modulus is None:
        return 0
    dial = int(parse_decimal(meter.modulus) / parse_decimal(meter.resolution))
    return int(clock.draws(f"opening/{meter.id}").integers(dial // 20, dial * 3 // 10))
