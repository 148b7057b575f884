"""Rows of monthly activity that a file had and that were not taken, as its commit's notes tell."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from celadon.records.ledger.in_force import in_force
from celadon.records.ledger.places import Places

ABOUT = ("stream", "kind", "from_day", "to_day")
"""The numbers of a finding that say what its refused row speaks of; empty where unreadable."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What a refused row speaks of, and the position at which its file first arrived.

    ``to_day`` is the day after the last, as of every row of activity.
    """

    stream: str
    kind: str
    from_day: dt.date
    to_day: dt.date
    position: int

    @property
    def instant(self) -> dt.date:
        """The day at whose first instant a stock would be so."""
        return self.from_day if self.kind == "opening_stock" else self.to_day


def refused_rows(position: int, notes: Sequence[Mapping[str, Any]]) -> Iterator[RefusedRow]:
    """The refused rows that notes tell of wholly; others may be of any stream or month."""
    for note in notes:
        about = [note.get("numbers", {}).get(name) for name in ABOUT]
        if all(isinstance(each, str) and each for each in about):
            stream, kind, first, end = about
            days = dt.date.fromisoformat(first), dt.date.fromisoformat(end)
            yield RefusedRow(stream, kind, *days, position)


def known_refused_rows(places: Places, known_at: int) -> list[RefusedRow]:
    """The refused rows of all files in force at a position of a ledger."""
    return [
        row
        for live in in_force(places.lines[:known_at])
        for row in refused_rows(live.arrived, json.loads(places.notes(live)))
    ]
