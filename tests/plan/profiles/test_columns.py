"""Files of profiles as people have them: encodings, clocks, and what is no table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from celadon.errors import InputError
from celadon.plan.profiles.columns import Columns, read_columns


def read(folder: Path, content: bytes, name: str = "site.csv") -> Columns:
    (folder / name).write_bytes(content)
    return read_columns(folder / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "first", ["2025-01-01 00:00", "2025/1/1 0:00", "2025年1月1日 0:00", "2025-01-01T00:00:00"]
)
def test_encodings_and_clocks(encoding: str, first: str, tmp_path: Path) -> None:
    text = f"时间,负荷\n{first},5.5\n2025-01-01 01:00,\n"
    columns = read(tmp_path, text.encode(encoding))
    assert columns.names == ["时间", "负荷"]
    assert columns.times("时间")[0] == np.datetime64("2025-01-01T00:00", "m")
    numbers = columns.numbers("负荷")
    assert numbers[0] == 5.5
    assert np.isnan(numbers[1])


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "site.csv", "Empty CSV"), (b"a,b\n1\n", "site.csv", "CSV parse error"),
        (b"a,a\n1,2\n", "site.csv", "two columns"), (b"none", "site.parquet", "Parquet"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(content: bytes, name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read") as caught:
        read(tmp_path, content, name)
    assert told in caught.value.faults[0].found


@pytest.mark.parametrize("wrong", ["1/2/2025 0:00", "2025-02-31 00:00", "noon", ""])
def test_a_time_that_is_none_is_named(wrong: str, tmp_path: Path) -> None:
    columns = read(tmp_path, f"time,load\n2025-02-01 00:00,5\n{wrong},5\n".encode())
    with pytest.raises(InputError) as caught:
        columns.times("time")
    assert caught.value.faults[0].where == ("site.csv", "time", "row 3")


def test_parquet_keeps_its_numbers_and_nulls(tmp_path: Path) -> None:
    table = pa.table({"load": pa.array([1, None], pa.int64()), "name": ["a", "b"]})
    pq.write_table(table, tmp_path / "p.parquet")
    columns = read_columns(tmp_path / "p.parquet")
    assert set(columns.all_numbers()) == {"load"}
    assert np.isnan(columns.numbers("load")).tolist() == [False, True]
    with pytest.raises(InputError, match="no column cop"):
        columns.numbers("cop")
