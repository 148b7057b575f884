"""A programme over a simulated nation: selected, checked by the verdicts, followed, closed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.speaking import document, refused, typed

from celadon.app.desk_check import Proposed, desk_check, finding_events
from celadon.app.drawing import redrawn, with_risk
from celadon.app.supervising import (
    Choice,
    enterprises_from,
    enterprises_of,
    new_programme,
    open_register,
    record,
    save_programme,
    select_enterprises,
)
from celadon.app.workspace import Workspace
from celadon.cases.events import event
from celadon.errors import InputError, WorkspaceError
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation

OFFICERS = "".join(
    f'\n[[officer]]\nid = "{name}"\ncertificate = "M-{name}"\nregions = ["CN"]\n'
    for name in ("li", "wang")
)
DAY = dt.date(2026, 3, 2)
YEAR = Period.parse("2025")


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("supervised") / "nation"
    simulate_nation(folder, NationOptions(24, seed=3, faulty=1.0), workers=1)
    return Workspace(folder)


def begun(nation: Workspace, name: str) -> None:
    path = new_programme(nation, name, "supervision", "模拟主管部门", "CN", 2026)
    path.write_text(path.read_text(encoding="utf-8") + OFFICERS, encoding="utf-8")


def whole(nation: Workspace, name: str) -> None:
    begun(nation, name)
    select_enterprises(
        nation, name, enterprises_of(nation), Choice("special", "重点行业", on=DAY), "desk"
    )
    register = open_register(nation, name)
    cases = list(register.state().cases)
    record(
        nation, register,
        [event("desk", "assigned", case, on=DAY, officers=["li", "wang"]) for case in cases],
    )  # fmt: skip


def truth_of(nation: Workspace) -> list[dict[str, str]]:
    with (nation.folder / "truth" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_verdicts(proposed: Iterable[Proposed]) -> list[Proposed]:
    return [each for each in proposed if each.finding.startswith("v-")]


def test_the_desk_check_proposes_the_planted_violations_and_no_others(nation: Workspace) -> None:
    whole(nation, "desk")
    register = open_register(nation, "desk")
    checked = desk_check(nation, register, [], YEAR, "zh")
    broken = ("verdict:over_limit", "verdict:below_baseline")
    planted = {row["site"] for row in truth_of(nation) if row["expected"] in broken}
    assert planted
    judged = of_verdicts(checked.proposed)
    slipped = {row["site"] for row in truth_of(nation)
               if row["kind"] in ("return/x1000", "return/production_per_10000")}  # fmt: skip
    assert planted & slipped  # a verdict on a mistaken cell is asked, and the cell is proposed
    assert {each.case for each in judged} == planted - slipped
    for case in planted & slipped:
        assert any("按何种单位填报" in each for each in checked.questions[case])
        assert any(p.case == case and p.article == "疑似单位误用的月份" for p in checked.proposed)
    assert not planted & set(checked.clean)
    assert all(each.rests_on for each in judged)
    gaps = [p for p in checked.proposed if p.article == "缺少月度数据"]
    assert gaps
    assert all(p.records[0].startswith(f"ledger/{p.case}/") for p in gaps)  # it holds no such row
    record(nation, register, finding_events("li", checked.proposed, DAY))
    again = desk_check(nation, register, [], YEAR, "zh")
    assert again.proposed == ()  # what is on record is not proposed anew
    found = {name for name, case in register.state().cases.items() if case.findings}
    assert found == {each.case for each in checked.proposed}


def of_month(each: str) -> bool:
    """Whether a question is of a rule that compares months."""
    return "month" in each.lower()


SAID = {
    "obsolete_technology": "machines that must go",
    "return/swapped_months": "months in each other's place",
    "return/copied_month": "copied",
    "return/bought_for_used": "purchases entered for use",
}
"""Kinds that the returns may not tell, and the words by which the desk check says so."""


def test_no_planted_fault_is_passed_over_in_silence(tmp_path: Path) -> None:
    folder = tmp_path / "nation"
    simulate_nation(folder, NationOptions(60, seed=11, faulty=0.8), workers=1)
    nation = Workspace(folder)
    whole(nation, "all")
    checked = desk_check(nation, open_register(nation, "all"), [], YEAR, "en")
    found = {each.case for each in checked.proposed}
    truth = truth_of(nation)
    assert {row["kind"] for row in truth} >= {"return/missing_month", "return/doubled_delivery"}
    missed = [row for row in truth if row["detectable"] == "yes" and row["site"] not in found]
    assert missed == []
    for row in truth:
        site = row["site"]
        asked = [each for each in checked.questions.get(site, ()) if of_month(each)]
        if site in found or asked:
            continue
        if row["kind"] == "violation":
            assert checked.questions[site], row  # the norm cannot be told, and says why
        else:
            assert SAID[row["kind"]] in checked.untold[site], row
    assert set(checked.untold) == set(enterprises_of(nation))
    planted = {row["site"] for row in truth}
    of_two = ("One name with several credit codes", "Two reporters with one code")
    wrong = [p for p in checked.proposed if p.case not in planted and p.article not in of_two]
    assert wrong == []


def test_a_notice_waits_for_official_rows(nation: Workspace) -> None:
    whole(nation, "notice")
    register = open_register(nation, "notice")
    proposed = of_verdicts(desk_check(nation, register, [], YEAR, "zh").proposed)
    first = next(each for each in proposed if each.ground == "mandatory")
    record(nation, register, finding_events("li", [first], DAY))
    steps = [event("li", "entered", first.case, stage=stage, on=DAY)
             for stage in ("selected", "desk-check", "hearing")]  # fmt: skip
    heard = event("li", "heard", first.case, on=DAY, opinion="无异议")
    record(nation, register, [*steps, heard])
    notice = event("li", "noticed", first.case, notice="n1", kind="correction",
                   findings=[first.finding], on=DAY, deadline="2026-06-30")  # fmt: skip
    with pytest.raises(InputError) as caught:
        record(nation, register, [notice])
    assert {fault.found for fault in caught.value.faults} == {
        f"it rests on {row}, which nobody has confirmed" for row in first.rests_on
    }


def test_a_lot_leaves_out_who_is_in_and_can_be_drawn_again(nation: Workspace) -> None:
    begun(nation, "lot")
    listed = enterprises_of(nation)
    choice = Choice("random", "双随机", number=5, seed="2026-02-01 模拟种子")
    first = select_enterprises(nation, "lot", listed, choice, "desk")
    second = select_enterprises(nation, "lot", listed, choice, "desk")
    names = [{each.case for each in drawn if each.case} for drawn in (first, second)]
    assert [len(each) for each in names] == [5, 5]
    assert not names[0] & names[1]
    with pytest.raises(InputError, match="needs a seed"):
        select_enterprises(nation, "lot", listed, Choice("random", "x", number=5), "desk")


@pytest.mark.parametrize("by", ["random", "risk"])
@pytest.mark.parametrize("number", [-3, 0])
def test_how_many_are_selected_is_one_or_more(nation: Workspace, by: str, number: int) -> None:
    name = f"n-{by}{number}"
    begun(nation, name)
    chosen: Any = by
    with pytest.raises(InputError) as caught:
        select_enterprises(nation, name, enterprises_of(nation),
                           Choice(chosen, "x", number=number, seed="s"), "desk")  # fmt: skip
    assert [each.found for each in caught.value.faults] == [str(number)]
    assert open_register(nation, name).state().length == 0


def test_a_count_that_is_typed_is_one_or_more(nation: Workspace) -> None:
    begun(nation, "n-typed")
    done = typed("supervise", "select", "n-typed", "--by", "random", "--number", "-3", "--seed",
                 "s", "--reason", "x", "--as", "desk", "-w", nation.folder)  # fmt: skip
    assert done.exit_code == 2
    assert "greater than or equal to 1" in " ".join(done.output.split())
    assert open_register(nation, "n-typed").state().length == 0


def test_a_lot_is_drawn_again_by_others(nation: Workspace, tmp_path: Path) -> None:
    begun(nation, "again")
    choice = Choice("random", "双随机", number=4, seed="种子")
    select_enterprises(nation, "again", enterprises_of(nation), choice, "desk")
    register = open_register(nation, "again")
    (lot,) = redrawn(register)
    assert (lot.why_not, lot.listed, lot.again) == ("", 24, lot.lot.names)
    own = tmp_path / "list.txt"
    own.write_text("\n".join(enterprises_of(nation)), encoding="utf-8")
    assert redrawn(register, own)[0].why_not == ""
    own.write_text("e1\ne2\n", encoding="utf-8")
    assert redrawn(register, own)[0].why_not == "list_differs"
    (register.folder / "documents" / lot.lot.listed).unlink()
    assert redrawn(register)[0].why_not == "no_list"
    with pytest.raises(InputError, match="cannot be read"):
        redrawn(register, tmp_path / "absent.txt")
    begun(nation, "lotless")
    with pytest.raises(InputError, match="no lot"):
        redrawn(open_register(nation, "lotless"))


def test_names_that_no_seed_gives_are_told(nation: Workspace) -> None:
    begun(nation, "bent")
    listed = enterprises_of(nation)
    choice = Choice("random", "双随机", number=1, seed="种子")
    select_enterprises(nation, "bent", listed, choice, "desk")
    register = open_register(nation, "bent")
    (lot,) = redrawn(register)
    other = next(name for name in listed if name not in lot.again)
    bent = event("desk", "selected", other, on=DAY, name="x", region="CN-HE", selected_by="random",
                 reason="x", draw="种子", listed=lot.lot.listed)  # fmt: skip
    record(nation, register, [bent])
    assert [each.why_not for each in redrawn(register)] == ["", "names_differ"]


def test_risk_is_what_the_checks_expect_to_correct(nation: Workspace) -> None:
    begun(nation, "risk")
    rated = with_risk(nation, enterprises_of(nation), YEAR)
    order = sorted(rated.values(), key=lambda each: -each.risk)
    assert order[0].risk > 0
    assert order[0].id in {row["site"] for row in truth_of(nation)}
    events = select_enterprises(nation, "risk", rated, Choice("risk", "x", number=2), "desk")
    assert [each.case for each in events if each.case] == [each.id for each in order[:2]]


def test_last_years_violators_come_again(nation: Workspace) -> None:
    whole(nation, "old")
    register = open_register(nation, "old")
    case = next(iter(register.state().cases))
    record(
        nation, register,
        [event("li", "entered", case, on=DAY, stage=stage) for stage in ("selected", "desk-check")]
        + [event("li", "found", case, on=DAY, finding="f", article="a", facts="b"),
           event("li", "concluded", case, on=DAY, result="violation")],
    )  # fmt: skip
    begun(nation, "young")
    choice = Choice("last_year", "上年违规", previous="old")
    select_enterprises(nation, "young", enterprises_of(nation), choice, "desk")
    assert list(open_register(nation, "young").state().cases) == [case]


ROWS = "id,name,region,code,industry,risk\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,region\n模拟,CN-HE\n", "no column id"),
        (ROWS + "e1,,CN-HE,,,\n", "nothing in name"),
        (ROWS + "e1,模拟一,CN-HE,,,\ne1,模拟二,CN-HE,,,\n", "e1 again"),
        (ROWS + "e1,模拟,CN-HE,9A,,\ne2,模拟,CN-HE,9A,,\n", "the code of e1 again"),
        (ROWS + "e1,模拟,CN-HE,,,much\n", "risk 'much'"),
    ],
)
def test_a_list_that_cannot_be_taken(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        enterprises_from(path)
    assert told in caught.value.faults[0].found


def test_two_enterprises_may_have_one_name(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROWS + "e1,模拟,CN-HE,,,2.5\ne2,模拟,CN-SD,,,3\n", encoding="utf-8")
    assert [float(each.risk) for each in enterprises_from(path).values()] == [2.5, 3.0]


def test_a_programme_is_begun_once_and_a_typo_lists_those_there_are(nation: Workspace) -> None:
    begun(nation, "once")
    with pytest.raises(WorkspaceError, match="already"):
        begun(nation, "once")
    with pytest.raises(WorkspaceError) as caught:
        open_register(nation, "onec")
    assert "once" in caught.value.faults[0].rule


def test_findings_and_summary_as_a_workbook_and_a_page(nation: Workspace, tmp_path: Path) -> None:
    whole(nation, "papers")
    register = open_register(nation, "papers")
    proposed = desk_check(nation, register, [], YEAR, "zh").proposed
    record(nation, register, finding_events("li", proposed, DAY))
    filled = save_programme(register, tmp_path / "p.xlsx", DAY, "zh")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == ["7 监察发现问题", "7 监察发现问题（续）", "8 汇总"]
    assert len(filled.tables[0].rows) == len(proposed)
    total = [cell.value for cell in filled.tables[1].rows[-1].cells[1:-1]]
    parts = [[cell.value for cell in row.cells[1:-1]] for row in filled.tables[1].rows[:-1]]
    listed = {each.case for each in proposed if each.finding.startswith("m-")}
    told = filled.tables[1].rows[-1].cells[-1].value
    assert (told or 0) == len(listed)  # empty where no catalogue tells of any
    assert total == [sum(each) for each in zip(*parts, strict=True)]
    page = tmp_path / "p.html"
    save_programme(register, page, DAY, "zh")
    assert proposed[0].finding in page.read_text(encoding="utf-8")
    for name in ("p.xlsx", "p.pdf"):
        with pytest.raises(InputError):
            save_programme(register, tmp_path / name, DAY, "zh")


def test_a_check_shows_twenty_of_each_list_and_all_where_asked(nation: Workspace) -> None:
    whole(nation, "lists")
    words = ("supervise", "check", "lists", "--period", "2025", "-w", nation.folder)
    few, every = (typed(*words, *more).output for more in ((), ("--all",)))
    told = document(*words)
    asked = sum(len(each) for each in told["questions"].values())
    cases = len(told["untold"])
    assert cases == 24
    marks = [sum(line.lstrip().startswith(f"{mark} ") for line in every.splitlines())
             for mark in "✗?·"]  # fmt: skip
    assert marks == [len(told["proposed"]), asked, cases]
    for mark, number in zip("✗?·", marks, strict=True):
        shown = sum(line.lstrip().startswith(f"{mark} ") for line in few.splitlines())
        assert shown == min(20, number)
    assert "--all" in few
    assert "--all" not in every


def test_officers_that_are_lacking_are_told_once(nation: Workspace) -> None:
    begun(nation, "bare")
    choice = Choice("special", "重点行业", on=DAY)
    select_enterprises(nation, "bare", enterprises_of(nation), choice, "desk")
    length = open_register(nation, "bare").state().length
    error = refused("supervise", "check", "bare", "--period", "2025", "--as", "li",
                    "-w", nation.folder)  # fmt: skip
    (fault,) = error["faults"]
    proposed = document("supervise", "check", "bare", "--period", "2025", "-w", nation.folder)
    bare = {each["case"] for each in proposed["proposed"]}
    assert fault["found"].startswith(f"no officers on {len(bare)} case(s): ")
    assert "supervise assign bare --officer" in fault["remedy"]
    assert open_register(nation, "bare").state().length == length
    assert len(bare) > 1
    one = min(bare)
    others = [name for name in open_register(nation, "bare").state().cases if name != one]
    register = open_register(nation, "bare")
    record(nation, register, [event("desk", "assigned", each, on=DAY, officers=["li", "wang"])
                              for each in others])  # fmt: skip
    done = document("supervise", "check", "bare", "--period", "2025", "--as", "desk",
                    "-w", nation.folder)  # fmt: skip
    left = [each for each in proposed["proposed"] if each["case"] == one]
    assert done["no_officers"] == [one]
    assert done["recorded"] == len(proposed["proposed"]) - len(left) > 0
