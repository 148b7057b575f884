"""The accounts of a shard: books written, amounts counted, leaves made, and the account sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.activity import Row
from celadon.accounts.book import Book
from celadon.accounts.carbon_balances import counted_findings
from celadon.accounts.counting import FEW, leaf_table, stream_amounts
from celadon.accounts.forms import Forms
from celadon.accounts.line import LINE, SEGMENT, STREAM_AMOUNT, STREAM_METER, line_table
from celadon.accounts.market import (
    book_market,
    certificate_table,
    market_inputs,
    market_leaves,
    market_lines,
)
from celadon.accounts.media import Amount, book_own_media
from celadon.accounts.pollutants.lines import outlet_rows
from celadon.accounts.samples import Samples, sample_from_row
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.accounts.transfers import transfer_findings, unproved_transfers
from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.finding import Finding
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch
from celadon.records.tables import METER_DAY, SHARED_DAY

_PACKAGE = "celadon.accounts"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The tables of a shard's accounts."""

    leaves: pa.Table
    inputs: pa.Table
    parameters: pa.Table
    findings: list[Finding]
    certificates: pa.Table


def compute_accounts(
    engine: Engine, books: Mapping[str, Book], forms: Forms | None = None
) -> Accounts:
    """Count the amounts of every book and make its leaves; needs ``meter_day`` in the engine.

    Parameters
    ----------
    forms : what the books were opened with; then leaves and findings alone are made.
    """
    _load_segments(engine, books.values())
    _count_amounts(engine)
    _book_media(engine, {site: book for site, book in books.items() if book.own_media()})
    _book_of_amounts(engine, books)
    lines = (line for book in books.values() for line in book.lines)
    found = [finding for book in books.values() for finding in book.all_findings()]
    if forms is not None:
        uses = [(site, form) for site, book in books.items() for form in book.used]
        engine.load(LINE, forms.lines(uses, lines))
        _count_leaves(engine)
        none = LEAF_INPUT.from_rows([]), PARAMETER.from_rows([])
        leaves = engine.fetch(LEAF)
        found += counted_findings(books, engine.fetch(STREAM_AMOUNT), leaves)
        return Accounts(market_leaves(leaves, books), *none, found, certificate_table(books))
    engine.load(LINE, line_table(lines))
    _count_leaves(engine)
    # what was looked up for a figure that then stayed empty is no part of the account
    written = [line for book in books.values() for line in (*book.lines, *market_lines(book))]
    used = {p.id: p for line in written for p in line.parameters}
    leaves = engine.fetch(LEAF)
    found += counted_findings(books, engine.fetch(STREAM_AMOUNT), leaves)
    inputs = (row for book in books.values() for row in (*book.inputs, *market_inputs(book)))
    return Accounts(
        market_leaves(leaves, books),
        LEAF_INPUT.from_rows(inputs),
        PARAMETER.from_rows(parameter.row() for parameter in used.values()),
        found,
        certificate_table(books),
    )


def _count_amounts(engine: Engine) -> None:
    """Leave the table ``stream_amount`` in the engine."""
    if engine.count(SEGMENT) > FEW:
        engine.define(_PACKAGE, STREAM_AMOUNT)
        return
    given = (engine.table(s.name) for s in (SEGMENT, STREAM_METER, METER_DAY, SHARED_DAY))
    engine.load(STREAM_AMOUNT, stream_amounts(*given))


def _count_leaves(engine: Engine) -> None:
    """Leave the table ``leaf`` in the engine."""
    if engine.count(LINE) > FEW:
        engine.define(_PACKAGE, LEAF)
        return
    engine.load(LEAF, leaf_table(engine.table(LINE.name), engine.table(STREAM_AMOUNT.name)))


def _book_media(engine: Engine, books: Mapping[str, Book]) -> None:
    """Book what sites make for themselves, from the amounts that they moved."""
    if not books:
        return
    amounts: dict[str, dict[tuple[str, Any], Amount]] = {site: {} for site in books}
    moved = engine.fetch(STREAM_AMOUNT)
    for row in moved.filter(pc.is_in(moved["site"], pa.array(list(books)))).to_pylist():
        amount = Amount(row["count"], row["seconds_missing"])
        amounts[row["site"]][row["stream"], row["from_day"]] = amount
    for site, book in books.items():
        book_own_media(book, amounts[site])


def _book_of_amounts(engine: Engine, books: Mapping[str, Book]) -> None:
    """Book what rests on amounts moved: the market view, and transfers that nothing proves."""
    wanted = {
        site: book
        for site, book in books.items()
        if book.market is not None or unproved_transfers(book)
    }
    if not wanted:
        return
    moved = engine.fetch(STREAM_AMOUNT)
    amounts: dict[str, dict[tuple[str, Any], tuple[int, int, int]]] = {site: {} for site in wanted}
    for row in moved.filter(pc.is_in(moved["site"], pa.array(list(wanted)))).to_pylist():
        told = row["count"], row["estimated"], row["seconds_missing"]
        amounts[row["site"]][row["stream"], row["from_day"]] = told
    for site, book in wanted.items():
        book_market(book, amounts[site])
        book.findings += transfer_findings(book, amounts[site])


_TOLD = ("stream", "kind", "from_day", "to_day", "count", "source_row", "sheet")


def account_hash(leaves: pa.Table, site: str) -> str:
    """The digest of a site's leaf rows: the same on every machine, thread count and batch split."""
    return LEAF.digest(leaves.filter(pc.equal(leaves["site"], site)))


def activity_rows(batches: Iterable[Batch]) -> list[Row]:
    """Monthly activity in force, each row at the position at which its file first arrived."""
    rows: list[Row] = []
    for batch in batches:
        columns = read_batch(batch).to_pydict()
        position, name = batch.arrived, batch.source_name
        rows += [
            Row(stream, kind, from_day, to_day, count, source_row, position, name, sheet)
            for stream, kind, from_day, to_day, count, source_row, sheet in zip(
                *(columns[column] for column in _TOLD), strict=True
            )
        ]
    return rows


def samples_of(batches: Iterable[Batch]) -> Samples:
    """Laboratory results and certificates in force."""
    return Samples(
        sample_from_row(row, batch.arrived, batch.source_name)
        for batch in batches
        for row in read_batch(batch).to_pylist()
    )


def _load_segments(engine: Engine, books: Iterable[Book]) -> None:
    listed = list(books)
    meters: list[dict[str, Any]] = []
    for book in listed:
        site = book.site
        named = {stream.id: stream.meters for stream in site.streams}
        named |= {product.id: product.meters for product in site.products}
        meters += [
            {
                "site": site.id,
                "stream": stream,
                "meter": name.lstrip("-"),
                "weight": -1 if name.startswith("-") else 1,
            }
            for stream, names in named.items()
            for name in names
        ]
        meters += [
            {"site": site.id, "stream": item, "meter": meter, "weight": 1}
            for item, meter in outlet_rows(site)
        ]
    engine.load(SEGMENT, _segment_table(listed))
    engine.load(STREAM_METER, STREAM_METER.from_rows(meters))


def _segment_table(books: Iterable[Book]) -> pa.Table:
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
    return pa.table(arrays, names=SEGMENT.names)
