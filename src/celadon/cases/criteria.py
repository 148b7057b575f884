"""Criteria as data: which enterprises a programme is for, judged yes, no, or cannot tell.

A condition names a fact of an enterprise and what it must be. A fact is a list of texts: one for a
number or a code, several for the outcomes of all verdicts of a rule. A fact that is not held, or a
verdict that cannot be told, never counts as no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, model_validator

from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration, Named

Facts = Mapping[str, Sequence[str]]
"""What is known of an enterprise: ``region``, ``industry``, ``energy`` in tce, ``verdict:RULE``."""

Outcome = Literal["yes", "no", "cannot_tell"]

UNTOLD: Literal["cannot_tell"] = "cannot_tell"
"""The value of a fact of which it cannot be told what it is."""


class Condition(Declaration):
    """What one fact must be: among texts, among none of them, begun by one, or within numbers."""

    fact: str = Field(min_length=1)
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    least: DecimalText | None = None
    below: DecimalText | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        asked = (self.one_of, self.none_of, self.begins, self.least, self.below)
        if not any(asked):
            raise ValueError("a condition asks one_of, none_of, begins, least or below")
        return self


class Criterion(Named):
    """Conditions that all hold for who is selected or listed, and the clause that sets them."""

    clause: str = Field(min_length=1)
    conditions: tuple[Condition, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a criterion says of an enterprise; ``because`` is what each condition found."""

    outcome: Outcome
    because: tuple[str, ...]


def answer(criterion: Criterion, facts: Facts) -> Answer:
    """Judge an enterprise: no if one condition is broken, yes if all hold.

    Examples
    --------
    >>> key = Criterion(id="key", clause="x", conditions=(Condition(fact="energy", least="5000"),))
    >>> answer(key, {"energy": ["5600.5"]})
    Answer(outcome='yes', because=('energy 5600.5 ≥ 5000',))
    >>> answer(key, {})
    Answer(outcome='cannot_tell', because=('energy ? ≥ 5000',))
    """
    told = [_judged(each, facts.get(each.fact, ())) for each in criterion.conditions]
    outcomes = {outcome for outcome, _ in told}
    worst: Outcome = "no" if "no" in outcomes else UNTOLD if UNTOLD in outcomes else "yes"
    return Answer(worst, tuple(because for _, because in told))


def _judged(condition: Condition, values: Sequence[str]) -> tuple[Outcome, str]:
    told = [value for value in values if value != UNTOLD]
    unsure = len(told) < len(values) or not values
    wanted, outcome = _wanted(condition), _outcome(condition, told, unsure=unsure)
    shown = ", ".join(dict.fromkeys(told)) or "?"
    if outcome == UNTOLD and told:
        shown += ", ?"
    return outcome, f"{condition.fact} {shown} {wanted}"


def _outcome(condition: Condition, told: Sequence[str], *, unsure: bool) -> Outcome:
    """One value that fits is enough for what is wanted, one that is excluded for a no."""
    if any(value in condition.none_of for value in told):
        return "no"
    asks_one = bool(condition.one_of or condition.begins or condition.least or condition.below)
    if asks_one and any(_fits(condition, value) for value in told):
        return UNTOLD if condition.none_of and unsure else "yes"
    if unsure:
        return UNTOLD
    return "no" if asks_one else "yes"


def _fits(condition: Condition, value: str) -> bool:
    if condition.one_of and value not in condition.one_of:
        return False
    if condition.begins and not value.startswith(condition.begins):
        return False
    if condition.least is None and condition.below is None:
        return True
    number = parse_decimal(value)
    if condition.least is not None and number < parse_decimal(condition.least):
        return False
    return condition.below is None or number < parse_decimal(condition.below)


def _wanted(condition: Condition) -> str:
    parts = []
    if condition.one_of:
        parts.append(f"∈ {', '.join(condition.one_of)}")
    if condition.begins:
        parts.append(f"∈ {', '.join(f'{text}…' for text in condition.begins)}")
    if condition.none_of:
        parts.append(f"∉ {', '.join(condition.none_of)}")
    if condition.least is not None:
        parts.append(f"≥ {condition.least}")
    if condition.below is not None:
        parts.append(f"< {condition.below}")
    return " ".join(parts) + (f" {condition.unit}" if condition.unit else "")
