"""Files with a row per fact: monthly activity, and laboratory results and certificates.

Fields are found by their headers in either language. A row that cannot be taken becomes a finding
that names its cell; the other rows are taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import parse_decimal, quantise
from celadon.records.finding import Finding
from celadon.records.grid import Grid
from celadon.records.profile import Profile
from celadon.records.site import ACTIVITY_KINDS, Product, Site, Stream
from celadon.records.tables import ACTIVITY, SAMPLE
from celadon.reference import Carrier
from celadon.units import conversion, count_unit, parse_unit

ORIGINS = ("laboratory", "certificate")
"""Where a sample's value can come from; the order is the order of precedence."""

PARAMETER_DECIMALS = 6
"""Decimals to which a sample's value is kept."""


class _Refusal(Exception):
    """A row that cannot be taken: the rule, the field, and the numbers of its text."""

    def __init__(self, rule: str, name: str, **numbers: Any) -> None:
        super().__init__(rule)
        self.rule = rule
        self.name = name
        self.numbers = numbers


@dataclass(slots=True)
class _Row:
    """One row of a sheet: its number, and access to its fields by name."""

    grid: Grid
    profile: Profile
    index: dict[str, int | None]
    position: int
    row: int
    notes: list[Finding] = field(default_factory=list)

    def text(self, name: str) -> str:
        column = self.index.get(name)
        return "" if column is None else self.grid.columns[column][self.position].as_py().strip()

    def word(self, name: str) -> str:
        text = self.text(name)
        return self.profile.words.get(text, text)

    def place(self, name: str) -> str:
        column = self.index.get(name)
        return " › ".join(self.grid.place(column or 0, self.row))

    def day(self, name: str) -> dt.date:
        text = self.text(name)
        found = _day(text, self.profile)
        if found is None:
            raise _Refusal("unreadable_date", name, text=text)
        return found

    def number(self, name: str) -> Fraction:
        text = self.text(name)
        if text.startswith("#"):
            raise _Refusal("formula_error", name, text=text, rows=1)
        plain = text.replace(",", ".") if self.profile.decimal == "," else text
        try:
            return parse_decimal(plain)
        except ValueError:
            raise _Refusal("unreadable_number", name, text=text, rows=1) from None

    def period(self) -> tuple[dt.date, dt.date]:
        """First day and day after the last, from a month or from two inclusive days."""
        if self.text("month"):
            return _month(self.text("month"))
        first = self.day("from")
        last = self.day("to") if self.text("to") else first
        if last < first:
            raise _Refusal("period_backwards", "to", text=f"{first} .. {last}")
        return first, last + dt.timedelta(days=1)


def read_activity(
    grid: Grid, profile: Profile, site: Site, carriers: dict[str, Carrier]
) -> tuple[pa.Table, list[Finding]]:
    """Monthly activity of one sheet as rows of ``activity``, and what could not be taken."""
    units = {s.id: carriers[s.carrier].account_unit for s in site.streams if s.carrier in carriers}
    units |= {p.id: p.measure for p in site.products}
    names = _names(site.streams) | _names(site.products)

    def take(row: _Row) -> dict[str, Any]:
        stream = _known_stream(row, names)
        kind = row.word("kind")
        if kind not in ACTIVITY_KINDS:
            raise _Refusal(
                "unknown_kind", "kind", text=row.text("kind"), known=", ".join(ACTIVITY_KINDS)
            )
        first, end = row.period()
        amount = row.number("quantity")
        if amount < 0:
            raise _Refusal("negative_quantity", "quantity", text=row.text("quantity"), kind=kind)
        unit = row.text("unit") or units[stream]
        target = count_unit(units[stream])
        exact = amount * _ratio(unit, target)
        if exact.denominator != 1:
            numbers = {"text": f"{row.text('quantity')} {unit}", "unit": target}
            row.notes.append(
                Finding(site.id, "finer_than_count", stream, row.place("quantity"), numbers)
            )
        return {
            "stream": stream, "kind": kind, "from_day": first, "to_day": end,
            "count": quantise(exact, 0), "source_row": row.row,
        }  # fmt: skip

    rows, findings = _taken(grid, profile, site, ("stream", "kind", "quantity"), take)
    return ACTIVITY.from_rows(rows), findings


def read_samples(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """Laboratory results and certificates of one sheet as rows of ``sample``."""
    names = _names(site.streams)

    def take(row: _Row) -> dict[str, Any]:
        origin = row.word("origin") or ORIGINS[0]
        if origin not in ORIGINS:
            raise _Refusal(
                "unknown_origin", "origin", text=row.text("origin"), known=", ".join(ORIGINS)
            )
        open_ended = origin == "certificate" and not row.text("to") and not row.text("month")
        first, end = (row.day("from"), None) if open_ended else row.period()
        value = row.number("value")
        if value < 0:
            raise _Refusal("negative_quantity", "value", text=row.text("value"), kind="value")
        weight = row.number("weight") if row.text("weight") else None
        return {
            "stream": _known_stream(row, names), "parameter": row.word("parameter"),
            "basis": row.word("basis") or None, "from_day": first, "to_day": end,
            "count": quantise(value, PARAMETER_DECIMALS), "decimals": PARAMETER_DECIMALS,
            "unit": _unit(row), "weight": None if weight is None else quantise(weight, 3),
            "origin": origin, "document": row.text("document") or None, "source_row": row.row,
        }  # fmt: skip

    rows, findings = _taken(grid, profile, site, ("stream", "parameter", "value", "unit"), take)
    return SAMPLE.from_rows(rows), findings


def _taken(
    grid: Grid,
    profile: Profile,
    site: Site,
    required: tuple[str, ...],
    take: Callable[[_Row], dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[Finding]]:
    if not grid.headers or not len(grid.rows):
        return [], [Finding(site.id, "empty_sheet", grid.file, " › ".join(grid.where))]
    index = {name: grid.find(headers) for name, headers in profile.columns.items()}
    lacking = [name for name in required if index.get(name) is None]
    if lacking:
        return [], [
            Finding(
                site.id,
                "missing_column",
                grid.file,
                " › ".join(grid.where) + f" › {name}",
                {"expected": " / ".join(profile.columns[name]), "found": ", ".join(grid.headers)},
            )
            for name in lacking
        ]
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for row in _rows(grid, profile, index):
        try:
            rows.append(take(row))
        except _Refusal as refusal:
            subject = row.text("stream") or grid.file
            place = row.place(refusal.name)
            findings.append(Finding(site.id, refusal.rule, subject, place, refusal.numbers))
        findings += row.notes
    return rows, findings


def _rows(grid: Grid, profile: Profile, index: dict[str, int | None]) -> Iterator[_Row]:
    for position, number in enumerate(grid.rows.to_pylist()):
        yield _Row(grid, profile, index, position, number)


def _names(items: Sequence[Stream] | Sequence[Product]) -> dict[str, str]:
    """Ids by all names that a sheet may call them by."""
    return {
        name: item.id for item in items for name in (item.id, item.name_zh, item.name_en) if name
    }


def _known_stream(row: _Row, names: dict[str, str]) -> str:
    text = row.text("stream")
    if text not in names:
        raise _Refusal("unknown_stream", "stream", text=text)
    return names[text]


def _ratio(unit: str, target: str) -> Fraction:
    try:
        return conversion(unit, target)
    except UnitError:
        raise _Refusal("wrong_unit", "unit", unit=unit, expected=target) from None


def _unit(row: _Row) -> str:
    text = row.text("unit")
    try:
        return parse_unit(text).name
    except UnitError:
        raise _Refusal("unknown_unit", "unit", text=text) from None


def _day(text: str, profile: Profile) -> dt.date | None:
    for pattern in profile.date_formats:
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def _month(text: str) -> tuple[dt.date, dt.date]:
    for pattern in ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y%m", "%Y-%m-%d"):
        try:
            first = dt.datetime.strptime(text, pattern).date().replace(day=1)  # noqa: DTZ007
        except ValueError:
            continue
        return first, (first + dt.timedelta(days=32)).replace(day=1)
    raise _Refusal("unreadable_date", "month", text=text)
