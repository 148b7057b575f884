"""The record of a site of a batch: what it rests on, what came of it, and its rows of the tables.

A record is written at once and last. A kill at any instant loses the sites that were being planned,
and no other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from celadon.app.disk import refusing_full_disk
from celadon.app.microgrids.tables import FLOW, MICROGRID_SITE
from celadon.chain import sha256_text

_RECORDS = "records"

PLANNED, SCREENED, UNSOLVED, ENDED = "planned", "screened", "unsolved", "ended"
"""States that are asked for by name; the others are those of a design without a plan."""

FOUND = (PLANNED, SCREENED)
"""States of sites for which there is something to tell."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a site.

    Parameters
    ----------
    site : its name; state : the digest of what it rests on.
    seconds : the limit under which it was planned; None without one.
    flows : whether its part of the flows was left.
    rows : of each table, as plain data.
    of : the table in which the site itself has its row.
    """

    site: str
    state: str
    seconds: float | None
    flows: bool
    rows: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    of: str = MICROGRID_SITE.name

    @property
    def head(self) -> dict[str, Any]:
        """The row of the site itself."""
        return self.rows[self.of][0]

    @property
    def status(self) -> str:
        """What came of it."""
        return str(self.head["status"])

    def holds(self, state: str, seconds: float | None, *, flows: bool) -> bool:
        """Whether the site need not be planned again.

        What the time did not suffice for is tried again when there is more of it; a process that
        was ended is always tried again.
        """
        if self.state != state or self.status == ENDED:
            return False
        if self.status == UNSOLVED and self.seconds is not None:
            return seconds is not None and seconds <= self.seconds
        return self.flows or not flows or self.status != PLANNED


def write_record(folder: Path, record: Record) -> None:
    """Write a record at once, in place of an earlier one.

    Raises
    ------
    DiskFullError
        If there is no room left.
    """
    path = _path(folder, record.site)
    partial = path.with_suffix(".partial")
    with refusing_full_disk(folder, "site"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            text = json.dumps(asdict(record), ensure_ascii=False)
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def read_record(folder: Path, site: str) -> Record | None:
    """The record of a site; None where there is none that can be read."""
    try:
        record = Record(**json.loads(_path(folder, site).read_bytes()))
        known = record.site == site and bool(record.status)
    except (OSError, ValueError, TypeError, LookupError):  # of another celadon, or of a crash
        return None
    return record if known else None


def flow_path(folder: Path, site: str) -> Path:
    """Where the flows of a site lie."""
    return folder / FLOW.name / f"part-{_name(site)}.parquet"


def sweep(folder: Path, sites: frozenset[str]) -> None:
    """Remove what belongs to no site of the batch any more."""
    names = {_name(site) for site in sites}
    for path in (folder / _RECORDS).glob("*"):
        if path.suffix != ".json" or path.stem not in names:
            path.unlink()
    for path in (folder / FLOW.name).glob("part-*.parquet"):
        if path.stem.removeprefix("part-") not in names:
            path.unlink()


def _name(site: str) -> str:
    """A name for a file, which any name of a folder has."""
    return sha256_text(site)[:20]


def _path(folder: Path, site: str) -> Path:
    return folder / _RECORDS / f"{_name(site)}.json"
