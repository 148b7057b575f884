"""What a declared fact can be at all: its physical range, and what it cannot be beside others.

No figure here is a norm. A share lies between 0 and 100 %, and shares of one burden together do not
pass 100 %. Land and air bound the rest: no works lies below the shore of the Dead Sea or above the
highest summit, and the air weighs no less than there. The air pressure beside an altitude is that
of the standard atmosphere (ISO 2533), within a tenth, which is wider than any weather.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from celadon.assess.reasons import Reason, reason
from celadon.exact import decimal_text, parse_decimal

PERCENT = (Fraction(0), Fraction(100))
"""Ends of a share."""

RANGES: Mapping[str, tuple[Fraction | None, Fraction | None]] = {
    "altitude_m": (Fraction(-500), Fraction(9_000)),
    "site_pressure": (Fraction(40_000), Fraction(110_000)),
    "capacity_t": (Fraction(0), None),
    "capacity_t_per_day": (Fraction(0), None),
    "oven_age": (Fraction(0), None),
    "cr_fe_ratio": (Fraction(0), None),
}
"""Physical ends of facts by name; None where there is none. Shares need no entry."""

ABOVE_ZERO = ("capacity_t", "capacity_t_per_day", "cr_fe_ratio")
"""Facts that are not zero either."""

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("rare_earth_ore_share", "vanadium_titanium_magnetite_share", "laterite_nickel_ore_share"),
)
"""Shares of one whole: parts of one burden."""

_WHOLE_PERCENT = ("clinker_share", "feed_grade", "ore_grade", "dry_volatile_matter")
"""Shares that are never as small as one per cent: below it a fraction was meant."""

_SEA_LEVEL, _PER_METRE, _POWER = 101_325, 2.25577e-5, 5.25588
_WEATHER = Fraction(1, 10)


def plain_text(value: Fraction) -> str:
    """A rational as a decimal: exact where it ends, else to six decimals.

    Examples
    --------
    >>> plain_text(Fraction(-59, 2)), plain_text(Fraction(361)), plain_text(Fraction(1, 3))
    ('-29.5', '361', '0.333333')
    """
    decimals = next((n for n in range(12) if (value * 10**n).denominator == 1), 6)
    return decimal_text(value, decimals)


def range_fault(fact: str, value: Fraction, unit: str) -> Reason | None:
    """Why a fact cannot have a value; None where it can.

    Parameters
    ----------
    unit : in which it is declared; ``%`` bounds it by 0 and 100.

    Examples
    --------
    >>> range_fault("site_pressure", Fraction("70.1"), "Pa").numbers["bounds"]
    {'low': '40000', 'high': '110000'}
    >>> range_fault("altitude_m", Fraction(3000), "m")
    >>> range_fault("ore_grade", Fraction("0.57"), "%").key
    'fact_fraction'
    """
    low, high = PERCENT if unit.startswith("%") else RANGES.get(fact, (None, None))
    if fact in ABOVE_ZERO and value <= 0:
        return reason("fact_not_positive", fact=fact, declared=plain_text(value), unit=unit)
    if fact in _WHOLE_PERCENT and 0 < value < 1:
        meant = plain_text(value * 100)
        return reason(
            "fact_fraction", fact=fact, declared=plain_text(value), unit=unit, meant=meant
        )  # fmt: skip
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    ends = {"low": low, "high": high}
    bounds = {name: plain_text(end) for name, end in ends.items() if end is not None}
    return reason(
        "fact_impossible", fact=fact, declared=plain_text(value), unit=unit, bounds=bounds
    )


def shares_fault(asked: Iterable[str], facts: Mapping[str, str]) -> Reason | None:
    """Why shares cannot stand beside each other: together they pass the whole.

    Parameters
    ----------
    asked : the facts that the corrections of a limit ask for.

    Examples
    --------
    >>> shares_fault(TOGETHER[0], dict.fromkeys(TOGETHER[0], "60")).numbers["sum"]
    '180'
    """
    wanted = set(asked)
    for group in TOGETHER:
        values = [_number(facts.get(name, "")) for name in group if name in wanted]
        total = sum((value for value in values if value is not None), Fraction(0))
        if total > PERCENT[1]:
            return reason("shares_past_whole", facts=list(group), sum=plain_text(total))
    return None


def pressure_fault(pressure: Fraction, altitude: Fraction) -> Reason | None:
    """Why an air pressure cannot be that of an altitude; None where it can.

    Examples
    --------
    >>> pressure_fault(Fraction(101325), Fraction(3000)).numbers["expected"]
    '70100'
    >>> pressure_fault(Fraction(70100), Fraction(3000))
    """
    standard = _SEA_LEVEL * (1 - _PER_METRE * float(altitude)) ** _POWER
    expected = Fraction(round(standard, -2))  # to 100 Pa: the same on every machine
    if abs(pressure - expected) <= _WEATHER * expected:
        return None
    return reason(
        "pressure_of_altitude", fact="site_pressure", declared=plain_text(pressure), unit="Pa",
        altitude=plain_text(altitude), expected=plain_text(expected),
    )  # fmt: skip


def _number(text: str) -> Fraction | None:
    try:
        return parse_decimal(text)
    except ValueError:
        return None
