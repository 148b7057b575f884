"""Files of readings: what is taken is exact, what is not is told, nothing is lost."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import interval_meter, readings_profile, register_meter, site_of
from tests.records.readers.test_workbook_files import book

from celadon.exact import parse_decimal, quantise
from celadon.records.finding import Finding, finding_table
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import load_profile
from celadon.records.readers.reading_files import read_readings
from celadon.records.site import Site

POTS = site_of(
    interval_meter("e", measure="kWh", resolution="0.1"),
    register_meter("w", measure="m3"),
    {"id": "t", "kind": "state", "measure": "degC", "resolution": "0.1"},
)
FIRST = dt.datetime(2024, 12, 31, 16)
LONG = {"layout": "long", "columns": {"meter": ["meter"], "value": ["value"], "unit": ["unit"]}}


def read(
    folder: Path, text: str, site: Site = POTS, **profile: Any
) -> tuple[list[tuple[Any, ...]], list[Finding]]:
    """The readings as (meter, ts, count, row), and the findings."""
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    chosen = readings_profile(**profile)
    (grid,) = open_grids(path, chosen)
    table, findings = read_readings(grid, chosen, site)
    for found in findings:
        assert found.text("en")
        assert found.text("zh")
    rows = [(r["meter"], r["ts"], r["count"], r["source_row"]) for r in table.to_pylist()]
    return rows, findings


def cell(folder: Path, text: str, meter: str = "e", **profile: Any) -> tuple[int | None, list[str]]:
    """The count of one cell, quoted in the file, and the rules against it."""
    quoted = text.replace('"', '""')
    rows, findings = read(folder, f'time,{meter}\n2025-01-01 00:00,"{quoted}"\n', **profile)
    return (rows[0][2] if rows else None), [found.rule for found in findings]


def test_a_wide_file(tmp_path: Path) -> None:
    text = "time,e (kWh),w,t (degC)\n2025-01-01 00:00,1.5,7,-0.5\n2025-01-01 00:15,2,,20\n"
    assert read(tmp_path, text) == (
        [
            ("e", FIRST, 15, 2),
            ("e", FIRST + dt.timedelta(minutes=15), 20, 3),
            ("t", FIRST, -5, 2),
            ("t", FIRST + dt.timedelta(minutes=15), 200, 3),
            ("w", FIRST, 7, 2),
        ],
        [],
    )


def test_a_long_file(tmp_path: Path) -> None:
    text = (
        "meter,time,value,unit\n"
        "e,2025-01-01 00:00,1.5,kWh\n"
        " w ,2025-01-01 00:00,7,\n"
        "e,2025-01-01 00:15,0.002,MWh\n"
        "e,2025-01-01 00:30,,\n"
    )
    rows, findings = read(tmp_path, text, **LONG)
    assert rows == [
        ("e", FIRST, 15, 2),
        ("e", FIRST + dt.timedelta(minutes=15), 20, 4),
        ("w", FIRST, 7, 3),
    ]
    assert [(f.rule, f.place) for f in findings] == [("converted_unit", "a.csv › row 4")]


def test_a_shipped_long_profile_reads_both_languages(tmp_path: Path) -> None:
    profile = load_profile("readings-long")
    for header in ("表号,时间,读数", "meter,time,value"):
        path = tmp_path / "a.csv"
        path.write_text(f"{header}\ne,2025-01-01 00:00,1\n", encoding="utf-8")
        (grid,) = open_grids(path, profile)
        table, findings = read_readings(grid, profile, POTS)
        assert (table.num_rows, findings) == (1, [])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1", 10),
        ("1.5", 15),
        ("+1.5", 15),
        (".5", 5),
        ("5.", 50),
        ("-0", 0),
        ("1e3", 10_000),
        ("1E-1", 1),
        (" 1.5 ", 15),
        ("\t1.5", 15),
        ("\u00a01.5\u3000", 15),
        ("１．５", 15),
        ("00012", 120),
        ("99999999999999999.9", 999999999999999999),
    ],
)
def test_numbers_that_are_taken(tmp_path: Path, text: str, count: int) -> None:
    assert cell(tmp_path, text) == (count, [])


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t"])
def test_an_empty_cell_is_no_reading_and_no_fault(tmp_path: Path, text: str) -> None:
    assert cell(tmp_path, text) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "nan", "inf", "-inf", "1,234", "1,5", "12,5t", "12t", "1 000", "1_000", "1'000",
        "--1", "1.2.3", "0x1F", "true", "-", ".", "e5", "1e", "1e400", "1e19",
        "123456789012345678901234567", "½", "10²", "١٢", "12%", "< 5",
    ],
)  # fmt: skip
def test_numbers_that_are_not(tmp_path: Path, text: str) -> None:
    assert cell(tmp_path, text) == (None, ["unreadable_number"])


@pytest.mark.parametrize(
    ("text", "count"), [("1,5", 15), ("12", 120), ("1.234", None), ("1.234,5", None)]
)
def test_a_decimal_comma(tmp_path: Path, text: str, count: int | None) -> None:
    assert cell(tmp_path, text, decimal=",")[0] == count


@pytest.mark.parametrize("text", ["#DIV/0!", "#REF!", "#N/A", "＃REF!"])
def test_the_error_of_a_formula_is_told_as_such(tmp_path: Path, text: str) -> None:
    assert cell(tmp_path, text) == (None, ["formula_error"])


@pytest.mark.parametrize(
    ("text", "count"),
    [("0.05", 0), ("0.15", 2), ("0.25", 2), ("0.0500000001", 1), ("0.349", 3), ("1e-12", 0)],
)
def test_what_is_finer_than_the_resolution_is_rounded_half_even_and_told(
    tmp_path: Path, text: str, count: int
) -> None:
    assert cell(tmp_path, text) == (count, ["lost_to_resolution"])


QUARTERS = "time,{meter}\n" + "".join(
    f"2025-01-01 {n // 4:02}:{n % 4 * 15:02},{{{n % 2}}}\n" for n in range(96)
)
"""A day whose quarters alternate between two readings."""


@pytest.mark.parametrize(
    ("meter", "first", "second", "rule", "numbers"),
    [
        ("e", "0.03", "0.04", "lost_to_resolution", ("3.36 kWh", "0 kWh", 96)),
        ("e", "1.2", "0.04", "lost_to_resolution", ("59.52 kWh", "57.6 kWh", 48)),
        ("e", "10.04", "5.2", "lost_to_resolution", ("731.52 kWh", "729.6 kWh", 0)),
        ("e", "100.04", "0.2", "finer_than_resolution", ("4811.52 kWh", "4809.6 kWh", 0)),
        ("e", "1.04", "0.96", "finer_than_resolution", ("96 kWh", "96 kWh", 0)),
        ("w", "0.3", "0.4", "finer_than_resolution", ("33.6 m3", "0 m3", 96)),
        ("t", "0.04", "20", "finer_than_resolution", ("961.92 degC", "960 degC", 48)),
    ],
)
def test_amounts_that_rounding_takes_are_an_error_with_both_sums(
    tmp_path: Path, meter: str, first: str, second: str, rule: str,
    numbers: tuple[str, str, int],
) -> None:  # fmt: skip
    rows, (found,) = read(tmp_path, QUARTERS.format(first, second, meter=meter))
    assert len(rows) == 96
    assert found.rule == rule
    assert tuple(found.numbers[name] for name in ("written", "kept", "zeros")) == numbers
    severity = "error" if rule == "lost_to_resolution" else "warning"
    assert finding_table([found])["severity"].to_pylist() == [severity]


def test_a_declared_resolution_keeps_what_is_written(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, QUARTERS.format("0.3", "0.4", meter="e"))
    assert (sum(row[2] for row in rows), findings) == (336, [])


def test_a_state_has_a_sign_and_is_rounded_alike_on_both_sides(tmp_path: Path) -> None:
    assert cell(tmp_path, "-12.5", "t") == (-125, [])
    assert [cell(tmp_path, text, "t")[0] for text in ("-0.05", "-0.15", "-0.25")] == [0, -2, -2]


@pytest.mark.parametrize("meter", ["e", "w"])
@pytest.mark.parametrize("text", ["-1", "-9999", "-0.01"])
def test_an_amount_is_never_below_zero(tmp_path: Path, meter: str, text: str) -> None:
    assert cell(tmp_path, text, meter) == (None, ["negative_reading"])


@pytest.mark.parametrize(
    ("unit", "text", "count"),
    [("MWh", "1.2345", 12345), ("Wh", "100", 1), ("GJ", "0.0036", 10), ("万kWh", "0.00001", 1)],
)
def test_a_unit_converts_exactly(tmp_path: Path, unit: str, text: str, count: int) -> None:
    assert cell(tmp_path, text, f"e ({unit})") == (count, ["converted_unit"])


@pytest.mark.parametrize("unit", ["m3", "kW", "furlong", "tce"])
def test_a_unit_of_another_kind_is_refused_with_all_its_values(tmp_path: Path, unit: str) -> None:
    text = f"time,e ({unit})\n2025-01-01 00:00,1\n2025-01-01 00:15,2\n"
    rows, (found,) = read(tmp_path, text)
    assert rows == []
    assert (found.rule, found.subject, found.numbers["rows"]) == ("wrong_unit", "e", 2)
    assert found.place == f"a.csv › column B 'e ({unit})'"


def test_a_unit_may_stand_in_the_profile(tmp_path: Path) -> None:
    text = "time,KILN1.P\n2025-01-01 00:00,1\n"
    rows, _ = read(tmp_path, text, meters={"KILN1.P": "e"}, units={"KILN1.P": "MWh"})
    assert rows == [("e", FIRST, 10_000, 2)]


def test_full_width_brackets_hold_a_unit(tmp_path: Path) -> None:
    assert cell(tmp_path, "1", "e （ MWh ）")[0] == 10_000


def test_unknown_columns_are_told_unless_they_are_ignored(tmp_path: Path) -> None:
    text = "time,e,x,operator,\n2025-01-01 00:00,1,2,Li,\n2025-01-01 00:15,1,,Li,7\n"
    rows, findings = read(tmp_path, text, ignore=["operator"])
    assert len(rows) == 2
    assert [(f.rule, f.subject, f.numbers["rows"]) for f in findings] == [
        ("unknown_meter", "x", 1),
        ("unknown_meter", "column E", 1),  # without a header, but not without a value
    ]


def test_a_meter_with_an_empty_second_column_is_told(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, "time,e,e\n2025-01-01 00:00,1,\n")
    assert [row[2] for row in rows] == [10]
    assert (found.rule, found.numbers["rows"]) == ("column_repeats", 0)


def test_missing_columns_are_told_with_those_there_are(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, "when,e\n2025-01-01 00:00,1\n")
    assert (rows, found.rule) == ([], "missing_column")
    assert found.numbers == {"expected": "time", "found": "when, e"}
    rows, findings = read(tmp_path, "time,name,val\n2025-01-01 00:00,e,1\n", **LONG)
    assert rows == []
    assert [f.numbers["expected"] for f in findings] == ["meter", "value"]
    assert len({f.id for f in findings}) == 2


@pytest.mark.parametrize("text", ["time,e\n", "time,e\n\n,\n"])
def test_a_file_without_rows_is_told(tmp_path: Path, text: str) -> None:
    rows, findings = read(tmp_path, text)
    assert (rows, [f.rule for f in findings]) == ([], ["empty_sheet"])


def test_formulas_never_computed_are_told_apart_from_those_that_failed(tmp_path: Path) -> None:
    told = ["#not computed", "#DIV/0!", "#not computed", "7"]
    lines = [f"2025-01-01 0{n}:00,{text}" for n, text in enumerate(told)]
    _, findings = read(tmp_path, "time,e\n" + "\n".join(lines))
    assert sorted((f.rule, f.numbers["text"], f.numbers["rows"]) for f in findings) == [
        ("formula_error", "#DIV/0!", 1),
        ("formula_error", "#not computed", 2),
    ]


def test_rows_keep_their_numbers_past_broken_and_blank_ones(tmp_path: Path) -> None:
    text = "time,e\n2025-01-01 00:00,1\n\n2025-01-01 00:15,1,2\n2025-01-01 00:30,x\n"
    rows, findings = read(tmp_path, text)
    assert rows == [("e", FIRST, 10, 2)]
    assert [(f.rule, f.place) for f in findings] == [
        ("ragged_row", "a.csv › row 4"),
        ("unreadable_number", "a.csv › row 5 › e"),
    ]


def test_faults_of_a_column_are_told_once_with_their_number(tmp_path: Path) -> None:
    lines = [f"2025-01-01 {h:02}:00,{'x' if h % 2 else 'y'}" for h in range(24)]
    _, (found,) = read(tmp_path, "time,e\n" + "\n".join(lines))
    assert found.numbers["rows"] == 24
    assert found.numbers["text"] == "y"
    assert found.place == "a.csv › rows 2-25 › e"
    assert found.numbers["at_rows"] == "2-25"


def test_all_places_of_scattered_cells_are_kept(tmp_path: Path) -> None:
    bad = {n for n in range(40) if n % 3 == 0 or n in (20, 38)}
    start = dt.datetime(2025, 1, 1)
    lines = [
        f"{start + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M},{'x' if n in bad else n}"
        for n in range(40)
    ]
    rows, (found,) = read(tmp_path, "time,e\n" + "\n".join(lines))
    assert found.place == "a.csv › rows 2, 5, 8 ... (+13) › e"
    told = [part.partition("-") for part in found.numbers["at_rows"].split(", ")]
    kept = {n for first, _, last in told for n in range(int(first), int(last or first) + 1)}
    assert kept == {n + 2 for n in bad}
    assert kept | {row[3] for row in rows} == set(range(2, 42))


def test_all_rows_of_a_series_without_a_meter_are_told(tmp_path: Path) -> None:
    names = ["e", "x", "x", "e", "x"]
    lines = [f"{name},2025-01-01 0{n}:00,1," for n, name in enumerate(names)]
    _, (found,) = read(tmp_path, "\n".join(["meter,time,value,unit", *lines]), **LONG)
    assert (found.rule, found.numbers) == ("unknown_meter", {"rows": 3, "at_rows": "3-4, 6"})


def test_a_workbook_is_read_with_its_errors_and_dates(tmp_path: Path) -> None:
    stamps = [FIRST + dt.timedelta(hours=8, minutes=15 * n) for n in range(4)]
    values: list[Any] = [0.1 + 0.2, "#DIV/0!", None, 2]
    rows = [["time", "e"], *([s, v] for s, v in zip(stamps, values, strict=True))]
    path = book(tmp_path, {"一月": rows})
    profile = readings_profile(file="xlsx")
    (grid,) = open_grids(path, profile)
    table, findings = read_readings(grid, profile, POTS)
    assert [(r["count"], r["source_row"]) for r in table.to_pylist()] == [(3, 2), (20, 5)]
    assert table["ts"][0].as_py() == FIRST  # midnight, which a workbook gives as a mere date
    assert [(f.rule, f.place) for f in findings] == [("formula_error", "a.xlsx › 一月 › row 3 › e")]


numbers = st.decimals(
    allow_nan=False, allow_infinity=False, places=11, min_value=0, max_value=10**9
)


@given(st.lists(numbers, min_size=1, max_size=30))
@settings(max_examples=12, deadline=None)
def test_counts_are_exact(tmp_path_factory: pytest.TempPathFactory, values: list[Any]) -> None:
    start = dt.datetime(2025, 1, 1)
    texts = [f"{value:f}" for value in values]
    lines = [
        f"{start + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M},{t}" for n, t in enumerate(texts)
    ]
    rows, _ = read(tmp_path_factory.mktemp("csv"), "time,e (MWh)\n" + "\n".join(lines))
    expected = [quantise(parse_decimal(text) * 1000 / Fraction(1, 10), 0) for text in texts]
    assert [row[2] for row in rows] == expected


junk = st.sampled_from(
    ["1", "0.5", "0.55", "", " ", "-3", "x", "1,2", "#N/A", "1e5", "NaN", "１", "1e40", '"']
)
times = st.sampled_from(
    ["2025-01-01 00:00", "2025-01-01 00:15", "2025-01-01", "", "x", "2025-01-01 24:00"]
)
HEADERS = ["e", "w", "t", "x", "e (m3)", "w (L)", "e (kWh)"]


@given(
    st.lists(st.sampled_from(HEADERS), min_size=1, max_size=4).flatmap(
        lambda heads: st.tuples(
            st.just(heads),
            st.lists(
                st.tuples(times, st.lists(junk, min_size=len(heads), max_size=len(heads))),
                min_size=1,
                max_size=6,
            ),
        )
    )
)
@settings(max_examples=15, deadline=None)
def test_nothing_of_a_wide_file_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[list[str], list[tuple[str, list[str]]]],
) -> None:
    heads, body = drawn
    text = "\n".join([csv_row("time", *heads), *(csv_row(time, *cells) for time, cells in body)])
    rows, findings = read(tmp_path_factory.mktemp("csv"), text)
    listed = [row for row in body if any(cell.strip() for cell in [row[0], *row[1]])]
    dated = [row for row in listed if len(row[0]) > 10]
    not_taken = {
        f.place.split()[3]: f.numbers["rows"] for f in findings if f.rule in WHOLE_COLUMN
    }  # by the letter of its column
    taken = [n for n in range(len(heads)) if "BCDE"[n] not in not_taken]
    refused = sum(f.numbers["rows"] for f in findings if f.rule in CELLS)
    not_read = sum(f.numbers["rows"] for f in findings if f.rule == "unreadable_time")
    once = sum(f.numbers["rows"] for f in findings if f.rule == "column_repeats")
    assert len(rows) + once + refused == sum(
        bool(cells[n].strip()) for _, cells in dated for n in taken
    )
    assert not_read == len(listed) - len(dated)
    assert sum(not_taken.values()) == sum(
        bool(cells[n].strip()) for _, cells in listed for n in range(len(heads)) if n not in taken
    )


WHOLE_COLUMN = {"unknown_meter", "wrong_unit"}
CELLS = {"unreadable_number", "formula_error", "negative_reading"}


def csv_row(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["e", "w", "t", "x", ""]),
            times,
            junk,
            st.sampled_from(["", "kWh", "m3", "MWh"]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=15, deadline=None)
def test_nothing_of_a_long_file_is_lost(
    tmp_path_factory: pytest.TempPathFactory, body: list[tuple[str, str, str, str]]
) -> None:
    text = "\n".join([csv_row("meter", "time", "value", "unit"), *(csv_row(*row) for row in body)])
    rows, findings = read(tmp_path_factory.mktemp("csv"), text, **LONG)
    listed = [row for row in body if any(cell.strip() for cell in row)]
    fitting = {"e": {"", "kWh", "MWh"}, "w": {"", "m3"}, "t": {""}}
    dated = [row for row in listed if len(row[1]) > 10]
    known = [row for row in listed if row[3] in fitting.get(row[0], set())]
    refused = sum(f.numbers["rows"] for f in findings if f.rule in CELLS)
    not_read = sum(f.numbers["rows"] for f in findings if f.rule == "unreadable_time")
    not_taken = sum(f.numbers["rows"] for f in findings if f.rule in WHOLE_COLUMN)
    assert len(rows) + refused == sum(bool(row[2].strip()) for row in known if row in dated)
    assert not_read == len(listed) - len(dated)
    assert not_taken == len(listed) - len(known)
