"""Cases: what may be recorded, what is refused, and that any prefix gives the state of its day."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.conftest import PROGRAMME, day

from celadon.cases import Event, Register, State, fold, load_programme
from celadon.cases.act import Tables
from celadon.cases.events import event
from celadon.cases.selecting import Enterprise, draw, riskiest, selection, violators
from celadon.cases.summary import summarise
from celadon.chain import append, read_chain
from celadon.errors import ChainBroken, DeclarationError, InputError, WorkspaceError

PLANT = {"name": "模拟钢厂", "region": "CN-HE", "industry": "31"}
EVIDENCE = "ab" * 32


def act(register: Register, when: str, kind: str, case: str = "e1", /, **data: Any) -> None:
    register.record([event("li", kind, case, **data)], now=day(when))


def select(register: Register, when: str = "2026-03-02", case: str = "e1", **data: Any) -> None:
    act(register, when, "selected", case, **{**PLANT, **data}, selected_by="special", reason="钢铁")


def enter(register: Register, when: str, stage: str, case: str = "e1") -> None:
    act(register, when, "entered", case, stage=stage)


def until_found(register: Register) -> None:
    select(register)
    enter(register, "2026-03-02", "selected")
    act(register, "2026-03-03", "assigned", officers=["li", "wang"])
    enter(register, "2026-03-10", "on-site")
    act(register, "2026-03-10", "found", finding="f1", article="GB 21256 5.1", facts="超限额",
        evidence=[EVIDENCE], rests_on=["norms/x"])  # fmt: skip


def until_noticed(register: Register) -> None:
    until_found(register)
    enter(register, "2026-03-12", "hearing")
    act(register, "2026-03-12", "heard", opinion="无异议")
    act(
        register,
        "2026-03-16",
        "noticed",
        notice="n1",
        kind="correction",
        findings=["f1"],
        deadline="2026-06-30",
    )
    enter(register, "2026-03-16", "correction")


def refused(register: Register, when: str, kind: str, case: str = "e1", /, **data: Any) -> str:
    before = len(register.events())
    with pytest.raises(InputError) as caught:
        act(register, when, kind, case, **data)
    assert len(register.events()) == before
    return " | ".join(f"{f.found}: {f.rule}" for f in caught.value.faults)


def test_a_case_from_selection_to_closure(register: Register) -> None:
    until_noticed(register)
    case = register.state().cases["e1"]
    assert (case.stage, case.checked, case.open_findings) == ("correction", "2026-03-10", ["f1"])
    assert (case.overdue("2026-06-30"), case.overdue("2026-07-01")) == ([], ["n1"])
    act(register, "2026-06-20", "extended", notice="n1", deadline="2026-08-31", reason="设备到货")
    assert register.state().cases["e1"].overdue("2026-07-01") == []
    enter(register, "2026-08-20", "follow-up")
    act(register, "2026-08-20", "followed", finding="f1", corrected=True)
    act(register, "2026-08-21", "concluded", result="violation")
    enter(register, "2026-08-21", "closed")
    state = register.state()
    assert state.cases["e1"].findings["f1"].state == "corrected"
    assert violators(state) == ["e1"]
    (row,) = summarise(state, "2026-09-01", lambda each: each.region).values()
    assert row.plain() == {
        "selected": 1, "withdrawn": 0, "checked": 1, "compliant": 0, "violation": 1,
        "cannot_tell": 0, "findings": 1, "corrected": 1, "notices": 1, "overdue": 0,
        "transferred": 0, "closed": 1, "met": 0, "not_met": 0, "listed": 0, "removed": 0,
        "diagnosed": 0, "measures": 0, "implemented": 0,
    }  # fmt: skip


def test_every_prefix_is_the_state_of_its_day(register: Register) -> None:
    until_noticed(register)
    events = register.events()
    seen = State()
    for position, each in enumerate(events, start=1):
        fold([each], seen)
        assert register.state(position) == seen == fold(events[:position])
    assert register.state(on="2026-03-09") == register.state(4)
    assert register.state(4).cases["e1"].officers == ("li", "wang")
    assert "f1" not in register.state(4).cases["e1"].findings


def test_a_paper_that_is_entered_late_counts_from_its_day(register: Register) -> None:
    until_found(register)
    late = event("desk", "entered", "e1", on=dt.date(2026, 3, 12), stage="hearing")
    register.record([late], now=day("2026-03-20"))
    assert register.state(on="2026-03-13").cases["e1"].stage == "hearing"
    assert (
        register.state(len(register.events()) - 1, on="2026-03-13").cases["e1"].stage == "on-site"
    )
    (last,) = register.events()[-1:]
    assert (last.at, last.on) == ("2026-03-20T02:00:00Z", "2026-03-12")
    told = refused(register, "2026-03-20", "heard", on=dt.date(2026, 3, 21), opinion="-")
    assert told == "the day 2026-03-21: not after 2026-03-20"


def test_the_declaration_is_sealed_and_a_change_of_it_too(register: Register) -> None:
    select(register)
    (register.folder / "programme.toml").write_text(
        PROGRAMME.replace("year = 2026", "year = 2027"), encoding="utf-8"
    )
    again = Register(register.folder)
    select(again, case="e2")
    kinds = [each.kind for each in again.events()]
    assert kinds == ["opened", "selected", "opened", "selected"]
    kept = {path.name for path in (register.folder / "documents").iterdir()}
    assert {e.data["declaration"] for e in again.events() if e.kind == "opened"} == kept


@pytest.mark.parametrize(
    ("begin", "when", "kind", "data", "told"),
    [
        (select, "2026-03-02", "assigned", {"officers": ["li"]}, "at least 2 officers"),
        (select, "2026-03-02", "assigned", {"officers": ["li", "li"]}, "at least 2 officers"),
        (select, "2026-03-02", "assigned", {"officers": ["li", "zhao"]}, "authority for CN-HE"),
        (select, "2026-03-02", "assigned", {"officers": ["li", "sun"]}, "no such officer"),
        (select, "2026-03-02", "entered", {"stage": "closed"}, "comes after"),
        (select, "2026-03-02", "entered", {"stage": "away"}, "no such stage"),
        (select, "2026-03-02", "heard", {"opinion": "-"}, "no findings"),
        (
            select,
            "2026-03-02",
            "extended",
            {"notice": "n", "deadline": "2027-01-01", "reason": "-"},
            "no such notice",
        ),
        (
            until_found,
            "2026-03-11",
            "noticed",
            {"notice": "n1", "kind": "correction", "findings": ["f1"], "deadline": "2026-06-30"},
            "opinions are heard before",
        ),
        (
            until_found,
            "2026-04-10",
            "noticed",
            {"notice": "n1", "kind": "advice", "findings": ["f1"], "deadline": "2026-06-30"},
            "within 20 days",
        ),
        (
            until_found,
            "2026-03-11",
            "noticed",
            {"notice": "n1", "kind": "advice", "findings": ["f1", "f9"], "deadline": "2026-03-11"},
            "is past: after 2026-03-11 | no such finding",
        ),
        (until_found, "2026-03-11", "concluded", {"result": "compliant"}, "no finding that stands"),
        (
            until_found,
            "2026-03-11",
            "found",
            {"finding": "f1", "article": "a", "facts": "b"},
            "recorded already",
        ),
        (until_found, "2026-03-09", "entered", {"stage": "hearing"}, "before 2026-03-10"),
        (until_noticed, "2026-08-20", "entered", {"stage": "closed"}, "no result on record"),
        (
            until_noticed,
            "2026-06-20",
            "extended",
            {"notice": "n1", "deadline": "2026-06-30", "reason": "-"},
            "after 2026-06-30",
        ),
    ],
)
def test_what_may_not_be_done(
    register: Register, begin: Callable[[Register], None], when: str, kind: str,
    data: dict[str, Any], told: str,
) -> None:  # fmt: skip
    begin(register)
    assert told in refused(register, when, kind, **data)


def test_an_officer_whose_certificate_ran_out(register: Register) -> None:
    select(register, region="CN-SD")
    act(register, "2026-06-01", "assigned", officers=["wang", "zhao"])  # the last day counts
    told = refused(register, "2026-06-02", "assigned", officers=["wang", "zhao"])
    assert "authority for CN-SD until 2026-06-01" in told


def test_a_notice_rests_on_confirmed_rows(register: Register) -> None:
    until_found(register)
    enter(register, "2026-03-12", "hearing")
    act(register, "2026-03-12", "heard", opinion="无异议")
    notice = event("li", "noticed", "e1", notice="n1", kind="correction", findings=["f1"],
                   deadline="2026-06-30")  # fmt: skip
    with pytest.raises(InputError) as caught:
        register.record([notice], now=day("2026-03-16"), tables=Tables(list))
    assert caught.value.faults[0].remedy.endswith(
        "celadon reference confirm 'norms/x' --by NAME --page PAGE"
    )
    register.record([notice], now=day("2026-03-16"), tables=Tables())


def test_a_withdrawn_case_stands_still_until_it_is_reinstated(register: Register) -> None:
    select(register)
    act(register, "2026-03-05", "withdrawn", reason="停产")
    assert "withdrawn on 2026-03-05" in refused(
        register, "2026-03-06", "assigned", officers=["li", "wang"]
    )
    act(register, "2026-03-07", "reinstated", reason="复产")
    act(register, "2026-03-07", "assigned", officers=["li", "wang"])


def test_nothing_follows_the_end(register: Register) -> None:
    select(register)
    enter(register, "2026-03-02", "selected")
    act(register, "2026-03-03", "assigned", officers=["li", "wang"])
    enter(register, "2026-03-10", "desk-check")
    act(register, "2026-03-10", "concluded", result="compliant")
    enter(register, "2026-03-11", "closed")
    assert "nothing follows" in refused(
        register, "2026-03-12", "found", finding="f", article="a", facts="b"
    )
    act(register, "2026-03-12", "noted", text="归档", about=2)


def test_all_or_nothing(register: Register) -> None:
    select(register)
    good = event("desk", "noted", "e1", text="fine")
    bad = event("desk", "noted", "e9", text="nobody")
    with pytest.raises(InputError, match="no such case"):
        register.record([good, bad], now=day("2026-03-02"))
    assert [each.kind for each in register.events()] == ["opened", "selected"]


def test_nothing_is_done_before_a_case_is_selected(register: Register) -> None:
    select(register, "2026-03-02")
    told = refused(register, "2026-03-05", "noted", on=dt.date(2026, 3, 1), text="-")
    assert told == "the day 2026-03-01: not before 2026-03-02, when it was selected"


def test_the_authority_of_another_province_is_left_to_it(tmp_path: Path) -> None:
    text = PROGRAMME.replace('region = "CN"\nyear', 'region = "CN-HE"\nyear')
    (tmp_path / "programme.toml").write_text(text, encoding="utf-8")
    other = Register(tmp_path)
    with pytest.raises(InputError, match="the programme is of CN-HE"):
        select(other, region="CN-SD")
    select(other)
    with pytest.raises(InputError, match="selected already"):
        select(other)


@pytest.mark.parametrize(
    ("kind", "case", "data", "told"),
    [
        ("hired", "e1", {}, "no such kind"),
        ("found", "", {"finding": "f", "article": "a", "facts": "b"}, "no case"),
        ("concluded", "e1", {"result": "fine"}, "compliant"),
        ("extended", "e1", {"notice": "n", "deadline": "soon", "reason": "-"}, "date"),
        ("noted", "e1", {"text": "x", "colour": "red"}, "a key that is known"),
        ("found", "e1", {"finding": "f", "article": "a", "facts": "b", "evidence": ["z"]}, "match"),
    ],
)
def test_an_event_fits_its_kind(kind: str, case: str, data: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        event("desk", kind, case, **data)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "supervision"', 'kind = "party"'),
        ("year = 2026", 'year = 2026\nbudget = "1"'),
        ('id = "wang"', 'id = "li"'),
        ('[[officer]]\nid = "li"', '[[stage]]\nid = "a"\nafter = ["b"]\n[[officer]]\nid = "li"'),
    ],
)  # fmt: skip
def test_a_programme_that_cannot_be(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "programme.toml"
    path.write_text(PROGRAMME.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeclarationError):
        load_programme(path)


def test_a_folder_without_a_programme(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"no programme\.toml"):
        Register(tmp_path)


def test_a_changed_event_is_found(register: Register) -> None:
    until_found(register)
    path = register.folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace("超限额".encode(), "未超额".encode()))
    with pytest.raises(ChainBroken):
        Register(register.folder).state()


def test_a_line_of_another_shape_is_named(register: Register) -> None:
    select(register)
    append(register.folder / "events.jsonl", {"at": "2026-03-02T02:00:00Z", "kind": "noted"})
    with pytest.raises(WorkspaceError) as caught:
        Register(register.folder).state()
    assert caught.value.faults[0].place == "events.jsonl › line 3"


def test_every_event_is_a_line_of_a_chain(register: Register) -> None:
    until_found(register)
    lines = read_chain(register.folder / "events.jsonl")
    assert [line["kind"] for line in lines] == [each.kind for each in register.events()]
    assert lines[-1]["at"] == "2026-03-10T02:00:00Z"  # ten o'clock in Shanghai


@given(st.sets(st.text("abcdef", min_size=1), max_size=30), st.text(), st.integers(0, 40))
def test_a_lot_is_the_same_whoever_draws_it(ids: set[str], seed: str, number: int) -> None:
    drawn = draw(ids, seed, number)
    assert drawn == draw(sorted(ids, reverse=True), seed, number)
    assert len(drawn) == min(number, len(ids))
    # one more enterprise pushes out at most one, and changes no other's lot
    more = draw([*ids, "newcomer"], seed, number)
    assert len(set(drawn) - set(more)) <= 1


def test_the_riskiest_come_first() -> None:
    listed = [
        Enterprise(f"e{n}", "模拟", "CN-HE", risk=risk) for n, risk in enumerate((3, 0, 9, 3))
    ]
    assert riskiest(listed, 3) == ["e2", "e0", "e3"]
    assert riskiest(listed, 4) == ["e2", "e0", "e3"]  # who is no risk is not selected for it
    events = selection("desk", {e.id: e for e in listed}, ["e2"], "risk", "预期更正量")
    assert [(e.case, e.data["selected_by"]) for e in events] == [("e2", "risk")]


def campaign(number: int) -> list[Event]:
    """Events of a register of many cases, as they are read: 20 a case."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("selected", {**PLANT, "selected_by": "special", "reason": "钢铁"}),
        ("entered", {"stage": "selected"}),
        ("assigned", {"officers": ["li", "wang"]}),
        ("entered", {"stage": "on-site"}),
        *(("found", {"finding": f"f{n}", "article": "5.1", "facts": "x"}) for n in range(5)),
        ("heard", {"opinion": "无异议"}),
        ("noticed", {"notice": "n1", "kind": "correction", "findings": [f"f{n}" for n in range(5)],
                     "deadline": "2026-06-30"}),
        ("entered", {"stage": "correction"}),
        *(("followed", {"finding": f"f{n}", "corrected": True})
          for n in range(5)),
        ("noted", {"text": "归档"}),
        ("concluded", {"result": "violation"}),
        ("entered", {"stage": "closed"}),
    ]  # fmt: skip
    return [
        Event(
            n + 1, "2026-03-02T02:00:00Z", "2026-03-02", "desk", *_of(kinds[n % 20], f"e{n // 20}")
        )
        for n in range(number)
    ]


def _of(kind: tuple[str, dict[str, Any]], case: str) -> tuple[str, str, dict[str, Any]]:
    return kind[0], case, kind[1]


@pytest.mark.long
def test_a_million_events_fold_in_five_seconds() -> None:
    events = campaign(1_000_000)
    before = time.process_time()
    state = fold(events)
    spent = time.process_time() - before
    assert len(state.cases) == 50_000
    assert sum(summarise(state, "2026-07-01", lambda c: c.region)["CN-HE"].plain().values()) > 0
    assert spent <= 5, spent
