"""How a number is printed: exactly rounded, grouped by thousands, its unit beside it.

Account figures are integers or rationals from leaf to page; no float comes near them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from celadon.exact import decimal_text, quantise
from celadon.units import GASES, conversion, count_unit, parse_unit

MINUS = "−"
"""The sign of a number below zero, as it is set in print."""

SHOWN_UNITS = {
    "gce": "tce",
    "gCO2": "tCO2",
    "L": "m3",
    "Wh": "MWh",
    "kJ": "GJ",
    "kg": "t",
    "g": "kg",
    "mg": "kg",
    "NL": "Nm3",
    **{f"g{gas}": f"t{gas}" for gas in GASES},
}
"""The unit in which totals of a small unit are shown to a reader."""

_SPELLING = {
    "tCO2": ("t CO₂", "t CO₂"),
    "kgCO2": ("kg CO₂", "kg CO₂"),
    "m3": ("m³", "m³"),
    "Nm3": ("Nm³", "Nm³"),
    "1": ("", ""),
    "1e4Nm3": ("10⁴ Nm³", "万 Nm³"),
    "1e4m3": ("10⁴ m³", "万 m³"),
    "1e4t": ("10⁴ t", "万 t"),
    "1e4kWh": ("10⁴ kWh", "万 kWh"),
    "1e4tce": ("10⁴ tce", "万 tce"),
    "1000m3": ("10³ m³", "千 m³"),
    "degC": ("°C", "℃"),
    **{f"t{gas}": (f"t {gas}", f"t {gas}") for gas in GASES},
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact value and the unit it is shown in."""

    value: Fraction
    unit: str

    def text(self, decimals: int | None = None) -> str:
        """The value alone, grouped; decimals fit its size unless given."""
        chosen = decimals_for([self.value]) if decimals is None else decimals
        return grouped(self.value, chosen)


def grouped(value: Fraction | int, decimals: int = 0) -> str:
    """A number with separated thousands and a fixed number of decimals, rounded half to even.

    Examples
    --------
    >>> grouped(Fraction(-12345675, 1000), 2)
    '−12,345.68'
    """
    text = decimal_text(Fraction(value), decimals)
    negative = text.startswith("-") and quantise(Fraction(value), decimals) != 0
    whole, point, rest = text.lstrip("-").partition(".")
    return f"{MINUS if negative else ''}{int(whole):,}{point}{rest}"


def decimals_for(values: Iterable[Fraction | int]) -> int:
    """How many decimals a column needs so that its largest figure has about five digits.

    Examples
    --------
    >>> decimals_for([Fraction(1284311), 3]), decimals_for([Fraction(3884, 10)])
    (0, 2)
    """
    largest = max((abs(Fraction(value)) for value in values), default=Fraction(0))
    for limit, decimals in ((10_000, 0), (1_000, 1), (10, 2), (1, 3)):
        if largest >= limit:
            return decimals
    return 4 if largest else 0


def shown_unit(small: str) -> str:
    """The unit that totals of a small unit are shown in.

    Raises
    ------
    UnitError
        If the small unit is not known.
    """
    return SHOWN_UNITS.get(small, parse_unit(small).name)


def amount(count: int | Fraction, small: str, unit: str | None = None) -> Amount:
    """A count of small units as an amount in a unit fit to read.

    Raises
    ------
    UnitError
        If ``unit`` measures another dimension than ``small``.

    Examples
    --------
    >>> amount(1_284_311_000_000, "gce").text()
    '1,284,311'
    """
    chosen = unit or shown_unit(small)
    return Amount(Fraction(count) * conversion(small, chosen), chosen)


def quotient(num: int, den: int, unit: str) -> Fraction:
    """The value in ``unit`` of a quotient whose parts are counted in the small units of it.

    Raises
    ------
    UnitError
        If the unit is not a quotient of known units.

    Examples
    --------
    >>> quotient(388_418, 1_000, "kgce/t")
    Fraction(194209, 500)
    """
    parsed = parse_unit(unit)
    top, _, bottom = parsed.name.partition("/")
    if not bottom:
        return Fraction(num, den) * conversion(count_unit(top), top)
    above = conversion(count_unit(top), top)
    below = conversion(count_unit(bottom), bottom)
    return Fraction(num, den) * above / below


def unit_text(unit: str, language: str) -> str:
    """A unit as a reader writes it.

    Examples
    --------
    >>> unit_text("tCO2", "en"), unit_text("GJ/1e4Nm3", "zh"), unit_text("kgce/t", "en")
    ('t CO₂', 'GJ/万 Nm³', 'kgce/t')
    """
    parts = []
    for part in unit.split("/"):
        spelling = _SPELLING.get(part)
        parts.append(part if spelling is None else spelling[1 if language == "zh" else 0])
    return "/".join(parts)


def share(part: int | Fraction, whole: int | Fraction, decimals: int = 1) -> str:
    """A share in percent; a dash where the whole is nothing.

    A share that is not quite all, or not quite nothing, is never rounded to look so.

    Examples
    --------
    >>> share(1, 3), share(99_999, 100_000), share(0, 0), share(-1, 9_000)
    ('33.3 %', '> 99.9 %', '–', '> −0.1 %')
    """
    if not whole:
        return "–"
    percent = Fraction(part) / Fraction(whole) * 100
    step = Fraction(1, 10**decimals)
    counted = quantise(percent, decimals)
    if percent < 100 and counted == 100 * 10**decimals:
        return f"> {grouped(100 - step, decimals)} %"
    if percent > 0 and counted == 0:
        return f"< {grouped(step, decimals)} %"
    if percent < 0 and counted == 0:
        return f"> {grouped(-step, decimals)} %"
    return f"{grouped(percent, decimals)} %"


def hours_text(seconds: int) -> str:
    """Seconds as hours with one decimal; what is not quite nothing never looks like it.

    Examples
    --------
    >>> hours_text(106_200), hours_text(60), hours_text(0)
    ('29.5', '< 0.1', '0.0')
    """
    text = grouped(Fraction(seconds, 3600), 1)
    return "< 0.1" if seconds > 0 and text == "0.0" else text


def change(now: int, before: int) -> str:
    """The change on an earlier figure in percent, with its sign.

    Examples
    --------
    >>> change(95, 100), change(103, 100)
    ('−5.0 %', '+3.0 %')
    """
    percent = Fraction(now - before, abs(before)) * 100
    sign = "+" if quantise(percent, 1) > 0 else ""
    return f"{sign}{grouped(percent, 1)} %"


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LONG_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day_text(day: dt.date, language: str) -> str:
    """A day in words: ``2025年3月1日`` or ``1 March 2025``."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def month_text(month: dt.date, language: str, *, with_year: bool = False) -> str:
    """A month as an axis or a table names it: ``3月`` or ``Mar``."""
    if language == "zh":
        return f"{month.year}年{month.month}月" if with_year else f"{month.month}月"
    return f"{_MONTHS[month.month - 1]} {month.year}" if with_year else _MONTHS[month.month - 1]


def chart_unit(largest: Fraction | int, unit: str, language: str) -> tuple[int, str]:
    """How many units one unit of a chart's axis is, and that axis's unit in words.

    Chinese counts by ten thousands, English by thousands and millions.

    Examples
    --------
    >>> chart_unit(250_000, "tce", "zh"), chart_unit(250_000, "tce", "en")
    ((10000, '万 tce'), (1000, 'thousand tce'))
    """
    words = unit_text(unit, language)
    steps = (
        ((10**8, 10**8, "亿"), (5 * 10**4, 10**4, "万"))
        if language == "zh"
        else ((5 * 10**6, 10**6, "million"), (5 * 10**3, 10**3, "thousand"))
    )
    for least, size, name in steps:
        if largest >= least:
            return size, f"{name} {words}"
    return 1, words
