"""Bases of a comparison: feedstock in or out, electricity at calorific or equivalent value.

A figure is held to a limit of its own basis alone. Across bases the comparison is refused.
"""

from __future__ import annotations

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


def feedstock_of(subject: str) -> Feedstock:
    """The basis that a subject of the norms names; empty where the standard makes no difference.

    Examples
    --------
    >>> feedstock_of("mto_feedstock_included"), feedstock_of("carbon_black_without_feedstock")
    ('in', 'out')
    >>> feedstock_of("clinker")
    ''
    """
    if subject.endswith(_WITHOUT):
        return "out"
    return "in" if subject.endswith(_WITH) else ""


def electricity_of(source: Source) -> Electricity:
    """At which value a standard counts electricity; empty where that is not known."""
    year = source.edition[:4]
    return "calorific" if year.isdigit() and int(year) >= CALORIFIC_SINCE else ""


def feedstock_fault(given: str, norm: Feedstock) -> Reason | None:
    """Why a figure and a norm cannot be compared, as to raw material; None where they can.

    Examples
    --------
    >>> feedstock_fault("in", "out").key, feedstock_fault("", "in").key
    ('basis_feedstock', 'basis_feedstock_missing')
    """
    if given == norm or not norm:
        return None
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
