"""``celadon recognise``: the guess is shown, what is doubtful is marked, a person confirms it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from tests.cli.conftest import write_readings
from tests.cli.speaking import document, refused, typed

LOG = "Protokoll;;\nZeit;e1 kWh;Bediener\n"


def write_log(path: Path, slots: range = range(1, 97)) -> Path:
    """The log of a control system: a title, semicolons, decimal commas, a column of text."""
    start = dt.datetime(2025, 3, 1)
    rows = [
        f"{start + n * dt.timedelta(minutes=15):%d.%m.%Y %H:%M};{25 + n % 5},{n % 10};Li"
        for n in slots
    ]
    path.write_text(LOG + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_tidy_file_is_shown_as_its_profile_reads_it(tiny: Path) -> None:
    readings = write_readings(tiny.parent / "new.csv")
    text = typed("recognise", readings, "--site", "mill", "-w", tiny, "--lang", "en").stdout
    assert "new.csv reads with the profile readings-wide" in text
    assert "289 rows taken, 0 findings" in text
    assert "delimiter" in text
    assert f"celadon import mill {readings} --profile readings-wide" in " ".join(text.split())
    assert "▲" not in text


@pytest.mark.parametrize(("language", "word"), [("zh", "时间格式"), ("en", "decimal mark")])
def test_it_speaks_both_languages(tiny: Path, language: str, word: str) -> None:
    log = write_log(tiny.parent / "log.csv")
    assert word in typed("recognise", log, "-w", tiny, "--lang", language).stdout


def test_the_guess_as_data(tiny: Path) -> None:
    log = write_log(tiny.parent / "log.csv")
    found = document("recognise", log, "-w", tiny)
    assert (found["site"], found["known_as"], found["saved"]) == ("mill", None, None)
    assert found["profile"]["delimiter"] == ";"
    assert found["profile"]["time"]["stamp"] == "end"
    assert (found["rows"], found["doubts"]) == (96, [])
    assert found["first"][0]["meter"] == "e1"


def test_nothing_is_taken_by_looking(tiny: Path) -> None:
    manifest = tiny / "sites" / "mill" / "ledger" / "manifest.jsonl"
    before = manifest.read_bytes()
    document("recognise", write_log(tiny.parent / "log.csv"), "-w", tiny)
    assert manifest.read_bytes() == before


def test_a_saved_guess_is_a_profile_with_its_reasons(tiny: Path) -> None:
    log = write_log(tiny.parent / "log.csv")
    words = ("recognise", log, "--save", "kiln", "-w", tiny, "--lang", "en")
    text = typed(*words).stdout
    path = tiny / "sites" / "mill" / "profiles" / "kiln.toml"
    saved = path.read_text(encoding="utf-8")
    assert "# Written by celadon from log.csv" in saved
    assert 'decimal = ","' in saved
    assert str(path) in "".join(text.split())  # a long path is broken at the edge
    [taken] = document("import", "mill", log, "--profile", "kiln", "-w", tiny)["files"]
    assert taken["rows"] == 96
    assert "There is a profile 'kiln' already" in typed(*words).stderr


@pytest.mark.parametrize("name", ["readings-wide", "Bad Name", "../x"])
def test_a_name_that_is_taken_or_none(tiny: Path, name: str) -> None:
    log = write_log(tiny.parent / "log.csv")
    error = refused("recognise", log, "--save", name, "-w", tiny)
    assert error["kind"] == "DeclarationError"


def test_what_is_doubtful_is_marked_and_stands_in_the_saved_file(tiny: Path) -> None:
    log = write_log(tiny.parent / "log.csv", range(9, 60))
    text = typed("recognise", log, "--save", "half", "-w", tiny, "--lang", "en").stdout
    assert "start  or  'end'" in text
    assert "1 line(s) are doubtful" in text
    saved = (tiny / "sites" / "mill" / "profiles" / "half.toml").read_text(encoding="utf-8")
    assert "# DOUBTFUL: could be 'end' as well" in saved


def test_a_file_that_is_not_recognised_says_why(tiny: Path) -> None:
    path = tiny.parent / "x.csv"
    path.write_text("time,kiln 7\n2025-03-01 00:00,5\n2025-03-01 00:15,6\n", encoding="utf-8")
    error = refused("recognise", path, "-w", tiny)
    assert error["kind"] == "InputError"
    assert "kiln 7" in error["faults"][0]["found"]
    assert "e1, g1, w1" in error["faults"][0]["found"]


def test_an_absent_file_is_named(tiny: Path) -> None:
    assert "absent.csv" in refused("recognise", tiny / "absent.csv", "-w", tiny)["summary"]


def test_of_several_sites_one_is_named(tiny: Path) -> None:
    other = tiny / "sites" / "other"
    other.mkdir()
    text = (tiny / "sites" / "mill" / "site.toml").read_text(encoding="utf-8")
    (other / "site.toml").write_text(text.replace('"mill"', '"other"', 1), encoding="utf-8")
    error = refused("recognise", write_log(tiny.parent / "log.csv"), "-w", tiny)
    assert error["summary"] == "Which site?"
    assert "mill, other" in error["faults"][0]["rule"]


def test_an_import_without_a_profile_says_what_it_took_the_file_for(tiny: Path) -> None:
    readings = write_readings(tiny.parent / "new.csv", gap=7)
    words = ("import", "mill", readings, "-w", tiny)
    assert "recognised without a profile, as readings-wide" in typed(*words, "--lang", "en").stdout
    [taken] = document(*words)["files"]
    assert (taken["rows"], taken["replayed"]) == (289, True)
    assert taken["guess"]["known_as"] == "readings-wide"


def test_an_import_without_a_profile_stops_at_a_doubt(tiny: Path) -> None:
    good = write_readings(tiny.parent / "new.csv", gap=8)
    log = write_log(tiny.parent / "log.csv", range(9, 60))
    done = typed("import", "mill", log, good, "-w", tiny, "--json")
    assert done.exit_code == 2
    plain = json.loads(done.stdout)
    assert [file["file"] for file in plain["files"]] == ["new.csv"]
    [fault] = plain["error"]["faults"]
    assert fault["where"] == ["log.csv", "stamp"]
    assert fault["found"] == "'start', or 'end'"
    assert "celadon recognise" in fault["remedy"]


def test_an_import_of_what_is_not_recognised_stops(tiny: Path) -> None:
    path = tiny.parent / "x.csv"
    path.write_text("nothing\n", encoding="utf-8")
    error = refused("import", "mill", path, "-w", tiny)
    assert "no data" in error["faults"][0]["found"]
