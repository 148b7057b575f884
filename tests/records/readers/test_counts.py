"""Counting in bulk is what the definition in SQL says, cell by cell."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.records.build import site_of

from celadon.exact import parse_decimal, quantise
from celadon.records.readers.counts import (
    Cells,
    MeterColumn,
    Refused,
    count_cells,
    refusals,
    ungrouped,
)
from celadon.records.readers.row_runs import runs_of

SITE = site_of(
    {"id": "e", "kind": "interval", "measure": "kWh", "resolution": "0.1"},
    {"id": "odd", "kind": "interval", "measure": "kWh", "resolution": "0.7"},
    {"id": "w", "kind": "register", "measure": "m3", "maximum": "9", "resolution": "0.001"},
    {"id": "t", "kind": "state", "measure": "degC", "resolution": "0.25"},
)
METERS = {meter.id: meter for meter in SITE.meters}
COLUMNS = [
    MeterColumn(METERS[name], unit)
    for name, unit in (("e", "kWh"), ("e", "GJ"), ("odd", "MWh"), ("w", "L"), ("t", "degC"))
]


def counted(
    texts: list[str], column: int, decimal: str, *, in_bulk: bool
) -> list[tuple[object, ...]]:
    rows = np.arange(2, len(texts) + 2)
    cells = Cells(pa.array(texts, pa.string()), np.full(len(texts), column), rows, rows * 900)
    table = count_cells([cells], COLUMNS, decimal, in_bulk=in_bulk)
    names = ("source_row", "number", "micros", "text", "count", "rule")
    found = sorted(zip(*(table[name].to_pylist() for name in names), strict=True))
    # a cell that is refused has no count that means anything
    refused = {"unreadable_number", "formula_error", "negative_reading"}
    return [(*row[:4], None if row[5] in refused else row[4], row[5]) for row in found]


STRANGE = ["", " ", "-0", "0.05", "0.15", "1e3", "12,5t", "#N/A", "１２", "-.5", "5.", "٣", "-1",
           "999999999999999999", "0.000001", "1.0000001", "1,234", "NaN", "inf"]  # fmt: skip
decimals = st.decimals(-(10**13), 10**13, allow_nan=False, allow_infinity=False, places=3)
numbers = st.one_of(
    decimals.map(lambda value: f"{value:f}"),
    st.from_regex(r"[+-]?[0-9]{1,13}([.,][0-9]{0,8})?", fullmatch=True),
    st.sampled_from(STRANGE),
)


@given(
    st.lists(numbers, min_size=1, max_size=30),
    st.integers(0, len(COLUMNS) - 1),
    st.sampled_from(".,"),
)
@example(["0.05", "0.15", "0.25", "0.35"], 0, ".")
@example(["99999999999.999999", "0.1"], 1, ".")
@settings(max_examples=150, deadline=None)
def test_in_bulk_is_as_the_definition_says(texts: list[str], column: int, decimal: str) -> None:
    fast = counted(texts, column, decimal, in_bulk=True)
    assert fast == counted(texts, column, decimal, in_bulk=False)


@given(st.lists(st.decimals(0, 10**9, places=6), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_counts_are_the_exact_quotient_rounded_half_even(values: list[object]) -> None:
    texts = [f"{value:f}" for value in values]  # type: ignore[str-bytes-safe]
    for number, column in enumerate(COLUMNS):
        found = [row[4] for row in counted(texts, number, ".", in_bulk=True)]
        step = column.counts_per_written
        assert found == [quantise(parse_decimal(text) * step, 0) for text in texts]
        assert isinstance(step, Fraction)


def test_what_is_against_cells_is_told_by_column_and_rule() -> None:
    texts = ["1", "0.05", "x", "-2", "0.07", "", "-3"]
    rows = np.arange(2, 9)
    cells = Cells(pa.array(texts), np.zeros(7, np.int64), rows, rows)
    assert refusals(count_cells([cells], COLUMNS, ".")) == [
        Refused(0, "finer_than_resolution", 2, "0.05", [(3, 3), (6, 6)]),
        Refused(0, "negative_reading", 2, "-2", [(5, 5), (8, 8)]),
        Refused(0, "unreadable_number", 1, "x", [(4, 4)]),
    ]


def test_rows_that_follow_each_other_are_one_run() -> None:
    texts = ["x", "x", "1", "x", "", "x", "x"]
    rows = np.array([40, 41, 42, 43, 44, 90, 91])
    cells = Cells(pa.array(texts), np.zeros(7, np.int64), rows, rows)
    (found,) = refusals(count_cells([cells], COLUMNS, "."))
    assert (found.cells, found.runs) == (5, [(40, 41), (43, 43), (90, 91)])
    assert found.runs == runs_of(rows[[0, 1, 3, 5, 6]])


@pytest.mark.parametrize(
    ("separator", "text", "expected"),
    [
        (",", "1,234,567.5", "1234567.5"),
        (",", "-12,345", "-12345"),
        (",", "1,23", "1,23"),
        (",", "1234", "1234"),
        (",", "1,2345", "1,2345"),
        (".", "1.234,5", "1234,5"),
        (".", "1.5", "1.5"),
        (" ", "1\u00a0234,5", "1234,5"),
        (" ", "12 34", "12 34"),
        ("'", "1’234.5", "1234.5"),
        ("", "1,234", "1,234"),
    ],
)
def test_separators_of_thousands_stand_at_every_third_digit(
    separator: str, text: str, expected: str
) -> None:
    assert ungrouped(pa.array([text]), separator).to_pylist() == [expected]
