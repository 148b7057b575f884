"""A change from one total to another, cause by cause: floating bars lead from first to last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from celadon.report.charts.palette import CELADON, CELADON_DEEP, ESTIMATED_DEEP, MUTED, PAPER, RULE
from celadon.report.charts.svg import document, element, text, text_width, wrapped

Kind = Literal["total", "change"]

_SIZE = 12.0
_ROW = 28.0
_BAR = 14.0
_LEAST = 2.0
_BROKEN_BELOW = Fraction(1, 3)
"""The axis is broken where the levels between the totals take less than this part of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a waterfall: a total that stands on the axis, or a change that floats.

    ``printed`` and ``beside`` stand to the right of the bars: the figure, and such as its share.
    """

    label: str
    value: Fraction
    printed: str
    kind: Kind = "change"
    beside: str = ""


def waterfall_chart(
    steps: Sequence[Step], title: str, rises: str, falls: str, broken: str, width: float = 716
) -> str:
    """Rows from the first total through every change to the last.

    Parameters
    ----------
    rises, falls : the legend's words for a change up and a change down.
    broken : what is said where the axis does not begin at zero.
    """
    label_width = min(240.0, _widest([step.label for step in steps]) + 16)
    figure_width = _widest([step.printed for step in steps]) + 14
    beside_width = _widest([step.beside for step in steps])
    right = width - figure_width - (beside_width + 12 if beside_width else 0)
    spans = _spans(steps)
    low, high, is_broken = _axis(steps, spans)
    scale = (right - label_width) / float((high - low) or 1)

    def place(value: Fraction) -> float:
        return max(label_width + float(value - low) * scale, label_width)

    parts: list[str] = []
    for number, (step, (start, end)) in enumerate(zip(steps, spans, strict=True)):
        top = number * _ROW + 4
        parts += _row(step, (place(start), place(end)), top, label_width)
        parts.append(text(right + figure_width, top + 15, step.printed, _SIZE, text_anchor="end",
                          **({"font_weight": "bold"} if step.kind == "total" else {})))  # fmt: skip
        if step.beside:
            parts.append(text(width, top + 15, step.beside, _SIZE, fill=MUTED, text_anchor="end"))
        if number + 1 < len(steps):
            x = place(end)
            parts.append(
                element("line", x1=x, x2=x, y1=top + 5 + _BAR, y2=top + _ROW + 5, stroke=MUTED,
                        stroke_width=0.8, stroke_dasharray="2 2")
            )  # fmt: skip
        if is_broken and step.kind == "total":
            parts += _break(label_width + 7, top + 5)
    bottom = len(steps) * _ROW + 4
    zero = place(low if is_broken else Fraction(0))
    parts.insert(0, element("line", x1=zero, x2=zero, y1=2, y2=bottom, stroke=RULE))
    parts += _legend(rises, falls, broken if is_broken else "", bottom + 16, label_width)
    return document(width, bottom + 24, title, parts)


def _row(step: Step, ends: tuple[float, float], top: float, label_width: float) -> list[str]:
    left, right = min(ends), max(ends)
    words = wrapped(step.label, _SIZE, label_width - 10, 2)
    size = _SIZE if len(words) == 1 else 10.5
    first = top + (15 if len(words) == 1 else 9)
    weight = {"font_weight": "bold"} if step.kind == "total" else {}
    parts = [text(0, first + 12 * n, line, size, **weight) for n, line in enumerate(words)]
    change = ESTIMATED_DEEP if step.value > 0 else CELADON
    colour = CELADON_DEEP if step.kind == "total" else change
    wide = right - left
    if step.value and wide < _LEAST:  # what is not nothing is seen
        left, wide = (left + right - _LEAST) / 2, _LEAST
    if not step.value:
        tick = element("line", x1=left, x2=left, y1=top + 5, y2=top + 5 + _BAR, stroke=MUTED)
        return [*parts, tick]
    return [
        *parts,
        element("rect", x=left, y=top + 5, width=wide, height=_BAR, fill=colour, rx=1),
    ]


def _spans(steps: Sequence[Step]) -> list[tuple[Fraction, Fraction]]:
    """Where each bar begins and ends; a total begins at zero."""
    spans, level = [], Fraction(0)
    for step in steps:
        if step.kind == "total":
            spans.append((Fraction(0), step.value))
            level = step.value
        else:
            spans.append((level, level + step.value))
            level += step.value
    return spans


def _axis(
    steps: Sequence[Step], spans: Sequence[tuple[Fraction, Fraction]]
) -> tuple[Fraction, Fraction, bool]:
    """First and last value of the axis, and whether it is broken between zero and the levels."""
    levels = [end for _, end in spans]
    low, high = min(levels, default=Fraction(0)), max(levels, default=Fraction(0))
    if low > 0 and any(step.value for step in steps if step.kind == "change"):
        room = high - low
        if room < _BROKEN_BELOW * high:
            return low - max(room * 3 / 5, high / 10**9), high, True
    return min(low, Fraction(0)), max(high, Fraction(0)), False


def _break(x: float, top: float) -> list[str]:
    """Two slanted lines across a bar whose foot is not drawn."""
    parts = [
        element("path", d=f"M{x:.1f} {top + _BAR + 2:.1f}l7 {-_BAR - 4:.1f}h5l-7 {_BAR + 4:.1f}z",
                fill=PAPER),
    ]  # fmt: skip
    for shift in (0, 5):
        path = f"M{x + shift:.1f} {top + _BAR + 2:.1f}l7 {-_BAR - 4:.1f}"
        parts.append(element("path", d=path, stroke=MUTED, stroke_width=0.8, fill="none"))
    return parts


def _legend(rises: str, falls: str, broken: str, y: float, left: float) -> list[str]:
    parts, x = [], left
    for colour, words in ((ESTIMATED_DEEP, rises), (CELADON, falls)):
        parts.append(element("rect", x=x, y=y - 9, width=11, height=11, fill=colour, rx=1.5))
        parts.append(text(x + 16, y, words, 11, fill=MUTED))
        x += 16 + text_width(words, 11) + 20
    if broken:
        parts.append(text(x, y, broken, 11, fill=MUTED))
    return parts


def _widest(words: Sequence[str]) -> float:
    return max((text_width(word, _SIZE) for word in words), default=0.0)
