"""Guesses about files: what can be told is told, what is doubtful is said to be."""

from __future__ import annotations

import datetime as dt
import gzip
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.records.build import register_meter, site_of
from tests.records.readers.test_green_button import DELTA, block, feed, meter, reading_type
from tests.records.readers.test_workbook_files import book

from celadon.errors import InputError
from celadon.records.readers.profile import Profile, load_profile, shipped_profiles
from celadon.records.readers.profile_text import profile_text
from celadon.records.readers.recognise import UNSAVED, recognise
from celadon.records.readers.recognition import Guess, NotRecognised
from celadon.reference import load_registry

SITE = site_of(
    {"id": "e1", "kind": "interval", "measure": "kWh", "resolution": "0.1", "name_zh": "轧线电表"},
    {"id": "e2", "kind": "interval", "measure": "kWh", "resolution": "0.1", "name_en": "Main feed"},
    register_meter("w1", measure="m3"),
    stream=[{"id": "coal", "carrier": "raw_coal", "from": "outside", "to": "mill", "stock": True}],
    unit=[{"id": "mill"}],
)
KNOWN = {name: load_profile(name) for name in shipped_profiles()}
START = dt.datetime(2025, 3, 1)


def guess(
    folder: Path, data: bytes | str, name: str = "a.csv", known: dict[str, Profile] = KNOWN
) -> Guess:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return recognise(path, SITE, {}, known)


def doubts(found: Guess) -> dict[str, tuple[str, ...]]:
    return {trace.aspect: trace.others for trace in found.doubts}


def unrecognised(folder: Path, data: bytes | str, name: str = "a.csv") -> NotRecognised:
    with pytest.raises(NotRecognised) as caught:
        guess(folder, data, name)
    return caught.value


def log(
    slots: range = range(96), pattern: str = "%Y-%m-%d %H:%M", parted: str = ",", mark: str = ".",
    head: tuple[str, ...] = ("time", "e1 (kWh)", "w1"), step: int = 15,
) -> str:  # fmt: skip
    """A day of an interval meter and a register."""
    lines = [parted.join(head)]
    for slot in slots:
        when = START + slot * dt.timedelta(minutes=step)
        cells = [f"{when:{pattern}}", f"{25 + slot % 7}{mark}{slot % 10}", f"{7000 + 3 * slot}"]
        lines.append(parted.join(cells + ["x"] * (len(head) - 3)))
    return "\n".join(lines) + "\n"


def test_a_tidy_file_is_what_a_shipped_profile_reads(tmp_path: Path) -> None:
    found = guess(tmp_path, log())
    assert (found.known_as, found.doubts, found.findings) == ("readings-wide", (), ())
    assert found.rows == 2 * 96
    assert found.first[0] == {
        "meter": "e1", "ts": dt.datetime(2025, 2, 28, 16), "count": 250, "quality": None,
        "source_row": 2,
    }  # fmt: skip


def test_an_own_profile_is_known_before_a_shipped_one(tmp_path: Path) -> None:
    own = Profile.model_validate(KNOWN["readings-wide"].model_dump() | {"id": "mine"})
    assert guess(tmp_path, log(), known={"mine": own, **KNOWN}).known_as == "mine"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = log(head=("时间", "轧线电表", "w1", "备注"))
    found = guess(tmp_path, text.encode(encoding))
    assert found.profile.meters == {"轧线电表": "e1"}
    assert (found.profile.ignore, found.rows, found.doubts) == (("备注",), 192, ())


def test_an_old_western_encoding_is_a_doubtful_guess(tmp_path: Path) -> None:
    found = guess(tmp_path, log(head=("Zeit", "e1", "w1", "Prüfer für Gerät")).encode("latin-1"))
    assert found.profile.encoding == "latin-1"
    assert "encoding" in doubts(found)


@pytest.mark.parametrize("parted", [",", ";", "\t", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_delimiters(tmp_path: Path, parted: str, packed: bool) -> None:
    data = log(parted=parted).encode()
    found = guess(tmp_path, gzip.compress(data, mtime=0) if packed else data)
    assert (found.profile.delimiter, found.rows, found.doubts) == (parted, 192, ())


def test_decimal_commas(tmp_path: Path) -> None:
    found = guess(tmp_path, log(parted=";", mark=","))
    assert (found.profile.delimiter, found.profile.decimal, found.doubts) == (";", ",", ())
    assert found.first[2]["count"] == 261


@pytest.mark.parametrize(
    ("cells", "decimal", "thousands", "doubtful"),
    [
        (["1.234,5", "12,5"], ",", ".", False),
        (["1,234.5", "12.5"], ".", ",", False),
        (["1 234,5", "12,5"], ",", " ", False),
        (["1.234.567", "12"], ",", ".", False),
        (["1,234", "5,678"], ",", "", True),  # thousands, or fractions of three digits
        (["1.234", "5.678"], ".", "", True),
        (["1.5", "2,5"], ".", "", True),
        (["15", "25"], ".", "", False),
    ],
)
def test_marks_of_numbers(
    tmp_path: Path, cells: list[str], decimal: str, thousands: str, doubtful: bool
) -> None:
    rows = [
        f"{START + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M};{cells[n % 2]}" for n in range(96)
    ]
    found = guess(tmp_path, "\n".join(["time;e1", *rows]))
    assert (found.profile.decimal, found.profile.thousands) == (decimal, thousands)
    assert ("decimal" in doubts(found)) == doubtful


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M", "%Y%m%d%H%M",
     "%Y年%m月%d日 %H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M %p", "%Y%m%d %H:%M:%S"],
)  # fmt: skip
def test_formats_of_time(tmp_path: Path, pattern: str) -> None:
    found = guess(tmp_path, log(range(96 * 20), pattern))
    assert found.profile.time is not None
    assert (found.profile.time.format, found.rows, found.doubts) == (pattern, 2 * 96 * 20, ())


def test_a_day_that_could_be_a_month_is_doubtful(tmp_path: Path) -> None:
    found = guess(tmp_path, log(pattern="%d/%m/%Y %H:%M"))
    assert doubts(found) == {"format": ("%m/%d/%Y %H:%M",)}


def test_days_in_a_row_tell_a_day_from_a_month(tmp_path: Path) -> None:
    found = guess(tmp_path, log(range(96 * 3), "%m/%d/%Y %H:%M"))
    assert found.profile.time is not None
    assert (found.profile.time.format, found.doubts) == ("%m/%d/%Y %H:%M", ())


def test_times_with_an_offset_need_no_zone(tmp_path: Path) -> None:
    text = log().replace(":00,", ":00+08:00,").replace(":15,", ":15+08:00,")
    text = text.replace(":30,", ":30+08:00,").replace(":45,", ":45+08:00,")
    found = guess(tmp_path, text)
    assert found.profile.time is not None
    assert (found.profile.time.format, found.doubts) == ("%Y-%m-%d %H:%M%z", ())


@pytest.mark.parametrize(
    ("slots", "stamp", "doubtful"),
    [
        (range(96), "start", False),
        (range(1, 97), "end", False),
        (range(4, 90), "start", True),
        (range(96 * 31), "start", False),
        (range(1, 96 * 31 + 1), "end", False),
    ],
)
def test_stamps_of_intervals(tmp_path: Path, slots: range, stamp: str, doubtful: bool) -> None:
    found = guess(tmp_path, log(slots))
    assert found.profile.time is not None
    assert (found.profile.time.stamp, "stamp" in doubts(found)) == (stamp, doubtful)


def test_midnight_written_24_is_the_end_of_a_day(tmp_path: Path) -> None:
    text = log(range(50, 97)).replace("2025-03-02 00:00", "2025-03-01 24:00")
    found = guess(tmp_path, text)
    assert found.profile.time is not None
    assert (found.profile.time.stamp, found.doubts) == ("end", ())


def test_midnight_with_the_date_of_the_day_that_it_ends(tmp_path: Path) -> None:
    """The first day runs 00:15 ... 23:45, 00:00, all of one date; the next day likewise."""
    days = [log(range(1, 97)), log(range(97, 193))]
    early = [text.replace(f"2025-03-0{n + 2} 00:00", f"2025-03-0{n + 1} 00:00")
             for n, text in enumerate(days)]  # fmt: skip
    text = early[0] + early[1].partition("\n")[2]
    assert text.count("2025-03-01 00:00") == text.count("2025-03-02 00:00") == 1
    found = guess(tmp_path, text)
    assert found.profile.time is not None
    assert (found.profile.time.stamp, "stamp" in doubts(found)) == ("end", False)


def test_a_header_tells_which_end_it_is(tmp_path: Path) -> None:
    for header, stamp in (("开始时间", "start"), ("结束时间", "end"), ("interval end", "end")):
        found = guess(tmp_path, log(range(4, 90), head=(header, "e1", "w1")))
        assert found.profile.time is not None
        assert (found.profile.time.stamp, found.doubts) == (stamp, ())


def test_registers_alone_leave_the_stamp_without_doubt(tmp_path: Path) -> None:
    found = guess(tmp_path, log(range(4, 90), head=("time", "pressure", "w1")))
    assert found.doubts == ()
    assert [f.rule for f in found.findings] == ["unknown_meter"]


def test_an_interval_of_another_length_is_doubtful(tmp_path: Path) -> None:
    assert doubts(guess(tmp_path, log(range(48), step=30))) == {"step": ("15 min",)}


@pytest.mark.parametrize(
    ("header", "mapped", "units"),
    [
        ("e1", {}, {}),
        ("E1", {"E1": "e1"}, {}),
        ("e1 (MWh)", {}, {}),
        ("轧线电表（kWh）", {"轧线电表（kWh）": "e1"}, {}),
        ("main feed", {"main feed": "e2"}, {}),
        ("e1_kWh", {"e1_kWh": "e1"}, {"e1_kWh": "kWh"}),
        ("Main feed / MWh", {"Main feed / MWh": "e2"}, {"Main feed / MWh": "MWh"}),
        ("e1 [kWh]", {}, {}),
    ],
)
def test_meters_are_known_by_id_or_name(
    tmp_path: Path, header: str, mapped: dict[str, str], units: dict[str, str]
) -> None:
    found = guess(tmp_path, log(head=("time", header, "w1")))
    assert (found.profile.meters, found.profile.units, found.rows) == (mapped, units, 192)


def test_titles_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    found = guess(tmp_path, "plant log,,\nprinted,2025-04-01,\n\n" + log())
    assert (found.profile.header_row, found.rows, found.doubts) == (4, 192, ())


def test_units_in_a_row_of_their_own(tmp_path: Path) -> None:
    head, body = log(head=("time", "e1", "w1")).split("\n", 1)
    found = guess(tmp_path, f"{head}\n,MWh,m3\n{body}")
    assert found.profile.units == {"e1": "MWh", "w1": "m3"}
    assert found.profile.header_row == 1


def long(words: dict[int, str] | None = None) -> str:
    lines = ["表号|抄表时间|读数|单位|状态"]
    for name in ("轧线电表", "w1"):
        for slot in range(96):
            when = START + slot * dt.timedelta(minutes=15)
            word = (words or {}).get(slot, "正常")
            value = 25 + slot % 7 if name != "w1" else 7000 + slot
            lines.append(
                f"{name}|{when:%Y/%m/%d %H:%M}|{value}|{'kWh' if name != 'w1' else 'm3'}|{word}"
            )
    return "\n".join(lines)


def test_a_long_file_with_units_and_marks(tmp_path: Path) -> None:
    found = guess(tmp_path, long({3: "估算", 5: "奇怪"}).encode("gb18030"), "a.txt")
    profile = found.profile
    assert (profile.layout, profile.delimiter, profile.encoding) == ("long", "|", "gb18030")
    assert profile.columns == {
        "meter": ("表号",), "value": ("读数",), "unit": ("单位",), "quality": ("状态",),
    }  # fmt: skip
    assert profile.words == {"正常": "good", "估算": "estimated"}
    assert (profile.meters, found.rows, found.doubts) == ({"轧线电表": "e1"}, 192, ())
    assert {f.numbers["text"] for f in found.findings} == {"estimated", "奇怪"}


def test_two_columns_of_numbers_in_a_long_file_are_doubtful(tmp_path: Path) -> None:
    text = "meter,time,a,b\n" + "".join(f"w1,2025-03-01 0{n}:00,{n},{n}\n" for n in range(9))
    assert doubts(guess(tmp_path, text)) == {"value_column": ("b",)}


def test_a_workbook_of_readings_with_a_cover(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["电量日报"], ["time", "e1", "w1"]]
    rows += [[START + n * dt.timedelta(minutes=15), 25 + n % 7, 7000 + n] for n in range(96)]
    path = book(tmp_path, {"说明": [["看这里"]], "一月": rows, "二月": rows})
    found = recognise(path, SITE, {}, KNOWN)
    assert (found.profile.sheets, found.profile.header_row) == (("一月", "二月"), 2)
    assert (found.rows, found.doubts) == (4 * 96, ())
    assert [(t.value, t.because) for t in found.traces if t.aspect == "unread"] == [
        ("说明", "sheet_no_data")
    ]


def two_columns(
    day: str = "%Y/%m/%d", clock: str = "%H:%M", head: str = "日期,时间", slots: range = range(96)
) -> str:
    """A day of an interval meter and a register, day and time of day apart."""
    lines = [f"{head},e1 (kWh),w1"]
    for slot in slots:
        when = START + slot * dt.timedelta(minutes=15)
        lines.append(f"{when:{day}},{when:{clock}},{25 + slot % 7}.{slot % 10},{7000 + 3 * slot}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("%Y-%m-%d", "%H:%M"), ("%Y/%m/%d", "%H:%M:%S"), ("%Y年%m月%d日", "%H时%M分"),
        ("%d.%m.%Y", "%H:%M"), ("%Y%m%d", "%H:%M"), ("%m/%d/%Y", "%I:%M %p"),
    ],
)  # fmt: skip
def test_a_day_and_a_time_of_day_in_two_columns(tmp_path: Path, day: str, clock: str) -> None:
    found = guess(tmp_path, two_columns(day, clock, slots=range(96 * 20)))
    time = found.profile.time
    assert time is not None
    assert (time.column, time.clock, time.format) == (("日期",), ("时间",), f"{day} {clock}")
    assert (found.rows, found.findings, found.doubts) == (2 * 96 * 20, (), ())
    assert found.first[0]["ts"] == dt.datetime(2025, 2, 28, 16)
    assert [t.value for t in found.traces if t.aspect in ("time", "clock")] == ["日期", "时间"]
    assert [t.value for t in found.traces if t.aspect == "unread"] == []


def test_a_time_that_stands_whole_needs_no_second_column(tmp_path: Path) -> None:
    text = log().replace("time,", "time,day,clock,").replace(":00,", ":00,2025-03-01,00:00,")
    lines = [
        f"{line.partition(',')[0]},2025-03-01,08:15,{line.partition(',')[2]}"
        for line in log().splitlines()[1:]
    ]
    found = guess(tmp_path, "\n".join([text.splitlines()[0], *lines]))
    assert found.profile.time is not None
    assert (found.profile.time.column, found.profile.time.clock) == (("time",), ())


def test_a_start_and_an_end_of_day_time_are_doubtful(tmp_path: Path) -> None:
    lines = ["日期,结束时间,开始时间,e1"]
    for slot in range(96):
        when = START + slot * dt.timedelta(minutes=15)
        ends = when + dt.timedelta(minutes=15)
        lines.append(f"{when:%Y-%m-%d},{ends:%H:%M},{when:%H:%M},{25 + slot % 7}")
    found = guess(tmp_path, "\n".join(lines))
    assert found.profile.time is not None
    assert found.profile.time.clock == ("开始时间",)
    assert doubts(found) == {"clock": ("结束时间",)}


def test_two_columns_in_a_long_file(tmp_path: Path) -> None:
    lines = ["表号,日期,时刻,读数"]
    for name in ("轧线电表", "w1"):
        for slot in range(96):
            when = START + slot * dt.timedelta(minutes=15)
            lines.append(f"{name},{when:%Y-%m-%d},{when:%H:%M},{7000 + slot}")
    found = guess(tmp_path, "\n".join(lines))
    assert (found.profile.layout, found.rows, found.doubts) == ("long", 192, ())
    assert found.profile.time is not None
    assert found.profile.time.clock == ("时刻",)


@pytest.mark.parametrize("is_long", [False, True])
@pytest.mark.parametrize("are_texts", [False, True])
def test_two_columns_in_a_workbook(tmp_path: Path, is_long: bool, are_texts: bool) -> None:
    rows: list[list[Any]] = [
        ["表号", "日期", "时间", "读数"] if is_long else ["日期", "时间", "w1"]
    ]
    for slot in range(96):
        when = START + slot * dt.timedelta(minutes=15)
        cells: list[Any] = [when.date(), when.time()]
        if are_texts:
            cells = [f"{when:%Y/%m/%d}", f"{when:%H:%M}"]
        rows.append([*(["w1"] if is_long else []), *cells, 7000 + slot])
    found = recognise(book(tmp_path, {"一月": rows}), SITE, {}, KNOWN)
    assert (found.rows, found.findings, found.doubts) == (96, (), ())
    assert [row["ts"] for row in found.first[:2]] == [
        dt.datetime(2025, 2, 28, 16), dt.datetime(2025, 2, 28, 16, 15),
    ]  # fmt: skip


def test_a_profile_of_two_columns_is_known_once_it_is_saved(tmp_path: Path) -> None:
    found = guess(tmp_path, two_columns())
    text = profile_text(found.profile.model_copy(update={"id": "log"}), {})
    assert 'clock = ["时间"]' in text
    saved = Profile.model_validate(tomllib.loads(text))
    assert guess(tmp_path, two_columns(), known={"log": saved}).known_as == "log"


def spoilt(bad: list[str], first: int, every: int) -> tuple[str, list[int]]:
    """A day of which some times are no times, and the rows in which they stand."""
    lines = log().splitlines()
    rows = list(range(first, 95, every))
    for n, row in enumerate(rows):
        lines[row] = ",".join([bad[n % len(bad)], *lines[row].split(",")[1:]])
    return "\n".join(lines) + "\n", [row + 1 for row in rows]


@pytest.mark.parametrize("first", [2, 7])
@pytest.mark.parametrize("every", [5, 6, 40])
@pytest.mark.parametrize("bad", [["n/a"], ["2025-02-30 00:15", "?", "#REF!"], [""]])
def test_a_few_bad_times_do_not_hide_the_column_of_times(
    tmp_path: Path, bad: list[str], first: int, every: int
) -> None:
    text, rows = spoilt(bad, first, every)
    found = guess(tmp_path, text)
    assert (found.known_as, found.doubts) == ("readings-wide", ())
    assert found.rows == 2 * (96 - len(rows))
    assert [f.place for f in found.findings] == [
        f"a.csv › row {row} › column A 'time'" for row in rows
    ]
    assert {f.rule for f in found.findings} == {"unreadable_time"}


def test_a_first_row_without_a_time_does_not_hide_it_either(tmp_path: Path) -> None:
    text, _ = spoilt(["n/a"], 1, 90)
    found = guess(tmp_path, text)
    assert found.profile.time is not None
    assert found.profile.time.format == "%Y-%m-%d %H:%M"
    assert [f.place for f in found.findings] == [
        f"a.csv › row {row} › column A 'time'" for row in (2, 92)
    ]


@pytest.mark.parametrize("are_texts", [False, True])
def test_bad_times_in_a_workbook_are_told_by_their_cells(tmp_path: Path, are_texts: bool) -> None:
    rows: list[list[Any]] = [["时间", "w1"]]
    for slot in range(100):
        when = START + slot * dt.timedelta(minutes=15)
        rows.append([f"{when:%Y/%m/%d %H:%M}" if are_texts else when, 7000 + slot])
    for number in range(1, 100, 6):
        rows[number][0] = f"停电 {number}"
    found = recognise(book(tmp_path, {"一月": rows}), SITE, {}, KNOWN)
    assert (found.rows, found.doubts) == (83, ())
    assert [f.place for f in found.findings] == [
        f"a.xlsx › 一月 › A{number + 1}" for number in range(1, 100, 6)
    ]


def test_different_bad_times_weigh_no_more_than_their_rows_in_a_long_file(tmp_path: Path) -> None:
    lines = ["time,meter,value"]
    for name in ("w1", "e1"):
        for slot in range(96):
            when = START + slot * dt.timedelta(minutes=15)
            told = f"{when:%Y-%m-%d %H:%M}" if slot % 5 != 3 else f"fault {name} {slot}"
            lines.append(f"{told},{name},{7000 + slot}")
    found = guess(tmp_path, "\n".join(lines))
    assert (found.rows, found.profile.layout) == (154, "long")


def test_a_column_of_which_half_are_times_is_none(tmp_path: Path) -> None:
    text, _ = spoilt(["n/a", "?"], 1, 2)
    assert unrecognised(tmp_path, text).because == "no_time"


def test_sheets_of_two_makes_are_doubtful(tmp_path: Path) -> None:
    def rows(head: list[str]) -> list[list[Any]]:
        return [head, *([START + n * dt.timedelta(minutes=15), n % 7, n] for n in range(96))]

    path = book(tmp_path, {"a": rows(["time", "e1", "w1"]), "b": rows(["time", "E2", "w1"])})
    assert doubts(recognise(path, SITE, {}, KNOWN)) == {"sheets": ("b",)}


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("activity", ["物流", "类别", "月份", "数量"], ["coal", "采购", "2025-03", 500]),
        ("exchanges", ["表号", "换表时间", "旧表止数", "新表起数", "凭证编号"],
         ["w1", dt.datetime(2025, 3, 5, 12), 12345, 0, "W-7"]),
        ("settlements", ["合同", "月份", "结算电量", "结算单"], ["wind", "2025-03", 400, "S-3"]),
        ("samples", ["stream", "parameter", "month", "value", "unit"],
         ["coal", "net_calorific_value", "2025-03", 20.9, "GJ/t"]),
    ],
)  # fmt: skip
def test_facts_in_rows_are_known_by_their_headers(
    tmp_path: Path, name: str, head: list[str], row: list[Any]
) -> None:
    carriers = load_registry(None).carriers
    found = recognise(book(tmp_path, {"台账": [head, row]}), SITE, carriers, KNOWN)
    assert (found.known_as, found.doubts) == (name, ())


def test_the_same_facts_as_csv_get_a_profile_of_their_own(tmp_path: Path) -> None:
    found = guess(tmp_path, "表;;\n表号;换表时间;旧表止数;新表起数\nw1;2025-03-05 12:00;12345;0\n")
    assert (found.profile.kind, found.profile.header_row, found.rows) == ("exchange", 2, 1)
    assert (found.known_as, found.profile.id) == ("", UNSAVED)


def test_parquet_and_green_button(tmp_path: Path) -> None:
    times = [START + n * dt.timedelta(minutes=15) for n in range(96)]
    table = pa.table({"time": times, "e1": [float(n % 7) for n in range(96)]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = recognise(tmp_path / "a.parquet", SITE, {}, KNOWN)
    assert (found.profile.file, found.rows, found.doubts) == ("parquet", 96, ())
    text = feed(reading_type(7, **DELTA), meter(1, 7), block(1, list(range(96))))
    refusal = unrecognised(tmp_path, text, "a.xml")
    assert refusal.because == "no_meter"
    assert "/MeterReading/01)" in str(refusal.numbers["headers"])


def test_a_guess_is_the_same_profile_once_it_is_saved(tmp_path: Path) -> None:
    found = guess(tmp_path, long().encode("gb18030"))
    named = Profile.model_validate(found.profile.model_dump() | {"id": "mine"})
    text = profile_text(named, {"": ["made by hand"], "delimiter": ["a bar"], "time": ["when"]})
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    assert load_profile("mine", [tmp_path]) == named
    assert text.startswith("# made by hand\n")
    assert '# a bar\ndelimiter = "|"' in text


@pytest.mark.parametrize("text", ['a"b', "a\\b", "tab\t", "键 = 值", "#", "[x]", "\x7f"])
def test_any_header_can_be_saved(tmp_path: Path, text: str) -> None:
    plain = KNOWN["readings-wide"].model_dump() | {
        "id": "mine",
        "meters": {text: "e1"},
        "ignore": [text],
    }
    named = Profile.model_validate(plain)
    (tmp_path / "mine.toml").write_text(profile_text(named, {}), encoding="utf-8")
    assert load_profile("mine", [tmp_path]) == named


@pytest.mark.parametrize(
    ("data", "because"),
    [
        ("", "empty"),
        ("\n\n  \n", "empty"),
        ("hello\nworld\n", "no_data"),
        ("a,b\nc,d\n", "no_data"),
        ("2025-03-01 00:00,5\n2025-03-01 00:15,6\n", "no_header"),
        (log(head=("time", "x1", "x2")), "no_meter"),
        ("name,e1\nx,1\ny,2\nz,3\n", "no_time"),
    ],
)
def test_what_is_not_recognised_says_why(tmp_path: Path, data: bytes | str, because: str) -> None:
    assert unrecognised(tmp_path, data).because == because


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04cut", b"PAR1cut", b"\x1f\x8bcut", b"<html/>", b"<!DOCTYPE x>",
        b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0xls",
    ],
)  # fmt: skip
def test_what_is_damaged_is_an_error_of_input(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"Cannot read a\.csv"):
        guess(tmp_path, data)


def test_an_empty_workbook_is_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet()
    with pytest.raises(NotRecognised):
        recognise(path, SITE, {}, KNOWN)


def test_many_headers_are_not_all_listed(tmp_path: Path) -> None:
    head = ",".join(["time", *(f"x{n}" for n in range(3000))])
    refusal = unrecognised(tmp_path, f"{head}\n2025-03-01 00:00{',1' * 3000}\n")
    assert refusal.numbers["headers"].endswith("x22 ... (+2977)")


def test_nothing_but_zero_bytes_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing but zero bytes"):
        guess(tmp_path, b"\0" * 4096)
