"""A linear programme as arrays, with the names of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from celadon.numerics.lp.expression import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Minimise ``cost @ x + offset`` with ``row_lower <= matrix @ x <= row_upper``.

    Attributes
    ----------
    whole : the columns that must be whole numbers.
    columns, rows : the places of each named block.
    charges : by name, the part of the cost that stands for it, and its constant.
    """

    cost: Floats
    offset: float
    matrix: Any
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    whole: NDArray[np.bool_]
    columns: Mapping[str, slice]
    rows: Mapping[str, slice]
    charges: Mapping[str, tuple[Floats, float]]

    @property
    def has_whole(self) -> bool:
        """Whether any column must be a whole number."""
        return bool(self.whole.any())

    def row_block(self, row: int) -> tuple[str, int]:
        """The name of the block that a row stands in, and its place there."""
        return _block(self.rows, row)

    def column_block(self, column: int) -> tuple[str, int]:
        """The name of the block that a column stands in, and its place there."""
        return _block(self.columns, column)

    def contradictions(self) -> list[tuple[str, int]]:
        """Columns and rows whose lower bound lies above the upper one, by block and place."""
        columns = np.flatnonzero(self.lower > self.upper)
        rows = np.flatnonzero(self.row_lower > self.row_upper)
        found = [self.column_block(int(c)) for c in columns]
        return found + [self.row_block(int(r)) for r in rows]

    def with_(self, **changed: Any) -> Program:
        """The same programme with other numbers."""
        return replace(self, **changed)


def sparse(
    rows: NDArray[np.int64], columns: NDArray[np.int64], values: Floats, shape: tuple[int, int]
) -> Any:
    """A matrix by columns; terms of one place are added, zeros left out."""
    matrix = csc_array((values, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _block(blocks: Mapping[str, slice], place: int) -> tuple[str, int]:
    for name, span in blocks.items():
        if span.start <= place < span.stop:
            return name, place - span.start
    raise IndexError(place)
