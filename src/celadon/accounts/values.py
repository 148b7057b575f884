"""Values as parameters have them: which unit fits, to how many decimals, as printed, looked up."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from functools import lru_cache

from celadon.accounts.asking import note
from celadon.accounts.reasons import of_refusal, reason
from celadon.errors import LookupRefused
from celadon.exact import parse_decimal, quantise
from celadon.records.period import Period, month_after
from celadon.reference import Record, Registry
from celadon.reference.equations import parameter_kinds
from celadon.units import parse_unit

PRINTED_UNITS = {
    "kgN2O/t HNO3": "kgN2O/t",
    "kgCF4/tAl": "kgCF4/t",
    "kgC2F6/tAl": "kgC2F6/t",
    "kgCF4/tAl per AE-min/cell-day": "kgCF4/t",
    "kgSF6/t Mg": "kgSF6/t",
    "kgCH4/t raw coal": "kgCH4/t",
    "kgCH4/kgCOD": "kgCH4/kg",
    "kgC2F6/kgCF4": "1",
    "tCH4/t volatile": "1",
    "tCO2/t carbonate": "tCO2/t",
    "tCO2/t oxide": "tCO2/t",
}
"""Printed units that name the substance, as celadon reckons with them."""


_DAY_ASKED = re.compile(r",? on \d{4}-\d{2}-\d{2}")


class NoParameterError(Exception):
    """A parameter has no value for a stretch of days; carries why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.why = why


def tabled(
    registry: Registry, table: str, subject: str, name: str, period: Period, family: str | None
) -> Record:
    """The one record of a set that is in force on every day of a stretch.

    Raises
    ------
    NoParameterError
        If there is none, or another one begins within the stretch.
    """
    note("tabled", table, subject, name, f"{period.from_day}/{period.to_day}", family or "")
    record, why = looked_up(registry, table, subject, name, period, family)
    if record is None:
        raise NoParameterError(name, why)
    return record


@lru_cache(maxsize=20_000)  # thousands of sites ask the same, and a refusal takes long to explain
def looked_up(
    registry: Registry, table: str, subject: str, name: str, period: Period, family: str | None
) -> tuple[Record | None, str]:
    """The record, or None and why there is none."""
    first, last = period.from_day, period.to_day - dt.timedelta(days=1)
    try:
        record, later = (
            registry.look_up(table, subject, name, set=family, on=day) for day in (first, last)
        )
    except LookupRefused as error:
        return None, refusal_reason(error)
    if record != later:
        return (
            None,
            reason("gives_way", earlier=record.record, later=later.record),
        )
    return record, ""


def unit_fits(name: str, unit: str, small: str, gas: str = "") -> bool:
    """Whether a value in ``unit`` can be the parameter of an activity counted in ``small``.

    Examples
    --------
    >>> unit_fits("net_calorific_value", "GJ/t", "kg"), unit_fits("carbon_content", "%", "NL")
    (True, False)
    """
    kind = parameter_kinds().get(name)
    return kind is not None and kind.fits(unit, parse_unit(small).dimension, gas.lower())


def decimals_in(name: str, unit: str) -> int:
    """Decimals to which a mean of a parameter is quantised in a unit.

    They are meant in one unit; in a larger one a mean gets the more, in a smaller one the fewer, so
    that a value is the same in whichever unit a laboratory tells it. Of a gas 10^4 Nm3 stand for
    the tonne.

    Examples
    --------
    >>> decimals_in("carbon_content_per_heat", "tC/TJ"), decimals_in("oxidation_rate", "1")
    (4, 6)
    >>> decimals_in("oxidation_rate", "%")
    4
    """
    kind, given = parameter_kinds()[name], parse_unit(unit)
    decimals, size, told = kind.decimals, kind.decimals_size, given.size
    if given.dimension.endswith("/normal_volume"):
        size *= parse_unit("t").size / parse_unit("1e4Nm3").size
    while size < told:
        decimals, size = decimals + 1, size * 10
    while decimals > 0 and size >= told * 10:
        decimals, size = decimals - 1, size / 10
    return decimals


@lru_cache(maxsize=4096)
def stretch_text(period: Period) -> str:
    """A stretch of days in ids: the month where it is a whole one, else first and last day.

    Examples
    --------
    >>> stretch_text(Period.parse("2025-03")), stretch_text(Period.parse("2025-03-01/2025-03-16"))
    ('2025-03', '2025-03-01..2025-03-15')
    """
    first = period.from_day
    if first.day == 1 and period.to_day == month_after(first):
        return f"{first:%Y-%m}"
    return f"{first}..{period.to_day - dt.timedelta(days=1)}"


@lru_cache(maxsize=4096)
def printed(text: str) -> tuple[int, int]:
    """A printed decimal as count and decimals, exactly as it stands.

    Examples
    --------
    >>> printed("29.50"), printed("3.02e-1")
    ((2950, 2), (302, 3))
    """
    digits, _, exponent = text.strip().lower().partition("e")
    decimals = max(0, len(digits.partition(".")[2]) - int(exponent or "0"))
    return quantise(parse_decimal(text), decimals), decimals


def refusal_reason(error: LookupRefused) -> str:
    """A look-up's refusal in one line, for the text of a finding; the day asked for is left out.

    The same reason holds for many stretches of days, and a finding tells it once with its days.
    """
    near = f" (near: {'; '.join(error.near[:2])})" if error.near else ""
    return of_refusal(error, _DAY_ASKED.sub("", error.summary + near))


def written_decimals(value: Fraction) -> int:
    """How many decimals a value was written with, six at most; that is how samples are kept."""
    return next((n for n in range(6) if 10**n % value.denominator == 0), 6)
