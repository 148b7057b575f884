"""Notes of what was not taken from a file: a refused row leaves its month unknown, never zero.

A line of the chain commits them by the hash of their bytes, ``refused``. They go with the rows that
a return discloses, so that the account and its findings can be computed from both again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from celadon.chain import Line, sha256_text
from celadon.records.finding import Finding, finding_table
from celadon.records.ledger.committing import notes_of
from celadon.records.ledger.refused_rows import refused_rows

_FIELDS = frozenset(("site", "rule", "subject", "place", "numbers"))
_NOTHING = sha256_text(notes_of([]).decode())
_UNFIT = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What is known to be raised over notes that no celadon wrote, or a newer one."""


def notes_name(position: int) -> str:
    """The member that holds the notes of a line.

    Examples
    --------
    >>> notes_name(3)
    'ledger/notes/3.json'
    """
    return f"ledger/notes/{position}.json"


def has_notes(line: Line) -> bool:
    """Whether a line commits notes at all: for none of them no member is needed."""
    return bool(line.get("refused", _NOTHING) != _NOTHING)


def notes_in(data: bytes | None) -> list[dict[str, Any]]:
    """The notes that a sound member holds; none without one."""
    notes: list[dict[str, Any]] = [] if data is None else json.loads(data)
    return notes


def are_notes(data: bytes) -> bool:
    """Whether bytes are notes whose rules are known here and whose words can be told.

    A chain can be sound and commit anything.

    Examples
    --------
    >>> are_notes(b"[]"), are_notes(b'["x"]'), are_notes(b"{}"), are_notes(b"x")
    (True, False, False, False)
    """
    try:
        notes = notes_in(data)
        return isinstance(notes, list) and notes_of(notes) == data and all(map(_is_note, notes))
    except _UNFIT:
        return False


def _is_note(note: Mapping[str, Any]) -> bool:
    """Whether a note is a finding with all its words, of a row that can be placed where it says."""
    texts = (note[name] for name in _FIELDS - {"numbers"})
    if note.keys() != _FIELDS or not all(isinstance(text, str) for text in texts):
        return False
    found = Finding(**note)
    told = [found.text("zh"), found.text("en"), finding_table([found]), *refused_rows(0, [note])]
    return isinstance(found.numbers, dict) and bool(told)
