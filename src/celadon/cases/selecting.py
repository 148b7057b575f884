"""Who is selected: by list, by last year's result, by lot with a published seed, by risk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256

from celadon.cases.criteria import Answer, Facts
from celadon.cases.events import Event, SelectedBy, event
from celadon.cases.fold import State


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise that may be selected; ``risk`` is the expected correction, larger first.

    ``facts`` are those beside that a criterion may ask for, each a list of texts.
    """

    id: str
    name: str
    region: str
    code: str = ""
    industry: str = ""
    risk: Fraction = Fraction(0)
    facts: Facts = field(default_factory=dict)
    place: tuple[str, ...] = ()
    """Where it stands in a list: the file and its row."""

    @property
    def known(self) -> Facts:
        """All facts: what it declares, and those beside."""
        own = {"region": self.region, "industry": self.industry, "code": self.code}
        return {**{name: (text,) for name, text in own.items() if text}, **self.facts}


def draw(ids: Iterable[str], seed: str, number: int) -> list[str]:
    """Ids drawn by lot: those whose SHA-256 with the seed is smallest.

    Whoever knows the list and the seed can draw again, by hand with any tool; adding an enterprise
    changes no other's lot.

    Raises
    ------
    ValueError
        If the number is negative, which would leave out so many instead.

    Examples
    --------
    >>> draw(["e1", "e2", "e3"], "2026-03-02 模拟", 2)
    ['e1', 'e2']
    """
    if number < 0:
        raise ValueError(f"{number} cannot be drawn")
    lots = sorted((sha256(f"{seed}|{each}".encode()).hexdigest(), each) for each in set(ids))
    return [each for _, each in lots[:number]]


def list_text(ids: Iterable[str]) -> str:
    """The list of a lot as it is kept and digested: each id once, in order, one a line, UTF-8.

    Examples
    --------
    >>> list_text(["e2", "e1"])
    'e1\\ne2\\n'
    """
    return "".join(f"{each}\n" for each in sorted(set(ids)))


@dataclass(frozen=True, slots=True)
class Draw:
    """A lot as it stands on record: its day, seed, list and who was drawn, in order."""

    on: str
    seed: str
    listed: str
    names: tuple[str, ...]


def draws(events: Iterable[Event]) -> list[Draw]:
    """The lots of a register; those recorded together with one seed and one list are one lot."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for each in events:
        if each.kind == "selected" and each.data["selected_by"] == "random":
            data = each.data
            key = (each.on, data.get("draw", ""), data.get("listed", ""), each.at)
            found.setdefault(key, []).append(each.case)
    return [Draw(on, seed, listed, tuple(n)) for (on, seed, listed, _), n in found.items()]


def violators(state: State) -> list[str]:
    """The cases of an earlier programme that ended with a violation or have an open finding."""
    return [
        name
        for name, case in state.cases.items()
        if not case.withdrawn and (case.result == "violation" or case.open_findings)
    ]


def riskiest(enterprises: Iterable[Enterprise], number: int) -> list[str]:
    """Those with the largest risk; of equals the one whose id comes first."""
    ordered = sorted(enterprises, key=lambda each: (-each.risk, each.id))
    return [each.id for each in ordered[: max(number, 0)] if each.risk > 0]


def selection(
    by: str,
    enterprises: Mapping[str, Enterprise],
    names: Sequence[str],
    selected_by: SelectedBy,
    reason: str,
    draw_seed: str = "",
    on: dt.date | None = None,
    listed: str | None = None,
    criterion: str = "",
    answers: Mapping[str, Answer] | None = None,
) -> list[Event]:
    """The events that take enterprises into a programme, as acts of a day.

    Parameters
    ----------
    criterion, answers : what they were selected by, and what it said of each.

    Raises
    ------
    KeyError
        If a name is none of the enterprises.
    """
    return [
        event(
            by, "selected", name, on=on, name=enterprises[name].name, code=enterprises[name].code,
            region=enterprises[name].region, industry=enterprises[name].industry,
            selected_by=selected_by, reason=reason, draw=draw_seed, listed=listed,
            criterion=criterion,
            because=answers[name].because if answers and name in answers else (),
        )
        for name in names
    ]  # fmt: skip
