"""Solid waste by its monthly rows: generated, reused, transferred, disposed, and what is stored.

What is generated in a month, less what leaves the yard in any way, is what the stock grows by. The
two are told apart and compared: where they differ, rows are wrong or lacking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from celadon.accounts.activity import MonthAmount, Row
from celadon.accounts.energy import Coefficient
from celadon.accounts.graph import Crossing
from celadon.accounts.pollutants.tables import (
    SOLID_WASTE,
    STORED,
    WASTE,
    WASTE_MEASURES,
    item_of,
)
from celadon.accounts.segment import Segment
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Outlet, Site

if TYPE_CHECKING:
    from celadon.accounts.book import Book

_GENERATED = "generated"
_ONE = Coefficient(Fraction(1), ())
_DAY = dt.timedelta(days=1)


def waste_items(site: Site) -> Iterator[str]:
    """What the lines of a site's waste are counted from."""
    for outlet in site.outlets:
        if outlet.medium == "waste":
            yield from (item_of(outlet.id, measure) for measure in measures_of(outlet))


def measures_of(outlet: Outlet) -> tuple[str, ...]:
    """The measures that a kind of waste has: generated, its moves, and stored where it is."""
    moves = [name for name in WASTE_MEASURES if name in outlet.moves]
    return (_GENERATED, *moves, *([STORED] if outlet.stock else []))


def book_waste(book: Book, outlet: Outlet) -> None:
    """Book the months of a kind of waste, and tell of months that do not close."""
    by_measure: dict[str, list[MonthAmount]] = {}
    crossing = Crossing(outlet.id, 1, outlet.waste)
    for measure in measures_of(outlet):
        if measure == STORED:
            amounts = [_stored(book, outlet.id, month) for month in book.period.months()]
        else:
            amounts = book.activity.monthly(outlet.id, WASTE_MEASURES[measure], book.period)
        item = item_of(outlet.id, measure)
        by_measure[measure] = amounts
        book.segments[item] = [Segment(amount.period, amount) for amount in amounts]
        for segment in book.segments[item]:
            book.line(item, SOLID_WASTE, segment, WASTE, measure, crossing, _ONE)
    if len(by_measure) > 1:
        book.findings += _open_balances(book.site, outlet, by_measure)


def _stored(book: Book, name: str, month: Period) -> MonthAmount:
    """What the stock grew by in a month: its end less its beginning."""
    opening, closing = (_stock(book, name, day) for day in (month.from_day, month.to_day))
    for row, kind in ((opening, "opening_stock"), (closing, "closing_stock")):
        if row is None:
            numbers = {"kind": kind, "month": f"{month.from_day:%Y-%m}"}
            place = f"{name} › {month.from_day:%Y-%m} › {kind}"
            book.findings.append(Finding(book.site.id, "activity_missing", name, place, numbers))
    if opening is None or closing is None:
        return MonthAmount(month, None, 0, ())
    return MonthAmount(month, closing.count - opening.count, 0, (opening, closing))


def _stock(book: Book, name: str, day: dt.date) -> Row | None:
    """The stock at a day's first instant: its opening, or the closing of the day before."""
    around = Period(day - _DAY, day + _DAY)
    told = {
        kind: next((r for r in book.activity.rows(name, kind, around) if r.instant == day), None)
        for kind in ("opening_stock", "closing_stock")
    }
    opening, closing = told["opening_stock"], told["closing_stock"]
    if opening and closing and opening.count != closing.count:
        numbers = {"opening": opening.count, "closing": closing.count, "day": str(day)}
        place = f"{name} › {day}"
        book.findings.append(Finding(book.site.id, "stock_break", name, place, numbers))
    return opening or closing


def _open_balances(
    site: Site, outlet: Outlet, by_measure: dict[str, list[MonthAmount]]
) -> Iterator[Finding]:
    """Months in which all is known, and what was generated is not what became of it."""
    for amounts in zip(*by_measure.values(), strict=True):
        counts = dict(zip(by_measure, (amount.count for amount in amounts), strict=True))
        generated = counts.pop(_GENERATED)
        known = [count for count in counts.values() if count is not None]
        if generated is None or len(known) < len(counts) or sum(known) == generated:
            continue
        month = f"{amounts[0].period.from_day:%Y-%m}"
        numbers = {
            "month": month, "generated": generated, "accounted": sum(known),
            "open": generated - sum(known),
        }  # fmt: skip
        place = f"{outlet.id} › {month}"
        yield Finding(site.id, "waste_balance_open", outlet.id, place, numbers)
