"""The accounts of a shard: books written, amounts counted, leaves made, and the account sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.activity import Row
from celadon.accounts.amounts import count_amounts
from celadon.accounts.asking import asking
from celadon.accounts.book import Book
from celadon.accounts.carbon_balances import counted_findings
from celadon.accounts.counting import FEW, leaf_table
from celadon.accounts.forms import Forms
from celadon.accounts.line import LINE, STREAM_AMOUNT, line_table
from celadon.accounts.market import (
    book_market,
    certificate_table,
    market_inputs,
    market_leaves,
    market_lines,
)
from celadon.accounts.media import Amount, book_own_media
from celadon.accounts.samples import Samples, sample_from_row
from celadon.accounts.spread import Amounts, Spread
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.accounts.transfers import transfer_findings, unproved_transfers
from celadon.engine import Engine
from celadon.records.finding import Finding
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch

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
    forms : what the books were opened with. Unless they have a lineage, leaves and findings alone
        are made.
    """
    amounts = count_amounts(engine, books)
    _book_media(amounts, {site: book for site, book in books.items() if book.own_media()})
    _book_of_amounts(amounts, books)
    made = _plain(engine, books, amounts) if forms is None else _spread(books, forms, amounts)
    leaves, inputs, parameters = made
    found = [finding for book in books.values() for finding in book.all_findings()]
    found += counted_findings(books, amounts, leaves)
    whole = market_leaves(leaves, books)
    return Accounts(whole, inputs, parameters, found, certificate_table(books))


Made = tuple[pa.Table, pa.Table, pa.Table]
"""The leaves that are of no market view, all inputs, and all parameters."""


def _plain(engine: Engine, books: Mapping[str, Book], amounts: pa.Table) -> Made:
    """The tables of books that have written all their lines, line by line."""
    lines = line_table(line for book in books.values() for line in book.lines)
    if len(lines) > FEW:
        engine.load(LINE, lines)
        engine.load(STREAM_AMOUNT, amounts)
        engine.define(_PACKAGE, LEAF)
        leaves = engine.fetch(LEAF)
    else:
        leaves = leaf_table(lines, amounts)
    return leaves, *_noted(books.values())


def _noted(books: Iterable[Book]) -> tuple[pa.Table, pa.Table]:
    """The inputs and parameters of books that have noted them line by line."""
    listed = list(books)
    # what was looked up for a figure that then stayed empty is no part of the account
    written = [line for book in listed for line in (*book.lines, *market_lines(book))]
    used = {p.id: p for line in written for p in line.parameters}
    inputs = LEAF_INPUT.from_rows(
        row for book in listed for row in (*book.inputs, *market_inputs(book))
    )
    return inputs, PARAMETER.from_rows(parameter.row() for parameter in used.values())


def _spread(books: Mapping[str, Book], forms: Forms, amounts: pa.Table) -> Made:
    """The tables of books that use forms."""
    moved = (amounts[name].to_numpy() for name in STREAM_AMOUNT.names[4:])
    spread = Spread(books, forms, Amounts(*moved))
    if not forms.lineage:
        return spread.leaves, LEAF_INPUT.from_rows([]), PARAMETER.from_rows([])
    apart = {name for name, book in books.items() if book.notes}
    tables = spread.inputs, spread.parameters
    if apart:
        told = _noted(books[name] for name in sorted(apart))
        names = pa.array(sorted(apart))
        tables = tuple(
            schema.check(pa.concat_tables([t.filter(pc.invert(pc.is_in(t["site"], names))), noted]))
            for schema, t, noted in zip((LEAF_INPUT, PARAMETER), tables, told, strict=True)
        )
    return spread.leaves, *tables


def _book_media(moved: pa.Table, books: Mapping[str, Book]) -> None:
    """Book what sites make for themselves, from the amounts that they moved."""
    if not books:
        return
    amounts: dict[str, dict[tuple[str, Any], Amount]] = {site: {} for site in books}
    for row in moved.filter(pc.is_in(moved["site"], pa.array(list(books)))).to_pylist():
        amount = Amount(row["count"], row["seconds_missing"])
        amounts[row["site"]][row["stream"], row["from_day"]] = amount
    for site, book in books.items():
        with asking() as asked:
            book_own_media(book, amounts[site])
        book.asked |= asked


def _book_of_amounts(moved: pa.Table, books: Mapping[str, Book]) -> None:
    """Book what rests on amounts moved: the market view, and transfers that nothing proves."""
    wanted = {
        site: book
        for site, book in books.items()
        if book.market is not None or unproved_transfers(book)
    }
    if not wanted:
        return
    amounts: dict[str, dict[tuple[str, Any], tuple[int, int, int]]] = {site: {} for site in wanted}
    for row in moved.filter(pc.is_in(moved["site"], pa.array(list(wanted)))).to_pylist():
        told = row["count"], row["estimated"], row["seconds_missing"]
        amounts[row["site"]][row["stream"], row["from_day"]] = told
    for site, book in wanted.items():
        with asking() as asked:
            book_market(book, amounts[site])
        book.asked |= asked
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
