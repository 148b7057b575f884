"""The formulas of the workbook: every sum, difference and measure is worked out in its cell.

A formula stands where the page has a figure that follows from others; the figure stands beside it
as the value that a program shows which does not calculate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from celadon.report.blocks import Row
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.workbook_layout import Place
from celadon.report.microgrid.workbook_money import (
    BACK,
    BACK_WITH_INTEREST,
    WORTH,
    WORTH_SO_FAR,
)

_TABLES = (
    ("design", "capacities"), ("design", "costs"), ("bill", "bill_lines"), ("bill", "bill_months"),
    ("money", "measures"), ("money", "savings"), ("money", "cash"), ("carbon", "carbon_lines"),
    ("energy", "shares"), ("energy", "months"),
)  # fmt: skip
"""The tables that formulas name: section and title."""

RATE, INVESTMENT, VALUE_NOW, RETURN, SIMPLE, DISCOUNTED = range(6)
"""The rows of the measures."""


@dataclass(frozen=True, slots=True)
class Live:
    """The tables of a workbook by name, and the formulas of their cells."""

    draft: Draft
    places: Mapping[str, Place]

    @classmethod
    def of(cls, draft: Draft, found: Mapping[str, list[Place]]) -> Live:
        """The tables that formulas name, of all by section."""
        named = {
            title: place
            for section, title in _TABLES
            for place in found.get(section, ())
            if place.grid.title == draft.say(title)
        }
        return cls(draft, named)

    def formula(self, place: Place, number: int, column: int) -> str:
        """The formula of a cell of figures; empty where the figure is given."""
        row = place.grid.rows[number]
        name = next((n for n, p in self.places.items() if p is place), "")
        made = _COLUMNS.get((name, column))
        at = place.first + number + 1
        if row.kind == "total":
            letter = xl_col_to_name(column)
            return f"=SUM({letter}{place.first + 1}:{letter}{place.last + 1})"
        if name == "measures":
            return self._measure(number) if column == 1 else ""
        if name == "cash":
            return self._year(number, at, column)
        return made(row, at) if made is not None else ""

    def _year(self, year: int, row: int, column: int) -> str:
        """A cell of a year; the columns are those of the page and four more."""
        rate = self.places["measures"].at(RATE, 1).partition("!")[2]
        if column == 1 and not year:
            return f"=-{self.places['capacities'].at(-1, 3)}/1000"
        if column == 4 and year:
            return f"={self.places['savings'].at(-1, 1).partition('!')[2]}"
        worth, so_far = xl_col_to_name(WORTH), xl_col_to_name(WORTH_SO_FAR)
        return {
            6: f"=SUM(B{row}:F{row})",
            7: f"=H{row - 1}+G{row}" if year else f"=G{row}",
            WORTH: f"=G{row}/(1+{rate})^A{row}",
            WORTH_SO_FAR: f"={so_far}{row - 1}+{worth}{row}" if year else f"={worth}{row}",
            BACK: _crossed(row, "H", "G") if year else "",
            BACK_WITH_INTEREST: _crossed(row, so_far, worth) if year else "",
        }.get(column, "")

    def _measure(self, number: int) -> str:
        """A measure over the years that stand below; empty where there is none to work out."""
        years = self.places["cash"]
        first, last = years.first + 1, years.last + 1
        rate = self.places["measures"].at(RATE, 1).partition("!")[2]
        money = self.draft.content.money
        is_paid = money is not None and any(year.investment for year in money.years)
        back = {SIMPLE: xl_col_to_name(BACK), DISCOUNTED: xl_col_to_name(BACK_WITH_INTEREST)}
        if number == INVESTMENT:
            return f"=-B{first}*1000"
        if number == VALUE_NOW:
            return f"=1000*(G{first}+NPV({rate},G{first + 1}:G{last}))"
        if number == RETURN and money is not None and money.internal_return.rate is not None:
            return f"=IRR(G{first}:G{last})"
        if number in back and is_paid:
            span = f"{back[number]}{first}:{back[number]}{last}"
            return f'=IF(COUNT({span})=0,"{self.draft.say("never")}",MIN({span}))'
        return ""


def _crossed(row: int, so_far: str, part: str) -> str:
    """The year, with its part, in which what was paid has come back; else nothing."""
    is_back = f"AND({so_far}{row - 1}<0,{so_far}{row}>=0)"
    return f'=IF({is_back},A{row}-{so_far}{row}/{part}{row},"")'


def _difference(row: Row, at: int, before: str, after: str, number: int) -> str:
    return f"={after}{at}-{before}{at}" if row.cells[number].text != "—" else ""


def _tonnes(row: Row, at: int, energy: str, number: int) -> str:
    """Energy by factor, whole in g; none where either is not known."""
    is_known = "—" not in (row.cells[number].text, row.cells[3].text)
    return f"=ROUND({energy}{at}*D{at},6)" if is_known else ""


_COLUMNS: dict[tuple[str, int], Callable[[Row, int], str]] = {
    ("bill_lines", 6): lambda row, at: _difference(row, at, "E", "F", 4),
    ("bill_months", 3): lambda row, at: _difference(row, at, "B", "C", 1),
    ("carbon_lines", 6): lambda row, at: _tonnes(row, at, "B", 6),
    ("carbon_lines", 7): lambda row, at: _tonnes(row, at, "C", 7),
}
"""What a column works out, by table and column."""
