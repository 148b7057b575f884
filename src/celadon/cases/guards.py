"""What an event may not do: act without authority, notify before a hearing, set a past deadline.

A guard looks at the state before the event and at the programme; what it finds is told with the
rule and with what to do, and the event is not recorded. Guards look forward only: a register is
folded whatever a later edition of the guards would say of its events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from celadon.cases.act import Act, Guard, Weak
from celadon.cases.events import Event
from celadon.cases.fold import CaseState, Finding, State
from celadon.cases.guards_of_lists import OF_LISTS
from celadon.cases.programme import RESULTS, Programme, Stage
from celadon.cases.sequence import disordered
from celadon.errors import Fault

HEARING_RULE = "opinions are heard before a correction notice is issued"
ADVICE_RULE = (
    "a correction notice orders what a limit or a mandatory clause asks (Measures for Industrial "
    "Energy-Conservation Supervision, draft article 5 (1)); benchmark, baseline and advanced "
    "levels oblige nobody"
)
_ADVISORY = ("levels_2023/",)
_ADVANCED = "/grade_1"
AFTER_END = frozenset({"noted", "transferred", "removed", "reinstated", "implemented"})
"""Kinds that may follow the end of a case."""


def refusals(
    programme: Programme, state: State, event: Event, today: dt.date, weak: Weak
) -> list[Fault]:
    """Why an event may not be recorded now; empty if it may.

    Parameters
    ----------
    today : the local day on which it would be recorded; no act is of a later day.
    weak : tells the rows that no notice may rest on.
    """
    if event.on > str(today):
        where, rule = (event.case or programme.id, event.kind), f"not after {today}"
        return [Fault(where, f"the day {event.on}", rule, "record it once it is done")]
    if not event.case:
        return []
    case = state.cases.get(event.case)
    if event.kind == "selected":
        return list(_selecting(programme, case, event))
    if case is None or not case.name:
        where = (event.case, event.kind)
        fault = Fault(where, "no such case", "a case begins when it is selected", "select it first")
        return [fault]
    act = Act(programme, case, event, weak)
    guard = _GUARDS.get(event.kind)
    found = guard(act) if guard is not None else ()
    return [
        *_early(case, event), *_ended(programme, case, event), *disordered(case, event), *found,
    ]  # fmt: skip


def _selecting(programme: Programme, case: CaseState | None, event: Event) -> Iterator[Fault]:
    where = (event.case, "selected")
    closes = programme.apply_to
    if event.data["selected_by"] == "application" and closes and event.on >= str(closes):
        rule = f"applications are taken before {closes}"
        yield Fault(where, f"applied on {event.on}", rule, "leave it to the next call")
    if case is not None and case.name:
        yield Fault(where, f"selected already: {case.name}", "once in a programme", "leave it out")
    region = event.data["region"]
    if not (region == programme.region or region.startswith(f"{programme.region}-")):
        rule = f"the programme is of {programme.region}"
        yield Fault(where, region, rule, "leave it to the authority of that region")


def _early(case: CaseState, event: Event) -> Iterator[Fault]:
    if event.on < case.selected:
        rule = f"not before {case.selected}, when it was selected"
        yield Fault((case.case, event.kind), f"the day {event.on}", rule, "correct the day")


def _ended(programme: Programme, case: CaseState, event: Event) -> Iterator[Fault]:
    where = (case.case, event.kind)
    if event.kind in AFTER_END:
        return
    if case.withdrawn:
        found = f"withdrawn on {case.withdrawn}"
        yield Fault(where, found, "nothing is done to a withdrawn case", "reinstate it first")
    if case.removed:
        found = f"taken off the list on {case.removed}"
        remedy = "reinstate it, or let it apply to the next call"
        yield Fault(where, found, "nothing is done to who has left the list", remedy)
    stage = programme.stage(case.stage)
    if stage is not None and stage.ends:
        found = f"ended with {stage.id} on {case.entered}"
        remedy = "begin a case in another programme, or note what is new"
        yield Fault(where, found, "nothing follows the end of a case", remedy)


def _assigning(act: Act) -> Iterator[Fault]:
    programme, case, day = act.programme, act.case, act.day
    names = act.event.data["officers"]
    where = (case.case, "assigned")
    if len(set(names)) < programme.officers_least:
        rule = f"at least {programme.officers_least} officers act together"
        yield Fault(where, f"{len(set(names))} officer(s)", rule, "assign more")
    for name in names:
        officer = programme.officer(name)
        if officer is None:
            known = ", ".join(each.id for each in programme.officers) or "none"
            yield Fault((*where, name), "no such officer", f"one of: {known}", "correct the id")
        elif not officer.may_act(case.region, day):
            until = f" until {officer.valid_to}" if officer.valid_to else ""
            found = f"authority for {', '.join(officer.regions)}{until}"
            rule = f"authority for {case.region} on {day}"
            yield Fault((*where, name), found, rule, "assign an officer of that region")


def _entering(act: Act) -> Iterator[Fault]:
    programme, case, event = act.programme, act.case, act.event
    where, name = (case.case, "entered"), event.data["stage"]
    stage = programme.stage(name)
    if stage is None:
        known = ", ".join(each.id for each in programme.stages)
        yield Fault((*where, name), "no such stage", f"one of: {known}", "correct the name")
        return
    if case.stage not in stage.after and not (not case.stage and not stage.after):
        after = ", ".join(stage.after) or "no other stage"
        found = f"the case is in {case.stage or 'no stage'}"
        yield Fault((*where, name), found, f"it comes after {after}", "go through these first")
    if event.on < case.entered:
        found = f"{event.on}, before {case.entered}"
        yield Fault((*where, name), found, "stages follow each other", "correct the day")
    yield from _lacking(act, stage)


def _able(programme: Programme, case: CaseState, day: dt.date) -> int:
    """How many of the officers assigned have authority for the region on a day."""
    assigned = [programme.officer(name) for name in set(case.officers)]
    return sum(each is not None and each.may_act(case.region, day) for each in assigned)


def _lacking(act: Act, stage: Stage) -> Iterator[Fault]:
    """What a stage needs and the case has not."""
    programme, case = act.programme, act.case
    corrections = [n for n, x in case.notices.items() if x.kind == "correction"]
    has = {
        "officers": _able(programme, case, act.day) >= programme.officers_least,
        "hearing": bool(case.heard),
        "findings": bool(case.findings),
        "notice": bool(case.notices),
        "corrected": not corrections or not case.open_findings,
        "result": bool(case.result),
        "review": bool(case.reviewed) and case.reviewed >= case.entered,
    }
    remedies = {
        "officers": f"assign {programme.officers_least} with authority for {case.region}",
        "review": "judge it by the criteria: celadon supervise review",
        "hearing": "record the hearing", "result": "conclude first",
        "findings": "record what was found; without findings the case is closed",
        "notice": "serve the notice", "corrected": f"follow up: {', '.join(case.open_findings)}",
    }  # fmt: skip
    for need in stage.needs:
        if not has[need]:
            where = (case.case, "entered", stage.id)
            found = f"no {need} on record"
            if need == "officers" and case.officers:
                able = _able(programme, case, act.day)
                found = f"{able} of the {len(set(case.officers))} assigned may act on {act.day}"
            yield Fault(where, found, f"{stage.id} needs {need}", remedies[need])


def _hearing(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    if not case.findings:
        remedy = "record the findings first"
        where = (case.case, "heard")
        yield Fault(where, "no findings", "an opinion is heard on what was found", remedy)
    yield from _unknown(case, "heard", event.data.get("accepted", ()))


def _notice(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    data, where = event.data, (case.case, "noticed", event.data["notice"])
    if data["notice"] in case.notices:
        rule = "a notice is served once"
        yield Fault(where, "served already", rule, "extend it, or serve another")
    if data["kind"] == "correction" and not case.heard:
        yield Fault(where, "no hearing on record", HEARING_RULE, "hear the enterprise first")
    if data["deadline"] <= event.on:
        found = f"the deadline {data['deadline']} is past"
        yield Fault(where, found, f"after {event.on}", "set a later one")
    yield from _unknown(case, "noticed", data["findings"])
    yield from _weak_ground(act, data["findings"])
    if data["kind"] == "correction":
        yield from _advice_only(case, data["findings"])
    days = act.programme.notice_days
    if days is not None and case.checked:
        last = dt.date.fromisoformat(case.checked) + dt.timedelta(days=days)
        if act.day > last:
            found = f"served on {event.on}, checked on {case.checked}"
            remedy = "check again, or record an advice of the authority and lift notice_days"
            yield Fault(where, found, f"within {days} days after the check", remedy)


def is_advice(finding: Finding) -> bool:
    """Whether a finding rests on levels alone that no clause obliges to keep.

    Examples
    --------
    >>> is_advice(Finding("levels 2023", "below", (), ("levels_2023/coking/baseline",)))
    True
    >>> is_advice(Finding("GB 21342", "over", (), ("norms/coking/grade_1", "norms/coking/grade_3")))
    False
    """
    rows = finding.rests_on
    levels = [row.startswith(_ADVISORY) or row.endswith(_ADVANCED) for row in rows]
    return finding.ground == "advice" or (bool(rows) and all(levels))


def _advice_only(case: CaseState, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that no correction can be ordered of."""
    for name in names:
        finding = case.findings.get(name)
        if finding is not None and is_advice(finding):
            yield Fault(
                (case.case, "noticed", name), f"{finding.article}: {finding.facts}", ADVICE_RULE,
                f"serve an advice on it: --kind advice --finding {name}",
            )  # fmt: skip


def _weak_ground(act: Act, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that rest on figures no official paper may rest on."""
    for name in names:
        finding = act.case.findings.get(name)
        for row in act.weak(finding.rests_on) if finding is not None else ():
            yield Fault(
                (act.case.case, "noticed", name), f"it rests on {row}, which nobody has confirmed",
                "a notice rests on official text, or on rows that a named user compared with print",
                f"compare it with print: celadon reference confirm '{row}'",
            )  # fmt: skip


def _extending(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    data = event.data
    notice, where = case.notices.get(data["notice"]), (case.case, "extended", data["notice"])
    if notice is None:
        known = ", ".join(case.notices) or "none"
        yield Fault(where, "no such notice", f"one of: {known}", "correct its number")
    elif data["deadline"] <= max(notice.deadline, event.on):
        rule = f"after {max(notice.deadline, event.on)}"
        yield Fault(where, data["deadline"], rule, "set a later day")


def _following(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    yield from _unknown(case, "followed", (event.data["finding"],))


def _finding(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    name, where = event.data["finding"], (case.case, "found", event.data["finding"])
    if name in case.findings:
        yield Fault(where, "recorded already", "a finding has an id of its own", "give another id")
    if not case.officers:
        yield Fault(where, "no officers", "officers who are assigned find it", "assign them first")


def _concluding(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    result, known = event.data["result"], RESULTS[act.programme.kind]
    if result not in known:
        rule = f"a {act.programme.kind} ends with one of: {', '.join(known)}"
        yield Fault((case.case, "concluded"), result, rule, "take one of these")
    if result == "met" and case.answer == "no":
        found = f"the review of {case.reviewed} by {case.criterion} says no"
        remedy = "review it again with the facts that changed, or conclude not_met"
        yield Fault((case.case, "concluded"), found, "who meets the criteria is listed", remedy)
    standing = [name for name, each in case.findings.items() if each.state != "given_up"]
    if event.data["result"] in ("compliant", "met") and standing:
        found = f"{event.data['result']}, with findings {', '.join(standing)}"
        remedy = "record that the hearing accepted the opinion, or conclude a violation"
        where = (case.case, "concluded")
        yield Fault(where, found, "a compliant case has no finding that stands", remedy)


def _unknown(case: CaseState, kind: str, names: tuple[str, ...]) -> Iterator[Fault]:
    for name in names:
        if name not in case.findings:
            known = ", ".join(case.findings) or "none"
            where = (case.case, kind, name)
            yield Fault(where, "no such finding", f"one of: {known}", "correct its id")


_GUARDS: Mapping[str, Guard] = {
    "assigned": _assigning, "entered": _entering, "found": _finding, "heard": _hearing,
    "noticed": _notice, "extended": _extending, "followed": _following, "concluded": _concluding,
    **OF_LISTS,
}  # fmt: skip
