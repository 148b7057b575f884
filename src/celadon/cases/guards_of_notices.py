"""What may not be done with hearings and notices: officers alone, stages left out, one twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from celadon.cases.act import Act, Guard
from celadon.cases.fold import CaseState
from celadon.cases.grounds import advice_only, bare_limits, early_ground, groundless, weak_ground
from celadon.cases.officers import not_of_officers, not_together
from celadon.cases.programme import Programme, Stage
from celadon.errors import Fault

HEARING_RULE = "opinions are heard before a correction notice is issued"
"""What a correction without a hearing breaks."""


def entered_from(programme: Programme, case: CaseState, stage: Stage) -> set[str]:
    """The stages from which a case may enter one; a hearing that was waived is passed over."""
    before = set(stage.after)
    if case.waived and "hearing" in stage.needs:
        before |= {name for each in programme.stages if each.id in before for name in each.after}
    return before


def _hearing(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    if not case.findings:
        remedy = "record the findings first"
        where = (case.case, "heard")
        yield Fault(where, "no findings", "an opinion is heard on what was found", remedy)
    yield from unknown_findings(case, "heard", event.data.get("accepted", ()))
    yield from not_together(act)


def _notice(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    data, where = event.data, (case.case, "noticed", event.data["notice"])
    if data["notice"] in case.notices:
        rule = "a notice is served once"
        yield Fault(where, "served already", rule, "extend it, or serve another")
    if data["deadline"] <= event.on:
        found = f"the deadline {data['deadline']} is past"
        yield Fault(where, found, f"after {event.on}", "set a later one")
    yield from unknown_findings(case, "noticed", data["findings"])
    yield from early_ground(act, data["findings"])
    yield from weak_ground(act, data["findings"])
    yield from bare_limits(act, data["findings"])
    yield from _ordered_already(case, data["kind"], data["findings"])
    if data["kind"] == "correction":
        yield from _correction(act, where, data["findings"])
    yield from not_together(act)
    yield from _late(act, where)


def _correction(act: Act, where: tuple[str, ...], names: Sequence[str]) -> Iterator[Fault]:
    case = act.case
    if not case.heard:
        remedy = (
            "hear the enterprise first; a hearing that it waives: heard opinion=WHY waived=true"
        )
        yield Fault(where, "no hearing on record", HEARING_RULE, remedy)
    else:
        yield from _out_of_stage(act, where)
    yield from advice_only(case, names)
    yield from groundless(case, names)


def _out_of_stage(act: Act, where: tuple[str, ...]) -> Iterator[Fault]:
    """A stage that the programme declares before the notice and the case has not come to."""
    programme, case = act.programme, act.case
    served = [stage for stage in programme.stages if "notice" in stage.needs]
    if not served:
        return
    before = {name for stage in served for name in entered_from(programme, case, stage)}
    beyond = {stage.id for stage in served}
    while more := {s.id for s in programme.stages if beyond & set(s.after)} - beyond:
        beyond |= more
    if case.stage not in before | beyond:
        named = ", ".join(name for stage in served for name in stage.after)
        yield Fault(
            where, f"the case is in {case.stage or 'no stage'}",
            f"a correction notice is served after {named}", "go through these first",
        )  # fmt: skip


def _ordered_already(case: CaseState, kind: str, names: Sequence[str]) -> Iterator[Fault]:
    """Findings on which a notice of the kind stands."""
    for name in names:
        standing = [n for n, x in case.notices.items() if x.kind == kind and name in x.findings]
        if standing:
            last = standing[-1]
            yield Fault(
                (case.case, "noticed", name), f"{last} of {case.notices[last].served} stands on it",
                "a finding has one notice of a kind; no notice is taken back",
                f"put its deadline off: extended notice={last} deadline=DAY reason=WHY; or leave "
                f"{name} out",
            )  # fmt: skip


def _late(act: Act, where: tuple[str, ...]) -> Iterator[Fault]:
    days, checked = act.programme.notice_days, act.case.checked
    if days is not None and checked:
        last = dt.date.fromisoformat(checked) + dt.timedelta(days=days)
        if act.day > last:
            found = f"served on {act.event.on}, checked on {checked}"
            remedy = "check again, or record an advice of the authority and lift notice_days"
            yield Fault(where, found, f"within {days} days after the check", remedy)


def _extending(act: Act) -> Iterator[Fault]:
    case, event = act.case, act.event
    data = event.data
    notice, where = case.notices.get(data["notice"]), (case.case, "extended", data["notice"])
    if notice is None:
        known = ", ".join(case.notices) or "none"
        yield Fault(where, "no such notice", f"one of: {known}", "correct its number")
        return
    if data["deadline"] <= max(notice.deadline, event.on):
        rule = f"after {max(notice.deadline, event.on)}"
        yield Fault(where, data["deadline"], rule, "set a later day")
    yield from not_of_officers(act)


def _following(act: Act) -> Iterator[Fault]:
    yield from unknown_findings(act.case, "followed", (act.event.data["finding"],))
    yield from not_of_officers(act)


def _evidencing(act: Act) -> Iterator[Fault]:
    yield from unknown_findings(act.case, "evidenced", (act.event.data["finding"],))
    yield from not_of_officers(act)


def _transferring(act: Act) -> Iterator[Fault]:
    case = act.case
    if act.programme.kind == "supervision" and not case.findings:
        rule, remedy = "what was found is handed on", "record the findings first"
        yield Fault((case.case, "transferred"), "no findings", rule, remedy)
    yield from not_of_officers(act)


def unknown_findings(case: CaseState, kind: str, names: Sequence[str]) -> Iterator[Fault]:
    """Findings that are named and that the case has not."""
    for name in names:
        if name not in case.findings:
            known = ", ".join(case.findings) or "none"
            where = (case.case, kind, name)
            yield Fault(where, "no such finding", f"one of: {known}", "correct its id")


OF_NOTICES: Mapping[str, Guard] = {
    "heard": _hearing, "noticed": _notice, "extended": _extending, "followed": _following,
    "transferred": _transferring, "evidenced": _evidencing,
}  # fmt: skip
"""Guards of what follows upon a finding."""
