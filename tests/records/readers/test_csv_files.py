"""CSV as a grid of text: every row keeps its number, nothing is interpreted."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.build import readings_profile

from celadon.errors import InputError
from celadon.records.readers import csv_files, gzip_files
from celadon.records.readers.grid import open_grids
from celadon.records.readers.sheet import Grid

NOT_GZIP = (
    "a gzip file that is damaged; it can be read up to line 0, but nothing tells which of its "
    "bytes are as they were"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def grid_of(folder: Path, data: bytes | str, name: str = "a.csv", **profile: Any) -> Grid:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (grid,) = open_grids(path, readings_profile(**profile))
    assert all(len(column) == len(grid.rows) for column in grid.columns)
    assert len(grid.columns) == len(grid.headers)
    return grid


def refused(folder: Path, data: bytes, name: str = "a.csv", **profile: Any) -> str:
    with pytest.raises(InputError, match=rf"Cannot read {name}") as caught:
        grid_of(folder, data, name, **profile)
    (fault,) = caught.value.faults
    assert fault.remedy
    return fault.found


def rows_of(grid: Grid) -> list[tuple[int, ...]]:
    """Each row's number with its cells."""
    cells = zip(*(column.to_pylist() for column in grid.columns), strict=True)
    return [(number, *row) for number, row in zip(grid.rows.to_pylist(), cells, strict=True)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "END"])
def test_cells_are_text_as_written(tmp_path: Path, end: str, last: str) -> None:
    text = end.join([" time ,m (kWh)", " 1 ,007", "NULL,nan"]) + (end if last else "")
    grid = grid_of(tmp_path, text)
    assert grid.headers == ("time", "m (kWh)")
    assert rows_of(grid) == [(2, " 1 ", "007"), (3, "NULL", "nan")]


@pytest.mark.parametrize("header", ["time,m", '"time","m"'])
def test_a_byte_order_mark_is_no_part_of_a_header(tmp_path: Path, header: str) -> None:
    assert grid_of(tmp_path, b"\xef\xbb\xbf" + f"{header}\n1,2\n".encode()).headers == ("time", "m")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "latin-1"])
def test_a_named_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    header = "Größe" if encoding == "latin-1" else "时间"
    grid = grid_of(tmp_path, f"{header},m\n1,2\n".encode(encoding), encoding=encoding)
    assert grid.headers == (header, "m")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("时间,m\n1,2\n", "the byte 0xBC in line 1"),
        ("time,m\n1,焦\n2,焦\n3,焦\n", "the byte 0xBD in line 2"),
    ],
)
def test_another_encoding_is_told_with_the_line(tmp_path: Path, text: str, found: str) -> None:
    assert refused(tmp_path, text.encode("gb18030")) == found


@pytest.mark.parametrize("bad", [b"3,\xbd\xb9", b"3,\x00\x00\x00", b"\xff\xff\xff"])
def test_a_line_that_is_no_text_is_left_out_and_told(tmp_path: Path, bad: bytes) -> None:
    grid = grid_of(tmp_path, b"time,m\n1,2\n" + bad + b"\n4,5\n6,7\n")
    assert rows_of(grid) == [(2, "1", "2"), (4, "4", "5"), (5, "6", "7")]
    (found,) = grid.faults("pots")
    assert (found.rule, found.place) == ("damaged_line", "a.csv › line 3")
    assert found.numbers == {"row": 3, "rows": 1, "encoding": "utf-8"}


def test_lines_of_two_encodings_give_those_that_the_profile_names(tmp_path: Path) -> None:
    data = "时间,m\n1,焦\n".encode() + "2,焦\n".encode("gb18030") + "3,煤\n".encode()
    grid = grid_of(tmp_path, data)
    assert [row[0] for row in rows_of(grid)] == [2, 4]
    assert [found.rule for found in grid.faults("pots")] == ["damaged_line"]


def test_a_gzip_file_in_several_parts_is_one_file(tmp_path: Path) -> None:
    data = gzip.compress(b"time,m\n1,2\n", mtime=0) + gzip.compress(b"3,4\n", mtime=0)
    assert len(grid_of(tmp_path, data).rows) == 2


def test_a_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzip_files, "MOST_BYTES", 1 << 20)
    data = gzip.compress(b"0" * (2 << 20), mtime=0)
    assert len(data) < 1 << 12
    assert "more than 1 MiB" in refused(tmp_path, data)
    assert refused(tmp_path, b"0" * (2 << 20)) == "2 MiB"


def test_a_row_longer_than_a_block_is_read(tmp_path: Path) -> None:
    long = "x" * (3 << 20)
    assert rows_of(grid_of(tmp_path, f'time,m\n1,"{long}"\n2,3\n'))[0] == (2, "1", long)


def test_semicolons_and_tabs_part_cells(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "time;m\n1;12,5\n", delimiter=";", decimal=",")
    assert rows_of(grid) == [(2, "1", "12,5")]
    assert rows_of(grid_of(tmp_path, "time\tm\n1\t2\n", delimiter="\t")) == [(2, "1", "2")]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_a_compressed_file_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert rows_of(grid_of(tmp_path, gzip.compress(b"time,m\n1,2\n", mtime=0), name)) == [
        (2, "1", "2")
    ]


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"  \r\n\r\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)]
)
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="an empty file"):
        grid_of(tmp_path, data)


def test_headers_alone_are_an_empty_sheet(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "time,m\n")
    assert grid.headers == ("time", "m")
    assert [found.rule for found in grid.faults("pots")] == ["empty_sheet"]


def test_a_header_row_beyond_the_end_is_an_empty_sheet(tmp_path: Path) -> None:
    assert len(grid_of(tmp_path, "time,m\n1,2\n", header_row=9).rows) == 0


def test_broken_rows_are_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    text = "time,m\n1,2\n3\n4,5\n6,7,8\n\n9,10\n"
    grid = grid_of(tmp_path, text)
    assert rows_of(grid) == [(2, "1", "2"), (4, "4", "5"), (7, "9", "10")]
    assert grid.ragged == (3, 5)
    (found,) = grid.faults("pots")
    assert (found.rule, found.place) == ("ragged_row", "a.csv › rows 3, 5")
    assert found.numbers == {"row": 3, "rows": 2, "at_rows": "3, 5"}


def test_rows_are_counted_from_the_head_of_the_file(tmp_path: Path) -> None:
    text = "plant log\n\ntime,m\n1,2\n3\n4,5\n"
    grid = grid_of(tmp_path, text, header_row=3)
    assert grid.headers == ("time", "m")
    assert rows_of(grid) == [(4, "1", "2"), (6, "4", "5")]
    assert grid.ragged == (5,)


@pytest.mark.parametrize("blank", ["", "   ", ",", " , ", ",,,"])
def test_blank_rows_are_no_faults_and_keep_their_numbers(tmp_path: Path, blank: str) -> None:
    grid = grid_of(tmp_path, f"time,m\n1,2\n{blank}\n{blank}\n3,4\n{blank}\n")
    assert rows_of(grid) == [(2, "1", "2"), (5, "3", "4")]
    assert grid.ragged == ()


def test_quoted_cells_keep_what_is_in_them(tmp_path: Path) -> None:
    text = 'time,"m, left"\n1,"2,5"\n2,"say ""8"""\n3,"two\nlines"\n4,5\n'
    grid = grid_of(tmp_path, text)
    assert grid.headers == ("time", "m, left")
    assert rows_of(grid) == [
        (2, "1", "2,5"),
        (3, "2", 'say "8"'),
        (4, "3", "two\nlines"),
        (5, "4", "5"),  # rows are counted as a spreadsheet counts them
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (PNG, "a picture (PNG)"),
        (b"%PDF-1.7", "a PDF file"),
        (b"PK\x03\x04rest", "a workbook or another zip archive"),
        (b"\xd0\xcf\x11\xe0rest", "a workbook of an old format (.xls), or one with a password"),
        (b"time\x00,m\n1,2\n", "bytes that are no text"),
        ("time,m\n1,2\n".encode("utf-16-le"), "bytes that are no text"),
        (b"PAR1rest", "a Parquet file"),
        (b"\x1f\x8b\x08", "a gzip file that is cut short; it can be read up to line 0"),
        (b"\x1f\x8bnot gzip at all", NOT_GZIP),
        (gzip.compress(PNG, mtime=0), "a picture (PNG)"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, data: bytes, found: str) -> None:
    assert refused(tmp_path, data) == found


ENCODINGS = ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_a_gzip_file_cut_short_the_whole_lines_are_read(
    tmp_path: Path, encoding: str, end: str
) -> None:
    lines = ["time,表"] + [f"{n},{n * n}" for n in range(2, 400)]
    text = end.join(lines) + end
    packed = gzip.compress(text.encode(encoding), mtime=0)
    seen = set()
    for cut in range(len(packed) - 1, len(packed) // 2, -97):
        grid = grid_of(tmp_path, packed[:cut], encoding=encoding)
        read = rows_of(grid)
        assert [(str(n), c) for n, c in [(row[1], row[2]) for row in read]] == [
            tuple(line.split(",")) for line in lines[1 : len(read) + 1]
        ]
        (met,) = grid.met
        seen.add(len(read))
        whole = end.join(lines[: len(read) + 1]) + end
        assert (met.rule, met.place) == ("gzip_cut_short", (f"line {len(read) + 2}",))
        assert met.numbers["last"] == len(read) + 1
        assert met.numbers["size"] == len(whole.encode(encoding))
    assert len(seen) > 5


def test_of_a_gzip_file_damaged_inside_only_whole_parts_are_read(tmp_path: Path) -> None:
    first, second = (gzip.compress(t, mtime=0) for t in (b"time,m\n1,2\n", b"3,4\n5,6\n"))
    spoilt = bytearray(second)
    spoilt[-8] ^= 1  # of the check, which does not tell where
    grid = grid_of(tmp_path, first + bytes(spoilt))
    assert rows_of(grid) == [(2, "1", "2")]
    assert grid.met[0].numbers == {"row": 3, "last": 2, "size": 11}
    assert rows_of(grid_of(tmp_path, first + b"stray bytes")) == [(2, "1", "2")]
    assert "nothing tells" in refused(tmp_path, bytes(spoilt))


def test_a_header_of_two_lines_leaves_all_cells_text(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, 'time,"m\n(kWh)",n\n1,007,1e3\n')
    assert grid.headers == ("time", "m\n(kWh)", "n")
    assert rows_of(grid) == [(2, "1", "007", "1e3")]


def test_lines_may_end_as_they_did_on_old_machines(tmp_path: Path) -> None:
    assert rows_of(grid_of(tmp_path, "time,m\r1,2\r3,4\r")) == [(2, "1", "2"), (3, "3", "4")]


def test_numbers_of_rows_are_right_beyond_one_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_files, "_BLOCK", 64)
    lines = [f"{n},{n}" if n % 5 else ("" if n % 2 else f"{n}") for n in range(2, 200)]
    grid = grid_of(tmp_path, "time,m\n" + "\n".join(lines) + "\n")
    assert all(number == int(cells[0]) for number, *cells in rows_of(grid))
    assert grid.ragged == tuple(n for n in range(2, 200) if n % 10 == 0)


plain = st.text(st.sampled_from('ab01 ,;"\n焦'), max_size=5)


@given(st.lists(st.tuples(plain, plain), min_size=1, max_size=8))
def test_what_is_quoted_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "\n".join(["time,m", *(",".join(map(quoted, row)) for row in rows)])
    grid = grid_of(tmp_path_factory.mktemp("csv"), text)
    expected = [(n, *row) for n, row in enumerate(rows, start=2) if any(c.strip() for c in row)]
    assert rows_of(grid) == expected


def test_a_quotation_mark_that_is_not_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, 'time,m\n1,"2"\n3,"4\n5,6\n7,8\n')
    assert rows_of(grid) == [(2, "1", "2"), (4, "5", "6"), (5, "7", "8")]
    assert [(met.rule, met.place) for met in grid.met] == [("open_quote", ("line 3",))]


@pytest.mark.parametrize("cell", ['5" pipe', '"a, ""b"""', '"two\nlines"', '"ends,"'])
def test_other_quotation_marks_are_left_as_they_are(tmp_path: Path, cell: str) -> None:
    grid = grid_of(tmp_path, f"time,m\n1,{cell}\n3,4\n")
    assert grid.met == ()
    assert len(grid.rows) == 2
