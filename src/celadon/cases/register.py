"""A register on disk: the events of one programme in a hash chain, with the documents they name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from celadon.cases.events import Event
from celadon.cases.fold import State, fold
from celadon.cases.guards import Weak, refusals
from celadon.cases.programme import Programme, load_programme
from celadon.chain import GENESIS, Chain, Line, seal
from celadon.errors import Fault, InputError, WorkspaceError
from celadon.records.ledger.sealed import keep_copy

PROGRAMME = "programme.toml"
EVENTS = "events.jsonl"
DOCUMENTS = "documents"
"""What a programme's folder holds: its declaration, its chain, and the documents that it names."""


class Register:
    """The programme in a folder: its declaration, its chain of events, its documents.

    Raises
    ------
    WorkspaceError
        If the folder holds no programme.
    DeclarationError
        If its declaration is at fault.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / PROGRAMME
        if not path.is_file():
            fault = Fault(
                (str(folder),), f"no {PROGRAMME}", "a programme has it in its folder",
                "correct the name, or begin one: celadon supervise new",
            )  # fmt: skip
            raise WorkspaceError(f"{folder.name} is no programme", [fault])
        self.folder = folder
        self.programme: Programme = load_programme(path)
        self._chain = Chain(folder / EVENTS)

    def events(self, position: int | None = None) -> list[Event]:
        """The events, each verified; or those that were known at a position.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        """
        lines = self._chain.lines()
        return [_event(n, line) for n, line in enumerate(lines[:position], start=1)]

    def state(self, position: int | None = None, *, on: str = "") -> State:
        """How the programme stands.

        Parameters
        ----------
        position : how it stood when so many events were known.
        on : after the acts of the days up to this one, ISO 8601; empty for all.
        """
        known = self.events(position)
        return fold(each for each in known if not on or each.on <= on)

    def keep(self, document: Path) -> str:
        """Keep a document beside the events; returns its SHA-256, by which an event names it."""
        folder = self.folder / DOCUMENTS
        folder.mkdir(exist_ok=True)
        return keep_copy(document, folder)

    def record(
        self, events: Sequence[Event], *, now: dt.datetime, weak: Weak = lambda _rows: []
    ) -> list[Event]:
        """Record events in their order, all of them or none.

        Parameters
        ----------
        now : the instant, aware of its zone; its local day is that of acts that name none.
        weak : of rows of the reference tables, those that no notice may rest on.

        Raises
        ------
        InputError
            With every reason why one of them may not be recorded; none is then.
        """
        with FileLock(self.folder / f".{EVENTS}.lock"):
            lines = self._chain.current()
            recorded = self._allowed(lines, events, now, weak)
            self._chain.extend(_sealed(recorded, str(lines[-1]["hash"]) if lines else None))
        return recorded

    def check(
        self, events: Sequence[Event], *, now: dt.datetime, weak: Weak = lambda _rows: []
    ) -> None:
        """Refuse what :meth:`record` would refuse, and record nothing.

        Raises
        ------
        InputError
            With every reason why one of them may not be recorded.
        """
        self._allowed(self._chain.lines(), events, now, weak)

    def _allowed(
        self, lines: Sequence[Line], events: Sequence[Event], now: dt.datetime, weak: Weak
    ) -> list[Event]:
        """The events as they would stand after the lines known."""
        at = now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        state = fold(_event(n, line) for n, line in enumerate(lines, start=1))
        today = now.date()
        stamped = [*self._opening(str(today), events[0].by, state), *events]
        faults: list[Fault] = []
        allowed: list[Event] = []
        for given in stamped:
            each = replace(given, position=state.length + 1, at=at, on=given.on or str(today))
            refused = refusals(self.programme, state, each, today, weak)
            faults += refused
            if not refused:
                allowed.append(each)
                fold(allowed[-1:], state)
        if faults:
            summary = f"{len(faults)} reason(s) why nothing was recorded"
            raise InputError(summary, faults)
        return allowed

    def _opening(self, day: str, by: str, state: State) -> list[Event]:
        """The event that seals the declaration; again where the declaration has changed."""
        declared = self.keep(self.folder / PROGRAMME)
        if declared == state.declaration:
            return []
        return [Event(0, "", day, by, "opened", "", {"declaration": declared})]


def _sealed(events: Iterable[Event], head: str | None) -> list[Line]:
    prev, lines = head or GENESIS, []
    for each in events:
        lines.append(seal(each.body(), prev))
        prev = str(lines[-1]["hash"])
    return lines


def _event(position: int, line: Line) -> Event:
    try:
        return Event(
            position, line["at"], line["on"], line["by"], line["kind"], line["case"], line["data"]
        )
    except KeyError as error:
        fault = Fault(
            (EVENTS, f"line {position}"), f"no {error}", "what every event of a register says",
            "the line was not written by this celadon: restore the file from a backup",
        )  # fmt: skip
        raise WorkspaceError("An event of the register cannot be read", [fault]) from None
