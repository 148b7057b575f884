from __future__ import annotations

import datetime as dt
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon import tables
from celadon.errors import TableError
from celadon.tables import Column, Schema, declare, declared_schemas

SAMPLE = Schema(
    "kiln",
    "One firing.",
    "一次烧成。",
    (
        Column("kiln", "text", "kiln", "窑"),
        Column("ts", "timestamp", "start, UTC", "起点"),
        Column("count", "bigint", "pieces", "件数", unit="piece"),
        Column("heat", "huge", "heat", "热量", unit="kJ", nullable=True),
        Column("day", "date", "local day", "当地日", nullable=True),
        Column("glazed", "boolean", "whether glazed", "是否施釉", nullable=True),
        Column("mark", "text", "mark", "印记", nullable=True),
    ),
    ("kiln", "ts"),
)
HUGE = 10**38 - 1

rows = st.fixed_dictionaries(
    {
        "kiln": st.sampled_from(["a", "b", "龙泉", 'c,"\n']),
        "ts": st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)),
        "count": st.integers(-(2**63), 2**63 - 1),
        "heat": st.none() | st.integers(-HUGE, HUGE),
        "day": st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
        "glazed": st.none() | st.booleans(),
        "mark": st.none() | st.sampled_from(["", " ", "x", '"', "\n", ","]),
    }
)


def row(**changes: Any) -> dict[str, Any]:
    plain = {"kiln": "a", "ts": dt.datetime(2025, 3, 1), "count": 1}
    return plain | changes


@given(st.lists(rows, max_size=20), st.data())
def test_a_digest_does_not_see_row_order_or_chunks(
    listed: list[dict[str, Any]], data: st.DataObject
) -> None:
    digest = SAMPLE.digest(SAMPLE.from_rows(listed))
    shuffled = SAMPLE.from_rows(data.draw(st.permutations(listed)))
    cut = data.draw(st.integers(0, len(listed)))
    chunked = pa.concat_tables([shuffled.slice(cut), shuffled.slice(0, cut)])
    assert SAMPLE.digest(shuffled) == digest
    assert SAMPLE.digest(chunked) == digest


@given(st.lists(rows, max_size=20), st.data())
def test_a_check_sorts_what_is_not_in_order(
    listed: list[dict[str, Any]], data: st.DataObject
) -> None:
    shuffled = pa.Table.from_pylist(data.draw(st.permutations(listed)), SAMPLE.arrow())
    cut = data.draw(st.integers(0, len(listed)))
    checked = SAMPLE.check(pa.concat_tables([shuffled.slice(0, cut), shuffled.slice(cut)]))
    keys = [tuple(row[name] for name in SAMPLE.key) for row in checked.to_pylist()]
    assert keys == sorted(keys)
    assert SAMPLE.check(checked) == checked


@given(rows, rows)
def test_a_digest_sees_every_value(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = SAMPLE.digest(SAMPLE.from_rows([one])) == SAMPLE.digest(SAMPLE.from_rows([other]))
    assert same == (one == other)


def test_a_digest_tells_empty_from_missing() -> None:
    empty, missing = (SAMPLE.from_rows([row(mark=mark)]) for mark in ("", None))
    assert SAMPLE.digest(empty) != SAMPLE.digest(missing)


def test_a_digest_is_the_hash_of_text_that_anyone_can_write() -> None:
    table = SAMPLE.from_rows([row(heat=HUGE, day=dt.date(2025, 3, 1), glazed=True, mark="x")])
    text = '"a",1740787200000000,1,' + str(HUGE) + ',2025-03-01,true,"x"\n'
    assert SAMPLE.digest(table) == tables.hashlib.sha256(text.encode()).hexdigest()


@given(st.lists(rows, max_size=20))
def test_parquet_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, listed: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("kiln") / "kiln.parquet"
    table = SAMPLE.from_rows(listed)
    SAMPLE.write(table, path)
    assert SAMPLE.read(path).equals(table)


def test_huge_integers_are_decimals_on_disk_for_every_reader(tmp_path: Path) -> None:
    path = tmp_path / "kiln.parquet"
    SAMPLE.write(SAMPLE.from_rows([row(heat=HUGE)]), path)
    assert pq.read_schema(path).field("heat").type == pa.decimal128(38, 0)
    read = duckdb.read_parquet(str(path))
    assert dict(zip(read.columns, map(str, read.types), strict=True))["heat"] == "DECIMAL(38,0)"
    assert read.project("heat").fetchall() == [(HUGE,)]


def test_the_same_table_gives_the_same_bytes() -> None:
    first, second = BytesIO(), BytesIO()
    listed = [row(count=n, ts=dt.datetime(2025, 3, 1, n)) for n in range(20)]
    SAMPLE.write(SAMPLE.from_rows(listed), first)
    SAMPLE.write(SAMPLE.from_rows(reversed(listed)), second)
    assert first.getvalue() == second.getvalue()


def test_rows_are_sorted_by_key_and_columns_by_declaration() -> None:
    table = SAMPLE.from_rows([row(kiln="b"), row(ts=dt.datetime(2025, 3, 2)), row()])
    assert table.column_names == SAMPLE.names
    assert table["kiln"].to_pylist() == ["a", "a", "b"]
    assert SAMPLE.check(table.select(SAMPLE.names[::-1])).equals(table)


def test_columns_missing_and_undeclared_are_named_at_once() -> None:
    table = SAMPLE.from_rows([row()]).drop_columns(["count", "mark"])
    table = table.append_column("colour", pa.array(["green"]))
    with pytest.raises(TableError) as refused:
        SAMPLE.check(table)
    assert [fault.place for fault in refused.value.faults] == [
        "kiln › count",
        "kiln › mark",
        "kiln › colour",
    ]
    assert "the schema of kiln: kiln, ts, count" in str(refused.value)


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("count", pa.array([1.0]), "floats are not exact"),
        ("count", pa.array([2**63], pa.decimal128(38, 0)), "does not become bigint"),
        ("count", pa.array(["many"]), "does not become bigint"),
        ("count", pa.array([None], pa.int64()), "1 empty values"),
        ("heat", pa.array([0.5]), "floats are not exact"),
        ("ts", pa.array([1], pa.timestamp("ns")), "does not become timestamp"),
        ("kiln", pa.array([None], pa.string()), "1 empty values"),
    ],
)
def test_a_column_that_would_lose_something_is_refused(
    column: str, values: pa.Array, found: str
) -> None:
    table = SAMPLE.from_rows([row()])
    table = table.set_column(SAMPLE.names.index(column), column, values)
    with pytest.raises(TableError) as refused:
        SAMPLE.check(table)
    assert found in refused.value.faults[0].found
    assert refused.value.faults[0].place == f"kiln › {column}"
    assert refused.value.faults[0].remedy


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("count", 1.5),
        ("count", 1.0),
        ("count", "1"),
        ("count", 2**63),
        ("heat", 0.5),
        ("heat", 10**38),
        ("kiln", 3),
        ("ts", "2025-03-01"),
        ("kiln", None),
    ],
)
def test_a_value_of_another_type_is_refused(column: str, value: object) -> None:
    with pytest.raises(TableError) as refused:
        SAMPLE.from_rows([row(), row(**{column: value})])
    assert refused.value.faults[0].place == f"kiln › {column}"


def test_a_misspelt_name_in_a_row_is_refused() -> None:
    with pytest.raises(TableError, match="colour"):
        SAMPLE.from_rows([row(colour="green")])


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kiln.parquet"
    path.write_text("kiln,ts,count\n")
    with pytest.raises(TableError, match=r"Cannot read kiln\.parquet"):
        SAMPLE.read(path)


def test_a_table_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_SCHEMAS", {})
    schema = declare("kiln", "One firing.", "一次烧成。", SAMPLE.columns, ["kiln"])
    assert declared_schemas() == [schema]
    with pytest.raises(ValueError, match="kiln is declared twice"):
        declare("kiln", "Another.", "另一。", SAMPLE.columns, ["kiln"])
    with pytest.raises(ValueError, match="colour"):
        declare("vase", "One vase.", "一只瓶。", SAMPLE.columns, ["colour"])


def test_the_json_schema_of_a_row() -> None:
    schema = SAMPLE.json_schema()
    assert schema["required"] == ["kiln", "ts", "count"]
    assert schema["properties"]["count"] == {
        "type": "integer",
        "description": "pieces",
        "unit": "piece",
    }
    assert schema["properties"]["ts"]["format"] == "date-time"
    assert schema["additionalProperties"] is False


@given(
    st.lists(st.tuples(st.none() | st.just("x"), st.none() | st.just(1)), max_size=6),
    st.none() | st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True),
    st.sampled_from([(), ("a",)]),
)
def test_columns_without_a_value_read_as_any_other(
    listed: list[tuple[str | None, int | None]], asked: list[str] | None, coded: tuple[str, ...]
) -> None:
    data = BytesIO()
    columns = {
        "a": pa.array([text for text, _ in listed], pa.string()),
        "b": pa.array([number for _, number in listed], pa.int64()),
        "c": pa.array(range(len(listed)), pa.int64()),
    }
    pq.write_table(pa.table(columns), data, row_group_size=2)
    plain = pq.ParquetFile(BytesIO(data.getvalue()), read_dictionary=list(coded)).read(asked)
    read = tables.read_parquet(data.getvalue(), asked, coded)
    read.validate(full=True)
    assert read.schema.equals(plain.schema, check_metadata=True)
    assert read.equals(plain)


def test_a_column_that_is_said_to_be_empty_is_not_decoded() -> None:
    data = BytesIO()
    table = pa.table({"a": pa.array([None] * 9, pa.string()), "b": range(9)})
    pq.write_table(table, data)
    spoiled = bytearray(data.getvalue())
    group = pq.read_metadata(BytesIO(data.getvalue())).row_group(0)
    start = group.column(0).dictionary_page_offset or group.column(0).data_page_offset
    end = start + group.column(0).total_compressed_size
    spoiled[start:end] = bytes(end - start)
    assert tables.read_parquet(bytes(spoiled)).equals(table)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_reading_a_file_starts_no_workers(tmp_path: Path) -> None:
    """Workers that wind up as the interpreter ends abort it, once in twenty."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: range(5000) for name in "abcdef"}), path)
    program = (
        "import os, pathlib, sys; from celadon.tables import read_parquet;"
        "path = pathlib.Path(sys.argv[1]);"
        "before = len(os.listdir('/proc/self/task'));"
        "read_parquet(path); read_parquet(path.read_bytes());"
        "print(len(os.listdir('/proc/self/task')) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= 1
