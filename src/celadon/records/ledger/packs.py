"""Pack files: Parquet, so that any tool reads them, sealed by their hash like every other file.

The rows of many batches stand in one table in the order of their key, which is how they are small;
the column ``segment`` says to which batch, by its position in the chain, a row belongs. The bytes
of small files stand in a second table under their own hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.sealed import read_sealed
from celadon.tables import Column, Schema, read_parquet

SEGMENT = "segment"
"""The column that says to which batch a row belongs."""

_SMALL = pa.schema([("name", pa.string()), ("data", pa.large_binary())])


@dataclass(frozen=True, slots=True)
class PackedRows:
    """The rows of a pack, batch by batch, and where each batch's rows begin and end."""

    table: pa.Table
    spans: Mapping[int, tuple[int, int]]

    def of(self, position: int) -> pa.Table:
        """The rows of one batch, as they stood in its own file; without the segment."""
        start, end = self.spans.get(position, (0, 0))
        return self.table.slice(start, end - start).drop_columns(SEGMENT)


def pack_schema(kind: str) -> Schema:
    """The schema of a pack of a kind."""
    schema = KINDS[kind]
    segment = Column(
        SEGMENT, "bigint", "position in the chain of the batch of this row", "所属批次的账本位置"
    )
    return Schema(
        f"{kind}_pack",
        schema.meaning,
        schema.meaning_zh,
        (*schema.columns, segment),
        (*schema.key, SEGMENT),
    )


def rows_pack(kind: str, batches: Iterable[tuple[int, pa.Table]]) -> bytes:
    """The bytes of a pack of the rows of batches, each with its position."""
    tables = [
        table.append_column(SEGMENT, pa.array(np.full(table.num_rows, position)))
        for position, table in batches
    ]
    buffer = BytesIO()
    pack_schema(kind).write(pa.concat_tables(tables), buffer)
    return buffer.getvalue()


def small_pack(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a pack of small files by their hashes."""
    buffer = BytesIO()
    table = pa.table([list(files), list(files.values())], schema=_SMALL)
    pq.write_table(table, buffer, compression="zstd", compression_level=9, use_dictionary=False)
    return buffer.getvalue()


def rows_from(data: bytes) -> pa.Table:
    """The rows of a pack in the order in which they stand in it, with their segments."""
    return read_parquet(data)


@lru_cache(maxsize=2)  # what was verified once stays right in memory
def packed_rows(path: Path) -> PackedRows:
    """The rows of a pack, its bytes verified.

    Raises
    ------
    ChainBroken
        If the file is gone or was changed.
    """
    table = rows_from(read_sealed(path))
    segments = table[SEGMENT].to_numpy()
    order = np.argsort(segments, kind="stable")
    numbers, first = np.unique(segments[order], return_index=True)
    ends = [*(int(at) for at in first[1:]), len(segments)]
    spans = {int(n): (int(a), b) for n, a, b in zip(numbers, first, ends, strict=True)}
    return PackedRows(table.take(order).combine_chunks(), spans)


@lru_cache(maxsize=2)
def packed_files(path: Path) -> Mapping[str, bytes]:
    """The small files of a pack by their hashes, its bytes verified.

    Raises
    ------
    ChainBroken
        If the file is gone or was changed.
    """
    table = read_parquet(read_sealed(path))
    return dict(zip(table["name"].to_pylist(), table["data"].to_pylist(), strict=True))
