"""The accounts of a shard: books written, amounts counted, leaves made, and the account sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from celadon.records.ledger import Batch
from celadon.records.tables import ACTIVITY, SAMPLE
from celadon.tables import Column, Schema, declare

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
    parameters = [p.row() for book in books.values() for p in book.ladder.parameters.values()]
    return Accounts(
        engine.fetch(LEAF),
        LEAF_INPUT.from_rows(row for book in books.values() for row in book.inputs),
        PARAMETER.from_rows(parameters),
        [found for book in books.values() for found in book.all_findings()],
    )


def account_hash(leaves: pa.Table, site: str) -> str:
    """The digest of a site's leaf rows: the same on every machine, thread count and batch split."""
    return LEAF.digest(leaves.filter(pc.equal(leaves["site"], site)))


def activity_rows(batches: Iterable[Batch]) -> list[Row]:
    """Committed monthly activity, each row at the position at which its source first arrived.

    A source that was read again, after its site was declared anew, gives each of its rows once.
    """
    identity = ("stream", "kind", "from_day", "to_day", "source_row")
    return [
        Row(position=position, source_name=name, **row)
        for position, name, row in _read_once(batches, ACTIVITY, identity)
    ]


def samples_of(batches: Iterable[Batch]) -> Samples:
    """Committed laboratory results and certificates, each row of a source once."""
    identity = ("stream", "parameter", "basis", "from_day", "to_day", "origin", "source_row")
    return Samples(
        sample_from_row(row, position, name)
        for position, name, row in _read_once(batches, SAMPLE, identity)
    )


def _read_once(
    batches: Iterable[Batch], schema: Schema, identity: Sequence[str]
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Rows with the position at which their source first arrived, and its name.

    However a source was batched, it is one source. A later batch of it that repeats a row, by its
    identity, holds what the row says now.
    """
    first: dict[tuple[str, str], int] = {}
    rows: dict[tuple[Any, ...], tuple[int, list[tuple[int, str, dict[str, Any]]]]] = {}
    for batch in batches:
        source = (batch.source, batch.profile)
        position = first.setdefault(source, batch.position)
        for row in schema.read(batch.path).to_pylist():
            key = (*source, *(row[name] for name in identity))
            read_at, same = rows.get(key, (batch.position, []))
            if read_at != batch.position:
                same = []
            rows[key] = (batch.position, [*same, (position, batch.source_name, row)])
    return (row for _, same in rows.values() for row in same)


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
