"""What meters sum to by day: the tables ``meter_day`` and ``meter_time`` of one site."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from celadon.records.quality.passes import Integers
from celadon.records.quality.slots import Channel
from celadon.records.quality.tables import METER_TIME
from celadon.records.tables import METER_DAY

_EPOCH_DAY = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class DaySums:
    """The days of some meters of a site.

    Parameters
    ----------
    sums : by meter and day: measured and estimated amount in small units; seconds measured,
        estimated and missing.
    readings : of each meter, within the period.
    """

    channels: Sequence[Channel]
    sums: Integers
    readings: Integers

    @classmethod
    def joined(cls, parts: Sequence[DaySums]) -> Self:
        """The days of all meters of several parts, in the order of their meters."""
        channels = [channel for part in parts for channel in part.channels]
        order = sorted(range(len(channels)), key=lambda place: channels[place].channel)
        return cls(
            [channels[place] for place in order],
            np.concatenate([part.sums for part in parts])[order],
            np.concatenate([part.readings for part in parts])[order],
        )

    def of(self, meters: Collection[str]) -> DaySums:
        """The same of those meters only."""
        kept = [place for place, c in enumerate(self.channels) if c.meter in meters]
        if len(kept) == len(self.channels):
            return self
        return DaySums([self.channels[p] for p in kept], self.sums[kept], self.readings[kept])

    def day_table(self, first: np.datetime64) -> pa.Table:
        """Rows of ``meter_day`` for the days of which anything is said; ``first``: the first."""
        meter, day = np.nonzero(self.sums[:, :, 2:].any(axis=2))
        found = self.sums[meter, day]
        days = (first - _EPOCH_DAY).astype(np.int64) + day
        return pa.table(
            {
                **self._names(pa.array(meter)),
                "day": pa.array(days.astype(np.int32)).cast(pa.date32()),
                "measured": found[:, 0],
                "estimated": found[:, 1],
                "seconds_missing": found[:, 4],
            },
            METER_DAY.arrow(),
        )

    def time_table(self) -> pa.Table:
        """Rows of ``meter_time``."""
        seconds = self.sums[:, :, 2:].sum(axis=1)
        return pa.table(
            {
                **self._names(pa.array(np.arange(len(self.channels)))),
                "readings": self.readings,
                "measured": seconds[:, 0],
                "estimated": seconds[:, 1],
                "missing": seconds[:, 2],
            },
            METER_TIME.arrow(),
        )

    def _names(self, rows: pa.Array) -> dict[str, pa.Array]:
        """Site and meter of each row, that is given by the place of its meter."""
        sites = pa.array([channel.site for channel in self.channels], pa.string())
        meters = pa.array([channel.meter for channel in self.channels], pa.string())
        return {"site": sites.take(rows), "meter": meters.take(rows)}
