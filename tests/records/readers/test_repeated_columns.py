"""Two columns of one meter: neither wins. Equal values count once, others are a conflict."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import interval_meter, readings_profile, register_meter, site_of
from tests.records.readers.test_workbook_files import book

from celadon.records.finding import Finding
from celadon.records.readers.grid import open_grids
from celadon.records.readers.reading_files import read_readings

SITE = site_of(
    interval_meter("e", measure="kWh", resolution="0.1"),
    register_meter("w", measure="m3"),
)
START = dt.datetime(2025, 1, 1)


def read(
    folder: Path, head: list[str], *rows: list[str], **profile: Any
) -> tuple[list[tuple[str, int, int]], list[Finding]]:
    """The readings as (meter, row, count), and the findings but those of units."""
    lines = [["time", *head]]
    for n, row in enumerate(rows):
        lines.append([f"{START + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M}", *row])
    path = folder / "a.csv"
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    chosen = readings_profile(**profile)
    (grid,) = open_grids(path, chosen)
    table, findings = read_readings(grid, chosen, SITE)
    assert all(found.text("en") and found.remedy("zh") for found in findings)
    taken = [(r["meter"], r["source_row"], r["count"]) for r in table.to_pylist()]
    return taken, [found for found in findings if found.rule != "converted_unit"]


def test_equal_values_count_once_and_are_told(tmp_path: Path) -> None:
    rows, (found,) = read(
        tmp_path, ["e (kWh)", "w", "e (MWh)"], ["25", "1", "0.025"], ["26", "2", ""]
    )
    assert rows == [("e", 2, 250), ("e", 3, 260), ("w", 2, 1), ("w", 3, 2)]
    assert (found.rule, found.subject) == ("column_repeats", "e")
    assert found.numbers == {"rows": 1, "other": "B", "column": "D"}


def test_different_values_are_both_kept_for_the_conflict_and_told_with_their_rows(
    tmp_path: Path,
) -> None:
    body = [["1", "1"], ["2", "3"], ["4", ""], ["", "5"], ["6", "7"], ["8", "9"]]
    rows, (same, found) = read(tmp_path, ["e", "e"], *body)
    assert rows == [
        ("e", 2, 10), ("e", 3, 20), ("e", 3, 30), ("e", 4, 40), ("e", 5, 50), ("e", 6, 60),
        ("e", 6, 70), ("e", 7, 80), ("e", 7, 90),
    ]  # fmt: skip
    assert (same.rule, same.numbers["rows"]) == ("column_repeats", 1)
    assert (found.rule, found.place) == ("columns_differ", "a.csv › rows 3, 6-7 › column C 'e'")
    assert found.numbers == {
        "rows": 3, "before": "2 kWh", "after": "3 kWh", "other": "B", "column": "C",
        "at_rows": "3, 6-7",
    }  # fmt: skip


def test_an_id_and_a_mapped_name_are_one_meter(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, ["e", "SN-7"], ["1", "2"], meters={"SN-7": "e"})
    assert rows == [("e", 2, 10), ("e", 2, 20)]
    assert (found.rule, found.subject) == ("columns_differ", "e")


def test_a_third_column_is_held_against_the_first(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, ["e", "e", "e"], ["1", "2", "1"])
    assert rows == [("e", 2, 10), ("e", 2, 20)]
    assert [(f.rule, f.numbers["column"]) for f in findings] == [
        ("columns_differ", "C"), ("column_repeats", "D"),
    ]  # fmt: skip


def test_in_a_workbook_the_cell_is_named(tmp_path: Path) -> None:
    sheet = [["time", "e", "e"], [START, 1, 1], [START + dt.timedelta(minutes=15), 2, 3]]
    chosen = readings_profile(file="xlsx")
    (grid,) = open_grids(book(tmp_path, {"一月": sheet}), chosen)
    _, findings = read_readings(grid, chosen, SITE)
    assert [f.place for f in findings if f.rule == "columns_differ"] == ["a.xlsx › 一月 › C3"]


cells = st.sampled_from(["", "1", "2", "x"])


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8))
@settings(max_examples=20, deadline=None)
def test_every_cell_is_taken_counted_once_or_refused(
    tmp_path_factory: Any, body: list[tuple[str, str, str]]
) -> None:
    rows, findings = read(
        tmp_path_factory.mktemp("csv"), ["e", "w", "e"], *(list(row) for row in body)
    )
    told = dict.fromkeys(("column_repeats", "unreadable_number", "columns_differ"), 0)
    for found in findings:
        told[found.rule] += found.numbers["rows"]
    written = sum(bool(cell) for row in body for cell in row)
    assert len(rows) + told["column_repeats"] + told["unreadable_number"] == written
    pairs = [(row[0], row[2]) for row in body if {row[0], row[2]} <= {"1", "2"}]
    assert told["columns_differ"] == sum(one != other for one, other in pairs)
