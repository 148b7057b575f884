"""The workbooks of a plant's offices: purchases, stocks, output, sales, and the laboratory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from celadon.records.site import Site
from celadon.simulate.clock import Clock
from celadon.simulate.materials import Entry
from celadon.simulate.quality import NATURAL_GAS_CHANGE, Series
from celadon.simulate.typical import typical

SHEETS = {
    "采购": ("购入",),
    "库存": ("期初库存", "期末库存"),
    "产量": ("产量",),
    "外销": ("外销",),
    "消耗": ("消耗",),
}
"""Sheets of the workbook of activity, each with the kinds of entry that it holds."""

_CREATED = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)  # fixed: equal seeds give equal bytes

_Cell = str | float | dt.date | None


def write_activity(path: Path, site: Site, entries: list[Entry]) -> None:
    """The workbook of purchases, stocks, output, sales and consumption, with Chinese names."""
    names = {stream.id: stream.name_zh for stream in site.streams}
    names |= {product.id: product.name_zh for product in site.products}
    order = list(names)
    sheets: dict[str, list[Sequence[_Cell]]] = {}
    for sheet, kinds in SHEETS.items():
        rows = [entry for entry in entries if entry.kind in kinds]
        rows.sort(key=lambda entry: (entry.first, order.index(entry.stream)))
        sheets[sheet] = [(names[e.stream], e.kind, e.first, e.last, e.quantity, "t") for e in rows]
    _write(path, ("物流", "类别", "起", "止", "数量", "单位"), sheets)


def write_laboratory(
    path: Path, site: Site, clock: Clock, quality: list[Series], weights: dict[str, list[float]]
) -> None:
    """The workbook of monthly laboratory means, and of the gas supplier's certificates.

    Parameters
    ----------
    weights : the amount in t per month that the samples of a stream stand for.
    """
    names = {stream.id: stream.name_zh for stream in site.streams}
    days = [clock.instant(month.start).date() for month in clock.months()]
    ends = [clock.instant(month.stop - 1).date() for month in clock.months()]
    results: list[Sequence[_Cell]] = [
        (
            names[s.stream], s.parameter, s.basis, days[m], ends[m], s.values[m], s.unit,
            weights[s.stream][m] if s.stream in weights else None, "化验",
            f"SIM-{clock.year}-{m + 1:02d}-{number:02d}",
        )
        for m in range(12)
        for number, s in enumerate(quality, start=1)
    ]  # fmt: skip
    change = dt.date(clock.year, *NATURAL_GAS_CHANGE)
    before = typical("works_total", "natural_gas_lhv_before")
    after = typical("works_total", "natural_gas_lhv_after")
    day = dt.timedelta(days=1)
    gas = (names["natural-gas"], "低位发热量", "")
    certificates: list[Sequence[_Cell]] = [
        (*gas, days[0], change - day, before, "MJ/Nm3", None, "证书", f"SIM-NG-{clock.year}-A"),
        (*gas, change, None, after, "MJ/Nm3", None, "证书", f"SIM-NG-{clock.year}-B"),
    ]
    headers = ("物流", "参数", "基准", "起", "止", "数值", "单位", "代表量", "来源", "编号")
    _write(path, headers, {"化验": results, "证书": certificates})


def _write(path: Path, headers: tuple[str, ...], sheets: dict[str, list[Sequence[_Cell]]]) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED, "comments": "模拟数据 simulated data"})
        bold = book.add_format({"bold": True, "bottom": 1})
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(headers) - 1, 14)
            sheet.write_row(0, 0, headers, bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in _filled(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(number, column, cell, dates)
                    else:
                        sheet.write(number, column, cell)


def _filled(row: Sequence[_Cell]) -> Iterable[tuple[int, _Cell]]:
    return ((column, cell) for column, cell in enumerate(row) if cell not in (None, ""))
