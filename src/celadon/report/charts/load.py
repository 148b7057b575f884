"""How electricity was drawn: a picture of the quarter hours, and the load duration curve."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Sequence

import altair as alt
import numpy as np
import numpy.typing as npt
from PIL import Image

from celadon.report.charts.palette import (
    ACCENT,
    CELADON,
    CELADON_DEEP,
    INK,
    MUTED,
    hex_colour,
    sequential,
)
from celadon.report.charts.svg import document, element, text
from celadon.report.charts.vega import PLOT_WIDTH, Datum, Specification, finished, values

WATT_HOURS_TO_KILOWATTS = 4 / 1000
"""Wh in a quarter hour, times this, is the mean power in kW."""

LOWEST = 2
"""The percentage of quarter hours that share the palest colour."""

Kilowatts = npt.NDArray[np.float64]


def power(drawn: npt.NDArray[np.int64], missing: int) -> Kilowatts:
    """Mean power of each quarter hour in kW, NaN where the profile has no value."""
    kilowatts: Kilowatts = np.where(drawn == missing, np.nan, drawn * WATT_HOURS_TO_KILOWATTS)
    return kilowatts


def heat_map_png(kilowatts: Kilowatts) -> bytes:
    """The load as a picture: one column a day, one row a quarter hour, midnight at the top.

    The colours run up to the greatest load; what is missing has the accent colour. The palest
    stands for the lowest 2 percent together, so that one standstill does not flatten the year.
    """
    low, high = _range(kilowatts)
    scaled = np.nan_to_num((kilowatts - low) / ((high - low) or 1), nan=0.0)
    colours = sequential()
    pixels = colours[np.clip(np.rint(scaled * 255), 0, 255).astype(np.uint8)]
    accent = [int(ACCENT[start : start + 2], 16) for start in (1, 3, 5)]
    pixels[np.isnan(kilowatts)] = accent
    stream = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 0, 2)))
    picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        stream, "PNG", optimize=True
    )
    return stream.getvalue()


def heat_map(
    days: Sequence[dt.date],
    kilowatts: Kilowatts,
    month_names: Sequence[str],
    title: str,
    missing: str,
) -> str:
    """The heat map with its axes: months along, hours down, and the scale in MW beneath.

    Parameters
    ----------
    days : the local days, in order.
    kilowatts : shape [days, 96].
    month_names : the twelve names of months.
    title : what it shows, for who cannot see it.
    missing : the word for quarter hours without a value.
    """
    left, width, height = 44.0, 640.0, 230.0
    encoded = base64.b64encode(heat_map_png(kilowatts)).decode()
    parts = [
        element(
            "image",
            x=left,
            y=0,
            width=width,
            height=height,
            preserveAspectRatio="none",
            style="image-rendering:pixelated",
            href=f"data:image/png;base64,{encoded}",
        )
    ]
    for hour in (0, 6, 12, 18, 24):
        y = height * hour / 24
        label_y = min(max(y + 4, 10), height)
        parts.append(text(left - 8, label_y, f"{hour:02d}:00", 11, fill=MUTED, text_anchor="end"))
    starts = [n for n, day in enumerate(days) if day.day == 1 or n == 0]
    for start, end in zip(starts, [*starts[1:], len(days)], strict=True):
        x = left + width * start / len(days)
        middle = left + width * (start + end) / 2 / len(days)
        if start:
            parts.append(element("line", x1=x, x2=x, y1=height, y2=height + 5, stroke=MUTED))
        if end - start > 10:
            name = month_names[days[start].month - 1]
            parts.append(text(middle, height + 17, name, 12, fill=MUTED, text_anchor="middle"))
    parts += _scale(kilowatts, left, height + 34, missing)
    return document(left + width + 6, height + 66, title, parts)


def _scale(kilowatts: Kilowatts, left: float, top: float, missing: str) -> list[str]:
    low, high = (value / 1000 for value in _range(kilowatts))
    colours = sequential(64)
    step = 240 / 64
    parts = [
        element("rect", x=left + n * step, y=top, width=step + 0.5, height=9, fill=hex_colour(rgb))
        for n, rgb in enumerate(colours)
    ]
    decimals = 0 if high >= 20 else 1 if high >= 2 else 2
    for portion in (0.0, 0.5, 1.0):
        label = f"{low + (high - low) * portion:,.{decimals}f}".replace("-", "−")
        words = f"{label} MW" if portion == 1 else f"≤ {label}" if portion == 0 else label
        x = left + 240 * portion
        anchor = {0.0: "start", 0.5: "middle", 1.0: "end"}[portion]
        parts.append(text(x, top + 23, words, 11, fill=MUTED, text_anchor=anchor))
    if np.isnan(kilowatts).any():
        parts.append(element("rect", x=left + 276, y=top, width=9, height=9, fill=ACCENT))
        parts.append(text(left + 291, top + 8.5, missing, 11, fill=MUTED))
    return parts


def _range(kilowatts: Kilowatts) -> tuple[float, float]:
    if np.isnan(kilowatts).all():
        return 0.0, 0.0
    return float(np.nanpercentile(kilowatts, LOWEST)), float(np.nanmax(kilowatts))


def duration_curve(
    kilowatts: Kilowatts, hours: str, peak: str, mean: str, height: int = 200
) -> Specification:
    """The load of each quarter hour from the greatest to the least, with peak and mean named.

    Parameters
    ----------
    kilowatts : any shape; what is missing is left out.
    hours : title of the axis along, hours of the period.
    peak, mean : what the two named levels are called.
    """
    known = np.sort(kilowatts[~np.isnan(kilowatts)])[::-1] / 1000
    shown = np.unique(np.linspace(0, len(known) - 1, 240).astype(np.int64))
    rows: list[Datum] = [
        {"hour": (int(rank) + 1) / 4, "power": float(known[rank])} for rank in shown
    ]
    average = float(known.mean())
    total = len(known) / 4
    along = alt.X("hour:Q", title=hours, scale=alt.Scale(domain=[0, total], nice=False))
    base = alt.Chart(values(rows), width=PLOT_WIDTH + 90, height=height).encode(
        x=along.axis(alt.Axis(format=",d", tickCount=8, tickMinStep=1, titlePadding=8)),
        y=alt.Y("power:Q", title="MW", axis=alt.Axis(format=",~r")),
    )
    area = base.mark_area(color=CELADON, opacity=0.18)
    line = base.mark_line(color=CELADON_DEEP, strokeWidth=2)
    decimals = 0 if known[0] >= 100 else 1
    named: list[Datum] = [
        {"hour": 0, "power": float(known[0]), "words": f"{peak} {known[0]:,.{decimals}f} MW"},
    ]
    means: list[Datum] = [
        {"hour": total, "power": average, "words": f"{mean} {average:,.{decimals}f} MW"},
    ]
    top = alt.Chart(values(named)).mark_text(align="left", dx=8, dy=-4, color=INK)
    level = alt.Chart(values(means)).mark_rule(color=MUTED, strokeDash=[4, 3])
    end = alt.Chart(values(means)).mark_text(align="right", dy=-7, color=INK)
    return finished(
        alt.layer(
            area,
            line,
            level.encode(y="power:Q"),
            top.encode(x=along, y="power:Q", text="words:N"),
            end.encode(x=along, y="power:Q", text="words:N"),
        )
    )
