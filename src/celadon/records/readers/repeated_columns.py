"""Columns of one sheet that are all of one meter: none of them wins.

Where they say the same, the value counts once. Where they differ, all the values go to the ledger,
as those of one slot and one file; the quality rules use none of them (rule ``conflict``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.records.finding import Finding
from celadon.records.readers.counts import MeterColumn
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of
from celadon.records.readers.sheet import Grid, column_letter
from celadon.records.site import Site


def settled(
    grid: Grid, site: Site, columns: Sequence[MeterColumn], indices: Sequence[int], taken: pa.Table
) -> tuple[pa.Table, list[Finding]]:
    """The cells of a wide sheet with equal ones of one meter and row counted once.

    Parameters
    ----------
    indices : of each of ``columns``, its place in the sheet.
    taken : the cells that parsed, with their ``number`` of a column.

    Returns
    -------
    The cells, those of a meter in the order of rows, and what was found of each further column.
    """
    meters = [column.meter.id for column in columns]
    if len(set(meters)) == len(meters):
        return taken, []
    first_of = np.array([meters.index(meter) for meter in meters], np.int64)
    number, row = taken["number"].to_numpy(), taken["source_row"].to_numpy()
    order = np.lexsort((number, row, first_of[number]))
    ordered = taken.take(pa.array(order))
    number, row = number[order], row[order]
    group, count = first_of[number], ordered["count"].to_numpy()
    begins = np.ones(len(number), np.bool_)
    begins[1:] = (np.diff(group) != 0) | (np.diff(row) != 0)
    leader = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    equal = ~begins & (count == count[leader])
    others = np.flatnonzero(~begins & ~equal)
    ordered = ordered.append_column("leader", pa.array(leader))
    findings: list[Finding] = []
    for other in range(len(columns)):
        if first_of[other] == other:
            continue
        same = int(np.count_nonzero(equal & (number == other)))
        differing = ordered.take(pa.array(others[number[others] == other]))
        pair = _Pair(grid, site, columns, indices, int(first_of[other]), other)
        findings += pair.told(same, differing, ordered)
    return ordered.drop_columns(["leader"]).filter(pa.array(~equal)), findings


class _Pair:
    """Two columns of one meter, and what is told of them."""

    def __init__(
        self, grid: Grid, site: Site, columns: Sequence[MeterColumn], indices: Sequence[int],
        first: int, other: int,
    ) -> None:  # fmt: skip
        self.grid = grid
        self.site = site
        self.meter = columns[other].meter.id
        self.units = columns[first].unit, columns[other].unit
        self.index = indices[other]
        self.letters = {"other": column_letter(indices[first]), "column": column_letter(self.index)}

    def told(self, same: int, differing: pa.Table, ordered: pa.Table) -> Iterator[Finding]:
        """That they agree, and where they do not."""
        place = (*self.grid.where, self.grid.column(self.index))
        if same or not differing.num_rows:
            yield self._finding("column_repeats", place, {"rows": same, **self.letters})
        if not differing.num_rows:
            return
        runs = runs_of(differing["source_row"].to_numpy())
        leading = pc.take(ordered["text"], differing["leader"][:1])
        texts = leading[0].as_py(), differing["text"][0].as_py()
        before, after = (f"{t.strip()} {u}" for t, u in zip(texts, self.units, strict=True))
        numbers = {
            "rows": differing.num_rows, "before": before, "after": after, **self.letters,
            **rows_told(runs),
        }  # fmt: skip
        cell = self.grid.place(self.index, runs[0][0])[-1]
        is_cell = differing.num_rows == 1 and bool(self.grid.sheet)
        where = (cell,) if is_cell else (rows_place(runs), self.grid.column(self.index))
        yield self._finding("columns_differ", (*self.grid.where, *where), numbers)

    def _finding(self, rule: str, place: tuple[str, ...], numbers: dict[str, object]) -> Finding:
        return Finding(self.site.id, rule, self.meter, " › ".join(place), numbers)
