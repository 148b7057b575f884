"""A register as a writer knows it: how long it is, its last hash, and the cases it asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from celadon.cases.events import Event
from celadon.cases.fold import State, fold
from celadon.cases.proved import Proved
from celadon.chain import GENESIS, Line
from celadon.errors import Fault, WorkspaceError
from celadon.records.ledger.heads import Head

EVENTS = "events.jsonl"
"""The file of a register's events."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a writer knows before it adds to a register.

    Parameters
    ----------
    length : how many events there are; hash : of the last, or that before the first.
    state : of the cases asked for, or of all.
    event_at : the event at a position, of these cases.
    proved : the bytes that are known to be sound, where not each line was proved again.
    """

    length: int
    hash: str
    state: State
    event_at: Callable[[int], Event]
    proved: Proved | None = None

    @property
    def head(self) -> Head:
        """Length and hash together."""
        return Head(self.length, self.hash)

    @classmethod
    def of_lines(cls, lines: Sequence[Line]) -> Self:
        """All of a register, of which each line was proved."""
        state = fold(event_of(n, line) for n, line in enumerate(lines, start=1))
        last = str(lines[-1]["hash"]) if lines else GENESIS
        return cls(len(lines), last, state, lambda n: event_of(n, lines[n - 1]))

    @classmethod
    def of_proved(cls, proved: Proved, cases: Iterable[str]) -> Self:
        """The cases of a register that is known to be sound, and what speaks of the programme."""
        lines = proved.lines_of(cases)
        state = fold(event_of(n, line) for n, line in lines.items())
        state.length = proved.length
        return cls(proved.length, proved.hash, state, lambda n: event_of(n, lines[n]), proved)


def event_of(position: int, line: Line) -> Event:
    """The event of a line.

    Raises
    ------
    WorkspaceError
        If it lacks what every event says.
    """
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
