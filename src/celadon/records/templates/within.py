"""Whether a row speaks of the period that its template was written for.

A month of another year is most often a slip of the pen; taken, it would change an account that
nobody looks at. A register may be read a little before or after the period, and a certificate may
begin before it, end behind it, or have no end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from celadon.errors import UnitError
from celadon.exact import decimal_text, parse_decimal
from celadon.languages import Language
from celadon.records.period import Period
from celadon.records.templates.meters import ExchangeRow, ReadingRow
from celadon.records.templates.plan import month_bounds
from celadon.records.templates.rows import FilledRow, RowFault
from celadon.records.templates.words import word_of
from celadon.reference.equations import parameter_kinds
from celadon.units import parse_unit

_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_MARGIN = dt.timedelta(days=31)
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")

RULE = "template_outside_period"
"""The rule that a row breaks whose time lies elsewhere."""


def demand_within(row: FilledRow, period: Period) -> None:
    """Refuse a row of a month, or of days, none of which lies in the period.

    Raises
    ------
    RowFault
        At the cell that says when.
    """
    kind = row.sheet.shape.id
    if kind in ("activity", "settlement") and month_bounds(row.text("month"))[0] not in period:
        raise RowFault(RULE, "month", text=row.text("month"), period=str(period))
    if kind != "sample":
        return
    first, last = _day(row.text("from")), _day(row.text("to"))
    if first is not None and first >= period.to_day:
        raise RowFault(RULE, "from", text=row.text("from"), period=str(period))
    if first is not None and last is not None and first <= last < period.from_day:
        raise RowFault(RULE, "to", text=row.text("to"), period=str(period))


def demand_possible(row: FilledRow, language: Language) -> None:
    """Refuse a laboratory value that physics does not allow, as the accounts would.

    A word that celadon does not know and a unit that it cannot read are told of by who reads them.

    Raises
    ------
    RowFault
        At the cell of the value.
    """
    kind = parameter_kinds().get(row.text("parameter"))
    try:
        unit = parse_unit(row.text("unit"))
    except UnitError:
        return
    bounds = kind.bounds(unit.name) if kind is not None else None
    if kind is None or bounds is None:
        return
    if kind.allows(unit.name, parse_decimal(row.text("value"))):
        return
    low, high = (decimal_text(bound, 0) for bound in bounds)
    least = {"low": f"above {low}", "low_zh": f"大于 {low}"} if kind.above_least else {"low": low}
    raise RowFault(
        "template_impossible", "value", text=f"{row.text('value')} {unit.name}",
        high=f"{high} {unit.name}", parameter=word_of(row.text("parameter"), language), **least,
    )  # fmt: skip


def demand_whole(row: FilledRow, names: Sequence[str]) -> None:
    """Refuse a serial that a spreadsheet kept as a number of more digits than it can hold.

    Raises
    ------
    RowFault
        At the first such cell.
    """
    for name in names:
        text = row.text(name)
        if _ROUNDED.fullmatch(text):
            raise RowFault("template_long_number", name, text=text)


def demand_near(found: ReadingRow | ExchangeRow, period: Period, zone: ZoneInfo) -> None:
    """Refuse an instant that lies more than a month before or behind the period.

    Raises
    ------
    RowFault
        At the cell that says when.
    """
    day = found.ts.replace(tzinfo=dt.UTC).astimezone(zone).date()
    if not period.from_day - _MARGIN <= day <= period.to_day + _MARGIN:
        name = "exchanged" if isinstance(found, ExchangeRow) else "instant"
        raise RowFault(RULE, name, text=found.row.text(name), period=str(period))


def _day(text: str) -> dt.date | None:
    for pattern in _DAYS:
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None
