"""From a meter's stretch of time back to the files and rows that it was read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.compute as pc

from celadon.app.result import SiteRun
from celadon.app.workspace import Workspace
from celadon.engine import definition
from celadon.records.ledger.batches import read_batches
from celadon.records.ledger.ledger import Batch
from celadon.records.period import Period, midnight_utc

_MISPLACED = dt.timedelta(days=1)
"""How much too early the stamp of a row can be."""


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of one file: the first, the last, and how many readings of a meter stand among them."""

    file: str
    first: int
    last: int
    readings: int


class Tracer:
    """Finds the rows of the files behind the readings of one run, by their stamps."""

    def __init__(self, workspace: Workspace, result: SiteRun) -> None:
        self._site = result.site
        position = result.header["read"]["position"]
        ledger = workspace.ledger(result.site.id)
        self._batches: list[Batch] = ledger.batches("reading", position)
        self._meters = {meter.id: meter for meter in result.site.meters}

    def rows_of(self, meter: str, period: Period) -> list[SourceRows]:
        """What was read of a meter in a period, file by file in the order of the ledger.

        A file that was committed in several batches is told once.
        """
        zone = ZoneInfo(self._site.zone)
        start, end = (midnight_utc(day, zone) for day in (period.from_day, period.to_day))
        batches = [
            batch
            for batch in self._batches
            if batch.first_ts
            and batch.last_ts
            and batch.first_ts <= end
            and batch.last_ts >= start - _MISPLACED
        ]
        if not batches:
            return []
        values = {
            "positions": [batch.position for batch in batches],
            "from_ts": start.isoformat(),
            "to_ts": end.isoformat(),
            "closes": self._meters[meter].kind == "register",
            "seconds": self._meters[meter].minutes * 60,
        }
        rows = read_batches("reading", batches, ["meter", "ts", "source_row"])
        with duckdb.connect(":memory:") as connection:
            connection.register("delivered", rows.filter(pc.equal(rows["meter"], meter)))
            found = connection.execute(definition("celadon.app", "traced_rows"), values).fetchall()
        return _by_file((batches[number - 1], *rest) for number, *rest in found)


def _by_file(found: Iterable[tuple[Any, ...]]) -> list[SourceRows]:
    by_source: dict[str, SourceRows] = {}
    for batch, first, last, readings in found:
        known = by_source.get(batch.source)
        by_source[batch.source] = SourceRows(
            batch.source_name,
            min(first, known.first) if known else first,
            max(last, known.last) if known else last,
            readings + (known.readings if known else 0),
        )
    return list(by_source.values())
