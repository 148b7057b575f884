"""Asking the reference tables a question, and saying why there is no one answer."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from celadon.errors import Fault, LookupRefused
from celadon.exact import decimal_text, parse_decimal
from celadon.reference.facts import Record, Source

Coordinate = str | int | float | Decimal | Fraction
"""What a coordinate may be asked by."""

_NEAR = 6
_NARROWING = ("set", "area", "basis", "data_year")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a table, a subject, a parameter, and what narrows them; None is not asked.

    ``subject`` is what was asked for, ``held`` the code held that answers for it, where the table
    is one of codes.
    """

    table: str
    subject: str
    parameter: str
    set: str | None = None
    area: str | None = None
    basis: str | None = None
    on: dt.date | None = None
    data_year: str | None = None
    coordinates: tuple[tuple[str, str], ...] = ()
    held: str = ""

    def __str__(self) -> str:
        narrowed = [
            f"{name} {getattr(self, name)}"
            for name in _NARROWING
            if getattr(self, name) is not None
        ]
        narrowed += [f"{name} {value or 'empty'}" for name, value in self.coordinates]
        if self.on is not None:
            narrowed.append(f"on {self.on}")
        return ", ".join([f"{self.table}: {self.subject} {self.parameter}", *narrowed])


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a record from answering: its kind, and the words for it."""

    kind: Literal["other", "no_value", "time", "unknown_time"]
    words: str


def answers(record: Record, question: Question) -> bool:
    """Whether a record of the subject and parameter answers the question."""
    return (
        record.value is not None
        and (question.set is None or record.set == question.set)
        and (question.area is None or record.area == question.area)
        and (question.basis is None or record.basis == question.basis)
        and (question.data_year is None or record.data_year == question.data_year)
        and (not question.coordinates or not _other_coordinates(record, question))
        and record.source.status != "draft"
        and (question.on is None or record.validity.state(question.on) == "in_force")
    )


def obstacles(record: Record, question: Question) -> list[Obstacle]:
    """What keeps a record from answering; empty where it answers."""
    found: list[Obstacle] = []
    if record.subject not in (question.subject, question.held):
        found.append(Obstacle("other", f"subject is {record.subject}, not {question.subject}"))
    for name in ("parameter", *_NARROWING):
        asked, held = getattr(question, name), getattr(record, name)
        if asked is not None and held != asked:
            found.append(Obstacle("other", f"{name} is {held or 'empty'}, not {asked}"))
    found += [
        Obstacle("other", f"{name} is {held or 'empty'}, not {asked or 'empty'}")
        for name, asked, held in _other_coordinates(record, question)
    ]
    if record.value is None:
        found.append(Obstacle("no_value", _missing_value(record)))
    if record.source.status == "draft":
        found.append(Obstacle("time", f"{record.source.label} is a draft, not in force"))
    if question.on is not None:
        found += _obstacle_of_time(record, question.on)
    return found


def refusal(
    question: Question,
    candidates: Sequence[Record],
    close: Sequence[Record],
    sources: Sequence[Source],
    hint: str = "",
) -> LookupRefused:
    """The error for a question without exactly one answer.

    Parameters
    ----------
    candidates : records of the subject and parameter asked for.
    close : records of names that come close, for where there is no candidate.
    sources : sources whose number is the set asked for.
    hint : what the table itself says to ask for instead.
    """
    matching = [record for record in candidates if answers(record, question)]
    if matching:
        return _ambiguous(question, matching)
    near = list(candidates) or list(close)
    order = {record.record: place for place, record in enumerate(close)}
    reasons = {record.record: obstacles(record, question) for record in near}
    near.sort(
        key=lambda record: (
            len(reasons[record.record]),
            sum(reason.kind == "other" for reason in reasons[record.record]),
            _unlike(question.area, record.area),
            order.get(record.record, 0),
            record.record,
        )
    )
    kinds = {reason.kind for found in reasons.values() for reason in found}
    fault = Fault(
        (f"{question.table}.csv", question.subject, question.parameter),
        _found(question, candidates, sources),
        "exactly one record with a value that is in force on the day asked for",
        hint or _remedy(question, candidates, kinds),
    )
    lines = [
        f"{record.record}: {'; '.join(reason.words for reason in reasons[record.record])}"
        for record in near[:_NEAR]
    ]
    return LookupRefused(f"No reference record for {question}", [fault], lines)


def _unlike(asked: str | None, held: str) -> float:
    """How little a text looks like the one asked for; 0 where none was."""
    if not asked:
        return 0.0
    return 1 - difflib.SequenceMatcher(None, asked.casefold(), held.casefold()).ratio()


def coordinate(name: str, value: Coordinate) -> str:
    """A coordinate as the text that cells are compared with.

    Raises
    ------
    LookupRefused
        If it is neither a text nor a number.

    Examples
    --------
    >>> from decimal import Decimal
    >>> coordinate("pressure_MPa", 1), coordinate("pressure_MPa", Decimal("0.10"))
    ('1', '0.10')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
        text = _number_text(value)
        if text:
            return text
    rule, remedy = "a text as the table has it, or a number", "write the number, such as 1 or '1'"
    fault = Fault((name,), f"{value!r}, a {type(value).__name__}", rule, remedy)
    raise LookupRefused(f"{name} cannot be asked by {value!r}", [fault])


def _number_text(value: float | Decimal | Fraction) -> str:
    """A number in plain digits; empty where it has none."""
    if isinstance(value, Fraction):
        places = next((n for n in range(20) if (value * 10**n).denominator == 1), None)
        return "" if places is None else decimal_text(value, places)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact:f}" if exact.is_finite() else ""


def strange_coordinate(table: str, name: str, known: Sequence[str]) -> LookupRefused:
    """The error for a coordinate that a table does not have."""
    held = ", ".join(known) or "none"
    fault = Fault(
        (f"{table}.csv", name), "no such column", f"a coordinate of the table: {held}", "correct it"
    )
    return LookupRefused(f"{table} is not asked by {name}", [fault], list(known))


def strange_programme(table: str, programme: str, own: str) -> LookupRefused:
    """The error for a programme that no rule ties to a table."""
    rule = f"the table serves {own}" if own else "no rule ties this table to a programme"
    remedy = "leave the programme out, and name the set that its method prescribes"
    fault = Fault((f"{table}.csv", programme), "another programme", rule, remedy)
    return LookupRefused(f"{table} cannot be asked for {programme}", [fault], [own] if own else [])


def without_a_year(programme: str) -> LookupRefused:
    """The error for a programme's choice that is asked for without a day."""
    fault = Fault(
        ("electricity_selection.csv", programme),
        "no day",
        "a programme chooses its factor for a reporting year",
        "give a day of the reporting year",
    )
    return LookupRefused(f"{programme} chooses by the reporting year", [fault])


def _other_coordinates(record: Record, question: Question) -> list[tuple[str, str, str]]:
    held = dict(record.coordinates)
    return [
        (name, asked, held.get(name, ""))
        for name, asked in question.coordinates
        if not _alike(asked, held.get(name, ""))
    ]


def _alike(asked: str, held: str) -> bool:
    """Whether two coordinates are the same text, or the same number: 200 and 200.0."""
    return asked == held or (_number(asked) is not None and _number(asked) == _number(held))


@lru_cache(maxsize=4096)
def _number(text: str) -> Fraction | None:
    try:
        return parse_decimal(text)
    except ValueError:
        return None


def _missing_value(record: Record) -> str:
    if record.value_low is not None or record.value_high is not None:
        return "only a range is printed, no value"
    return "the row exists, its number is not known"


def _obstacle_of_time(record: Record, day: dt.date) -> list[Obstacle]:
    words = record.validity.words()
    return {
        "in_force": [],
        "not_yet": [Obstacle("time", f"not yet in force on {day}: {words}")],
        "ended": [Obstacle("time", f"no longer in force on {day}: {words}")],
        "uncertain": [
            Obstacle("unknown_time", f"uncertain whether it was in force on {day}: {words}")
        ],
        "unknown": [
            Obstacle("unknown_time", f"the date in force of {record.source.label} is not known")
        ],
    }[record.validity.state(day)]


def _ambiguous(question: Question, matching: list[Record]) -> LookupRefused:
    told = [name for name in _NARROWING if len({getattr(record, name) for record in matching}) > 1]
    coordinates = [dict(record.coordinates) for record in matching]
    told += [name for name in coordinates[0] if len({other.get(name) for other in coordinates}) > 1]
    remedy = (
        f"name the {' or the '.join(told)}" if told else "remove all but one in the tables loaded"
    )
    fault = Fault(
        (f"{question.table}.csv", question.subject, question.parameter),
        f"{len(matching)} records",
        "exactly one record answers a question",
        remedy,
    )
    near = [
        f"{record.record}: " + ", ".join(f"{name} {_told(record, name)}" for name in told)
        for record in matching[:_NEAR]
    ]
    return LookupRefused(f"More than one reference record for {question}", [fault], near)


def _told(record: Record, name: str) -> str:
    held = getattr(record, name) if name in _NARROWING else dict(record.coordinates).get(name)
    return held or "empty"


def _found(question: Question, candidates: Sequence[Record], sources: Sequence[Source]) -> str:
    if any(record.set == question.set for record in candidates):
        return "records that do not answer; each says why below"
    if sources:
        source = sources[0]
        known = f"{source.label} is known ({source.validity.words()})"
        return f"{known}, but none of its values for this is loaded"
    if candidates:
        return "records of this subject, none of which answers"
    return "no row of this subject and parameter"


def _remedy(question: Question, candidates: Sequence[Record], kinds: Set[str]) -> str:
    if not candidates:
        return (
            "correct the subject or parameter, or add the row to the workspace's reference folder"
        )
    if "unknown_time" in kinds:
        return "give the date in force in reference/sources.csv of the workspace"
    if "time" in kinds:
        edition = question.set or "the edition"
        when = "that is final" if question.on is None else f"as in force on {question.on}"
        return f"add {edition} {when} to the workspace's reference folder"
    if "no_value" in kinds:
        return "load the number from the printed table, or use a measured value"
    return (
        "ask for one of the records below, or add the one asked for to reference/ in the workspace"
    )
