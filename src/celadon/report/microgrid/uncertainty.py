"""The charts of what may come otherwise: a tornado of parameters, the spread of drawn years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np

from celadon.report.charts.palette import ACCENT, CELADON, CELADON_DEEP, CELADON_PALE, INK
from celadon.report.charts.vega import PLOT_WIDTH, Datum, draw, finished, values

_BAR_HEIGHT = 34
_BINS = 24
_HEIGHT = 200


@dataclass(frozen=True, slots=True)
class Bar:
    """A parameter of a tornado: what the cost changes by at both ends, in the unit of the axis.

    Parameters
    ----------
    low, high : the changes at the least and the largest multiplier; None where there is no plan.
    """

    what: str
    low: float | None
    high: float | None


def tornado(bars: Sequence[Bar], unit: str, ends: tuple[str, str], label: str) -> str:
    """The SVG of a tornado, in the order of the bars.

    Parameters
    ----------
    unit : of the changes, in words; it heads the axis.
    ends : what the ends are called in the legend.
    label : says what it shows to who cannot see.
    """
    rows: list[Datum] = [
        {"what": bar.what, "end": end, "change": change}
        for bar in bars
        for end, change in zip(ends, (bar.low, bar.high), strict=True)
        if change is not None
    ]
    y = alt.Y("what:N", sort=[bar.what for bar in bars], title=None)
    chart = (
        alt.Chart(values(rows), width=PLOT_WIDTH, height=max(1, len(bars)) * _BAR_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X("change:Q", title=unit, stack=None),
            y=y,
            color=alt.Color(
                "end:N", scale=alt.Scale(domain=list(ends), range=[CELADON_PALE, CELADON_DEEP])
            ),
        )
    )
    nothing = alt.Chart(values([{"change": 0}])).mark_rule(color=INK).encode(x=alt.X("change:Q"))
    return draw(finished(chart + nothing), label)


def spread(
    drawn: Sequence[float], marks: Sequence[tuple[str, float]], unit: str, count: str, label: str
) -> str:
    """The SVG of a histogram of drawn values, with marks such as percentiles.

    Parameters
    ----------
    drawn : values that are known, in the unit of the axis; below zero they stand in the accent.
    marks : names and places; those without end are left out.
    unit, count : heads of the axes, in words.
    label : says what it shows to who cannot see.
    """
    known = np.array([value for value in drawn if np.isfinite(value)])
    counts, edges = np.histogram(known, bins=_BINS)
    rows: list[Datum] = [
        {"from": float(low), "to": float(high), "count": int(number),
         "colour": ACCENT if high <= 0 else CELADON}
        for number, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    ]  # fmt: skip
    bars = (
        alt.Chart(values(rows), width=PLOT_WIDTH, height=_HEIGHT)
        .mark_bar(stroke="#ffffff", strokeWidth=0.6)
        .encode(
            x=alt.X("from:Q", title=unit, bin="binned"),
            x2="to:Q",
            y=alt.Y("count:Q", title=count),
            color=alt.Color("colour:N", scale=None),
        )
    )
    placed: list[Datum] = [
        {"name": name, "at": value} for name, value in marks if np.isfinite(value)
    ]
    base = alt.Chart(values(placed)).encode(x=alt.X("at:Q"))
    rules = base.mark_rule(color=INK, strokeDash=[3, 3])
    names = base.mark_text(dy=-6, baseline="bottom").encode(text="name:N", y=alt.value(0))
    return draw(finished(bars + rules + names), label)
