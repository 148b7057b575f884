"""Readings that were recorded when the site's declaration counted a meter otherwise.

The ledger holds counts of the resolution, and of the unit, that a meter had when the file was read.
If the declaration changes either, what was recorded keeps its amount: it is put into the counts of
today. Reading the file again (importing it) gives it the new meaning instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.errors import DeclarationError, Fault, UnitError
from celadon.exact import parse_decimal
from celadon.records.ledger.declared_counts import CountMeaning, declared_counts
from celadon.records.ledger.in_force import Batch
from celadon.records.site import Meter, Site
from celadon.tables import Column, declare
from celadon.units import conversion

REDECLARED = declare(
    "redeclared",
    "A meter whose unit or resolution was declared otherwise when readings were recorded.",
    "录入读数时单位或分辨力声明不同的计量器具。",
    [
        Column("site", "text", "site", "厂区"),
        Column("declaration", "text", "SHA-256 of the declaration then", "当时声明文件的哈希"),
        Column("meter", "text", "meter", "计量器具"),
        Column("num", "bigint", "present counts in so many", "现计数（分子）"),
        Column("den", "bigint", "counts of then", "当时计数（分母）"),
    ],
    ["site", "declaration", "meter"],
)


def redeclared_meters(
    sites: Mapping[str, Site], batches: Mapping[str, Iterable[Batch]]
) -> pa.Table:
    """Every meter that a batch's declaration counted otherwise than its site does now.

    Raises
    ------
    DeclarationError
        If a meter now measures something else altogether.
    ChainBroken
        If a declaration that was in force is gone or changed.
    """
    rows: list[dict[str, Any]] = []
    for site_id, listed in batches.items():
        present = {meter.id: meter for meter in sites[site_id].meters}
        for path in dict.fromkeys(batch.declaration for batch in listed):
            if path is not None:
                rows += [{"site": site_id, **row} for row in _changes(path, present)]
    return REDECLARED.from_rows(rows)


def _changes(path: Path, present: Mapping[str, Meter]) -> list[dict[str, Any]]:
    rows = []
    for meter, then in declared_counts(path).items():
        ratio = Fraction(1)
        if meter in present and not _is_as_then(then, present[meter]):
            ratio = _ratio(then, present[meter])
        if ratio != 1:
            row = {"meter": meter, "num": ratio.numerator, "den": ratio.denominator}
            rows.append({"declaration": path.name, **row})
    return rows


def _is_as_then(then: CountMeaning, now: Meter) -> bool:
    return then.measure == now.measure and then.resolution == _size(now.resolution)


@lru_cache(maxsize=256)  # few resolutions, on many meters
def _size(resolution: str) -> Fraction:
    return parse_decimal(resolution)


def _ratio(then: CountMeaning, now: Meter) -> Fraction:
    """How many counts of now one count of then is."""
    try:
        size = conversion(then.measure, now.measure)
    except UnitError:
        place = ("site.toml", f"[[meter]] {now.id} measure")
        found = f"{now.measure!r}, while readings are recorded in {then.measure!r}"
        rule = "a meter measures one thing all its life"
        fault = Fault(place, found, rule, "declare the new meter under an id of its own")
        raise DeclarationError(f"The meter {now.id} has become another", [fault]) from None
    return size * then.resolution / parse_decimal(now.resolution)
