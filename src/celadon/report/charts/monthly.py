"""Amounts by month, stacked by what they are made of; credits hang below zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import altair as alt

from celadon.report.charts.palette import INK, OTHERS, PAPER
from celadon.report.charts.vega import PLOT_WIDTH, Datum, Specification, finished, values

_MONTH_WIDTH = 110
"""The most room that a month takes: one month alone is a column and no wall."""


@dataclass(frozen=True, slots=True)
class Series:
    """One part of a stack: its name, its fixed colour, and its value in each month."""

    label: str
    colour: str
    values: tuple[Fraction, ...]

    @property
    def size(self) -> Fraction:
        """The sum of its magnitudes, by which parts are ordered and small ones gathered."""
        return sum((abs(value) for value in self.values), Fraction(0))


def gathered(series: Sequence[Series], others: str, keep: int = 8) -> list[Series]:
    """The largest parts in order of size, the rest as one part called ``others``.

    A part below half a percent of the whole is gathered too, if there is more than one such.
    """
    ordered = sorted(series, key=lambda part: (-part.size, part.label))
    whole = sum((part.size for part in ordered), Fraction(0))
    small = [
        part
        for rank, part in enumerate(ordered)
        if rank >= keep or part.size * 200 < whole or not part.size
    ]
    if len(small) < 2:
        return ordered
    kept = [part for part in ordered if part not in small]
    sums = tuple(
        sum((part.values[month] for part in small), Fraction(0))
        for month in range(len(small[0].values))
    )
    return [*kept, Series(others, OTHERS, sums)]


def stacked_months(
    series: Sequence[Series], months: Sequence[str], unit: str, net: str, height: int = 230
) -> Specification:
    """Stacked columns by month, with a mark at the net amount where some part is negative.

    Parameters
    ----------
    series : the parts, largest first; it stands at the foot of the stack.
    months : the names of the months, in order.
    unit : the unit of the values, in words; it heads the axis.
    net : what the mark is called in the legend.
    """
    rows: list[Datum] = [
        {"month": month, "part": part.label, "value": float(value), "order": order}
        for order, part in enumerate(series)
        for month, value in zip(months, part.values, strict=True)
        if value
    ]
    labels = [part.label for part in series]
    colour = alt.Scale(domain=labels, range=[part.colour for part in series])
    x = alt.X("month:N", sort=list(months), title=None)
    width = min(PLOT_WIDTH, _MONTH_WIDTH * len(months))
    bars = (
        alt.Chart(values(rows), width=width, height=height)
        .mark_bar(stroke="#ffffff", strokeWidth=0.6)
        .encode(
            x=x,
            y=alt.Y("value:Q", title=unit, axis=alt.Axis(format=",~r")),
            color=alt.Color("part:N", scale=colour, sort=labels, title=None),
            order=alt.Order("order:Q"),
        )
    )
    if all(value >= 0 for part in series for value in part.values):
        return finished(bars)
    sums: list[Datum] = [
        {"month": month, "net": float(sum(part.values[n] for part in series)), "mark": net}
        for n, month in enumerate(months)
    ]
    marks = (
        alt.Chart(values(sums))
        .mark_point(shape="diamond", size=70, filled=True, fill=PAPER, strokeWidth=1.6, opacity=1)
        .encode(x=x, y="net:Q", stroke=_named(net))
    )
    return finished(alt.layer(bars, marks))


def _named(label: str) -> alt.Stroke:
    """The one mark in the legend, drawn there as it is drawn in the chart."""
    legend = alt.Legend(symbolType="diamond", symbolFillColor=PAPER, symbolStrokeWidth=1.6)
    scale = alt.Scale(domain=[label], range=[INK])
    return alt.Stroke("mark:N", title=None, scale=scale, legend=legend)
