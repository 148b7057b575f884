"""What a worker is told to do, and what it tells of a shard that it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from celadon.app.national.parts import Part
from celadon.app.national.sharding import Shard
from celadon.errors import CeladonError, Fault
from celadon.records.period import Period


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to run shards.

    Parameters
    ----------
    basis : what all parts rest on; days, lineage : whether the days of meters are left too, and
        what explains every leaf.
    """

    folder: Path
    period: Period
    basis: str
    threads: int
    days: bool
    lineage: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A site that could not be run, and why."""

    site: str
    error: str
    summary: str
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, site: str, error: Exception) -> Failed:
        """What an error says of a site."""
        if isinstance(error, CeladonError):
            return cls(site, type(error).__name__, error.summary, error.faults)
        place = str(getattr(error, "filename", None) or f"site {site}")
        found = str(error).partition("\n")[0]
        remedy = f"run the site alone, `celadon run {site}`, and check its files"
        fault = Fault((place,), found, "the site's files can be read and computed", remedy)
        return cls(site, type(error).__name__, f"{site} could not be computed", (fault,))


@dataclass(frozen=True, slots=True)
class Done:
    """A shard that was run: its part, if any site of it could be, and the sites that could not.

    ``phases`` are CPU seconds by floor.
    """

    shard: Shard
    part: Part | None
    failed: tuple[Failed, ...]
    phases: Mapping[str, float]
