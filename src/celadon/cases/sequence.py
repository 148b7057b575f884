"""Days in their order: no act is dated before the one that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

from celadon.cases.events import Event
from celadon.cases.fold import CaseState
from celadon.errors import Fault


def disordered(case: CaseState, event: Event) -> Iterator[Fault]:
    """Acts on record that an event depends on and that were done after the day it names."""
    for what, day in _depends_on(case, event):
        if event.on < day:
            yield Fault(
                (case.case, event.kind), f"the day {event.on}, before {what} of {day}",
                "an act follows the one that it depends on", "correct the day",
            )  # fmt: skip


def _depends_on(case: CaseState, event: Event) -> Iterator[tuple[str, str]]:
    """What an event depends on: in words, and the day of it; the latest of a kind."""
    kind, data = event.kind, event.data
    if kind == "heard":
        yield from _latest("the finding", (each.on for each in case.findings.values()))
    elif kind == "noticed":
        named = (case.findings.get(name) for name in data["findings"])
        yield from _latest("the finding", (each.on for each in named if each is not None))
        yield from _latest("the hearing", [case.heard] if data["kind"] == "correction" else [])
    elif kind == "extended" and data["notice"] in case.notices:
        yield "the notice", case.notices[data["notice"]].served
    elif kind == "evidenced" and data["finding"] in case.findings:
        yield "the finding", case.findings[data["finding"]].on
    elif kind == "followed" and data["finding"] in case.findings:
        yield "the finding", case.findings[data["finding"]].on
        notices = (x.served for x in case.notices.values() if data["finding"] in x.findings)
        yield from _latest("the notice", notices)
    elif kind == "implemented" and data["measure"] in case.measures:
        yield "the measure", case.measures[data["measure"]].on
    elif kind == "concluded":
        yield from _latest("the check", [case.checked])
        yield from _latest("the hearing", [case.heard])
        yield from _latest("the review", [case.reviewed])
    elif kind == "removed":
        yield from _latest("the publication", [case.listed])
    elif kind == "reinstated":
        yield from _latest("what it takes back", [case.withdrawn, case.removed])


def _latest(what: str, days: Iterator[str] | list[str]) -> Iterator[tuple[str, str]]:
    last = max(days, default="")
    if last:
        yield what, last
