"""Faults to plant into a filled template, each with the rule that it breaks and its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from openpyxl.workbook import Workbook
from tests.records.templates.returns import free_row, put, row_of

Plant = Callable[[Workbook], tuple[str, str, str]]
"""Plants a fault; returns the rule that it breaks, the sheet and the cell."""


def cell(sheet: str, field: str, rule_id: str, *keys: str, **values: Any) -> Plant:
    """A fault in a row that was asked for, known by its keys."""

    def plant(book: Workbook) -> tuple[str, str, str]:
        raw = book[sheet]
        return rule_id, sheet, put(raw, row_of(raw, *keys), **values)[field]

    return plant


def added(sheet: str, field: str, rule_id: str, **values: Any) -> Plant:
    """A fault in a row that someone added."""

    def plant(book: Workbook) -> tuple[str, str, str]:
        raw = book[sheet]
        return rule_id, sheet, put(raw, free_row(raw), **values)[field]

    return plant


def merged(book: Workbook) -> tuple[str, str, str]:
    put(book["购入"], 6, quantity=30)
    book["购入"].merge_cells("E6:E8")
    return "template_merged", "购入", "E6"


def fell(book: Workbook) -> tuple[str, str, str]:
    put(book["抄表"], 6, reading=90)
    put(book["抄表"], 7, reading=1e4)
    return "template_reading_fell", "抄表", put(book["抄表"], 8, reading=9e3)["reading"]


def leapt(book: Workbook) -> tuple[str, str, str]:
    put(book["抄表"], 6, reading=90)
    return "template_reading_leapt", "抄表", put(book["抄表"], 7, reading=90_000)["reading"]


def contradicted(book: Workbook) -> tuple[str, str, str]:
    raw = book["抄表"]
    put(raw, 7, reading=90)
    instant = dt.datetime(2025, 2, 1)
    where = put(raw, free_row(raw), name="进线", instant=instant, reading=91)
    raw[where["instant"]].number_format = "yyyy-mm-dd hh:mm"
    return "template_two_values", "抄表", where["reading"]


def two_stocks(book: Workbook) -> tuple[str, str, str]:
    raw = book["库存"]
    put(raw, 6, quantity=90)
    where = put(raw, free_row(raw), id="coal", kind="期初库存", month="2025-01", quantity=91)
    return "template_two_values", "库存", where["quantity"]


def exchanged(book: Workbook) -> tuple[str, str, str]:
    where = put(book["换表"], 6, name="进线", exchanged="2025-02-10 09:00", closing=95)
    return "template_half_row", "换表", where["opening"]


def listed_twice(book: Workbook) -> tuple[str, str, str]:
    put(book["设备"], 6, equipment="P1", class_="泵", pieces=1)
    where = put(book["设备"], 7, equipment="P1", class_="泵", pieces=1)
    return "repeated_equipment", "设备", where["equipment"]


def headless(book: Workbook) -> tuple[str, str, str]:
    book["购入"]["E4"] = book["购入"]["E5"] = "甲"
    put(book["库存"], 6, quantity=1)
    return "template_headings", "购入", "A4"


FAULTS: dict[str, Plant] = {
    "text with its unit": cell(
        "购入", "quantity", "template_number", "coal", "2025-01", quantity="5t"
    ),
    "thousands": cell("购入", "quantity", "template_number", "coal", "2025-01", quantity="1,234"),
    "a word": cell("购入", "quantity", "template_number", "coal", "2025-01", quantity="无"),
    "yes": cell("购入", "quantity", "template_number", "coal", "2025-01", quantity=True),
    "a date": cell(
        "购入", "quantity", "template_number", "coal", "2025-01", quantity=dt.date(2025, 1, 2)
    ),
    "a failed formula": cell(
        "购入", "quantity", "formula_error", "coal", "2025-01", quantity="#DIV/0!"
    ),
    "no result": cell("购入", "quantity", "formula_error", "coal", "2025-01", quantity="=1/0"),
    "a percentage": cell("购入", "quantity", "template_percent", "coal", "2025-01", quantity="5%"),
    "below zero": cell("购入", "quantity", "negative_quantity", "coal", "2025-01", quantity=-1),
    "finer than a kilogram": cell(
        "购入", "quantity", "finer_than_count", "coal", "2025-01", quantity=0.0005
    ),
    "another dimension": cell(
        "购入", "unit", "wrong_unit", "coal", "2025-01", quantity=1, unit="m³"
    ),
    "no unit": cell("购入", "unit", "wrong_unit", "coal", "2025-01", quantity=1, unit="筐"),
    "another id": cell("购入", "id", "unknown_stream", "coal", "2025-01", quantity=1, id="coke"),
    "name and id": cell(
        "购入", "name", "template_name_differs", "coal", "2025-01", quantity=1, name="柴油"
    ),
    "an unknown name": added(
        "购入", "name", "unknown_stream", name="焦炭", kind="购入", month="2025-01", quantity=1
    ),
    "no name": added("购入", "name", "template_half_row", kind="购入", month="2025-01", quantity=1),
    "no kind": added("购入", "kind", "template_half_row", name="柴油", month="2025-01", quantity=1),
    "no month": added("购入", "month", "template_half_row", name="柴油", kind="购入", quantity=1),
    "no quantity": added(
        "购入",
        "quantity",
        "template_no_number",
        name="柴油",
        kind="购入",
        month="2025-06",
        unit="t",
    ),
    "month 13": added(
        "购入", "month", "template_month", name="柴油", kind="购入", month="2025-13", quantity=1
    ),
    "an unknown kind": added(
        "购入", "kind", "unknown_kind", name="柴油", kind="赠送", month="2025-01", quantity=1
    ),
    "a day alone": added(
        "抄表", "instant", "template_instant", name="进线", instant="2025-02-15", reading=1
    ),
    "an interval meter": added(
        "抄表", "name", "template_not_register", name="窑炉", instant="2025-02-15 08:00", reading=1
    ),
    "an unknown meter": added(
        "抄表", "name", "unknown_meter", name="甲", instant="2025-02-15 08:00", reading=1
    ),
    "reading below zero": cell("抄表", "reading", "negative_reading", "power-in", reading=-1),
    "beyond the dial": cell("抄表", "reading", "template_beyond_dial", "power-in", reading=100_000),
    "finer than the dial": cell(
        "抄表", "reading", "finer_than_resolution", "power-in", reading=1.001
    ),
    "unit of a reading": cell("抄表", "unit", "wrong_unit", "power-in", reading=1, unit="m³"),
    "a reading that fell": fell,
    "a reading that leapt": leapt,
    "two readings": contradicted,
    "two stocks": two_stocks,
    "half an exchange": exchanged,
    "merged": merged,
    "hotter than hydrogen": cell(
        "化验", "value", "template_impossible", "coal", "低位发热量", value=26_500
    ),
    "a fuel without heat": cell(
        "化验", "value", "template_impossible", "coal", "低位发热量", value=0
    ),
    "unknown unit of a sample": cell(
        "化验", "unit", "unknown_unit", "coal", "低位发热量", value=26, unit="卡"
    ),
    "ends before": cell(
        "化验", "to", "period_backwards", "coal", "低位发热量", value=26, to="2024-01-01"
    ),
    "no day": added(
        "化验",
        "from",
        "unreadable_date",
        name="柴油",
        parameter="水分",
        from_="月初",
        value=1,
        unit="%",
    ),
    "unknown parameter": added(
        "化验",
        "parameter",
        "unknown_parameter",
        name="柴油",
        parameter="颜色",
        from_="2025-01-01",
        value=1,
        unit="%",
    ),
    "unknown origin": cell(
        "化验", "origin", "unknown_origin", "coal", "低位发热量", value=26, origin="估计"
    ),
    "report without value": cell(
        "化验", "value", "template_no_number", "coal", "低位发热量", document="L-1"
    ),
    "listed twice": listed_twice,
    "unknown place": added(
        "设备",
        "process_unit",
        "unknown_process_unit",
        equipment="P",
        class_="泵",
        pieces=1,
        process_unit="屋顶",
    ),
    "unknown class": added(
        "设备", "class", "unknown_class", equipment="P", class_="飞船", pieces=1
    ),
    "half a pump": added(
        "设备", "pieces", "impossible_number", equipment="P", class_="泵", pieces=1.5
    ),
    "no pieces": added("设备", "pieces", "template_half_row", equipment="P", class_="泵"),
    "no power": added(
        "设备", "power", "impossible_power", equipment="P", class_="泵", pieces=1, power=0
    ),
    "power in litres": added(
        "设备", "power", "wrong_unit", equipment="P", class_="泵", pieces=1, power="5 L"
    ),
    "made in 19": added(
        "设备", "year", "impossible_number", equipment="P", class_="泵", pieces=1, year=19
    ),
    "a heading": headless,
}
