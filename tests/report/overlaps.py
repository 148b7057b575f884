"""Whether words in a drawing lie on top of each other: boxes are measured by our own rule."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from celadon.report.charts.svg import text_width


@dataclass(frozen=True)
class Box:
    """The box of one line of text."""

    words: str
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > 1


def boxes(drawing: str) -> list[Box]:
    """The boxes of all texts; a capital is about three quarters of the size high."""
    found = []
    for node in Xml.fromstring(drawing).iter():  # noqa: S314 (our own drawing)
        if not node.tag.endswith("text") or not node.text:
            continue
        size, x, y = (float(node.get(name, "0")) for name in ("font-size", "x", "y"))
        wide = text_width(node.text, size) * 0.92  # the rule is a little generous
        left = x - wide if node.get("text-anchor") == "end" else x
        found.append(Box(node.text, left, left + wide, y - 0.75 * size, y + 0.1 * size))
    return found


def overlaps(drawing: str) -> list[tuple[str, str]]:
    """Pairs of texts that lie on top of each other."""
    all_boxes = boxes(drawing)
    return [
        (one.words, other.words)
        for place, one in enumerate(all_boxes)
        for other in all_boxes[place + 1 :]
        if one.meets(other)
    ]


def outside(drawing: str) -> list[str]:
    """Texts that run out of the drawing."""
    root = Xml.fromstring(drawing)  # noqa: S314 (our own drawing)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    return [
        box.words for box in boxes(drawing)
        if box.left < -1 or box.right > width + 1 or box.top < -1 or box.bottom > height + 1
    ]  # fmt: skip
