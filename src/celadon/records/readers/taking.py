"""Sheets into rows of the ledger, by the kind that their profile says they are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from celadon.records.finding import Finding
from celadon.records.readers.equipment_rows import read_equipment
from celadon.records.readers.exchange_files import read_exchanges
from celadon.records.readers.profile import Profile
from celadon.records.readers.reading_files import read_readings
from celadon.records.readers.row_files import read_activity, read_samples
from celadon.records.readers.settlement_rows import read_settlements
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site
from celadon.reference import Carrier

Taken = tuple[pa.Table, list[Finding]]
_READERS: dict[str, Callable[[Grid, Profile, Site], Taken]] = {
    "reading": read_readings,
    "exchange": read_exchanges,
    "sample": read_samples,
    "equipment": read_equipment,
    "settlement": read_settlements,
}


def take_rows(grid: Grid, profile: Profile, site: Site, carriers: Mapping[str, Carrier]) -> Taken:
    """The rows of one sheet, of the schema that the profile's kind names, and what is not taken."""
    if profile.kind == "activity":
        return read_activity(grid, profile, site, dict(carriers))
    return _READERS[profile.kind](grid, profile, site)
