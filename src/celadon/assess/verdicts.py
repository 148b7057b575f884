"""Rows of verdicts: comparing an exact value with limits, and the reasons for the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from celadon.assess.actual import Actual
from celadon.assess.facts import plain_text
from celadon.assess.limits import Limits
from celadon.assess.reasons import Reason, encoded, reason
from celadon.chain import canonical_json
from celadon.exact import decimal_text
from celadon.reference import Validity

CANNOT_TELL = "cannot_tell"
"""The outcome where a fact, a date or a figure is missing."""

SLIP = 1000
"""By how much a figure is off where a unit was taken for the next, as kgce for tce."""

Grading = Callable[[Fraction, Mapping[str, Fraction]], str]


@dataclass(frozen=True, slots=True)
class Place:
    """What is judged, and in which period ``[from_day, to_day)``."""

    site: str
    subject: str
    indicator: str
    from_day: dt.date
    to_day: dt.date

    @property
    def last_day(self) -> dt.date:
        """The last local day of the period; it decides which edition holds."""
        return self.to_day - dt.timedelta(days=1)


def level(value: Fraction, limits: Mapping[str, Fraction]) -> str:
    """``benchmark``, ``between`` or ``below_baseline``; the limit itself passes."""
    if value <= limits["benchmark"]:
        return "benchmark"
    return "between" if value <= limits["baseline"] else "below_baseline"


def grade(value: Fraction, limits: Mapping[str, Fraction]) -> str:
    """The best grade whose limit the value keeps, else ``over_limit``; undefined ones are skipped.

    Examples
    --------
    >>> grade(Fraction(62), {"grade_1": Fraction(61), "grade_3": Fraction(72)})
    'grade_3'
    """
    kept = sorted(name for name, limit in limits.items() if value <= limit)
    return kept[0] if kept else "over_limit"


def norm_of_intake(value: Fraction, limits: Mapping[str, Fraction]) -> str:
    """``met`` where the general value is kept, else ``not_met``."""
    return "met" if value <= limits["general"] else "not_met"


def compared(value: Fraction, limits: Mapping[str, Fraction]) -> Reason:
    """The comparison, tightest limit first, with the decimals it takes to see it.

    Examples
    --------
    >>> from celadon.assess.telling import reason_text
    >>> levels = {"benchmark": Fraction(361), "baseline": Fraction(435)}
    >>> reason_text(encoded([compared(Fraction("388.418"), levels)]), "en")
    '388.418 > 361 (benchmark level), ≤ 435 (baseline level)'
    """
    ordered = sorted(limits.items(), key=lambda item: (item[1], item[0]))
    return reason(
        "comparison",
        value=decimal_text(value, _decimals(value, limits)),
        comparisons=[
            {"name": name, "limit": plain_text(limit), "kept": value <= limit}
            for name, limit in ordered
        ],
    )


def doubts_of_force(
    standard: str | dict[str, str], validity: Validity, day: dt.date
) -> tuple[Reason, ...]:
    """Why it cannot be said that a standard was in force on a day; empty where it can."""
    state = validity.state(day)
    if state == "in_force":
        return ()
    if state == "unknown":
        return (reason("force_unknown", standard=standard),)
    dates = {"from": validity.from_text, "to": validity.to_text}
    told = {"day": str(day), "validity": {end: text for end, text in dates.items() if text}}
    if state == "uncertain":
        return (reason("force_uncertain", standard=standard, **told),)
    return (reason("not_in_force", standard=standard, **told),)


def judged(
    actual: Actual, limits: Limits, grading: Grading, doubts: tuple[Reason, ...] = ()
) -> tuple[str, tuple[Reason, ...]]:
    """Outcome and reasons: the grading, or ``cannot_tell`` with all that is in the way.

    ``doubts`` are reasons beyond the numbers, such as an unknown date in force; the comparison is
    then told as what it would be.
    """
    open_points = [*doubts, *limits.lacks, *([actual.lacks] if actual.lacks else [])]
    value = actual.value
    if limits.lacks and limits.values:
        printed = {name: plain_text(limit) for name, limit in limits.values.items()}
        open_points.append(reason("limits_before_correction", limits=printed))
    if value is None or limits.lacks or not limits.values:
        return CANNOT_TELL, tuple(open_points)
    open_points += limit_doubts(value, limits.values)
    outcome = grading(value, limits.values)
    comparison = (compared(value, limits.values), *slip_of_units(value, limits.values),
                  *actual.missing)  # fmt: skip
    if actual.seconds_missing:
        filled = None if actual.filled is None else grading(actual.filled, limits.values)
        if filled != outcome:
            open_points.append(reason("missing_time_decides"))
    if open_points:
        return CANNOT_TELL, (*open_points, reason("by_numbers", outcome=outcome), *comparison)
    return outcome, comparison


def settled(actual: Actual, limits: Limits, grading: Grading) -> tuple[Limits, tuple[Reason, ...]]:
    """Limits of which it is not known whether a term corrects them, as far as that decides.

    Where the outcome is the same either way, the limits without the term stand, and that is told;
    else the facts that would decide are lacking.
    """
    if limits.either is None or actual.value is None:
        return limits, ()
    outcome, other = grading(actual.value, limits.values), grading(actual.value, limits.either)
    facts = {one.numbers["fact"] for one in limits.doubt}
    if outcome == other:
        return limits, tuple(reason("same_either_way", fact=fact) for fact in sorted(facts))
    both = reason("either_way", outcome=outcome, other_outcome=other)
    return replace(limits, lacks=(*limits.doubt, both)), ()


def slip_of_units(value: Fraction, limits: Mapping[str, Fraction]) -> tuple[Reason, ...]:
    """That a figure is about a thousand times a limit, or a thousandth: kgce and tce, kg and t.

    Within a factor of three; the outcome stays, for only who handed it in knows.

    Examples
    --------
    >>> [one.key for one in slip_of_units(Fraction(450_000), {"grade_3": Fraction(435)})]
    ['slip_of_units']
    >>> slip_of_units(Fraction(450), {"grade_3": Fraction(435)})
    ()
    """
    low, high = min(limits.values()), max(limits.values())
    if low <= 0 or value <= 0:
        return ()
    times = value / high if value > high else low / value
    if not Fraction(SLIP, 3) <= times <= SLIP * 3:
        return ()
    shown = str(SLIP) if value > high else f"1/{SLIP}"
    return (reason("slip_of_units", times=shown),)


def limit_doubts(value: Fraction, limits: Mapping[str, Fraction]) -> tuple[Reason, ...]:
    """Why a value cannot be held to limits that are known: its sign, or a limit that is not there.

    A limit is below zero where the standard foresees that more energy is sent out than taken in;
    where no limit is, a value below zero says that something was not counted. What is above every
    grade is over the limit only where the last grade, which is the limit, is among them.
    """
    if value < 0 and all(limit > 0 for limit in limits.values()):
        return (reason("below_zero"),)
    graded = any(name.startswith("grade_") for name in limits)
    if graded and "grade_3" not in limits and value > max(limits.values()):
        return (reason("limit_grade_missing", limit="grade_3"),)
    return ()


def verdict_row(
    place: Place,
    rule: str,
    standard: str,
    actual: Actual,
    limits: Limits,
    outcome: str,
    because: tuple[Reason, ...],
    unit: str,
) -> dict[str, Any]:
    """A row of the table of verdicts; limits that could not be corrected are not among them."""
    told: dict[str, Any] = {}
    if not limits.lacks:
        told = {name: plain_text(value) for name, value in limits.values.items()}
        if limits.terms:
            told["corrections"] = [term.plain() for term in limits.terms]
    return {
        "site": place.site,
        "subject": place.subject,
        "indicator": place.indicator,
        "rule": rule,
        "standard": standard,
        "from_day": place.from_day,
        "to_day": place.to_day,
        "num": actual.num,
        "den": actual.den,
        "unit": limits.unit or unit,
        "limits": canonical_json(told),
        "outcome": outcome,
        "because": encoded(because),
        "confidence": limits.confidence,
    }


def _decimals(value: Fraction, limits: Mapping[str, Fraction]) -> int:
    """Three decimals, or as many more as tell the value from every limit it is not equal to."""
    for decimals in range(3, 12):
        rounded = Fraction(round(value * 10**decimals), 10**decimals)
        if all((rounded <= limit) == (value <= limit) for limit in limits.values()):
            return decimals
    return 12
