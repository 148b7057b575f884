"""Day and time of day in two columns: joined, never taken for a midnight, told where they fail."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.records.build import site_of

from celadon.chain import canonical_json, sha256_text
from celadon.errors import DeclarationError
from celadon.records.readers.csv_files import csv_grid
from celadon.records.readers.profile import Profile, load_profile
from celadon.records.readers.reading_files import read_readings
from celadon.records.readers.two_columns import joined

SITE = site_of({"id": "e1", "kind": "interval", "measure": "kWh", "resolution": "1"})


def profile(**time: Any) -> Profile:
    said = {"column": ["日期"], "clock": ["时间"], "format": "%Y-%m-%d %H:%M"} | time
    return Profile.model_validate(
        {"id": "log", "kind": "reading", "file": "csv", "layout": "wide", "time": said}
    )


def read(text: str, said: Profile) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    table, findings = read_readings(csv_grid("log.csv", text.encode(), ",", 1), said, SITE)
    return table.to_pylist(), [(found.rule, found.place) for found in findings]


def test_a_row_is_the_instant_that_both_say() -> None:
    rows, findings = read("日期,时间,e1\n2025-03-01,08:15,5\n2025-03-01,24:00,6\n", profile())
    assert [row["ts"] for row in rows] == [
        dt.datetime(2025, 3, 1, 0, 15), dt.datetime(2025, 3, 1, 16),
    ]  # fmt: skip
    assert findings == []


def test_a_day_without_a_time_is_no_midnight() -> None:
    rows, findings = read("日期,时间,e1\n2025-03-01,,5\n,08:15,6\n2025-03-01,08:30,7\n", profile())
    assert [row["count"] for row in rows] == [7]
    assert findings == [
        ("unreadable_time", f"log.csv › row {row} › column A '日期'") for row in (2, 3)
    ]


def test_a_column_that_is_not_there_is_named() -> None:
    assert read("日期,e1\n2025-03-01,5\n", profile()) == (
        [], [("missing_column", "log.csv › 时间")],
    )  # fmt: skip
    assert read("时间,e1\n08:00,5\n", profile())[1] == [("missing_column", "log.csv › 日期")]


def test_cells_typed_as_instants_give_their_part() -> None:
    days = pa.array(["2025-03-01", "2025-03-01 00:00:00"])
    clocks = pa.array(["1899-12-31 08:15:00", "08:15:00"])
    assert joined(days, clocks).to_pylist() == ["2025-03-01 08:15:00"] * 2
    none = pa.array([], pa.string())
    assert joined(none, none).to_pylist() == []


def test_one_header_cannot_be_both(tmp_path: Path) -> None:
    (tmp_path / "log.toml").write_text(
        'id="log"\nkind="reading"\nfile="csv"\nlayout="wide"\n'
        '[time]\ncolumn=["时间"]\nclock=["时间"]\nformat="%Y-%m-%d %H:%M"\n',
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError, match="both the day and the time of day"):
        load_profile("log", [tmp_path])


def test_a_profile_without_it_keeps_the_hash_that_ledgers_know() -> None:
    shipped = load_profile("readings-wide")
    plain = shipped.model_dump(mode="json")
    del plain["time"]["clock"]
    assert shipped.content == sha256_text(canonical_json(plain))
    assert profile().content != profile(clock=[]).content
