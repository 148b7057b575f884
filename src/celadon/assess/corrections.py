"""Correcting the limits of a standard by what a unit is and works with.

The limit is corrected, never the actual value. A term needs a fact of the unit; where one is not
declared the whole set of limits is left open, because a half-corrected limit would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, pairwise

from celadon.assess.reasons import Reason, distinct, reason
from celadon.exact import decimal_text, parse_decimal
from celadon.reference import Correction

_PERCENT = (Fraction(0), Fraction(100))
_FORMULA = re.compile(r"K = ([\d.]+) - ([\d.]+) \* P / \d+")


@dataclass(frozen=True, slots=True)
class Corrected:
    """Limits after correction, the terms that changed them, and what kept them from it.

    ``lacks`` names every fact that is missing or unusable; where it is not empty, ``limits`` are
    the printed ones. ``confidence`` holds the letters of the terms.
    """

    limits: Mapping[str, Fraction]
    terms: tuple[Reason, ...]
    lacks: tuple[Reason, ...]
    confidence: tuple[str, ...]


class _Open(Exception):
    """A term cannot be evaluated; the reason says which fact would decide."""

    def __init__(self, lacks: Reason) -> None:
        super().__init__(lacks)
        self.lacks = lacks


def correct(
    limits: Mapping[str, Fraction], corrections: Sequence[Correction], facts: Mapping[str, str]
) -> Corrected:
    """Correct limits named ``grade_1`` .. ``grade_3`` by every term, in the standard's order.

    Parameters
    ----------
    limits : printed limits by name; a grade that the standard does not define is absent.
    corrections : the terms of one standard and product.
    facts : the unit's declared facts.
    """
    corrected, terms, lacks = dict(limits), [], []
    for group in _groups(corrections):
        try:
            effect = _effect(group, corrections, facts)
        except _Open as open_term:
            lacks.append(open_term.lacks)
            continue
        if effect is None:
            continue
        factor, addition = effect
        for grade in group[0].grades:
            name = f"grade_{grade}"
            if name in corrected:
                corrected[name] = corrected[name] * factor + addition
        terms.append(_term(group[0], facts, factor, addition))
    letters = tuple(sorted({correction.confidence for correction in corrections}))
    if lacks:
        return Corrected(dict(limits), (), distinct(lacks), letters)
    return Corrected(corrected, tuple(terms), (), letters)


def plain_text(value: Fraction) -> str:
    """A rational as a decimal: exact where it ends, else to six decimals.

    Examples
    --------
    >>> plain_text(Fraction(-59, 2)), plain_text(Fraction(361)), plain_text(Fraction(1, 3))
    ('-29.5', '361', '0.333333')
    """
    decimals = next((n for n in range(12) if (value * 10**n).denominator == 1), 6)
    return decimal_text(value, decimals)


def _groups(corrections: Sequence[Correction]) -> Iterator[list[Correction]]:
    """The rows that make one term together, in the order the standard applies them."""

    def term(correction: Correction) -> tuple[int, str, str, str, tuple[str, ...]]:
        c = correction
        return c.order, c.group, c.variable, c.kind, c.grades

    for _, rows in groupby(sorted(corrections, key=term), key=term):
        yield list(rows)


def _effect(
    group: list[Correction], all_terms: Sequence[Correction], facts: Mapping[str, str]
) -> tuple[Fraction, Fraction] | None:
    """Factor and addition of a term; None where it changes nothing."""
    kind = group[0].kind
    if kind == "rule":
        for row in group:
            _check_condition(row, facts)
        return None
    if kind in ("factor", "additive"):
        chosen = _row_of_class(group, all_terms, facts)
        if chosen is None:
            return None
        coefficient = _coefficient(chosen)
        effect = (coefficient, Fraction(0)) if kind == "factor" else (Fraction(1), coefficient)
    elif kind == "linear per unit":
        effect = (Fraction(1), _linear(group[0], facts))
    elif kind == "table interpolated":
        effect = (Fraction(1), _interpolated(group, facts))
    elif kind == "table step":
        effect = (Fraction(1), _step(group, facts))
    elif kind == "altitude formula":
        effect = (_altitude(group[0], facts), Fraction(0))
    else:
        raise _Open(
            reason(
                "correction_unknown",
                standard=group[0].standard,
                subject=group[0].subject,
                fact=group[0].variable,
            )
        )
    return None if effect == (Fraction(1), Fraction(0)) else effect


def _check_condition(row: Correction, facts: Mapping[str, str]) -> None:
    """A rule with a condition ``fact = word`` says to whom the limits apply at all."""
    if not row.variable or not row.condition:
        return
    wanted = row.condition.partition("=")[2].strip()
    undeclared = reason("fact_missing_condition", fact=row.variable, wanted=wanted)
    declared = _declared(row, facts, undeclared)
    if declared != wanted:
        raise _Open(reason("not_applicable", fact=row.variable, text=declared, wanted=wanted))


def _row_of_class(
    group: list[Correction], all_terms: Sequence[Correction], facts: Mapping[str, str]
) -> Correction | None:
    """The row of the declared class; None where the class has no term in this group."""
    variable = group[0].variable
    words = (
        word
        for row in all_terms
        if row.variable == variable
        for word in (row.reference_value, row.breakpoint)
        if word
    )
    known = list(dict.fromkeys(words))
    undeclared = reason("fact_missing_choice", fact=variable, choices=known)
    declared = _declared(group[0], facts, undeclared)
    if declared not in known:
        raise _Open(reason("fact_not_choice", fact=variable, text=declared, choices=known))
    return next((row for row in group if row.breakpoint == declared), None)


def _linear(row: Correction, facts: Mapping[str, str]) -> Fraction:
    value, reference = _number(row, facts), _stated(row, row.reference_value)
    coefficient = _coefficient(row)
    if "below" in row.coefficient_unit:
        short = reference - value
        short = short if row.floor is None else max(row.floor, short)
        return coefficient * (short if row.cap is None else min(row.cap, short))
    low, high = row.floor, row.cap
    if (low is not None and value < low) or (high is not None and value > high):
        raise _Open(_outside(row, value, low, high))
    return coefficient * (value - reference)


def _interpolated(group: list[Correction], facts: Mapping[str, str]) -> Fraction:
    value = _number(group[0], facts)
    points = sorted((_stated(row, row.breakpoint), _coefficient(row)) for row in group)
    if not points[0][0] <= value <= points[-1][0]:
        raise _Open(_outside(group[0], value, points[0][0], points[-1][0]))
    for (left, lower), (right, upper) in pairwise(points):
        if value <= right:
            return lower + (upper - lower) * (value - left) / (right - left)
    return points[-1][1]


def _step(group: list[Correction], facts: Mapping[str, str]) -> Fraction:
    """The value of the step: a breakpoint is the open lower end of its step."""
    value = _number(group[0], facts)
    if value < 0:
        raise _Open(_outside(group[0], value, Fraction(0), None))
    steps = sorted((_stated(row, row.breakpoint), _coefficient(row)) for row in group)
    reached = [addition for start, addition in steps if start < value]
    return reached[-1] if reached else steps[0][1]


def _altitude(row: Correction, facts: Mapping[str, str]) -> Fraction:
    """The factor ``a - b * P / P0`` above the altitude of the condition; 1 up to it."""
    fact, _, above = row.condition.partition(">")
    found = _FORMULA.fullmatch(row.formula.partition(";")[0].strip())
    if found is None:
        raise _without_number(row)
    altitude = _number(replace(row, variable=fact.strip(), unit="m"), facts)
    if altitude <= _stated(row, above.strip()):
        return Fraction(1)
    constant, slope = (parse_decimal(text) for text in found.groups())
    return constant - slope * _number(row, facts) / _stated(row, row.reference_value)


def _declared(row: Correction, facts: Mapping[str, str], undeclared: Reason) -> str:
    if not facts.get(row.variable, "").strip():
        raise _Open(undeclared)
    return facts[row.variable].strip()


def _number(row: Correction, facts: Mapping[str, str]) -> Fraction:
    unit = row.unit or "1"
    text = _declared(row, facts, reason("fact_missing", fact=row.variable, unit=unit))
    try:
        value = parse_decimal(text)
    except ValueError:
        raise _Open(reason("fact_not_number", fact=row.variable, text=text, unit=unit)) from None
    if row.unit.startswith("%") and not _PERCENT[0] <= value <= _PERCENT[1]:
        raise _Open(_outside(row, value, *_PERCENT))
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


def _without_number(row: Correction) -> _Open:
    return _Open(
        reason(
            "correction_without_number",
            standard=row.standard,
            subject=row.subject,
            fact=row.variable,
        )
    )


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


def _term(
    row: Correction, facts: Mapping[str, str], factor: Fraction, addition: Fraction
) -> Reason:
    told = {
        "fact": row.variable,
        "declared": facts[row.variable].strip(),
        "unit": row.unit or "1",
        "grades": list(row.grades),
    }
    if factor != 1:
        return reason("multiplied", **told, factor=plain_text(factor))
    return reason("added", **told, change=plain_text(addition))
