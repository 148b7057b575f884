"""Marks of quality that a source gives are kept; readings of another kind of meter are told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.records.build import interval_meter, readings_profile, register_meter, site_of

from celadon.records.finding import Finding
from celadon.records.readers.grid import open_grids
from celadon.records.readers.kinds import ENOUGH, judged_kind
from celadon.records.readers.reading_files import read_readings

SITE = site_of(
    interval_meter("e", measure="kWh"),
    register_meter("w", measure="kWh"),
    {"id": "t", "kind": "state", "measure": "degC"},
    {"id": "p", "kind": "state", "measure": "%", "resolution": "0.1"},
)
COLUMNS = {"meter": ["meter"], "value": ["value"], "quality": ["状态", "quality"], "kind": ["kind"]}
WORDS = {"正常": "good", "估算": "estimated", "故障": "bad", "累计": "register"}
START = dt.datetime(2025, 1, 1)


def read(folder: Path, text: str, **profile: Any) -> tuple[list[dict[str, Any]], list[Finding]]:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    chosen = readings_profile(**profile)
    (grid,) = open_grids(path, chosen)
    table, findings = read_readings(grid, chosen, SITE)
    assert all(found.text("en") and found.remedy("zh") for found in findings)
    return table.to_pylist(), findings


def test_marks_stay_with_their_readings_and_are_told(tmp_path: Path) -> None:
    marks = ["正常", "估算", "", "故障", "?", "估算"]
    lines = [f"e,2025-01-01 0{n}:00,{n},{mark}" for n, mark in enumerate(marks)]
    text = "\n".join(["meter,time,value,状态", *lines])
    rows, findings = read(tmp_path, text, layout="long", columns=COLUMNS, words=WORDS)
    assert [row["quality"] for row in rows] == [None, "estimated", None, "bad", "?", "estimated"]
    assert [(f.rule, f.place, f.numbers) for f in findings] == [
        ("marked_reading", "a.csv › row 6 › e", {"text": "?", "rows": 1}),
        ("marked_reading", "a.csv › row 5 › e", {"text": "bad", "rows": 1}),
        (
            "marked_reading",
            "a.csv › rows 3, 7 › e",
            {"text": "estimated", "rows": 2, "at_rows": "3, 7"},
        ),
    ]


def test_a_mark_of_a_cell_that_is_not_taken_is_not_told(tmp_path: Path) -> None:
    text = "meter,time,value,状态\ne,2025-01-01 00:00,x,故障\n"
    rows, findings = read(tmp_path, text, layout="long", columns=COLUMNS, words=WORDS)
    assert (rows, [f.rule for f in findings]) == ([], ["unreadable_number"])


def test_without_a_column_of_marks_there_are_none(tmp_path: Path) -> None:
    text = "meter,time,value\ne,2025-01-01 00:00,1\n"
    rows, findings = read(tmp_path, text, layout="long", columns=COLUMNS)
    assert (rows[0]["quality"], findings) == (None, [])


def wide(meter: str, values: list[int]) -> str:
    lines = [
        f"{START + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M},{v}" for n, v in enumerate(values)
    ]
    return "\n".join([f"time,{meter}", *lines])


REGISTER = [5000 + 7 * n + n % 3 for n in range(200)]
AMOUNTS = [20 + 37 * n % 11 for n in range(200)]


@pytest.mark.parametrize(
    ("meter", "values", "judged"),
    [
        ("e", REGISTER, "register"),
        ("w", AMOUNTS, "interval"),
        ("e", AMOUNTS, None),
        ("w", REGISTER, None),
        ("t", REGISTER, None),
        ("e", REGISTER[: ENOUGH - 1], None),
        ("e", [*REGISTER[:150], 3, *REGISTER[150:]], "register"),
        ("w", [7] * 200, None),
        ("e", [7] * 200, None),
        ("e", list(range(90)), None),  # a load that rises for most of a day
        ("w", [n * 7 for n in range(200)], None),
    ],
)
def test_readings_of_another_kind_are_told_and_taken_as_declared(
    tmp_path: Path, meter: str, values: list[int], judged: str | None
) -> None:
    rows, findings = read(tmp_path, wide(meter, values))
    assert len(rows) == len(values)
    assert [(f.subject, f.numbers["judged"]) for f in findings] == (
        [(meter, judged)] if judged else []
    )


def test_a_file_that_runs_backwards_is_judged_in_the_order_of_time(tmp_path: Path) -> None:
    lines = wide("e", REGISTER).splitlines()
    _, (found,) = read(tmp_path, "\n".join([lines[0], *reversed(lines[1:])]))
    assert found.rule == "kind_differs"


def test_a_register_that_was_exchanged_is_still_a_register() -> None:
    assert judged_kind(np.array([*REGISTER, *(n * 7 for n in range(200))])) == "register"


def test_what_a_file_says_of_its_kind_is_held_against_the_declaration(tmp_path: Path) -> None:
    text = "meter,time,value,kind\ne,2025-01-01 00:00,1,累计\nw,2025-01-01 00:00,1,累计\n"
    _, (found,) = read(tmp_path, text, layout="long", columns=COLUMNS, words=WORDS)
    assert (found.rule, found.subject, found.place) == ("kind_denied", "e", "a.csv › row 2")


@pytest.mark.parametrize(("unit", "count"), [("%", 125), ("", 125)])
def test_percent_signs_are_read_in_a_column_of_percent(
    tmp_path: Path, unit: str, count: int
) -> None:
    header = f"p ({unit})" if unit else "p"
    rows, findings = read(
        tmp_path, f"time,{header}\n2025-01-01 00:00,12.5%\n2025-01-01 00:15,12.5 ％\n"
    )
    assert ([row["count"] for row in rows], findings) == ([count, count], [])


@pytest.mark.parametrize("text", ["1,234", "12,345.0", "1234"])
def test_separators_of_thousands_are_read_where_the_profile_names_them(
    tmp_path: Path, text: str
) -> None:
    lines = f'time,e\n2025-01-01 00:00,"{text}"\n'
    rows, _ = read(tmp_path, lines, thousands=",")
    assert rows[0]["count"] == int(text.replace(",", "").removesuffix(".0"))
