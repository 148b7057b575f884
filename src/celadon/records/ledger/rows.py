"""The canonical rows of a batch: what its digest is over, and the leaves of its Merkle tree.

A leaf holds all rows that one row of the source file gave, so that a proof of that row shows the
whole of it and nothing of its neighbours.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from celadon.records.ledger.merkle import Tree, leaf_hash
from celadon.tables import Schema, is_in_order

_LINE_END, _QUOTE = 10, 34


def rows_root(schema: Schema, table: pa.Table, text: bytes | None = None) -> str:
    """The Merkle root over the rows of the source file that a batch was read from.

    Parameters
    ----------
    text : as for :func:`source_rows`.
    """
    return Tree(leaf_hash(each) for each in source_rows(schema, table, text)[1]).root()


def source_rows(
    schema: Schema, table: pa.Table, text: bytes | None = None
) -> tuple[list[tuple[str, int]], list[bytes]]:
    """The rows of the source file that a batch was read from, and the canonical text of each.

    Parameters
    ----------
    text : that of the whole table, where its rows stand in the order of :attr:`Schema.order` and
        it is known; it serves if that is the order of the file too.

    Returns
    -------
    The sheet (empty for a text file) and row of each, in order, and beside it the text of what it
    gave: a line a row of the batch, as CSV, instants as microseconds since 1970.
    """
    if table.num_rows == 0:
        return [], []
    placed = [name for name in ("sheet", "source_row") if name in schema.names]
    order = [*placed, *schema.order]
    if text is None or not is_in_order(table, order):
        table = table.sort_by([(name, "ascending") for name in order])
        text = schema.text(table)
    rows = table["source_row"].to_numpy()
    new = np.ones(len(rows), dtype=bool)
    new[1:] = rows[1:] != rows[:-1]
    sheets: list[str] = [""] * len(rows)
    if "sheet" in placed:
        codes = pc.fill_null(table["sheet"], "").combine_chunks().dictionary_encode()
        numbers = codes.indices.to_numpy()
        new[1:] |= numbers[1:] != numbers[:-1]
        sheets = codes.dictionary.take(codes.indices).to_pylist()
    first = np.flatnonzero(new)
    texts = _cut(text, table.num_rows, first)
    return [(sheets[at], int(rows[at])) for at in first], texts


def segment_digests(schema: Schema, table: pa.Table, segment: str) -> dict[int, str]:
    """The digest of each segment of a table, as :meth:`Schema.digest` gives it for that alone.

    Parameters
    ----------
    segment : the column of integers that tells the segments apart.
    """
    if table.num_rows == 0:
        return {}
    ordered = table.sort_by([(name, "ascending") for name in [segment, *schema.order]])
    numbers = ordered[segment].to_numpy()
    first = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    texts = _cut(schema.text(ordered), ordered.num_rows, first)
    return {
        int(numbers[at]): hashlib.sha256(text).hexdigest()
        for at, text in zip(first, texts, strict=True)
    }


def _cut(text: bytes, rows: int, first: NDArray[np.int64]) -> list[bytes]:
    """The text of so many rows in pieces, each of which begins with one of the rows numbered."""
    starts = np.concatenate([[0], _line_ends(text, rows) + 1])
    at = [int(start) for start in starts[first]]
    return [text[a:b] for a, b in zip(at, [*at[1:], len(text)], strict=True)]


def _line_ends(text: bytes, rows: int) -> NDArray[np.int64]:
    """Where rows end: at line ends that stand in no quoted value."""
    plain = np.frombuffer(text, dtype=np.uint8)
    ends: NDArray[np.int64] = np.flatnonzero(plain == _LINE_END)
    if len(ends) == rows:
        return ends
    quotes = np.flatnonzero(plain == _QUOTE)
    outside: NDArray[np.int64] = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return outside
