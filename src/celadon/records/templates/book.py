"""Writes the template workbook: prefilled rows, lists to choose from, and cells to type into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from celadon.exact import parse_decimal
from celadon.languages import LANGUAGES, Language
from celadon.records.site import Meter
from celadon.records.templates.guide import Progress, write_guide
from celadon.records.templates.look import DEEP, MUTED, WIDTHS, Look, lines
from celadon.records.templates.plan import Cell, Plan, Row, Sheet, label
from celadon.records.templates.stamp import PROPERTY, Stamp
from celadon.records.templates.words import WORDS, choices, say, shown_unit, word_of

LISTS = "celadon"
"""Name of the hidden sheet that holds the lists and the stamp."""

FIRST_ROW = 5
"""Rows above the first row of data: title, what to fill in, the site, and two of headings."""

_NUMBERS = ("reading", "closing", "opening", "quantity", "value", "weight", "power")
_GIVEN = {
    "reading": {"name", "id", "instant", "unit", "multiplier", "read_every", "passed"},
    "exchange": set[str](),
    "activity": {"name", "id", "kind", "month"},
    "sample": {"name", "id", "parameter", "from", "to"},
    "settlement": {"name", "id", "month"},
    "equipment": set[str](),
}
"""Per shape, the fields that are locked in rows asked for."""

_COMPUTED = ("passed", "read_every")
"""Fields that nobody fills in, in no row."""

_PROTECTION = {
    "objects": False, "scenarios": False, "format_cells": True, "format_columns": True,
    "format_rows": True, "sort": True, "autofilter": True, "select_locked_cells": True,
    "select_unlocked_cells": True,
}  # fmt: skip


def write_template(
    plan: Plan, stamp: Stamp, path: Path, language: Language, due: dt.date | None = None
) -> Path:
    """Write the workbook that a site fills in; equal input gives equal bytes.

    Parameters
    ----------
    stamp : what the workbook is known by when it returns.
    language : of the guide and of the first line of headings; the second is in the other.
    due : the day until which it is to be returned; to be written in by hand if None.
    """
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        made = dt.datetime.fromisoformat(stamp.made)
        title = f"{plan.site.name(language)} {say('sheet.guide', language)} {plan.period}"
        book.set_properties({"title": title, "created": made})
        book.set_custom_property(PROPERTY, stamp.text, "text")
        writer = _Writer(book, plan, stamp, language)
        guide = book.add_worksheet(say("sheet.guide", language))
        progress = [writer.sheet(sheet) for sheet in plan.sheets]
        writer.lists.write()
        write_guide(guide, Look(book, language), plan, stamp, progress, language, due)
        guide.activate()
    return path


class _Lists:
    """The lists that cells offer, each a column of a hidden sheet with a name of its own.

    A list on another sheet is kept by every program only if it is called by a defined name.
    """

    def __init__(self, book: xlsxwriter.Workbook, stamp: Stamp) -> None:
        self._book = book
        self._stamp = stamp
        self._known: dict[tuple[str, ...], str] = {}

    def name(self, values: Iterable[str]) -> str:
        """The formula that calls a list."""
        key = tuple(values)
        return "=" + self._known.setdefault(key, f"celadon_list_{len(self._known) + 1}")

    def write(self) -> None:
        """Write the hidden sheet; called when all lists are known."""
        sheet = self._book.add_worksheet(LISTS)
        sheet.write_string(0, 0, self._stamp.text)
        for column, (values, name) in enumerate(self._known.items()):
            for row, value in enumerate(values, start=1):
                sheet.write_string(row, column, value)
            letter = xl_col_to_name(column, col_abs=True)
            where = f"={LISTS}!{letter}$2:{letter}${len(values) + 1}"
            self._book.define_name(name, where)
        sheet.very_hidden()


@dataclass(frozen=True, slots=True)
class _Place:
    """A sheet being written: where its rows begin and end, the first row being 0."""

    raw: Any
    sheet: Sheet

    @property
    def first_free(self) -> int:
        return FIRST_ROW + len(self.sheet.rows)

    @property
    def last(self) -> int:
        return self.first_free + self.sheet.free - 1

    def column(self, field: str) -> int:
        return self.sheet.shape.fields.index(field)


class _Writer:
    def __init__(
        self, book: xlsxwriter.Workbook, plan: Plan, stamp: Stamp, language: Language
    ) -> None:
        self._book = book
        self._plan = plan
        self._language = language
        self._look = Look(book, language)
        self.lists = _Lists(book, stamp)

    def sheet(self, sheet: Sheet) -> Progress:
        """Write one sheet; returns what the guide says of it."""
        place = _Place(self._book.add_worksheet(self._say(f"sheet.{sheet.id}")), sheet)
        self._head(place)
        names = {item.id: label(item, sheet.items, self._language) for item in sheet.items}
        meters = {item.id: item for item in sheet.items if isinstance(item, Meter)}
        before = ""
        for number, row in enumerate(sheet.rows, start=FIRST_ROW):
            self._row(place, number, row, names, meters.get(row.item), before)
            before = row.item
        for number in range(place.first_free, place.last + 1):
            for column, field in enumerate(sheet.shape.fields):
                first = number == place.first_free
                kept = self._look.cell(field, is_input=field not in _COMPUTED, begins=first)
                place.raw.write_blank(number, column, None, kept)
        self._validations(place, list(names.values()))
        self._page(place)
        column = place.column(sheet.shape.answers[0])
        start, end = (xl_rowcol_to_cell(row, column) for row in (FIRST_ROW, place.last))
        quoted = self._say(f"sheet.{sheet.id}").replace("'", "''")
        filled = sum(row.cells.get(sheet.shape.answers[0]) is not None for row in sheet.rows)
        formula = f"=COUNT('{quoted}'!{start}:{end})"
        return Progress(sheet.id, len(sheet.rows), formula, filled)

    def _head(self, place: _Place) -> None:
        raw, sheet, look = place.raw, place.sheet, self._look
        fields = sheet.shape.fields
        raw.hide_gridlines(2)
        title = self._say(f"sheet.{sheet.id}")
        raw.set_row(0, 28)
        raw.write_string(0, 0, title, look.style(bold=True, font_size=16, font_color=DEEP))
        about = self._say(f"about.{sheet.id}")
        width = sum(WIDTHS[field] for field in fields)
        raw.set_row(1, 15.5 * lines(about, width * look.fit) + 4)
        raw.merge_range(1, 0, 1, len(fields) - 1, about, look.style(text_wrap=True, valign="top"))
        site = self._plan.site
        where = " · ".join([site.name(self._language), site.id, str(self._plan.period)])
        raw.write_string(2, 0, where, look.style(font_size=9, font_color=MUTED))
        other = next(name for name in LANGUAGES if name != self._language)
        raw.set_row(3, 18)
        raw.set_row(4, 24)
        for column, field in enumerate(fields):
            raw.set_column(column, column, WIDTHS[field])
            heading = self._say(f"field.{field}")
            raw.write_string(3, column, heading, look.heading(field, first=True))
            second = say(f"field.{field}", other)
            raw.write_string(4, column, second, look.heading(field, first=False))
            tip = "\n".join(say(f"tip.{field}", name) for name in (self._language, other))
            raw.write_comment(3, column, tip, {"x_scale": 1.6, "y_scale": 0.9, "author": "celadon"})

    def _row(
        self,
        place: _Place,
        number: int,
        row: Row,
        names: dict[str, str],
        meter: Meter | None,
        before: str,
    ) -> None:
        shape = place.sheet.shape
        begins = row.item != before
        cells: dict[str, Cell] = {"name": names.get(row.item), "id": row.item, **row.cells}
        decimals = _decimals(meter.resolution) if meter is not None else None
        for column, field in enumerate(shape.fields):
            is_input = field not in _GIVEN[shape.id]
            kept = self._look.cell(field, is_input=is_input, begins=begins, decimals=decimals)
            if field == "passed":
                self._passed(place, number, column, kept, begins=begins)
            else:
                self._write(place, number, column, field, cells.get(field), kept)

    def _write(
        self, place: _Place, number: int, column: int, field: str, value: Cell, kept: Any
    ) -> None:
        raw = place.raw
        if value is None or value == "":
            raw.write_blank(number, column, None, kept)
        elif isinstance(value, dt.date):
            raw.write_datetime(number, column, value, kept)
        elif field == "power":
            raw.write_number(number, column, float(value) / 1000, kept)
        elif isinstance(value, int):
            raw.write_number(number, column, value, kept)
        elif field == "multiplier":
            raw.write_number(number, column, float(parse_decimal(value)), kept)
        else:
            raw.write_string(number, column, self._shown(place.sheet, field, value), kept)

    def _shown(self, sheet: Sheet, field: str, value: str) -> str:
        if field == "unit":
            return shown_unit(value, self._language)
        if field == "process_unit":
            units = self._plan.site.units
            return next((label(u, units, self._language) for u in units if u.id == value), value)
        if field == "read_every":
            return self._say(f"word.every_{value}")
        known = field in WORDS and value in choices(field)
        return word_of(value, self._language, sheet.id) if known else value

    def _passed(self, place: _Place, number: int, column: int, kept: Any, *, begins: bool) -> None:
        """The amount since the row above, for the eye; it is not read."""
        if begins:
            place.raw.write_blank(number, column, None, kept)
            return
        reading, multiplier = place.column("reading"), place.column("multiplier")
        this, last = (xl_rowcol_to_cell(row, reading) for row in (number, number - 1))
        times = xl_rowcol_to_cell(number, multiplier)
        formula = f'=IF(AND(ISNUMBER({this}),ISNUMBER({last})),({this}-{last})*{times},"")'
        place.raw.write_formula(number, column, formula, kept, "")

    def _validations(self, place: _Place, names: list[str]) -> None:
        sheet = place.sheet
        fields = sheet.shape.fields
        start = FIRST_ROW if sheet.rows else place.first_free
        for field in _NUMBERS:
            if field in fields:
                self._number(place, field, start)
        if "pieces" in fields:
            self._number(place, "pieces", start, validate="integer")
        open_from = start if sheet.id == "equipment" else place.first_free
        for field in fields:
            if field in WORDS:
                first = start if field in ("basis", "origin") else open_from
                self._list(place, field, (first, place.last), self._offered(sheet, field))
        if names:
            self._list(place, "name", (place.first_free, place.last), names)
        months = [f"{month.from_day:%Y-%m}" for month in self._plan.period.months()]
        if "month" in fields:
            self._list(place, "month", (place.first_free, place.last), months)
        if "certified" in fields:
            self._list(place, "certified", (start, place.last), months, strict=False)
        if "process_unit" in fields and self._plan.site.units:
            units = self._plan.site.units
            listed = [label(unit, units, self._language) for unit in units]
            self._list(place, "process_unit", (start, place.last), listed)
        if "grade" in fields:
            grades = [str(number) for number in range(1, 6)]
            self._list(place, "grade", (start, place.last), grades, strict=False)
        self._units(place)

    def _offered(self, sheet: Sheet, field: str) -> list[str]:
        if field == "kind" and sheet.id not in ("use", "water"):
            asked = dict.fromkeys(str(row.cells["kind"]) for row in sheet.rows)
        else:
            asked = dict.fromkeys(choices(field))
        return [word_of(word, self._language, sheet.id) for word in asked]

    def _units(self, place: _Place) -> None:
        """Each row offers the units that its amount converts from; empty rows offer them all."""
        if "unit" not in place.sheet.shape.fields:
            return
        rows = place.sheet.rows
        first = 0
        for number in range(1, len(rows) + 1):
            if number < len(rows) and rows[number].units == rows[first].units:
                continue
            span = (FIRST_ROW + first, FIRST_ROW + number - 1)
            self._list(place, "unit", span, self._spelt(rows[first].units))
            first = number
        self._list(
            place, "unit", (place.first_free, place.last), self._spelt(place.sheet.unit_lists)
        )

    def _spelt(self, units: Sequence[str]) -> list[str]:
        return [shown_unit(unit, self._language) for unit in units]

    def _list(
        self,
        place: _Place,
        field: str,
        rows: tuple[int, int],
        values: Sequence[str],
        *,
        strict: bool = True,
    ) -> None:
        if not values:
            return
        column = place.column(field)
        rule = {
            "validate": "list",
            "source": self.lists.name(values),
            "error_type": "stop" if strict else "information",
            "error_title": self._say(f"field.{field}"),
            "error_message": self._say("guide.bad_choice"),
        }
        place.raw.data_validation(rows[0], column, rows[1], column, rule)

    def _number(self, place: _Place, field: str, start: int, validate: str = "decimal") -> None:
        column = place.column(field)
        rule = {
            "validate": validate,
            "criteria": ">=",
            "value": 0,
            "error_title": self._say(f"field.{field}"),
            "error_message": self._say("guide.bad_number"),
        }
        place.raw.data_validation(start, column, place.last, column, rule)

    def _page(self, place: _Place) -> None:
        raw, last = place.raw, len(place.sheet.shape.fields) - 1
        raw.freeze_panes(FIRST_ROW, 2)
        raw.autofilter(FIRST_ROW - 1, 0, place.last, last)
        raw.set_landscape()
        raw.set_paper(9)
        raw.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        raw.fit_to_pages(1, 0)
        raw.repeat_rows(FIRST_ROW - 2, FIRST_ROW - 1)
        raw.print_area(0, 0, place.last, last)
        left = f"{self._plan.site.name(self._language)} {self._plan.period}".replace("&", "&&")
        raw.set_footer(f"&L&8{left}&C&8&A&R&8{self._say('guide.footer')}")
        raw.set_selection(FIRST_ROW, place.column(place.sheet.shape.answers[0]), FIRST_ROW,
                          place.column(place.sheet.shape.answers[0]))  # fmt: skip
        raw.protect("", _PROTECTION)

    def _say(self, key: str) -> str:
        return say(key, self._language)


def _decimals(resolution: str) -> int:
    """The decimals that a reading of that resolution shows."""
    exact = parse_decimal(resolution)
    return next((n for n in range(12) if (exact * 10**n).denominator == 1), 12)
