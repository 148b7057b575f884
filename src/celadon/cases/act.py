"""An act as a guard looks at it: the event, its case before it, and the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from celadon.cases.events import Event
from celadon.cases.fold import CaseState
from celadon.cases.programme import Programme
from celadon.errors import Fault


@dataclass(frozen=True, slots=True)
class Tables:
    """How the rows of the reference tables stand: which of them no notice may rest on.

    Parameters
    ----------
    weak : of rows, those that are neither official text nor confirmed.
    limits : of an article, the rows of the limits of the standard that it names which are neither;
        none where it names no standard of which the tables hold limits.
    unknown : of rows, those that no table has.
    coming : of an article and rows, by name those that are not in force on a day, with the day on
        which they will be.
    """

    weak: Callable[[Sequence[str]], list[str]] = lambda _rows: []
    limits: Callable[[str], list[str]] = lambda _article: []
    unknown: Callable[[Sequence[str]], list[str]] = lambda _rows: []
    coming: Callable[[str, Sequence[str], str], Mapping[str, str]] = lambda *_: {}


EVERY_ROW = Tables()
"""Tables of which every row may be rested on, such as where none is asked for."""


@dataclass(frozen=True, slots=True)
class Act:
    """An event about to be recorded: of which case of which programme, on which local day."""

    programme: Programme
    case: CaseState
    event: Event
    tables: Tables

    @property
    def day(self) -> dt.date:
        """The local day of the act."""
        return dt.date.fromisoformat(self.event.on)


Guard = Callable[[Act], Iterator[Fault]]
"""What it finds against an act; nothing where the act may be recorded."""
