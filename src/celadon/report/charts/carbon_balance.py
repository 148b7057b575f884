"""What each process took in, against what it passed on and released: two bars of one length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.report.charts.palette import (
    ACCENT,
    CELADON_DEEP,
    CELADON_PALE,
    FAINT,
    MUTED,
    RULE,
)
from celadon.report.charts.svg import document, element, text, text_width, wrapped

_HEAD, _ROW = 20.0, 34.0
_BAR = 9.0
_SIZE = 12.0
_LEAST = 1.5


@dataclass(frozen=True, slots=True)
class Balance:
    """One process: what came in and what went out, both positive, and the difference in print."""

    label: str
    received: Fraction
    given: Fraction
    printed: str

    @property
    def released(self) -> Fraction:
        """What came in and did not go out; below zero where more went out."""
        return self.received - self.given


@dataclass(frozen=True, slots=True)
class BalanceWords:
    """The legend: what came in, what was passed on, what was released, what came from nothing."""

    received: str
    given: str
    released: str
    excess: str


def carbon_balance_chart(
    balances: Sequence[Balance], title: str, words: BalanceWords, width: float = 716
) -> str:
    """A row for each process: above what came in, beneath what was passed on and what was released.

    Where more went out than came in, the lacking part hangs on the upper bar in the accent.
    """
    label_width = min(190.0, _widest([one.label for one in balances]) + 16)
    figure_width = _widest([one.printed for one in balances] + [words.released]) + 14
    room = width - label_width - figure_width
    longest = max((max(one.received, one.given) for one in balances), default=Fraction(0))
    scale = room / float(longest or 1)
    parts = [text(width, 11, words.released, 11, fill=MUTED, text_anchor="end")]
    for number, one in enumerate(balances):
        top = number * _ROW + _HEAD
        if number:
            parts.append(element("line", x1=0, x2=width, y1=top - 3, y2=top - 3, stroke=RULE))
        named = wrapped(one.label, _SIZE, label_width - 10, 2)
        first = top + (19 if len(named) == 1 else 12)
        parts += [text(0, first + 13 * n, line, _SIZE) for n, line in enumerate(named)]
        upper = [(one.received, FAINT), (-one.released, ACCENT)]
        lower = [(one.given, CELADON_PALE), (one.released, CELADON_DEEP)]
        parts += _bar(upper, label_width, top + 4, scale)
        parts += _bar(lower, label_width, top + 5 + _BAR, scale)
        parts.append(text(width, top + 19, one.printed, _SIZE, text_anchor="end"))
    bottom = len(balances) * _ROW + _HEAD
    parts.append(
        element("line", x1=label_width, x2=label_width, y1=_HEAD - 2, y2=bottom, stroke=MUTED)
    )
    parts += _legend(words, balances, bottom + 18)
    return document(width, bottom + 26, title, parts)


def _bar(
    pieces: Sequence[tuple[Fraction, str]], left: float, top: float, scale: float
) -> list[str]:
    """Pieces behind each other; one that is nothing, or below, is not drawn."""
    drawn = []
    for amount, colour in pieces:
        if amount <= 0:
            continue
        wide = max(float(amount) * scale, _LEAST)
        drawn.append(element("rect", x=left, y=top, width=wide, height=_BAR, fill=colour))
        left += wide
    return drawn


def _legend(words: BalanceWords, balances: Sequence[Balance], y: float) -> list[str]:
    entries = [
        (FAINT, words.received), (CELADON_PALE, words.given), (CELADON_DEEP, words.released),
    ]  # fmt: skip
    if any(one.released < 0 for one in balances):
        entries.append((ACCENT, words.excess))
    parts, x = [], 0.0
    for colour, name in entries:
        parts.append(element("rect", x=x, y=y - 10, width=11, height=11, fill=colour, rx=1.5))
        parts.append(text(x + 16, y, name, 11, fill=MUTED))
        x += 16 + text_width(name, 11) + 20
    return parts


def _widest(words: Sequence[str]) -> float:
    return max((text_width(word, _SIZE) for word in words), default=0.0)
