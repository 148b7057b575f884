"""The sheets of a returned template found by their headings, and their rows by what fills them.

A row without its number is passed over if it was asked for and nothing else is in it; every other
row is taken, or told with its cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.readers.sheet import column_letter, half_width
from celadon.records.templates.cells import Merge, ReturnedSheet
from celadon.records.templates.words import SHAPES, Shape, field_of, meaning, say
from celadon.units import parse_unit

_ROWS_SEARCHED = 40
_MONTHS = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y%m", "%Y-%m-%d", "%Y/%m/%d")
_MARKS = str.maketrans("：／　", ":/ ")
_CLOCK = re.compile(r"[ T]00:00(:00)?$")
_SIDE = ("document", "weight", "first_serial")


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet of the template, found again.

    Parameters
    ----------
    columns : the column of each field, from 1.
    headings : what its headings say, by field.
    first_row : of its data.
    doubles : columns whose heading another column has already.
    """

    file: str
    source: ReturnedSheet
    shape: Shape
    columns: dict[str, int]
    headings: dict[str, str]
    heading_row: int
    first_row: int
    doubles: dict[int, str]

    def place(self, name: str, row: int) -> str:
        """The place of a field's cell in a row; of its first cell where it has no such column."""
        column = self.columns.get(name, min(self.columns.values()))
        return cell_place(self.file, self.source.name, column, row)


@dataclass(slots=True)
class FilledRow:
    """A row that a person filled in: its texts by field, as written but for blanks."""

    sheet: FoundSheet
    number: int
    texts: dict[str, str]
    item: str = ""

    def text(self, name: str) -> str:
        """The text of a field; empty where it has none."""
        return self.texts.get(name, "")

    def place(self, name: str) -> str:
        """The place of a field's cell."""
        return self.sheet.place(name, self.number)


class RowFault(Exception):
    """A row that cannot be taken: the rule, the field, and the numbers of its text."""

    def __init__(self, rule: str, name: str, **numbers: Any) -> None:
        super().__init__(rule)
        self.rule = rule
        self.name = name
        self.numbers = numbers


@dataclass(slots=True)
class Names:
    """What the rows of a sheet may call the items of a site: ids, names in either language."""

    rule: str
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: str, names: Iterable[str]) -> None:
        """Let an item be called by its id and by these names."""
        for name in (item, *names):
            if name:
                self.ids[name].add(item)


def cell_place(file: str, sheet: str, column: int, row: int) -> str:
    """The place of a cell as findings tell it; the column from 1."""
    return " › ".join((file, sheet, f"{column_letter(column - 1)}{row}"))


def find_sheet(file: str, source: ReturnedSheet) -> FoundSheet | None:
    """A sheet as one of the template's, by the row of headings that fits one of its shapes best."""
    best: tuple[float, int, Shape] | None = None
    for number in sorted(source.cells)[:_ROWS_SEARCHED]:
        fields = {found for text in source.cells[number].values() if (found := field_of(text))}
        for shape in SHAPES.values():
            lacking = [name for name in shape.needed if name not in fields]
            common = fields & set(shape.fields)
            if len(lacking) > 1 or 2 * len(common) < len(shape.fields):
                continue
            score = len(common) / len(shape.fields) - len(lacking)
            if best is None or score > best[0]:
                best = (score, number, shape)
    return None if best is None else _found(file, source, best[1], best[2])


def _found(file: str, source: ReturnedSheet, row: int, shape: Shape) -> FoundSheet:
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    doubles: dict[int, str] = {}
    for column, text in sorted(source.cells[row].items()):
        name = field_of(text)
        if name in shape.fields and name is not None:
            if name in columns:
                doubles[column] = text
            else:
                columns[name] = column
                headings[name] = text
    first = row + 1
    below = source.cells.get(first, {})
    if below and 2 * sum(field_of(text) is not None for text in below.values()) >= len(below):
        first += 1  # the headings in the other language
    return FoundSheet(file, source, shape, columns, headings, row, first, doubles)


def sheet_faults(site: str, found: FoundSheet, language: Language) -> list[Finding]:
    """What stands against a sheet as a whole: headings that are gone, or stand twice."""
    needed = list(found.shape.needed)
    if "id" in found.shape.fields and not {"id", "name"} & found.columns.keys():
        needed.append("name")
    findings = [
        Finding(
            site,
            "template_headings",
            found.source.name,
            found.place(name, found.heading_row),
            {"field": say(f"field.{name}", language)},
        )
        for name in needed
        if name not in found.columns
    ]
    for column, text in found.doubles.items():
        if any(column in row for n, row in found.source.cells.items() if n >= found.first_row):
            place = cell_place(found.file, found.source.name, column, found.heading_row)
            numbers = {"field": text}
            findings.append(
                Finding(site, "template_two_columns", found.source.name, place, numbers)
            )
    return findings


def filled_rows(found: FoundSheet) -> Iterator[tuple[FilledRow, Merge | None]]:
    """The rows that have any text, each with the merged cells that its numbers are part of."""
    shape = found.shape
    last = max(found.source.cells, default=0)
    covering = [merge for merge in found.source.merges if merge.last_row > merge.first_row]
    for number in range(found.first_row, last + 1):
        texts = {
            name: text
            for name, column in found.columns.items()
            if (text := found.source.cells.get(number, {}).get(column, ""))
        }
        blocking = None
        for merge in covering:
            if not merge.first_row <= number <= merge.last_row:
                continue
            for name, column in found.columns.items():
                if not merge.first_column <= column <= merge.last_column:
                    continue
                top = found.source.cells.get(merge.first_row, {}).get(merge.first_column, "")
                if name in shape.answers and top:
                    blocking = merge
                elif top and name not in shape.answers:
                    texts.setdefault(name, top)
        if texts.keys() - {"passed"}:
            yield FilledRow(found, number, texts), blocking


def has_answer(row: FilledRow) -> bool:
    """Whether a row says anything: its number, or in an exchange or a list any of its fields."""
    if row.sheet.shape.id == "equipment":
        return bool(row.texts.keys() - {"remark", "passed"})
    if row.sheet.shape.id == "exchange":
        return any(row.text(name) for name in (*row.sheet.shape.answers, "exchanged"))
    return bool(row.text(row.sheet.shape.answers[0]))


def is_begun(row: FilledRow) -> bool:
    """Whether a row without its number has what only goes with one."""
    return any(row.text(name) for name in _SIDE if name in row.sheet.shape.fields)


def demand(row: FilledRow, names: Sequence[str], language: Language) -> None:
    """Refuse a row that lacks one of some fields.

    Raises
    ------
    RowFault
        For the first that it lacks.
    """
    for name in names:
        if not row.text(name):
            raise RowFault("template_half_row", name, field=say(f"field.{name}", language))


def resolve(row: FilledRow, names: Names, language: Language) -> Finding | None:
    """Find what a row speaks of; returns a finding if its name and its id differ.

    Raises
    ------
    RowFault
        If neither names anything known, or the name stands for several things.
    """
    given, called = row.text("id"), row.text("name")
    if not given and not called:
        raise RowFault("template_half_row", "name", field=say("field.name", language))
    text, name = (given, "id") if given else (called, "name")
    known = names.ids.get(text) or _in_brackets(text, names)
    if not known:
        raise RowFault(names.rule, name, text=text, rows=1)
    if len(known) > 1 and text not in known:
        raise RowFault("ambiguous_stream", name, text=text, known=", ".join(sorted(known)))
    row.item = text if text in known else next(iter(known))
    other = (names.ids.get(called) or _in_brackets(called, names)) if given else set()
    if other and row.item not in other:
        numbers = {"other": ", ".join(sorted(other))}
        return Finding("", "template_name_differs", row.item, row.place("name"), numbers)
    return None


def _in_brackets(text: str, names: Names) -> set[str]:
    """What an entry of a list says where a name alone is not enough: ``name (id)``."""
    found = re.fullmatch(r".*\(([^()]*)\)", text)
    return names.ids.get(found[1], set()) if found else set()


def number_text(row: FilledRow, name: str) -> str:
    """A number as plain digits, in the unit of its row.

    Raises
    ------
    RowFault
        If the cell holds none: text, an error, a date, a percentage where the unit is none.
    """
    text = row.text(name)
    plain = half_width(text).replace("％", "%")
    if plain.startswith("#"):
        raise RowFault("formula_error", name, text=text, rows=1)
    share = plain.endswith("%")
    try:
        value = parse_decimal(plain.removesuffix("%") if plain.isascii() else "")
    except ValueError:
        raise RowFault("template_number", name, text=text) from None
    if not share:
        return plain
    unit = row.text("unit")
    if not unit or not _is_share(unit):
        raise RowFault("template_percent", name, text=text, unit=unit or "-")
    return _exact_text(value / 100 / parse_unit(unit).size, name, text)


def _is_share(unit: str) -> bool:
    try:
        return parse_unit(unit).dimension == "ratio"
    except UnitError:
        return False


def _exact_text(value: Any, name: str, text: str) -> str:
    for decimals in range(16):
        scaled = value * 10**decimals
        if scaled.denominator == 1:
            return f"{scaled.numerator}e-{decimals}" if decimals else str(scaled.numerator)
    raise RowFault("template_number", name, text=text)


def month_text(row: FilledRow, name: str = "month") -> str:
    """The month of a row's field as ``2025-03``.

    Raises
    ------
    RowFault
        If the cell holds none.
    """
    text = row.text(name)
    plain = day_text(text).replace(" ", "")
    for pattern in _MONTHS:
        try:
            return f"{dt.datetime.strptime(plain, pattern):%Y-%m}"  # noqa: DTZ007  no zone
        except ValueError:
            continue
    raise RowFault("template_month", name, text=text)


def day_text(text: str) -> str:
    """A day as a plain keyboard writes it, without a midnight behind it.

    Examples
    --------
    >>> day_text("２０２５／３／１"), day_text("2025-03-01 00:00:00")
    ('2025/3/1', '2025-03-01')
    """
    return _CLOCK.sub("", half_width(text.translate(_MARKS)))


def key_of(shape: Shape, texts: Mapping[str, str], item: str) -> tuple[str, ...]:
    """What tells a row from others, as it is written."""
    parts = [
        item if name == "id" else meaning(day_text(texts.get(name, ""))) for name in shape.keys
    ]
    return (shape.id, *parts)
