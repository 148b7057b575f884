"""``celadon bundle``: what it says, in both languages and to programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.wheelhouse import use_tiny, write_index, write_source
from tests.cli.speaking import document, refused, typed

from celadon.app.bundle.wheel import sha256_of


@pytest.fixture
def tiny_celadon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder in which bundles of a tiny celadon can be made."""
    use_tiny(monkeypatch, write_source(tmp_path / "source"), write_index(tmp_path / "index"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def test_it_says_what_was_made_and_what_to_do(tiny_celadon: Path) -> None:
    words = ("bundle", "offline", "--platform", "windows-x86_64", "--python", "3.12")
    shown = typed(*words, "--lang", "en").stdout
    assert "celadon 0.1.0 · windows-x86_64 · Python 3.12" in shown
    assert "made      offline: 4 packages, " in shown
    assert "so the newest that fits: glaze" in shown
    assert "install.cmd" in shown
    assert sha256_of(tiny_celadon / "offline" / "manifest.json") in shown
    again = typed(*words, "--lang", "zh").stdout
    assert "已更新" in again
    assert "64 位 Windows" in again


def test_the_document_of_a_bundle(tiny_celadon: Path) -> None:
    made = document("bundle", "offline", "--python", "3.12", "--platform", "linux-x86_64")
    assert set(made) == {
        "folder", "celadon", "platform", "python", "bytes", "manifest_sha256", "replaced",
        "packages",
    }  # fmt: skip
    assert (made["folder"], made["platform"], made["python"]) == ("offline", "linux-x86_64", "3.12")
    assert made["replaced"] is False
    assert [package["name"] for package in made["packages"]] == ["ash", "celadon", "kiln"]
    assert made["packages"][1]["origin"] == "source"
    assert made["manifest_sha256"] == sha256_of(tiny_celadon / "offline" / "manifest.json")


def test_refusals(tiny_celadon: Path) -> None:
    (tiny_celadon / "photo.jpg").touch()
    (tiny_celadon / "full").mkdir()
    (tiny_celadon / "full" / "photo.jpg").touch()
    assert refused("bundle", "full")["kind"] == "WorkspaceError"
    assert "amiga" in refused("bundle", "offline", "--platform", "amiga")["summary"]
    assert "3.10" in refused("bundle", "offline", "--python", "3.10")["summary"]
    error = refused("bundle", "offline", "--platform", "linux-x86_64", "--python", "3.15")
    assert error["kind"] == "RequirementMissing"
    assert error["faults"][0]["where"] == ["ash==2.0"]
    assert not (tiny_celadon / "offline").exists()
