"""What an event may not do: act without authority, notify before a hearing, set a past deadline.

A guard looks at the state before the event and at the programme; what it finds is told with the
rule and with what to do, and the event is not recorded. Guards look forward only: a register is
folded whatever a later edition of the guards would say of its events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from celadon.cases.events import Event
from celadon.cases.fold import CaseState, State
from celadon.cases.programme import Programme, Stage
from celadon.errors import Fault

Weak = Callable[[Sequence[str]], list[str]]
"""Of rows of the reference tables, those that are neither official text nor confirmed."""


@dataclass(frozen=True, slots=True)
class Act:
    """An event about to be recorded: of which case of which programme, on which local day."""

    programme: Programme
    case: CaseState
    event: Event
    weak: Weak

    @property
    def day(self) -> dt.date:
        """The local day of the act."""
        return dt.date.fromisoformat(self.event.on)


Guard = Callable[[Act], Iterator[Fault]]

HEARING_RULE = "opinions are heard before a correction notice is issued"
AFTER_END = frozenset({"noted", "transferred", "removed", "reinstated"})
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
    return [*_early(case, event), *_ended(programme, case, event), *found]


def _selecting(programme: Programme, case: CaseState | None, event: Event) -> Iterator[Fault]:
    where = (event.case, "selected")
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
    yield from _lacking(programme, case, stage)


def _lacking(programme: Programme, case: CaseState, stage: Stage) -> Iterator[Fault]:
    """What a stage needs and the case has not."""
    corrections = [n for n, x in case.notices.items() if x.kind == "correction"]
    has = {
        "officers": len(case.officers) >= programme.officers_least,
        "hearing": bool(case.heard),
        "findings": bool(case.findings),
        "notice": bool(case.notices),
        "corrected": not corrections or not case.open_findings,
        "result": bool(case.result),
    }
    remedies = {
        "officers": "assign them", "hearing": "record the hearing", "result": "conclude first",
        "findings": "record what was found; without findings the case is closed",
        "notice": "serve the notice", "corrected": f"follow up: {', '.join(case.open_findings)}",
    }  # fmt: skip
    for need in stage.needs:
        if not has[need]:
            where = (case.case, "entered", stage.id)
            yield Fault(where, f"no {need} on record", f"{stage.id} needs {need}", remedies[need])


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
    days = act.programme.notice_days
    if days is not None and case.checked:
        last = dt.date.fromisoformat(case.checked) + dt.timedelta(days=days)
        if act.day > last:
            found = f"served on {event.on}, checked on {case.checked}"
            remedy = "check again, or record an advice of the authority and lift notice_days"
            yield Fault(where, found, f"within {days} days after the check", remedy)


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


_GUARDS: dict[str, Guard] = {
    "assigned": _assigning, "entered": _entering, "found": _finding, "heard": _hearing,
    "noticed": _notice, "extended": _extending, "followed": _following, "concluded": _concluding,
}  # fmt: skip
