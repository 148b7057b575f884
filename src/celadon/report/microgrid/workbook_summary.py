"""The first sheet of the workbook: the figures of the first page, linked to where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.report.blocks import Cell
from celadon.report.microgrid.carbon import carbon_sums
from celadon.report.microgrid.carbon_section import known
from celadon.report.microgrid.money import measures_of
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.page import facts
from celadon.report.microgrid.sections import number, share_cell
from celadon.report.microgrid.workbook_live import RATE, Live


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the summary.

    Parameters
    ----------
    link : the cell that the figure is; empty where it stands on no other sheet.
    """

    name: str
    value: Cell
    unit: str = ""
    link: str = ""
    remark: str = ""


def figures(draft: Draft, live: Live) -> tuple[list[Figure], list[Figure]]:
    """What the design is of, and its figures."""
    return _about(draft, live), [
        *_cost(draft, live), *_money(draft, live), *_bill(draft, live), *_carbon(draft, live),
        *_shares(live),
    ]  # fmt: skip


def _about(draft: Draft, live: Live) -> list[Figure]:
    found = [Figure(name, Cell(value)) for name, value in facts(draft)]
    money = live.places.get("measures")
    rate = Figure(draft.say("discount"), share_cell(draft.content.declared.head.discount_rate),
                  link=money.at(RATE, 1) if money else "")  # fmt: skip
    return [rate if each.name == rate.name else each for each in found]


def _cost(draft: Draft, live: Live) -> list[Figure]:
    say, cost = draft.say, Fraction(draft.content.cost, 100)
    at = live.places["costs"].at(-1, 1)
    return [Figure(say("cost"), number(cost, 2), _yearly(draft), at, say("annuity_included"))]


def _yearly(draft: Draft) -> str:
    return "元/年" if draft.language == "zh" else "CNY a year"


def _money(draft: Draft, live: Live) -> list[Figure]:
    money = draft.content.money
    if money is None:
        return []
    at = live.places["measures"].at
    measures = measures_of(draft, money)[RATE + 1 :]
    return [
        Figure(each.name, each.value, each.unit, at(n, 1))
        for n, each in enumerate(measures, start=RATE + 1)
    ]


def _bill(draft: Draft, live: Live) -> list[Figure]:
    place, say = live.places["bill_lines"], draft.say
    names = ("bill_before", "bill_after", "difference")
    cells = place.grid.rows[-1].cells[4:]
    return [
        Figure(f"{say('bill')} · {say(name)}", cell, _yearly(draft), place.at(-1, column))
        for column, (name, cell) in enumerate(zip(names, cells, strict=True), start=4)
    ]


def _carbon(draft: Draft, live: Live) -> list[Figure]:
    place, say = live.places["carbon_lines"], draft.say
    found = zip(("bill_before", "bill_after"), carbon_sums(draft.content.carbon), strict=True)
    unit = "吨二氧化碳/年" if draft.language == "zh" else "t CO₂ a year"
    return [
        Figure(f"{say('carbon')} · {say(name)}", known(tonnes, 1), unit, place.at(-1, column))
        for column, (name, tonnes) in enumerate(found, start=6)
    ]


def _shares(live: Live) -> list[Figure]:
    place = live.places["shares"]
    return [
        Figure(row.cells[0].text, row.cells[1], "", place.at(n, 1))
        for n, row in enumerate(place.grid.rows)
    ]
