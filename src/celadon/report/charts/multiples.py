"""Small multiples: one small bar chart for each province, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from celadon.report.charts.palette import MUTED, RULE
from celadon.report.charts.svg import document, element, hint, text, text_width, wrapped

ACROSS = 5
"""Panels side by side."""

_GAP, _HEAD, _HIGH, _PANEL = 18.0, 26.0, 62.0, 108.0


@dataclass(frozen=True, slots=True)
class Series:
    """One bar of every panel: its name and colour."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its name and a count for each series."""

    name: str
    counts: tuple[int, ...]


def multiples_chart(
    panels: Sequence[Panel], series: Sequence[Series], title: str, width: float = 716
) -> str:
    """Panels in rows, in the order given; every bar has its count above it.

    All panels share one scale, so that their bars can be compared.
    """
    most = max((max(panel.counts, default=0) for panel in panels), default=0) or 1
    wide = (width - (ACROSS - 1) * _GAP) / ACROSS
    parts = _legend(series)
    for number, panel in enumerate(panels):
        row, column = divmod(number, ACROSS)
        x, y = column * (wide + _GAP), _HEAD + row * _PANEL
        parts += _panel(panel, series, most, (x, y, wide))
    rows = -(-len(panels) // ACROSS)
    return document(width, _HEAD + rows * _PANEL, title, parts)


def _panel(
    panel: Panel, series: Sequence[Series], most: int, place: tuple[float, float, float]
) -> list[str]:
    x, y, wide = place
    floor = y + 26 + _HIGH
    name = wrapped(panel.name, 12, wide, 1)[0] if panel.name else "–"
    parts = [text(x, y + 12, name, 12, font_weight="bold")]
    step = wide / len(series)
    for number, (one, count) in enumerate(zip(series, panel.counts, strict=True)):
        high = (_HIGH - 12) * count / most
        if count:
            high = max(high, 1.0)
        left = x + number * step
        parts.append(
            element("rect", hint(f"{panel.name} · {one.name}: {count}"), x=left + 1,
                    y=floor - high, width=step - 4, height=high, fill=one.colour)
        )  # fmt: skip
        shown = f"{count:,}" if count else "·"
        middle = left + step / 2 - 1
        parts.append(text(middle, floor - high - 3, shown, 9.5, fill=MUTED, text_anchor="middle"))
    parts.append(element("line", x1=x, x2=x + wide, y1=floor, y2=floor, stroke=RULE))
    return parts


def _legend(series: Sequence[Series]) -> list[str]:
    parts, x = [], 0.0
    for one in series:
        parts.append(element("rect", x=x, y=3, width=10, height=10, fill=one.colour, rx=1))
        parts.append(text(x + 14, 12, one.name, 11, fill=MUTED))
        x += 30 + text_width(one.name, 11)
    return parts
