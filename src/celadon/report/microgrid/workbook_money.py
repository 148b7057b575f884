"""The years of the money as the workbook has them: present values, and when the money is back."""

from __future__ import annotations

from dataclasses import replace

from celadon.plan.cash_flow import CashFlow
from celadon.report.blocks import Cell, Grid, Heading
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.sections import number

WORTH, WORTH_SO_FAR, BACK, BACK_WITH_INTEREST = 8, 9, 10, 11
"""Columns that the workbook adds to the years of the page."""


def with_present_values(draft: Draft, section: str, grid: Grid) -> Grid:
    """The table of the years with the columns from which payback is read; any other as it is."""
    money, say = draft.content.money, draft.say
    if section != "money" or money is None or grid.title != say("cash"):
        return grid
    unit = grid.headings[1].unit
    headings = (
        Heading(say("worth_now"), unit), Heading(say("worth_so_far"), unit),
        Heading(say("simple"), say("years")), Heading(say("discounted"), say("years")),
    )  # fmt: skip
    rows = tuple(
        replace(row, cells=(*row.cells, *more))
        for row, more in zip(grid.rows, _more(money), strict=True)
    )
    return replace(grid, headings=(*grid.headings, *headings), rows=rows)


def _more(money: CashFlow) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    plain = worth_so_far = 0.0
    for year, amount in enumerate(money.net):
        worth = amount / (1 + money.rate) ** year
        back, paid = (
            number(year - after / part, 1) if year and after - part < 0 <= after else Cell("")
            for part, after in ((amount, plain + amount), (worth, worth_so_far + worth))
        )
        plain, worth_so_far = plain + amount, worth_so_far + worth
        found.append((number(worth, 1), number(worth_so_far, 1), back, paid))
    return found
