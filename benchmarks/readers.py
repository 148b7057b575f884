"""How fast files become rows: readings taken per CPU second, from the bytes of a file to the table.

Each figure is the best of three in one process, so that what is loaded once does not count. Beside
each stands what the reading library alone takes to open the same file, the floor of what can be.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.csv
import xlsxwriter
from python_calamine import CalamineWorkbook

from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile
from celadon.records.readers.reading_files import read_readings
from celadon.records.site import Site, site_from_plain

METERS = 60
SLOTS = 35_040
BOOK_SLOTS = 8_760
BOOK_METERS = 10
_START = dt.datetime(2025, 1, 1)  # noqa: DTZ001  a local clock
_QUARTER = dt.timedelta(minutes=15)
_LONG = {"meter": ["meter"], "value": ["value"], "unit": ["unit"]}


def reader_rates() -> str:
    """CSV and XLSX, wide and long."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [
            _line("csv-wide", _csv_wide(folder), _profile("csv", "wide"), _csv_alone),
            _line("csv-long", _csv_long(folder), _profile("csv", "long"), _csv_alone),
            _line("xlsx-wide", _book_wide(folder), _profile("xlsx", "wide"), _book_alone),
            _line("xlsx-long", _book_long(folder), _profile("xlsx", "long"), _book_alone),
        ]
    return "\n".join(lines)


def _line(name: str, path: Path, profile: Profile, alone: Callable[[Path], object]) -> str:
    site = _site()
    rows = 0

    def work() -> None:
        nonlocal rows
        (grid,) = open_grids(path, profile)
        table, findings = read_readings(grid, profile, site)
        rows = table.num_rows
        if findings:
            raise SystemExit(f"{name}: {findings[0].text('en')}")

    ours, floor = _best(work), _best(lambda: alone(path))
    return (
        f"{name:10} {rows / ours / 1e6:5.2f} million readings per CPU s "
        f"({ours / floor:.1f} x the library's own opening; {rows:,} readings)"
    )


def _best(work: Callable[[], object]) -> float:
    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    return min(once() for _ in range(3))


def _csv_alone(path: Path) -> object:
    return pyarrow.csv.read_csv(path, pyarrow.csv.ReadOptions(use_threads=False))


def _book_alone(path: Path) -> object:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def _site() -> Site:
    meters = [
        {"id": f"m{n}", "kind": "interval", "measure": "kWh", "resolution": "0.1"}
        for n in range(METERS)
    ]
    head = {"id": "bench", "country": "CN", "zone": "Asia/Shanghai"}
    owner = {"name": "模拟企业", "credit_code": "91999999MA00FAKE83"}
    return site_from_plain({"site": head, "owner": owner, "meter": meters}, Path("site.toml"))


def _profile(file: str, layout: str) -> Profile:
    plain = {
        "id": "bench", "kind": "reading", "file": file, "layout": layout,
        "time": {"column": ["time"], "format": "%Y-%m-%d %H:%M"},
        "columns": _LONG if layout == "long" else {},
    }  # fmt: skip
    return Profile.model_validate(plain)


def _tenths(meter: int, slot: int) -> int:
    return (meter * 7919 + slot * 104_729) % 99_991


def _csv_wide(folder: Path) -> Path:
    path = folder / "wide.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("time," + ",".join(f"m{n} (kWh)" for n in range(METERS)) + "\n")
        for slot in range(SLOTS):
            cells = (f"{_tenths(meter, slot) / 10:.1f}" for meter in range(METERS))
            file.write(f"{_START + slot * _QUARTER:%Y-%m-%d %H:%M}," + ",".join(cells) + "\n")
    return path


def _csv_long(folder: Path) -> Path:
    path = folder / "long.csv"
    stamps = [f"{_START + slot * _QUARTER:%Y-%m-%d %H:%M}" for slot in range(SLOTS)]
    with path.open("w", encoding="utf-8") as file:
        file.write("meter,time,value,unit\n")
        for meter in range(METERS):
            for slot, stamp in enumerate(stamps):
                file.write(f"m{meter},{stamp},{_tenths(meter, slot) / 10:.1f},kWh\n")
    return path


def _book_wide(folder: Path) -> Path:
    path = folder / "wide.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("readings")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["time", *(f"m{n} (kWh)" for n in range(METERS))])
        for slot in range(BOOK_SLOTS):
            sheet.write_datetime(slot + 1, 0, _START + slot * _QUARTER, date)
            sheet.write_row(slot + 1, 1, [_tenths(n, slot) / 10 for n in range(METERS)])
    return path


def _book_long(folder: Path) -> Path:
    path = folder / "long.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("readings")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["meter", "time", "value", "unit"])
        for number in range(BOOK_METERS * BOOK_SLOTS):
            meter, slot = divmod(number, BOOK_SLOTS)
            sheet.write_string(number + 1, 0, f"m{meter}")
            sheet.write_datetime(number + 1, 1, _START + slot * _QUARTER, date)
            sheet.write_number(number + 1, 2, _tenths(meter, slot) / 10)
            sheet.write_string(number + 1, 3, "kWh")
    return path


if __name__ == "__main__":
    print(reader_rates())  # noqa: T201
