"""Altair specifications: one theme, drawn to SVG by vl-convert."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import vl_convert

from celadon.report.charts.palette import FAINT, INK, MUTED, PAPER, RULE
from celadon.report.charts.svg import FONTS, element

Specification = dict[str, Any]
Datum = dict[str, str | float | int]

PLOT_WIDTH = 520
"""Width of the plotting area; with legend and axis it fills the text width of an A4 page."""

PAGE_WIDTH = 716
"""Width of a page's text on a screen."""

_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')

_CONFIG: Specification = {
    "aria": False,
    "font": FONTS,
    "background": None,
    "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": RULE,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisX": {"grid": False, "domain": True, "domainColor": FAINT, "labelAngle": 0},
    "axisY": {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "start",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
        "tickCount": 5,
    },
    "legend": {
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 156,
        "symbolType": "square",
        "symbolSize": 110,
        "symbolStrokeWidth": 0,
        "rowPadding": 4,
        "offset": 14,
    },
    "text": {"fontSize": 12, "color": INK},
    "bar": {"discreteBandSize": {"band": 0.72}},
}


def finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Specification:
    """The plain specification of a chart, with the house's theme."""
    specification: Specification = chart.to_dict()
    specification["config"] = _CONFIG
    return specification


def values(data: list[Datum]) -> alt.InlineData:
    """Rows as Altair takes them inline."""
    return alt.InlineData(values=data)


def draw(specification: Specification, label: str) -> str:
    """The SVG of a specification; text stays text. ``label`` says what it shows to who cannot see.

    The marks themselves are hidden from such readers: the same figures stand in the tables. Every
    drawing is as wide as the page's text, for a machine without Chinese glyphs measures them short.
    """
    version = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    svg: str = vl_convert.vegalite_to_svg(specification, vl_version=version)
    start, end = svg.index("<svg "), svg.index(">") + 1
    width, height = _SIZE.findall(svg[start:end])[0]
    room = max(int(float(width)), PAGE_WIDTH)
    opening = element(
        "svg", " ", xmlns="http://www.w3.org/2000/svg", width=room, height=height,
        viewBox=f"0 0 {room} {height}", role="img", aria_label=label,
    ).removesuffix(" </svg>")  # fmt: skip
    return opening + svg[end:]


def draw_png(svg: str, scale: float = 2) -> bytes:
    """The picture of any SVG, on white."""
    page = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    start = svg.index(">", svg.index("<svg")) + 1
    png: bytes = vl_convert.svg_to_png(svg[:start] + page + svg[start:], scale=scale)
    return png
