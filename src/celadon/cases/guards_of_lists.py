"""What may not be done with lists and measures: leaving twice, removal of who was never listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from celadon.cases.act import Act, Guard
from celadon.errors import Fault


def _reviewing(act: Act) -> Iterator[Fault]:
    name = act.event.data["criterion"]
    if act.programme.criterion(name) is None:
        known = ", ".join(each.id for each in act.programme.criteria) or "none is declared"
        where = (act.case.case, "reviewed", name)
        yield Fault(where, "no such criterion", f"one of: {known}", "declare it in programme.toml")


def _advising(act: Act) -> Iterator[Fault]:
    name, where = act.event.data["measure"], (act.case.case, "advised", act.event.data["measure"])
    if name in act.case.measures:
        yield Fault(where, "proposed already", "a measure has an id of its own", "take another id")
    if not act.case.checked:
        rule = "a measure comes of a visit"
        yield Fault(where, "no visit on record", rule, "enter the stage visited first")


def _implementing(act: Act) -> Iterator[Fault]:
    measure = act.case.measures.get(act.event.data["measure"])
    where = (act.case.case, "implemented", act.event.data["measure"])
    if measure is None:
        known = ", ".join(act.case.measures) or "none"
        yield Fault(where, "no such measure", f"one of: {known}", "correct its id")
    elif measure.done:
        found = f"carried out on {measure.done}"
        yield Fault(
            where, found, "a measure is carried out once", "leave it out, or note what is new"
        )


def _withdrawing(act: Act) -> Iterator[Fault]:
    case, where = act.case, (act.case.case, "withdrawn")
    if case.listed and not case.removed:
        found = f"on the list since {case.listed}"
        remedy = "remove it with reason and clause: celadon supervise remove"
        yield Fault(where, found, "who stands on a list is removed from it", remedy)


def _reinstating(act: Act) -> Iterator[Fault]:
    case = act.case
    if not case.withdrawn and not case.removed:
        rule = "who was withdrawn or removed is reinstated"
        yield Fault((case.case, "reinstated"), "neither on record", rule, "leave it out")


def _removing(act: Act) -> Iterator[Fault]:
    case, where = act.case, (act.case.case, "removed")
    if case.removed:
        rule = "it leaves a list once"
        yield Fault(where, f"removed on {case.removed} already", rule, "leave it out")
    elif not case.listed:
        found = f"never on the list; it stands in {case.stage or 'no stage'}"
        remedy = "withdraw it, or conclude not_met"
        yield Fault(where, found, "who stands on the list is removed", remedy)


OF_LISTS: Mapping[str, Guard] = {
    "reviewed": _reviewing, "advised": _advising, "implemented": _implementing,
    "withdrawn": _withdrawing, "reinstated": _reinstating, "removed": _removing,
}  # fmt: skip
"""Guards of the events that lists and diagnoses have."""
