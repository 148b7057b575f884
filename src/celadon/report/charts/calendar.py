"""The year of the meters: each day coloured by how much of it was measured, estimated, missing."""

from __future__ import annotations

import calendar as days_of
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.report.charts.palette import (
    ACCENT,
    ACCENT_PALE,
    CELADON_PALE,
    ESTIMATED,
    ESTIMATED_DEEP,
    MUTED,
    WASH,
)
from celadon.report.charts.svg import document, element, hint, text, text_width

COLOURS = (CELADON_PALE, ESTIMATED, ESTIMATED_DEEP, ACCENT_PALE, ACCENT)
"""Measured; some and much estimated; some and much missing."""

MUCH = Fraction(5, 100)
"""The share from which a day counts as much estimated, or much missing."""


@dataclass(frozen=True, slots=True)
class DayQuality:
    """Shares of one day: of the amounts that are estimated, of the meter time that is missing."""

    estimated: Fraction
    missing: Fraction

    @property
    def kind(self) -> int:
        """The index of its colour; missing outweighs estimated."""
        if self.missing:
            return 4 if self.missing >= MUCH else 3
        if self.estimated:
            return 2 if self.estimated >= MUCH else 1
        return 0


def quality_calendar(
    days: Mapping[dt.date, DayQuality],
    month_names: Sequence[str],
    kinds: Sequence[str],
    title: str,
) -> str:
    """One row a month, one cell a day.

    Parameters
    ----------
    days : the quality of each local day; a day without meters is left blank.
    month_names : the twelve names of months.
    kinds : the words of the five colours, in the order of ``COLOURS``.
    title : what it shows, for who cannot see it.
    """
    left, cell, row = 44.0, 20.0, 17.0
    months = sorted({(day.year, day.month) for day in days})
    parts = [
        text(left + (day - 0.5) * cell, 10, str(day), 10, fill=MUTED, text_anchor="middle")
        for day in (1, 5, 10, 15, 20, 25, 31)
    ]
    for line, (year, month) in enumerate(months):
        top = 18 + line * row
        name = month_names[month - 1]
        parts.append(text(left - 8, top + 12, name, 11, fill=MUTED, text_anchor="end"))
        for number in range(1, days_of.monthrange(year, month)[1] + 1):
            day = dt.date(year, month, number)
            quality = days.get(day)
            colour = WASH if quality is None else COLOURS[quality.kind]
            words = "" if quality is None else hint(f"{day}: {kinds[quality.kind]}")
            parts.append(
                element("rect", words, x=left + (number - 1) * cell, y=top, width=cell - 2.0,
                        height=row - 2.0, fill=colour, rx=1.5)
            )  # fmt: skip
    foot = 18 + len(months) * row + 14
    x = left
    for colour, words in zip(COLOURS, kinds, strict=True):
        parts.append(element("rect", x=x, y=foot, width=11, height=11, fill=colour, rx=1.5))
        parts.append(text(x + 16, foot + 10, words, 11, fill=MUTED))
        x += 16 + text_width(words, 11) + 16
    return document(max(left + 31 * cell, x), foot + 16, title, parts)
