"""``celadon form``: both languages, JSON, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tests.cli.speaking import document, refused, typed

MONTH = "2025-03"


@pytest.mark.parametrize(
    ("language", "title", "figures"),
    [("en", "205-1 in layout", "figures"), ("zh", "参照 205-1 表", "数值")],
)
def test_a_form_is_written(tiny: Path, language: str, title: str, figures: str) -> None:
    out = tiny.parent / f"{language}.xlsx"
    done = typed(
        "form", "205-1", "mill", "--period", MONTH, "--out", out, "-w", tiny, "--lang", language
    )
    assert done.exit_code == 0, done.output
    assert title in done.output
    assert figures in done.output
    assert openpyxl.load_workbook(out).sheetnames == ["205-1 能源购销存", "来源 Sources"]


def test_the_document_holds_the_form(tiny: Path) -> None:
    found = document("form", "B204-1", "mill", "--period", MONTH, "-w", tiny)
    assert found["form"] == "B204-1"
    (row,) = [row for row in found["tables"][0]["rows"] if "480.50" in str(row)]
    assert row["output"]["exact"] == "961/2"
    assert Path(found["wrote"]).is_file()
    assert Path(found["wrote"]).is_relative_to(tiny / "out")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_plan_tells_what_it_found(tiny: Path, language: str) -> None:
    words = ("form", "monitoring-plan", "mill", "--period", MONTH, "-w", tiny, "--lang", language)
    done = typed(*words)
    assert done.exit_code == 0, done.output
    found = document(*words)["findings"]
    assert found
    assert {"rule", "text", "remedy", "severity"} <= found[0].keys()


@pytest.mark.parametrize(
    ("given", "summary"),
    [
        (["205-9", "mill", "--period", MONTH], "205-9 is not known here"),
        (["205-1", "mill", "--period", "2025-03-01/2025-03-02"], "whole months"),
        (["205-1", "mill", "--period", MONTH, "--out", "form.pdf"], "workbook or a page"),
        (["205-1", "nowhere"], "no site"),
    ],
)
def test_what_cannot_be_filled_is_refused(tiny: Path, given: list[str], summary: str) -> None:
    assert summary in refused("form", *given, "-w", tiny)["summary"]
