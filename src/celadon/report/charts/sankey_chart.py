"""The energy-flow picture: bands in the colours of their carriers, losses fading out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from celadon.report.charts.palette import ACCENT, FAINT, INK, MUTED, OTHERS, carrier_colour
from celadon.report.charts.sankey import NODE_WIDTH, Band, Flow, Layout, Node, lay_out
from celadon.report.charts.svg import document, element, haloed, hint, text, text_width, wrapped

_LINE = 12.5
_SIZE = 11.0
_STUB = 26.0
_BOLD = 1.06
"""How much wider bold letters are."""


@dataclass(frozen=True, slots=True)
class SankeyWords:
    """What the picture says in words.

    ``used`` names what a process keeps, ``released`` what it gives beyond what it gets (the heat of
    materials); ``lost`` and ``unexplained`` name the same two of a network, where they are faults.
    """

    title: str
    unit: str
    others: str
    used: str
    lost: str
    unexplained: str
    released: str


@dataclass(frozen=True, slots=True)
class SankeyNode:
    """How a node is called; ``keeps`` says whether it uses energy, as a process unit does.

    An ``end`` neither uses nor loses: what comes to it has left the picture.
    """

    label: str
    keeps: bool = False
    end: bool = False


def sankey_chart(
    flows: Sequence[Flow],
    nodes: Mapping[str, SankeyNode],
    carriers: Mapping[str, str],
    words: SankeyWords,
    width: float = 1040,
    height: float = 470,
) -> str:
    """Draw simplified flows.

    Parameters
    ----------
    flows : amounts in the unit of ``words``, as :func:`celadon.report.charts.sankey.simplified`.
    nodes : each node of the flows.
    carriers : the name of each carrier of the flows.
    words : title, unit and the other words.
    """
    plain = lay_out(flows, {}, height, 1.0)
    pitch = min(220.0, (width - 96.0) / max(plain.columns - 1, 1))
    last = plain.columns - 1
    ends = {node.id for node in plain.nodes.values() if node.column == last}
    room, at_end = pitch - NODE_WIDTH - 12, width - last * pitch - NODE_WIDTH - 7
    lines = {
        name: wrapped(node.label, _SIZE * _BOLD, min(room, at_end) if name in ends else room, 3)
        for name, node in nodes.items()
    }
    heights = {name: (len(written) + 1) * _LINE for name, written in lines.items()}
    layout = lay_out(flows, heights, height, pitch)
    top = 8.0
    parts = [element("defs", _fade("fade", FAINT) + _fade("fault", ACCENT))]
    parts += [_band(band, layout, top, carriers, words) for band in _by_size(layout)]
    for node in layout.nodes.values():
        if not node.slot:
            parts += _remainder(node, nodes[node.id], layout, top, words)
    labels = []
    for node in layout.nodes.values():
        if not node.slot:
            box = element(
                "rect", x=node.column * pitch, y=node.y + top, width=NODE_WIDTH,
                height=node.height, fill=INK,
            )  # fmt: skip
            parts.append(box)
            labels += _label(node, lines[node.id], layout, top)
    foot = top + layout.height + 22
    legend, bottom = _legend(layout, carriers, words, foot, width)
    return document(width, bottom, words.title, [*parts, *labels, *legend])


def _by_size(layout: Layout) -> list[Band]:
    return sorted(layout.bands, key=lambda band: -band.amount)


def _fade(name: str, colour: str) -> str:
    stops = element("stop", offset=0, stop_color=colour, stop_opacity=0.65) + element(
        "stop", offset=1, stop_color=colour, stop_opacity=0
    )
    return element("linearGradient", stops, id=name)


def _band(
    band: Band, layout: Layout, top: float, carriers: Mapping[str, str], words: SankeyWords
) -> str:
    thick = max(band.amount * layout.scale, 0.8)
    points = _points(band, layout, top)
    upper = [(x, y) for x, y in points]
    lower = [(x, y + thick) for x, y in reversed(points)]
    if band.backward:
        d = _loop(band, layout, top, thick)
    else:
        d = "M" + _curve(upper) + "L" + _curve(lower) + "Z"
    carrier = carriers.get(band.carrier, words.others)
    told = hint(f"{carrier}: {band.amount:,.1f} {words.unit}")
    colour = OTHERS if band.carrier not in carriers else carrier_colour(band.carrier)
    opacity = 0.5 if band.backward else 0.72
    return element("path", told, d=d, fill=colour, fill_opacity=opacity)


def _points(band: Band, layout: Layout, top: float) -> list[tuple[float, float]]:
    first, *slots, last = (layout.nodes[name] for name in band.path)
    points = [(first.column * layout.pitch + NODE_WIDTH, band.leaves_at + top)]
    for slot in slots:
        x = slot.column * layout.pitch
        points += [(x, slot.y + top), (x + NODE_WIDTH, slot.y + top)]
    return [*points, (last.column * layout.pitch, band.enters_at + top)]


def _curve(points: Sequence[tuple[float, float]]) -> str:
    x0, y0 = points[0]
    d = f"{x0:.1f} {y0:.1f}"
    for (xa, ya), (xb, yb) in itertools.pairwise(points):
        middle = (xa + xb) / 2
        d += f"C{middle:.1f} {ya:.1f} {middle:.1f} {yb:.1f} {xb:.1f} {yb:.1f}"
    return d


def _loop(band: Band, layout: Layout, top: float, thick: float) -> str:
    """Out to the right, down, back beneath everything, and up into the left of the target."""
    origin, target = layout.nodes[band.origin], layout.nodes[band.destination]
    right = origin.column * layout.pitch + NODE_WIDTH
    left = target.column * layout.pitch
    bend = min(layout.pitch * 0.28, 24.0)
    y1, y2, lane = band.leaves_at + top, band.enters_at + top, band.lane + top
    far, near = right + bend + thick, right + bend
    wide, tight = left - bend - thick, left - bend
    low, high = lane + thick, lane
    outside = [
        _turn(far, y1, far, y1 + bend + thick),
        f"L{far:.1f} {high - bend:.1f}",
        _turn(far, low, right, low),
        f"L{left:.1f} {low:.1f}",
        _turn(wide, low, wide, high - bend),
        f"L{wide:.1f} {y2 + bend + thick:.1f}",
        _turn(wide, y2, left, y2),
    ]
    inside = [
        f"L{left:.1f} {y2 + thick:.1f}",
        _turn(tight, y2 + thick, tight, y2 + thick + bend),
        f"L{tight:.1f} {high - bend:.1f}",
        _turn(tight, high, left, high),
        f"L{right:.1f} {high:.1f}",
        _turn(near, high, near, high - bend),
        f"L{near:.1f} {y1 + thick + bend:.1f}",
        _turn(near, y1 + thick, right, y1 + thick),
    ]
    return f"M{right:.1f} {y1:.1f}" + "".join([*outside, *inside]) + "Z"


def _turn(corner_x: float, corner_y: float, x: float, y: float) -> str:
    return f"Q{corner_x:.1f} {corner_y:.1f} {x:.1f} {y:.1f}"


def _remainder(
    node: Node, told: SankeyNode, layout: Layout, top: float, words: SankeyWords
) -> list[str]:
    """What a node keeps fades out on its right; what it gives beyond what it got is a fault."""
    if told.end:
        return []
    left_over = node.entering - node.leaving
    thick = abs(left_over) * layout.scale
    if thick < 0.5:
        return []
    x = node.column * layout.pitch
    fill = "url(#fade)" if told.keeps else "url(#fault)"
    if left_over < 0:
        name = words.released if told.keeps else words.unexplained
        said = hint(f"{name}: {-left_over:,.1f} {words.unit}")
        y = node.y + node.height - thick + top
        turned = f"rotate(180 {x - _STUB / 2:.1f} {y + thick / 2:.1f})"
        return [
            element("rect", said, x=x - _STUB, y=y, width=_STUB, height=thick, fill=fill,
                    transform=turned)
        ]  # fmt: skip
    y = node.y + node.leaving * layout.scale + top
    name = words.used if told.keeps else words.lost
    said = hint(f"{name}: {left_over:,.1f} {words.unit}")
    return [element("rect", said, x=x + NODE_WIDTH, y=y, width=_STUB, height=thick, fill=fill)]


def _label(node: Node, lines: Sequence[str], layout: Layout, top: float) -> list[str]:
    x = node.column * layout.pitch + NODE_WIDTH + 5
    height = (len(lines) + 1) * _LINE
    first = node.y + max((node.height - height) / 2, 0) + top + 10
    decimals = 0 if node.size >= 100 else 1 if node.size >= 10 else 2
    amount = f"{node.size:,.{decimals}f}"
    wide = max(text_width(words, _SIZE) * _BOLD for words in (*lines, amount))
    parts = [
        element("rect", x=x - 2, y=first - 11, width=wide + 4, height=height + 3, rx=2,
                fill="#ffffff", fill_opacity=0.8)
    ]  # fmt: skip
    parts += [
        haloed(x, first + n * _LINE, words, _SIZE, font_weight="bold")
        for n, words in enumerate(lines)
    ]
    return [*parts, haloed(x, first + len(lines) * _LINE, amount, _SIZE, fill=MUTED)]


def _legend(
    layout: Layout, carriers: Mapping[str, str], words: SankeyWords, top: float, width: float
) -> tuple[list[str], float]:
    present = {band.carrier for band in layout.bands}
    entries = [
        (carrier_colour(carrier), name) for carrier, name in carriers.items() if carrier in present
    ]
    if present - set(carriers):
        entries.append((OTHERS, words.others))
    entries.append((FAINT, words.used))
    parts, x, y = [], 0.0, top
    for colour, name in entries:
        step = 17 + text_width(name, 11) + 16
        if x + step > width and x:
            x, y = 0.0, y + 18
        parts.append(element("rect", x=x, y=y - 10, width=11, height=11, fill=colour, rx=1.5))
        parts.append(text(x + 16, y, name, 11, fill=MUTED))
        x += step
    return parts, y + 8
