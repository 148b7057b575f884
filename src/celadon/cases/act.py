"""An act as a guard looks at it: the event, its case before it, and the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from celadon.cases.events import Event
from celadon.cases.fold import CaseState
from celadon.cases.programme import Programme
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
"""What it finds against an act; nothing where the act may be recorded."""
