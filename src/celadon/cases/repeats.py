"""The same event given twice: it stands on record once, and the second is told where."""

from __future__ import annotations

from collections.abc import Callable

from celadon.cases.events import Event
from celadon.cases.fold import State


def place_of(state: State, event: Event, at: Callable[[int], Event]) -> int:
    """The position at which the same event stands: case, kind, day, person, data; 0 if nowhere.

    Parameters
    ----------
    at : gives the event at a position of the register.
    """
    case = state.cases.get(event.case)
    if case is None:
        return 0
    own = (event.kind, event.on, event.by, dict(event.data))
    for position in case.events:
        known = at(position)
        if (known.kind, known.on, known.by, dict(known.data)) == own:
            return position
    return 0
