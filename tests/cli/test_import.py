"""``celadon import``: what is taken, what is not, and what is refused whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import write_readings
from tests.cli.speaking import document, refused, typed


def test_a_file_is_taken_once(tiny: Path) -> None:
    readings = write_readings(tiny.parent / "again.csv", gap=41)
    words = ("import", "mill", readings, "--profile", "readings-wide", "-w", tiny)
    [first] = document(*words)["files"]
    assert (first["kind"], first["rows"], first["replayed"]) == ("reading", 95 + 97 + 97, False)
    [second] = document(*words)["files"]
    assert (second["position"], second["replayed"]) == (first["position"], True)
    assert "known already, nothing added" in typed(*words).stdout


def test_what_cannot_be_taken_is_told_with_its_cell(tiny: Path) -> None:
    activity = tiny.parent / "activity.xlsx"
    words = ("import", "mill", activity, "--profile", "activity", "-w", tiny)
    [file] = document(*words)["files"]
    [finding] = file["findings"]
    assert (file["rows"], finding["rule"]) == (4, "unreadable_number")
    assert finding["place"] == "activity.xlsx › 台账 › E6"
    text = typed(*words).stdout
    assert "activity.xlsx › 台账 › E6 · error" in text
    assert "12,5t" in text


def test_patterns_are_read_where_no_shell_does(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b", "a"):
        write_readings(tiny.parent / f"part-{name}.csv")
    monkeypatch.chdir(tiny)
    words = ("--profile", "readings-wide")
    relative = document("import", "mill", "../part-*.csv", *words)["files"]
    assert [file["file"] for file in relative] == ["part-a.csv", "part-b.csv"]
    absolute = document("import", "mill", tiny.parent / "part-?.csv", *words)["files"]
    assert [file["replayed"] for file in absolute] == [True, True]


def test_an_unknown_profile_lists_those_there_are(tiny: Path) -> None:
    own = tiny / "sites" / "mill" / "profiles"
    own.mkdir()
    (own / "kiln-log.toml").touch()
    readings = tiny.parent / "readings.csv"
    error = refused("import", "mill", readings, "--profile", "readings", "-w", tiny)
    assert error["kind"] == "DeclarationError"
    [fault] = error["faults"]
    assert "readings-wide" in fault["rule"]
    assert "of this site: kiln-log" in fault["rule"]


@pytest.mark.parametrize(
    ("file", "profile", "found"),
    [
        ("activity.xlsx", "readings-wide", "zip archive"),
        ("readings.csv", "activity", "text, such as CSV"),
    ],
)
def test_a_file_of_another_kind_is_refused(tiny: Path, file: str, profile: str, found: str) -> None:
    error = refused("import", "mill", tiny.parent / file, "--profile", profile, "-w", tiny)
    assert error["kind"] == "ImportIncomplete"
    assert found in error["faults"][0]["found"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tiny: Path) -> None:
    readings = write_readings(tiny.parent / "new.csv", gap=13)
    words = ("import", "mill", tiny.parent / "activity.xlsx", readings)
    words += ("--profile", "readings-wide", "-w", tiny)
    done = typed(*words, "--json")
    assert done.exit_code == 2
    plain = json.loads(done.stdout)
    assert [file["file"] for file in plain["files"]] == ["new.csv"]
    assert len(plain["error"]["faults"]) == 1
    shown = typed(*words)
    assert (shown.exit_code, "new.csv" in shown.stdout) == (2, True)
    assert "1 of 2 files cannot be read" in shown.stderr


def test_all_absent_files_are_named_before_any_is_read(tiny: Path) -> None:
    readings = write_readings(tiny.parent / "new.csv", gap=12)
    words = ("import", "mill", readings, "gone.csv", "*.gone", "--profile", "readings-wide")
    error = refused(*words, "-w", tiny)
    assert [fault["where"] for fault in error["faults"]] == [["gone.csv"], ["*.gone"]]
    [file] = document("import", "mill", readings, *words[-2:], "-w", tiny)["files"]
    assert not file["replayed"]


def test_an_unknown_site_lists_those_there_are(tiny: Path) -> None:
    readings = tiny.parent / "readings.csv"
    error = refused("import", "mil", readings, "--profile", "readings-wide", "-w", tiny)
    assert "mill" in error["faults"][0]["rule"]


def test_a_broken_declaration_shows_all_its_faults(tiny: Path) -> None:
    declaration = tiny / "sites" / "mill" / "site.toml"
    text = declaration.read_text(encoding="utf-8")
    text = text.replace("minutes = 15", "minutes = 7").replace(
        'country = "CN"', 'country = "China"'
    )
    text = text.replace('zone = "Asia/Shanghai"', 'zone = "Peking"')
    declaration.write_text(text, encoding="utf-8")
    readings = tiny.parent / "readings.csv"
    error = refused("import", "mill", readings, "--profile", "readings-wide", "-w", tiny)
    places = " ".join(" ".join(fault["where"]) for fault in error["faults"])
    assert len(error["faults"]) >= 3
    assert all(name in places for name in ("minutes", "country", "zone"))


def test_originals_of_a_ledger_that_is_given_up_come_in_their_order(tiny: Path) -> None:
    profile = ("--profile", "readings-wide", "-w", tiny)
    for gap in (41, 42, 43):
        typed("import", "mill", write_readings(tiny.parent / f"gap-{gap}.csv", gap=gap), *profile)
    ledger, aside = tiny / "sites/mill/ledger", tiny.parent / "aside"
    lines = [json.loads(text) for text in (ledger / "manifest.jsonl").read_text().splitlines()]
    order = [line["source"] for line in lines if line.get("source_name", "")[-4:] == ".csv"]
    ledger.rename(aside)
    assert typed("ledger", "forget", "mill", "--reason", "lost", "-w", tiny).exit_code == 0
    done = typed("import", "mill", aside / "sources/*", *profile, "--json", "--lang", "en")
    told = json.loads(done.stdout)
    assert [file["file"] for file in told["files"]] == order  # the workbook is refused, and told
    assert "in the order of the manifest" in done.stderr


def test_a_declaration_is_not_taken_for_readings(tiny: Path) -> None:
    done = typed("import", "mill", tiny / "sites/mill/site.toml", "--profile", "readings-wide",
                 "-w", tiny, "--lang", "zh")  # fmt: skip
    assert done.exit_code == 2
    assert "是厂区的声明文件" in done.stderr
