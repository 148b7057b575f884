"""Who does what by when: programmes, their events, and the state that follows from them.

One mechanism serves supervision, diagnosis, pilots and lists. An event is a line of a hash chain
and is never changed; the state of a day is a fold over the events that were recorded by then.
"""

from celadon.cases.events import Event
from celadon.cases.fold import CaseState, State, fold
from celadon.cases.programme import Programme, load_programme
from celadon.cases.register import Register

__all__ = ["CaseState", "Event", "Programme", "Register", "State", "fold", "load_programme"]
