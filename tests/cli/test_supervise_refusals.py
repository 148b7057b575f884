"""``celadon supervise``: what may not be done, as it is typed, and the words that say why."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

OFFICERS = """
[[officer]]
id = "li"
certificate = "M-1"
regions = ["CN"]

[[officer]]
id = "wang"
certificate = "M-2"
regions = ["CN"]
valid_to = 2026-03-05

[[officer]]
id = "zhao"
certificate = "M-3"
regions = ["CN-SD"]
"""
LIST = """id,name,region,code
e1,模拟钢厂,CN-HE,C1
e2,模拟钢厂,CN-HE,C2
e3,模拟水泥厂,CN-HE,C3
"""
DAY = ("--on", "2026-03-04")


@pytest.fixture
def begun(tiny: Path) -> Path:
    made = document("supervise", "new", "s", "--authority", "模拟厅", "--year", 2026, "-w", tiny)
    path = Path(made["wrote"])
    path.write_text(path.read_text(encoding="utf-8") + OFFICERS, encoding="utf-8")
    listed = tiny.parent / "list.csv"
    listed.write_text(LIST, encoding="utf-8")
    document("supervise", "select", "s", "--from", listed, "--as", "desk", "--reason", "重点",
             "--on", "2026-03-01", "-w", tiny)  # fmt: skip
    return tiny


def act(workspace: Path, *words: object, on: str = "2026-03-04") -> None:
    done = typed("supervise", *words, "--as", "li", "--on", on, "-w", workspace)
    assert done.exit_code == 0, done.output


def until_heard(workspace: Path, **finding: str) -> None:
    act(workspace, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    for stage in ("selected", "on-site"):
        act(workspace, "record", "s", "e1", "entered", f"stage={stage}")
    told = {"finding": "f1", "article": "GB 21256", "facts": "x", **finding}
    act(workspace, "record", "s", "e1", "found", *(f"{k}={v}" for k, v in told.items()))
    act(workspace, "record", "s", "e1", "entered", "stage=hearing")
    act(workspace, "record", "s", "e1", "heard", "opinion=无异议")


def told(workspace: Path, *words: object, on: tuple[str, str] = DAY) -> str:
    """Why an act is refused, which leaves neither an event nor a file."""
    before = sorted(workspace.rglob("cases/**/*"))
    register = workspace / "cases" / "s" / "events.jsonl"
    events = register.read_bytes()
    error = refused("supervise", *words, "--as", "li", *on, "-w", workspace)
    assert register.read_bytes() == events
    assert sorted(workspace.rglob("cases/**/*")) == before
    return " | ".join(f"{f['found']}: {f['rule']}: {f['remedy']}" for f in error["faults"])


def test_a_deadline_in_the_past(begun: Path) -> None:
    until_heard(begun)
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-03-01")
    assert "the deadline 2026-03-01 is past: after 2026-03-04" in said


def test_officers_who_may_not_act(begun: Path) -> None:
    said = told(begun, "assign", "s", "e1", "--officer", "li", "--officer", "zhao")
    assert "authority for CN-SD: authority for CN-HE on 2026-03-04: assign an officer of" in said
    assert "1 officer(s): at least 2 officers act together" in told(
        begun, "assign", "s", "e1", "--officer", "li"
    )


def test_one_officer_only_on_site(begun: Path) -> None:
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    act(begun, "record", "s", "e1", "entered", "stage=selected")
    said = told(begun, "record", "s", "e1", "entered", "stage=on-site", on=("--on", "2026-03-06"))
    assert "1 of the 2 assigned may act on 2026-03-06" in said  # a certificate ran out
    assert "assign 2 with authority for CN-HE" in said


def test_a_withdrawn_enterprise(begun: Path) -> None:
    act(begun, "withdraw", "s", "e1", "--reason", "停产")
    said = told(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    assert "withdrawn on 2026-03-04: nothing is done to a withdrawn case: reinstate" in said


def test_a_notice_on_a_row_that_nobody_confirmed(begun: Path) -> None:
    until_heard(begun, rests_on="norms/no-such-row/grade_3")
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "which nobody has confirmed" in said
    assert "celadon reference confirm 'norms/no-such-row/grade_3'" in said
    assert not (begun / "cases" / "s" / "notices").exists()


def test_a_level_is_ground_for_an_advice_and_no_correction(begun: Path) -> None:
    until_heard(begun, ground="advice")
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "draft article 5 (1)" in said
    assert "oblige nobody: serve an advice on it: --kind advice --finding f1" in said
    act(begun, "notice", "s", "e1", "--deadline", "2026-06-30", "--kind", "advice")


def test_a_finding_that_rests_on_levels_alone_is_advice_whoever_records_it(begun: Path) -> None:
    row = "levels_2023/refining_per_energy_factor/baseline"
    until_heard(begun, rests_on=row)
    assert "oblige nobody" in told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")


def test_a_paper_that_is_refused_leaves_nothing(begun: Path) -> None:
    paper = begun.parent / "own.pdf"
    paper.write_bytes(b"%PDF simulated")
    document_words = ("--deadline", "2026-06-30", "--document", paper)
    assert "no open finding" in told(begun, "notice", "s", "e1", *document_words)
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    act(begun, "record", "s", "e1", "found", "finding=f1", "article=a", "facts=b")
    assert "no hearing on record" in told(begun, "notice", "s", "e1", *document_words)
    told(begun, "record", "s", "e1", "found", "finding=f1", "article=a", "facts=c",
         "--evidence", paper)  # fmt: skip
    told(begun, "remove", "s", "e1", "--reason", "x", "--clause", "y", "--document", paper)
    absent = begun.parent / "absent.pdf"
    refused("supervise", "notice", "s", "e1", "--deadline", "2026-06-30", "--document", absent,
            "--as", "li", "-w", begun)  # fmt: skip


def test_a_hearing_after_closure(begun: Path) -> None:
    until_heard(begun)
    act(begun, "record", "s", "e1", "concluded", "result=violation")
    act(begun, "record", "s", "e1", "entered", "stage=closed")
    said = told(begun, "record", "s", "e1", "heard", "opinion=后补")
    assert "nothing follows the end of a case" in said


def test_an_act_before_the_one_that_it_depends_on(begun: Path) -> None:
    until_heard(begun)
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30", on=("--on", "2026-03-03"))
    assert "the day 2026-03-03, before the hearing of 2026-03-04" in said
    said = told(begun, "record", "s", "e1", "followed", "finding=f1", "corrected=true",
                on=("--on", "2026-03-03"))  # fmt: skip
    assert "before the finding of 2026-03-04" in said


def test_a_day_in_the_future(begun: Path) -> None:
    ahead = str(dt.date.today() + dt.timedelta(days=3))  # noqa: DTZ011
    said = told(begun, "withdraw", "s", "e1", "--reason", "停产", on=("--on", ahead))
    assert f"the day {ahead}: not after " in said


def test_the_same_event_twice(begun: Path) -> None:
    act(begun, "record", "s", "e1", "noted", "text=到场")
    said = told(begun, "record", "s", "e1", "noted", "text=到场")
    assert "the same event stands at position 5: an act is recorded once" in said


def test_two_enterprises_with_one_name_and_one_that_is_unknown(begun: Path) -> None:
    said = told(begun, "withdraw", "s", "模拟钢厂", "--reason", "x")
    assert "2 enterprises bear this name: take one of: e1 (C1), e2 (C2)" in said
    assert "take one of: e" in told(begun, "record", "s", "e9", "noted", "text=x")
    assert "select it first" in told(begun, "record", "s", "nobody", "noted", "text=x")


def lines(*events: dict[str, object] | str) -> str:
    return "\n".join(e if isinstance(e, str) else json.dumps(e) for e in events) + "\n"


def test_a_file_of_events_with_a_broken_line_in_the_middle(begun: Path) -> None:
    def noted(case: str, text: str) -> dict[str, object]:
        return {"case": case, "kind": "noted", "on": "2026-03-04", "data": {"text": text}}

    heard: dict[str, object] = {"case": "e2", "kind": "heard", "data": {"opinion": "x"}}
    file = begun.parent / "events.jsonl"
    file.write_text(
        lines(noted("e1", "a"), '{"case": "e1", "kind"', heard, noted("e2", "b"), noted("e3", "c")),
        encoding="utf-8",
    )
    words = ("supervise", "take", "s", file, "--as", "li", "-w", begun)
    done = typed(*words, "--lang", "en")
    assert done.exit_code == 2, done.output
    assert "2 recorded, 0 on record before, 3 refused" in done.output
    assert "events.jsonl › line 2" in done.output
    left = file.with_name("events.refused.jsonl")
    assert left.read_text(encoding="utf-8").splitlines() == [
        '{"case": "e1", "kind"', json.dumps(heard), json.dumps(noted("e2", "b")),
    ]  # fmt: skip
    again = json.loads(typed(*words, "--json").stdout)
    assert (len(again["recorded"]), list(again["repeated"])) == (0, ["1", "5"])
    assert [(each["line"], each["found"]) for each in again["refused"]] == [
        (2, '\'{"case": "e1", "kind"\''),
        (3, "no findings"),
        (4, "line 3 of this case was refused"),
    ]
    shown = document("supervise", "show", "s", "-w", begun)
    assert shown["events"] == 6


def test_a_broken_line_of_the_register_is_told_by_its_place(begun: Path) -> None:
    path = begun / "cases" / "s" / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"e2"', b'"e9"'))
    before = path.read_bytes()
    error = refused("supervise", "show", "s", "-w", begun)
    assert error["faults"][0]["where"][-1] == "line 3"
    assert path.read_bytes() == before
