"""Guesses about a table: which row heads it, and which columns are whose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from celadon.errors import UnitError
from celadon.records.readers.guess_text import is_number_like, is_time_like
from celadon.records.readers.profile import Profile
from celadon.records.readers.reading_files import split_header
from celadon.records.readers.recognition import NotRecognised, Trace
from celadon.records.readers.sheet import Grid, listed, one_line
from celadon.records.site import Meter, Site
from celadon.units import parse_unit

_REQUIRED = {
    "activity": ("stream", "kind", "quantity"),
    "sample": ("stream", "parameter", "value", "unit"),
    "exchange": ("meter", "closing", "opening"),
    "equipment": ("equipment", "class"),
    "settlement": ("contract", "quantity", "document"),
}
_TAIL = re.compile(r"(?P<name>.+?)[\s_/,，:：-]+(?P<unit>\S+)")
_VALUE = re.compile(r"读数|数值|示数|表码|用量|电量|值|value|reading|amount", re.IGNORECASE)
_QUALITY = re.compile(r"质量|状态|标志|标记|quality|status|flag|state", re.IGNORECASE)
_NUMERIC = 0.8
_WHOLE = 0.7  # of the usual number of cells, in a row of data
_MANY = 5000


@dataclass(frozen=True, slots=True)
class Head:
    """The row of the headers, and the units that stand in a row of their own below it."""

    row: int
    units: tuple[str, ...] = ()

    def trace(self) -> Trace:
        """What the guess rests on."""
        because = "units_below" if self.units else ("first_row" if self.row == 1 else "above_data")
        return Trace("header_row", str(self.row), because, {"row": self.row})


def find_head(rows: Sequence[tuple[int, list[str]]]) -> Head:
    """The row above the first that holds data.

    Parameters
    ----------
    rows : the first rows of a sheet with their numbers.

    Raises
    ------
    NotRecognised
        If no row holds data, or none stands above it.
    """
    widths = Counter(sum(map(bool, cells)) for _, cells in rows)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=0)
    named: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        said = [cell for cell in cells if cell]
        typed = sum(is_time_like(cell) or is_number_like(cell) for cell in said)
        if typed and len(said) >= max(2, usual * _WHOLE):
            break
        if len(said) >= 2 and not typed:
            named.append((number, cells))
    else:
        raise NotRecognised("no_data")
    if not named:
        raise NotRecognised("no_header")
    number, cells = named[-1]
    if len(named) > 1 and all(is_unit(cell) for cell in cells if cell):
        return Head(named[-2][0], tuple(cells))
    return Head(number)


def is_unit(text: str) -> bool:
    """Whether a text is a unit, in brackets or not."""
    try:
        parse_unit(text.strip("()（）[]【】 "))
    except UnitError:
        return False
    return bool(text.strip())


def row_kind(grid: Grid, known: Mapping[str, Profile]) -> str:
    """The name of the profile of facts in rows that finds the most fields; empty if none fits."""
    found: dict[str, int] = {}
    for name, profile in known.items():
        required = _REQUIRED.get(profile.kind)
        if required is None:
            continue
        timed = profile.time is None or grid.find(profile.time.column) is not None
        has = [f for f, headers in profile.columns.items() if grid.find(headers) is not None]
        if timed and set(required) <= set(has):
            found[name] = len(has)
    return max(found, key=lambda name: found[name], default="")


class Meters:
    """The meters of a site by all that a file may call them."""

    def __init__(self, site: Site) -> None:
        self._by_id = {_plain(meter.id): meter for meter in site.meters}
        names = [(_plain(n), m) for m in site.meters for n in {m.name_zh, m.name_en} if n]
        times = Counter(name for name, _ in names)
        self._by_name = {name: meter for name, meter in names if times[name] == 1}
        self.ids = [meter.id for meter in site.meters]

    def find(self, text: str) -> tuple[Meter, str] | None:
        """The meter that a text calls, and whether by its id or its name."""
        plain = _plain(text)
        if plain in self._by_id:
            return self._by_id[plain], "meter_id"
        return (self._by_name[plain], "meter_name") if plain in self._by_name else None

    def headed(self, header: str) -> tuple[Meter, str, str] | None:
        """The meter of a header, what it was known by, and the unit that the header says."""
        name, unit = split_header(header)
        found = self.find(header) or self.find(name)
        if found:
            return (*found, unit)
        tail = _TAIL.fullmatch(name)
        if tail and is_unit(tail["unit"]):
            found = self.find(tail["name"])
            return (*found, unit or tail["unit"]) if found else None
        return None


def _plain(text: str) -> str:
    return one_line(text).casefold()


@dataclass(slots=True)
class Columns:
    """The columns of a sheet of readings, as keys of a profile."""

    layout: str
    meters: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    values: list[int] = field(default_factory=list)
    found: list[Meter] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)


def find_columns(
    grid: Grid, timed: Collection[int], meters: Meters, units: Sequence[str]
) -> Columns:
    """What each column of a sheet of readings is.

    Parameters
    ----------
    timed : the columns that say when.

    Raises
    ------
    NotRecognised
        If neither a header nor a cell names a meter of the site.
    """
    wide = _wide(grid, timed, meters, units)
    long = _long(grid, timed, meters)
    if long is not None and len(long.found) >= len(wide.found):
        return long
    if not wide.found:
        headers = listed([_with_series(grid, index) for index in range(len(grid.headers))])
        raise NotRecognised("no_meter", headers=headers, meters=listed(meters.ids, 12) or "-")
    return wide


def _with_series(grid: Grid, index: int) -> str:
    """A header; behind one that heads names of meters, the first of them, for a profile to map."""
    header = grid.headers[index]
    if header not in ("meter", "表号"):
        return header
    names = [text.strip() for text in grid.columns[index].unique()[:_MANY].to_pylist()]
    return f"{header} ({', '.join([name for name in names if name][:6])})"


def _wide(grid: Grid, timed: Collection[int], meters: Meters, units: Sequence[str]) -> Columns:
    said = Columns("wide")
    others: list[Trace] = []
    for index, header in enumerate(grid.headers):
        if index in timed or not header:
            continue
        known = meters.headed(header)
        if known is None:
            numeric = _numeric(grid.columns[index])
            others.append(Trace("unread", header, "unknown_numbers" if numeric else "text_column"))
            if not numeric:
                said.ignore.append(header)
            continue
        meter, because, unit = known
        if meter in said.found:
            others.append(Trace("unread", header, "second_column", {"meter": meter.id}))
            continue
        below = units[index].strip("()（）[]【】 ") if index < len(units) else ""
        name, bracketed = split_header(header)
        if name != meter.id:
            said.meters[header] = meter.id
        if (unit or below) and not bracketed:
            said.units[header] = unit or below
        said.found.append(meter)
        said.values.append(index)
        shown = unit or below or meter.measure
        value = f"{header} -> {meter.id}" if name != meter.id else meter.id
        said.traces.append(Trace("meter", value, because, {"unit": shown, "kind": meter.kind}))
    said.traces += others
    said.traces.insert(0, Trace("layout", "wide", "headers", {"meters": len(said.found)}))
    return said


def _long(grid: Grid, timed: Collection[int], meters: Meters) -> Columns | None:
    for index, column in enumerate(grid.columns):
        texts = [text.strip() for text in column.unique()[:_MANY].to_pylist() if text.strip()]
        known = {text: found for text in texts if (found := meters.find(text))}
        if index in timed or not known:
            continue
        said = Columns("long")
        said.columns["meter"] = [grid.headers[index]]
        told = {"meters": len(known), "of": len(texts)}
        said.traces.append(Trace("layout", "long", "cells", told))
        _value_column(grid, {*timed, index}, said)
        for text, (meter, because) in known.items():
            said.found.append(meter)
            if text != meter.id:
                said.meters[text] = meter.id
            shown = f"{text} -> {meter.id}" if text != meter.id else meter.id
            numbers = {"unit": meter.measure, "kind": meter.kind}
            said.traces.append(Trace("meter", shown, because, numbers))
        said.traces += [
            Trace("unread", text, "unknown_series") for text in texts if text not in known
        ]
        return said if said.values else None
    return None


def _value_column(grid: Grid, taken: set[int], said: Columns) -> None:
    """The columns of the value, its unit and its quality."""
    numeric: list[int] = []
    for index, header in enumerate(grid.headers):
        if index in taken or not header:
            continue
        texts = [t.strip() for t in grid.columns[index].unique()[:_MANY].to_pylist() if t.strip()]
        if texts and all(is_unit(text) for text in texts) and "unit" not in said.columns:
            said.columns["unit"] = [header]
            said.traces.append(Trace("unit_column", header, "all_units"))
        elif _QUALITY.search(header) and len(texts) <= 20:
            said.columns["quality"] = [header]
            said.words |= {text: QUALITY[text.lower()] for text in texts if text.lower() in QUALITY}
            told = {"words": ", ".join(texts)}
            said.traces.append(Trace("quality_column", header, "quality_header", told))
        elif _numeric(grid.columns[index]):
            numeric.append(index)
        else:
            said.traces.append(Trace("unread", header, "text_column"))
    named = [index for index in numeric if _VALUE.search(grid.headers[index])]
    chosen = (named or numeric)[:1]
    if chosen:
        header = grid.headers[chosen[0]]
        others = tuple(grid.headers[i] for i in (named or numeric)[1:])
        said.columns["value"], said.values = [header], chosen
        because = "value_header" if named else "only_numbers"
        said.traces.append(Trace("value_column", header, because, {}, others))


QUALITY = {
    "good": "good", "ok": "good", "valid": "good", "正常": "good", "有效": "good", "实测": "good",
    "measured": "good", "actual": "good", "0": "good", "estimated": "estimated", "e": "estimated",
    "estimate": "estimated", "估计": "estimated", "估算": "estimated", "补录": "estimated",
    "bad": "bad", "invalid": "bad", "questionable": "bad", "suspect": "bad", "异常": "bad",
    "无效": "bad", "可疑": "bad", "故障": "bad",
}  # fmt: skip
"""Words that sources use for the quality of a reading, in the words that are kept."""


def _numeric(column: pa.Array) -> bool:
    """Whether most cells that are filled are numbers."""
    texts = [text for text in column.unique()[:_MANY].to_pylist() if text.strip()]
    return bool(texts) and sum(map(is_number_like, texts)) >= _NUMERIC * len(texts)
