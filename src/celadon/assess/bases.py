"""Bases of a comparison: feedstock in or out, electricity at calorific or equivalent value.

A figure is held to a limit of its own basis alone. Across bases the comparison is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from celadon.assess.reasons import Reason, reason
from celadon.reference import Source

Feedstock = Literal["", "in", "out"]
"""Whether the energy of raw material is counted; empty where there is none, or it is not said."""

Electricity = Literal["", "calorific", "equivalent"]
"""What a kilowatt-hour counts for; empty where it is not said, or the figure is of electricity."""

CALORIFIC_SINCE = 2013
"""Editions of this year and later give limits at calorific value (notes on methods, letter B)."""

_WITH = ("with_feedstock", "included")
_WITHOUT = ("without_feedstock", "left_out")


_NOTED = ("feedstock included", "with feedstock")
_NOTED_WITHOUT = ("feedstock left out", "without feedstock")


def feedstock_of(subject: str, notes: Iterable[str] = ()) -> Feedstock:
    """The basis that the tables state, in the subject of a norm or beside its limits; else empty.

    Parameters
    ----------
    notes : of the records of its limits.

    Examples
    --------
    >>> feedstock_of("mto_feedstock_included"), feedstock_of("carbon_black_without_feedstock")
    ('in', 'out')
    >>> feedstock_of("mto", ["recalled; equals grades 2 and 3 with feedstock included"])
    'in'
    >>> feedstock_of("ammonia_natural_gas")
    ''
    """
    told = list(notes)
    if any(words in note for note in told for words in _NOTED_WITHOUT):
        return "out"
    if any(words in note for note in told for words in _NOTED):
        return "in"
    if subject.endswith(_WITHOUT):
        return "out"
    return "in" if subject.endswith(_WITH) else ""


def electricity_of(source: Source) -> Electricity:
    """At which value a standard counts electricity; empty where that is not known."""
    year = source.edition[:4]
    return "calorific" if year.isdigit() and int(year) >= CALORIFIC_SINCE else ""


def feedstock_fault(given: str, norm: Feedstock) -> Reason | None:
    """Why a figure and a norm cannot be compared, as to raw material; None where they can.

    A basis that is declared is held to what the tables state, whatever the subject is called:
    where they state nothing, nobody can tell whether the norm is on it.

    Examples
    --------
    >>> feedstock_fault("in", "out").key, feedstock_fault("", "in").key
    ('basis_feedstock', 'basis_feedstock_missing')
    >>> feedstock_fault("out", "").key, feedstock_fault("", "")
    ('basis_feedstock_unstated', None)
    """
    if given == norm:
        return None
    if not norm:
        return reason("basis_feedstock_unstated", given_feedstock=given)
    if not given:
        return reason("basis_feedstock_missing", feedstock=norm)
    return reason("basis_feedstock", feedstock=norm, given_feedstock=given)


def electricity_fault(given: Electricity, norm: Electricity, standard: object) -> Reason | None:
    """Why a figure and a norm cannot be compared, as to electricity; None where they can."""
    if not norm:
        return reason("basis_electricity_unknown", standard=standard)
    if not given:
        return reason("basis_electricity_missing", electricity=norm)
    if given != norm:
        return reason("basis_electricity", electricity=norm, given_electricity=given)
    return None
