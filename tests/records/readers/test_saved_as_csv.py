"""A sheet of facts saved as CSV is read by the profile of its workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.records.build import register_meter, site_of

from celadon.errors import InputError
from celadon.records.readers.exchange_files import read_exchanges
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import load_profile

SITE = site_of(register_meter("w", measure="m3", resolution="0.1", modulus="100000"))
HEAD = ["表号", "换表时间", "旧表止数", "新表起数", "凭证编号"]
ROW = ["w", "2025-03-05 12:00", "812.5", "0", "W-7"]


def saved(folder: Path, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path = folder / "exchanges.csv"
    text = "\r\n".join(delimiter.join(row) for row in (HEAD, ROW)) + "\r\n"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (",", "utf-8-sig"), (";", "utf-8"), (",", "gb18030"), ("\t", "utf-16")],
)
def test_text_is_read_as_the_workbook_it_was(tmp_path: Path, delimiter: str, encoding: str) -> None:
    profile = load_profile("exchanges")
    (grid,) = open_grids(saved(tmp_path, delimiter, encoding), profile)
    table, findings = read_exchanges(grid, profile, SITE)
    (row,) = table.to_pylist()
    assert (row["meter"], row["closing"], row["opening"]) == ("w", 8125, 0)
    assert row["ts"] == dt.datetime(2025, 3, 5, 4)
    assert (row["document"], row["source_row"], findings) == ("W-7", 2, [])


def test_the_profile_that_the_ledger_knows_is_the_same_for_both() -> None:
    assert load_profile("exchanges").file == "xlsx"  # its content names what was read with it


def test_text_without_the_headers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_text("time,e\n2025-01-01 00:00,1\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        open_grids(path, load_profile("exchanges"))
    (fault,) = error.value.faults
    assert fault.found == "text, such as CSV"
    assert fault.rule == "the profile exchanges reads XLSX, or CSV with the same headers"


def test_a_damaged_line_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path)
    rows = ["w,2025-03-05 12:00,812.5,0,凭证".encode()] * 3
    path.write_bytes(path.read_bytes() + b"\n".join([*rows, b"w,\xff,1,2,3", b""]))
    (grid,) = open_grids(path, load_profile("exchanges"))
    assert grid.rows.to_pylist() == [2, 3, 4, 5]
    assert [(met.rule, met.place) for met in grid.met] == [("damaged_line", ("line 6",))]


def test_text_in_a_doubtful_encoding_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.csv"
    lines = ["meter,time,closing,opening", *["w,2025-03-05 12:00,812.5,0"] * 200, "é"]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    with pytest.raises(InputError) as error:
        open_grids(path, load_profile("exchanges"))
    (fault,) = error.value.faults
    assert fault.found == "text in latin-1 or gb18030 or cp1252"
    assert ".xlsx" in fault.remedy
