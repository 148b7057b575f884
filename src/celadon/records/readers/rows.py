"""Sheets with a row per fact: fields found by their headers, each row taken or refused whole.

A row that cannot be taken becomes a finding that names its cell; the other rows are taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import BIGINT_MAX, parse_decimal, quantise
from celadon.records.finding import Finding
from celadon.records.readers.counts import ungrouped
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, half_width, listed
from celadon.records.site import Site
from celadon.units import parse_unit


class Refusal(Exception):
    """A row that cannot be taken: the rule, the field, and the numbers of its text."""

    def __init__(self, rule: str, name: str, **numbers: Any) -> None:
        super().__init__(rule)
        self.rule = rule
        self.name = name
        self.numbers = numbers


@dataclass(slots=True)
class Row:
    """One row of a sheet: its number, and access to its fields by name."""

    grid: Grid
    profile: Profile
    index: dict[str, int | None]
    position: int
    row: int
    site: str
    notes: list[Finding] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A field as written, without blanks around it; empty where there is no such column."""
        column = self.index.get(name)
        return "" if column is None else self.grid.columns[column][self.position].as_py().strip()

    def word(self, name: str) -> str:
        """A field in the words of celadon."""
        text = self.text(name)
        return self.profile.words.get(text, text)

    def place(self, name: str) -> str:
        """Where a field stands."""
        column = self.index.get(name)
        return " › ".join(self.grid.place(column or 0, self.row))

    def day(self, name: str) -> dt.date:
        """A field that is a day."""
        text = self.text(name)
        found = _day(text, self.profile)
        if found is None:
            raise Refusal("unreadable_date", name, text=text)
        return found

    def number(self, name: str, unit: str = "") -> Fraction:
        """A number; one written with ``%`` is taken where ``unit`` is of a share."""
        text = self.text(name)
        plain = half_width(text)
        if plain.startswith("#"):
            raise Refusal("formula_error", name, text=text, rows=1)
        share = Fraction(1)
        if unit and plain.endswith(("%", "％")) and parse_unit(unit).dimension == "ratio":
            plain, share = plain[:-1].rstrip(), Fraction(1, 100) / parse_unit(unit).size
        plain = ungrouped(pa.array([plain]), self.profile.thousands)[0].as_py()
        if self.profile.decimal == ",":  # a point would be a separator of thousands
            plain = plain.replace(".", "?").replace(",", ".")
        try:
            return parse_decimal(plain if plain.isascii() else "") * share
        except ValueError:
            raise Refusal("unreadable_number", name, text=text, rows=1) from None

    def amount(self, name: str, kind: str, unit: str = "") -> Fraction:
        """A number that is not below zero."""
        value = self.number(name, unit)
        if value < 0:
            raise Refusal("negative_quantity", name, text=self.text(name), kind=kind)
        return value

    def count(self, name: str, value: Fraction, decimals: int = 0) -> int:
        """A value as an integer count that fits a column."""
        count = quantise(value, decimals)
        if count > BIGINT_MAX:
            raise Refusal("unreadable_number", name, text=self.text(name), rows=1)
        return count

    def period(self) -> tuple[dt.date, dt.date]:
        """First day and day after the last, from a month or from two inclusive days."""
        if self.text("month"):
            return month_of(self.text("month"))
        first = self.day("from")
        last = self.day("to") if self.text("to") else first
        if last < first:
            raise Refusal("period_backwards", "to", text=f"{first} .. {last}")
        return first, last + dt.timedelta(days=1)


def taken_rows(
    grid: Grid,
    profile: Profile,
    site: Site,
    required: tuple[str, ...],
    take: Callable[[Row], dict[str, Any]],
    about: Callable[[Row], dict[str, Any]] | None = None,
) -> tuple[list[dict[str, Any]], list[Finding]]:
    """What a sheet's rows give, and what could not be taken.

    Parameters
    ----------
    required : fields without which no row is taken; the first names what a row speaks of.
    take : makes a row of a table of a row of the sheet, or raises :class:`Refusal`.
    about : what a refused row speaks of, as numbers of its finding.
    """
    findings = grid.faults(site.id)
    if not grid.headers or not len(grid.rows):
        return [], findings
    headers = dict(profile.columns)
    if profile.time is not None:
        headers["time"] = profile.time.column
        if profile.time.clock:
            headers["clock"] = profile.time.clock
    index = {name: grid.find(names) for name, names in headers.items()}
    lacking = [name for name in required if index.get(name) is None]
    if lacking:
        return [], findings + [
            Finding(
                site.id,
                "missing_column",
                grid.file,
                " › ".join(grid.where) + f" › {name}",
                {
                    "expected": " / ".join(headers.get(name, (name,))),
                    "found": listed(grid.headers),
                },
            )
            for name in lacking
        ]
    rows: list[dict[str, Any]] = []
    for position, number in enumerate(grid.rows.to_pylist()):
        row = Row(grid, profile, index, position, number, site.id)
        try:
            rows.append(take(row))
        except Refusal as refusal:
            subject = row.text(required[0]) or grid.file
            place = row.place(refusal.name)
            numbers = refusal.numbers if about is None else {**refusal.numbers, **about(row)}
            findings.append(Finding(site.id, refusal.rule, subject, place, numbers))
        findings += row.notes
    return rows, findings


def unit_of(row: Row) -> str:
    """The unit that a row names, in its canonical spelling."""
    text = row.text("unit")
    try:
        return parse_unit(text).name
    except UnitError:
        raise Refusal("unknown_unit", "unit", text=text) from None


def _day(text: str, profile: Profile) -> dt.date | None:
    for pattern in profile.date_formats:
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def month_of(text: str, name: str = "month") -> tuple[dt.date, dt.date]:
    """First day of a month and of the next, as a field of that name writes it."""
    for pattern in ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y%m", "%Y-%m-%d"):
        try:
            first = dt.datetime.strptime(text, pattern).date().replace(day=1)  # noqa: DTZ007
        except ValueError:
            continue
        return first, (first + dt.timedelta(days=32)).replace(day=1)
    raise Refusal("unreadable_date", name, text=text)
