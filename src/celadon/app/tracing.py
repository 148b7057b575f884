"""From a meter's stretch of time back to the files and rows that it was read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.app.result import SiteRun
from celadon.app.workspace import Workspace
from celadon.engine import definition
from celadon.records.ledger.batches import read_batches
from celadon.records.ledger.ledger import Batch
from celadon.records.period import Period, midnight_utc
from celadon.records.source_rows import SHEET_STEP

_MOST_SHEETS = 1 << 20
_MISPLACED = dt.timedelta(days=1)
"""How much too early the stamp of a row can be."""


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of one file, of one sheet of a workbook: the first, the last, and how many readings of
    a meter stand among them."""

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
        values: dict[str, Any] = {
            "from_ts": start.isoformat(),
            "to_ts": end.isoformat(),
            "closes": self._meters[meter].kind == "register",
            "seconds": self._meters[meter].minutes * 60,
        }
        rows = read_batches("reading", batches, ["meter", "ts", "source_row"])
        parts, delivered = _by_sheet(batches, rows.filter(pc.equal(rows["meter"], meter)))
        values["positions"] = list(range(len(parts)))
        with duckdb.connect(":memory:") as connection:
            connection.register("delivered", delivered)
            found = connection.execute(definition("celadon.app", "traced_rows"), values).fetchall()
        return _by_file((*parts[number - 1], *rest) for number, *rest in found)


def _by_sheet(batches: Sequence[Batch], rows: pa.Table) -> tuple[list[tuple[Batch, int]], pa.Table]:
    """Each sheet of each batch by its place in a list, and rows that name their place in it."""
    number = rows["source_row"].to_numpy()
    keys = rows["position"].to_numpy() * _MOST_SHEETS + number // SHEET_STEP
    order = {batch.position: place for place, batch in enumerate(batches)}
    known = sorted(np.unique(keys).tolist(), key=lambda key: (order[key // _MOST_SHEETS], key))
    place = {key: at for at, key in enumerate(known)}
    parts = [(batches[order[key // _MOST_SHEETS]], key % _MOST_SHEETS) for key in known]
    within = pa.array(number % SHEET_STEP)
    names = rows.schema.names
    rows = rows.set_column(names.index("source_row"), "source_row", within)
    told = pa.array(np.array([place[key] for key in keys.tolist()], np.int64))
    return parts, rows.set_column(names.index("position"), "position", told)


def _by_file(found: Iterable[tuple[Any, ...]]) -> list[SourceRows]:
    by_source: dict[tuple[str, int], SourceRows] = {}
    for batch, sheet, first, last, readings in found:
        known = by_source.get((batch.source, sheet))
        named = batch.sheets[sheet : sheet + 1]
        by_source[batch.source, sheet] = SourceRows(
            " › ".join((batch.source_name, *named)),
            min(first, known.first) if known else first,
            max(last, known.last) if known else last,
            readings + (known.readings if known else 0),
        )
    return list(by_source.values())
