"""A workspace with a small simulated works: a month of three meters, its books, its laboratory."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from celadon.app.importing import Imported, import_files
from celadon.app.workspace import Workspace
from celadon.records.period import Period

MARCH = Period.parse("2025-03")

SITE = """\
format = 1

[site]
id = "{id}"
name_zh = "模拟厂"
simulated = true
country = "{country}"
region = "CN-HE"
zone = "Asia/Shanghai"

[owner]
name = "模拟企业"
credit_code = "91999999MA00FAKE83"

[accounting]
carbon_method = "{carbon_method}"
electricity_programme = "enterprise_gbt32150"

[[unit]]
id = "mill"
name_zh = "车间"

[[network]]
id = "power"
carrier = "electricity"

[[meter]]
id = "e1"
kind = "interval"
measure = "kWh"
minutes = 60

[[meter]]
id = "e2"
kind = "interval"
measure = "kWh"
minutes = 60

[[meter]]
id = "g1"
kind = "register"
measure = "Nm3"
minutes = 60
maximum = "1000"

[[product]]
id = "coil"
name_zh = "钢卷"
monthly = "production"

[[stream]]
id = "power-bought"
name_zh = "外购电"
carrier = "electricity"
from = "outside"
to = "power"
meters = ["e1"]
carbon = "electricity"

[[stream]]
id = "power-mill"
carrier = "electricity"
from = "power"
to = "mill"
meters = ["e2"]

[[stream]]
id = "gas"
name_zh = "天然气"
carrier = "natural_gas"
from = "outside"
to = "mill"
meters = ["g1"]
carbon = "combustion"

[[stream]]
id = "coal"
name_zh = "无烟煤"
carrier = "anthracite"
from = "outside"
to = "mill"
stock = true
carbon = "combustion"
"""
METHOD = "iron-and-steel-ndrc-2013"

Cells = Sequence[Any]


def declaration(name: str = "works", *, country: str = "CN", method: str = METHOD) -> str:
    return SITE.format(id=name, country=country, carbon_method=method)


def make_workspace(folder: Path, *sites: str) -> Workspace:
    """A workspace with the given declarations, or with the one of the small works."""
    workspace = Workspace.create(folder / "workspace", "模拟", "zh")
    for text in sites or (declaration(),):
        add_site(workspace, text)
    return workspace


def add_site(workspace: Workspace, text: str) -> Path:
    draft = workspace.folder.parent / "draft.toml"
    draft.write_text(text, encoding="utf-8")
    site = workspace.add_site(draft)
    return workspace.site_file(site.id)


def hours(period: Period = MARCH) -> list[dt.datetime]:
    """Every full hour of a period, and the one that closes it, in local time."""
    first = dt.datetime.combine(period.from_day, dt.time())
    count = 24 * len(period.days) + 1
    return [first + dt.timedelta(hours=n) for n in range(count)]


def value(meter: str, number: int) -> int | None:
    """What a meter says in hour ``number``: two changing loads and a register."""
    if meter == "g1":
        return 1000 + 40 * number + number % 7
    return 200 + number * 37 % 101 + (30 if meter == "e1" else 0)


def reading_rows(period: Period = MARCH, meters: Cells = ("e1", "e2", "g1")) -> list[list[Any]]:
    """Rows of a wide file; the last one closes the register and has nothing else."""
    stamps = hours(period)
    rows: list[list[Any]] = []
    for number, stamp in enumerate(stamps):
        closing = number == len(stamps) - 1
        cells = ["" if closing and m != "g1" else value(m, number) for m in meters]
        rows.append([f"{stamp:%Y-%m-%d %H:%M}", *cells])
    return rows


def write_readings(
    path: Path, rows: Iterable[Cells] | None = None, meters: Cells = ("e1", "e2", "g1")
) -> Path:
    units = {"g1": "Nm3"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["时间", *(f"{m} ({units.get(m, 'kWh')})" for m in meters)])
        writer.writerows(reading_rows(meters=meters) if rows is None else rows)
    return path


BOOKS: tuple[Cells, ...] = (
    ("无烟煤", "期初库存", "2025-03-01", "2025-03-01", 400, "t"),
    ("coal", "采购", "2025-03-04", "2025-03-04", 250.5, "t"),
    ("coal", "采购", "2025-03-18", "2025-03-18", 149.5, "t"),
    ("coal", "期末库存", "2025-03-31", "2025-03-31", 300, "t"),
    ("钢卷", "产量", "2025-03-01", "2025-03-31", 5000, "t"),
)
LABORATORY: tuple[Cells, ...] = (
    ("coal", "低位发热量", "2025-03-01", "2025-03-31", 26.5, "GJ/t", "化验", "L1"),
    ("gas", "低位发热量", "2025-01-01", "", 36, "MJ/Nm3", "证书", "C1"),
)


def write_books(path: Path, rows: Iterable[Cells] = BOOKS) -> Path:
    return _write_sheet(path, ("物流", "类别", "起", "止", "数量", "单位"), rows)


def write_laboratory(path: Path, rows: Iterable[Cells] = LABORATORY) -> Path:
    return _write_sheet(path, ("物流", "参数", "起", "止", "数值", "单位", "来源", "编号"), rows)


def _write_sheet(path: Path, headers: Cells, rows: Iterable[Cells]) -> Path:
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2025, 4, 1)})  # equal rows give equal bytes
        sheet = book.add_worksheet("数据")
        for number, row in enumerate((headers, *rows)):
            sheet.write_row(number, 0, row)
    return path


def take(workspace: Workspace, path: Path, site: str = "works") -> Imported:
    """Import one file by the profile that its kind needs."""
    profile = "readings-wide"
    if path.suffix == ".xlsx":
        profile = "samples" if path.stem.startswith("laboratory") else "activity"
    (imported,) = import_files(workspace, site, [path], profile)
    return imported


def fill(workspace: Workspace, site: str = "works") -> list[Imported]:
    """Import the month of a site."""
    folder = workspace.folder.parent
    return [
        take(workspace, write_readings(folder / "readings.csv"), site),
        take(workspace, write_books(folder / "books.xlsx"), site),
        take(workspace, write_laboratory(folder / "laboratory.xlsx"), site),
    ]
