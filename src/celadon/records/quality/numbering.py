"""The numbers by which the rules know meters and files, and how counts of then are read now.

``sql/channel.sql``, ``sql/delivery.sql`` and ``sql/recount.sql`` define them; here they are made
from the few rows at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.records.ledger.in_force import Batch
from celadon.records.quality.passes import NONE
from celadon.records.quality.slots import Channel

_INSTANTS = ("from_ts", "to_ts", "life_from", "life_to")
_LIMITS = ("maximum", "modulus")
_MICROSECONDS = 1_000_000
_DELIVERY = pa.schema(
    [
        ("delivery", pa.int64()), ("site", pa.string()), ("source", pa.string()),
        ("profile", pa.string()), ("file", pa.string()), ("declaration", pa.string()),
    ]
)  # fmt: skip
_RECOUNT = pa.schema(
    [("channel", pa.int64()), ("delivery", pa.int64()), ("num", pa.int64()), ("den", pa.int64())]
)

Deliveries = Mapping[str, Mapping[tuple[str, str], int]]
"""Per site, the number of each file as a profile read it."""

Recounts = Mapping[int, Mapping[int, Fraction]]
"""Per meter, deliveries whose counts the declaration has changed since, and the ratio."""


def channel_table(meters: pa.Table) -> pa.Table:
    """The table ``channel``, of declared meters in the order of their key."""
    return meters.add_column(0, "channel", pa.array(np.arange(1, len(meters) + 1)))


def channels_of(table: pa.Table) -> dict[str, dict[int, Channel]]:
    """The meters of each site by their number, of rows of ``channel``."""
    columns = {name: table[name] for name in table.column_names if name != "carrier"}
    plain = {name: column.to_pylist() for name, column in columns.items() if name not in _INSTANTS}
    for name in _LIMITS:
        plain[name] = [NONE if value is None else value for value in plain[name]]
    for name in _INSTANTS:
        told = columns[name].cast(pa.int64()).to_pylist()
        plain[name] = [None if value is None else value // _MICROSECONDS for value in told]
    found: dict[str, dict[int, Channel]] = defaultdict(dict)
    for values in zip(*(plain[name] for name in Channel.__slots__), strict=True):
        channel = Channel(*values)
        found[channel.site][channel.channel] = channel
    return found


def delivery_table(batches: Mapping[str, Sequence[Batch]]) -> pa.Table:
    """The table ``delivery``: the files of all sites, numbered in the order of the ledgers."""
    rows: list[dict[str, Any]] = []
    for site in sorted(batches):
        files: dict[tuple[str, str], list[Batch]] = defaultdict(list)
        for batch in batches[site]:
            if batch.kind == "reading":
                files[batch.source, batch.profile].append(batch)
        for (source, profile), parts in sorted(files.items(), key=lambda file: _arrival(file[1])):
            told = [batch.declaration.name for batch in parts if batch.declaration]
            rows.append(
                {
                    "delivery": len(rows) + 1, "site": site, "source": source, "profile": profile,
                    "file": min(batch.source_name for batch in parts),
                    "declaration": min(told, default=None),
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, _DELIVERY)


def deliveries_of(table: pa.Table) -> Deliveries:
    """The numbers in rows of ``delivery``."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for row in table.to_pylist():
        found[row["site"]][row["source"], row["profile"]] = row["delivery"]
    return found


def recount_table(changes: pa.Table, channels: pa.Table, deliveries: pa.Table) -> pa.Table:
    """The table ``recount``, of rows of ``redeclared``."""
    if not len(changes):
        return _RECOUNT.empty_table()
    columns = (channels[name].to_pylist() for name in ("site", "meter", "channel"))
    numbers = {(site, meter): channel for site, meter, channel in zip(*columns, strict=True)}
    files: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for row in deliveries.to_pylist():
        files[row["site"], row["declaration"]].append(row["delivery"])
    rows = [
        {
            "channel": numbers[row["site"], row["meter"]], "delivery": delivery,
            "num": row["num"], "den": row["den"],
        }
        for row in changes.to_pylist()
        if (row["site"], row["meter"]) in numbers
        for delivery in files[row["site"], row["declaration"]]
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, _RECOUNT)


def recounts_of(table: pa.Table) -> Recounts:
    """The ratios in rows of ``recount``."""
    found: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for row in table.to_pylist():
        found[row["channel"]][row["delivery"]] = Fraction(row["num"], row["den"])
    return found


def _arrival(parts: Sequence[Batch]) -> tuple[int, int]:
    """When a file first came: the position at which it did, and that of its first batch."""
    return min(b.arrived or b.position for b in parts), min(b.position for b in parts)
