"""Adding events to those that stand: each is let in or refused by what stands before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from celadon.cases.act import Tables
from celadon.cases.events import Event
from celadon.cases.fold import State, fold
from celadon.cases.guards import refusals
from celadon.cases.known import Known
from celadon.cases.programme import Programme
from celadon.cases.repeats import place_of
from celadon.errors import Fault


@dataclass(frozen=True, slots=True)
class Each:
    """What became of many events: recorded, on record before at a position, or refused."""

    recorded: tuple[Event, ...]
    repeated: Mapping[int, int]
    refused: Mapping[int, list[Fault]]


class Adding:
    """A state that events are added to one by one, as far as the guards allow them.

    ``declared`` is the SHA-256 of the declaration as it stands; where that is new or has changed,
    the first event seals it, on the day of ``first``.
    """

    def __init__(
        self, programme: Programme, known: Known, now: dt.datetime, tables: Tables,
        first: Event | None, declared: str,
    ) -> None:  # fmt: skip
        self._programme, self._known, self._tables = programme, known, tables
        self._at = instant(now)
        self._today = now.date()
        self.state = known.state
        self.allowed: list[Event] = []
        if first is not None:  # declared by the day of the first act under it
            day = min(first.on or str(self._today), str(self._today))
            for each in opening(declared, day, first.by, self.state):
                self.add(each)

    def place_of(self, given: Event) -> int:
        """The position at which the same event stands already, or 0."""
        return place_of(self.state, self._dated(given), self._event_at)

    def add(self, given: Event) -> list[Fault]:
        """Why an event may not be recorded; where it may, it is added."""
        each = replace(self._dated(given), position=self.state.length + 1, at=self._at)
        refused = refusals(self._programme, self.state, each, self._today, self._tables)
        if not refused and (place := self.place_of(given)):
            refused = [_twice(each, place)]
        if not refused:
            self.allowed.append(each)
            fold([each], self.state)
        return refused

    def _dated(self, given: Event) -> Event:
        return replace(given, on=given.on or str(self._today))

    def _event_at(self, position: int) -> Event:
        if position <= self._known.length:
            return self._known.event_at(position)
        return self.allowed[position - self._known.length - 1]


def opening(declared: str, day: str, by: str, state: State) -> list[Event]:
    """The event that seals a declaration, by its SHA-256, where it is new or has changed."""
    if declared == state.declaration:
        return []
    return [Event(0, "", day, by, "opened", "", {"declaration": declared})]


def add_each(adding: Adding, events: Mapping[int, Event], broken: Mapping[str, int]) -> Each:
    """Add many events, each for itself; after one refused the later ones of its case wait.

    ``broken`` are the cases of which a line could not be read, each with the number of that line.
    """
    stopped = dict(broken)
    repeated: dict[int, int] = {}
    refused: dict[int, list[Fault]] = {}
    opened = len(adding.allowed)
    for number, given in events.items():
        place = adding.place_of(given)
        if place:
            repeated[number] = place
        elif given.case and stopped.get(given.case, number) < number:
            found = f"line {stopped[given.case]} of this case was refused"
            refused[number] = [
                Fault((given.case, given.kind), found, "the acts of a case follow each other",
                      "correct that line, then take this one again")
            ]  # fmt: skip
        elif faults := adding.add(given):
            refused[number] = faults
            stopped.setdefault(given.case, number)
    return Each(tuple(adding.allowed[opened:]), repeated, refused)


def instant(now: dt.datetime) -> str:
    """A time as events have it: UTC, to the second."""
    return now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _twice(given: Event, position: int) -> Fault:
    return Fault(
        (given.case, given.kind), f"the same event stands at position {position}",
        "an act is recorded once", "leave it out; what is new about it is a remark: noted",
    )  # fmt: skip
