"""Parquet as a grid: exact where the file is, fifteen digits where it is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.records.build import interval_meter, readings_profile, site_of

from celadon.errors import InputError
from celadon.records.finding import Finding
from celadon.records.readers import parquet_files
from celadon.records.readers.grid import open_grids
from celadon.records.readers.reading_files import read_readings
from celadon.records.readers.sheet import Grid

SITE = site_of(interval_meter("e", measure="kWh", resolution="0.1"), zone="Europe/Berlin")
QUARTER = dt.timedelta(minutes=15)


def grid_of(folder: Path, table: pa.Table, **profile: Any) -> Grid:
    path = folder / "a.parquet"
    pq.write_table(table, path)
    (grid,) = open_grids(path, readings_profile(file="parquet", **profile))
    return grid


def read(folder: Path, table: pa.Table) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    profile = readings_profile(file="parquet")
    found, findings = read_readings(grid_of(folder, table), profile, SITE)
    return [(row["ts"], row["count"], row["source_row"]) for row in found.to_pylist()], findings


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([0.1 + 0.2, 5.0, None], pa.float64(), ["0.3", "5", ""]),
        ([12.3, 1.1], pa.float32(), ["12.3", "1.1"]),
        ([2**62 + 1, -7], pa.int64(), ["4611686018427387905", "-7"]),
        ([Decimal("1.50"), Decimal("-0.05")], pa.decimal128(9, 2), ["1.50", "-0.05"]),
        (["a ", None], pa.string(), ["a ", ""]),
        (["a", "b"], pa.dictionary(pa.int8(), pa.string()), ["a", "b"]),
        ([dt.date(2025, 1, 2)], pa.date32(), ["2025-01-02"]),
    ],
)
def test_values_as_text(
    tmp_path: Path, values: list[Any], kind: pa.DataType, texts: list[str]
) -> None:
    grid = grid_of(tmp_path, pa.table({"n": ["x"] * len(values), "v": pa.array(values, kind)}))
    assert grid.columns[1].to_pylist() == texts
    assert grid.rows.to_pylist() == list(range(1, len(values) + 1))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_are_local_or_in_utc_as_the_file_says(tmp_path: Path, unit: str) -> None:
    start = dt.datetime(2025, 7, 1)
    times = [start, start + QUARTER]
    for zone, hour in ((None, 22), ("Asia/Shanghai", 0), ("UTC", 0)):
        kind = pa.timestamp(unit, zone)
        rows, findings = read(tmp_path, pa.table({"time": pa.array(times, kind), "e": [1.5, 2]}))
        assert findings == []
        day = dt.datetime(2025, 6, 30 if zone is None else 1, hour, tzinfo=None)
        expected = day if zone is None else dt.datetime(2025, 7, 1)
        assert rows == [(expected, 15, 1), (expected + QUARTER, 20, 2)]


def test_the_repeated_hour_of_a_local_clock_is_told_apart(tmp_path: Path) -> None:
    times = [dt.datetime(2025, 10, 26, 2), dt.datetime(2025, 10, 26, 2)]
    rows, _ = read(tmp_path, pa.table({"time": pa.array(times, pa.timestamp("us")), "e": [1, 2]}))
    assert [ts.hour for ts, *_ in rows] == [0, 1]


def test_times_as_text_are_read_by_the_format(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, pa.table({"time": ["2025-01-01 00:00", "x"], "e": [1.0, 2.0]}))
    assert (len(rows), [found.rule for found in findings]) == (1, ["unreadable_time"])


def test_a_column_that_has_no_text_is_told(tmp_path: Path) -> None:
    table = pa.table({"time": ["2025-01-01 00:00"], "e": [1], "l": [[1, 2]], "b": [b"\xff"]})
    grid = grid_of(tmp_path, table)
    found = grid.faults("pots")
    assert [(f.rule, f.numbers["name"]) for f in found] == [
        ("unread_column", "l"), ("unread_column", "b"),
    ]  # fmt: skip
    assert all(f.text("zh") for f in found)


@pytest.mark.parametrize("table", [pa.table({}), pa.table({"time": pa.array([], pa.string())})])
def test_an_empty_file_is_an_empty_grid(tmp_path: Path, table: pa.Table) -> None:
    assert [f.rule for f in grid_of(tmp_path, table).faults("pots")] == ["empty_sheet"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"time,e\n", "text, such as CSV"),
        (b"", "an empty file"),
        (b"PAR1", "a Parquet file that is cut short"),
        (b"PAR1" + b"x" * 50, "a Parquet file that is cut short"),
        (b"PAR1" + b"x" * 50 + b"PAR1", "a damaged Parquet file"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"Cannot read a.parquet") as caught:
        open_grids(path, readings_profile(file="parquet"))
    assert caught.value.faults[0].found.startswith(found)


def test_a_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="Cannot read"):
        grid_of(tmp_path, pa.table({"time": [f"{n}" for n in range(500)]}))
