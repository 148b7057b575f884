"""Findings by cause: how many places each has, and how much it is expected to put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from celadon.report.charts.palette import ACCENT, CELADON, ESTIMATED_DEEP, MUTED, RULE
from celadon.report.charts.svg import document, element, hint, text, text_width, wrapped

COLOURS = {"error": ACCENT, "warning": CELADON, "note": ESTIMATED_DEEP}
"""Colour of a cause by its severity."""

_WORDS, _FIRST, _SECOND, _ROW = 300.0, 316.0, 520.0, 34.0


@dataclass(frozen=True, slots=True)
class CauseBar:
    """A cause: its words, severity, and two amounts with the text that each is told by.

    ``expected`` is None where no size can be told.
    """

    words: str
    severity: str
    places: int
    places_text: str
    expected: float | None
    expected_text: str


def cause_chart(
    bars: Sequence[CauseBar],
    title: str,
    heads: tuple[str, str],
    legend: Sequence[tuple[str, str]],
    width: float = 716,
) -> str:
    """Causes beneath each other: places at the left, expected correction at the right.

    Parameters
    ----------
    heads : above the two columns of bars.
    legend : severities that occur, each with its name.
    """
    parts = [
        text(_FIRST, 12, heads[0], 11, fill=MUTED),
        text(_SECOND, 12, heads[1], 11, fill=MUTED),
        *_legend(legend),
    ]
    most = max((bar.places for bar in bars), default=0) or 1
    largest = max((bar.expected or 0.0 for bar in bars), default=0.0) or 1.0
    room = (_SECOND - _FIRST - 62, width - _SECOND - 84)
    for number, bar in enumerate(bars):
        top = 22 + number * _ROW
        parts.append(element("line", x1=0, x2=width, y1=top, y2=top, stroke=RULE))
        for line, words in enumerate(wrapped(bar.words, 12, _WORDS)):
            baseline = top + 15 + line * 14
            parts.append(text(0, baseline, words, 11.5))
        tone = COLOURS[bar.severity]
        parts += _bar(_FIRST, top, room[0] * bar.places / most, bar.places_text, tone, bar.words)
        if bar.expected is None:
            parts.append(text(_SECOND, top + 21, "–", 11.5, fill=MUTED))
        else:
            wide = room[1] * bar.expected / largest
            parts += _bar(_SECOND, top, wide, bar.expected_text, tone, bar.words)
    return document(width, 24 + len(bars) * _ROW, title, parts)


def _bar(x: float, top: float, wide: float, told: str, colour: str, words: str) -> list[str]:
    drawn = max(wide, 1.5)
    return [
        element("rect", hint(words), x=x, y=top + 9, width=drawn, height=16, fill=colour, rx=1),
        text(x + drawn + 6, top + 21, told, 11.5),
    ]


def _legend(legend: Sequence[tuple[str, str]]) -> list[str]:
    parts, x = [], 0.0
    for severity, name in legend:
        parts.append(element("rect", x=x, y=3, width=10, height=10, fill=COLOURS[severity], rx=1))
        parts.append(text(x + 14, 12, name, 11, fill=MUTED))
        x += 28 + text_width(name, 11)
    return parts
