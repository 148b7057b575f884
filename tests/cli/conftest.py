"""A tiny workspace: the example works that ``celadon init`` writes, with a day of readings."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import xlsxwriter
from tests.cli.speaking import typed

DAY = dt.datetime(2025, 3, 1)
PERIOD = "2025-03-01/2025-03-02"


def write_readings(path: Path, gap: int = 40) -> Path:
    """A day of quarter hours, one of them without electricity.

    Electricity is 25 and 26 kWh in turn, gas 10 and 12 Nm3, water 0.5 and 0.7 m3.
    """
    lines = ["时间,e1 (kWh),g1 (Nm3),w1 (m3)"]
    for slot in range(97):
        when = DAY + slot * dt.timedelta(minutes=15)
        interval = "" if slot in (gap, 96) else f"{25 + slot % 2}.0"
        gas, water = 1000 + 11 * slot - slot % 2, 5000 + 6 * slot - slot % 2
        lines.append(f"{when:%Y-%m-%d %H:%M},{interval},{gas},{water // 10}.{water % 10}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_activity(path: Path) -> Path:
    """What the day made and burnt, and one row that cannot be taken."""
    rows = [
        ("物流", "类别", "起", "止", "数量", "单位"),
        ("rolled", "产量", "2025-03-01", "2025-03-01", 480.5, "t"),
        ("diesel", "期初库存", "2025-03-01", "2025-03-01", 2, "t"),
        ("diesel", "期末库存", "2025-03-01", "2025-03-01", 1.5, "t"),
        ("diesel", "购入", "2025-03-01", "2025-03-01", 0, "t"),
        ("water", "购入", "2025-03-01", "2025-03-01", "12,5t", "m3"),
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.fixture(scope="session")
def tiny_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "plant"
    assert typed("init", folder, "--site", "mill", "--lang", "en").exit_code == 0
    readings = write_readings(folder.parent / "readings.csv")
    activity = write_activity(folder.parent / "activity.xlsx")
    for file, profile in ((readings, "readings-wide"), (activity, "activity")):
        done = typed("import", "mill", file, "--profile", profile, "-w", folder)
        assert done.exit_code == 0, done.output
    done = typed("run", "mill", "--period", PERIOD, "--no-report", "-w", folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def tiny(tiny_original: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, its files beside it."""
    folder = tmp_path / "plant"
    shutil.copytree(tiny_original, folder)
    for name in ("readings.csv", "activity.xlsx"):
        shutil.copy(tiny_original.parent / name, tmp_path / name)
    return folder
