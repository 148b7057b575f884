"""Typed cells as text: fifteen digits, ISO 8601, the same in bulk as one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from celadon.records.readers.typed_cells import cell_text, column_text, float_text, number_text

floats = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.one_of(floats, st.none()), max_size=30), st.sampled_from(".,"))
@example([0.1 + 0.2, 5.0, -0.0, 1e15, 1e-5, 123456789012345.0, 1e22, 5e-324], ",")
def test_numbers_in_bulk_are_as_one_by_one(numbers: list[float | None], decimal: str) -> None:
    found = float_text(pa.array(numbers, pa.float64()), decimal).to_pylist()
    assert found == [None if n is None else number_text(n, decimal) for n in numbers]


cells = st.one_of(
    floats, st.just(""), st.text(max_size=5), st.booleans(), st.dates(),
    st.datetimes(dt.datetime(1900, 1, 1)), st.timedeltas(),
)  # fmt: skip


@given(st.one_of(st.lists(cells), st.lists(floats), st.lists(st.text()), st.lists(st.datetimes())))
def test_columns_in_bulk_are_as_cell_by_cell(values: list[Any]) -> None:
    found = column_text(values).to_pylist()
    assert [text.strip() for text in found] == [cell_text(value).strip() for value in values]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (dt.datetime(2025, 1, 1, 23, 59, 59, 999_600), "2025-01-02"),
        (dt.datetime(2025, 1, 1, 0, 0, 0, 400), "2025-01-01"),
        (dt.datetime(9999, 12, 31, 23, 59, 59), "9999-12-31 23:59:59"),
        (dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "2025-01-01 00:00:00+00:00"),
        (True, "True"),
        (1e300, "1e+300"),
    ],
)
def test_a_cell_as_a_person_reads_it(cell: Any, text: str) -> None:
    assert cell_text(cell) == text


@given(st.lists(st.one_of(st.datetimes(), st.dates()), min_size=1))
@example([dt.date(2025, 1, 1), dt.datetime(2025, 1, 1, 0, 15), dt.datetime(2025, 1, 1)])
def test_days_and_instants_in_one_column_are_as_cell_by_cell(values: list[dt.date]) -> None:
    assert column_text(values).to_pylist() == [cell_text(value) for value in values]
