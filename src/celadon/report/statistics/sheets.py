"""How a table prints: on A4, in letters that can be read; a wide one goes on on another sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from celadon.languages import Phrase
from celadon.report.statistics.content import WORDS
from celadon.report.statistics.form import Row, Table

DIGITS = 140.0
"""How many digits of ten points stand across A4, the space between columns counted."""

_LEAST_SCALE = 0.8
"""No table is printed smaller than this, which leaves letters of eight points."""

_GAP = 0.72
"""The space of a column beside its digits, in digits."""


def sheets_of(table: Table, widths: Sequence[float]) -> list[tuple[Table, Sequence[float]]]:
    """A table as the sheets that it prints on, each with its widths.

    What tells its rows apart stands on each; a column of units stays with its figures.

    Parameters
    ----------
    widths : of the columns, in digits.
    """
    whole = [each + _GAP for each in widths]
    if sum(whole) * _LEAST_SCALE <= DIGITS:
        return [(table, widths)]
    keys = _keys(table)
    edges = [0, *_breaks(table, whole, sum(whole[key] for key in keys)), len(whole)]
    found: list[tuple[Table, Sequence[float]]] = []
    for number, (start, end) in enumerate(pairwise(edges)):
        own = range(start, end)
        places = [*(key for key in keys if number and key not in own), *own]
        part = replace(
            table,
            title=_continued(table.title) if number else table.title,
            columns=tuple(table.columns[place] for place in places),
            rows=tuple(Row(tuple(row.cells[place] for place in places), row.kind)
                       for row in table.rows),
            notes=table.notes if end == len(whole) else (),
        )  # fmt: skip
        found.append((part, [widths[place] for place in places]))
    return found


def _keys(table: Table) -> tuple[int, ...]:
    """The first column, and where it does not tell the rows apart the first that does with it."""
    first = [row.cells[0].shown for row in table.rows]
    if len(set(first)) == len(first):
        return (0,)
    for place in range(1, len(table.columns)):
        both = {(name, row.cells[place].shown)
                for name, row in zip(first, table.rows, strict=True)}  # fmt: skip
        if len(both) == len(first):
            return (0, place)
    return (0,)


def _continued(title: Phrase) -> Phrase:
    again = WORDS["table.continued"]
    return Phrase(en=again.en.format(title=title.en), zh=again.zh.format(title=title.zh))


def _breaks(table: Table, widths: Sequence[float], again: float) -> list[int]:
    """The columns before which another sheet begins, so that all are about as wide.

    Parameters
    ----------
    again : the width of what is repeated on each sheet after the first.
    """
    room = DIGITS / _LEAST_SCALE
    sheets = max(2, math.ceil((sum(widths) - again) / (room - again)))
    each = (sum(widths) + again * (sheets - 1)) / sheets
    before = list(accumulate(widths))
    allowed = [place for place in range(2, len(widths) - 1)
               if not table.columns[place].key.endswith("unit")]  # fmt: skip
    ideal = (each * number - again * (number - 1) for number in range(1, sheets))
    return sorted({_nearest(allowed, before, at) for at in ideal})


def _nearest(allowed: Sequence[int], before: Sequence[float], at: float) -> int:
    return min(allowed, key=lambda place: abs(before[place - 1] - at))
