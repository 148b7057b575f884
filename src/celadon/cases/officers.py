"""Who may act on a case: officers who are assigned to it, with authority on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celadon.cases.act import Act
from celadon.cases.fold import CaseState
from celadon.cases.programme import Programme
from celadon.errors import Fault


def able(programme: Programme, case: CaseState, day: dt.date) -> int:
    """How many of the officers assigned have authority for the region on a day."""
    assigned = [programme.officer(name) for name in set(case.officers_on(str(day)))]
    return sum(each is not None and each.may_act(case.region, day) for each in assigned)


def not_together(act: Act) -> Iterator[Fault]:
    """Why an act of a supervision is not one of the officers together: too few may act."""
    yield from not_of_officers(act)
    programme, case, event = act.programme, act.case, act.event
    least = programme.officers_least
    assigned = case.officers_on(event.on)
    if programme.kind != "supervision" or not assigned:
        return
    number = able(programme, case, act.day)
    if number < least:
        yield Fault(
            (case.case, event.kind),
            f"{number} of the {len(set(assigned))} assigned may act on {act.day}",
            f"{least} officers act together", f"assign {least} with authority for {case.region}",
        )  # fmt: skip


def none_assigned(act: Act, where: tuple[str, ...], rule: str) -> Fault:
    """That nobody is assigned on the day of an act, or only later."""
    later = min((on for on, _ in act.case.assigned), default="")
    if not later:
        return Fault(where, "no officers", rule, "assign them first")
    remedy = "correct the day, or record the assignment by its own day"
    return Fault(where, f"officers assigned on {later}, after {act.day}", rule, remedy)


def not_of_officers(act: Act) -> Iterator[Fault]:
    """Why the one who acts in a supervision may not: not assigned, or without authority."""
    programme, case, event = act.programme, act.case, act.event
    if programme.kind != "supervision":
        return
    where, rule = (case.case, event.kind), "an officer who is assigned to the case does it"
    assigned = case.officers_on(event.on)
    if not assigned:
        yield none_assigned(act, where, rule)
        return
    officer = programme.officer(event.by)
    if officer is None or event.by not in assigned:
        named = ", ".join(assigned)
        yield Fault(
            (*where, event.by), f"{event.by} is not assigned", rule, f"--as one of: {named}"
        )
    elif not officer.may_act(case.region, act.day):
        until = f" until {officer.valid_to}" if officer.valid_to else ""
        found = f"authority for {', '.join(officer.regions)}{until}"
        rule = f"authority for {case.region} on {act.day}"
        yield Fault((*where, event.by), found, rule, "assign an officer of that region")
