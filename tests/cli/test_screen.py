"""``celadon supervise screen`` as it is typed: findings by cause, a workbook, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import load_workbook
from tests.cli.speaking import document, refused, typed

LIST = """\
reporter,year,name,code,sector,region,energy_tce,coal_part_tce
e1,2023,模拟一厂,A1,3011,CN-HE,1000,1000
e1,2024,模拟一厂,A1,3011,CN-HE,1020000,1020000
e2,2023,模拟二厂,A2,3011,CN-HE,500,400
e2,2024,模拟二厂,A1,3011,CN-HE,510,510
e3,2024,模拟二厂,A3,,CN-HE,x,
"""


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    path = tmp_path / "returns.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_findings_by_cause(returns: Path) -> None:
    found = document("supervise", "screen", returns, "--lang", "en")
    assert (found["rows"], found["reporters"], found["years"]) == (5, 3, "2023-2024")
    rules = {each["rule"]: each for each in found["findings"]}
    assert set(rules) == {
        "year_jump", "parts_differ", "code_shared", "code_changed", "name_shared",
        "identity_missing", "value_missing",
    }  # fmt: skip
    assert rules["year_jump"]["pattern"] == "x1000"
    assert rules["parts_differ"]["size"] == 100
    assert found["ask_first"][0]["reporter"] == "e1"
    assert [each["place"] for each in found["refused"]] == ["returns.csv › row 6 › energy_tce"]
    assert "Months missing in a year" in found["not_asked"]
    assert {each["rule"] for each in found["cannot_tell"]} >= {"year_jump", "peer_outlier"}


def test_both_languages(returns: Path) -> None:
    english = typed("supervise", "screen", returns, "--lang", "en").output
    chinese = typed("supervise", "screen", returns, "--lang", "zh").output
    assert "1 cells were not taken" in english
    assert "ask first" in english
    assert "优先核实" in chinese
    assert "年际突变" in chinese


def test_a_workbook_and_csv(returns: Path, tmp_path: Path) -> None:
    book = tmp_path / "out" / "found.xlsx"
    document("supervise", "screen", returns, "--out", book, "--lang", "en")
    opened = load_workbook(book)
    assert opened.sheet_names == ["Findings", "Ask first", "Places", "Not asked"]
    rows = opened.get_sheet_by_name("Ask first").to_python()
    assert rows[1][0] == "e1"
    csv = tmp_path / "found.csv"
    document("supervise", "screen", returns, "--out", csv)
    assert len(csv.read_text(encoding="utf-8").splitlines()) == 1 + len(
        opened.get_sheet_by_name("Places").to_python()[1:]
    )


def test_refusals(returns: Path, tmp_path: Path) -> None:
    assert "not clear" in refused("supervise", "screen")["summary"]
    assert "not clear" in refused("supervise", "screen", returns, "--nation")["summary"]
    assert "no profile" in refused("supervise", "screen", returns, "--profile", "x")["summary"]
    other = refused("supervise", "screen", returns, "--out", tmp_path / "x.pdf")
    assert "cannot be written" in other["summary"]
    (tmp_path / "empty.csv").write_text("reporter,year,energy_tce\n", encoding="utf-8")
    assert "holds no returns" in refused("supervise", "screen", tmp_path / "empty.csv")["summary"]
