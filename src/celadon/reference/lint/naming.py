"""Checks of names: a subject of a user's row that is nearly one of the table's."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.rows import Row

_ALIKE = 0.84
"""How alike two names are from which on one is probably the other misspelt."""


def subjects_like_others(rows: Iterable[Row], others: Iterable[Row]) -> Iterator[LintFinding]:
    """A subject that no other row has is one that differs from all by more than a slip."""
    known = {row.text("subject") for row in others} - {""}
    for row in rows:
        subject = row.text("subject")
        if not subject or subject in known:
            continue
        near = difflib.get_close_matches(subject, known, n=1, cutoff=_ALIKE)
        if near:
            yield LintFinding("subject_like_another", row, "subject", {"near": near[0]})
