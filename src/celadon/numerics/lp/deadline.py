"""A time by which solving has to end, for a piece of work that asks solvers many times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Whatever is solved inside ends within so many seconds; without a limit if None.

    HiGHS stops when the time is up. An interior method is not begun after it, and one that is at
    work ends by itself: its steps are limited. Inside another limit the shorter one holds.

    Examples
    --------
    >>> with within(0.0):
    ...     is_late()
    True
    >>> is_late()
    False
    """
    until = _UNTIL.get()
    if seconds is not None:
        asked = time.monotonic() + seconds
        until = asked if until is None else min(until, asked)
    token = _UNTIL.set(until)
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left() -> float | None:
    """How long may still be solved, zero if the time is up; None where there is no limit."""
    until = _UNTIL.get()
    return None if until is None else max(0.0, until - time.monotonic())


def is_late() -> bool:
    """Whether the time is up: then "no answer" says nothing of the programme."""
    return seconds_left() == 0.0
