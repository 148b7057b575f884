"""Where a figure stands among its peers: their distribution on the bands of the norm.

Bars count peers; each is cut at the limits, so that its colours count the peers of each band too.
Peers beyond the scale are counted at its ends and told there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from celadon.report.charts.ladder import TONES, Limit
from celadon.report.charts.palette import (
    ACCENT,
    ACCENT_PALE,
    CELADON,
    CELADON_DEEP,
    CELADON_MIST,
    CELADON_PALE,
    FAINT,
    INK,
    MUTED,
    RULE,
)
from celadon.report.charts.svg import document, element, haloed, hint, text, text_width, wrapped

BINS = 44
"""Bars of one distribution."""

LEFT, RIGHT, HEIGHT = 178.0, 561.0, 132.0
"""Where the plot begins and ends, and how much each distribution is high, in points."""

_BARS = 58.0
_KEPT = ((CELADON,), (CELADON_DEEP, CELADON), (CELADON_DEEP, CELADON, CELADON_PALE))
_BANDS = ((CELADON_PALE,), (CELADON_PALE, CELADON_MIST), (CELADON_PALE, CELADON_MIST, "#f0f6f3"))


@dataclass(frozen=True, slots=True)
class Distribution:
    """The figures of all who make the same, one rule's limits, and the own figure if there is one.

    Parameters
    ----------
    values : of all peers, oneself among them; lower is better.
    limits : of the norm; what is above the last breaks it.
    own : one's own figure, and ``printed`` as it is shown.
    told : lines at the right, the first of them in the colour of ``tone``.
    median : name of the median, as the axis has it.
    """

    subject: str
    rule: str
    unit: str
    values: tuple[Fraction, ...]
    limits: tuple[Limit, ...]
    own: Fraction | None
    printed: str
    told: tuple[str, ...]
    tone: str
    median: str


def distribution_chart(all_of: Sequence[Distribution], title: str, width: float = 716) -> str:
    """All distributions beneath each other, each on a scale of its own."""
    parts: list[str] = []
    for number, one in enumerate(all_of):
        top = 6 + number * HEIGHT
        if number:
            parts.append(element("line", x1=0, x2=width, y1=top - 6, y2=top - 6, stroke=RULE))
        parts += _row(one, top, width)
    return document(width, max(len(all_of) * HEIGHT, 1), title, parts)


def _row(one: Distribution, top: float, width: float) -> list[str]:
    parts = []
    subject = wrapped(one.subject, 13.5, LEFT - 18)
    for line, words in enumerate(subject):
        parts.append(text(0, top + 18 + line * 15, words, 13, font_weight="bold"))
    below = top + 18 + (len(subject) - 1) * 15
    for line, words in enumerate(wrapped(one.rule, 10.5, LEFT - 18)):
        parts.append(text(0, below + 15 + line * 12.5, words, 10.5, fill=MUTED))
    down = top + 20
    if one.own is not None:
        parts.append(text(RIGHT + 20, down, one.printed, 15, font_weight="bold"))
        beside = RIGHT + 24 + text_width(one.printed, 15)
        parts.append(text(beside, down, one.unit, 10.5, fill=MUTED))
        down += 17
    for number, told in enumerate(one.told):
        style = {"fill": TONES[one.tone], "font_weight": "bold"} if not number else {"fill": MUTED}
        for words in wrapped(told, 11, width - RIGHT - 16, 3):
            parts.append(text(RIGHT + 20, down, words, 11, **style))
            down += 13.5
    return parts + _plot(one, top + 4)


def _plot(one: Distribution, top: float) -> list[str]:
    limits = tuple(sorted(one.limits, key=lambda limit: limit.value))
    low, high = scale(one)
    floor = top + 12 + _BARS

    def place(value: Fraction | float) -> float:
        x = LEFT + (float(value) - low) / (high - low) * (RIGHT - LEFT)
        return min(max(x, LEFT), RIGHT)

    edges = [LEFT, *(place(limit.value) for limit in limits), RIGHT]
    bands, bars = _colours(len(limits))
    parts = [
        element("rect", x=start, y=top + 12, width=end - start, height=_BARS, fill=colour)
        for (start, end), colour in zip(pairwise(edges), bands, strict=True)
        if end > start
    ]
    parts += _bars(one, limits, (low, high), floor, bars)
    parts.append(element("line", x1=LEFT, x2=RIGHT, y1=floor, y2=floor, stroke=INK))
    middle = _median(one.values)
    parts += _marks(limits, place, floor, (middle, one.median))
    if one.own is not None:
        x = place(one.own)
        parts.append(element("line", x1=x, x2=x, y1=top + 8, y2=floor, stroke=INK, stroke_width=2))
        parts.append(element("path", d=f"M{x - 5:.2f} {top:.2f}h10l-5 8z", fill=INK))
    return parts


def scale(one: Distribution) -> tuple[float, float]:
    """The least and largest value of the axis.

    It holds all limits, the own figure, and every figure within five times the distance of the
    quartiles from them; one slip of a unit would squeeze all others into one bar otherwise.
    """
    ordered = sorted(one.values)
    low_quarter, high_quarter = ordered[len(ordered) // 4], ordered[3 * len(ordered) // 4]
    far = 5 * (high_quarter - low_quarter)
    least, most = max(ordered[0], low_quarter - far), min(ordered[-1], high_quarter + far)
    known = [least, most, *(limit.value for limit in one.limits)]
    known += [] if one.own is None else [one.own]
    low, high = float(min(known)), float(max(known))
    margin = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def counts(
    values: Sequence[Fraction], limits: Sequence[Fraction], axis: tuple[float, float]
) -> list[list[int]]:
    """How many values fall into each bar and, in it, into each band; a limit itself is kept.

    Examples
    --------
    >>> bars = counts([Fraction(0), Fraction(5), Fraction(99)], [Fraction(5)], (0.0, 10.0))
    >>> bars[0], bars[-1], sum(map(sum, bars))
    ([1, 0], [0, 1], 3)
    """
    low, high = axis
    found = [[0] * (len(limits) + 1) for _ in range(BINS)]
    for value in values:
        at = int((float(value) - low) / (high - low) * BINS)
        found[min(max(at, 0), BINS - 1)][bisect_left(limits, value)] += 1
    return found


def _bars(
    one: Distribution,
    limits: Sequence[Limit],
    axis: tuple[float, float],
    floor: float,
    colours: Sequence[str],
) -> list[str]:
    found = counts(one.values, [limit.value for limit in limits], axis)
    most = max(sum(bar) for bar in found) or 1
    wide = (RIGHT - LEFT) / BINS
    parts = []
    for number, bar in enumerate(found):
        y = floor
        for count, colour in zip(bar, colours, strict=True):
            if count:
                high = max((_BARS - 14) * count / most, 1.0)
                y -= high
                parts.append(
                    element("rect", hint(str(count)), x=LEFT + number * wide + 0.5, y=y,
                            width=wide - 1, height=high, fill=colour)
                )  # fmt: skip
    tallest = max(range(BINS), key=lambda number: sum(found[number]))
    x = LEFT + (tallest + 0.5) * wide
    parts.append(haloed(x, floor - _BARS + 11, str(most), 9.5, fill=MUTED, text_anchor="middle"))
    return parts + _beyond(one.values, axis, floor)


def _beyond(values: Sequence[Fraction], axis: tuple[float, float], floor: float) -> list[str]:
    """How many figures lie beyond the scale, at the end where they lie."""
    under = sum(float(value) < axis[0] for value in values)
    over = sum(float(value) > axis[1] for value in values)
    parts = []
    if under:
        parts.append(haloed(LEFT + 2, floor - 20, f"◂ {under}", 10, fill=MUTED))
    if over:
        words = f"{over} ▸"
        parts.append(haloed(RIGHT - 2, floor - 20, words, 10, fill=MUTED, text_anchor="end"))
    return parts


def _marks(
    limits: Sequence[Limit], place: object, floor: float, middle: tuple[Fraction, str]
) -> list[str]:
    """The limits' names under their edges, and the median; what would touch goes a line lower."""
    named = [(limit.value, f"{limit.name} {limit.printed}", INK) for limit in limits]
    named.append((middle[0], middle[1], FAINT))
    ticks, names, ends = [], [], [0.0, 0.0, 0.0]
    for value, words, colour in sorted(named, key=lambda each: (each[0], each[1])):
        x = place(value)  # type: ignore[operator]
        half = text_width(words, 10.5) / 2 + 4
        line = next((n for n in range(3) if x - half >= ends[n]), 2)
        ends[line] = x + half
        tick = floor + 4 + line * 12
        high = floor - _BARS if colour == INK else floor - _BARS / 2
        dash = {} if colour == INK else {"stroke_dasharray": "2 2"}
        ticks.append(
            element("line", x1=x, x2=x, y1=high, y2=tick, stroke=MUTED, stroke_width=0.8, **dash)
        )
        names.append(haloed(x, tick + 10, words, 10.5, fill=MUTED, text_anchor="middle"))
    return [*ticks, *names]


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _colours(limits: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The colours of bands and of bars; what breaks the last limit is warm."""
    if not limits:
        return (CELADON_MIST,), (CELADON,)
    if limits <= len(_KEPT):
        return (*_BANDS[limits - 1], ACCENT_PALE), (*_KEPT[limits - 1], ACCENT)
    more = limits - 3
    return (
        (*_BANDS[2], *["#f0f6f3"] * more, ACCENT_PALE),
        (*_KEPT[2], *[CELADON_PALE] * more, ACCENT),
    )
