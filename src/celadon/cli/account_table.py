"""An account laid out by one of its columns: exact sums, what has different units kept apart."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.accounts.tables import LEAF, MEASURES
from celadon.app.running import SiteRun
from celadon.app.summary import is_unknown, lacking_of
from celadon.records.site import Site
from celadon.reference import Registry
from celadon.report.figures import SHOWN_UNITS, grouped
from celadon.units import conversion, count_unit

BY = ("unit", "month", "carrier", "scope", "stream")
"""The columns that an account can be laid out by."""

_APART = ("water", "process_energy", "carrier", "supply")
"""Accounts whose scopes go different ways: they stand side by side and are not added up."""

_EACH = {
    "carrier": "carrier", "supply": "carrier", "production": "carrier",
    "process_energy": "unit", "process_carbon": "unit", "flow": "stream",
}  # fmt: skip
"""Accounts that add up only for one of something: carriers differ in unit, units lie within each
other, and what flows on is counted at each step."""


_OF_STREAM = {"stream": "id", "carrier": "carrier"}
"""Columns of a leaf that its stream states, and where."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum in small units, and the unit in which people read it.

    ``value`` is None, never zero, where nothing at all is known; ``missing`` is meter time
    without any value, in seconds.
    """

    value: int | None
    small: str
    unit: str
    missing: int = 0

    @property
    def text(self) -> str:
        """The sum, exact, in its unit; a dash where nothing is known.

        Examples
        --------
        >>> Cell(209_497_532_557, "gCO2", "tCO2").text
        '209,497.532557'
        """
        if self.value is None:
            return "–"
        size = conversion(self.small, self.unit)
        return grouped(Fraction(self.value) * size, len(str(size.denominator)) - 1)


@dataclass(frozen=True, slots=True)
class AccountTable:
    """Rows by key, columns by measure and scope.

    Parameters
    ----------
    each : the column that every row keeps apart, before the key; empty where rows add up.
    keys : what identifies a row.
    columns : (measure, scope); the scope is empty where scopes are added up.
    cells : by row key and column; absent where there is no leaf.
    held : by row key, the months of streams that have a value, and those that belong to it.
    lacking : the streams, or the method, without which the total is not the whole.
    months : the months of the period.
    """

    account: str
    by: str
    each: str
    keys: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[tuple[str, ...], tuple[str, str]], Cell]
    held: Mapping[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    months: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that belongs to it is lacking, and every row has all its months."""
        return not self.lacking and all(held == of for held, of in self.held.values())

    @property
    def has_units_by_row(self) -> bool:
        """Whether each row has a unit of its own."""
        return any(measure == "amount" for measure, _ in self.columns)

    @property
    def key_columns(self) -> list[str]:
        """The columns that a row's key is made of."""
        return [name for name in dict.fromkeys((self.each, self.by)) if name]

    def total(self, column: tuple[str, str]) -> Cell | None:
        """The sum of a column; None where its rows do not add up."""
        cells = [self.cells[key, column] for key in self.keys if (key, column) in self.cells]
        if self.each or not cells:
            return None
        known = [cell.value for cell in cells if cell.value is not None]
        missing = sum(cell.missing for cell in cells)
        return Cell(sum(known) if known else None, cells[0].small, cells[0].unit, missing)

    def missing(self, key: tuple[str, ...]) -> int:
        """The meter time of a row without any value, in seconds; measures share their time."""
        times: dict[str, int] = defaultdict(int)
        for (of_key, (measure, _)), cell in self.cells.items():
            if of_key == key:
                times[measure] += cell.missing
        return max(times.values(), default=0)

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON: integers of small units."""
        rows = [
            {
                "key": list(key), "measure": column[0], "scope": column[1] or None,
                "value": cell.value, "unit": cell.small, "seconds_missing": cell.missing,
                **_plain_held(self.held.get(key)),
            }
            for (key, column), cell in self.cells.items()
        ]  # fmt: skip
        totals = [
            {
                "measure": c[0], "scope": c[1] or None, "value": total.value, "unit": total.small,
                "is_whole": self.is_whole, "lacking": list(self.lacking),
            }
            for c in self.columns
            if (total := self.total(c)) is not None
        ]  # fmt: skip
        return {"account": self.account, "by": self.by, "rows": rows, "totals": totals}


def accounts_of(result: SiteRun) -> list[str]:
    """The accounts that a run has leaves of."""
    return sorted(set(result.table(LEAF)["account"].to_pylist()))


def lay_out(result: SiteRun, registry: Registry, account: str, by: str) -> AccountTable:
    """An account by one of the columns of its leaves."""
    each = _EACH.get(account, "")
    sums: dict[tuple[tuple[str, ...], tuple[str, str]], int | None] = {}
    missing: dict[tuple[tuple[str, ...], tuple[str, str]], int] = defaultdict(int)
    units: dict[tuple[str, ...], tuple[str, str]] = {}
    for row in result.table(LEAF).to_pylist():
        if row["account"] != account:
            continue
        key = f"{row[by]:%Y-%m}" if by == "month" else row[by]
        scope = row["scope"] if account in _APART and by != "scope" else ""
        place = (row[each], key) if each not in ("", by) else (key,)
        cell = place, (row["measure"], scope)
        before = sums.setdefault(cell, None)
        if not is_unknown(row):
            sums[cell] = (before or 0) + row["value"]
        missing[cell] += row["seconds_missing"]
        units[(*place, row["measure"])] = _units(result, registry, row["carrier"], row["measure"])
    lacking = lacking_of(result, account)
    for place, measure in [] if each else _empty_rows(result.site, lacking, by):
        scope = next((s for _, (m, s) in sums if m == measure), "")
        sums.setdefault((place, (measure, scope)), None)
        units.setdefault((*place, measure), _read_unit(measure))
    keys = tuple(sorted({key for key, _ in sums}))
    if account == "process_energy" and by == "unit":
        ranks = {unit: rank for rank, unit in enumerate(depths(result.site))}
        keys = tuple(sorted(keys, key=lambda key: ranks[key[0]]))
    columns = tuple(sorted({column for _, column in sums}))
    cells = {
        (key, column): Cell(value, *units[(*key, column[0])], missing[key, column])
        for (key, column), value in sorted(sums.items(), key=lambda item: item[0])
    }
    names = tuple(sorted({name for streams in lacking.values() for name in streams}))
    months = months_of(result.period.from_day, result.period.to_day)
    held = {} if each else _held(result, account, by, names, months)
    return AccountTable(account, by, each, keys, columns, cells, held, names, len(months))


def _empty_rows(
    site: Site, lacking: Mapping[str, tuple[str, ...]], by: str
) -> list[tuple[tuple[str], str]]:
    """The rows, and their measures, of streams whose figure is lacking."""
    if by not in _OF_STREAM:
        return []
    return [
        ((str(getattr(stream, _OF_STREAM[by])),), measure)
        for measure, names in lacking.items()
        for stream in site.streams
        if measure in MEASURES and stream.id in names
    ]


def months_of(from_day: dt.date, to_day: dt.date) -> list[str]:
    """The months that a half-open span of days touches.

    Examples
    --------
    >>> months_of(dt.date(2025, 1, 31), dt.date(2025, 3, 1))
    ['2025-01', '2025-02']
    """
    last = to_day - dt.timedelta(days=1)
    first, after = from_day.year * 12 + from_day.month - 1, last.year * 12 + last.month
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, after)]


def _held(
    result: SiteRun, account: str, by: str, lacking: tuple[str, ...], months: list[str]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """By row, in how many months its streams have a value, and in how many they should.

    A stream has a value in a month by whichever kind: what is credited in some months only does
    not make the others incomplete.
    """
    found: dict[str, set[str]] = defaultdict(set)
    members: dict[str, set[str]] = defaultdict(set)
    for row in result.table(LEAF).to_pylist():
        if row["account"] == account:
            if by != "month":
                members[row[by]].add(row["stream"])
            spans = [] if is_unknown(row) else months_of(row["from_day"], row["to_day"])
            found[row["stream"]].update(spans)
    for stream in result.site.streams:
        if stream.id in lacking:
            found[stream.id].update(())
            if by in _OF_STREAM:
                members[str(getattr(stream, _OF_STREAM[by]))].add(stream.id)
    if by == "month":
        return {(m,): (sum(m in has for has in found.values()), len(found)) for m in months}
    return {
        (key,): (sum(len(found[one]) for one in streams), len(streams) * len(months))
        for key, streams in members.items()
    }


def _plain_held(held: tuple[int, int] | None) -> dict[str, int]:
    return {} if held is None else {"stream_months": held[0], "of_stream_months": held[1]}


def depths(site: Site) -> dict[str, int]:
    """How deep each process unit lies in others; units stand below the one that holds them."""
    found: dict[str, int] = {}

    def visit(parent: str | None, depth: int) -> None:
        for unit in site.units:
            if unit.parent == parent:
                found[unit.id] = depth
                visit(unit.id, depth + 1)

    visit(None, 0)
    return found


def _units(result: SiteRun, registry: Registry, item: str, measure: str) -> tuple[str, str]:
    """The small unit of a leaf's value and the unit to read it in."""
    if measure != "amount":
        return _read_unit(measure)
    carrier = registry.carriers.get(item)
    if carrier is not None:
        return carrier.count_unit, carrier.account_unit
    products = {product.id: product.measure for product in result.site.products}
    return count_unit(products[item]), products[item]


def _read_unit(measure: str) -> tuple[str, str]:
    small = MEASURES[measure]
    return small, SHOWN_UNITS[small]
