"""The accounts of a shard: books written, amounts counted, leaves made, and the account sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.activity import Row
from celadon.accounts.book import Book
from celadon.accounts.line import LINE, SEGMENT, STREAM_METER, line_table
from celadon.accounts.media import Amount, book_own_media
from celadon.accounts.samples import Samples, sample_from_row
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.engine import Engine
from celadon.records.finding import Finding
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch
from celadon.tables import Column, declare

_PACKAGE = "celadon.accounts"

STREAM_AMOUNT = declare(
    "stream_amount",
    "What a stream moved in a stretch of days, in small units.",
    "物流在一段时间内的活动量。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("count", "bigint", "amount", "活动量"),
        Column("estimated", "bigint", "part that is estimated", "其中估计"),
        Column("seconds_missing", "bigint", "meter time without any value", "缺失时长", unit="s"),
    ],
    ["site", "stream", "from_day", "to_day"],
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The tables of a shard's accounts."""

    leaves: pa.Table
    inputs: pa.Table
    parameters: pa.Table
    findings: list[Finding]


def compute_accounts(engine: Engine, books: Mapping[str, Book]) -> Accounts:
    """Count the amounts of every book and make its leaves; needs ``meter_day`` in the engine."""
    _load_segments(engine, books.values())
    engine.define(_PACKAGE, STREAM_AMOUNT)
    amounts: dict[str, dict[tuple[str, Any], Amount]] = {site: {} for site in books}
    for row in engine.fetch(STREAM_AMOUNT).to_pylist():
        amount = Amount(row["count"], row["seconds_missing"])
        amounts[row["site"]][row["stream"], row["from_day"]] = amount
    for site, book in books.items():
        book_own_media(book, amounts[site])
    engine.load(LINE, line_table(line for book in books.values() for line in book.lines))
    engine.define(_PACKAGE, LEAF)
    # what was looked up for a figure that then stayed empty is no part of the account
    used = {p.id: p for book in books.values() for line in book.lines for p in line.parameters}
    return Accounts(
        engine.fetch(LEAF),
        LEAF_INPUT.from_rows(row for book in books.values() for row in book.inputs),
        PARAMETER.from_rows(parameter.row() for parameter in used.values()),
        [found for book in books.values() for found in book.all_findings()],
    )


def account_hash(leaves: pa.Table, site: str) -> str:
    """The digest of a site's leaf rows: the same on every machine, thread count and batch split."""
    return LEAF.digest(leaves.filter(pc.equal(leaves["site"], site)))


def activity_rows(batches: Iterable[Batch]) -> list[Row]:
    """Monthly activity in force, each row at the position at which its file first arrived."""
    return [
        Row(position=batch.arrived, source_name=batch.source_name, **row)
        for batch in batches
        for row in read_batch(batch).to_pylist()
    ]


def samples_of(batches: Iterable[Batch]) -> Samples:
    """Laboratory results and certificates in force."""
    return Samples(
        sample_from_row(row, batch.arrived, batch.source_name)
        for batch in batches
        for row in read_batch(batch).to_pylist()
    )


def _load_segments(engine: Engine, books: Iterable[Book]) -> None:
    segments: list[dict[str, Any]] = []
    meters: list[dict[str, Any]] = []
    for book in books:
        site = book.site
        for stream, pieces in book.segments.items():
            segments += [piece.row(site.id, stream) for piece in pieces]
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
    engine.load(SEGMENT, SEGMENT.from_rows(segments))
    engine.load(STREAM_METER, STREAM_METER.from_rows(meters))
