"""The latest year of a ledger: by readings, by activity, at the turn of the year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from tests.cli.conftest import write_readings
from tests.cli.speaking import typed

from celadon.app.latest import latest_year
from celadon.app.workspace import Workspace
from celadon.errors import WorkspaceError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    typed("init", tmp_path / "plant", "--site", "mill")
    return tmp_path / "plant"


def year(folder: Path) -> str:
    return str(latest_year(Workspace(folder), "mill", today=dt.date(2026, 11, 1)))


def take(folder: Path, file: Path, profile: str) -> None:
    done = typed("import", "mill", file, "--profile", profile, "-w", folder)
    assert done.exit_code == 0, done.output


def test_a_counter_read_at_the_turn_of_the_year_closes_the_old_one(folder: Path) -> None:
    file = write_readings(folder.parent / "readings.csv")
    text = file.read_text("utf-8").replace("2025-03-01", "2025-12-31")
    file.write_text(text.replace("2025-03-02 00:00", "2026-01-01 00:00"), encoding="utf-8")
    take(folder, file, "readings-wide")
    assert year(folder) == "2025"


def test_a_row_of_activity_counts_to_its_last_day(folder: Path) -> None:
    take(folder, write_readings(folder.parent / "readings.csv"), "readings-wide")
    file = folder.parent / "activity.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("stream", "kind", "month", "quantity", "unit"))
        sheet.write_row(1, 0, ("rolled", "production", "2026-12", 5, "t"))
    take(folder, file, "activity")
    assert year(folder) == "2026"


def test_an_empty_ledger_has_none(folder: Path) -> None:
    with pytest.raises(WorkspaceError, match="Nothing has been imported"):
        year(folder)
