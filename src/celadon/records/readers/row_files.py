"""Files with a row per fact: monthly activity, and laboratory results and certificates.

Fields are found by their headers in either language. A row that cannot be taken becomes a finding
that names its cell; the other rows are taken.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import BIGINT_MAX, parse_decimal, quantise
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile
from celadon.records.readers.sheet import Grid, half_width
from celadon.records.site import ACTIVITY_KINDS, Product, Site, Stream
from celadon.records.tables import ACTIVITY, SAMPLE
from celadon.reference import Carrier
from celadon.units import conversion, count_unit, parse_unit

ORIGINS = ("laboratory", "certificate")
"""Where a sample's value can come from; the order is the order of precedence."""

PARAMETERS = (
    "net_calorific_value", "carbon_content", "carbon_content_per_heat", "oxidation_rate",
    "co2_factor", "specific_enthalpy", "moisture",
)  # fmt: skip
"""What a sample can speak of; another parameter is recorded, and told of."""

LEAST_DECIMALS, MOST_DECIMALS = 6, 12
"""Decimals to which a sample's value is kept: as many as it is written with, within these."""


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
        plain = half_width(text)
        if plain.startswith("#"):
            raise _Refusal("formula_error", name, text=text, rows=1)
        if self.profile.decimal == ",":  # a point would be a separator of thousands
            plain = plain.replace(".", "?").replace(",", ".")
        try:
            return parse_decimal(plain if plain.isascii() else "")
        except ValueError:
            raise _Refusal("unreadable_number", name, text=text, rows=1) from None

    def amount(self, name: str, kind: str) -> Fraction:
        value = self.number(name)
        if value < 0:
            raise _Refusal("negative_quantity", name, text=self.text(name), kind=kind)
        return value

    def count(self, name: str, value: Fraction, decimals: int = 0) -> int:
        """A value as an integer count that fits a column."""
        count = quantise(value, decimals)
        if count > BIGINT_MAX:
            raise _Refusal("unreadable_number", name, text=self.text(name), rows=1)
        return count

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
    names = _names([*site.streams, *site.products])

    def take(row: _Row) -> dict[str, Any]:
        stream = _known_stream(row, names)
        kind = row.word("kind")
        if kind not in ACTIVITY_KINDS:
            raise _Refusal(
                "unknown_kind", "kind", text=row.text("kind"), known=", ".join(ACTIVITY_KINDS)
            )
        first, end = row.period()
        amount = row.amount("quantity", kind)
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
            "count": row.count("quantity", exact), "sheet": grid.sheet or None,
            "source_row": row.row,
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
        value = row.amount("value", "value")
        parameter = row.word("parameter")
        _refuse_impossible(row, parameter, value)
        if parameter not in PARAMETERS:
            numbers = {"text": parameter, "known": ", ".join(PARAMETERS)}
            place = row.place("parameter")
            row.notes.append(Finding(site.id, "unknown_parameter", grid.file, place, numbers))
        decimals = _decimals(value)
        if quantise(value, decimals) != value * 10**decimals:
            numbers = {"text": row.text("value"), "unit": f"10^-{decimals} {row.text('unit')}"}
            place = row.place("value")
            row.notes.append(Finding(site.id, "finer_than_count", grid.file, place, numbers))
        weight = row.amount("weight", "weight") if row.text("weight") else None
        return {
            "stream": _known_stream(row, names), "parameter": parameter,
            "basis": row.word("basis") or None, "from_day": first, "to_day": end,
            "count": row.count("value", value, decimals), "decimals": decimals,
            "unit": _unit(row),
            "weight": None if weight is None else row.count("weight", weight, 3),
            "origin": origin, "document": row.text("document") or None, "sheet": grid.sheet or None,
            "source_row": row.row,
        }  # fmt: skip

    rows, findings = _taken(grid, profile, site, ("stream", "parameter", "value", "unit"), take)
    return SAMPLE.from_rows(rows), findings


def _refuse_impossible(row: _Row, parameter: str, value: Fraction) -> None:
    """Refuse what no sample can be: a share above the whole, a fuel hotter than hydrogen.

    The lower heating value of hydrogen, about 120 GJ/t, is above that of any other fuel.
    """
    unit = _unit(row)
    size = value * parse_unit(unit).size
    limit = {"ratio": Fraction(1), "energy/mass": parse_unit("GJ/t").size * 125}
    dimension = parse_unit(unit).dimension
    if parameter in PARAMETERS and dimension in limit and size > limit[dimension]:
        raise _Refusal("impossible_value", "value", text=f"{row.text('value')} {unit}")


def _taken(
    grid: Grid,
    profile: Profile,
    site: Site,
    required: tuple[str, ...],
    take: Callable[[_Row], dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[Finding]]:
    findings = grid.faults(site.id)
    if not grid.headers or not len(grid.rows):
        return [], findings
    index = {name: grid.find(headers) for name, headers in profile.columns.items()}
    lacking = [name for name in required if index.get(name) is None]
    if lacking:
        return [], findings + [
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


def _names(items: Sequence[Stream | Product]) -> dict[str, set[str]]:
    """Ids by all names that a sheet may call them by; an id is always itself."""
    ids: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for name in (item.name_zh, item.name_en):
            if name:
                ids[name].add(item.id)
    return ids | {item.id: {item.id} for item in items}


def _known_stream(row: _Row, names: dict[str, set[str]]) -> str:
    text = row.text("stream")
    known = names.get(text, set())
    if not known:
        raise _Refusal("unknown_stream", "stream", text=text)
    if len(known) > 1:
        raise _Refusal("ambiguous_stream", "stream", text=text, known=", ".join(sorted(known)))
    return next(iter(known))


def _decimals(value: Fraction) -> int:
    """The decimals that a written value has, within the limits."""
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS):
        if (value * 10**decimals).denominator == 1:
            return decimals
    return MOST_DECIMALS


def _ratio(unit: str, target: str) -> Fraction:
    try:
        return conversion(unit, target)
    except UnitError:
        raise _Refusal("wrong_unit", "unit", unit=unit, expected=target, rows=1) from None


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
