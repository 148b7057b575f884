"""What an event may not do: act without authority, notify before a hearing, set a past deadline.

A guard looks at the state before the event and at the programme; what it finds is told with the
rule and with what to do, and the event is not recorded. Guards look forward only: a register is
folded whatever a later edition of the guards would say of its events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from celadon.cases.act import Act, Guard, Tables
from celadon.cases.events import Event
from celadon.cases.fold import CHECKS, ON_SITE, CaseState, State
from celadon.cases.grounds import not_in_force, unknown_rows
from celadon.cases.guards_of_lists import OF_LISTS
from celadon.cases.guards_of_notices import OF_NOTICES, entered_from
from celadon.cases.officers import able, none_assigned, not_of_officers
from celadon.cases.programme import RESULTS, Programme, Stage
from celadon.cases.sequence import disordered
from celadon.errors import Fault

AFTER_END = frozenset({"noted", "transferred", "removed", "reinstated", "implemented"})
"""Kinds that may follow the end of a case."""


def refusals(
    programme: Programme, state: State, event: Event, today: dt.date, tables: Tables
) -> list[Fault]:
    """Why an event may not be recorded now; empty if it may.

    Parameters
    ----------
    today : the local day on which it would be recorded; no act is of a later day.
    tables : tell the rows that no notice may rest on.
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
    act = Act(programme, case, event, tables)
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
    before = entered_from(programme, case, stage)
    if case.stage not in before and not (not case.stage and not stage.after):
        after = ", ".join(stage.after) or "no other stage"
        found = f"the case is in {case.stage or 'no stage'}"
        yield Fault((*where, name), found, f"it comes after {after}", "go through these first")
    if event.on < case.entered:
        found = f"{event.on}, before {case.entered}"
        yield Fault((*where, name), found, "stages follow each other", "correct the day")
    yield from _lacking(act, stage)
    if stage.ends or stage.id == ON_SITE:
        yield from not_of_officers(act)


def _lacking(act: Act, stage: Stage) -> Iterator[Fault]:
    """What a stage needs and the case has not."""
    programme, case = act.programme, act.case
    corrections = [n for n, x in case.notices.items() if x.kind == "correction"]
    has = {
        "officers": able(programme, case, act.day) >= programme.officers_least,
        "hearing": bool(case.heard),
        "findings": bool(case.findings),
        "notice": bool(case.notices),
        "corrected": not corrections or not case.open_findings or bool(case.transferred),
        "result": bool(case.result),
        "review": bool(case.reviewed) and case.reviewed >= case.entered,
    }
    remedies = {
        "officers": f"assign {programme.officers_least} with authority for {case.region}",
        "review": "judge it by the criteria: celadon supervise review",
        "hearing": "record the hearing", "result": "conclude first",
        "findings": "record what was found; without findings the case is closed",
        "notice": "serve the notice", "corrected": (
            f"follow up: {', '.join(case.open_findings)}; who does not put it right is handed on: "
            "transferred department=WHOM"
        ),
    }  # fmt: skip
    for need in stage.needs:
        if not has[need]:
            where = (case.case, "entered", stage.id)
            found = f"no {need} on record"
            assigned = case.officers_on(act.event.on)
            if need == "officers" and case.officers and not assigned:
                yield none_assigned(act, where, "officers are assigned before they act")
                continue
            if need == "officers" and assigned:
                number = able(programme, case, act.day)
                found = f"{number} of the {len(set(assigned))} assigned may act on {act.day}"
            yield Fault(where, found, f"the stage {stage.id} needs {need}", remedies[need])


def _finding(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    name, where = event.data["finding"], (case.case, "found", event.data["finding"])
    if name in case.findings:
        yield Fault(where, "recorded already", "a finding has an id of its own", "give another id")
    rows = event.data.get("rests_on", ())
    yield from unknown_rows(act, where, rows)
    yield from not_in_force(act, where, event.data["article"], rows, event.on)
    if not case.officers_on(event.on):
        yield none_assigned(act, where, "officers who are assigned find it")
    elif not event.data.get("records"):  # what figures show is found at the desk as well
        yield from not_of_officers(act)


def _concluding(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    result, known = event.data["result"], RESULTS[act.programme.kind]
    yield from _unchecked(act)
    if result not in known:
        rule = f"a {act.programme.kind} ends with one of: {', '.join(known)}"
        yield Fault((case.case, "concluded"), result, rule, "take one of these")
    if result == "met" and case.answer == "no":
        found = f"the review of {case.reviewed} by {case.criterion} says no"
        remedy = "review it again with the facts that changed, or conclude not_met"
        yield Fault((case.case, "concluded"), found, "who meets the criteria is listed", remedy)
    if case.on_list and result != "met":
        where, found = (case.case, "concluded"), f"on the list since {case.listed}"
        remedy = "remove it with reason and clause: celadon supervise remove"
        yield Fault(where, found, "who stands on a list is removed from it", remedy)
    standing = [name for name, each in case.findings.items() if each.state != "given_up"]
    if event.data["result"] in ("compliant", "met") and standing:
        found = f"{event.data['result']}, with findings {', '.join(standing)}"
        remedy = "record that the hearing accepted the opinion, or conclude a violation"
        where = (case.case, "concluded")
        yield Fault(where, found, "a compliant case has no finding that stands", remedy)
    if result == "violation" and not standing:
        remedy = "record what was found, or conclude compliant"
        where, rule = (case.case, "concluded"), "a violation has a finding that stands"
        yield Fault(where, "violation, with no finding", rule, remedy)
    yield from not_of_officers(act)


def _unchecked(act: Act) -> Iterator[Fault]:
    """A result of a supervision or a diagnosis without the check that it comes of."""
    result, case = act.event.data["result"], act.case
    checks = [each.id for each in act.programme.stages if each.id in CHECKS]
    needed = act.programme.kind == "supervision" or result == "done"
    if needed and checks and not case.checked:
        remedy = f"enter the stage in which it is checked: {', '.join(checks)}"
        rule = "a result comes of a check"
        yield Fault((case.case, "concluded"), "no check on record", rule, remedy)


_GUARDS: Mapping[str, Guard] = {
    "assigned": _assigning, "entered": _entering, "found": _finding, "concluded": _concluding,
    **OF_NOTICES, **OF_LISTS,
}  # fmt: skip
