"""An explanation drawn as a tree: values in a column, sources beside them, ▲ where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from rich.cells import cell_len

from celadon.app.telling import UNKNOWN, Node
from celadon.exact import parse_decimal
from celadon.reference.confirmed import is_official

MOST_LINES = 60
"""A tree is cut to as many levels as keep it to about a screen, unless a depth is asked for."""

DITTO = "〃"
"""Stands for the source of the line above."""

_WIDEST = 44
_WIDEST_VALUE = 24


def depth_that_fits(root: Node) -> int:
    """How many levels below the root stay within a screen; at least one."""
    depth = 1
    while depth < height(root) and count(root, depth + 1) <= MOST_LINES:
        depth += 1
    return depth


def height(node: Node) -> int:
    """The levels below a node."""
    return 1 + max((height(part) for part in node.parts), default=-1)


def count(node: Node, depth: int) -> int:
    """The nodes below a node, down to a depth."""
    if depth == 0:
        return 0
    return len(node.parts) + sum(count(part, depth - 1) for part in node.parts)


def is_weak(node: Node) -> bool:
    """Whether a node rests on less than official text."""
    return not is_official(node.confidence)


def has_mark(node: Node) -> bool:
    """Whether a node rests on less than A, though it may have been confirmed since."""
    return node.confidence not in ("", "A")


def parts_add_up(node: Node) -> bool:
    """Whether the values of a node's parts, in its own unit, add to its value exactly.

    Examples
    --------
    >>> parts_add_up(Node("1,000.5 t", "", parts=[Node("1,001 t", ""), Node("-0.5 t", "")]))
    True
    """
    whole, unit = _quantity(node.value)
    parts = [_quantity(part.value) for part in node.parts if part.value]
    if whole is None or not parts or any(other != unit for _, other in parts):
        return False
    return sum((value or Fraction(0) for value, _ in parts), Fraction(0)) == whole


def tree_lines(root: Node, depth: int, mark: Callable[[Node], str]) -> Iterator[str]:
    """The lines below the root.

    Parameters
    ----------
    mark : what to write behind a node that rests on less than A.
    """
    yield from _lines(root, "", depth, mark)


def _lines(node: Node, before: str, depth: int, mark: Callable[[Node], str]) -> Iterator[str]:
    if depth == 0:
        return
    right = _same_unit(node.parts)
    widths = [cell_len(part.value) for part in node.parts]
    value_width = min(max(widths, default=0), _WIDEST_VALUE)
    labels = [cell_len(part.label) for part in node.parts if part.source or has_mark(part)]
    label_width = min(max(labels, default=0), _WIDEST)
    above = ""
    for index, part in enumerate(node.parts):
        is_last = index == len(node.parts) - 1
        pad = " " * max(0, value_width - cell_len(part.value))
        value = pad + part.value if right else part.value + pad
        gap = " " * max(0, label_width - cell_len(part.label))
        source = DITTO if part.source and part.source == above else part.source
        above = part.source
        columns = [value, part.label + gap, source, mark(part) if has_mark(part) else ""]
        text = "  ".join(column for column in columns if column.strip())
        yield f"{before}{'└─' if is_last else '├─'} {text}".rstrip()
        yield from _lines(part, before + ("   " if is_last else "│  "), depth - 1, mark)


def _same_unit(parts: list[Node]) -> bool:
    shown = [part.value for part in parts if part.value and not part.value.startswith(UNKNOWN)]
    quantities = [_quantity(value) for value in shown]
    units = {unit for value, unit in quantities if value is not None}
    return len(units) == 1 and all(value is not None for value, _ in quantities)


def _quantity(text: str) -> tuple[Fraction | None, str]:
    number, _, unit = text.partition(" ")
    try:
        return parse_decimal(number.replace(",", "")), unit
    except ValueError:
        return None, unit
