"""What differs between two editions or sets of a table, or between two registries.

Figures of one subject, parameter, area and basis are compared. Units are brought together where
they measure the same; where they do not, the pair is told as of other units and no percentage is
given.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.errors import Fault, LookupRefused, UnitError
from celadon.exact import decimal_text
from celadon.reference.entries import all_rows, row_id
from celadon.reference.facts import Record
from celadon.reference.registry import Registry
from celadon.reference.shapes import RECORD_TABLES
from celadon.units import conversion

_APART = ("data_year", "valid_from", "record")
"""What tells figures of one set apart where subject, parameter, area and basis do not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure on both sides; a side is empty where it has none.

    ``kind`` is ``added``, ``removed``, ``changed``, ``same`` or ``other_unit``; ``percent`` is the
    change in per cent of the first value, empty where there is none or the first is zero.
    """

    kind: str
    table: str
    what: str
    before: str
    after: str
    unit_before: str
    unit_after: str
    percent: str = ""

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def known_sets(registry: Registry) -> dict[str, tuple[str, ...]]:
    """The sets and editions of each table of records."""
    found: dict[str, dict[str, None]] = {}
    for record in registry.records.values():
        if record.set:
            found.setdefault(record.table, {})[record.set] = None
    return {table: tuple(sets) for table, sets in found.items()}


def between_sets(registry: Registry, first: str, second: str, table: str = "") -> list[Change]:
    """What differs between two sets of the tables that hold both.

    Parameters
    ----------
    first, second : names of sets, such as ``AR5`` and ``AR6``, or ids or numbers of sources.
    table : compare only in this table; every one that holds both if empty.

    Raises
    ------
    LookupRefused
        If no table holds both; lists the sets there are.
    """
    sides = [_of_set(registry, name, table) for name in (first, second)]
    tables = [name for name in RECORD_TABLES if all(name in side for side in sides)]
    if not tables:
        raise _no_set(registry, (first, second), table, sides)
    found: list[Change] = []
    for name in tables:
        found += _changes(name, *(_keyed(side[name]) for side in sides))
    return found


def between_registries(before: Registry, after: Registry) -> list[Change]:
    """What one registry has otherwise than another: figures, and rows that hold none."""
    pairs: list[dict[str, dict[str, Record]]] = []
    for registry in (before, after):
        by_table: dict[str, dict[str, Record]] = {}
        for record in registry.records.values():
            by_table.setdefault(record.table, {})[record.record] = record
        pairs.append(by_table)
    found: list[Change] = []
    for table in RECORD_TABLES:
        one, other = (side.get(table, {}) for side in pairs)
        found += [c for c in _changes(table, one, other) if c.kind != "same"]
    return found + _of_rows(before, after)


def _of_rows(before: Registry, after: Registry) -> list[Change]:
    """Rows without one figure of their own: there, gone, or with other cells."""
    sides = [
        {row_id(table, cells): cells for table, cells in all_rows(registry)}
        for registry in (before, after)
    ]
    found = []
    for name in dict.fromkeys((*sides[0], *sides[1])):
        one, other = (side.get(name) for side in sides)
        table = name.partition("/")[0]
        if table in RECORD_TABLES or one == other:
            continue
        kind = "added" if one is None else "removed" if other is None else "changed"
        found.append(Change(kind, table, name, _cells(one, other), _cells(other, one), "", ""))
    return found


def _cells(own: Mapping[str, str] | None, other: Mapping[str, str] | None) -> str:
    """The cells in which a row differs from the other one; none where there is no other."""
    if own is None or other is None:
        return ""
    return "; ".join(f"{k} {v or '-'}" for k, v in own.items() if other.get(k) != v)


def _of_set(registry: Registry, name: str, table: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in registry.records.values():
        if table and record.table != table:
            continue
        if name in (record.set, record.source.id, record.source.number):
            found.setdefault(record.table, []).append(record)
    return found


def _keyed(records: Iterable[Record]) -> dict[str, Record]:
    """Figures by what they are of, in words: as much as tells those of one set apart."""
    listed = list(records)
    for depth in range(len(_APART) + 1):
        keys = [_key(record, _APART[:depth]) for record in listed]
        if len(set(keys)) == len(keys):
            break
    return dict(zip(keys, listed, strict=True))


def _key(record: Record, apart: Iterable[str]) -> str:
    told = [record.subject, record.parameter, record.area, record.basis]
    told += [str(getattr(record, name)) for name in apart]
    return " · ".join(text for text in told if text)


def _changes(
    table: str, before: Mapping[str, Record], after: Mapping[str, Record]
) -> Iterable[Change]:
    for key in dict.fromkeys((*before, *after)):
        yield change_of(table, key, before.get(key), after.get(key))


def change_of(table: str, key: str, before: Record | None, after: Record | None) -> Change:
    """How one figure stands on both sides; ``key`` says what it is of."""
    texts = [_text(record) for record in (before, after)]
    units = [record.unit if record else "" for record in (before, after)]
    if before is None or after is None:
        kind = "added" if before is None else "removed"
        return Change(kind, table, key, texts[0], texts[1], units[0], units[1])
    size = _ratio(after.unit, before.unit)
    if size is None:
        return Change("other_unit", table, key, texts[0], texts[1], units[0], units[1])
    values = [
        [_scaled(getattr(record, name), by) for name in ("value", "value_low", "value_high")]
        for record, by in ((before, Fraction(1)), (after, size))
    ]
    kind = "same" if values[0] == values[1] else "changed"
    return Change(
        kind, table, key, texts[0], texts[1], units[0], units[1],
        _percent(values[0][0], values[1][0]) if kind == "changed" else "",
    )  # fmt: skip


def _scaled(value: Fraction | None, by: Fraction) -> Fraction | None:
    return None if value is None else value * by


def _ratio(unit: str, target: str) -> Fraction | None:
    """How many ``target`` units one ``unit`` is; None where they measure different things."""
    if unit == target:
        return Fraction(1)
    try:
        return conversion(unit, target)
    except UnitError:  # printed units that are only shown
        return None


def _percent(before: Fraction | None, after: Fraction | None) -> str:
    if before is None or after is None or not before:
        return ""
    change = (after - before) / abs(before) * 100
    text = decimal_text(change, 2)
    if not change or text.strip("-0."):
        return f"{'+' if change > 0 else ''}{text}"
    return "+0.00" if change > 0 else "-0.00"  # a change, though of less than a hundredth


def _text(record: Record | None) -> str:
    if record is None:
        return ""
    if record.value is not None or (record.value_low is None and record.value_high is None):
        return record.value_text
    ends = (record.value_low, record.value_high)
    return " .. ".join("" if end is None else _plain(end) for end in ends)


def _plain(value: Fraction) -> str:
    decimals = next((n for n in range(12) if (value * 10**n).denominator == 1), 6)
    return decimal_text(value, decimals)


def _no_set(
    registry: Registry,
    asked: tuple[str, str],
    table: str,
    sides: list[dict[str, list[Record]]],
) -> LookupRefused:
    known = known_sets(registry)
    listed = {name for of_table, sets in known.items() if table in ("", of_table) for name in sets}
    absent = [name for name, side in zip(asked, sides, strict=True) if not side]
    near = [n for name in absent for n in difflib.get_close_matches(name, sorted(listed), n=4)]
    near = near or [
        f"{name}: {', '.join(sets[:6])}{' ...' if len(sets) > 6 else ''}"
        for name, sets in known.items()
        if table in ("", name)
    ]
    found = f"no set {' and no set '.join(absent)}" if absent else "no table that holds both"
    fault = Fault(
        (table or "reference tables", " against ".join(asked)), found,
        "two sets or editions of one table", "take two of the sets listed",
    )  # fmt: skip
    return LookupRefused(f"Cannot compare {asked[0]} with {asked[1]}", [fault], near)
