"""Questions: what is asked of the reference tables while the lines of an account are written.

Asked again of other tables (:mod:`celadon.accounts.answers`), lines whose questions are answered as
before are as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Question = tuple[str, ...]
"""Its kind, and what is asked."""

_noted: ContextVar[set[Question] | None] = ContextVar("noted", default=None)


@contextmanager
def asking() -> Iterator[set[Question]]:
    """The questions that are asked while this lasts; an outer one is not told of them.

    Examples
    --------
    >>> with asking() as outer:
    ...     note("tabled", "fuels", "coke")
    ...     with asking() as inner:
    ...         note("tabled", "gwp", "N2O")
    >>> outer, inner
    ({('tabled', 'fuels', 'coke')}, {('tabled', 'gwp', 'N2O')})
    """
    asked: set[Question] = set()
    token = _noted.set(asked)
    try:
        yield asked
    finally:
        _noted.reset(token)


def note(*question: object) -> None:
    """Note a question, if anybody wants to know."""
    asked = _noted.get()
    if asked is not None:
        asked.add(tuple(map(str, question)))
