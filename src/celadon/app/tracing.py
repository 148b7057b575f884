"""From a meter's stretch of time back to the files and rows that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from celadon.app.result import SiteRun
from celadon.app.workspace import Workspace
from celadon.engine import definition
from celadon.records.ledger import Batch
from celadon.records.period import Period, midnight_utc


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of one file: the first, the last, and how many readings of a meter stand among them."""

    file: str
    first: int
    last: int
    readings: int


class Tracer:
    """Finds the rows of the files behind the readings of one run, by the stamps that they carry.

    A stamp that a quality rule has put right is looked for where its file says it is.
    """

    def __init__(self, workspace: Workspace, result: SiteRun) -> None:
        self._site = result.site
        position = result.header["read"]["position"]
        ledger = workspace.ledger(result.site.id)
        self._batches: list[Batch] = ledger.batches("reading", position)
        self._kinds = {meter.id: meter.kind for meter in result.site.meters}

    def rows_of(self, meter: str, period: Period) -> list[SourceRows]:
        """What was read of a meter in a period, file by file in the order of the ledger.

        A file that was committed in several batches is told once.
        """
        if not self._batches:
            return []
        zone = ZoneInfo(self._site.zone)
        values = {
            "paths": [str(batch.path) for batch in self._batches],
            "meter": meter,
            "from_ts": midnight_utc(period.from_day, zone).isoformat(),
            "to_ts": midnight_utc(period.to_day, zone).isoformat(),
            "closes": self._kinds[meter] == "register",
        }
        with duckdb.connect(":memory:") as connection:
            found = connection.execute(definition("celadon.app", "traced_rows"), values).fetchall()
        return self._by_file(found)

    def _by_file(self, found: list[tuple[Any, ...]]) -> list[SourceRows]:
        by_source: dict[str, SourceRows] = {}
        for number, first, last, readings in found:
            batch = self._batches[number - 1]
            known = by_source.get(batch.source)
            by_source[batch.source] = SourceRows(
                batch.source_name,
                min(first, known.first) if known else first,
                max(last, known.last) if known else last,
                readings + (known.readings if known else 0),
            )
        return list(by_source.values())
