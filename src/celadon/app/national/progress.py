"""How far a national run is: sites, readings, the rate, and the time that is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_PER_SITE = 50_000
"""What a site weighs beside its readings, in readings."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a run stands.

    Parameters
    ----------
    sites, readings : done in this run, of ``all_sites`` and ``all_readings``.
    kept : sites that an earlier run had done.
    failed : sites that could not be run.
    seconds : since the run began.
    """

    sites: int
    all_sites: int
    readings: int
    all_readings: int
    kept: int
    failed: int
    seconds: float

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1."""
        whole = self.all_readings + _PER_SITE * self.all_sites
        return (self.readings + _PER_SITE * self.sites) / whole if whole else 1.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the rate so far; None before anything is done."""
        return self.seconds * (1 - self.share) / self.share if self.share else None

    @property
    def sites_a_second(self) -> float:
        """The rate in sites."""
        return self.sites / self.seconds if self.seconds else 0.0

    @property
    def readings_a_second(self) -> float:
        """The rate in readings."""
        return self.readings / self.seconds if self.seconds else 0.0


Told = Callable[[Stand], None]
"""Called when a shard is done."""
