"""``celadon supervise``: a list from call to removal, and its state on a day of the past."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

PROGRAMME = """
[programme]
id = "g"
kind = "list"
authority = "模拟主管部门"
region = "CN"
year = 2024
apply_to = 2024-05-01
simulated = true

[[criterion]]
id = "green"
clause = "模拟办法 第六条"
conditions = [{ fact = "score", least = "85" }]
"""
FACTS = "id,name,region,score\ng1,模拟厂一,CN-HE,91\ng2,模拟厂二,CN-SD,88\ng3,模拟厂三,CN-SD,\n"


@pytest.fixture
def listed(tiny: Path) -> Path:
    folder = tiny / "cases" / "g"
    folder.mkdir(parents=True)
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (tiny / "facts.csv").write_text(FACTS, encoding="utf-8")
    facts = ("--from", tiny / "facts.csv")
    act(tiny, "select", "g", *facts, "--by", "application", "--reason", "申报", on="2024-04-01")
    for case in ("g1", "g2", "g3"):
        act(tiny, "record", "g", case, "entered", "stage=applied", on="2024-04-01")
    act(tiny, "review", "g", *facts, "--stage", "reviewed", "--conclude", on="2024-06-01")
    act(tiny, "publish", "g", "--what", "第一批", "--source", "模拟公告 8", on="2024-08-01")
    return tiny


def act(workspace: Path, *words: object, on: str) -> None:
    done = typed("supervise", *words, "--as", "desk", "--on", on, "-w", workspace)
    assert done.exit_code == 0, done.output


def names(workspace: Path, on: str) -> tuple[list[str], list[str]]:
    found = document("supervise", "list", "g", "--on", on, "-w", workspace)
    return [e["case"] for e in found["listed"]], [e["case"] for e in found["removed"]]


def test_a_list_on_any_day(listed: Path) -> None:
    act(listed, "review", "g", "g2", "--from", listed / "facts.csv", "--stage", "rechecked",
        on="2025-06-01")  # fmt: skip
    act(listed, "remove", "g", "g2", "--reason", "停产", "--clause", "第十二条", on="2025-07-01")
    assert names(listed, "2024-07-31") == ([], [])
    assert names(listed, "2025-06-30") == (["g1", "g2"], [])
    assert names(listed, "2025-07-01") == (["g1"], ["g2"])
    (gone,) = document("supervise", "list", "g", "-w", listed)["removed"]
    assert (gone["reason"], gone["clause"], gone["since"]) == ("停产", "第十二条", "2024-08-01")
    rows = document("supervise", "summary", "g", "--on", "2025-07-01", "-w", listed)["rows"]
    told = {name: (row["met"], row["listed"], row["removed"]) for name, row in rows.items()}
    assert told == {"CN-HE": (1, 1, 0), "CN-SD": (1, 0, 1)}
    act(listed, "record", "g", "g2", "reinstated", "reason=复查", on="2025-08-01")
    assert names(listed, "2025-08-01") == (["g1", "g2"], [])


def test_what_is_published_is_kept_with_its_source(listed: Path) -> None:
    (paper,) = (listed / "cases" / "g" / "published").glob("*.csv")
    assert [line.split(",")[0] for line in paper.read_text("utf-8-sig").splitlines()] == [
        "case", "g1", "g2",
    ]  # fmt: skip
    kept = {path.read_bytes() for path in (listed / "cases" / "g" / "documents").iterdir()}
    assert paper.read_bytes() in kept


@pytest.mark.parametrize(
    ("words", "on", "said"),
    [
        (
            ("remove", "g", "g3", "--reason", "x", "--clause", "y"),
            "2025-01-01",
            "never on the list",
        ),
        (("remove", "g", "g1", "--reason", "x", "--clause", "y"), "2024-06-01", "the publication"),
        (("withdraw", "g", "g1", "--reason", "x"), "2025-01-01", "on the list since 2024-08-01"),
        (("record", "g", "g1", "reinstated", "reason=x"), "2025-01-01", "neither on record"),
        (("record", "g", "g1", "concluded", "result=violation"), "2025-01-01", "met, not_met"),
        (("record", "g", "g1", "concluded", "result=not_met"), "2025-01-01", "supervise remove"),
        (
            ("publish", "g", "--what", "第一批", "--source", "模拟公告 8"),
            "2025-01-01",
            "on 2024-08-01",
        ),
        (("review", "g", "--criterion", "gold"), "2025-01-01", "one of: green"),
        (("record", "g", "g1", "entered", "stage=rechecked"), "2025-01-01", "no review on record"),
    ],
)
def test_what_a_list_refuses(listed: Path, words: tuple[str, ...], on: str, said: str) -> None:
    error = refused("supervise", *words, "--as", "desk", "--on", on, "-w", listed)
    assert said in str(error["faults"])


def test_no_application_after_its_last_day(listed: Path) -> None:
    late = listed / "late.csv"
    late.write_text("id,name,region\ng9,模拟厂九,CN-HE\n", encoding="utf-8")
    error = refused("supervise", "select", "g", "--from", late, "--by", "application", "--reason",
                    "申报", "--as", "desk", "--on", "2024-05-01", "-w", listed)  # fmt: skip
    assert error["faults"][0]["rule"] == "applications are taken before 2024-05-01"


def test_who_was_reviewed_with_no_is_not_concluded_met(listed: Path) -> None:
    facts = listed / "worse.csv"
    facts.write_text("id,name,region,score\ng3,模拟厂三,CN-SD,60\n", encoding="utf-8")
    act(listed, "review", "g", "g3", "--from", facts, on="2024-09-01")
    error = refused("supervise", "record", "g", "g3", "concluded", "result=met", "--as", "desk",
                    "--on", "2024-09-02", "-w", listed)  # fmt: skip
    assert "says no" in error["faults"][0]["found"]


def test_a_fact_that_is_no_number(listed: Path) -> None:
    facts = listed / "bad.csv"
    facts.write_text("id,name,region,score\ng3,模拟厂三,CN-SD,much\n", encoding="utf-8")
    error = refused("supervise", "review", "g", "g3", "--from", facts, "-w", listed)
    assert error["faults"][0]["where"] == ["bad.csv", "row 2", "g3", "score"]
    assert error["faults"][0]["found"] == "'much'"
    facts.write_text(
        "id,name,region,score\ng2,模拟厂二,CN-SD,90\ng3,模拟厂三,CN-SD,much\n", encoding="utf-8"
    )
    words = ("supervise", "review", "g", "g2", "g3", "--from", facts, "--as", "desk", "--on",
             "2024-09-02", "-w", listed)  # fmt: skip
    done = typed(*words, "--lang", "en")  # the other is reviewed, and recorded
    assert done.exit_code == 2
    assert "bad.csv › row 3 › g3 › score · 'much'" in done.output
    assert "1 yes, 0 no" in done.output
    case = document("supervise", "show", "g", "g2", "-w", listed)["case"]
    assert case["answer"] == "yes"
