"""What the tests of the template build on: a small works, its template, and who fills it in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.records.build import site_of

from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.records.templates.book import write_template
from celadon.records.templates.cells import ReturnedBook, open_returned
from celadon.records.templates.plan import plan_template
from celadon.records.templates.reading import TemplateContent, read_template
from celadon.records.templates.stamp import Stamp
from celadon.records.templates.words import VERSION, field_of
from celadon.reference import load_registry

CARRIERS = dict(load_registry().carriers)
PERIOD = Period.parse("2025-01-01/2025-04-01")
DECLARATION = "d" * 64
WORKS = site_of(
    {
        "id": "power-in", "kind": "register", "measure": "kWh", "resolution": "0.01",
        "multiplier": "100", "maximum": "20", "modulus": "100000", "name_zh": "进线",
        "name_en": "Supply",
    },
    {
        "id": "water-in", "kind": "register", "measure": "m3", "maximum": "100",
        "name_zh": "取水", "name_en": "Intake",
    },
    {"id": "kiln-load", "kind": "interval", "measure": "kWh", "name_zh": "窑炉"},
    unit=[{"id": "kiln", "name_zh": "窑", "name_en": "Kiln"}, {"id": "mill", "name_zh": "磨"}],
    accounting={"carbon_method": "iron-and-steel-ndrc-2013"},
    stream=[
        {"id": "coal", "carrier": "anthracite", "from": "outside", "to": "kiln", "stock": True,
         "carbon": "combustion", "name_zh": "无烟煤", "name_en": "Coal"},
        {"id": "oil", "carrier": "diesel", "from": "outside", "to": "mill", "monthly": "purchase",
         "name_zh": "柴油", "name_en": "Diesel"},
        {"id": "power", "carrier": "electricity", "from": "outside", "to": "mill",
         "meters": ["power-in"], "name_zh": "外购电", "name_en": "Electricity"},
        {"id": "water", "carrier": "fresh_water", "from": "outside", "to": "mill",
         "meters": ["water-in"], "energy": False, "water": "intake", "name_zh": "新水"},
        {"id": "drained", "carrier": "waste_water", "from": "mill", "to": "drain",
         "monthly": "discharge", "energy": False, "water": "discharge", "name_zh": "废水"},
        {"id": "tar", "carrier": "coal_tar", "from": "kiln", "to": "outside", "monthly": "sale",
         "name_zh": "焦油", "name_en": "Tar"},
    ],
    product=[{"id": "bowls", "monthly": "production", "name_zh": "碗", "name_en": "Bowls"}],
)  # fmt: skip

Fill = Callable[[Workbook], None]


def stamp_of(site: Site = WORKS, language: Language = "zh", **changed: Any) -> Stamp:
    plain = {
        "version": VERSION, "celadon": "0.1.0", "site": site.id, "period": str(PERIOD),
        "declaration": DECLARATION, "language": language, "made": "2026-01-05",
    }  # fmt: skip
    return Stamp(**{**plain, **changed})


def template(
    folder: Path,
    site: Site = WORKS,
    language: Language = "zh",
    equipment: list[dict[str, Any]] | None = None,
    **changed: Any,
) -> Path:
    """A fresh template."""
    path = folder / "template.xlsx"
    plan = plan_template(site, CARRIERS, PERIOD, equipment or [])
    return write_template(plan, stamp_of(site, language, **changed), path, language)


def returned(path: Path, fill: Fill, name: str = "returned.xlsx") -> Path:
    """A template that someone opened, filled in and saved."""
    book = openpyxl.load_workbook(path)
    fill(book)
    target = path.parent / name
    book.save(target)
    return target


def read(
    path: Path, site: Site = WORKS, declaration: str = DECLARATION
) -> tuple[ReturnedBook, TemplateContent]:
    """A returned file as rows and findings, as an up-to-date celadon reads it."""
    book = open_returned(path)
    stamp = book.stamp
    plan = plan_template(site, CARRIERS, Period.parse(stamp.period)) if stamp else None
    content = read_template(book, site, CARRIERS, declaration, plan, "zh")
    for found in content.all_findings:
        assert found.text("zh")
        assert found.text("en")
        assert found.remedy("zh")
        assert found.remedy("en")
    return book, content


def columns(sheet: Worksheet) -> dict[str, int]:
    """The column of each field of a sheet of the template."""
    return {
        name: cell.column
        for row in (4, 5)
        for cell in sheet[row]
        if (name := field_of(str(cell.value or "")))
    }


def row_of(sheet: Worksheet, *texts: str) -> int:
    """The row of a sheet that has all of some texts."""
    for row in sheet.iter_rows(min_row=6):
        values = [str(cell.value) for cell in row if cell.value is not None]
        if all(text in values for text in texts):
            return int(row[0].row)
    raise AssertionError(texts)


def free_row(sheet: Worksheet) -> int:
    """The first empty row under the rows asked for."""
    at = columns(sheet)
    key = at.get("id") or at["equipment"]
    return next(n for n in range(6, 1000) if sheet.cell(n, key).value is None)


def put(sheet: Worksheet, row: int, **values: Any) -> dict[str, str]:
    """Type values into the cells of a row; returns the cells' names by field."""
    at = columns(sheet)
    for name, value in values.items():
        sheet.cell(row, at[name.rstrip("_")]).value = value
    return {name: sheet.cell(row, column).coordinate for name, column in at.items()}


def rules_at(content: TemplateContent) -> dict[str, set[str]]:
    """The rules that were broken, by the place within the file."""
    found: dict[str, set[str]] = {}
    for finding in content.all_findings:
        found.setdefault(finding.place.partition(" › ")[2], set()).add(finding.rule)
    return found


def of_rule(content: TemplateContent, rule: str) -> list[Finding]:
    return [found for found in content.all_findings if found.rule == rule]
