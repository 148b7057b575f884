"""The rows of a returned template sorted: filled, empty as they were sent out, or at fault."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.readers.rows import month_of
from celadon.records.site import ACTIVITY_KINDS, Named, Site
from celadon.records.templates.cells import Merge
from celadon.records.templates.rows import (
    FilledRow,
    FoundSheet,
    Names,
    RowFault,
    demand,
    filled_rows,
    has_answer,
    is_begun,
    key_of,
    month_text,
    resolve,
    sheet_faults,
)
from celadon.records.templates.words import meaning, say

_DEMANDED = {
    "reading": ("instant",),
    "exchange": ("exchanged", "closing", "opening"),
    "activity": ("kind", "month"),
    "sample": ("parameter", "from", "unit"),
    "settlement": ("month", "document"),
    "equipment": ("equipment", "class", "pieces"),
}


_UNKNOWN = {
    "reading": "unknown_meter", "exchange": "unknown_meter", "settlement": "unknown_contract",
}  # fmt: skip
"""The rule that a name breaks which nothing declared has; of streams and products by default."""


@dataclass(slots=True)
class Gathering:
    """What was met in the sheets so far.

    Parameters
    ----------
    asked : keys of the rows that the template asks for; empty where that is not known.
    period : that the template was written for; None where that is not known.
    rows : by kind, the rows that can be looked at further.
    filled : how many rows of each sheet say something, by the sheet's name.
    seen : keys of all rows, filled or not.
    gone : by sheet, what empty rows speak of that is not declared.
    """

    site: Site
    language: Language
    asked: set[tuple[str, ...]]
    period: Period | None = None
    rows: dict[str, list[FilledRow]] = field(default_factory=lambda: defaultdict(list))
    filled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seen: set[tuple[str, ...]] = field(default_factory=set)
    gone: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    findings: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, kind: str, rule: str, subject: str, place: str, **numbers: object) -> None:
        """Add a finding to those of a kind of row."""
        self.findings[kind].append(Finding(self.site.id, rule, subject, place, dict(numbers)))

    def refuse(self, row: FilledRow, fault: RowFault) -> None:
        """Tell why a row is not taken."""
        named = row.item or row.text("id") or row.text("name") or row.text("equipment")
        subject = named or row.sheet.source.name
        numbers = {**fault.numbers, **_about(row)}
        found = Finding(self.site.id, fault.rule, subject, row.place(fault.name), numbers)
        self.findings[row.sheet.shape.id].append(found)

    def add(self, sheet: FoundSheet) -> None:
        """Sort the rows of a sheet."""
        kind = sheet.shape.id
        faults = sheet_faults(self.site.id, sheet, self.language)
        self.findings[kind] += faults
        headless = any(found.rule == "template_headings" for found in faults)
        names = _names(self.site, kind)
        hidden = 0
        for row, merge in filled_rows(sheet):
            filled = has_answer(row)
            self.filled[sheet.source.name] += filled
            if merge is not None:
                self._merged(row, merge)
            elif self._sort(row, names, filled=filled, headless=headless):
                hidden += row.number in sheet.source.hidden or sheet.source.is_hidden
        if hidden:
            place = f"{sheet.file} › {sheet.source.name}"
            self.tell(kind, "template_hidden", sheet.source.name, place, rows=hidden)

    def _sort(self, row: FilledRow, names: Names | None, *, filled: bool, headless: bool) -> bool:
        """Sort one row; whether it is kept to be read."""
        kind = row.sheet.shape.id
        try:
            told = None if names is None else resolve(row, names, self.language)
        except RowFault as fault:
            if filled and not headless:
                self.refuse(row, fault)
            elif not filled and names is not None and fault.rule == names.rule:
                self.gone[row.sheet.source.name].append(row.text("id") or row.text("name"))
            return False
        key = key_of(row.sheet.shape, row.texts, row.item)
        self.seen.add(key)
        if headless:
            return False
        if not filled:
            self._begun(row, key)
            return False
        if told is not None:
            self.findings[kind].append(replace(told, site=self.site.id))
        try:
            demand(row, _DEMANDED[kind], self.language)
        except RowFault as fault:
            self.refuse(row, fault)
            return False
        self.rows[kind].append(row)
        return True

    def _merged(self, row: FilledRow, merge: Merge) -> None:
        """Tell once of a number that stands for several rows."""
        self.seen.add(key_of(row.sheet.shape, row.texts, row.text("id")))
        if row.number != merge.first_row:
            return
        name = next(name for name in row.sheet.shape.answers if row.text(name))
        subject = row.text("id") or row.text("name") or row.sheet.source.name
        numbers = {"cells": merge.text, "text": row.text(name)}
        self.tell(row.sheet.shape.id, "template_merged", subject, row.place(name), **numbers)

    def _begun(self, row: FilledRow, key: tuple[str, ...]) -> None:
        """Tell of a row that someone began and left without its number."""
        added = bool(self.asked) and key not in self.asked
        if not is_begun(row) and not added:
            return
        answer = row.sheet.shape.answers[0]
        typed = [text for name, text in row.texts.items() if name not in ("remark", "passed")]
        numbers = {"text": " · ".join(typed) or "-", "field": say(f"field.{answer}", self.language)}
        subject = row.item or row.sheet.source.name
        self.tell(row.sheet.shape.id, "template_no_number", subject, row.place(answer), **numbers)


def _about(row: FilledRow) -> dict[str, str]:
    """What a refused row of activity speaks of, empty where unreadable; nothing of other rows."""
    if row.sheet.shape.id != "activity":
        return {}
    kind = meaning(row.text("kind"))
    try:
        first, end = (day.isoformat() for day in month_of(month_text(row)))
    except RowFault:
        first = end = ""
    known = kind if kind in ACTIVITY_KINDS else ""
    return {"stream": row.item, "kind": known, "from_day": first, "to_day": end}


def _names(site: Site, kind: str) -> Names | None:
    """What the rows of a kind may speak of, by all its names; nothing for a list of equipment."""
    if kind == "equipment":
        return None
    waste = tuple(outlet for outlet in site.outlets if outlet.medium == "waste")
    known: dict[str, tuple[Named, ...]] = {
        "reading": site.meters,
        "exchange": site.meters,
        "activity": (*site.streams, *site.products, *waste),
        "sample": (*site.streams, *site.products),
        "settlement": site.contracts,
    }
    items = known[kind]
    names = Names(_UNKNOWN.get(kind, "unknown_stream"))
    for item in items:
        names.add(item.id, (item.name_zh, item.name_en))
    return names
