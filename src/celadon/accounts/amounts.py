"""What every stretch of days of the books of a shard moved: monthly rows, or days of meters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.book import Book
from celadon.accounts.counting import FEW, stream_amounts
from celadon.accounts.exact_columns import Integers
from celadon.accounts.line import SEGMENT, STREAM_AMOUNT, STREAM_METER
from celadon.accounts.parameters import Item
from celadon.accounts.pollutants.lines import outlet_rows
from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.tables import METER_DAY, SHARED_DAY

_PACKAGE = "celadon.accounts"


def count_amounts(engine: Engine, books: Mapping[str, Book]) -> pa.Table:
    """The rows of ``stream_amount`` in the order of the books' stretches, which no key gives.

    Raises
    ------
    TableError
        If an amount needs more than 64 bits.
    """
    listed = list(books.values())
    segments = segment_table(listed)
    meters = STREAM_METER.from_rows(_meter_rows(listed))
    if not len(meters):
        return _as_given(segments)
    if len(segments) <= FEW:
        days = engine.table(METER_DAY.name), engine.table(SHARED_DAY.name)
        return stream_amounts(segments, meters, *days)
    is_metered = np.array([
        bool(book.meters_of(item))
        for book in listed
        for item, pieces in book.segments.items()
        for _ in pieces
    ])  # fmt: skip
    metered = segments.filter(pa.array(is_metered))
    engine.load(SEGMENT, metered)
    engine.load(STREAM_METER, meters)
    engine.define(_PACKAGE, STREAM_AMOUNT)
    return _merged(segments, metered, is_metered, engine.fetch(STREAM_AMOUNT))


def _as_given(segments: pa.Table) -> pa.Table:
    """The amounts of stretches without meters: what monthly rows give."""
    told = {
        "count": pc.fill_null(segments["given"], 0),
        "estimated": segments["given_estimated"],
        "seconds_missing": segments["given_missing"],
    }
    columns = [told.get(n) if n in told else segments[n] for n in STREAM_AMOUNT.names]
    return pa.Table.from_arrays(columns, schema=STREAM_AMOUNT.arrow())


def _merged(
    segments: pa.Table, metered: pa.Table, is_metered: np.ndarray[Any, Any], counted: pa.Table
) -> pa.Table:
    """The amounts of all stretches, those of metered ones from rows in the order of their key."""
    order = pc.sort_indices(metered, [(name, "ascending") for name in STREAM_AMOUNT.key])
    places = np.flatnonzero(is_metered)[order.to_numpy()]
    plain = _as_given(segments)
    columns = [plain[name] for name in STREAM_AMOUNT.names[:4]]
    for name in STREAM_AMOUNT.names[4:]:
        numbers: Integers = plain[name].to_numpy().copy()
        numbers[places] = counted[name].to_numpy()
        columns.append(pa.chunked_array([pa.array(numbers)]))
    return pa.Table.from_arrays(columns, schema=STREAM_AMOUNT.arrow())


def _meter_rows(books: Iterable[Book]) -> Iterator[dict[str, Any]]:
    for book in books:
        site = book.site
        items: list[Item] = [*site.streams, *site.products]
        for item in items:
            for name in item.meters:
                yield {
                    "site": site.id, "stream": item.id, "meter": name.lstrip("-"),
                    "weight": -1 if name.startswith("-") else 1,
                }  # fmt: skip
        for item_id, meter in outlet_rows(site):
            yield {"site": site.id, "stream": item_id, "meter": meter, "weight": 1}


def segment_table(books: Iterable[Book]) -> pa.Table:
    """The stretches of all streams, column by column: there are many."""
    cells = [
        (book.site.id, stream, *piece.cells())
        for book in books
        for stream, pieces in book.segments.items()
        for piece in pieces
    ]
    columns = list(zip(*cells, strict=True)) if cells else [()] * len(SEGMENT.names)
    types = SEGMENT.arrow().types
    try:
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    except (pa.ArrowInvalid, OverflowError) as error:
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for monthly rows that cannot be right"
        raise TableError(
            "An amount is too large to be counted", [Fault(("segment",), str(error), rule, remedy)]
        ) from None
    return pa.Table.from_arrays(arrays, schema=SEGMENT.arrow())
