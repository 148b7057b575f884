"""Meter exchanges from a sheet into the ledger, with and without naming the profile."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from tests.cli.speaking import document, typed


def write_exchanges(path: Path) -> Path:
    """One exchange that can be taken, and one of a meter that is no register."""
    rows = [
        ("表号", "换表时间", "旧表止数", "新表起数", "凭证编号"),
        ("g1", "2025-03-01 12:00", 2000, 0, "W-7"),
        ("e1", "2025-03-01 12:00", 1, 0, "W-8"),
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("换表")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_exchanges_are_taken_and_known_without_a_profile(tiny: Path) -> None:
    path = write_exchanges(tiny.parent / "exchanges.xlsx")
    [named] = document("import", "mill", path, "--profile", "exchanges", "-w", tiny)["files"]
    assert (named["kind"], named["rows"]) == ("exchange", 1)
    assert [found["rule"] for found in named["findings"]] == ["not_a_register"]
    [known] = document("import", "mill", path, "-w", tiny)["files"]
    assert (known["replayed"], known["guess"]["known_as"]) == (True, "exchanges")


def test_exchanges_saved_as_csv_are_taken_with_the_same_profile(tiny: Path) -> None:
    path = tiny.parent / "exchanges.csv"
    path.write_text("表号,换表时间,旧表止数,新表起数\ng1,2025-03-01 12:00,2000,0\n", "utf-8")
    for replayed in (False, True):
        [done] = document("import", "mill", path, "--profile", "exchanges", "-w", tiny)["files"]
        assert (done["kind"], done["rows"], done["replayed"]) == ("exchange", 1, replayed)


def test_every_kind_has_a_word_in_both_languages(tiny: Path) -> None:
    path = write_exchanges(tiny.parent / "exchanges.xlsx")
    for language, word in (("en", "meter exchanges"), ("zh", "换表")):
        done = typed("import", "mill", path, "-w", tiny, "--lang", language)
        assert word in done.stdout
