"""What a total is made of, branch by branch: site, kind, unit, stream, and activity times factor.

Every branch stands at the height of its first part, so that a row reads from left to right; behind
each name a pale bar tells its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.report.charts.palette import (
    CELADON,
    CELADON_MIST,
    ESTIMATED,
    FAINT,
    INK,
    MUTED,
    RULE,
)
from celadon.report.charts.svg import document, element, hint, text, text_width, wrapped

_SIZE, _SMALL = 10.5, 9.2
_ROW = 31.0
_GAP = 12.0
_LEAST = 1.5
_WIDTHS = (146.0, 134.0, 182.0, 172.0, 82.0)
"""Columns of kinds, units, streams, of activity and factor, and of letters."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a total, in the unit that ``printed`` names.

    Parameters
    ----------
    lines : of a last part: its activity and its factor, a line each.
    letter : the lowest letter that it rests on, with its mark; ``because`` says of what it is.
    """

    label: str
    value: Fraction
    printed: str
    parts: tuple[Branch, ...] = ()
    lines: tuple[str, ...] = ()
    letter: str = ""
    because: str = ""

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        return sum(part.rows for part in self.parts) or 1


def contribution_tree(root: Branch, heads: Sequence[str], title: str) -> str:
    """The tree of a total.

    Parameters
    ----------
    root : with parts, their parts, and the parts of those: kinds, units and streams.
    heads : the words above the columns: kind, unit, stream, activity and factor, letter.
    """
    lefts = [sum(_WIDTHS[:n]) for n in range(len(_WIDTHS))]
    width = sum(_WIDTHS)
    whole = max((abs(branch.value) for branch in _all(root)), default=Fraction(0)) or Fraction(1)
    parts = [
        text(0, 13, root.label, 13, font_weight="bold"),
        text(width, 13, root.printed, 13, font_weight="bold", text_anchor="end"),
        element("line", x1=0, x2=width, y1=20, y2=20, stroke=INK),
    ]
    parts += [text(left, 36, head, 10, fill=MUTED) for left, head in zip(lefts, heads, strict=True)]
    bottom = 44 + root.rows * _ROW
    for part, top in _placed(root.parts, 44):
        if top > 44:
            parts.append(element("line", x1=0, x2=width, y1=top - 1, y2=top - 1, stroke=RULE))
        parts += _branch(part, 0, top, whole, lefts)
    return document(width, bottom + 2, title, parts)


def _branch(
    branch: Branch, depth: int, top: float, whole: Fraction, lefts: Sequence[float]
) -> list[str]:
    left, wide = lefts[depth], _WIDTHS[depth] - _GAP
    drawn = [_bar(branch, left, top, wide, whole), *_words(branch, left, top, wide, depth)]
    if branch.lines or branch.letter:
        drawn += _last(branch, top, lefts)
    placed = list(_placed(branch.parts, top))
    if placed:
        drawn += _twigs([at for _, at in placed], left + wide + 1, lefts[depth + 1])
    for part, at in placed:
        drawn += _branch(part, depth + 1, at, whole, lefts)
    return drawn


def _bar(branch: Branch, left: float, top: float, wide: float, whole: Fraction) -> str:
    share = float(abs(branch.value) / whole)
    length = max(wide * share, _LEAST) if branch.value else 0.0
    colour = CELADON_MIST if branch.value >= 0 else ESTIMATED
    told = hint(f"{branch.label}: {branch.printed}")
    edge = CELADON if branch.value >= 0 else FAINT
    bar = element("rect", told, x=left, y=top + 1, width=length, height=_ROW - 4, fill=colour)
    if not branch.value:
        return element("line", x1=left, x2=left, y1=top + 1, y2=top + _ROW - 3, stroke=FAINT)
    mark = element("rect", x=left, y=top + 1, width=_LEAST, height=_ROW - 4, fill=edge)
    return bar + mark


def _words(branch: Branch, left: float, top: float, wide: float, depth: int) -> list[str]:
    bold = {"font_weight": "bold"} if depth == 0 else {}
    size = _SIZE if text_width(branch.label, _SIZE) <= wide - 5 else _SMALL
    name = wrapped(branch.label, size, wide - 3, 1)
    return [
        *(text(left + 5, top + 12, words, size, **bold) for words in name),
        text(left + 5, top + 24.5, branch.printed, 10, fill=MUTED),
    ]


def _last(branch: Branch, top: float, lefts: Sequence[float]) -> list[str]:
    lines = [
        text(lefts[3], top + 12 + 12.5 * number, words, 10)
        for number, words in enumerate(branch.lines[:2])
    ]
    letter = text(lefts[4], top + 12, branch.letter, _SIZE, font_weight="bold")
    return [*lines, letter, text(lefts[4], top + 24.5, branch.because, 10, fill=MUTED)]


def _twigs(tops: Sequence[float], start: float, end: float) -> list[str]:
    """Lines from a branch to each of its parts."""
    middle, first, last = (start + end) / 2, tops[0] + _ROW / 2, tops[-1] + _ROW / 2
    drawn = [
        element("path", d=f"M{start:.1f} {first:.1f}H{end - 1:.1f}", stroke=FAINT, fill="none")
    ]
    if len(tops) > 1:
        path = "".join(f"M{middle:.1f} {top + _ROW / 2:.1f}H{end - 1:.1f}" for top in tops[1:])
        path += f"M{middle:.1f} {first:.1f}V{last:.1f}"
        drawn.append(element("path", d=path, stroke=FAINT, fill="none"))
    return drawn


def _placed(parts: Sequence[Branch], top: float) -> Iterator[tuple[Branch, float]]:
    for part in parts:
        yield part, top
        top += part.rows * _ROW


def _all(branch: Branch) -> Iterator[Branch]:
    for part in branch.parts:
        yield part
        yield from _all(part)
