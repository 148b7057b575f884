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
OFFICERS += """
[[officer]]
id = "sun"
certificate = "M-4"
regions = ["CN-HE"]
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
    if not finding:
        finding = {"evidence": "ab" * 32}
    told = {"finding": "f1", "article": "GB 17167", "facts": "x", **finding}
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
    row = "norms/GB-21344-2023/ammonia_natural_gas/comprehensive_energy/grade_3"
    until_heard(begun, rests_on=row)
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "which nobody has confirmed" in said
    assert f"celadon reference confirm '{row}' --by NAME --page PAGE" in said
    assert not (begun / "cases" / "s" / "notices").exists()


def test_a_finding_rests_on_rows_that_are_and_on_an_edition_in_force(begun: Path) -> None:
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "sun")
    finding = ("record", "s", "e1", "found", "finding=f1", "facts=500 > 415")
    said = told(begun, *finding, "article=GB 21344", "rests_on=norms/nonsense/row")
    assert "rests_on=norms/nonsense/row, which no table has" in said
    said = told(begun, *finding, "article=GB 21256-2025 4.1")
    assert "GB 21256-2025 is in force from 2026-07-01, the finding is of 2026-03-04" in said
    row = "norms/GB-21256-2025/sintering/process_energy/grade_3"
    assert f"{row} is in force from 2026-07-01" in told(begun, *finding, "article=x",
                                                        f"rests_on={row}")  # fmt: skip
    act(begun, *finding, "article=GB 21256-2025 4.1", on="2026-07-01")


def test_who_leads_and_what_is_heard_are_said(begun: Path) -> None:
    error = refused("supervise", "new", "t", "--authority", " ", "-w", begun)
    assert [each["where"] for each in error["faults"]] == [["--authority"]]
    until_heard(begun)
    for opinion in ("", "  "):
        assert "opinion" in str(refused("supervise", "record", "s", "e1", "heard",
                                        f"opinion={opinion}", "--as", "li", *DAY, "-w",
                                        begun)["faults"])  # fmt: skip


def test_a_deadline_that_had_passed_stays_overdue_when_it_is_put_off(begun: Path) -> None:
    until_heard(begun)
    act(begun, "notice", "s", "e1", "--deadline", "2026-04-30")
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "sun", on="2026-03-06")
    extended = ("record", "s", "e1", "extended", "notice=s-e1-1", "deadline=2026-12-31",
                "reason=检修")  # fmt: skip
    act(begun, *extended, on="2026-05-04")
    shown = document("supervise", "show", "s", "e1", "--on", "2026-05-05", "-w", begun)
    assert shown["case"]["overdue"] == ["s-e1-1"]
    text = typed("supervise", "show", "s", "e1", "-w", begun, "--lang", "en").output
    assert "put off after 2026-04-30 had passed" in text


def test_who_was_withdrawn_is_marked(begun: Path) -> None:
    act(begun, "withdraw", "s", "e1", "--reason", "停产")
    assert "withdrawn 2026-03-04" in typed("supervise", "show", "s", "-w", begun, "--lang",
                                           "en").output  # fmt: skip


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
        (3, "no officers"),
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


def test_a_finding_that_names_nothing_is_no_ground_for_a_correction(begun: Path) -> None:
    until_heard(begun, facts="超过限额 121.871 > 94")
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "it names nothing that it rests on" in said
    assert "with rests_on=ROW[,ROW] or --evidence FILE" in said


@pytest.mark.parametrize(
    "article", ["levels-2023", "levels_2023/x/baseline", "基准水平", "BASELINE"]
)
def test_an_article_that_names_a_level_is_advice(begun: Path, article: str) -> None:
    until_heard(begun, article=article, evidence="ab" * 32)
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "oblige nobody: serve an advice on it" in said


def test_hearing_and_notice_are_of_two_officers_on_that_day(begun: Path) -> None:
    until_heard(begun)
    late = ("--on", "2026-03-06")  # the certificate of wang was good until the fifth
    said = told(begun, "record", "s", "e1", "heard", "opinion=y", on=late)
    assert "1 of the 2 assigned may act on 2026-03-06: 2 officers act together" in said
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30", on=late)
    assert "1 of the 2 assigned may act on 2026-03-06: 2 officers act together" in said


@pytest.mark.parametrize(
    "words",
    [
        ("record", "s", "e1", "heard", "opinion=y"),
        ("notice", "s", "e1", "--deadline", "2026-06-30"),
        ("record", "s", "e1", "followed", "finding=f1", "corrected=true"),
        ("record", "s", "e1", "transferred", "department=价格"),
        ("record", "s", "e1", "concluded", "result=violation"),
        ("close", "s", "e1", "--result", "violation"),
    ],
)
def test_who_acts_is_an_officer_of_the_case(begun: Path, words: tuple[str, ...]) -> None:
    until_heard(begun)
    for who in ("zhao", "stranger", "desk"):
        error = refused("supervise", *words, "--as", who, *DAY, "-w", begun)
        found = [f"{f['found']}: {f['remedy']}" for f in error["faults"]]
        assert f"{who} is not assigned: --as one of: li, wang" in found


def test_on_site_is_after_the_assignment_and_by_its_officers(begun: Path) -> None:
    act(begun, "record", "s", "e1", "entered", "stage=selected", on="2026-03-01")
    assigning = ("assign", "s", "e1", "--officer", "li", "--officer", "sun")
    act(begun, *assigning, on="2026-05-08")
    on_site = ("record", "s", "e1", "entered", "stage=on-site")
    said = told(begun, *on_site, on=("--on", "2026-05-06"))
    assert "officers assigned on 2026-05-08, after 2026-05-06" in said
    assert "record the assignment by its own day" in said
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang", on="2026-03-02")
    later = ("--on", "2026-05-09")
    finding = ("record", "s", "e1", "found", "finding=f1", "article=a", "facts=b")
    for words in (on_site, finding):
        for who in ("wang", "stranger"):  # wang was of the first, and another is assigned since
            error = refused("supervise", *words, "--as", who, *later, "-w", begun)
            assert f"{who} is not assigned" in error["faults"][0]["found"]
            assert error["faults"][0]["remedy"] == "--as one of: li, sun"
    row = f"leaf/e1/energy/mill/gas/2025-03@{'cd' * 32}"
    for words in ((*finding, f"records={row}"), ("record", "s", "e1", "noted", "text=x")):
        done = typed("supervise", *words, "--as", "desk", *later, "-w", begun)
        assert done.exit_code == 0, done.output
    act(begun, *on_site, on="2026-05-09")


def test_a_notice_waits_for_its_stage_unless_the_hearing_is_waived(begun: Path) -> None:
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    for stage in ("selected", "on-site"):
        act(begun, "record", "s", "e1", "entered", f"stage={stage}")
    act(begun, "record", "s", "e1", "found", "finding=f1", "article=a", "facts=b",
        f"evidence={'ab' * 32}")  # fmt: skip
    act(begun, "record", "s", "e1", "heard", "opinion=无异议")
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    assert "the case is in on-site: a correction notice is served after hearing" in said
    act(begun, "record", "s", "e1", "heard", "opinion=放弃听证", "waived=true")
    act(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    shown = document("supervise", "show", "s", "e1", "-w", begun)
    assert shown["case"]["stage"] == "correction"
    assert shown["events"][-3]["data"]["waived"] is True


def test_a_second_notice_on_one_finding(begun: Path) -> None:
    until_heard(begun)
    act(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    said = told(begun, "notice", "s", "e1", "--deadline", "2026-07-30", "--finding", "f1")
    assert "s-e1-1 of 2026-03-04 stands on it: a finding has one notice of a kind" in said
    assert "extended notice=s-e1-1" in said
    assert "stands on it" in told(begun, "notice", "s", "e1", "--deadline", "2026-07-30")
    act(begun, "record", "s", "e1", "found", "finding=f2", "article=a", "facts=b",
        f"evidence={'ab' * 32}")  # fmt: skip
    act(begun, "notice", "s", "e1", "--deadline", "2026-07-30")
    case = document("supervise", "show", "s", "e1", "-w", begun)["events"][-1]
    assert case["data"]["findings"] == ["f2"]


def test_a_result_without_a_check_or_a_finding(begun: Path) -> None:
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "wang")
    for words in (("record", "s", "e1", "concluded", "result=compliant"),
                  ("close", "s", "e1", "--result", "compliant")):  # fmt: skip
        assert "no check on record: a result comes of a check" in told(begun, *words)
    for stage in ("selected", "desk-check"):
        act(begun, "record", "s", "e1", "entered", f"stage={stage}")
    said = told(begun, "record", "s", "e1", "concluded", "result=violation")
    assert "violation, with no finding" in said
    act(begun, "record", "s", "e1", "concluded", "result=compliant")


def test_who_does_not_comply_is_handed_on_and_the_case_closed(begun: Path) -> None:
    until_heard(begun)
    act(begun, "notice", "s", "e1", "--deadline", "2026-06-30")
    late = "2026-07-02"
    act(begun, "assign", "s", "e1", "--officer", "li", "--officer", "sun", on=late)
    act(begun, "record", "s", "e1", "entered", "stage=follow-up", on=late)
    act(begun, "record", "s", "e1", "followed", "finding=f1", "corrected=false", on=late)
    closing = ("close", "s", "e1", "--result", "violation")
    assert "transferred department=WHOM" in told(begun, *closing, on=("--on", late))
    act(begun, "record", "s", "e1", "transferred", "department=价格主管部门", on=late)
    act(begun, *closing, on=late)
    case = document("supervise", "show", "s", "e1", "-w", begun)["case"]
    assert (case["stage"], case["transferred"]) == ("closed", ["价格主管部门"])
    (row,) = document("supervise", "summary", "s", "-w", begun)["rows"].values()
    assert (row["transferred"], row["closed"], row["corrected"]) == (1, 1, 0)


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "", "A b", "专项"])
def test_a_name_is_a_plain_id(tiny: Path, name: str) -> None:
    error = refused("supervise", "new", name, "--authority", "模拟厅", "-w", tiny)
    assert "small letters, digits and -" in error["faults"][0]["rule"]
    assert not (tiny / "evil").exists()
    assert not (tiny / "cases").exists()


def test_region_and_year_are_looked_at(tiny: Path) -> None:
    error = refused("supervise", "new", "s", "--authority", "模拟厅", "--region", "CN-ZZ", "--year",
                    20261, "-w", tiny)  # fmt: skip
    assert [each["found"] for each in error["faults"]] == ["CN-ZZ", "20261"]


def test_a_lost_event_is_told_and_mended(begun: Path) -> None:
    done = document("supervise", "verify", "s", "-w", begun)
    assert (done["events"], done["documents"], done["papers"]) == (4, 1, 0)
    path = begun / "cases" / "s" / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    error = refused("supervise", "verify", "s", "-w", begun)
    assert "line 4 is torn" in error["faults"][0]["found"]
    assert "supervise verify s --mend WHO" in error["faults"][0]["remedy"]
    assert refused("supervise", "show", "s", "-w", begun)["faults"][0] == error["faults"][0]
    examined = typed("doctor", "-w", begun, "--lang", "en")
    assert examined.exit_code == 1
    assert "line 4 is torn" in " ".join(examined.output.split())
    (noted,) = document("supervise", "verify", "s", "--mend", "li", "-w", begun)["recorded"]
    assert (noted["position"], noted["data"]["text"][:15]) == (4, "event 4 is lost")
    assert document("supervise", "verify", "s", "-w", begun)["documents"] == 2


def test_doubts_about_those_selected_are_told(begun: Path) -> None:
    listed = begun.parent / "more.csv"
    listed.write_text("id,name,region,code\ne7,模拟钢厂,CN-HE,C9\n", encoding="utf-8")
    done = typed("supervise", "select", "s", "--from", listed, "--as", "desk", "--reason", "x",
                 "-w", begun, "--lang", "en")  # fmt: skip
    assert "e1, e2, e7 · one name, 模拟钢厂: one enterprise, or two?" in done.output
    assert "e7 · C9 is no valid credit code: ask for the licence" in done.output


def test_a_programme_is_declared_by_the_day_of_its_first_act(begun: Path) -> None:
    events = (begun / "cases" / "s" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(events[0])["on"] == "2026-03-01"


def test_refusals_speak_chinese(begun: Path) -> None:
    said = typed("supervise", "record", "s", "e1", "found", "finding=f", "article=a", "facts=b",
                 "--as", "li", "-w", begun, "--lang", "zh").output  # fmt: skip
    assert "没有指派人员" in said
    assert "未记录，共 1 条原因" in said
    outside = begun.parent / "outside.csv"
    outside.write_text("id,name,region\ne8,模拟八,CX-XX\n", encoding="utf-8")
    said = typed("supervise", "select", "s", "--from", outside, "--as", "desk", "--reason", "x",
                 "-w", begun, "--lang", "zh").output  # fmt: skip
    assert "本专项的地区为 CN" in said
    assert "分母" not in said
