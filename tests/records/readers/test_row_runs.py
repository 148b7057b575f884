"""Runs of rows lose none of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from celadon.records.readers.row_runs import all_rows, rows_place, runs_of


@given(st.sets(st.integers(1, 60), max_size=40))
def test_runs_are_the_rows(rows: set[int]) -> None:
    runs = runs_of(sorted(rows, reverse=True))
    assert [n for first, last in runs for n in range(first, last + 1)] == sorted(rows)
    ends = [last for _, last in runs[:-1]]
    assert all(first > last + 1 for last, (first, _) in zip(ends, runs[1:], strict=True))


def test_a_place_says_how_many_rows_it_leaves_out() -> None:
    runs = runs_of([2, 3, 9, 11, 20, 21, 22])
    assert rows_place(runs) == "rows 2-3, 9, 11 ... (+3)"
    assert all_rows(runs) == "2-3, 9, 11, 20-22"
