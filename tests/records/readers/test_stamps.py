"""Times of a readings file: the clock of the site, the profile's format, and clock changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import interval_meter, register_meter, site_of
from tests.records.readers.test_reading_files import read

from celadon.records.finding import Finding
from celadon.records.readers.stamps import MOST_NAMED
from celadon.records.site import Site

BERLIN = site_of(interval_meter("e"), register_meter("w"), zone="Europe/Berlin")
LONG = {"layout": "long", "columns": {"meter": ["meter"], "value": ["value"]}}


def instants(
    folder: Path, stamps: list[str], site: Site = BERLIN, **profile: Any
) -> tuple[dict[int, dt.datetime], list[Finding]]:
    """Each row's instant, as its meter ``e`` has it."""
    text = "time,e\n" + "\n".join(f"{stamp},1" for stamp in stamps) + "\n"
    rows, findings = read(folder, text, site, **profile)
    return {row: ts for _, ts, _, row in rows}, findings


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(2025, *parts)


def test_local_times_are_those_of_the_site(tmp_path: Path) -> None:
    found, _ = instants(tmp_path, ["2025-01-01 00:00", "2025-07-01 00:00"])
    assert found == {2: dt.datetime(2024, 12, 31, 23), 3: utc(6, 30, 22)}


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 12), ("Etc/GMT-1", 11), ("Asia/Shanghai", 4)])
def test_a_profile_may_name_its_own_zone(tmp_path: Path, zone: str, hour: int) -> None:
    time = {"column": ["time"], "format": "%Y-%m-%d %H:%M", "zone": zone}
    assert instants(tmp_path, ["2025-07-01 12:00"], time=time)[0] == {2: utc(7, 1, hour)}


def test_an_offset_in_the_text_counts(tmp_path: Path) -> None:
    time = {"column": ["time"], "format": "%Y-%m-%dT%H:%M%z"}
    stamps = ["2025-10-26T02:30+0200", "2025-10-26T02:30+0100"]
    assert instants(tmp_path, stamps, time=time)[0] == {
        2: utc(10, 26, 0, 30),
        3: utc(10, 26, 1, 30),
    }


def test_a_time_that_the_clock_change_left_out_is_told(tmp_path: Path) -> None:
    found, (told,) = instants(
        tmp_path, ["2025-03-30 01:45", "2025-03-30 02:30", "2025-03-30 03:00"]
    )
    assert found == {2: utc(3, 30, 0, 45), 4: utc(3, 30, 1)}
    assert (told.rule, told.place) == ("unreadable_time", "a.csv › row 3 › column A 'time'")
    assert told.numbers["rows"] == 1


AUTUMN = ["2025-10-26 01:30", "2025-10-26 02:00", "2025-10-26 02:30", "2025-10-26 02:00",
          "2025-10-26 02:30", "2025-10-26 03:00"]  # fmt: skip
AUTUMN_UTC = [utc(10, 25, 23, 30) + n * dt.timedelta(minutes=30) for n in range(6)]


def test_the_hour_that_the_clock_repeats_is_told_apart_by_the_order_of_rows(tmp_path: Path) -> None:
    found, told = instants(tmp_path, AUTUMN)
    assert list(found.values()) == sorted(found.values()) == AUTUMN_UTC
    assert told == []


def test_so_it_is_in_a_file_that_runs_backwards(tmp_path: Path) -> None:
    found, _ = instants(tmp_path, AUTUMN[::-1])
    assert [found[row] for row in range(2, 8)] == AUTUMN_UTC[::-1]


def test_so_it_is_meter_by_meter_in_a_long_file(tmp_path: Path) -> None:
    lines = [f"{meter},{stamp},{n}" for n, stamp in enumerate(AUTUMN) for meter in ("e", "w")]
    rows, _ = read(tmp_path, "meter,time,value\n" + "\n".join(lines), BERLIN, **LONG)
    for meter in ("e", "w"):
        assert [ts for name, ts, *_ in rows if name == meter] == AUTUMN_UTC


def test_one_row_of_the_repeated_hour_is_its_first_pass(tmp_path: Path) -> None:
    assert instants(tmp_path, ["2025-10-26 02:30"])[0] == {2: utc(10, 26, 0, 30)}


def test_the_end_of_an_interval_is_one_interval_after_its_start(tmp_path: Path) -> None:
    time = {"column": ["time"], "format": "%Y-%m-%d %H:%M", "stamp": "end"}
    text = "time,e,w\n2025-01-01 00:15,1,2\n2025-01-01 24:00,1,2\n"
    rows, findings = read(tmp_path, text, BERLIN, time=time)
    assert findings == []
    assert [(meter, ts) for meter, ts, *_ in rows] == [
        ("e", dt.datetime(2024, 12, 31, 23)),
        ("e", utc(1, 1, 22, 45)),
        ("w", dt.datetime(2024, 12, 31, 23, 15)),  # a register is read at an instant
        ("w", utc(1, 1, 23)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-31 24:00", dt.datetime(2025, 12, 31, 23)),
        ("2025-03-29 24:00", utc(3, 29, 23)),
        ("2025-03-30 24:00", utc(3, 30, 22)),
        ("2025-01-01 24:15", None),
        ("2025-02-29 24:00", None),
        ("2025-02-29 00:00", None),
        ("01.02.2025 00:00", None),
        ("2025-01-01T00:00", None),
        ("2025-01-01 00:00:00", None),
        ("45658", None),
        ("", None),
    ],
)
def test_times_that_are_read_and_that_are_not(
    tmp_path: Path, text: str, expected: dt.datetime | None
) -> None:
    found, told = instants(tmp_path, [text])
    assert found == ({} if expected is None else {2: expected})
    assert [f.rule for f in told] == ([] if expected else ["unreadable_time"])


def test_each_unreadable_time_is_told_with_row_and_column(tmp_path: Path) -> None:
    found, told = instants(tmp_path, ["2025-01-01 00:00", "late", "2025-01-01 00:15", "?", "late"])
    assert sorted(found) == [2, 4]
    assert [(f.numbers["text"], f.place) for f in told] == [
        ("late", "a.csv › row 3 › column A 'time'"),
        ("?", "a.csv › row 5 › column A 'time'"),
        ("late", "a.csv › row 6 › column A 'time'"),
    ]
    assert all(f.numbers["rows"] == 1 for f in told)


def test_of_many_unreadable_times_the_rest_is_told_together(tmp_path: Path) -> None:
    _, told = instants(tmp_path, [f"no {n}" for n in range(MOST_NAMED + 7)])
    assert [f.rule for f in told] == ["unreadable_time"] * MOST_NAMED + ["unreadable_times"]
    assert told[-1].numbers["rows"] == 7
    assert told[-1].place == f"a.csv › row {MOST_NAMED + 2} › column A 'time'"
