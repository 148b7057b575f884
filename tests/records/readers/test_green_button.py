"""Green Button files: units, powers of ten, directions, links, and XML that is not safe."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import site_of

from celadon.errors import InputError
from celadon.records.finding import Finding
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile, load_profile
from celadon.records.readers.reading_files import read_readings

SITE = site_of(
    {"id": "e1", "kind": "interval", "measure": "kWh", "resolution": "0.001"},
    {"id": "e2", "kind": "interval", "measure": "kWh", "resolution": "0.001"},
    {"id": "g1", "kind": "register", "measure": "m3", "maximum": "100"},
    zone="America/New_York",
)
START = 1_735_689_600  # 2025-01-01 00:00 UTC
FIRST = dt.datetime(2025, 1, 1)
USAGE = "/espi/1_1/resource/RetailCustomer/9/UsagePoint/01"


def entry(content: str, self_link: str = "", up: str = "", related: tuple[str, ...] = ()) -> str:
    links = [f'<link rel="self" href="{self_link}"/>', f'<link rel="up" href="{up}"/>']
    links += [f'<link rel="related" href="{link}"/>' for link in related]
    return f"<entry>{''.join(links)}<title>t</title><content>{content}</content></entry>"


def reading_type(number: int, **values: object) -> str:
    inner = "".join(f"<espi:{name}>{value}</espi:{name}>" for name, value in values.items())
    body = f'<espi:ReadingType xmlns:espi="http://naesb.org/espi">{inner}</espi:ReadingType>'
    return entry(body, f"/espi/1_1/resource/ReadingType/{number:02}")


def meter(number: int, kind: int) -> str:
    related = (f"{USAGE}/MeterReading/{number:02}/IntervalBlock", f"/x/ReadingType/{kind:02}")
    return entry(
        "<MeterReading/>", f"{USAGE}/MeterReading/{number:02}", f"{USAGE}/MeterReading", related
    )


def block(number: int, values: list[object], start: int = START, quality: str = "") -> str:
    mark = f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>" if quality else ""
    readings = "".join(
        f"<IntervalReading>{mark}<timePeriod><duration>900</duration>"
        f"<start>{start + 900 * n}</start></timePeriod><value>{value}</value></IntervalReading>"
        for n, value in enumerate(values)
    )
    body = (
        "<IntervalBlock xmlns='http://naesb.org/espi'><interval><duration>86400</duration>"
        f"<start>{start}</start></interval>{readings}</IntervalBlock>"
    )
    up = f"{USAGE}/MeterReading/{number:02}/IntervalBlock"
    return entry(body, f"{up}/0173", up)


def feed(*entries: str) -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>all</title>{''.join(entries)}</feed>"


DELTA = {"accumulationBehaviour": 4, "uom": 72}
MAP = {f"UsagePoint/01/MeterReading/0{n}": name for n, name in ((1, "e1"), (2, "g1"))} | {
    "UsagePoint/01/MeterReading/03 reverse": "e2"
}


def profile() -> Profile:
    return Profile.model_validate(load_profile("green-button").model_dump() | {"meters": MAP})


def read(folder: Path, data: str | bytes) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    path = folder / "a.xml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (grid,) = open_grids(path, profile())
    table, findings = read_readings(grid, profile(), SITE)
    assert all(found.text("en") and found.remedy("zh") for found in findings)
    rows = [
        (r["meter"], r["ts"], r["count"], r["quality"], r["source_row"]) for r in table.to_pylist()
    ]
    return rows, findings


@pytest.mark.parametrize(
    ("power", "value", "count"), [(0, 1500, 1500), (3, 2, 2000), (-3, 1_500_000, 1500), (-1, 15, 2)]
)
def test_a_value_times_a_power_of_ten_is_exact(
    tmp_path: Path, power: int, value: int, count: int
) -> None:
    text = feed(
        reading_type(7, powerOfTenMultiplier=power, **DELTA), meter(1, 7), block(1, [value])
    )
    rows, findings = read(tmp_path, text)
    assert rows == [("e1", FIRST, count, None, 1)]
    told = ["converted_unit"] + (["lost_to_resolution"] if power == -1 else [])
    assert [found.rule for found in findings] == told


def test_series_are_known_by_their_links_and_the_way_that_energy_flows(tmp_path: Path) -> None:
    text = feed(
        block(3, [5]), block(1, [1, 2]), meter(1, 7), meter(3, 8), meter(2, 9),
        reading_type(7, **DELTA), reading_type(8, flowDirection=19, **DELTA),
        reading_type(9, accumulationBehaviour=3, uom=42), block(2, [77]),
    )  # fmt: skip
    rows, findings = read(tmp_path, text)
    assert rows == [
        ("e1", FIRST, 1, None, 2),
        ("e1", FIRST + dt.timedelta(minutes=15), 2, None, 3),
        ("e2", FIRST, 5, None, 1),
        ("g1", FIRST + dt.timedelta(minutes=15), 77, None, 4),  # a register, when its period ends
    ]
    assert {found.rule for found in findings} == {"converted_unit"}


def test_seconds_are_utc_whatever_the_local_clock(tmp_path: Path) -> None:
    local = entry(
        "<LocalTimeParameters><tzOffset>-18000</tzOffset></LocalTimeParameters>",
        "LocalTimeParameters/01",
    )
    rows, _ = read(tmp_path, feed(local, reading_type(7, **DELTA), meter(1, 7), block(1, [1])))
    assert rows[0][1] == FIRST


def test_marks_of_quality_are_kept(tmp_path: Path) -> None:
    blocks = [block(1, [1], START + 900 * n, mark) for n, mark in enumerate(("0", "8", "10", "99"))]
    rows, findings = read(tmp_path, feed(reading_type(7, **DELTA), meter(1, 7), *blocks))
    assert [row[3] for row in rows] == [None, "estimated", "bad", "99"]
    told = {f.numbers["text"] for f in findings if f.rule == "marked_reading"}
    assert told == {"estimated", "bad", "99"}


def test_a_series_of_another_kind_than_declared_is_told(tmp_path: Path) -> None:
    text = feed(reading_type(7, accumulationBehaviour=3, uom=72), meter(1, 7), block(1, [1]))
    _, findings = read(tmp_path, text)
    (found,) = [f for f in findings if f.rule == "kind_denied"]
    assert found.numbers == {"declared": "interval", "judged": "register"}


@pytest.mark.parametrize(
    ("uom", "unit"), [(169, "therm"), (132, "Btu"), (5, "uom 5"), ("", "uom ")]
)
def test_a_unit_that_does_not_convert_is_told(tmp_path: Path, uom: object, unit: str) -> None:
    text = feed(reading_type(7, accumulationBehaviour=4, uom=uom), meter(1, 7), block(1, [1]))
    rows, (found,) = read(tmp_path, text)
    assert (rows, found.rule, found.numbers["unit"].strip()) == ([], "wrong_unit", unit.strip())


def test_an_unknown_series_is_told_by_its_name(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, feed(reading_type(7, **DELTA), meter(9, 7), block(9, [1, 2])))
    assert (found.rule, found.subject) == ("unknown_meter", "UsagePoint/01/MeterReading/09")
    assert found.numbers["rows"] == 2


def test_of_a_file_that_breaks_off_the_good_part_is_kept(tmp_path: Path) -> None:
    whole = feed(reading_type(7, **DELTA), meter(1, 7), block(1, [1, 2, 3]))
    rows, findings = read(tmp_path, whole[: whole.rindex("<IntervalReading>") + 30])
    assert [row[2] for row in rows] == [1, 2]
    (told,) = [found for found in findings if found.rule == "cut_short"]
    assert told.place == "a.xml › line 1"


def test_a_compressed_feed_is_read(tmp_path: Path) -> None:
    text = feed(reading_type(7, **DELTA), meter(1, 7), block(1, [1]))
    assert read(tmp_path, gzip.compress(text.encode(), mtime=0))[0][0][2] == 1


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    "<feed><entry><content><UsagePoint>&b;</UsagePoint></content></entry></feed>"
)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (BOMB, "a document type"),
        ('<!DOCTYPE x SYSTEM "file:///x"><feed/>', "a document type"),
        ("time,e\n", "no XML"),
        ("", "no XML"),
        ("<feed><entry><title>x</title></entry></feed>", "XML without any resource"),
        ("<a>" * 200, "elements nested"),
        ('<?xml version="1.0" encoding="nonsense"?><feed/>', "no XML"),
        ("<html><body>log in</body></html>", "XML without any resource"),
    ],
)
def test_what_is_no_feed_or_not_safe_is_refused(tmp_path: Path, data: str, found: str) -> None:
    with pytest.raises(
        InputError, match=r"Cannot read a.xml with the profile green-button"
    ) as caught:
        read(tmp_path, data)
    assert caught.value.faults[0].found.startswith(found)


@pytest.mark.parametrize("start", ["x", "-1", "99999999999999", ""])
def test_a_start_that_is_no_instant_is_told(tmp_path: Path, start: str) -> None:
    text = feed(reading_type(7, **DELTA), meter(1, 7), block(1, [1, 2]))
    text = text.replace(f"<start>{START + 900}</start>", f"<start>{start}</start>", 1)
    rows, findings = read(tmp_path, text)
    assert len(rows) == 1
    assert "unreadable_time" in {found.rule for found in findings}


def test_intervals_of_another_length_than_declared_are_told_with_the_remedy(tmp_path: Path) -> None:
    hours = block(1, [4000, 5000]).replace("<duration>900<", "<duration>3600<")
    text = feed(reading_type(7, **DELTA), meter(1, 7), hours, block(1, [6], START + 7200))
    rows, findings = read(tmp_path, text)
    assert len(rows) == 3
    (found,) = [found for found in findings if found.rule == "length_denied"]
    assert found.place == "a.xml › rows 1-2 › e1"
    assert found.numbers == {
        "declared": "15 min", "judged": "60 min", "rows": 2, "at_rows": "1-2"
    }  # fmt: skip
    assert "minutes" in found.remedy("en")


@pytest.mark.parametrize("duration", ["", "900", "x", "-5"])
def test_a_duration_that_says_nothing_else_is_no_finding(tmp_path: Path, duration: str) -> None:
    own = block(1, [4]).replace("<duration>900<", f"<duration>{duration}<")
    _, findings = read(tmp_path, feed(reading_type(7, **DELTA), meter(1, 7), own))
    assert [found.rule for found in findings] == ["converted_unit"]


def test_a_register_has_no_length_to_hold_it_to(tmp_path: Path) -> None:
    own = block(2, [7]).replace("<duration>900<", "<duration>3600<")
    kind = reading_type(9, accumulationBehaviour=3, uom=42)
    _, findings = read(tmp_path, feed(kind, meter(2, 9), own))
    assert findings == []
