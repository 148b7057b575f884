"""The template as it is sent out: what is asked, what can be typed where, what it is known by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from tests.records.build import site_of
from tests.records.templates.returns import (
    CARRIERS,
    PERIOD,
    WORKS,
    columns,
    free_row,
    row_of,
    stamp_of,
    template,
)

from celadon.errors import WorkspaceError
from celadon.languages import LANGUAGES, Language
from celadon.records.period import Period
from celadon.records.templates.book import LISTS, write_template
from celadon.records.templates.cells import open_returned
from celadon.records.templates.look import INPUT
from celadon.records.templates.plan import plan_template
from celadon.records.templates.words import (
    SHAPES,
    choices,
    field_of,
    meaning,
    say,
    shown_unit,
    units_for,
)
from celadon.units import conversion, parse_unit

PLAN = plan_template(WORKS, CARRIERS, PERIOD)


def asked(sheet: str) -> list[tuple[str, ...]]:
    found = PLAN.sheet(sheet)
    assert found is not None
    keys = ("kind", "month", "parameter", "instant")
    return [(row.item, *(str(row.cells[k]) for k in keys if k in row.cells)) for row in found.rows]


def test_what_the_declaration_lacks_is_asked_and_what_meters_count_is_not() -> None:
    assert [sheet.id for sheet in PLAN.sheets] == [
        "meters", "exchanges", "purchases", "stocks", "production", "use", "laboratory", "water",
        "equipment",
    ]  # fmt: skip
    months = ("2025-01", "2025-02", "2025-03")
    assert asked("purchases") == [(i, "purchase", m) for i in ("coal", "oil") for m in months]
    assert asked("stocks") == [
        ("coal", "opening_stock", "2025-01"), *(("coal", "closing_stock", m) for m in months),
    ]  # fmt: skip
    assert asked("production") == [("bowls", "production", month) for month in months]
    assert asked("use") == [("tar", "sale", month) for month in months]
    assert asked("water") == [("drained", "discharge", month) for month in months]
    assert asked("meters")[:4] == [
        ("power-in", "2025-01-01 00:00"),
        ("power-in", "2025-01-31 24:00"),
        ("power-in", "2025-02-28 24:00"),
        ("power-in", "2025-03-31 24:00"),
    ]
    assert {row[:2] for row in asked("laboratory")} == {
        ("coal", "net_calorific_value"), ("coal", "carbon_content"),
        ("oil", "net_calorific_value"), ("tar", "net_calorific_value"),
    }  # fmt: skip
    assert (PLAN.interval_meters, PLAN.metered_streams) == (1, 2)


def test_a_meter_is_asked_for_its_life_only() -> None:
    site = site_of(
        {"id": "m", "kind": "register", "measure": "kWh", "maximum": "5",
         "from_day": dt.date(2025, 2, 1), "to_day": dt.date(2025, 3, 1)},
        {"id": "gone", "kind": "register", "measure": "kWh", "maximum": "5",
         "to_day": dt.date(2024, 6, 1)},
    )  # fmt: skip
    sheet = plan_template(site, {}, PERIOD).sheet("meters")
    assert sheet is not None
    assert [(row.item, row.cells["instant"]) for row in sheet.rows] == [
        ("m", "2025-01-31 24:00"), ("m", "2025-02-28 24:00"),
    ]  # fmt: skip


def test_a_site_without_counters_is_not_asked_for_readings() -> None:
    plan = plan_template(site_of({"id": "e", "kind": "interval", "measure": "kWh"}), {}, PERIOD)
    assert [sheet.id for sheet in plan.sheets] == ["equipment"]


def test_only_whole_months_are_asked_for() -> None:
    with pytest.raises(WorkspaceError, match="whole months"):
        plan_template(WORKS, CARRIERS, Period.parse("2025-01-15/2025-03-01"))


def test_a_template_that_nobody_can_fill_is_refused() -> None:
    with pytest.raises(WorkspaceError, match="too long"):
        plan_template(WORKS, CARRIERS, Period.parse("1500-01-01/2025-01-01"))


def test_input_cells_are_open_and_coloured_and_all_else_is_locked(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path))
    sheet = book["购入"]
    at = columns(sheet)
    row = row_of(sheet, "coal", "2025-02")
    for name, column in at.items():
        cell, is_input = sheet.cell(row, column), name in ("quantity", "unit", "remark")
        assert cell.protection.locked is not is_input, name
        assert (cell.fill.fgColor.rgb == f"FF{INPUT[1:]}") is is_input, name
    free = free_row(sheet)
    assert free == 6 + 6
    assert not any(sheet.cell(free, column).protection.locked for column in at.values())
    assert sheet["A4"].protection.locked
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet.freeze_panes == "C6"
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.auto_filter.ref.startswith("A5:")


def test_lists_offer_what_the_declaration_has_and_units_that_convert(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path))
    offered: dict[tuple[str, str], list[str]] = {}
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            where = book.defined_names[rule.formula1.lstrip("=")].attr_text
            name, _, cells = where.partition("!")
            assert name == LISTS
            values = [row[0].value for row in book[LISTS][cells.replace("$", "")]]
            for span in rule.sqref.ranges:
                heading = field_of(str(sheet.cell(4, span.min_col).value))
                assert heading is not None
                offered.setdefault((sheet.title, heading), []).extend(values)
                if heading == "unit":
                    for row in range(span.min_row, span.max_row + 1):
                        given = sheet.cell(row, span.min_col).value
                        assert not given or all(conversion(v, given) > 0 for v in values)
    assert set(offered["购入", "name"]) == {"无烟煤", "柴油"}
    assert set(offered["产量", "name"]) == {"碗"}
    assert offered["设备", "process_unit"] == ["窑", "磨"]
    assert {meaning(word) for word in offered["化验", "parameter"]} == set(choices("parameter"))
    assert {meaning(word) for word in offered["设备", "class"]} == set(choices("class"))
    assert book[LISTS].sheet_state == "veryHidden"


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_stand_in_both_languages(tmp_path: Path, language: Language) -> None:
    book = openpyxl.load_workbook(template(tmp_path, language=language))
    other = next(name for name in LANGUAGES if name != language)
    for sheet in PLAN.sheets:
        rows = book[say(f"sheet.{sheet.id}", language)]
        for number, spoken in ((4, language), (5, other)):
            listed = [cell.value for cell in rows[number]]
            assert listed == [say(f"field.{name}", spoken) for name in sheet.shape.fields]


def test_every_heading_is_known_again_and_means_one_field() -> None:
    for language in LANGUAGES:
        for shape in SHAPES.values():
            for name in shape.fields:
                assert field_of(say(f"field.{name}", language)) == name


def test_every_unit_offered_is_read_as_it_is_written() -> None:
    for unit in ("kWh", "GJ", "t", "m3", "Nm3", "GJ/t", "MJ/Nm3", "tC/1e4Nm3", "%", "kJ/kg"):
        for offered in units_for(unit):
            for language in LANGUAGES:
                assert parse_unit(shown_unit(offered, language)) == parse_unit(offered)
                assert conversion(offered, unit) > 0


def test_the_stamp_is_in_the_property_on_the_guide_and_on_the_hidden_sheet(tmp_path: Path) -> None:
    path = template(tmp_path)
    assert open_returned(path).stamp == stamp_of()
    book = openpyxl.load_workbook(path)
    del book.custom_doc_props["celadon-template"]
    for name in ("说明", LISTS):
        assert name in book.sheetnames
        texts = [cell.value for row in book[name].iter_rows() for cell in row]
        assert stamp_of().text in texts
    without = tmp_path / "without.xlsx"
    book.save(without)
    assert open_returned(without).stamp == stamp_of()


def test_the_guide_says_who_what_and_until_when(tmp_path: Path) -> None:
    path = tmp_path / "due.xlsx"
    write_template(PLAN, stamp_of(), path, "en", dt.date(2026, 2, 28))
    guide = openpyxl.load_workbook(path)["Guide"]
    texts = {str(cell.value) for row in guide.iter_rows() for cell in row}
    assert {"2026-02-28", "模拟陶瓷厂", "Simulated pottery · pots"} <= texts
    assert "2025-01-01 to 2025-03-31, local days" in texts
    for sheet in PLAN.sheets:
        assert say(f"about.{sheet.id}", "en") in texts
        assert say(f"whom.{sheet.id}", "en") in texts
    assert any(text.startswith("=COUNT('Purchases'!") for text in texts)


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a.xlsx", "b.xlsx"))
    for path in (first, second):
        write_template(PLAN, stamp_of(), path, "zh")
    assert first.read_bytes() == second.read_bytes()


def test_known_equipment_is_written_beforehand(tmp_path: Path) -> None:
    known = {
        "equipment": "P-1", "name": "泵", "class": "pump", "maker": None, "model": "S",
        "unit": "mill", "quantity": 2, "power": 55_500, "year": 2019, "grade": "2",
    }  # fmt: skip
    sheet = openpyxl.load_workbook(template(tmp_path, equipment=[known]))["设备"]
    values = [cell.value for cell in sheet[6]]
    assert values == ["P-1", "泵", "泵", None, "S", "磨", 2, 55.5, 2019, "2", None]
    assert not any(cell.protection.locked for cell in sheet[6])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("every", ["slot", "day", "month"])
def test_how_a_counter_is_declared_to_be_read_stands_beside_it(
    tmp_path: Path, language: Language, every: str
) -> None:
    meter = {"id": "w", "kind": "register", "measure": "m3", "maximum": "9", "read_every": every}
    site = site_of(meter)
    plan = plan_template(site, CARRIERS, PERIOD)
    assert plan.system_registers == (every == "slot")
    book = openpyxl.load_workbook(template(tmp_path, site, language))
    sheet = book[say("sheet.meters", language)]
    cell = sheet.cell(6, columns(sheet)["read_every"])
    assert cell.value == say(f"word.every_{every}", language)
    assert cell.protection.locked
    guide = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("read_every" in text for text in guide) == (every == "slot")
