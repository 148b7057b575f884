"""Sheets with a row per fact: every row is taken or told with its cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import site_of
from tests.records.readers.test_workbook_files import book

from celadon.records.finding import Finding
from celadon.records.ledger.refused_rows import ABOUT, refused_rows
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile, load_profile
from celadon.records.readers.row_files import PARAMETERS, read_activity, read_samples
from celadon.reference import load_registry
from celadon.reference.equations import parameter_kinds

CARRIERS = dict(load_registry().carriers)
POTS = site_of(
    unit=[{"id": "kiln"}],
    stream=[
        {"id": "coke-in", "carrier": "coke", "from": "outside", "to": "kiln", "stock": True,
         "name_zh": "焦炭", "name_en": "Coke"},
        {"id": "gas-in", "carrier": "natural_gas", "from": "outside", "to": "kiln",
         "monthly": "purchase", "name_zh": "燃料"},
        {"id": "oil-in", "carrier": "diesel", "from": "outside", "to": "kiln",
         "monthly": "purchase", "name_zh": "燃料"},
    ],
    product=[{"id": "bowls", "measure": "t", "monthly": "production", "name_zh": "碗"}],
)  # fmt: skip
ACTIVITY_HEAD = ["stream", "kind", "from", "to", "month", "quantity", "unit"]
SAMPLE_HEAD = [
    "stream", "parameter", "basis", "from", "to", "month", "value", "unit", "weight", "origin",
    "document",
]  # fmt: skip


def activity(
    folder: Path, *rows: list[Any], head: list[str] = ACTIVITY_HEAD, profile: Profile | None = None
) -> tuple[list[dict[str, Any]], list[Finding]]:
    chosen = profile or load_profile("activity")
    (grid,) = open_grids(book(folder, {"采购": [head, *rows]}), chosen)
    table, findings = read_activity(grid, chosen, POTS, CARRIERS)
    return table.to_pylist(), told(findings)


def samples(
    folder: Path, *rows: list[Any], head: list[str] = SAMPLE_HEAD
) -> tuple[list[dict[str, Any]], list[Finding]]:
    chosen = load_profile("samples")
    (grid,) = open_grids(book(folder, {"化验": [head, *rows]}), chosen)
    table, findings = read_samples(grid, chosen, POTS)
    return table.to_pylist(), told(findings)


def told(findings: list[Finding]) -> list[Finding]:
    assert all(found.text(language) for found in findings for language in ("en", "zh"))
    return findings


def bought(quantity: Any = 1, unit: str = "", day: Any = "2025-01-05", **more: Any) -> list[Any]:
    row = {"stream": "coke-in", "kind": "purchase", "from": day, "quantity": quantity, "unit": unit}
    return [(row | more).get(name) for name in ACTIVITY_HEAD]


def sampled(value: Any = 28.4, **more: Any) -> list[Any]:
    row = {"stream": "coke-in", "parameter": "net_calorific_value", "month": "2025-01",
           "value": value, "unit": "GJ/t"}  # fmt: skip
    return [(row | more).get(name) for name in SAMPLE_HEAD]


def test_a_purchase_is_counted_in_small_units(tmp_path: Path) -> None:
    (row,), findings = activity(tmp_path, bought(12.5, to="2025-01-07"))
    assert findings == []
    assert row == {
        "stream": "coke-in",
        "kind": "purchase",
        "from_day": dt.date(2025, 1, 5),
        "to_day": dt.date(2025, 1, 8),  # the last day of the sheet is inside
        "count": 12_500,
        "sheet": "采购",
        "source_row": 2,
    }


def test_headers_and_words_in_both_languages(tmp_path: Path) -> None:
    head = ["物流", "类别", "起始日", "截止日", "月份", "数量", "单位"]
    one, findings = activity(
        tmp_path, ["焦炭", "采购", "2025年1月5日", "2025/1/7", None, 12.5, "吨"], head=head
    )
    assert findings == []
    other, _ = activity(tmp_path, bought(12.5, "t", "20250105", to="2025.01.07", stream="Coke"))
    assert one == other


@pytest.mark.parametrize(
    "text",
    ["2025-02", "2025/2", "2025.02", "2025年2月", "202502", "2025-02-01", dt.date(2025, 2, 1)],
)
def test_a_month_is_its_days(tmp_path: Path, text: Any) -> None:
    (row,), _ = activity(tmp_path, bought(day=None, month=text))
    assert (row["from_day"], row["to_day"]) == (dt.date(2025, 2, 1), dt.date(2025, 3, 1))


def test_a_day_alone_is_one_day_and_a_date_cell_is_a_day(tmp_path: Path) -> None:
    (row,), _ = activity(tmp_path, bought(day=dt.datetime(2025, 1, 31)))
    assert (row["from_day"], row["to_day"]) == (dt.date(2025, 1, 31), dt.date(2025, 2, 1))


@pytest.mark.parametrize(
    ("quantity", "unit", "count", "rules"),
    [
        (0.1 + 0.2, "", 300, []),
        ("１２．５", "t", 12_500, []),
        (1, "万吨", 10**7, []),
        (250, "kg", 250, []),
        ("0.0005", "t", 0, ["finer_than_count"]),
        ("0.0015", "t", 2, ["finer_than_count"]),
        ("1e3", "", 10**6, []),
        (0, "", 0, []),
    ],
)
def test_amounts_that_are_taken(
    tmp_path: Path, quantity: Any, unit: str, count: int, rules: list[str]
) -> None:
    (row,), findings = activity(tmp_path, bought(quantity, unit))
    assert row["count"] == count
    assert [f.rule for f in findings] == rules


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        (bought("12,5t"), "unreadable_number", "F2"),
        (bought("1,234"), "unreadable_number", "F2"),
        (bought("١٢"), "unreadable_number", "F2"),
        (bought("NaN"), "unreadable_number", "F2"),
        (bought(None), "unreadable_number", "F2"),
        (bought("1e30"), "unreadable_number", "F2"),
        (bought("#DIV/0!"), "formula_error", "F2"),
        (bought("=1/0"), "formula_error", "F2"),
        (bought(-1), "negative_quantity", "F2"),
        (bought(-1, kind="closing_stock"), "negative_quantity", "F2"),
        (bought(1, "GJ"), "wrong_unit", "G2"),
        (bought(1, "stone"), "wrong_unit", "G2"),
        (bought(stream="coke"), "unknown_stream", "A2"),
        (bought(stream=None), "unknown_stream", "A2"),
        (bought(stream="燃料"), "ambiguous_stream", "A2"),
        (bought(kind="gift"), "unknown_kind", "B2"),
        (bought(day="31 Jan"), "unreadable_date", "C2"),
        (bought(day="2025-02-29"), "unreadable_date", "C2"),
        (bought(day=None), "unreadable_date", "C2"),
        (bought(to="soon"), "unreadable_date", "D2"),
        (bought(to="2025-01-04"), "period_backwards", "D2"),
        (bought(month="13/2025"), "unreadable_date", "E2"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_with_its_cell(
    tmp_path: Path, row: list[Any], rule: str, cell: str
) -> None:
    rows, (found,) = activity(tmp_path, row, bought(7))
    assert [r["source_row"] for r in rows] == [3]
    assert (found.rule, found.place) == (rule, f"a.xlsx › 采购 › {cell}")


@pytest.mark.parametrize(
    ("row", "about", "en", "zh"),
    [
        (
            bought("12,5t"), ("coke-in", "purchase", "2025-01-05", "2025-01-06"),
            "purchase of coke-in in 2025-01 (2025-01-05 .. 2025-01-05) is unknown, not zero",
            "coke-in 的 purchase 在 2025-01（2025-01-05 至 2025-01-05）按缺失处理",
        ),
        (
            bought(-1, stream="焦炭", kind="期初库存", month="2025-02"),
            ("coke-in", "opening_stock", "2025-02-01", "2025-03-01"),
            "opening_stock of coke-in in 2025-02 (2025-02-01 .. 2025-02-28)", "按缺失处理",
        ),
        (
            bought(stream="slag"), ("", "purchase", "2025-01-05", "2025-01-06"),
            "any month may lack it", "任何月份都可能缺少它",
        ),
        (bought(kind="gift"), ("coke-in", "", "2025-01-05", "2025-01-06"), "any month", "任何月份"),
        (bought(day="soon"), ("coke-in", "purchase", "", ""), "any month", "任何月份"),
    ],
)  # fmt: skip
def test_a_refused_row_says_which_month_lacks_it(
    tmp_path: Path, row: list[Any], about: tuple[str, ...], en: str, zh: str
) -> None:
    _, (found,) = activity(tmp_path, row)
    assert tuple(found.numbers[name] for name in ABOUT) == about
    assert en in found.text("en")
    assert zh in found.text("zh")
    given = [*refused_rows(3, [asdict(found)])]
    assert [(r.stream, r.kind, str(r.from_day), str(r.to_day), r.position) for r in given] == (
        [(*about, 3)] if all(about) else []
    )


def test_notes_of_an_earlier_edition_say_nothing_of_their_rows() -> None:
    note = {"numbers": {"rows": 1, "text": "x"}, "rule": "unreadable_number"}
    assert [*refused_rows(3, [note, {"of": "a ledger of tests"}])] == []


def test_an_id_is_never_ambiguous(tmp_path: Path) -> None:
    rows, findings = activity(tmp_path, *(bought(1, stream=name) for name in ("gas-in", "oil-in")))
    assert ([row["stream"] for row in rows], findings) == (["gas-in", "oil-in"], [])


@pytest.mark.parametrize(("text", "count"), [("12,5", 12_500), ("1.234", None), (12.5, 12_500)])
def test_a_decimal_comma(tmp_path: Path, text: Any, count: int | None) -> None:
    profile = load_profile("activity").model_copy(update={"decimal": ","})
    rows, findings = activity(tmp_path, bought(text), profile=profile)
    assert [row["count"] for row in rows] == ([] if count is None else [count])
    assert len(findings) == (count is None)


def test_missing_columns_are_told_one_by_one(tmp_path: Path) -> None:
    rows, findings = activity(tmp_path, ["coke-in", 1], head=["stream", "amount"])
    assert rows == []
    assert [f.rule for f in findings] == ["missing_column", "missing_column"]
    assert len({f.id for f in findings}) == 2
    assert "数量" in findings[1].numbers["expected"]


def test_broken_rows_of_a_csv_file_are_told(tmp_path: Path) -> None:
    profile = load_profile("activity").model_copy(update={"file": "csv"})
    path = tmp_path / "a.csv"
    path.write_text(
        "stream,kind,month,quantity\ncoke-in,purchase,2025-01,1,234\n", encoding="utf-8"
    )
    (grid,) = open_grids(path, profile)
    table, findings = read_activity(grid, profile, POTS, CARRIERS)
    assert (table.num_rows, [f.rule for f in findings]) == (0, ["ragged_row", "empty_sheet"])


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    assert [f.rule for f in activity(tmp_path)[1]] == ["empty_sheet"]
    assert [f.rule for f in samples(tmp_path)[1]] == ["empty_sheet"]


def test_a_sample_keeps_its_value_exactly(tmp_path: Path) -> None:
    (row,), findings = samples(
        tmp_path,
        sampled("28.435", basis="收到基", weight=1200.5, origin="化验", document="L7"),
    )
    assert findings == []
    assert (row["count"], row["decimals"], row["unit"]) == (28_435_000, 6, "GJ/t")
    assert (row["basis"], row["weight"], row["origin"]) == ("as_received", 1_200_500, "laboratory")
    assert (row["from_day"], row["to_day"]) == (dt.date(2025, 1, 1), dt.date(2025, 2, 1))


@pytest.mark.parametrize(
    ("value", "count", "decimals", "rules"),
    [
        ("0.00002658", 2658, 8, []),  # tC/MJ: six decimals would be wrong by two per cent
        ("1e-12", 1, 12, []),
        ("1e-13", 0, 12, ["finer_than_count"]),
        (0.1 + 0.2, 300_000, 6, []),
        ("123.456789", 123456789, 6, []),
    ],
)
def test_a_value_has_the_decimals_it_is_written_with(
    tmp_path: Path, value: Any, count: int, decimals: int, rules: list[str]
) -> None:
    (row,), findings = samples(tmp_path, sampled(value))
    assert (row["count"], row["decimals"]) == (count, decimals)
    assert [f.rule for f in findings] == rules


def test_a_certificate_may_be_open(tmp_path: Path) -> None:
    (row,), _ = samples(
        tmp_path, sampled(origin="供应商证书", month=None, **{"from": "2025-07-16"})
    )
    assert (row["from_day"], row["to_day"]) == (dt.date(2025, 7, 16), None)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_known_parameters_are_taken_without_a_word(tmp_path: Path, parameter: str) -> None:
    assert samples(tmp_path, sampled(parameter=parameter))[1] == []


@pytest.mark.parametrize("name", parameter_kinds())
def test_what_equations_ask_for_is_taken_by_either_name(tmp_path: Path, name: str) -> None:
    for word in (name, parameter_kinds()[name].zh):
        (row,), findings = samples(tmp_path, sampled("0.5", parameter=word, unit="1"))
        assert (row["parameter"], findings) == (name, [])


def test_a_number_may_be_above_one_and_a_share_may_not(tmp_path: Path) -> None:
    minutes = sampled("2.5", parameter="anode_effect_minutes", unit="1")
    assert samples(tmp_path, minutes)[1] == []
    rows, (found,) = samples(tmp_path, sampled("1.5", parameter="cao_content", unit="1"))
    assert (rows, found.rule) == ([], "impossible_value")


def test_a_sample_may_be_of_a_product(tmp_path: Path) -> None:
    (row,), findings = samples(tmp_path, sampled(stream="碗"))
    assert (row["stream"], findings) == ("bowls", [])


def test_an_unknown_parameter_is_recorded_and_told(tmp_path: Path) -> None:
    (row,), (found,) = samples(tmp_path, sampled(parameter="低位热值"))
    assert row["parameter"] == "低位热值"
    assert (found.rule, found.place) == ("unknown_parameter", "a.xlsx › 化验 › B2")


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        (sampled("n/a"), "unreadable_number", "G2"),
        (sampled("#N/A"), "formula_error", "G2"),
        (sampled(-1), "negative_quantity", "G2"),
        (sampled("1e15"), "impossible_value", "G2"),
        (sampled("0", parameter="net_calorific_value", unit="GJ/t"), "impossible_value", "G2"),
        (sampled(unit="GJ per t"), "unknown_unit", "H2"),
        (sampled(unit="BTU/lb"), "unknown_unit", "H2"),
        (sampled(weight="much"), "unreadable_number", "I2"),
        (sampled(weight=-3), "negative_quantity", "I2"),
        (sampled(origin="hearsay"), "unknown_origin", "J2"),
        (sampled(stream="x"), "unknown_stream", "A2"),
        (sampled(month="x"), "unreadable_date", "F2"),
    ],
)
def test_a_sample_that_cannot_be_taken_is_told_with_its_cell(
    tmp_path: Path, row: list[Any], rule: str, cell: str
) -> None:
    rows, (found,) = samples(tmp_path, row)
    assert (rows, found.rule, found.place) == ([], rule, f"a.xlsx › 化验 › {cell}")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["coke-in", "焦炭", "燃料", "x", None]),
            st.sampled_from(["purchase", "购入", "gift", None]),
            st.sampled_from(["2025-01-05", "x", None]),
            st.sampled_from([None, "2025-01-04", "2025-01-09"]),
            st.sampled_from([None, "2025-01", "x"]),
            st.sampled_from([3, -3, "x", None, "#REF!", "0.0001"]),
            st.sampled_from([None, "kg", "GJ", "?"]),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, body: list[tuple[Any, ...]]
) -> None:
    rows, findings = activity(tmp_path_factory.mktemp("book"), *(list(row) for row in body))
    refused = [f for f in findings if f.rule not in ("finer_than_count", "empty_sheet")]
    filled = [n for n, row in enumerate(body, start=2) if any(cell is not None for cell in row)]
    places = [int(f.place.rsplit(" ", 1)[1][1:]) for f in refused]
    assert sorted([*(row["source_row"] for row in rows), *places]) == filled
