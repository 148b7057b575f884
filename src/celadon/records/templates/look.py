"""How a template looks: its colours, its formats, and the width of each column."""

from __future__ import annotations

import unicodedata
from typing import Any

import xlsxwriter

from celadon.languages import Language

INK, MUTED, FAINT, RULE = "#1C2926", "#62716B", "#9AA8A2", "#DBE3DF"
DEEP, MIST, WASH = "#1F6152", "#E1EFE8", "#F2F6F4"
INPUT = "#FFF6DA"
"""The fill of a cell to type into."""

COMPUTED = "#EEF1F4"
"""The fill of a cell that computes itself."""

ERROR, WARNING, NOTE = "#F4B8A5", "#FFD97A", "#C9DDF0"
"""The fills of cells in a returned file: not taken, please look, and told only."""

TYPEFACES = {"zh": "Microsoft YaHei", "en": "Calibri"}
"""One typeface for the whole workbook."""

WIDTHS = {
    "name": 24, "id": 19, "instant": 18, "reading": 16, "multiplier": 10, "read_every": 14,
    "passed": 16, "unit": 10,
    "remark": 24, "exchanged": 18, "closing": 15, "opening": 15, "document": 18, "kind": 13,
    "first_serial": 24, "last_serial": 24, "certified": 14,
    "month": 11, "quantity": 16, "parameter": 20, "basis": 12, "from": 12, "to": 12, "value": 14,
    "weight": 13, "origin": 12, "equipment": 16, "class": 14, "maker": 20, "model": 18,
    "process_unit": 18, "pieces": 8, "power": 15, "year": 11, "grade": 11,
}  # fmt: skip
"""Width of the column of each field, in characters."""

RIGHT = {"reading", "multiplier", "passed", "closing", "opening", "quantity", "value", "weight",
         "pieces", "power", "year"}  # fmt: skip
"""The fields whose columns are figures."""

_AFTER_FIGURES = ("unit", "remark", "origin", "grade")
_TEXT = "@"
_FORMATS = {
    "reading": "#,##0", "passed": "#,##0.00;[Red]-#,##0.00", "multiplier": "#,##0.######",
    "closing": "#,##0.00##", "opening": "#,##0.00##", "quantity": "#,##0.00##",
    "value": "#,##0.00####", "weight": "#,##0.00##", "from": "yyyy-mm-dd", "to": "yyyy-mm-dd",
    "pieces": "0", "power": "#,##0.0##", "year": "0",
}  # fmt: skip


class Look:
    """The formats of one workbook; equal ones are made once."""

    def __init__(self, book: xlsxwriter.Workbook, language: Language) -> None:
        self._book = book
        self._face = TYPEFACES[language]
        self.fit = 0.94 if language == "zh" else 1.1
        """Characters that fit into one of a column's width, in this typeface."""
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format of the workbook's typeface."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {
                "font_name": self._face,
                "font_size": 10,
                "font_color": INK,
                "valign": "vcenter",
            }
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def cell(
        self, field: str, *, is_input: bool, begins: bool = False, decimals: int | None = None
    ) -> Any:
        """The format of a cell under a heading.

        Parameters
        ----------
        is_input : whether a person types here; all other cells are locked.
        begins : whether its row is the first that speaks of its item; a rule parts it from others.
        decimals : decimals of a reading, as its meter shows it.
        """
        number = _FORMATS.get(field, _TEXT)
        if decimals and field == "reading":
            number += "." + "0" * decimals
        properties: dict[str, Any] = {
            "num_format": number,
            **_aligned(field),
            "bottom": 1,
            "bottom_color": RULE,
            "locked": not is_input,
        }
        if is_input:
            properties |= {"bg_color": INPUT, "left": 1, "right": 1}
            properties |= {"left_color": RULE, "right_color": RULE}
        elif field == "passed":
            properties |= {"bg_color": COMPUTED, "font_color": MUTED}
        elif field in ("id", "multiplier", "read_every"):
            properties["font_color"] = MUTED
        elif field == "name" and not begins:
            properties["font_color"] = FAINT
        if begins:
            properties |= {"top": 1, "top_color": DEEP}
        return self.style(**properties)

    def heading(self, field: str, *, first: bool) -> Any:
        """The format of a heading: of the first line, or of the line in the other language."""
        return self.style(
            bold=first,
            font_size=10 if first else 8,
            font_color=INK if first else MUTED,
            bg_color=MIST,
            text_wrap=True,
            **_aligned(field),
            **({} if first else {"bottom": 2, "bottom_color": DEEP}),
        )


def _aligned(field: str) -> dict[str, Any]:
    """Figures to the right; what stands beside them a little off."""
    if field in RIGHT:
        return {"align": "right"}
    return {"align": "left", "indent": 1 if field in _AFTER_FIGURES else 0}


def lines(text: str, width: float) -> int:
    """How many lines a text takes in so many characters; a Chinese one is two wide.

    Examples
    --------
    >>> lines("青瓷" * 10, 20), lines("celadon", 20)
    (2, 1)
    """
    size = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return max(1, -(-size // max(1, int(width))))
