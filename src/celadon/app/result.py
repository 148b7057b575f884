"""What a run leaves: a site's declaration, its header, and its tables by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from celadon.accounts.pollutants.tables import MONITORED_DAY
from celadon.accounts.tables import CERTIFICATE, LEAF, LEAF_INPUT, PARAMETER
from celadon.app.load import LOAD, QUALITY_SHARE
from celadon.assess.tables import VERDICT
from celadon.records.balances.drift_found import METER_DRIFT
from celadon.records.balances.tables import METER_BALANCE, RECONCILED
from celadon.records.period import Period
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR, STATE_DAY
from celadon.records.site import Site
from celadon.records.tables import FINDING, METER_DAY, QUALITY_EVENT, SHARED_DAY
from celadon.tables import Schema

CACHED: tuple[Schema, ...] = (
    LEAF, LEAF_INPUT, PARAMETER, FINDING, VERDICT, METER_DAY, SHARED_DAY, QUALITY_EVENT, METER_TIME,
    ESTIMATE, REPAIR, STATE_DAY, METER_BALANCE, RECONCILED, METER_DRIFT, LOAD, QUALITY_SHARE,
    MONITORED_DAY, CERTIFICATE,
)  # fmt: skip
"""Tables that a run leaves in the cache of each site."""


@dataclass(frozen=True, slots=True)
class SiteRun:
    """One site's run: its declaration, header and tables by name.

    ``anew`` is how many meters were judged for it; the results of the others still held.
    """

    site: Site
    period: Period
    header: dict[str, Any]
    tables: dict[str, pa.Table]
    anew: int = 0

    def table(self, schema: Schema) -> pa.Table:
        """The table of a schema."""
        return self.tables[schema.name]
