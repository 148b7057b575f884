"""``celadon return``: what an enterprise types, and what an authority types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

NAME = "mill-2025-03-01_2025-03-02.celadon-return.zip"


@pytest.fixture
def sent(tiny: Path) -> Path:
    done = typed("return", "pack", "mill", "--period", PERIOD, "-w", tiny, "--lang", "en")
    assert done.exit_code == 0, done.output
    return next((tiny / "out").rglob(NAME))


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    folder = tmp_path / "authority"
    assert typed("init", folder, "--lang", "en").exit_code == 0
    return folder


def test_pack_says_what_it_holds_and_what_not(tiny: Path) -> None:
    words = ("return", "pack", "mill", "--period", PERIOD, "-w", tiny)
    found = document(*words)
    assert found["new"]
    assert Path(found["file"]).stat().st_size == found["bytes"]
    assert found["return"]["site"]["id"] == "mill"
    shown = typed(*words, "--lang", "en").stdout
    for text in (found["seal"], NAME, "the rows of the records", "What the receiver will see"):
        assert text in shown.replace("\n", " ") or text in shown
    assert "封签" in typed(*words, "--lang", "zh").stdout
    with_readings = document(*words, "--with-readings")
    assert with_readings["bytes"] > found["bytes"]
    assert with_readings["file"].endswith("-r2.celadon-return.zip")
    assert "with their chain" in typed(*words, "--with-readings", "--lang", "en").stdout


def test_check_changes_nothing(sent: Path, authority: Path) -> None:
    before = sorted(authority.rglob("*"))
    done = typed("return", "check", sent, "-w", authority, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "would be accepted" in done.stdout
    assert sorted(authority.rglob("*")) == before
    [found] = document("return", "check", sent, "-w", authority)["returns"]
    assert (found["acceptable"], found["entry"]) == (True, None)
    assert {check["outcome"] for check in found["checks"]} == {"yes", "no", "cannot_tell"}


def test_check_needs_no_workspace(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    monkeypatch.chdir(alone)
    [found] = document("return", "check", sent)["returns"]
    assert found["acceptable"]
    assert "no_register" in {check["because"] for check in found["checks"]}
    done = typed("return", "check", sent, "--lang", "zh", "--all")
    assert "逐位一致" in done.stdout


def test_accept_list_and_show(sent: Path, authority: Path) -> None:
    words = ("return", "accept", sent, "-w", authority, "--by", "registrar")
    done = typed(*words, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "accepted · version 1, position 1 of the register" in done.stdout
    assert "known already" in typed(*words, "--lang", "en").stdout
    [entry] = document("return", "list", "-w", authority, "--verify")["returns"]
    assert (entry["by"], entry["version"]) == ("registrar", 1)
    listed = typed("return", "list", "-w", authority, "--lang", "zh").stdout
    assert "企业 1 家" in listed
    assert entry["seal"][:12] in listed
    shown = typed("return", "show", entry["seal"][:10], "-w", authority, "--lang", "en")
    assert shown.exit_code == 0, shown.output
    assert entry["seal"] in shown.stdout
    same = document("return", "show", sent)
    assert (
        same["totals"] == document("return", "show", entry["seal"][:10], "-w", authority)["totals"]
    )


def test_the_totals_are_those_of_the_account(tiny: Path, sent: Path) -> None:
    own = document("account", "mill", "--period", PERIOD, "-w", tiny)
    theirs = document("return", "show", sent)
    assert own["totals"] == theirs["totals"]
    assert own["header"]["hash"] == theirs["header"]["hash"]


def test_a_new_version_shows_what_changed(tiny: Path, sent: Path, authority: Path) -> None:
    assert typed("return", "accept", sent, "-w", authority).exit_code == 0
    declaration = tiny / "sites" / "mill" / "site.toml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text.replace('multiplier = "1"', 'multiplier = "2"', 1), "utf-8")
    files = ("import", "mill", tiny.parent / "readings.csv", "--profile", "readings-wide")
    assert typed(*files, "-w", tiny).exit_code == 0
    words = ("return", "pack", "mill", "--period", PERIOD, "-w", tiny, "--replaces", sent)
    second = Path(document(*words)["file"])
    done = typed("return", "accept", second, "-w", authority, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "version 2" in done.stdout
    assert "Changes from the version accepted before" in done.stdout
    assert len(document("return", "list", "-w", authority)["returns"]) == 1
    assert len(document("return", "list", "-w", authority, "--all")["returns"]) == 2


def test_what_is_refused_ends_with_a_code_and_no_traceback(sent: Path, authority: Path) -> None:
    data = bytearray(sent.read_bytes())
    data[len(data) // 2] ^= 1
    bad = sent.with_name("bad.zip")
    bad.write_bytes(data)
    checked = typed("return", "check", bad, "-w", authority, "--lang", "en")
    assert checked.exit_code == 1
    assert "would be refused" in checked.stdout
    accepted = typed("return", "accept", bad, sent, "-w", authority, "--lang", "en")
    assert accepted.exit_code == 2
    assert "refused · noted at position 1" in accepted.stdout
    assert "accepted · version 1, position 2" in accepted.stdout
    listed = typed("return", "list", "-w", authority, "--all", "--lang", "en").stdout
    assert "bad.zip" in listed
    plain = json.loads(typed("return", "accept", bad, "-w", authority, "--json").stdout)
    assert [each["acceptable"] for each in plain["returns"]] == [False]
    error = refused("return", "show", bad)
    assert error["kind"] == "InputError"
    assert error["faults"]


def test_the_seal_is_asked_for(sent: Path, authority: Path) -> None:
    [found] = document("return", "check", sent, "-w", authority)["returns"]
    words = ("return", "accept", sent, "-w", authority, "--seal")
    assert typed(*words, "0" * 64).exit_code == 2
    assert typed(*words, found["seal"][:16]).exit_code == 0
    error = refused("return", "check", sent, sent, "-w", authority, "--seal", found["seal"])
    assert error["kind"] == "WorkspaceError"


def test_what_is_not_there(tiny: Path, authority: Path) -> None:
    assert refused("return", "check", "gone.zip")["faults"][0]["where"] == ["gone.zip"]
    assert refused("return", "show", "abcdef0", "-w", authority)["kind"] == "WorkspaceError"
    assert refused("return", "pack", "mil", "-w", tiny)["kind"] == "WorkspaceError"
    assert (
        refused("return", "pack", "mill", "--period", "205", "-w", tiny)["kind"] == "WorkspaceError"
    )
    assert "no return has been received" in typed(
        "return", "list", "-w", authority, "--lang", "en"
    ).stdout  # fmt: skip


def test_a_damaged_register_is_refused(sent: Path, authority: Path) -> None:
    assert typed("return", "accept", sent, "-w", authority).exit_code == 0
    [kept] = (authority / "returns").glob("*.zip")
    kept.write_bytes(b"other")
    error = refused("return", "list", "--verify", "-w", authority)
    assert (error["kind"], error["faults"][0]["where"]) == ("ChainBroken", [str(kept)])
    manifest = authority / "returns" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes().replace(b"accepted", b"rejected"))
    assert refused("return", "list", "-w", authority)["kind"] == "ChainBroken"
