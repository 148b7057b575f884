"""How wide the columns of a table are: a figure stands on one line, words wrap."""

from __future__ import annotations

import math
import re

from celadon.report.statistics.form import Cell, Table

_WIDE_FROM = 0x2E7F
"""Characters behind this one are as wide as two digits."""

_LEAST, _MOST = 5.0, 46.0
_WORD_MOST = 14.0
_ROOM = 1.5


def text_digits(text: str) -> float:
    """The width of a text on one line, in digits; a Chinese character is nearly two.

    Examples
    --------
    >>> text_digits("12.50"), round(text_digits("电力"), 1)
    (5.0, 3.8)
    """
    return sum(1.9 if ord(each) > _WIDE_FROM else 1.0 for each in text)


def column_digits(table: Table) -> tuple[float, ...]:
    """How many digits wide each column of a table is best.

    A column of figures is as wide as its widest; one of words takes more the longer they are, but
    less than in proportion, and never less than its longest word.
    """
    figures = table.figure_columns
    found = []
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in table.rows]
        heading = max(_longest_word(text) for text in (column.heading.zh, column.heading.en))
        longest = max((_line(cell) for cell in cells), default=0.0)
        if place in figures:
            wanted = longest
        else:
            word = max((_longest_word(cell.shown) for cell in cells), default=0.0)
            wanted = max(word, min(longest, 6 + 2.2 * math.sqrt(longest)))
        found.append(min(_MOST, max(_LEAST, heading, wanted) + _ROOM))
    return tuple(found)


def column_shares(table: Table) -> tuple[str, ...]:
    """The share of each column of the whole width, in percent, as a page has it."""
    digits = column_digits(table)
    return tuple(f"{100 * each / sum(digits):.2f}%" for each in digits)


def letters_size(table: Table) -> float:
    """Points of letters at which a table fits across A4, 774 points, at least 6 and at most 9.

    A digit is a little over half as wide as its letters are high.
    """
    padding = 6 * len(table.columns)
    return max(6.0, min(9.0, round((744 - padding) / (0.56 * sum(column_digits(table))), 1)))


def _line(cell: Cell) -> float:
    return text_digits(cell.shown) + (2 if cell.marked else 0) + (1.5 if cell.note else 0)


def _longest_word(text: str) -> float:
    """The longest word that a line should not break in; Chinese may break anywhere."""
    words = re.split(r"[\s,;/()（）、，；]|[⺀-鿿＀-￯]", text)
    return min(_WORD_MOST, max((text_digits(word) for word in words), default=0.0))
