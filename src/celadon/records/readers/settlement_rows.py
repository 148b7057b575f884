"""Settlements of electricity contracts with their certificates: rows of a list into a table."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.records.finding import Finding
from celadon.records.period import month_after
from celadon.records.readers.profile import Profile
from celadon.records.readers.rows import Refusal, Row, month_of, taken_rows
from celadon.records.readers.sheet import Grid
from celadon.records.serials import Serials
from celadon.records.site import Site
from celadon.records.tables import SETTLEMENT
from celadon.units import conversion

NEEDED = ("contract", "quantity", "document")
"""The columns without which a list of settlements is not read."""

AMOUNT_UNIT = "kWh"
"""Unit of an amount where no column says another."""


def read_settlements(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """The settlements of one sheet as rows of ``settlement``, and what could not be taken.

    A contract may be named by its id or by its name in either language. Amounts are in the unit of
    their row, else in kWh; days lie within one month. Serials are kept as they are written.
    """

    def take(row: Row) -> dict[str, Any]:
        first, end = row.period()
        if end > month_after(first.replace(day=1)):
            text = f"{first} .. {end - dt.timedelta(days=1)}"
            raise Refusal("settlement_over_months", "to" if row.text("to") else "from", text=text)
        contract = _contract(row, site)
        exact = row.amount("quantity", "settlement") * _ratio(row)
        if exact.denominator != 1:
            numbers = {"text": f"{row.text('quantity')} {row.text('unit')}".strip(), "unit": "Wh"}
            place = row.place("quantity")
            row.notes.append(Finding(site.id, "finer_than_count", contract, place, numbers))
        certified = month_of(row.text("certified"), "certified") if row.text("certified") else None
        _check_serials(row)
        return {
            "contract": contract,
            "from_day": first,
            "to_day": end,
            "count": row.count("quantity", exact),
            "document": row.text("document") or None,
            "first_serial": row.text("first_serial") or None,
            "last_serial": row.text("last_serial") or None,
            "certified_from": certified[0] if certified else None,
            "certified_to": certified[1] if certified else None,
            "sheet": grid.sheet or None,
            "source_row": row.row,
        }

    rows, findings = taken_rows(grid, profile, site, NEEDED, take)
    return SETTLEMENT.from_rows(rows), findings


def _contract(row: Row, site: Site) -> str:
    text = row.text("contract")
    known = [c.id for c in site.contracts if text in (c.id, c.name_zh, c.name_en)]
    if text in known:
        return text
    if not text or len(known) != 1:
        listed = ", ".join(contract.id for contract in site.contracts) or "-"
        raise Refusal("unknown_contract", "contract", text=text, known=listed)
    return known[0]


def _ratio(row: Row) -> Fraction:
    unit = row.text("unit") or AMOUNT_UNIT
    try:
        return conversion(unit, "Wh")
    except UnitError:
        raise Refusal("wrong_unit", "unit", unit=unit, expected=AMOUNT_UNIT, rows=1) from None


def _check_serials(row: Row) -> None:
    """Refuse a range of which nobody can say what it holds; none at all is judged later."""
    first, last = row.text("first_serial"), row.text("last_serial")
    if not first and not last:
        return
    try:
        Serials.between(first, last)
    except ValueError as error:
        name = "last_serial" if first else "first_serial"
        text = f"{first} .. {last}"
        raise Refusal("unreadable_serials", name, text=text, why=str(error)) from None
