"""A returned template: what was typed comes back exactly, and nothing is lost in silence."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from tests.records.templates.returns import (
    DECLARATION,
    PERIOD,
    WORKS,
    Fill,
    columns,
    free_row,
    of_rule,
    put,
    read,
    returned,
    row_of,
    rules_at,
    template,
)

from celadon.errors import InputError
from celadon.languages import LANGUAGES, Language
from celadon.records.templates.cells import open_returned
from celadon.records.templates.marking import write_marked
from celadon.records.templates.reading import TemplateContent
from celadon.records.templates.words import VERSION

QUIET = {"finer_than_count", "finer_than_resolution"}
AMOUNT = st.decimals(0, 10**6, places=3)
SHEET_NAMES = {"zh": ("购入", "库存", "产量", "消耗与外销", "水"),
               "en": ("Purchases", "Stocks", "Production", "Use and sales", "Water")}  # fmt: skip


def filled(folder: Path, fill: Fill, **more: Any) -> TemplateContent:
    return read(returned(template(folder, **more), fill))[1]


def typed(value: Decimal) -> float:
    """A number as a spreadsheet keeps it."""
    return float(value)


@settings(max_examples=6, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_what_is_typed_comes_back_exactly(data: st.DataObject, language: Language) -> None:
    check_round_trip(data, language)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_what_is_typed_comes_back_exactly_long(data: st.DataObject, language: Language) -> None:
    check_round_trip(data, language)


def check_round_trip(data: st.DataObject, language: Language) -> None:
    amounts: dict[tuple[str, str, str], int] = {}
    readings: dict[tuple[str, int], int] = {}
    values: dict[tuple[str, str, str], Fraction] = {}

    def fill(book: Workbook) -> None:
        for name in SHEET_NAMES[language]:
            sheet = book[name]
            at = columns(sheet)
            for row in range(6, free_row(sheet)):
                amount = data.draw(st.none() | AMOUNT)
                if amount is None:
                    continue
                sheet.cell(row, at["quantity"]).value = typed(amount)
                key = tuple(str(sheet.cell(row, at[k]).value) for k in ("id", "kind", "month"))
                amounts[key] = int(Fraction(amount) * 1000)
        meters = book["抄表" if language == "zh" else "Readings"]
        at = columns(meters)
        for row in range(6, free_row(meters)):
            count = data.draw(st.none() | st.integers(0, 99_999))
            if count is not None:
                meters.cell(row, at["reading"]).value = count
                readings[str(meters.cell(row, at["id"]).value), row] = count
        laboratory = book["化验" if language == "zh" else "Laboratory"]
        at = columns(laboratory)
        for row in range(6, free_row(laboratory)):
            # no fuel gives no heat, so the least is not 0
            value = data.draw(st.none() | st.decimals("0.0001", 99, places=4))
            if value is not None:
                laboratory.cell(row, at["value"]).value = typed(value)
                key = tuple(
                    str(laboratory.cell(row, at[k]).value) for k in ("id", "parameter", "from")
                )
                values[key[0], key[1], key[2][:10]] = Fraction(value)

    with tempfile.TemporaryDirectory() as folder:
        content = filled(Path(folder), fill, language=language)
    rows = content.tables["activity"].to_pylist()
    words = {
        "购入": "purchase", "期初库存": "opening_stock", "期末库存": "closing_stock",
        "产量": "production", "外销": "sale", "排放": "discharge", "Purchase": "purchase",
        "Opening stock": "opening_stock", "Closing stock": "closing_stock",
        "Production": "production", "Sale": "sale", "Discharge": "discharge",
    }  # fmt: skip
    assert {(r["stream"], r["kind"], f"{r['from_day']:%Y-%m}"): r["count"] for r in rows} == {
        (item, words[kind], month): count for (item, kind, month), count in amounts.items()
    }
    assert len(rows) == len(amounts)
    sizes = {"power-in": 100, "water-in": 1}
    assert {
        (r["meter"], r["source_row"]): r["count"] for r in content.tables["reading"].to_pylist()
    } == {key: count * sizes[key[0]] for key, count in readings.items()}
    samples = content.tables["sample"].to_pylist()
    assert sorted(Fraction(r["count"], 10 ** r["decimals"]) for r in samples) == sorted(
        values.values()
    )
    told = {found.rule for found in content.all_findings}
    assert told <= {"template_reading_fell", "template_reading_leapt", "template_nothing"}


def test_a_month_end_is_one_reading_at_that_local_midnight(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["抄表"]
        put(sheet, row_of(sheet, "power-in", "2025-01-01 00:00"), reading=10)
        put(sheet, row_of(sheet, "power-in", "2025-01-31 24:00"), reading=12.25)
        put(sheet, free_row(sheet), name="取水", instant="2025年2月15日 8:30", reading=7, unit="L")
        put(
            sheet,
            free_row(sheet) + 1,
            id="water-in",
            instant=dt.datetime(2025, 2, 16, 8),
            reading=8,
        )

    content = filled(tmp_path, fill)
    found = [(r["meter"], r["ts"], r["count"]) for r in content.tables["reading"].to_pylist()]
    assert found == [
        ("power-in", dt.datetime(2024, 12, 31, 16), 1000),
        ("power-in", dt.datetime(2025, 1, 31, 16), 1225),
        ("water-in", dt.datetime(2025, 2, 15, 0, 30), 0),  # 7 L, of a meter that shows m3
        ("water-in", dt.datetime(2025, 2, 16), 8),
    ]
    assert [found.rule for found in content.all_findings] == ["finer_than_resolution"]


def test_an_exchange_is_taken_and_explains_a_fall(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["抄表"]
        put(sheet, row_of(sheet, "water-in", "2025-01-31 24:00"), reading=900)
        put(sheet, row_of(sheet, "water-in", "2025-02-28 24:00"), reading=40)
        put(
            book["换表"], 6, name="取水", exchanged="2025-02-10 09:00", closing=950, opening=5,
            document="W-1",
        )  # fmt: skip

    content = filled(tmp_path, fill)
    (row,) = content.tables["exchange"].to_pylist()
    assert row == {
        "meter": "water-in", "ts": dt.datetime(2025, 2, 10, 1), "closing": 950, "opening": 5,
        "document": "W-1", "sheet": "换表", "source_row": 6,
    }  # fmt: skip
    assert content.all_findings == []


def test_a_rollover_that_the_meter_can_pass_is_no_fall(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["抄表"]
        put(sheet, 6, reading=99_990)
        put(sheet, 7, reading=20)  # 30 kWh on in 744 hours of at most 20
        put(sheet, 8, reading=15)

    content = filled(tmp_path, fill)
    assert [(f.rule, f.place[-2:]) for f in content.all_findings] == [
        ("template_reading_fell", "D8")
    ]
    assert content.tables["reading"].num_rows == 3


def rename(book: Workbook) -> None:
    book["购入"].title = "二月 › 采购"
    book.move_sheet("产量", -4)
    book["库存"].sheet_state = "hidden"


def cut_columns(book: Workbook) -> None:
    for sheet in book.worksheets:
        at = columns(sheet)
        if "remark" in at:
            sheet.delete_cols(at["remark"])
        if "kind" in at:
            sheet.insert_cols(1)  # its headings and cells move one column on
            sheet["A20"] = "自记"


@pytest.mark.parametrize("change", [rename, cut_columns])
def test_sheets_and_columns_may_be_renamed_moved_and_hidden(tmp_path: Path, change: Fill) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity=4)
        put(book["库存"], 6, quantity=5)
        put(book["产量"], 6, quantity=6)
        change(book)

    content = filled(tmp_path, fill)
    rows = content.tables["activity"].to_pylist()
    assert sorted((r["kind"], r["count"]) for r in rows) == [
        ("opening_stock", 5000), ("production", 6000), ("purchase", 4000),
    ]  # fmt: skip
    assert {found.rule for found in content.all_findings} <= {"template_hidden"}


def test_either_line_of_headings_is_enough(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity=4)
        put(book["产量"], 6, quantity=6)
        book["购入"].delete_rows(4)  # English is left
        book["产量"].delete_rows(5)  # Chinese is left

    content = filled(tmp_path, fill)
    assert [row["count"] for row in content.tables["activity"].to_pylist()] == [6000, 4000]
    assert content.all_findings == []


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    written: list[Any] = ["１２．５", " 12.5 ", 12.5, "12.50", "1.25e1"]

    def fill(book: Workbook) -> None:
        for row, value in enumerate(written, start=6):
            put(book["购入"], row, quantity=value)

    content = filled(tmp_path, fill)
    assert {row["count"] for row in content.tables["activity"].to_pylist()} == {12_500}
    assert content.tables["activity"].num_rows == len(written)


@pytest.mark.parametrize(
    ("month", "day"),
    [("2025年2月", "2025/2/3"), ("２０２５－０２", "２０２５．２．３"),
     (dt.date(2025, 2, 1), "2025年2月3日"), ("2025.02", dt.datetime(2025, 2, 3)),
     (202502, "2025-02-03")],
)  # fmt: skip
def test_months_and_days_are_read_as_people_write_them(
    tmp_path: Path, month: object, day: object
) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["产量"]
        put(sheet, free_row(sheet), name="碗", kind="产量", month=month, quantity=1, unit="t")
        sheet = book["化验"]
        put(
            sheet, free_row(sheet), name="柴油", parameter="低位发热量", from_=day, value=42,
            unit="GJ/t", origin="证书", document="C-1",
        )  # fmt: skip

    content = filled(tmp_path, fill)
    assert content.all_findings == []
    (row,) = content.tables["activity"].to_pylist()
    assert (row["from_day"], row["to_day"]) == (dt.date(2025, 2, 1), dt.date(2025, 3, 1))
    (sample,) = content.tables["sample"].to_pylist()
    assert (sample["from_day"], sample["to_day"]) == (dt.date(2025, 2, 3), None)


def test_a_percentage_is_the_share_that_is_shown(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["化验"]
        row = row_of(sheet, "coal", "含碳量")
        cell = sheet[put(sheet, row, value=0.7205)["value"]]
        cell.number_format = "0.00%"
        put(sheet, row + 1, value="71 %", unit="1")
        put(sheet, row_of(sheet, "oil"), value="3%")

    content = filled(tmp_path, fill)
    rows = content.tables["sample"].to_pylist()
    assert [(Fraction(r["count"], 10 ** r["decimals"]), r["unit"]) for r in rows] == [
        (Fraction("72.05"), "%"), (Fraction("0.71"), "1"),
    ]  # fmt: skip
    assert [found.rule for found in content.all_findings] == ["template_percent"]


def test_a_formula_counts_by_its_result(tmp_path: Path) -> None:
    path = template(tmp_path)
    book = openpyxl.load_workbook(path)
    put(book["购入"], 6, quantity="=1+1")
    target = tmp_path / "returned.xlsx"
    book.save(target)
    _, content = read(target)
    assert content.tables["activity"].num_rows == 0
    assert rules_at(content)["购入 › E6"] == {"formula_error"}  # saved without its result


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity=4)
        put(book["购入"], 7, quantity=5)
        book["购入"].row_dimensions[7].hidden = True

    content = filled(tmp_path, fill)
    assert content.tables["activity"].num_rows == 2
    assert rules_at(content) == {"购入": {"template_hidden"}}


def test_a_key_that_was_merged_holds_for_all_its_rows(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["购入"]
        for row in (6, 7, 8):
            put(sheet, row, quantity=row)
        for letter in "ABC":
            sheet.merge_cells(f"{letter}6:{letter}8")

    content = filled(tmp_path, fill)
    rows = content.tables["activity"].to_pylist()
    assert [(r["stream"], r["count"]) for r in rows] == [
        ("coal", 6000), ("coal", 7000), ("coal", 8000),
    ]  # fmt: skip


def test_rows_that_were_asked_for_and_left_empty_are_quiet(tmp_path: Path) -> None:
    content = read(template(tmp_path))[1]
    assert [found.rule for found in content.all_findings] == ["template_nothing"]
    assert all(table.num_rows == 0 for table in content.tables.values())


def test_deliveries_of_a_month_add_up_but_a_copied_sheet_is_told(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["购入"]
        put(sheet, 6, quantity=4)
        put(sheet, free_row(sheet), name="无烟煤", kind="购入", month="2025-01", quantity=2)
        copied = book.copy_worksheet(sheet)
        copied.title = "购入 (2)"

    content = filled(tmp_path, fill)
    counts = [row["count"] for row in content.tables["activity"].to_pylist()]
    assert counts == [4000, 4000, 2000, 2000]
    assert {found.rule for found in content.all_findings} == {"template_twice"}


@pytest.mark.parametrize("version", [0, 1, VERSION])
def test_an_older_template_is_read_by_its_headings(tmp_path: Path, version: int) -> None:
    path = template(tmp_path, version=version)
    _, content = read(returned(path, lambda book: put(book["购入"], 6, quantity=4) and None))
    assert content.tables["activity"].num_rows == 1
    assert bool(of_rule(content, "template_older")) is (version < VERSION)


def test_a_newer_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="newer") as refused:
        read(template(tmp_path, version=99))
    assert "update celadon" in str(refused.value)


def test_a_template_of_another_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another site") as refused:
        read(template(tmp_path, site=WORKS.model_copy(update={"id": "kilns"})))
    assert "'kilns'" in str(refused.value)


def test_what_another_declaration_asked_is_told(tmp_path: Path) -> None:
    later = WORKS.model_copy(
        update={
            "streams": tuple(
                stream.model_copy(update={"id": "tar-2", "name_zh": "新焦油", "name_en": ""})
                if stream.id == "tar"
                else stream
                for stream in WORKS.streams
            ),
            "units": WORKS.units,
        }
    )
    path = returned(
        template(tmp_path), lambda book: put(book["消耗与外销"], 6, quantity=4) and None
    )
    _, content = read(path, later, declaration="e" * 64)
    at = rules_at(content)
    assert at["消耗与外销 › B6"] == {"unknown_stream"}
    assert at["消耗与外销"] == {"template_sheet_missing", "template_gone"}
    assert "tar" in of_rule(content, "template_gone")[0].text("en")
    assert of_rule(content, "template_redeclared")[0].numbers == {"then": "d" * 12, "now": "e" * 12}
    assert "tar-2" in of_rule(content, "template_lacks")[0].text("en")  # its laboratory rows


def test_a_file_without_its_stamp_is_read_and_told(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity=4)
        del book.custom_doc_props["celadon-template"]
        del book["celadon"]
        del book["说明"]

    content = filled(tmp_path, fill)
    assert content.tables["activity"].num_rows == 1
    assert [found.rule for found in content.all_findings] == ["template_unstamped"]


def test_a_sheet_that_is_gone_is_told_and_an_own_one_is_not_read(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        put(book["购入"], 6, quantity=4)
        del book["产量"]
        del book["设备"]
        book.create_sheet("自用")["B2"] = "吨"
        book.create_sheet("空")

    content = filled(tmp_path, fill)
    assert rules_at(content) == {
        "产量": {"template_sheet_missing"},
        "设备": {"template_sheet_missing"},
        "自用": {"template_not_read"},
    }


def damaged(folder: Path) -> dict[str, bytes]:
    good = template(folder).read_bytes()
    return {
        "cut.xlsx": good[: len(good) // 2],
        "text.xlsx": b"name,value\n",
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "empty.xlsx": b"",
        "altered.xlsx": good.replace(b"[Content_Types].xml", b"[Content_Typos].xml"),
    }


@pytest.mark.parametrize(
    "name", ["cut.xlsx", "text.xlsx", "old.xlsx", "empty.xlsx", "altered.xlsx"]
)
def test_a_file_of_another_kind_is_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(damaged(tmp_path)[name])
    with pytest.raises(InputError, match="Cannot read") as refused:
        open_returned(path)
    assert refused.value.faults[0].remedy


def test_a_workbook_that_is_no_template_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "名称"
    book.save(path)
    with pytest.raises(InputError, match="no template"):
        read(path)
    assert PERIOD.from_day == dt.date(2025, 1, 1)
    assert len(DECLARATION) == 64


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_no_cell_ends_in_a_traceback(data: st.DataObject) -> None:
    check_odd_cells(data)


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_cell_ends_in_a_traceback_long(data: st.DataObject) -> None:
    check_odd_cells(data)


def check_odd_cells(data: st.DataObject) -> None:
    odd = ["=A1", "#REF!", "2025-02", "24:00", "无烟煤", "购入", "%", "５吨", "1e999", "9e99"]
    days = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2200, 1, 1))
    numbers = st.integers() | st.floats(allow_nan=False) | st.booleans()
    signs = st.characters(exclude_categories=("Cc", "Cs"))  # what a workbook can hold
    cells = st.none() | st.text(signs, max_size=8) | numbers | days | st.sampled_from(odd)

    def fill(book: Workbook) -> None:
        for sheet in book.worksheets[1:-1]:
            for _ in range(6):
                row = data.draw(st.integers(4, 24))
                column = data.draw(st.integers(1, sheet.max_column))
                sheet.cell(row, column).value = data.draw(cells)

    with tempfile.TemporaryDirectory() as folder:
        path = returned(template(Path(folder)), fill)
        book, content = read(path)
        marked = write_marked(book, content.all_findings, 0, Path(folder) / "marked.xlsx", "zh")
        assert read(marked)[1].tables == content.tables  # marks change nothing that is read
    for found in content.all_findings:
        assert found.place.startswith("returned.xlsx")


def test_a_picture_that_is_called_a_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "三月.xlsx"
    path.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF")
    with pytest.raises(InputError, match="Cannot read") as caught:
        open_returned(path)
    assert caught.value.faults[0].found == "a picture (JPEG)"
    assert "export the figures" in caught.value.faults[0].remedy
