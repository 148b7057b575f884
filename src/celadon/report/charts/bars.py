"""Amounts side by side: horizontal bars with their figures beside them, and counts by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import altair as alt

from celadon.report.charts.palette import (
    ACCENT,
    CELADON,
    CELADON_PALE,
    ESTIMATED,
    ESTIMATED_DEEP,
    MUTED,
    RULE,
)
from celadon.report.charts.svg import Attribute, document, element, text, text_width, wrapped
from celadon.report.charts.vega import PLOT_WIDTH, Datum, Specification, finished, values


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is, how much, and that amount as it is printed."""

    label: str
    value: Fraction
    printed: str


def amount_bars(bars: Sequence[Bar], title: str, width: float = 716) -> str:
    """Horizontal bars from a common zero; a credit runs to the left in a paler green."""
    label_width = min(210.0, max((text_width(bar.label, 12) for bar in bars), default=0) + 14)
    figure_width = max((text_width(bar.printed, 12) for bar in bars), default=0) + 10
    low = min((float(bar.value) for bar in bars if bar.value < 0), default=0.0)
    high = max((float(bar.value) for bar in bars if bar.value > 0), default=0.0)
    room = width - label_width - figure_width * (2 if low < 0 else 1)
    scale = room / ((high - low) or 1)
    zero = label_width + (figure_width if low < 0 else 0) - low * scale
    parts = []
    row = 30.0
    for number, bar in enumerate(bars):
        top = number * row + 4
        length = float(bar.value) * scale
        middle = top + 15
        for line, words in enumerate(wrapped(bar.label, 12, label_width - 12)[:1]):
            parts.append(text(0, middle + line * 13, words, 12))
        colour = CELADON if bar.value >= 0 else CELADON_PALE
        start = zero if length >= 0 else zero + length
        parts.append(
            element("rect", x=start, y=top + 2, width=abs(length), height=row - 12, fill=colour)
        )
        at: dict[str, Attribute] = (
            {"x": zero + length + 6} if length >= 0 else {"x": zero + length - 6}
        )
        anchor = "start" if length >= 0 else "end"
        parts.append(
            text(float(at["x"]), middle, bar.printed, 12, text_anchor=anchor, class_="figure")
        )
    bottom = len(bars) * row + 2
    parts.append(element("line", x1=zero, x2=zero, y1=0, y2=bottom, stroke=MUTED))
    return document(width, bottom + 4, title, parts)


def findings_by_month(
    counts: Sequence[tuple[str, str, int]],
    months: Sequence[str],
    severities: Sequence[str],
    height: int = 110,
) -> Specification:
    """How many findings fall in each month, by severity.

    Parameters
    ----------
    counts : (month, severity, number), both as they are printed.
    months, severities : in the order shown; severities from the gravest.
    """
    rows: list[Datum] = [
        {
            "month": month,
            "severity": severity,
            "number": number,
            "order": severities.index(severity),
        }
        for month, severity, number in counts
    ]
    colours = alt.Scale(
        domain=list(severities), range=[ACCENT, ESTIMATED_DEEP, ESTIMATED][: len(severities)]
    )
    bars = (
        alt.Chart(values(rows), width=PLOT_WIDTH, height=height)
        .mark_bar()
        .encode(
            x=alt.X("month:N", sort=list(months), title=None, scale=alt.Scale(domain=list(months))),
            y=alt.Y("number:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, tickCount=3)),
            color=alt.Color("severity:N", scale=colours, sort=list(severities), title=None),
            order=alt.Order("order:Q"),
        )
    )
    return finished(bars)


def share_bar(parts: Sequence[tuple[float, str]], width: float = 150, height: float = 5) -> str:
    """A thin bar of shares, such as measured, estimated and missing.

    A share above zero is drawn at least two pixels wide, so that it is seen; the first gives way.
    """
    lengths = [max(portion * width, 2.0) if portion > 0 else 0.0 for portion, _ in parts]
    lengths[0] = max(width - sum(lengths[1:]), 0.0)
    drawn, x = [element("rect", width=width, height=height, fill=RULE)], 0.0
    for length, (_, colour) in zip(lengths, parts, strict=True):
        if length:
            drawn.append(element("rect", x=x, width=length, height=height, fill=colour))
        x += length
    return document(width, height, "", drawn, preserveAspectRatio="none")
