"""``celadon doctor``: each check well or not, with what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.speaking import document, typed

from celadon.app import doctoring
from celadon.reference import load_registry


def by_kind(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {check["kind"]: check for check in found["checks"]}


def test_a_sound_workspace(tiny: Path) -> None:
    checks = by_kind(document("doctor", "-w", tiny))
    assert {"python", "libraries", "disk", "write", "reference", "site", "ledger", "run"} <= set(
        checks
    )
    assert all(check["is_well"] for kind, check in checks.items() if kind != "font")
    assert checks["ledger"]["found"] == "3 commits verify, with every file"
    rows = sum(load_registry().row_count.values())
    assert checks["reference"]["found"].startswith(f"{rows:,} rows, ")
    assert checks["licences"]["found"].startswith("139 rows of 17 sources: looked for, not known")


def test_in_chinese(tiny: Path) -> None:
    assert "校验一致" in typed("doctor", "-w", tiny, "--lang", "zh").stdout


def test_a_damaged_ledger_and_a_stale_run(tiny: Path) -> None:
    declaration = tiny / "sites" / "mill" / "site.toml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text + "\n# changed\n", encoding="utf-8")
    run = by_kind(document("doctor", "-w", tiny))["run"]
    assert not run["is_well"]
    assert "declaration" in run["found"]
    assert run["remedy"].startswith("celadon run mill --period")
    batch = next((tiny / "sites" / "mill" / "ledger" / "batches").glob("*.parquet"))
    batch.write_bytes(b"other bytes")
    done = typed("doctor", "-w", tiny, "--json")
    assert done.exit_code == 1, "a damaged ledger is told to scripts as well"
    ledger = by_kind(json.loads(done.stdout))["ledger"]
    assert not ledger["is_well"]
    assert "backup" in ledger["remedy"]


def test_a_broken_declaration_is_told_not_raised(tiny: Path) -> None:
    (tiny / "sites" / "mill" / "site.toml").write_text("[site", encoding="utf-8")
    site = by_kind(document("doctor", "-w", tiny))["site"]
    assert not site["is_well"]
    assert "site.toml" in site["found"]


def test_a_broken_workspace_is_told_not_raised(tmp_path: Path) -> None:
    (tmp_path / "celadon.toml").write_text("language = 7", encoding="utf-8")
    assert not by_kind(document("doctor", "-w", tmp_path))["workspace"]["is_well"]


def test_without_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "workspace" not in by_kind(document("doctor"))
    assert "--workspace" in typed("doctor", "--lang", "en").stdout


def test_a_missing_font_names_the_package(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctoring, "has_chinese_font", lambda: False)
    for system, words in (
        ("linux", "fonts-noto-cjk"), ("win32", "Settings"), ("darwin", "PingFang"),
    ):  # fmt: skip
        monkeypatch.setattr(doctoring.sys, "platform", system)
        assert words in by_kind(document("doctor", "-w", tiny))["font"]["remedy"]
    assert "1 to look at" in typed("doctor", "-w", tiny, "--lang", "en").stdout


def test_a_full_disk(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctoring, "LEAST_FREE", 10**18)
    assert "cache" in by_kind(document("doctor", "-w", tiny))["disk"]["remedy"]
