"""The few pieces of SVG that our own charts are made of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

from celadon.report.charts.palette import INK

FONTS = (
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', "
    "'Microsoft YaHei', 'Helvetica Neue', Arial, sans-serif"
)
"""One typeface for both languages; the first that the reader's machine has."""

Attribute = str | int | float


def element(tag: str, content: str = "", **attributes: Attribute) -> str:
    """One element; ``_`` in an attribute's name stands for ``-``, floats get two decimals."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(x: float, y: float, words: str, size: float = 12, **attributes: Attribute) -> str:
    """A line of text with its baseline at ``y``."""
    settings: dict[str, Attribute] = {"x": x, "y": y, "font_size": size, "fill": INK, **attributes}
    return element("text", escape(words, quote=False), **settings)


def haloed(x: float, y: float, words: str, size: float = 12, **attributes: Attribute) -> str:
    """Text with a white edge, to be read on top of bands."""
    halo: dict[str, Attribute] = {
        "stroke": "#ffffff",
        "stroke_width": 3,
        "stroke_linejoin": "round",
        "paint_order": "stroke",
    }
    return text(x, y, words, size, **{**halo, **attributes})


def hint(words: str) -> str:
    """What a pointer that rests on an element is shown."""
    return element("title", escape(words, quote=False))


def document(
    width: float, height: float, label: str, parts: Iterable[str], **attributes: Attribute
) -> str:
    """A whole SVG; ``label`` says what it shows to who cannot see it."""
    return element(
        "svg",
        "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        xmlns__xlink="http://www.w3.org/1999/xlink",
        width=width,
        height=height,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        role="img",
        aria_label=label,
        font_family=FONTS,
        **attributes,
    ).replace("xmlns--xlink", "xmlns:xlink")


def text_width(words: str, size: float) -> float:
    """About how wide a line is: ideographs are square, Latin letters a little over half."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return size * (wide + 0.56 * (len(words) - wide))


def wrapped(words: str, size: float, width: float, lines: int = 2) -> list[str]:
    """Words broken into at most ``lines`` lines; what does not fit ends in an ellipsis."""
    broken: list[str] = []
    rest = words
    while rest and len(broken) < lines:
        cut = _fitting(rest, size, width)
        if cut < len(rest) and len(broken) == lines - 1:
            return [*broken, rest[: max(cut - 1, 1)].rstrip() + "…"]
        broken.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return broken


def _fitting(words: str, size: float, width: float) -> int:
    if text_width(words, size) <= width:
        return len(words)
    cut = next(
        n for n in range(len(words), 0, -1) if n == 1 or text_width(words[:n], size) <= width
    )
    breaks = [n for n in range(1, cut + 1) if words[n - 1] in " -–/（" or words[n] == " "]
    return breaks[-1] if breaks and breaks[-1] > cut // 3 else cut


def _number(value: Attribute) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
