"""What a sector's method, green power and waste ask of a template, and how it is read back."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from tests.records.build import site_of
from tests.records.templates.returns import (
    CARRIERS,
    PERIOD,
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

from celadon.accounts.pollutants.tables import WASTE_MEASURES
from celadon.exact import from_count
from celadon.records.site import ACTIVITY_KINDS
from celadon.records.templates.asked import OF_WASTE, asked_parameters, usual_unit
from celadon.records.templates.plan import plan_template
from celadon.records.templates.words import choices, meaning, units_for, word_of
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import methods
from celadon.units import conversion

POWER = {
    "id": "power", "carrier": "electricity", "from": "outside", "to": "kiln",
    "monthly": "consumption", "carbon": "electricity", "name_zh": "外购电",
}  # fmt: skip
WIND = {
    "id": "wind", "kind": "green_power", "stream": "power", "from_day": dt.date(2025, 2, 1),
    "document": "PPA-1", "name_zh": "风电合同",
    "certificate": {"value": "1", "unit": "MWh", "document": "rule"},
}  # fmt: skip
DUST = {
    "id": "dust", "unit": "kiln", "medium": "waste", "waste": "general", "name_zh": "窑灰",
    "moves": ["reused", "disposed"], "stock": True,
}  # fmt: skip
STACK = {
    "id": "stack", "unit": "kiln", "medium": "air", "factors": {"so2": ["coal"]},
    "treated": ["so2"],
}  # fmt: skip
CEMENT = site_of(
    unit=[{"id": "kiln", "name_zh": "窑"}],
    accounting={"carbon_method": "cement-ndrc-2013"},
    stream=[
        POWER,
        {"id": "coal", "carrier": "anthracite", "from": "outside", "to": "kiln", "stock": True,
         "carbon": "combustion", "name_zh": "无烟煤"},
    ],
    product=[
        {"id": "clinker", "monthly": "production", "carbon": "calcination", "name_zh": "熟料"}
    ],
    contract=[WIND],
    outlet=[DUST, STACK],
)  # fmt: skip
ALUMINIUM = site_of(
    unit=[{"id": "pots"}],
    accounting={"carbon_method": "electrolytic-aluminium-ndrc-2013"},
    product=[{"id": "metal", "monthly": "production", "carbon": "metal", "name_zh": "原铝"}],
)


def asked(site: Any, sheet: str) -> set[tuple[str, ...]]:
    found = plan_template(site, CARRIERS, PERIOD).sheet(sheet)
    assert found is not None
    return {
        (row.item, str(row.cells.get("parameter") or row.cells.get("kind") or row.cells["month"]))
        for row in found.rows
    }


def test_the_laboratory_is_asked_what_the_sites_method_works_with() -> None:
    assert asked(CEMENT, "laboratory") == {
        ("coal", "net_calorific_value"), ("coal", "carbon_content"), ("coal", "so2_factor"),
        ("coal", "so2_removal"), ("clinker", "cao_content"), ("clinker", "mgo_content"),
    }  # fmt: skip
    assert asked_parameters(ALUMINIUM, ALUMINIUM.products[0], CARRIERS) == {
        "anode_consumption": "kgC/t", "sulphur_content": "%", "ash_content": "%",
        "anode_effect_minutes": "1",
    }  # fmt: skip


def test_every_parameter_asked_of_any_method_has_a_unit_that_fits() -> None:
    seen = 0
    for method in methods().values():
        for name, kind in method.kinds.items():
            site = site_of(
                unit=[{"id": "mill"}],
                accounting={"carbon_method": method.id},
                product=[{"id": "made", "monthly": "production", "carbon": name}],
            )
            for parameter, unit in asked_parameters(site, site.products[0], CARRIERS).items():
                gases = {term.gas.lower() for term in kind.terms}
                told = parameter_kinds()[parameter]
                assert any(told.fits(unit, "mass", gas) for gas in gases), (method.id, parameter)
                assert all(conversion(other, unit) for other in units_for(unit))
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("amount", ["mass", "volume", "normal_volume"])
def test_a_usual_unit_fits_wherever_there_is_one(amount: str) -> None:
    for kind in parameter_kinds().values():
        unit = usual_unit(kind, amount, "ch4")
        assert not unit or kind.fits(unit, amount, "ch4")


def test_every_parameter_has_a_name_that_stands_for_it_alone() -> None:
    for language in ("zh", "en"):
        names = [word_of(value, language).lower() for value in choices("parameter")]
        assert len(set(names)) == len(names)
        assert [meaning(name) for name in names] == list(choices("parameter"))


def test_green_power_and_waste_are_asked_by_the_month() -> None:
    assert asked(CEMENT, "green_power") == {("wind", "2025-02"), ("wind", "2025-03")}
    assert asked(CEMENT, "waste") == {
        ("dust", kind) for kind in
        ("production", "recovery", "discharge", "opening_stock", "closing_stock")
    }  # fmt: skip
    assert plan_template(ALUMINIUM, CARRIERS, PERIOD).sheet("green_power") is None
    assert {"generated": "production", **OF_WASTE} == WASTE_MEASURES
    for kind in ACTIVITY_KINDS:
        assert meaning(word_of(kind, "zh", "waste")) == kind


def test_a_sectors_values_come_back_as_samples(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["化验"]
        put(sheet, row_of(sheet, "clinker", "氧化钙含量"), value=65.2)
        put(sheet, row_of(sheet, "coal", "二氧化硫产排污系数"), value=4.5)
        put(sheet, free_row(sheet), id="clinker", parameter="转化率（煅烧比例）",
            from_="2025-01-01", to="2025-01-31", value=99, unit="%", origin="化验")  # fmt: skip

    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    assert content.all_findings == []
    rows = content.tables["sample"].to_pylist()
    found = {(r["stream"], r["parameter"]): from_count(r["count"], r["decimals"]) for r in rows}
    assert found == {
        ("clinker", "cao_content"): Fraction("65.2"), ("coal", "so2_factor"): Fraction("4.5"),
        ("clinker", "conversion_rate"): 99,
    }  # fmt: skip


def test_minutes_of_anode_effect_come_back_as_a_number(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["化验"]
        row = row_of(sheet, "metal", "平均每天每槽阳极效应持续时间（分钟）")
        put(sheet, row, value=0.21)

    _, content = read(returned(template(tmp_path, ALUMINIUM), fill), ALUMINIUM)
    [row] = content.tables["sample"].to_pylist()
    assert (row["parameter"], row["unit"]) == ("anode_effect_minutes", "1")
    assert from_count(row["count"], row["decimals"]) == Fraction("0.21")


def test_settlements_come_back_with_their_certificates(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["绿电绿证"]
        serials = {"first_serial": "GEC2025020000000001", "last_serial": "GEC2025020000000500"}
        put(sheet, row_of(sheet, "wind", "2025-02"), quantity=50, unit="万kWh", document="S-02",
            certified="2025年2月", **serials)  # fmt: skip
        put(sheet, row_of(sheet, "wind", "2025-03"), quantity=10)

    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    [row] = content.tables["settlement"].to_pylist()
    assert row["contract"] == "wind"
    assert row["count"] == 500_000_000  # Wh
    assert (row["first_serial"], row["last_serial"]) == (
        "GEC2025020000000001", "GEC2025020000000500",
    )  # fmt: skip
    assert row["certified_from"] == dt.date(2025, 2, 1)
    [told] = content.all_findings
    assert told.rule == "template_half_row"
    assert "结算单" in told.text("zh") or "凭证" in told.text("zh")


def test_a_serial_typed_as_a_number_is_no_serial(tmp_path: Path) -> None:
    """A spreadsheet keeps fifteen digits of a number: the certificate would be another one."""

    def fill(book: Workbook) -> None:
        sheet = book["绿电绿证"]
        put(sheet, row_of(sheet, "wind", "2025-02"), quantity=1, document="S-02",
            first_serial=1234567890123456789.0, last_serial=1234567890123456789.0)  # fmt: skip

    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    assert content.tables["settlement"].num_rows == 0
    assert {found.rule for found in content.all_findings} == {"template_long_number"}


def test_waste_comes_back_as_its_monthly_rows(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book["固体废物"]
        put(sheet, row_of(sheet, "dust", "产生量", "2025-01"), quantity=12.5)
        put(sheet, row_of(sheet, "dust", "综合利用量", "2025-01"), quantity=12)
        put(sheet, row_of(sheet, "dust", "期末库存", "2025-01"), quantity=0.5)

    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    assert content.all_findings == []
    rows = content.tables["activity"].to_pylist()
    assert {(row["stream"], row["kind"], row["count"]) for row in rows} == {
        ("dust", "production", 12_500), ("dust", "recovery", 12_000),
        ("dust", "closing_stock", 500),
    }  # fmt: skip


def test_what_physics_does_not_allow_is_marked_at_its_cell(tmp_path: Path) -> None:
    cells: dict[str, str] = {}

    def fill(book: Workbook) -> None:
        sheet = book["化验"]
        cells["heat"] = put(sheet, row_of(sheet, "coal", "低位发热量"), value=26_700)["value"]
        cells["share"] = put(sheet, row_of(sheet, "clinker", "氧化钙含量"), value=104)["value"]

    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    assert content.tables["sample"].num_rows == 0
    told = rules_at(content)
    for cell in cells.values():
        assert told[f"化验 › {cell}"] == {"template_impossible"}
    [heat] = [f for f in of_rule(content, "template_impossible") if f.subject == "coal"]
    assert "低位发热量 填为 26700 GJ/t，可能范围为大于 0 至 125 GJ/t" in heat.text("zh")


def test_a_template_of_the_first_version_is_not_blamed_for_later_sheets(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        del book["绿电绿证"]
        del book["固体废物"]
        sheet = book["产量"]
        put(sheet, row_of(sheet, "clinker", "2025-01"), quantity=1000)

    _, content = read(returned(template(tmp_path, CEMENT, version=1), fill), CEMENT)
    assert content.tables["activity"].num_rows == 1
    assert {found.rule for found in content.all_findings} == {"template_older"}
    _, content = read(returned(template(tmp_path, CEMENT), fill), CEMENT)
    assert len(of_rule(content, "template_sheet_missing")) == 2


def test_serials_are_cells_of_text(tmp_path: Path) -> None:
    def look(book: Workbook) -> None:
        sheet = book["绿电绿证"]
        at = columns(sheet)
        assert sheet.cell(6, at["first_serial"]).number_format == "@"
        assert not sheet.cell(6, at["first_serial"]).protection.locked
        assert sheet.cell(6, at["month"]).protection.locked

    returned(template(tmp_path, CEMENT), look)
