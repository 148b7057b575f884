"""``celadon template``: written, read back, marked, and its equipment listed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from tests.cli.speaking import document, refused, typed
from tests.records.templates.returns import put


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    assert typed("init", folder, "--site", "mill", "--lang", "en").exit_code == 0
    return folder


def filled(plant: Path, quantity: object = 12.5) -> Path:
    sent = plant.parent / "sent.xlsx"
    if not sent.exists():
        done = typed("template", "mill", sent, "--period", "2025", "-w", plant)
        assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(sent)
    put(book["Purchases"], 6, quantity=quantity)
    put(book["Readings"], 6, reading=100)
    put(book["Equipment"], 6, equipment="P1", class_="Pump", pieces=2, power=7.5, year=2020)
    back = plant.parent / "back.xlsx"
    book.save(back)
    return back


def test_a_site_alone_is_enough_to_write(plant: Path) -> None:
    out = plant.parent / "out.xlsx"
    done = typed("template", "mill", out, "--period", "2025", "--lang", "en", "-w", plant)
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "7 sheets, 111 rows to fill in" in said
    assert "celadon template read mill FILE.xlsx --workspace" in said
    assert openpyxl.load_workbook(out).sheetnames[0] == "Guide"
    twin = document("template", "write", "mill", plant.parent / "two.xlsx", "-w", plant)
    assert twin["template"]["period"] == str(dt.datetime.now(dt.UTC).year - 1)
    assert twin["asked"]["purchases"] == 12


def test_the_day_of_return_and_the_language_are_those_asked_for(plant: Path) -> None:
    out = plant.parent / "out.xlsx"
    words = ("template", "mill", out, "--period", "2025", "--until", "2026-02-28", "--lang", "zh")
    assert typed(*words, "-w", plant).exit_code == 0
    guide = openpyxl.load_workbook(out)["说明"]
    assert "2026-02-28" in {cell.value for row in guide.iter_rows() for cell in row}
    error = refused("template", "mill", plant.parent / "x.xlsx", "--until", "soon", "-w", plant)
    assert error["kind"] == "WorkspaceError"


def test_a_return_is_taken_and_told(plant: Path) -> None:
    back = filled(plant)
    done = typed("template", "read", "mill", back, "--lang", "en", "-w", plant)
    assert done.exit_code == 0, done.output
    for line in ("Purchases", "activity: 1 row", "equipment: 1 row", "nothing to correct"):
        assert line in done.stdout, done.stdout
    again = document("template", "read", "mill", back, "-w", plant)
    assert all(kind["replayed"] for kind in again["taken"])
    assert again["template"]["site"] == "mill"
    assert again["findings"] == []


def test_an_import_takes_a_returned_template_as_template_read_does(plant: Path) -> None:
    back = filled(plant, quantity="12,5t")
    plain = plant.parent / "notes.txt"
    plain.write_text("nothing\n")
    done = typed("import", "mill", back, "--lang", "en", "-w", plant)
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert said.count("returned template") == 3, said  # a line a kind
    assert "back.xlsx › Purchases › E6 · error" in done.stdout
    assert "celadon template read mill FILE.xlsx --marked NAME.xlsx --workspace" in said
    again = document("import", "mill", back, "-w", plant)["files"]
    assert {(one["kind"], one["replayed"]) for one in again} == {
        ("reading", True), ("activity", True), ("equipment", True),
    }  # fmt: skip
    read = document("template", "read", "mill", back, "-w", plant)["taken"]
    assert {(one["kind"], one["position"]) for one in read} == {
        (one["kind"], one["position"]) for one in again
    }
    both = typed("import", "mill", back, plain, "--lang", "en", "-w", plant)
    assert both.exit_code == 2
    assert "1 of 2 files cannot be read; the others were taken" in both.stderr


def test_a_returned_template_is_not_guessed(plant: Path) -> None:
    error = refused("recognise", filled(plant), "--site", "mill", "-w", plant)
    assert "celadon template read mill" in error["faults"][0]["remedy"]


def test_a_fault_is_told_with_its_cell_and_marked(plant: Path) -> None:
    marked = plant.parent / "marked.xlsx"
    back = filled(plant, quantity="12,5t")
    words = ("template", "read", "mill", back, "--marked", marked, "-w", plant)
    done = typed(*words, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "back.xlsx › Purchases › E6 · error" in done.stdout
    assert "write the number alone" in done.stdout
    assert openpyxl.load_workbook(marked).sheetnames[0] == "Result"
    found = document(*words)["findings"]
    assert [(one["rule"], one["severity"]) for one in found] == [("template_number", "error")]


def test_the_equipment_is_listed(plant: Path) -> None:
    empty = typed("template", "equipment", "mill", "--lang", "en", "-w", plant)
    assert "no equipment is listed yet" in empty.stdout
    assert typed("template", "read", "mill", filled(plant), "-w", plant).exit_code == 0
    done = typed("template", "equipment", "mill", "--lang", "en", "-w", plant)
    assert done.stdout.splitlines()[1].split() == ["P1", "Pump", "2020", "2", "7.5"]
    (pump,) = document("template", "equipment", "mill", "-w", plant)["equipment"]
    assert (pump["power"], pump["class"]) == (7500, "pump")


def test_what_is_no_template_is_refused_in_words(plant: Path) -> None:
    other = plant.parent / "other.xlsx"
    openpyxl.Workbook().save(other)
    assert refused("template", "read", "mill", other, "-w", plant)["kind"] == "InputError"
    assert refused("template", "nowhere", "x.xlsx", "-w", plant)["kind"] == "WorkspaceError"


def test_many_faults_are_counted_by_their_cells_and_all_shown_when_asked(plant: Path) -> None:
    filled(plant)
    book = openpyxl.load_workbook(plant.parent / "sent.xlsx")
    for row in range(6, 18):
        put(book["Purchases"], row, quantity="much")
    back = plant.parent / "bad.xlsx"
    book.save(back)
    told = typed("template", "read", "mill", back, "--lang", "en", "-w", plant)
    said = " ".join(told.stdout.split())
    assert told.stdout.count("· error · F-") == 8, told.stdout
    assert "... and 4 more, at Purchases E14, E15, E16, E17 --all shows every one" in said
    every = typed("template", "read", "mill", back, "--all", "--lang", "en", "-w", plant)
    assert every.stdout.count("· error · F-") == 12
    assert "more, at" not in every.stdout
    assert len(document("template", "read", "mill", back, "-w", plant)["findings"]) == 12
