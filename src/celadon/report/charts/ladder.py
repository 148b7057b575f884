"""The ladder of a norm: its limits as the edges of bands, the own value as a mark on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from celadon.report.charts.palette import (
    ACCENT,
    ACCENT_PALE,
    CELADON,
    CELADON_DEEP,
    CELADON_MIST,
    CELADON_PALE,
    INK,
    MUTED,
    RULE,
)
from celadon.report.charts.svg import document, element, haloed, text, text_width, wrapped

TONES = {"good": CELADON_DEEP, "fair": INK, "bad": ACCENT, "open": MUTED}
"""Colour of the outcome by tone."""

_BANDS = {
    1: (CELADON, ACCENT_PALE),
    2: (CELADON, CELADON_MIST, ACCENT_PALE),
    3: (CELADON, CELADON_PALE, CELADON_MIST, ACCENT_PALE),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its short name, its value in the ladder's unit, and how that is printed."""

    name: str
    value: Fraction
    printed: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """One subject on one rule's ladder; lower is better.

    ``value`` is None where it could not be computed; ``tone`` is good, fair, bad or open.
    """

    subject: str
    rule: str
    unit: str
    limits: tuple[Limit, ...]
    value: Fraction | None
    printed: str
    outcome: str
    tone: str
    note: str = ""


_LEFT, _RIGHT = 178.0, 561.0
_ROW, _COMPACT_ROW = 70.0, 61.0


def ladder_chart(
    ladders: Sequence[Ladder], title: str, width: float = 716, *, compact: bool = False
) -> str:
    """All ladders beneath each other, each on a scale of its own; values may be negative.

    Compact ones stand closer and leave out their notes.
    """
    height = _COMPACT_ROW if compact else _ROW
    parts: list[str] = []
    top = 6.0
    for number, ladder in enumerate(ladders):
        if number:
            parts.append(element("line", x1=0, x2=width, y1=top - 8, y2=top - 8, stroke=RULE))
        parts += _row(replace(ladder, note="") if compact else ladder, top, width)
        top += height
    return document(width, max(top - 6, 1), title, parts)


def _row(ladder: Ladder, top: float, width: float) -> list[str]:
    subject = wrapped(ladder.subject, 13.5, _LEFT - 18)
    rule = wrapped(ladder.rule, 10.5, _LEFT - 18, 2 if len(subject) == 1 else 1)
    parts = [
        text(0, top + 18 + line * 15, words, 13, font_weight="bold")
        for line, words in enumerate(subject)
    ]
    below = top + 18 + (len(subject) - 1) * 15
    for line, words in enumerate(rule):
        parts.append(text(0, below + 14 + line * 12.5, words, 10.5, fill=MUTED))
    tone = TONES[ladder.tone]
    if ladder.value is not None:
        parts.append(text(_RIGHT + 20, top + 20, ladder.printed, 15, font_weight="bold"))
        beside = _RIGHT + 24 + text_width(ladder.printed, 15)
        parts.append(text(beside, top + 20, ladder.unit, 10.5, fill=MUTED))
    below_value = top + (36 if ladder.value is not None else 20)
    for line, words in enumerate(wrapped(ladder.outcome, 11, width - _RIGHT - 16)):
        parts.append(
            text(_RIGHT + 20, below_value + line * 13, words, 11, fill=tone, font_weight="bold")
        )
    if ladder.limits:
        parts += _bands(ladder, top + 12)
    if ladder.note:
        y, lines = (top + 56, 1) if ladder.limits else (top + 20, 2)
        for line, words in enumerate(wrapped(ladder.note, 11, _RIGHT - _LEFT, lines)):
            parts.append(text(_LEFT, y + line * 14, words, 11, fill=MUTED))
    return parts


def _bands(ladder: Ladder, top: float) -> list[str]:
    limits = _merged(ladder.limits)
    known = [limit.value for limit in limits] + ([] if ladder.value is None else [ladder.value])
    low, high = float(min(known)), float(max(known))
    margin = (high - low) * 0.16 or abs(high) * 0.2 or 1.0
    low, high = low - margin, high + margin

    def place(value: Fraction) -> float:
        return _LEFT + (float(value) - low) / (high - low) * (_RIGHT - _LEFT)

    edges = [_LEFT, *(place(limit.value) for limit in limits), _RIGHT]
    parts = [
        element("rect", x=start, y=top, width=end - start, height=12, fill=colour)
        for (start, end), colour in zip(pairwise(edges), _colours(len(limits)), strict=True)
    ]
    parts += _names(limits, edges[1:-1], top)
    if ladder.value is not None:
        x = place(ladder.value)
        arrow = f"M{x - 5:.2f} {top - 8:.2f}h10l-5 8z"
        parts.append(
            element("line", x1=x, x2=x, y1=top - 1, y2=top + 13, stroke=INK, stroke_width=2)
        )
        parts.append(element("path", d=arrow, fill=INK))
    return parts


def _merged(limits: Sequence[Limit]) -> list[Limit]:
    """Limits in order; those of one value become one, with both names."""
    merged: list[Limit] = []
    for limit in sorted(limits, key=lambda one: (one.value, one.name)):
        if merged and merged[-1].value == limit.value:
            both = f"{merged[-1].name} / {limit.name}"
            merged[-1] = Limit(both, limit.value, limit.printed)
        else:
            merged.append(limit)
    return merged


def _names(limits: Sequence[Limit], places: Sequence[float], top: float) -> list[str]:
    """The limits' names under their edges; one that would touch the last goes a line lower."""
    ticks, names, ends = [], [], [0.0, 0.0, 0.0]
    for limit, x in zip(limits, places, strict=True):
        words = f"{limit.name} {limit.printed}"
        half = text_width(words, 10.5) / 2 + 4
        line = next((n for n, end in enumerate(ends) if x - half >= end), len(ends) - 1)
        x_name = max(x, ends[line] + half)  # the last line has no lower one: it goes to the right
        ends[line] = x_name + half
        tick = top + 12 + 4 + line * 12
        ticks.append(element("line", x1=x, x2=x, y1=top, y2=tick, stroke=MUTED, stroke_width=0.8))
        names.append(haloed(x_name, tick + 10, words, 10.5, fill=MUTED, text_anchor="middle"))
    return [*ticks, *names]  # a tick that passes a name goes behind it


def _colours(limits: int) -> tuple[str, ...]:
    if limits in _BANDS:
        return _BANDS[limits]
    return (CELADON, CELADON_PALE, *[CELADON_MIST] * (limits - 2), ACCENT_PALE)
