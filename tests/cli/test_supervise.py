"""``celadon supervise``: a case from selection to closure as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

OFFICERS = "".join(
    f'\n[[officer]]\nid = "{name}"\ncertificate = "M"\nregions = ["CN"]\n'
    for name in ("li", "wang")
)


@pytest.fixture
def begun(tiny: Path) -> Path:
    made = document("supervise", "new", "s", "--authority", "模拟厅", "--year", 2026, "-w", tiny)
    path = Path(made["wrote"])
    path.write_text(path.read_text(encoding="utf-8") + OFFICERS, encoding="utf-8")
    done = document("supervise", "select", "s", "--as", "desk", "--reason", "重点",
                    "--on", "2026-03-01", "-w", tiny)  # fmt: skip
    assert [each["kind"] for each in done["recorded"]] == ["opened", "selected"]
    return tiny


def act(workspace: Path, *words: object) -> None:
    done = typed("supervise", *words, "--as", "li", "-w", workspace, "--lang", "en")
    assert done.exit_code == 0, done.output


def test_a_case_as_it_is_typed(begun: Path) -> None:
    evidence = begun.parent / "photo.txt"
    evidence.write_text("模拟", encoding="utf-8")
    on = ("--on", "2026-03-02")
    act(begun, "assign", "s", "mill", "--officer", "li", "--officer", "wang", *on)
    for stage in ("selected", "on-site"):
        act(begun, "record", "s", "mill", "entered", f"stage={stage}", *on)
    act(begun, "record", "s", "mill", "found", "finding=f1", "article=GB 17167", "facts=缺表",
        "--evidence", evidence, *on)  # fmt: skip
    act(begun, "record", "s", "mill", "entered", "stage=hearing", *on)
    act(begun, "record", "s", "mill", "heard", "opinion=无异议", *on)
    act(begun, "notice", "s", "mill", "--deadline", "2026-06-30", *on)
    act(begun, "record", "s", "mill", "entered", "stage=follow-up", "--on", "2026-06-20")
    act(begun, "record", "s", "mill", "followed", "finding=f1", "corrected=true",
        "--on", "2026-06-20")  # fmt: skip
    act(begun, "close", "s", "mill", "--result", "violation", "--on", "2026-06-21")
    found = document("supervise", "show", "s", "mill", "-w", begun)["case"]
    assert (found["stage"], found["findings"], found["overdue"]) == (
        "closed", {"f1": "corrected"}, [],
    )  # fmt: skip
    rows = document("supervise", "summary", "s", "--on", "2026-07-01", "-w", begun)["rows"]
    (counts,) = rows.values()
    assert (counts["violation"], counts["closed"], counts["notices"]) == (1, 1, 1)
    before = document("supervise", "show", "s", "--on", "2026-06-19", "-w", begun)["cases"]
    assert before[0]["stage"] == "correction"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("selected", "events")), ("zh", ("列入名单", "个事件"))],
)
def test_it_speaks_both_languages(begun: Path, language: str, words: tuple[str, str]) -> None:
    shown = typed("supervise", "show", "s", "mill", "-w", begun, "--lang", language)
    listed = typed("supervise", "show", "s", "-w", begun, "--lang", language)
    summed = typed("supervise", "summary", "s", "-w", begun, "--lang", language)
    assert all(each.exit_code == 0 for each in (shown, listed, summed))
    assert words[1] in listed.output
    assert words[0] in shown.output


def test_what_is_refused_changes_nothing(begun: Path) -> None:
    on = ("--as", "li", "-w", begun)
    for words in (
        ("assign", "s", "mill", "--officer", "li"),
        ("record", "s", "mill", "heard", "opinion=x"),
        ("record", "s", "mill", "found", "finding"),
        ("record", "s", "mill", "dance"),
        ("notice", "s", "mill", "--deadline", "2020-01-01"),
        ("close", "s", "mill", "--result", "compliant"),
        ("notice", "s", "nobody", "--deadline", "2030-01-01"),
    ):
        refused("supervise", *words, *on)
    shown = document("supervise", "show", "s", "-w", begun)
    assert shown["events"] == 2


def test_a_desk_check_of_what_has_no_data_says_so(begun: Path) -> None:
    found = document("supervise", "check", "s", "--period", "2025-03", "-w", begun)
    assert found["proposed"] == []
    assert found["recorded"] == 0
    assert set(found["questions"]) | set(found["clean"]) | set(found["unknown"]) == {"mill"}
