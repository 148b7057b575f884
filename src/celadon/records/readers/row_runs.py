"""Rows of a file told together, none of them lost: runs of rows that follow each other.

A finding that speaks of many cells names the first few runs in its place, and all of them in its
numbers, so that each cell can be found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from celadon.records.readers.clock import Longs

Runs = Sequence[tuple[int, int]]
"""First and last row of each run, in the order of rows."""

AT = "at_rows"
"""The number of a finding that holds all its rows."""

SHOWN = 3
"""Runs that a place names."""


def runs_of(rows: Longs | Sequence[int]) -> Runs:
    """The runs of some rows, whatever their order; a row that is given twice counts once.

    Examples
    --------
    >>> runs_of([77, 12, 13, 14])
    [(12, 14), (77, 77)]
    """
    known = np.unique(np.asarray(rows, np.int64))
    if not len(known):
        return []
    breaks = np.flatnonzero(np.diff(known) != 1)
    firsts = known[np.concatenate([[0], breaks + 1])]
    lasts = known[np.concatenate([breaks, [len(known) - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def all_rows(runs: Runs) -> str:
    """All rows of runs.

    Examples
    --------
    >>> all_rows([(12, 14), (77, 77)])
    '12-14, 77'
    """
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs)


def rows_place(runs: Runs) -> str:
    """The rows as a place names them: the first few runs, and how many rows there are beside them.

    Examples
    --------
    >>> rows_place([(12, 12)]), rows_place([(12, 40), (77, 77)])
    ('row 12', 'rows 12-40, 77')
    >>> rows_place([(2, 2), (4, 4), (6, 6), (8, 9)])
    'rows 2, 4, 6 ... (+2)'
    """
    total = sum(last - first + 1 for first, last in runs)
    left = total - sum(last - first + 1 for first, last in runs[:SHOWN])
    more = f" ... (+{left})" if left else ""
    return f"{'row' if total == 1 else 'rows'} {all_rows(runs[:SHOWN])}{more}"


def rows_told(runs: Runs) -> dict[str, Any]:
    """The rows as a number of a finding; nothing where one row is all, which its place names.

    Examples
    --------
    >>> rows_told([(2, 2), (4, 4)]), rows_told([(7, 7)])
    ({'at_rows': '2, 4'}, {})
    """
    is_one = len(runs) == 1 and runs[0][0] == runs[0][1]
    return {} if is_one else {AT: all_rows(runs)}
