"""Asking the reference tables a question, and saying why there is no one answer."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from celadon.errors import Fault, LookupRefused
from celadon.reference.facts import Record, Source

_NEAR = 6


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a table, a subject, a parameter, and what narrows them; None is not asked."""

    table: str
    subject: str
    parameter: str
    set: str | None = None
    area: str | None = None
    basis: str | None = None
    on: dt.date | None = None

    def __str__(self) -> str:
        narrowed = [f"{name} {getattr(self, name)}" for name in ("set", "area", "basis")
                    if getattr(self, name) is not None]  # fmt: skip
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
        and (question.on is None or record.validity.state(question.on) == "in_force")
        and record.source.status != "draft"
    )


def obstacles(record: Record, question: Question) -> list[Obstacle]:
    """What keeps a record from answering; empty where it answers."""
    found: list[Obstacle] = []
    for name in ("subject", "parameter", "set", "area", "basis"):
        asked, held = getattr(question, name), getattr(record, name)
        if asked is not None and held != asked:
            found.append(Obstacle("other", f"{name} is {held or 'empty'}, not {asked}"))
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
    others: Iterable[Record],
    sources: list[Source],
) -> LookupRefused:
    """The error for a question without exactly one answer.

    Parameters
    ----------
    candidates : records of the subject and parameter asked for.
    others : all records of the table, for names that come close.
    sources : sources whose number is the set asked for.
    """
    matching = [record for record in candidates if answers(record, question)]
    if matching:
        return _ambiguous(question, matching)
    near = list(candidates) or _close(question, others)
    reasons = {record.record: obstacles(record, question) for record in near}
    near.sort(key=lambda record: (len(reasons[record.record]), record.record))
    fault = Fault(
        (f"{question.table}.csv", question.subject, question.parameter),
        _found(question, candidates, sources),
        "exactly one record with a value that is in force on the day asked for",
        _remedy(question, candidates, {r.kind for found in reasons.values() for r in found}),
    )
    lines = [
        f"{record.record}: {'; '.join(reason.words for reason in reasons[record.record])}"
        for record in near[:_NEAR]
    ]
    return LookupRefused(f"No reference record for {question}", [fault], lines)


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
    told = [
        name
        for name in ("set", "area", "basis", "data_year")
        if len({getattr(record, name) for record in matching}) > 1
    ]
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
        f"{r.record}: " + ", ".join(f"{name} {getattr(r, name) or 'empty'}" for name in told)
        for r in matching[:_NEAR]
    ]
    return LookupRefused(f"More than one reference record for {question}", [fault], near)


def _found(question: Question, candidates: Sequence[Record], sources: list[Source]) -> str:
    if any(record.set == question.set for record in candidates):
        return "records that do not answer; each says why below"
    if sources:
        source = sources[0]
        known = f"{source.label} is known ({source.validity.words()})"
        return f"{known}, but none of its values for this is loaded"
    if candidates:
        return "records of this subject, none of which answers"
    return "no row of this subject and parameter"


def _remedy(question: Question, candidates: Sequence[Record], kinds: set[str]) -> str:
    if not candidates:
        return (
            "correct the subject or parameter, or add the row to the workspace's reference folder"
        )
    if "unknown_time" in kinds:
        return "give the date in force in reference/sources.csv of the workspace"
    if "time" in kinds:
        edition = question.set or "the edition"
        return f"add {edition} as in force on {question.on} to the workspace's reference folder"
    if "no_value" in kinds:
        return "load the number from the printed table, or use a measured value"
    return (
        "ask for one of the records below, or add the one asked for to reference/ in the workspace"
    )


def _close(question: Question, others: Iterable[Record]) -> list[Record]:
    """Records of the same subject, else of subjects spelt like it."""
    listed = list(others)
    same = [record for record in listed if record.subject == question.subject]
    if same:
        return same
    subjects = list({record.subject for record in listed})
    close = difflib.get_close_matches(question.subject, subjects, n=3)
    return [
        record
        for record in listed
        if record.subject in close and record.parameter == question.parameter
    ]
