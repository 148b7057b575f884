"""What the checks found as a file: a workbook of findings, reporters and places, or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.csv
import xlsxwriter

from celadon.assess.checks.screening import Screening
from celadon.assess.checks.telling import hit_rows, told_causes, told_needs, told_reporters
from celadon.errors import Fault, InputError
from celadon.report.names import PHRASES
from celadon.report.workbook.sheet import TYPEFACES

_HEADS: dict[str, dict[str, Sequence[str]]] = {
    "en": {
        "Findings": ("severity", "finding", "in words", "question to ask", "places", "rows",
                     "reporters", "first year", "last year", "off by", "expected correction",
                     "unit", "such as"),
        "Ask first": ("reporter", "name", "region", "sector", "expected correction", "unit",
                      "places", "of them without a size", "most of all"),
        "Places": (),
        "Not asked": ("rule", "the returns lack"),
    },
    "zh": {
        "问题": ("级别", "问题", "说明", "建议询问", "处数", "行数", "单位数", "起始年", "终止年",
                "偏差合计", "预期更正量", "计量单位", "例如"),
        "优先核实": ("编号", "名称", "地区", "行业", "预期更正量", "计量单位", "处数",
                 "其中无法计量", "首要问题"),
        "明细": (),
        "未判规则": ("规则", "缺少"),
    },
}  # fmt: skip
_MOST_ROWS = 1_000_000


def write_screening(screening: Screening, path: Path, language: str) -> None:
    """Write a screening to ``.xlsx``, or its places to ``.csv``.

    Raises
    ------
    InputError
        If the name ends otherwise, or the places are more than a sheet holds.
    """
    if path.suffix == ".csv":
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.csv.write_csv(hit_rows(screening, language), path)
        return
    places = hit_rows(screening, language)
    if path.suffix != ".xlsx" or places.num_rows > _MOST_ROWS:
        found = path.name if path.suffix != ".xlsx" else f"{places.num_rows:,} places"
        rule = "a name that ends in .xlsx, .csv or .html; a sheet holds a million rows"
        fault = Fault(("--out",), found, rule, "write a .csv file")
        raise InputError("The findings cannot be written so", [fault])
    path.parent.mkdir(parents=True, exist_ok=True)
    causes, first, every, lacking = _HEADS[language].items()
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "font_name": TYPEFACES[language]})
        simulated = PHRASES.text("report.simulated", language) if screening.simulated else ""
        _sheet(book, bold, *causes, _cause_rows(screening, language), simulated)
        _sheet(book, bold, *first, _reporter_rows(screening, language), simulated)
        heads = places.column_names
        cells = list(zip(*(places[name].to_pylist() for name in heads), strict=True))
        _sheet(book, bold, every[0], heads, cells, simulated)
        needs = told_needs(screening, language).items()
        _sheet(book, bold, *lacking, [(rule, ", ".join(lacks)) for rule, lacks in needs], simulated)


def _cause_rows(screening: Screening, language: str) -> list[tuple[Any, ...]]:
    return [
        (
            one.severity, one.title, one.text, one.question, one.hits, one.returns, one.reporters,
            one.first_year or "", one.last_year or "",
            "" if one.size is None else float(one.size), float(one.expected), one.unit,
            ", ".join(one.examples),
        )
        for one in told_causes(screening, language)
    ]  # fmt: skip


def _reporter_rows(screening: Screening, language: str) -> list[tuple[Any, ...]]:
    return [
        (
            one.reporter, one.name, one.region, one.sector, float(one.expected), one.unit, one.hits,
            one.unsized, one.title,
        )
        for one in told_reporters(screening, language, screening.triage.num_rows)
    ]  # fmt: skip


def _sheet(
    book: xlsxwriter.Workbook, bold: Any, name: str, heads: Sequence[str],
    rows: Sequence[Sequence[Any]], simulated: str,
) -> None:  # fmt: skip
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(heads) - 1, 0), 18)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    if simulated:  # beside the headings, where it is read, and on each printed page
        sheet.write_string(0, len(heads) + 1, simulated, bold)
        sheet.set_header(f"&C{simulated}")
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
