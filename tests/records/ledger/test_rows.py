"""Canonical rows: digests by segment as the schema gives them, leaves by row of the source."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.ledger.shelf import START

from celadon.records.ledger.rows import rows_root, segment_digests, source_rows
from celadon.records.tables import READING, SAMPLE

marks = st.none() | st.sampled_from(["", "ok", 'a"b', "two\nlines", '"\n"', "焦,炭"])
rows_of = st.lists(
    st.tuples(st.sampled_from("mn"), st.integers(-(2**63), 2**63 - 1), marks, st.integers(2, 5)),
    max_size=12,
)


def table_of(rows: list[tuple[str, int, str | None, int]]) -> pa.Table:
    return READING.from_rows(
        {"meter": m, "ts": START, "count": count, "quality": mark, "source_row": row}
        for m, count, mark, row in rows
    )


@given(st.lists(rows_of, max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_digest_of_a_segment_is_that_of_its_schema(
    parts: list[list[tuple[str, int, str | None, int]]],
) -> None:
    tables = [table_of(rows) for rows in parts if rows]
    if not tables:
        return
    together = pa.concat_tables(
        table.append_column("segment", pa.array([10 * n] * table.num_rows))
        for n, table in enumerate(tables)
    )
    expected = {10 * n: READING.digest(table) for n, table in enumerate(tables)}
    assert (
        segment_digests(READING, together.take(pa.array(range(len(together))[::-1])), "segment")
        == expected
    )


@given(rows_of, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_leaf_holds_what_one_row_of_the_source_gave(
    rows: list[tuple[str, int, str | None, int]], order: Any
) -> None:
    table = table_of(rows)
    places, texts = source_rows(READING, table)
    assert places == [("", number) for number in sorted({row for *_, row in rows})]
    for (_, number), text in zip(places, texts, strict=True):
        alone = table_of([row for row in rows if row[3] == number])
        assert source_rows(READING, alone)[1] == [text]
    shuffled = list(range(len(table)))
    order.shuffle(shuffled)
    assert rows_root(READING, table.take(pa.array(shuffled, pa.int64()))) == rows_root(
        READING, table
    )


@given(rows_of)
@settings(max_examples=60, deadline=None)
def test_text_that_is_known_changes_no_root(
    rows: list[tuple[str, int, str | None, int]],
) -> None:
    """It is taken only where the rows stand in both orders, that of the key and of the file."""
    checked = READING.check(table_of(rows))
    digest, text = READING.canonical(checked)
    assert digest == READING.digest(checked)
    assert rows_root(READING, checked, text) == rows_root(READING, checked)


def test_rows_in_both_orders_have_one_text() -> None:
    checked = READING.check(table_of([("a", 5, None, 2), ("b", 4, None, 3), ("c", 3, None, 3)]))
    _, text = READING.canonical(checked)
    assert text is not None
    assert b"".join(source_rows(READING, checked)[1]) == text
    _, of_other_order = READING.canonical(checked.take(pa.array([1, 0, 2])))
    assert of_other_order is None


def test_rows_of_two_sheets_are_apart() -> None:
    plain = {
        "stream": "coal", "parameter": "net_calorific_value", "from_day": dt.date(2025, 1, 1),
        "count": 1, "decimals": 0, "unit": "GJ/t", "origin": "laboratory", "source_row": 2,
    }  # fmt: skip
    table = SAMPLE.from_rows([{**plain, "sheet": name} for name in ("b", "a", None)])
    assert source_rows(SAMPLE, table)[0] == [("a", 2), ("b", 2), ("", 2)]
