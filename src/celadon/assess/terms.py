"""What one term of a standard's corrections does to a limit, from the facts that it asks for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

from celadon.assess.facts import plain_text, pressure_fault, range_fault
from celadon.assess.reasons import Reason, reason
from celadon.exact import parse_decimal
from celadon.reference import Correction

AMOUNTS = "machine_made_paper_all"
"""Subject of the rows whose amounts are added to the limits of every machine-made paper."""

NOT_APPLICABLE = "not applicable"
"""What is declared of a correction that does not concern the product: its factor is then 1."""

CONDITION_FACTS: Mapping[str, str] = {"Cr/Fe ratio of the ore": "cr_fe_ratio"}
"""The fact that the words of a condition ask for."""

_FORMULA = re.compile(r"K = ([\d.]+) - ([\d.]+) \* P / \d+")
CONDITION = re.compile(r"(.+?) (>=|<=|>|<) ([\d.]+)")
"""A condition that compares a figure with a number."""
_COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
ONE = Fraction(1)
"""The factor that changes nothing."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Factor and addition of a term, the rows it is read from, what its condition lacks."""

    factor: Fraction
    addition: Fraction
    rows: tuple[Correction, ...]
    doubt: Reason | None = None

    @property
    def changes(self) -> bool:
        """Whether it changes a limit at all."""
        return (self.factor, self.addition) != (ONE, Fraction(0))

    def on(self, limits: dict[str, Fraction]) -> dict[str, Fraction]:
        """Limits with the grades of its rows changed."""
        names = {f"grade_{grade}" for grade in self.rows[0].grades}
        return {
            name: limit * self.factor + self.addition if name in names else limit
            for name, limit in limits.items()
        }


class OpenTerm(Exception):
    """A term cannot be evaluated; the reason says which fact would decide."""

    def __init__(self, lacks: Reason) -> None:
        super().__init__(lacks)
        self.lacks = lacks


def effect_of(
    group: list[Correction], all_terms: Sequence[Correction], facts: Mapping[str, str]
) -> Effect | None:
    """What a term does; None where it says nothing of these limits.

    Raises
    ------
    OpenTerm
        If a fact is missing or cannot be, or the term is not known in numbers.
    """
    kind = group[0].kind
    if kind in ("factor", "additive") and group[0].coefficient is not None:
        return _by_class(group, all_terms, facts)
    if kind == "additive":
        return _sum_of_amounts(group[0], all_terms, facts)
    of_rows = {
        "rule": _condition_of_all, "table interpolated": _interpolated, "table step": _step,
    }.get(kind)  # fmt: skip
    if of_rows is not None:
        return of_rows(group, facts)
    of_row = {"linear per unit": _linear, "altitude formula": _altitude}.get(kind, _unknown)
    return of_row(group[0], facts)


def _condition_of_all(group: list[Correction], facts: Mapping[str, str]) -> Effect | None:
    """A rule with a condition ``fact = word`` says to whom the limits apply at all."""
    asked = [row for row in group if row.variable and row.condition]
    for row in asked:
        wanted = row.condition.partition("=")[2].strip()
        undeclared = reason("fact_missing_condition", fact=row.variable, wanted=wanted)
        declared = _declared(row, facts, undeclared)
        if declared != wanted:
            raise OpenTerm(
                reason("not_applicable", fact=row.variable, text=declared, wanted=wanted)
            )
    return Effect(ONE, Fraction(0), tuple(asked)) if asked else None


def _sum_of_amounts(
    row: Correction, all_terms: Sequence[Correction], facts: Mapping[str, str]
) -> Effect:
    """The sum of the additions that apply, declared as one amount: at most one of each process."""
    amounts: dict[str, list[Correction]] = {}
    for each in all_terms:
        if each.subject == AMOUNTS and each.coefficient is not None:
            amounts.setdefault(each.variable, []).append(each)
    chosen = product(*([None, *rows] for rows in amounts.values()))
    taken = [tuple(each for each in one if each is not None) for one in chosen]
    sums = {sum((_coefficient(each) for each in one), Fraction(0)): one for one in taken}
    known = [plain_text(total) for total in sorted(sums)]
    undeclared = reason("fact_missing_choice", fact=row.variable, choices=known)
    text = _declared(row, facts, undeclared)
    try:
        value = parse_decimal(text)
    except ValueError:
        value = Fraction(-1)
    if value not in sums:
        raise OpenTerm(reason("fact_not_choice", fact=row.variable, text=text, choices=known))
    return _changing(Effect(ONE, value, (row, *sums[value])))


def _by_class(
    group: list[Correction], all_terms: Sequence[Correction], facts: Mapping[str, str]
) -> Effect | None:
    """The row of the declared class; None where the class has no term in this group."""
    variable = group[0].variable
    words = (
        word
        for row in all_terms
        if row.variable == variable
        for word in (row.reference_value, row.breakpoint)
        if word
    )
    named = any(row.breakpoint for row in group)
    known = list(dict.fromkeys(words)) if named else [_yes_or_no(row) for row in group]
    undeclared = reason("fact_missing_choice", fact=variable, choices=known)
    declared = _declared(group[0], facts, undeclared)
    if declared not in known:
        raise OpenTerm(reason("fact_not_choice", fact=variable, text=declared, choices=known))
    told = ((row.breakpoint if named else _yes_or_no(row), row) for row in group)
    chosen = next((row for word, row in told if word == declared), None)
    if chosen is None:
        return None
    amount = _coefficient(chosen)
    effect = (amount, Fraction(0)) if chosen.kind == "factor" else (ONE, amount)
    return _changing(Effect(*effect, (chosen,)))


def _yes_or_no(row: Correction) -> str:
    """The class of a row that names it by its condition alone."""
    return "no" if row.condition == "otherwise" else "yes"


def _changing(effect: Effect) -> Effect:
    """An effect, with its rows only where it changes a limit."""
    return effect if effect.changes else replace(effect, rows=())


def _linear(row: Correction, facts: Mapping[str, str]) -> Effect:
    value, reference = _number(row, facts), _stated(row, row.reference_value)
    coefficient = _coefficient(row)
    if "below" in row.coefficient_unit:
        short = reference - value
        short = short if row.floor is None else max(row.floor, short)
        addition = coefficient * (short if row.cap is None else min(row.cap, short))
        return _changing(Effect(ONE, addition, (row,)))
    low, high = row.floor, row.cap
    if (low is not None and value < low) or (high is not None and value > high):
        raise OpenTerm(_outside(row, value, low, high))
    effect = _changing(Effect(ONE, coefficient * (value - reference), (row,)))
    return _if_given(row, facts, effect)


def _if_given(row: Correction, facts: Mapping[str, str], effect: Effect) -> Effect:
    """An effect that is given only on a condition of another fact, as far as that is declared."""
    told = CONDITION.fullmatch(row.condition)
    if told is None or told[1] == row.variable or not effect.changes:
        return effect
    fact = CONDITION_FACTS.get(told[1])
    if fact is None:
        raise _unread(row)
    if not facts.get(fact, "").strip():
        lacks = reason(
            "condition_missing", fact=fact, sign=told[2], wanted_value=told[3],
            corrected=row.variable,
        )  # fmt: skip
        return replace(effect, doubt=lacks)
    value = _number(replace(row, variable=fact, unit=""), facts)
    if _COMPARE[told[2]](value, parse_decimal(told[3])):
        return effect
    return Effect(ONE, Fraction(0), (row,))


def _interpolated(group: list[Correction], facts: Mapping[str, str]) -> Effect:
    value = _number(group[0], facts)
    points = sorted(
        ((_stated(row, row.breakpoint), _coefficient(row), row) for row in group),
        key=lambda point: point[0],
    )
    if not points[0][0] <= value <= points[-1][0]:
        raise OpenTerm(_outside(group[0], value, points[0][0], points[-1][0]))
    for (left, lower, first), (right, upper, second) in pairwise(points):
        if value <= right:
            amount = lower + (upper - lower) * (value - left) / (right - left)
            at_end = {left: (first,), right: (second,)}.get(value, (first, second))
            return _changing(Effect(ONE, amount, at_end))
    return _changing(Effect(ONE, points[-1][1], (points[-1][2],)))


def _step(group: list[Correction], facts: Mapping[str, str]) -> Effect:
    """The value of the step: a breakpoint is the open lower end of its step.

    A row without a breakpoint is the step below the others; coefficients without a unit multiply.
    """
    value = _number(group[0], facts)
    if value < 0:
        raise OpenTerm(_outside(group[0], value, Fraction(0), None))
    steps = sorted(
        (
            (_stated(row, row.breakpoint or "0"), _coefficient(row), row)
            for row in group
        ),
        key=lambda step: step[0],
    )  # fmt: skip
    reached = [step for step in steps if step[0] < value] or steps[:1]
    _, amount, row = reached[-1]
    factors = row.coefficient_unit == "1"
    effect = (amount, Fraction(0)) if factors else (ONE, amount)
    return _changing(Effect(*effect, (row,)))


def _altitude(row: Correction, facts: Mapping[str, str]) -> Effect:
    """The factor ``a - b * P / P0`` above the altitude of the condition; 1 up to it."""
    fact, _, above = row.condition.partition(">")
    found = _FORMULA.fullmatch(row.formula.partition(";")[0].strip())
    if found is None:
        raise _without_number(row)
    altitude = _number(replace(row, variable=fact.strip(), unit="m"), facts)
    if altitude <= _stated(row, above.strip()):
        return Effect(ONE, Fraction(0), ())
    constant, slope = (parse_decimal(text) for text in found.groups())
    pressure = _number(row, facts)
    misfit = pressure_fault(pressure, altitude)
    if misfit is not None:
        raise OpenTerm(misfit)
    factor = constant - slope * pressure / _stated(row, row.reference_value)
    return Effect(factor, Fraction(0), (row,))


def _unknown(row: Correction, facts: Mapping[str, str]) -> Effect | None:
    """A correction whose numbers are not known; where it may be none, that can be declared."""
    unknown = {"standard": row.standard, "subject": row.subject, "fact": row.variable}
    may_be_none = "not applicable" in row.note or "factor 1.00 when" in row.note
    if not may_be_none or _stated(row, row.reference_value) != 1:
        raise OpenTerm(reason("correction_unknown", **unknown))
    if facts.get(row.variable, "").strip() != NOT_APPLICABLE:
        raise OpenTerm(reason("correction_unknown_unless", **unknown, word=NOT_APPLICABLE))
    return Effect(ONE, Fraction(0), (row,))


def _declared(row: Correction, facts: Mapping[str, str], undeclared: Reason) -> str:
    if not facts.get(row.variable, "").strip():
        raise OpenTerm(undeclared)
    return facts[row.variable].strip()


def _number(row: Correction, facts: Mapping[str, str]) -> Fraction:
    unit = row.unit or "1"
    text = _declared(row, facts, reason("fact_missing", fact=row.variable, unit=unit))
    try:
        value = parse_decimal(text)
    except ValueError:
        raise OpenTerm(reason("fact_not_number", fact=row.variable, text=text, unit=unit)) from None
    fault = range_fault(row.variable, value, unit)
    if fault is not None:
        raise OpenTerm(fault)
    return value


def _stated(row: Correction, text: str) -> Fraction:
    """A number that the table writes in a column of words."""
    try:
        return parse_decimal(text)
    except ValueError:
        raise _without_number(row) from None


def _coefficient(row: Correction) -> Fraction:
    if row.coefficient is None:
        raise _without_number(row)
    return row.coefficient


def _without_number(row: Correction) -> OpenTerm:
    told = {"standard": row.standard, "subject": row.subject, "fact": row.variable}
    return OpenTerm(reason("correction_without_number", **told))


def _unread(row: Correction) -> OpenTerm:
    told = {"standard": row.standard, "subject": row.subject, "condition": row.condition}
    return OpenTerm(reason("condition_unread", **told))


def _outside(
    row: Correction, value: Fraction, low: Fraction | None, high: Fraction | None
) -> Reason:
    ends = {"low": low, "high": high}
    return reason(
        "fact_outside",
        fact=row.variable,
        declared=plain_text(value),
        unit=row.unit or "1",
        bounds={name: plain_text(end) for name, end in ends.items() if end is not None},
    )
