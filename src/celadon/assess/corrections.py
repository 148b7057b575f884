"""Correcting the limits of a standard by what a unit is and works with.

The limit is corrected, never the actual value. A term needs a fact of the unit; where one is not
declared the whole set of limits is left open, because a half-corrected limit would be wrong. A term
whose condition is not declared gives two sets: the verdict is told only where both agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from celadon.assess.facts import plain_text, shares_fault
from celadon.assess.reasons import Reason, distinct, reason
from celadon.assess.terms import AMOUNTS, CONDITION, CONDITION_FACTS, Effect, OpenTerm, effect_of
from celadon.reference import Correction


@dataclass(frozen=True, slots=True)
class Corrected:
    """Limits after correction, the terms that changed them, and what kept them from it.

    Parameters
    ----------
    lacks : every fact that is missing or unusable; where it is not empty, ``limits`` are the
        printed ones.
    confidence : the letters of the terms.
    rows : the rows that changed a limit, or whose condition decided whether one is changed.
    either : the limits with the terms whose condition is not declared; None where all are.
    doubt : the conditions that are not declared.
    """

    limits: Mapping[str, Fraction]
    terms: tuple[Reason, ...]
    lacks: tuple[Reason, ...]
    confidence: tuple[str, ...]
    rows: tuple[Correction, ...] = ()
    either: Mapping[str, Fraction] | None = None
    doubt: tuple[Reason, ...] = ()


def correct(
    limits: Mapping[str, Fraction], corrections: Sequence[Correction], facts: Mapping[str, str]
) -> Corrected:
    """Correct limits named ``grade_1`` .. ``grade_3`` by every term, in the standard's order.

    Parameters
    ----------
    limits : printed limits by name; a grade that the standard does not define is absent.
    corrections : the terms of one standard and product, with the amounts that they add up.
    facts : the unit's declared facts.
    """
    corrected, either = dict(limits), dict(limits)
    terms: list[Reason] = []
    rows: list[Correction] = []
    doubts: list[Reason] = []
    past = shares_fault([row.variable for row in corrections], facts)
    lacks = [] if past is None else [past]
    for group in _groups(corrections):
        try:
            effect = effect_of(group, corrections, facts)
        except OpenTerm as open_term:
            lacks.append(open_term.lacks)
            continue
        if effect is None:
            continue
        rows += effect.rows
        if not effect.changes:
            continue
        either = effect.on(either)
        if effect.doubt is not None:
            doubts.append(effect.doubt)
            continue
        corrected = effect.on(corrected)
        terms.append(_term(group[0], facts, effect))
    letters = tuple(sorted({correction.confidence for correction in corrections}))
    if lacks:
        return Corrected(dict(limits), (), distinct(lacks), letters)
    other = either if doubts else None
    return Corrected(corrected, tuple(terms), (), letters, tuple(rows), other, tuple(doubts))


def facts_asked(corrections: Sequence[Correction]) -> tuple[str, ...]:
    """The names of the facts that corrections ask for, in their order, each once."""
    names: list[str] = []
    for row in corrections:
        told = CONDITION.fullmatch(row.condition)
        if row.kind == "altitude formula":
            names.append(row.condition.partition(">")[0].strip())
        elif told is not None and told[1] in CONDITION_FACTS:
            names.append(CONDITION_FACTS[told[1]])
        if row.variable and not _composes(row) and row.subject != AMOUNTS:
            names.append(row.variable)
    return tuple(dict.fromkeys(names))


def _composes(row: Correction) -> bool:
    """Whether a row only says how the others are put together, as ``Vc = a*b*c*d``."""
    return row.kind == "factor" and "," in row.variable


def _groups(corrections: Sequence[Correction]) -> Iterator[list[Correction]]:
    """The rows that make one term together, in the order the standard applies them."""

    def term(correction: Correction) -> tuple[int, str, str, str, tuple[str, ...]]:
        c = correction
        return c.order, c.group, c.variable, c.kind, c.grades

    own = (row for row in corrections if row.subject != AMOUNTS and not _composes(row))
    for _, rows in groupby(sorted(own, key=term), key=term):
        yield list(rows)


def _term(row: Correction, facts: Mapping[str, str], effect: Effect) -> Reason:
    told = {
        "fact": row.variable,
        "declared": facts[row.variable].strip(),
        "unit": row.unit or "1",
        "grades": list(row.grades),
    }
    if effect.factor != 1:
        return reason("multiplied", **told, factor=plain_text(effect.factor))
    return reason("added", **told, change=plain_text(effect.addition))
